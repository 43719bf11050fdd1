import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { purchaseAgain, slipOf } from '../../../functions/points/slip.ts'
import { aPurchase } from '../../support/receipts.ts'

const RUNS = { seed: 168, numRuns: 300 }
const word = fc.option(fc.stringMatching(/^[a-z]{1,8}$/), { nil: undefined })
const lines = fc.array(
  fc.record({ sku: word, category: word, quantity: fc.nat(9), amount: fc.nat(9_000), tax: fc.constant(undefined) }),
  { minLength: 1, maxLength: 5 },
)
const minor = fc.option(fc.nat(500), { nil: undefined })
const PLACE = { storeId: 'central', receiptNumber: '536365' }

/** As JSON says it: what is absent and what is undefined are one. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

describe('the slip', () => {
  test('gives the purchase again as it was sent, so that another member earns by the same lines', () => {
    fc.assert(
      fc.property(fc.option(lines, { nil: undefined }), minor, minor, (given, shipping, tips) => {
        const beside = (shipping ?? 0) + (tips ?? 0)
        const amount = given ? given.reduce((sum, line) => sum + line.amount, beside) : 10_000 + beside
        const input = aPurchase(plain({ amount, lines: given, shipping, tips, tenders: [{ kind: 'cash', amount: 0 }] }))
        const memberId = input.memberId ?? ''
        const stored = {
          ...{ memberId, amount, currency: 'GBP', purchasedAt: input.purchasedAt },
          lines: (input.lines ?? []).map((line) => ({ charge: line.amount, points: 0 })),
          ...slipOf(input),
        }
        expect(plain(purchaseAgain(stored, { ...PLACE, memberId }))).toEqual(plain(input))
      }),
      RUNS,
    )
  })

  test('keeps nothing of a typed amount or of lines that say no more than what they charged', () => {
    expect(slipOf(aPurchase())).toEqual({})
    expect(slipOf(aPurchase({ lines: [{ amount: 10_000 }] }))).toEqual({})
  })

  test('of a row from before slips were kept tells what each line charged', () => {
    const lines = [{ charge: 10_000, points: 100 }]
    const known = { memberId: 'mem_1', amount: 10_000, currency: 'GBP', purchasedAt: 0, lines }
    expect(purchaseAgain(known, { ...PLACE, memberId: 'mem_1' }).lines).toEqual([{ quantity: 1, amount: 10_000 }])
  })
})
