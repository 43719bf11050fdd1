/** A reward that is fetched or sent: points, piece and limit are set aside together, and come back together exactly once. */
import { beforeEach, describe, expect, test } from 'vitest'
import { settleAccount } from '../../../functions/points/settle-account.ts'
import { aNeighbour, mergeInto, ourselves, stand } from '../../support/neighbours.ts'
import { accepted, outcome } from '../../support/till.ts'
import { aRewardShop, LAMP, MUG, type RewardShop } from './reward-shop.ts'

const LIMITED = { ...LAMP, stock: 2, limit: { count: 2, per: 'month' } }

let shop: RewardShop
let id: string
beforeEach(async () => {
  shop = await aRewardShop()
  id = await shop.publish(LIMITED)
})

const held = async (rewardId = id): Promise<string> => accepted(await shop.take(rewardId, shop.ann)).body.reservation.id
const standing = async () => {
  const { available, reserved } = await shop.ann.balances()
  return { available, reserved, left: await shop.left(), used: await shop.used(shop.ann, id) }
}
const BEFORE = { available: 1_000, reserved: 0, left: 2, used: 0 }
const HELD = { available: 900, reserved: 100, left: 1, used: 1 }
const TAKEN = { available: 900, reserved: 0, left: 1, used: 1 }

describe('a reservation', () => {
  test('sets points, piece and limit aside until its time', async () => {
    const { status, body } = await shop.take(id, shop.ann)
    expect([status, body.reservation]).toMatchObject([
      201,
      { state: 'reserved', step: null, points: 100, storeId: 'central', expiresAt: '2026-11-23T11:00:00.000Z' },
    ])
    expect(body.entry).toMatchObject({ type: 'RESERVE', reservationId: body.reservation.id })
    expect(await standing()).toEqual(HELD)
    await shop.sound()
  })

  test.each([
    ['the desk', (rsv: string) => shop.ann.release(rsv)],
    ['its member', (rsv: string) => shop.own(shop.ann).delete(`/v1/me/reservations/${rsv}`)],
  ])('that %s lets go of gives all three back, once', async (_, release) => {
    const rsv = await held()
    accepted(await release(rsv))
    accepted(await release(rsv))
    expect(await standing()).toEqual(BEFORE)
    expect(outcome(await shop.ann.capture(rsv))).toBe('409 reservation_voided')
    await shop.sound()
  })

  test('whose time is over gives all three back with whatever touches the account first', async () => {
    const rsv = await held()
    shop.till.api.clock.advance('PT1H')
    expect(outcome(await shop.ann.capture(rsv))).toBe('409 reservation_expired')
    expect(outcome(await shop.own(shop.ann).delete(`/v1/me/reservations/${rsv}`))).toBe('409 reservation_expired')
    expect(await standing()).toEqual({ ...BEFORE, left: 1, used: 1 })
    accepted(await shop.ann.adjust(1))
    expect(await standing()).toEqual({ ...BEFORE, available: 1_001 })
    for (const _ of ['once', 'more']) await settleAccount(ourselves(shop.till), { memberId: shop.ann.id })
    expect(await standing()).toEqual({ ...BEFORE, available: 1_001 })
    await shop.sound()
  })

  test('of the same reward may follow in the very command that its time-out is written with', async () => {
    for (const _ of ['one', 'two']) await held()
    expect(outcome(await shop.take(id, shop.ann))).toBe('409 member_limit')
    shop.till.api.clock.advance('PT1H')
    await held()
    expect(await standing()).toEqual(HELD)
    await shop.sound()
  })

  test('keeps the terms that it was made under', async () => {
    const rsv = await held()
    accepted(await shop.change(id, { ...LIMITED, points: 300, reservationTtl: 'P1D', state: 'active' }))
    expect((await shop.take(id, shop.ann)).body.reservation).toMatchObject({ points: 300 })
    expect(accepted(await shop.ann.capture(rsv)).body).toMatchObject({ points: 100, state: 'captured' })
    await shop.sound()
  })

  test('is one of ten at most, and nothing is taken for an eleventh', async () => {
    const cheap = await shop.publish({ ...LAMP, points: 1 })
    for (let count = 0; count < 10; count += 1) await held(cheap)
    expect((await shop.take(cheap, shop.ann)).body.reasons).toEqual(['too_many_reservations'])
    await shop.sound()
  })

  test('without a store is served by any store', async () => {
    const { body } = await shop.own(shop.ann).post('/v1/me/redemptions', { rewardId: id }, { key: 'k' })
    expect(body.reservation).toMatchObject({ storeId: null })
    const north = shop.till.by(shop.till.api.as('cashier', { stores: ['north'] }))
    accepted(await north.capture(body.reservation.id))
    expect(await standing()).toEqual(TAKEN)
    await shop.sound()
  })

  test('ends with the account, and the piece is free again', async () => {
    await held()
    accepted(await stand(shop.till, shop.ann.id, 'close'))
    expect([await shop.left(), await shop.used(shop.ann, id)]).toEqual([2, 0])
    await shop.sound()
  })

  test('whose time is over is no obstacle to a merger, and its piece comes back with it', async () => {
    await held()
    shop.till.api.clock.advance('PT1H')
    await mergeInto(shop.till, shop.ann, shop.bob)
    expect([await shop.left(), (await shop.bob.balances()).available]).toEqual([2, 1_000])
    await shop.sound()
  })
})

