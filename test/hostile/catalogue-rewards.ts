/** Part E of the catalogue, rewards and vouchers: last pieces, limits, codes that are tried, what is used or taken back twice. */
import { expect } from 'vitest'
import type { Client, Reply } from '../support/api.ts'
import { publishedReward } from '../support/matrix-rewards.ts'
import type { Scene } from './catalogue.ts'
import { balanceOf, end, make, scene, unreachable } from './deeds.ts'
import { accepted, enrolled, type Shop } from './shop.ts'

const FETCHED = { kind: 'goods', fulfilment: 'pickup', valueMinor: undefined, voucherValidity: undefined }

const take = (shop: Shop, rewardId: string, memberId: string): Promise<Reply> =>
  shop.admin.post(`/v1/rewards/${rewardId}/redemptions`, { memberId, storeId: 'central' }, { key: shop.next() })

const till = (shop: Shop, id: string) => shop.api.as('cashier', { id, stores: ['central'] })
const use = (shop: Shop, code: string, by: Client = shop.admin) =>
  by.post(`/v1/rewards/vouchers/${code}/consume`, { storeId: 'central' }, { key: shop.next() })

async function voucher(shop: Shop): Promise<{ readonly code: string; readonly id: string }> {
  return accepted(await take(shop, await publishedReward(shop), await enrolled(shop))).voucher
}

/** Everybody at once; exactly `wins` succeed, and the rest are told `code` or to try again. */
async function crowd(send: (at: number) => Promise<Reply>, { wins, code }: { wins: number; code: string }) {
  const replies = await Promise.all(Array.from({ length: 50 }, (_, at) => send(at)))
  const told = replies.map(({ status, body }) => (status < 300 ? '201' : `${status} ${body.code}`))
  expect(told.filter((each) => each === '201')).toHaveLength(wins)
  expect(told.filter((each) => !['201', `409 ${code}`, '503 try_again'].includes(each))).toEqual([])
  return replies.find(({ status }) => status === 201) ?? unreachable()
}

const TAKEN: readonly Scene[] = [
  scene(
    75,
    'the last piece, wanted by fifty at once',
    [201],
    async (shop) => {
      const id = await publishedReward(shop, { stock: 1 })
      const members = [await enrolled(shop), await enrolled(shop), await enrolled(shop)]
      return () => crowd((at) => take(shop, id, members[at % 3] ?? ''), { wins: 1, code: 'sold_out' })
    },
    { writes: true },
  ),
  scene(
    75,
    'a piece more than there are',
    [409, 'sold_out'],
    async (shop) => {
      const [id, memberId] = [await publishedReward(shop, { stock: 1 }), await enrolled(shop)]
      accepted(await take(shop, id, memberId))
      return () => take(shop, id, memberId)
    },
    { isRecorded: true, body: { reasons: ['sold_out'] } },
  ),
  scene(
    75,
    'one more than a member may have, fifty times at once',
    [201],
    async (shop) => {
      const id = await publishedReward(shop, { limit: { count: 2, per: 'year' } })
      const memberId = await enrolled(shop)
      return () => crowd(() => take(shop, id, memberId), { wins: 2, code: 'member_limit' })
    },
    { writes: true },
  ),
  scene(
    73,
    'a reward for a frozen member, who has too little as well',
    [409, 'account_frozen'],
    async (shop) => {
      const [id, memberId] = [await publishedReward(shop), await enrolled(shop, 0)]
      await make(shop, memberId, 'freeze')
      return () => take(shop, id, memberId)
    },
    { isRecorded: true, body: { reasons: ['account_frozen', 'insufficient_points'] } },
  ),
  scene(67, 'a part of a reward captured', [422, 'out_of_range'], async (shop) => {
    const memberId = await enrolled(shop)
    const { id } = accepted(await take(shop, await publishedReward(shop, FETCHED), memberId)).reservation
    return () => shop.admin.post(`/v1/points/reservations/${id}/capture`, { points: 5 }, { key: shop.next() })
  }),
]

/** Set aside for a member of their own. @returns the reservation */
async function held(shop: Shop, memberId: string, fields: object = {}): Promise<string> {
  return accepted(await take(shop, await publishedReward(shop, { ...FETCHED, ...fields }), memberId)).reservation.id
}

