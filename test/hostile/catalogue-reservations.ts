/** Part E of the catalogue, what goes on after a purchase: reservations that end twice or late, refunds that exceed or come early. */
import { expect } from 'vitest'
import type { Reply } from '../support/api.ts'
import type { Scene } from './catalogue.ts'
import { adjust, balanceOf, end, make, money, RESERVE, refundOf, scene, spend, unreachable } from './deeds.ts'
import { buy, enrolled, fullReceipt, reserved, type Shop } from './shop.ts'

export const RESERVATIONS: readonly Scene[] = [
  scene(
    67,
    'a capture again under a new key',
    [201],
    async (shop) => {
      const id = await reserved(shop)
      expect((await end(shop, id, 'capture', { points: 4 })).status).toBe(201)
      return () => end(shop, id, 'capture', { points: 4 })
    },
    { replayed: true },
  ),
  scene(67, 'a capture of another amount', [409, 'reservation_captured'], async (shop) => {
    const id = await reserved(shop)
    expect((await end(shop, id, 'capture', { points: 4 })).status).toBe(201)
    return () => end(shop, id, 'capture', { points: 5 })
  }),
  scene(67, 'a capture of more than is reserved', [422, 'out_of_range'], async (shop) => {
    const id = await reserved(shop)
    return () => end(shop, id, 'capture', { points: 11 })
  }),
  scene(68, 'a void after the capture', [409, 'reservation_captured'], async (shop) => {
    const id = await reserved(shop)
    expect((await end(shop, id, 'capture')).status).toBe(201)
    return () => end(shop, id, 'void')
  }),
  scene(68, 'a capture after the void', [409, 'reservation_voided'], async (shop) => {
    const id = await reserved(shop)
    expect((await end(shop, id, 'void')).status).toBe(201)
    return () => end(shop, id, 'capture')
  }),
  ...(['capture', 'void'] as const).map((how) =>
    scene(
      69,
      `a ${how} at the second of its end`,
      [409, 'reservation_expired'],
      async (shop) => {
        const id = await reserved(shop, { expiresInSeconds: 60 })
        shop.api.clock.advance('PT60S')
        return () => end(shop, id, how)
      },
      { isAlone: true },
    ),
  ),
  scene(
    69,
    'a capture in the last second',
    [201],
    async (shop) => {
      const id = await reserved(shop, { expiresInSeconds: 60 })
      shop.api.clock.advance('PT59S')
      return () => end(shop, id, 'capture')
    },
    { isAlone: true, writes: true },
  ),
  scene(
    69,
    'a capture at the moment in which the reservation times out',
    [201],
    async (shop) => {
      const memberId = await enrolled(shop)
      const id = await reserved(shop, { memberId, expiresInSeconds: 60 })
      shop.api.clock.advance('PT59S')
      return () => captureAgainstTime(shop, memberId, id)
    },
    { isAlone: true, writes: true },
  ),
  scene(
    70,
    'an eleventh reservation',
    [409, 'too_many_reservations'],
    async (shop) => {
      const memberId = await enrolled(shop)
      for (let open = 0; open < 10; open += 1) await reserved(shop, { memberId, points: 1 })
      return () => spend(shop, { path: RESERVE, memberId, points: 1 })
    },
    { isRecorded: true, body: { reasons: ['too_many_reservations'] } },
  ),
  scene(
    70,
    'eleven reservations at once',
    [201],
    async (shop) => {
      const memberId = await enrolled(shop)
      return async () => {
        const replies = await Promise.all(
          Array.from({ length: 11 }, () => spend(shop, { path: RESERVE, memberId, points: 1 })),
        )
        const made = replies.filter(({ status }) => status === 201)
        expect(replies.map(({ status, body }) => `${status} ${body.code ?? ''}`)).not.toContain('500 internal_error')
        expect(made.length).toBeLessThanOrEqual(10)
        expect(await balanceOf(shop, memberId)).toMatchObject({ reserved: made.length })
        return made[0] ?? replies[0] ?? unreachable()
      }
    },
    { writes: true },
  ),
  scene(
    73,
    'a capture of a frozen member',
    [409, 'account_frozen'],
    async (shop) => {
      const [{ id }] = await frozen(shop)
      return () => end(shop, id, 'capture')
    },
    { isRecorded: true },
  ),
  scene(
    63,
    'a refused capture again after the member was set free',
    [409, 'account_frozen'],
    async (shop) => {
      const [{ memberId }, path] = await frozen(shop)
      const key = shop.next()
      const first = await shop.admin.post(path, { points: 4 }, { key })
      await make(shop, memberId, 'unfreeze')
      return async () => {
        const reply = await shop.admin.post(path, { points: 4 }, { key })
        expect(reply.body).toEqual(first.body)
        return reply
      }
    },
    { replayed: true },
  ),
  scene(54, 'a refused capture of another amount under the same key', [422, 'idempotency_key_reused'], async (shop) => {
    const [, path] = await frozen(shop)
    const key = shop.next()
    expect((await shop.admin.post(path, { points: 4 }, { key })).status).toBe(409)
    return () => shop.admin.post(path, { points: 5 }, { key })
  }),
  scene(
    63,
    'a refused capture under a new key after the member was set free',
    [201],
    async (shop) => {
      const [{ memberId, id }, path] = await frozen(shop)
      expect((await shop.admin.post(path, {}, { key: shop.next() })).status).toBe(409)
      await make(shop, memberId, 'unfreeze')
      return () => end(shop, id, 'capture')
    },
    { writes: true },
  ),
]