describe('a piece that nobody fetched', () => {
  test('is found before anybody is told that nothing is left', async () => {
    for (const _ of ['one', 'two']) await held()
    accepted(await shop.bob.buy())
    expect(outcome(await shop.take(id, shop.bob))).toBe('409 sold_out')
    shop.till.api.clock.advance('PT1H')
    expect(outcome(await shop.take(id, shop.bob))).toBe('201')
    expect(await standing()).toEqual({ ...BEFORE, left: 1 })
    await shop.sound()
  })

  test('is found by many at once, and goes to as many as there are pieces', async () => {
    for (const _ of ['one', 'two']) await held()
    const takers = []
    while (takers.length < 8) {
      const member = await aNeighbour(shop.till)
      accepted(await member.buy())
      takers.push(member)
    }
    shop.till.api.clock.advance('PT1H')
    const replies = await Promise.all(takers.map((member) => shop.take(id, member)))
    expect(replies.map(outcome).filter((code) => code === '201')).toHaveLength(2)
    expect(await shop.left()).toBe(0)
    await shop.sound()
  })
})

describe('captured', () => {
  test('the points are gone and the piece is not back', async () => {
    const rsv = await held()
    accepted(await shop.ann.capture(rsv))
    expect(await standing()).toEqual(TAKEN)
    expect((await shop.own(shop.ann).get(`/v1/me/reservations/${rsv}`)).body).toMatchObject({
      state: 'captured',
      step: 'requested',
    })
    expect(outcome(await shop.ann.release(rsv))).toBe('409 reservation_captured')
    await shop.sound()
  })

  test('it is taken as a whole and pays for no receipt', async () => {
    const rsv = await held()
    expect(outcome(await shop.ann.capture(rsv, { points: 50 }))).toBe('422 out_of_range')
    expect(outcome(await shop.ann.capture(rsv, { receiptNumber: '7' }))).toBe('422 invalid_value')
    expect(await standing()).toEqual(HELD)
  })

  test('and let go of at the same moment: one of both has happened, with everything that belongs to it', async () => {
    const rsv = await held()
    const own = shop.own(shop.ann)
    const both = [shop.ann.capture(rsv), own.delete(`/v1/me/reservations/${rsv}`)]
    const codes = (await Promise.all(both)).map(outcome)
    expect(codes.filter((code) => code.startsWith('20'))).toHaveLength(1)
    expect([TAKEN, BEFORE]).toContainEqual(await standing())
    await shop.sound()
  })

  test('and settled at its very last moment: one of both has happened', async () => {
    const rsv = await held()
    shop.till.api.clock.set('2026-11-23T10:59:59.999Z')
    const capture = shop.ann.capture(rsv)
    shop.till.api.clock.advance('PT1S')
    const settle = settleAccount(ourselves(shop.till), { memberId: shop.ann.id })
    const [reply] = await Promise.all([capture, settle])
    expect([TAKEN, BEFORE]).toContainEqual(await standing())
    expect(['201', '409 reservation_expired']).toContain(outcome(reply))
    await shop.sound()
  })
})

describe('on its way', () => {
  const step = (rsv: string, state: string, by = shop.till.client) =>
    by.post(`/v1/rewards/redemptions/${rsv}/fulfilment`, { state })

  test('it is made ready and handed over, forward only', async () => {
    const rsv = await held()
    expect(outcome(await step(rsv, 'ready'))).toBe('409 step_refused')
    accepted(await shop.ann.capture(rsv))
    expect((await step(rsv, 'ready')).body).toMatchObject({ state: 'captured', step: 'ready' })
    const again = await step(rsv, 'ready')
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([200, 'true'])
    expect((await step(rsv, 'handed_over')).body).toMatchObject({ step: 'handed_over' })
    expect(outcome(await step(rsv, 'ready'))).toBe('409 step_refused')
    expect(outcome(await step(rsv, 'shipped'))).toBe('409 step_refused')
  })

  test('it is shipped and delivered where it is sent', async () => {
    const rsv = await held(await shop.publish({ ...LAMP, fulfilment: 'ship' }))
    accepted(await shop.ann.capture(rsv))
    expect(outcome(await step(rsv, 'handed_over'))).toBe('409 step_refused')
    for (const state of ['shipped', 'delivered']) expect((await step(rsv, state)).body.step).toBe(state)
  })

  test('it is of its store, and of nobody else’s', async () => {
    const rsv = await held()
    accepted(await shop.ann.capture(rsv))
    const north = shop.till.api.as('cashier', { stores: ['north'] })
    expect(outcome(await step(rsv, 'ready', north))).toBe('404 not_found')
    expect(outcome(await north.get(`/v1/rewards/redemptions/${rsv}`))).toBe('404 not_found')
    const central = shop.till.api.as('cashier', { stores: ['central'] })
    expect((await step(rsv, 'ready', central)).body.step).toBe('ready')
  })
})

