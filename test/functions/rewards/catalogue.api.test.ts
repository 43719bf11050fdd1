/** The catalogue: drafts by some, publications by others, stocks that only grow, and nothing that changes unseen. */
import { beforeEach, describe, expect, test } from 'vitest'
import { staffClaims } from '../../../functions/program/staff-claims.ts'
import type { Client } from '../../support/api.ts'
import { ourselves } from '../../support/neighbours.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, outcome } from '../../support/till.ts'
import { aRewardShop, FIVER, LAMP, MUG, type RewardShop } from './reward-shop.ts'

let shop: RewardShop
let mona: Client
let max: Client
beforeEach(async () => {
  shop = await aRewardShop()
  mona = shop.till.api.as('manager', { id: 'mona' })
  max = shop.till.api.as('marketer', { id: 'max' })
})

const drafted = async (by: Client, reward: object = MUG): Promise<string> =>
  accepted(await by.post('/v1/rewards', reward)).body.id
const read = async (id: string, by = shop.till.client) => accepted(await by.get(`/v1/rewards/${id}`)).body

describe('a draft', () => {
  test('is nothing that anybody can have before somebody else has published it', async () => {
    const id = await drafted(max)
    expect(await read(id, max)).toMatchObject({ state: 'draft', published: null, draft: { by: 'max', points: 100 } })
    for (const role of ['cashier', 'pos'] as const) {
      expect(outcome(await shop.till.api.as(role).get(`/v1/rewards/${id}`))).toBe('404 not_found')
    }
    expect(outcome(await shop.change(id, { ...MUG, state: 'active' }, max))).toBe('403 forbidden')
    const published = await shop.change(id, { ...MUG, state: 'active' }, mona)
    expect(published.body).toMatchObject({
      state: 'active',
      published: { number: 1, by: 'mona', selfPublished: false },
    })
    expect(published.body.draft).toBeNull()
  })

  test('is not published by who drafted it, nor with a word changed on the way', async () => {
    const id = await drafted(mona)
    expect(outcome(await shop.change(id, { ...MUG, state: 'active' }, mona))).toBe('403 own_draft')
    const other = shop.till.api.as('manager', { id: 'mike' })
    expect(outcome(await shop.change(id, { ...MUG, points: 1, state: 'active' }, other))).toBe('403 own_draft')
    expect(outcome(await shop.change(id, { ...MUG, state: 'active' }, other))).toBe('200')
  })

  test('is published alone by the only admin, and says so', async () => {
    expect(await read(await shop.publish())).toMatchObject({ published: { selfPublished: true } })
  })

  test('is published alone by the only admin that is recorded, and by no other then', async () => {
    const ada = { name: 'Ada', email: 'ada@example.com', roles: ['admin'], stores: '*' }
    const { id: adminId } = accepted(await shop.till.client.post('/v1/program/staff', ada, { key: 'ada' })).body
    await staffClaims(ourselves(shop.till), { id: adminId, groups: [] })
    const alone = await shop.publish({ ...MUG, points: 1 }, shop.till.api.as('admin', { id: adminId }))
    expect(await read(alone)).toMatchObject({ published: { selfPublished: true } })
    const id = await drafted(shop.till.client)
    expect(outcome(await shop.change(id, { ...MUG, state: 'active' }))).toBe('403 own_draft')
  })

  test('of a published reward leaves it as it is', async () => {
    const id = await shop.publish()
    accepted(await shop.change(id, { ...MUG, points: 50, state: 'draft' }, max))
    expect(await read(id)).toMatchObject({ state: 'active', points: 100, draft: { points: 50 } })
    expect((await shop.take(id, shop.ann)).body.entry.points).toBe(-100)
    accepted(await shop.change(id, { ...MUG, points: 50, state: 'active' }, mona))
    expect((await shop.take(id, shop.ann)).body.entry.points).toBe(-50)
    const kept = (await rowsOf(shop.till.api.tables, 'Operations')).filter(({ pk }) => pk === `REWARD#${id}`)
    expect(kept.map(({ published }) => (published as { number: number }).number)).toEqual([1, 2])
  })
})