const HELD: readonly Scene[] = [
  scene(
    65,
    'a reward for more than is there',
    [409, 'insufficient_points'],
    async (shop) => {
      const [id, memberId] = [await publishedReward(shop, { points: 5_000 }), await enrolled(shop, 499_900)]
      return () => take(shop, id, memberId)
    },
    { isRecorded: true, body: { params: { needed: 5_000, available: 4_999, missing: 1 } } },
  ),
  scene(
    68,
    'a reward let go of after it was captured',
    [409, 'reservation_captured'],
    async (shop) => {
      const id = await held(shop, await enrolled(shop))
      accepted(await end(shop, id, 'capture'))
      return () => end(shop, id, 'void')
    },
    { isRecorded: true },
  ),
  scene(
    69,
    'a reward captured after its time',
    [409, 'reservation_expired'],
    async (shop) => {
      const id = await held(shop, await enrolled(shop), { reservationTtl: 'PT1M' })
      shop.api.clock.advance('PT60S')
      return () => end(shop, id, 'capture')
    },
    { isAlone: true, isRecorded: true },
  ),
  scene(
    69,
    'a reward captured while its time runs out: one of both has happened, with its piece',
    [200],
    async (shop) => {
      const memberId = await enrolled(shop)
      const rewardId = await publishedReward(shop, { ...FETCHED, stock: 3, reservationTtl: 'PT1M' })
      const { id } = accepted(await take(shop, rewardId, memberId)).reservation
      shop.api.clock.advance('PT59S')
      return async () => {
        const capturing = end(shop, id, 'capture')
        shop.api.clock.advance('PT2S')
        const adjusting = shop.admin.post(
          '/v1/points/adjustments',
          { memberId, points: 1, reason: 'other', note: 'x' },
          { key: shop.next() },
        )
        const [captured, adjusted] = await Promise.all([capturing, adjusting])
        expect([adjusted.status, [201, 409].includes(captured.status)]).toEqual([201, true])
        const isCaptured = captured.status === 201
        const { left } = accepted(await shop.admin.get(`/v1/rewards/${rewardId}`))
        const { available, reserved } = await balanceOf(shop, memberId)
        expect({ available, reserved, left }).toEqual({
          ...{ available: isCaptured ? 991 : 1_001, reserved: 0 },
          left: isCaptured ? 2 : 3,
        })
        return shop.admin.get(`/v1/rewards/${rewardId}`)
      }
    },
    { isAlone: true, writes: true },
  ),
  scene(
    70,
    'an eleventh reward set aside',
    [409, 'too_many_reservations'],
    async (shop) => {
      const [id, memberId] = [await publishedReward(shop, FETCHED), await enrolled(shop)]
      for (let open = 0; open < 10; open += 1) accepted(await take(shop, id, memberId))
      return () => take(shop, id, memberId)
    },
    { isRecorded: true, body: { reasons: ['too_many_reservations'] } },
  ),
  scene(
    74,
    'a reward for a closed account',
    [410, 'account_closed'],
    async (shop) => {
      const [id, memberId] = [await publishedReward(shop), await enrolled(shop)]
      await make(shop, memberId, 'close')
      return () => take(shop, id, memberId)
    },
    { isRecorded: true },
  ),
]

const VOUCHERS: readonly Scene[] = [
  scene(81, 'the right voucher after five wrong ones of the same minute', [429, 'too_many_attempts'], async (shop) => {
    const { code } = await voucher(shop)
    const guesser = till(shop, 'guesser')
    for (let guess = 0; guess < 5; guess += 1) await use(shop, `00000000000${guess}`, guesser)
    return () => use(shop, code, guesser)
  }),
  scene(
    81,
    'fifty wrong vouchers at once',
    [404, 'not_found'],
    async (shop) => {
      const guesser = till(shop, 'hasty')
      return async () => {
        const guesses = Array.from({ length: 50 }, () => use(shop, '000000000001', guesser))
        const replies = await Promise.all(guesses)
        expect(replies.filter(({ status }) => status === 404)).toHaveLength(5)
        return replies.find(({ status }) => status === 404) ?? unreachable()
      }
    },
    { writes: true },
  ),
  scene(
    81,
    'a used voucher, at another till',
    [409, 'voucher_used'],
    async (shop) => {
      const { code } = await voucher(shop)
      accepted(await use(shop, code, till(shop, 'first')))
      return () => use(shop, code, till(shop, 'second'))
    },
    { writes: true, body: { params: { storeId: 'central' } } },
  ),
  scene(
    81,
    'a voucher used and taken back at the same moment',
    [200],
    async (shop) => {
      const { code, id } = await voucher(shop)
      return async () => {
        const back = shop.admin.post(`/v1/rewards/redemptions/${id}/return`, {}, { key: shop.next() })
        const both = await Promise.all([use(shop, code), back])
        expect(both.filter(({ status }) => status < 300)).toHaveLength(1)
        return { ...(both.find(({ status }) => status < 300) ?? unreachable()), status: 200 }
      }
    },
    { writes: true },
  ),
  scene(
    81,
    'a reward taken back a second time',
    [409, 'redemption_returned'],
    async (shop) => {
      const { id } = await voucher(shop)
      const back = () => shop.admin.post(`/v1/rewards/redemptions/${id}/return`, {}, { key: shop.next() })
      accepted(await back())
      return back
    },
    { isRecorded: true },
  ),
  scene(
    17,
    'a reservation of somebody else',
    [404, 'not_found'],
    async (shop) => {
      const reward = await publishedReward(shop, FETCHED)
      const { id } = accepted(await take(shop, reward, shop.stranger.id)).reservation
      expect(await balanceOf(shop, shop.stranger.id)).toMatchObject({ reserved: 10 })
      const own = shop.api.as('member', { memberId: shop.member.id })
      return () => own.delete(`/v1/me/reservations/${id}`)
    },
    { isAlone: true },
  ),
]

export const REWARDS: readonly Scene[] = [...TAKEN, ...HELD, ...VOUCHERS]
