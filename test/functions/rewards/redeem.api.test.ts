/** A reward that is given at once: points, piece, limit and voucher go together, once, or not at all. */
import { beforeEach, describe, expect, test } from 'vitest'
import { stand } from '../../support/neighbours.ts'
import { aProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, outcome } from '../../support/till.ts'
import { aRewardShop, FIVER, LAMP, MUG, type RewardShop } from './reward-shop.ts'

let shop: RewardShop
beforeEach(async () => {
  shop = await aRewardShop()
})

describe('a reward that is given at once', () => {
  test('costs its points and one piece and is a voucher, in one transaction of fourteen write units', async () => {
    const id = await shop.publish({ ...MUG, stock: 3, limit: { count: 2, per: 'month' } })
    const { status, body } = await shop.take(id, shop.ann)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      voucher: { state: 'issued', rewardId: id, name: MUG.name, points: 100, storeId: 'central', used: null },
      entry: { type: 'REDEEM', points: -100, storeId: 'central' },
      balances: { available: 900 },
    })
    expect(body.voucher.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/)
    expect([await shop.left(), await shop.used(shop.ann, id)]).toEqual([2, 1])
    const line = shop.till.api.logs.findLast(({ operation }) => operation === 'rewards.redeem')
    expect(line).toMatchObject({ writeUnits: 14 })
    await shop.sound()
  })

  test('leaves its code in no table and no log, because whoever knows it can use it', async () => {
    const id = await shop.publish(FIVER)
    const { code } = accepted(await shop.take(id, shop.ann)).body.voucher
    const rows = [
      ...(await rowsOf(shop.till.api.tables, 'Ledger')),
      ...(await rowsOf(shop.till.api.tables, 'Operations')),
    ]
    expect(JSON.stringify([rows, shop.till.api.logs])).not.toContain(code)
  })

  test('is the same again for the same key, whatever became of it since', async () => {
    const id = await shop.publish({ ...MUG, stock: 3 })
    const first = await shop.take(id, shop.ann, { key: 'k' })
    accepted(
      await shop.till.client.post(`/v1/rewards/vouchers/${first.body.voucher.code}/void`, undefined, { key: 'v' }),
    )
    accepted(await shop.change(id, { ...MUG, stock: 3, state: 'ended' }))
    shop.till.api.clock.advance('P400D')
    const again = await shop.take(id, shop.ann, { key: 'k' })
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true'])
    expect(outcome(await shop.take(id, shop.bob, { key: 'k' }))).toBe('422 idempotency_key_reused')
    await shop.sound()
  })

  test('thirty times at once under one key is one voucher', async () => {
    const id = await shop.publish({ ...MUG, stock: 5 })
    const replies = await Promise.all(Array.from({ length: 30 }, () => shop.take(id, shop.ann, { key: 'k' })))
    expect(new Set(replies.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
    expect([await shop.left(), (await shop.ann.balances()).available]).toEqual([4, 900])
    await shop.sound()
  })

  test('needs a key, and names its member in exactly one way', async () => {
    const id = await shop.publish()
    const path = `/v1/rewards/${id}/redemptions`
    const named = { memberId: shop.ann.id, storeId: 'central' }
    expect(outcome(await shop.till.client.post(path, named))).toBe('400 idempotency_key_required')
    const both = { fields: { externalId: shop.ann.externalId } }
    expect(outcome(await shop.take(id, shop.ann, both))).toBe('422 invalid_value')
    const by = { fields: { memberId: undefined, externalId: shop.ann.externalId } }
    expect(outcome(await shop.take(id, shop.ann, by))).toBe('201')
  })

  test('is 404 where there is no such reward, and where it was never published', async () => {
    const { id } = accepted(await shop.till.client.post('/v1/rewards', MUG)).body
    expect(outcome(await shop.take(id, shop.ann))).toBe('404 not_found')
    expect(outcome(await shop.take('rwd_01J9REWARD0000000000000000', shop.ann))).toBe('404 not_found')
    const asked = await shop.own(shop.ann).post('/v1/me/redemptions', { rewardId: id }, { key: 'k' })
    expect(outcome(asked)).toBe('404 reward_not_found')
  })

  test('is handed out at stores of the caller only', async () => {
    const id = await shop.publish()
    const by = shop.till.api.as('cashier', { stores: ['north'] })
    expect(outcome(await shop.take(id, shop.ann, { by }))).toBe('403 store_out_of_scope')
  })
})