/** A member with ten points reserved who may spend nothing. @returns them and the path of the capture */
async function frozen(shop: Shop): Promise<[{ id: string; memberId: string }, string]> {
  const memberId = await enrolled(shop)
  const id = await reserved(shop, { memberId })
  await make(shop, memberId, 'freeze')
  return [{ id, memberId }, `${RESERVE}/${id}/capture`]
}

/** One of the two ends the reservation, whatever the order; no point is lost or doubled. */
async function captureAgainstTime(shop: Shop, memberId: string, id: string): Promise<Reply> {
  const capturing = end(shop, id, 'capture')
  shop.api.clock.advance('PT2S')
  const [captured, adjusted] = await Promise.all([capturing, adjust(shop, { memberId, points: 1 })])
  expect(adjusted.status).toBe(201)
  const isCaptured = captured.status === 201
  if (!isCaptured) expect([captured.status, captured.body.code]).toEqual([409, 'reservation_expired'])
  const { available, reserved: held } = await balanceOf(shop, memberId)
  expect([available, held]).toEqual([isCaptured ? 991 : 1_001, 0])
  return adjusted
}

export const REFUNDS: readonly Scene[] = [
  scene(71, 'a refund above the purchase', [422, 'refund_exceeds_purchase'], async (shop) => {
    const receiptNumber = await buy(shop)
    return () => refundOf(shop, receiptNumber, 10_001)
  }),
  scene(71, 'the third of three refunds goes above the purchase', [422, 'refund_exceeds_purchase'], async (shop) => {
    const receiptNumber = await buy(shop)
    for (const amount of [4_000, 4_000]) expect((await refundOf(shop, receiptNumber, amount)).status).toBe(201)
    return () => refundOf(shop, receiptNumber, 2_001)
  }),
  scene(71, 'a refund of a line above its charge', [422, 'refund_exceeds_purchase'], async (shop) => {
    const body = { ...fullReceipt(shop), lines: [{ amount: 500 }, { amount: 2_000 }] }
    expect((await shop.admin.post('/v1/points/purchases', body)).status).toBe(201)
    return () => refundOf(shop, body.receiptNumber, 600, { lines: [{ line: 1, amount: 501 }] })
  }),
  scene(
    71,
    'two refunds at once that only together go above the purchase',
    [201],
    async (shop) => {
      const receiptNumber = await buy(shop)
      return async () => {
        const replies = await Promise.all([refundOf(shop, receiptNumber, 6_000), refundOf(shop, receiptNumber, 6_000)])
        expect(replies.map(({ status }) => status).sort()).toEqual([201, 422])
        return replies.find(({ status }) => status === 201) ?? unreachable()
      }
    },
    { writes: true },
  ),
  scene(
    72,
    'a refund of a receipt that has not come',
    [202],
    async (shop) => {
      return () => refundOf(shop, shop.next(), 5_000)
    },
    { writes: true, body: { state: 'waiting_for_purchase' } },
  ),
  scene(
    72,
    'the award that comes after its refund is net',
    [201],
    async (shop) => {
      const receiptNumber = shop.next()
      expect((await refundOf(shop, receiptNumber, 5_000)).status).toBe(202)
      const { lines: _, shipping: __, tips: ___, tenders: ____, ...receipt } = fullReceipt(shop)
      return () => shop.admin.post('/v1/points/purchases', { ...receipt, receiptNumber, amount: money(10_000) })
    },
    { writes: true, body: { entry: { points: 50 } } },
  ),
  scene(72, 'a refund in another currency than its program’s', [422, 'currency_mismatch'], async (shop) => {
    return () => refundOf(shop, shop.next(), 0, { amount: { amount: 5_000, currency: 'USD' } })
  }),
  scene(
    72,
    'a cashier’s refund on the day after the purchase',
    [403, 'forbidden'],
    async (shop) => {
      const receiptNumber = await buy(shop)
      shop.api.clock.advance('P1D')
      const refund = {
        storeId: 'central',
        receiptNumber,
        refundNumber: 'r',
        amount: money(1),
        refundedAt: '2026-11-23T09:50:00Z',
      }
      return () => shop.api.as('cashier').post('/v1/points/refunds', refund)
    },
    { isAlone: true },
  ),
]
