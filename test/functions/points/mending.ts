/** A till that mends what was awarded by mistake, and the proof that its ledger is sound afterwards. */
import { expect } from 'vitest'
import type { Client, Reply } from '../../support/api.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { accepted, type Till } from '../../support/till.ts'
import { auditOf } from './audit-ledger.ts'

export const pounds = (amount: number) => ({ amount, currency: 'GBP' })

type Options = { readonly key?: string; readonly by?: Client; readonly storeId?: string }

/** `undo`, `correct` or `reassign` of a receipt of central. */
export function mend(till: Till, receiptNumber: string, deed: string, { by = till.client, ...options }: Options = {}) {
  const { key, storeId = 'central' } = options
  return (body: object = {}): Promise<Reply> =>
    by.post(`/v1/points/purchases/${storeId}/${receiptNumber}/${deed}`, body, key === undefined ? {} : { key })
}

export const undone = (till: Till, receiptNumber: string, options?: Options) =>
  mend(till, receiptNumber, 'undo', options)()
export const corrected = (till: Till, receiptNumber: string, amount: number, options?: Options) =>
  mend(till, receiptNumber, 'correct', options)({ amount: pounds(amount) })
export const reassigned = (till: Till, receiptNumber: string, memberId: string, options?: Options) =>
  mend(till, receiptNumber, 'reassign', options)({ memberId })

export async function anotherMember(till: Till): Promise<string> {
  const body = { externalId: till.next(), storeId: 'central' }
  return accepted(await till.client.post('/v1/members', body, { key: till.next() })).body.id
}

export async function availableOf(till: Till, memberId: string): Promise<number> {
  return accepted(await till.client.get(`/v1/points/accounts/${memberId}`)).body.balances.available
}

/** The books fold, and the nightly audit finds nothing. */
export async function expectSound(till: Till): Promise<void> {
  await expectSoundBooks(till.api.tables)
  expect(await auditOf(till.api)).toEqual([])
}