describe('taken by its member without naming a store', () => {
  const asStaff = (role: 'cashier' | 'manager', store: string) => shop.till.api.as(role, { stores: [store] })

  async function ownHeld(): Promise<string> {
    const rewardId = await shop.publish({ ...LAMP, stores: ['central'] })
    const reply = await shop.own(shop.ann).post('/v1/me/redemptions', { rewardId }, { key: shop.till.next() })
    return accepted(reply).body.reservation.id
  }

  test('it is served where the reward is, and nowhere else', async () => {
    const north = shop.till.by(asStaff('cashier', 'north'))
    const central = shop.till.by(asStaff('cashier', 'central'))
    const rsv = await ownHeld()
    expect(outcome(await north.capture(rsv))).toBe('404 not_found')
    expect(outcome(await north.release(rsv))).toBe('404 not_found')
    expect(outcome(await central.capture(rsv))).toBe('201')
    const path = `/v1/rewards/redemptions/${rsv}`
    expect(outcome(await asStaff('cashier', 'north').post(`${path}/fulfilment`, { state: 'ready' }))).toBe(
      '404 not_found',
    )
    const back = (store: string) => asStaff('manager', store).post(`${path}/return`, undefined, { key: store })
    expect(outcome(await back('north'))).toBe('404 not_found')
    expect(outcome(await back('central'))).toBe('201')
  })

  test('its voucher is taken back by a manager of a store that has the reward', async () => {
    const rewardId = await shop.publish({ ...MUG, stores: ['central'] })
    const reply = await shop.own(shop.ann).post('/v1/me/redemptions', { rewardId }, { key: shop.till.next() })
    const { code } = accepted(reply).body.voucher
    const undo = (store: string) =>
      asStaff('manager', store).post(`/v1/rewards/vouchers/${code}/void`, undefined, { key: store })
    expect(outcome(await undo('north'))).toBe('404 not_found')
    expect(outcome(await undo('central'))).toBe('201')
  })
})

describe('taken back', () => {
  const back = (redemption: string, key = shop.till.next(), by = shop.till.client) =>
    by.post(`/v1/rewards/redemptions/${redemption}/return`, undefined, { key })

  test('the points are in their lots again and the piece in its stock, and the limit stays used', async () => {
    const rsv = await held()
    expect(outcome(await back(rsv))).toBe('409 step_refused')
    accepted(await shop.ann.capture(rsv))
    const { status, body } = await back(rsv, 'k')
    expect([status, body]).toMatchObject([201, { entry: { type: 'RESTORE', points: 100, reservationId: rsv } }])
    expect(await standing()).toEqual({ ...BEFORE, used: 1 })
    expect((await back(rsv, 'k')).body).toEqual(body)
    expect(outcome(await back(rsv))).toBe('409 redemption_returned')
    expect((await shop.ann.account()).lifetime).toMatchObject({ redeemed: 0 })
    await shop.sound()
  })

  test('twice at the same moment it is back once', async () => {
    const rsv = await held()
    accepted(await shop.ann.capture(rsv))
    const codes = (await Promise.all([back(rsv), back(rsv), back(rsv)])).map(outcome)
    expect(codes.sort()).toEqual(['201', '409 redemption_returned', '409 redemption_returned'])
    expect((await standing()).left).toBe(2)
    await shop.sound()
  })

  test('an unused voucher ends with it, and a used one cannot be taken back', async () => {
    const mug = await shop.publish({ ...MUG, stock: 5 })
    const [one, two] = [await shop.take(mug, shop.ann), await shop.take(mug, shop.ann)].map(({ body }) => body.voucher)
    accepted(await back(one.id))
    const use = (code: string) =>
      shop.till.client.post(`/v1/rewards/vouchers/${code}/consume`, { storeId: 'central' }, { key: shop.till.next() })
    expect(outcome(await use(one.code))).toBe('409 voucher_cancelled')
    accepted(await use(two.code))
    expect(outcome(await back(two.id))).toBe('409 voucher_used')
    expect([(await shop.ann.balances()).available, await shop.left()]).toEqual([900, 6])
    await shop.sound()
  })

  test('a manager does it, of their own store', async () => {
    const rsv = await held()
    accepted(await shop.ann.capture(rsv))
    const north = shop.till.api.as('manager', { stores: ['north'] })
    expect(outcome(await back(rsv, 'n', north))).toBe('404 not_found')
    expect(outcome(await back(rsv, 'c', shop.till.api.as('cashier')))).toBe('403 forbidden')
    expect(outcome(await back(rsv, 'm', shop.till.api.as('manager', { stores: ['central'] })))).toBe('201')
  })
})