describe('why it cannot be had', () => {
  test('is told with every reason at once, in one order, and recorded under its key', async () => {
    const id = await shop.publish({ ...MUG, stores: ['north'], tiers: undefined, segments: ['vip'] })
    accepted(await stand(shop.till, shop.bob.id, 'freeze'))
    const { status, body } = await shop.take(id, shop.bob, { key: 'k' })
    expect([status, body.code]).toEqual([409, 'account_frozen'])
    expect(body.reasons).toEqual(['account_frozen', 'insufficient_points', 'segment_required', 'store_excluded'])
    expect(body.params).toMatchObject({ available: 0, missing: 100, storeId: 'central' })
    accepted(await stand(shop.till, shop.bob.id, 'unfreeze'))
    const again = await shop.take(id, shop.bob, { key: 'k' })
    expect([again.status, again.body]).toEqual([409, body])
  })

  test.each([
    ['it has not begun', { window: { from: '2026-11-24' } }, 'not_started'],
    ['its last day is over', { window: { until: '2026-11-22' } }, 'ended'],
    ['the level is another', { tiers: ['gold'] }, 'tier_required'],
  ])('%s', async (_, fields, code) => {
    const levels = ['silver', 'gold'].map((id, at) => ({
      ...{ id, name: { en: id }, threshold: at * 100_000_000, multiplier: { num: 1, den: 1 } },
      ...{ priorityCase: false, perks: [] },
    }))
    const period = { kind: 'lifetime' } as const
    const tiers = { measure: 'spend', period, downgrade: 'never', grace: 'P30D', warnings: [], levels } as const
    shop = await aRewardShop({ program: aProgram({ tiers: { ...tiers, warnings: [] } }) })
    const id = await shop.publish({ ...MUG, ...fields })
    expect((await shop.take(id, shop.ann)).body).toMatchObject({ code, reasons: [code] })
  })

  test('its first and its last day count in the zone of the program', async () => {
    const id = await shop.publish({ ...MUG, window: { from: '2026-11-24', until: '2026-11-24' } })
    shop.till.api.clock.set('2026-11-23T23:59:59Z')
    expect(outcome(await shop.take(id, shop.ann))).toBe('409 not_started')
    shop.till.api.clock.set('2026-11-24T00:00:00Z')
    expect(outcome(await shop.take(id, shop.ann))).toBe('201')
    shop.till.api.clock.set('2026-11-25T00:00:00Z')
    expect(outcome(await shop.take(id, shop.ann))).toBe('409 ended')
  })

  test('it is paused, and can be had again afterwards', async () => {
    const id = await shop.publish()
    accepted(await shop.change(id, { ...MUG, state: 'paused' }))
    expect(outcome(await shop.take(id, shop.ann))).toBe('409 paused')
    accepted(await shop.change(id, { ...MUG, state: 'active' }))
    expect(outcome(await shop.take(id, shop.ann))).toBe('201')
  })

  test('above the limit of a card that was only named the member must show the code', async () => {
    const redemption = { reservationTtl: 'PT15M', requireVerifiedContact: false, cardOnlyMaxPoints: 150 }
    shop = await aRewardShop({ program: aProgram({ redemption }) })
    const id = await shop.publish()
    expect(outcome(await shop.take(id, shop.ann))).toBe('201')
    expect(outcome(await shop.take(id, shop.ann))).toBe('409 card_only_limit')
    const { code } = accepted(await shop.own(shop.ann).get('/v1/me/code')).body
    expect(outcome(await shop.take(id, shop.ann, { fields: { memberId: undefined, code } }))).toBe('201')
    expect(outcome(await shop.own(shop.ann).post('/v1/me/redemptions', { rewardId: id }, { key: 'own' }))).toBe('201')
  })
})

describe('a limit per member', () => {
  test.each([
    ['day', 'PT14H'],
    ['month', 'P8D'],
    ['year', 'P39D'],
  ])('by the %s begins anew with the next one, and never before', async (per, toTheNext) => {
    const id = await shop.publish({ ...MUG, limit: { count: 2, per } })
    for (const _ of ['one', 'two']) expect(outcome(await shop.take(id, shop.ann))).toBe('201')
    const refused = await shop.take(id, shop.ann)
    expect(refused.body).toMatchObject({ code: 'member_limit', params: { count: 2, per } })
    shop.till.api.clock.advance(toTheNext)
    expect(outcome(await shop.take(id, shop.ann))).toBe('201')
  })

  test('for life stays reached for ever, and is of one member only', async () => {
    const id = await shop.publish({ ...MUG, limit: { count: 1, per: 'lifetime' } })
    accepted(await shop.bob.buy())
    expect(outcome(await shop.take(id, shop.ann))).toBe('201')
    shop.till.api.clock.advance('P5Y')
    expect(outcome(await shop.take(id, shop.ann))).toBe('409 member_limit')
    expect(outcome(await shop.take(id, shop.bob))).toBe('201')
  })
})

describe('at the same moment', () => {
  test('fifty takers of the last piece: one has it, and nobody else pays', async () => {
    const id = await shop.publish({ ...MUG, points: 1, stock: 1 })
    const takers = Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? shop.ann : shop.bob))
    accepted(await shop.bob.buy())
    const replies = await Promise.all(takers.map((member) => shop.take(id, member)))
    const codes = replies.map(outcome)
    expect(codes.filter((code) => code === '201')).toHaveLength(1)
    // Whoever loses too often to others on one account is told to try again, and has paid nothing either.
    expect(codes.filter((code) => !['201', '409 sold_out', '503 try_again'].includes(code))).toEqual([])
    expect([await shop.left(), (await shop.ann.balances()).available + (await shop.bob.balances()).available]).toEqual([
      0, 1_099,
    ])
    await shop.sound()
  })

  test('fifty tries of one member with a limit of three: three succeed', async () => {
    const id = await shop.publish({ ...MUG, points: 1, limit: { count: 3, per: 'month' } })
    const replies = await Promise.all(Array.from({ length: 50 }, () => shop.take(id, shop.ann)))
    const codes = replies.map(outcome)
    expect(codes.filter((code) => code === '201')).toHaveLength(3)
    expect(codes.filter((code) => !['201', '409 member_limit', '503 try_again'].includes(code))).toEqual([])
    expect([await shop.used(shop.ann, id), (await shop.ann.balances()).available]).toEqual([3, 997])
    await shop.sound()
  })

  test('something held and something given at once share no piece', async () => {
    const id = await shop.publish({ ...LAMP, points: 1, stock: 2 })
    const replies = await Promise.all(Array.from({ length: 10 }, () => shop.take(id, shop.ann)))
    expect(replies.map(outcome).filter((code) => code === '201')).toHaveLength(2)
    await shop.sound()
  })
})
