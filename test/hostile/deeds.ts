/** What the scenes of the catalogue are made of: redemptions, reservations, refunds and corrections in one line each. */
import type { Client, Reply } from '../support/api.ts'
import type { Scene } from './catalogue.ts'
import { accepted, type Shop } from './shop.ts'

export const REDEEM = '/v1/points/redemptions'
export const RESERVE = '/v1/points/reservations'
export const ADJUST = '/v1/points/adjustments'
export const money = (amount: number) => ({ amount, currency: 'GBP' })
export const NOBODY = 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'

type Spend = { readonly path?: string; readonly memberId: string; readonly points: number; readonly by?: Client }

export function spend(shop: Shop, { path = REDEEM, memberId, points, by = shop.admin }: Spend): Promise<Reply> {
  return by.post(path, { memberId, points, storeId: 'central' }, { key: shop.next() })
}

export function adjust(shop: Shop, fields: Readonly<Record<string, unknown>>): Promise<Reply> {
  return shop.admin.post(
    ADJUST,
    { memberId: shop.member.id, reason: 'other', note: 'x', ...fields },
    { key: shop.next() },
  )
}

export const end = (shop: Shop, id: string, how: 'capture' | 'void', body: unknown = {}) =>
  shop.admin.post(`${RESERVE}/${id}/${how}`, body, { key: shop.next() })

export async function balanceOf(shop: Shop, memberId: string) {
  return (await shop.admin.get(`/v1/points/accounts/${memberId}`)).body.balances
}

export async function refundOf(shop: Shop, receiptNumber: string, amount: number, fields = {}): Promise<Reply> {
  const refund = { storeId: 'central', receiptNumber, refundNumber: shop.next(), amount: money(amount) }
  return shop.admin.post('/v1/points/refunds', { ...refund, refundedAt: '2026-11-23T09:50:00Z', ...fields })
}

export async function make(shop: Shop, memberId: string, deed: 'freeze' | 'unfreeze' | 'close'): Promise<void> {
  accepted(await shop.admin.post(`/v1/members/${memberId}/${deed}`, { reason: 'x' }))
}

export const scene = (
  number: number,
  what: string,
  expects: Scene['expect'],
  arrange: Scene['arrange'],
  more: Partial<Scene> = {},
): Scene => ({
  number,
  what,
  arrange,
  expect: expects,
  ...more,
})

/** For what is sent many times at once and must have been sent at all. */
export function unreachable(): never {
  throw new Error('there were no requests')
}