describe('a change', () => {
  test('names the version that was read', async () => {
    const id = await drafted(max)
    const put = (ifMatch?: string) =>
      max.put(`/v1/rewards/${id}`, { ...MUG, state: 'draft' }, ifMatch === undefined ? {} : { ifMatch })
    expect(outcome(await put())).toBe('428 if_match_required')
    expect(outcome(await put('"1"'))).toBe('200')
    expect(outcome(await put('"1"'))).toBe('412 stale_version')
  })

  test('by two at once is made by one', async () => {
    const id = await drafted(max)
    const put = () => max.put(`/v1/rewards/${id}`, { ...MUG, state: 'draft' }, { ifMatch: '"1"' })
    expect((await Promise.all([put(), put()])).map(outcome).sort()).toEqual(['200', '412 stale_version'])
  })

  test('pauses and ends only what was published, and an end is for ever', async () => {
    const id = await drafted(max)
    expect(outcome(await shop.change(id, { ...MUG, state: 'paused' }))).toBe('409 step_refused')
    accepted(await shop.change(id, { ...MUG, state: 'active' }))
    expect(outcome(await shop.change(id, { ...MUG, points: 5, state: 'paused' }))).toBe('422 invalid_value')
    accepted(await shop.change(id, { ...MUG, state: 'ended' }, mona))
    expect(outcome(await shop.change(id, { ...MUG, state: 'active' }))).toBe('409 ended')
    expect(outcome(await shop.change(id, { ...MUG, state: 'draft' }))).toBe('409 ended')
  })

  test('makes a stock larger, never smaller, and makes none of what had none', async () => {
    const id = await shop.publish({ ...MUG, stock: 3 })
    accepted(await shop.take(id, shop.ann))
    accepted(await shop.change(id, { ...MUG, stock: 50, state: 'active' }))
    expect(await read(id)).toMatchObject({ stock: 50, left: 49 })
    for (const stock of [49, undefined]) {
      expect((await shop.change(id, { ...MUG, stock, state: 'active' })).status).toBe(422)
    }
    const endless = await shop.publish()
    expect(outcome(await shop.change(endless, { ...MUG, stock: 3, state: 'active' }))).toBe('422 invalid_value')
    await shop.sound()
  })

  test('of a stock of nothing is a reward that is sold out until there is more', async () => {
    const id = await shop.publish({ ...MUG, stock: 0 })
    expect(outcome(await shop.take(id, shop.ann))).toBe('409 sold_out')
    accepted(await shop.change(id, { ...MUG, stock: 1, state: 'active' }))
    expect(outcome(await shop.take(id, shop.ann))).toBe('201')
    await shop.sound()
  })
})

describe('what is wrong with a reward', () => {
  test.each([
    ['a voucher without a value', { ...FIVER, valueMinor: undefined }, '/valueMinor'],
    ['goods with a value', { ...MUG, valueMinor: 1 }, '/valueMinor'],
    ['a voucher that is fetched', { ...FIVER, fulfilment: 'pickup' }, '/fulfilment'],
    ['a time to hold what is given at once', { ...MUG, reservationTtl: 'PT1H' }, '/reservationTtl'],
    ['a reservation of more than a week', { ...LAMP, reservationTtl: 'P8D' }, '/reservationTtl'],
    ['a reservation of less than a minute', { ...LAMP, reservationTtl: 'PT59S' }, '/reservationTtl'],
    ['a validity of what is fetched', { ...LAMP, voucherValidity: 'P1D' }, '/voucherValidity'],
    ['an end before its beginning', { ...MUG, window: { from: '2026-12-02', until: '2026-12-01' } }, '/window/until'],
    ['a store that is none', { ...MUG, stores: ['central', 'nowhere'] }, '/stores/1'],
    ['a level that is none', { ...MUG, tiers: ['gold'] }, '/tiers/0'],
    ['no name in the language of the program', { ...MUG, name: { 'zh-Hant': '杯' } }, '/name/en'],
    ['a price of nothing', { ...MUG, points: 0 }, '/points'],
    ['a limit of nothing', { ...MUG, limit: { count: 0, per: 'day' } }, '/limit/count'],
  ])('%s', async (_, reward, pointer) => {
    const { status, body } = await max.post('/v1/rewards', reward)
    expect([status, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([422, [pointer]])
  })
})

describe('POST /v1/rewards', () => {
  test('under one key makes one, and is answered again with what it was', async () => {
    const make = (reward: object = MUG) => max.post('/v1/rewards', reward, { key: 'k' })
    const replies = await Promise.all([make(), make(), make()])
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
    const [first] = replies
    accepted(await shop.change(first?.body.id, { ...MUG, points: 5, state: 'draft' }))
    const again = await make()
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first?.body, 'true'])
    expect(outcome(await make(FIVER))).toBe('422 idempotency_key_reused')
  })
})

describe('GET /v1/rewards', () => {
  test('lists what is published to the desk and drafts to who may write them, page by page', async () => {
    const ids = [await shop.publish(), await drafted(max), await shop.publish(), await drafted(max)]
    const listed = async (by: Client, limit: number) => {
      const seen: string[] = []
      for (let cursor = ''; ; ) {
        const { items, nextCursor } = accepted(await by.get(`/v1/rewards?limit=${limit}${cursor}`)).body
        seen.push(...items.map(({ id }: { id: string }) => id))
        if (nextCursor === null) return seen.sort()
        cursor = `&cursor=${nextCursor}`
      }
    }
    expect(await listed(max, 3)).toEqual(ids.toSorted())
    expect(await listed(shop.till.api.as('cashier'), 1)).toEqual([ids[0], ids[2]].sort())
    const [shown] = accepted(await shop.till.api.as('pos').get('/v1/rewards')).body.items
    expect(shown).not.toHaveProperty('draft')
  })
})
