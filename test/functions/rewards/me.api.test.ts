/** Rewards as their member sees them: what can be had first, why the rest cannot, and nothing of anybody else. */
import { beforeEach, describe, expect, test } from 'vitest'
import { mergeInto, stand } from '../../support/neighbours.ts'
import { accepted, outcome } from '../../support/till.ts'
import { aRewardShop, FIVER, LAMP, MUG, type RewardShop } from './reward-shop.ts'

let shop: RewardShop
beforeEach(async () => {
  shop = await aRewardShop()
})

type Offer = {
  readonly name: { readonly en: string }
  readonly available: boolean
  readonly reasons: readonly object[]
}
const named = (en: string, fields: object) => shop.publish({ ...MUG, ...fields, name: { en } })
const mine = async (member = shop.ann): Promise<Offer[]> =>
  accepted(await shop.own(member).get('/v1/me/rewards')).body.items

describe('GET /v1/me/rewards', () => {
  test('has what can be had first, then what is nearest, each with every reason and its values', async () => {
    await named('far', { points: 9_000 })
    await named('near', { points: 1_200 })
    await named('dear', { points: 900 })
    await named('cheap', { points: 10 })
    await named('soon', { window: { from: '2027-01-01' }, limit: { count: 1, per: 'year' }, segments: ['vip'] })
    const gone = await named('gone', { points: 5, stock: 1 })
    accepted(await shop.take(gone, shop.ann))
    expect((await mine()).map(({ name, reasons }) => [name.en, reasons])).toEqual([
      ['cheap', []],
      ['dear', []],
      ['gone', [{ code: 'sold_out', params: {} }]],
      [
        'soon',
        [
          { code: 'not_started', params: { from: '2027-01-01' } },
          { code: 'segment_required', params: {} },
        ],
      ],
      ['near', [{ code: 'insufficient_points', params: { needed: 1_200, available: 995, missing: 205 } }]],
      ['far', [{ code: 'insufficient_points', params: { needed: 9_000, available: 995, missing: 8_005 } }]],
    ])
  })

  test('offers again what nobody fetched in time, to everybody and to who let it lapse', async () => {
    const id = await named('held', { ...LAMP, stock: 1, limit: { count: 1, per: 'year' } })
    accepted(await shop.take(id, shop.ann))
    accepted(await shop.bob.buy())
    expect(await mine(shop.bob)).toMatchObject([{ available: false, reasons: [{ code: 'sold_out' }] }])
    shop.till.api.clock.advance('PT1H')
    expect(await mine(shop.ann)).toMatchObject([{ available: true, reasons: [] }])
    expect(await mine(shop.bob)).toMatchObject([{ available: true, reasons: [] }])
    expect(await shop.left()).toBe(1)
    await shop.sound()
  })

  test('counts what lapsed for nobody, also before it is written down', async () => {
    const id = await named('held', { ...LAMP, limit: { count: 1, per: 'year' } })
    accepted(await shop.take(id, shop.ann))
    expect(await mine()).toMatchObject([{ available: false, reasons: [{ code: 'member_limit' }] }])
    shop.till.api.clock.advance('PT1H')
    expect(await mine()).toMatchObject([{ available: true, reasons: [] }])
    expect(await shop.used(shop.ann, id)).toBe(1)
  })

  test('leaves out drafts and what has ended, and tells what is paused', async () => {
    accepted(await shop.till.client.post('/v1/rewards', MUG))
    const [paused, ended] = [await named('paused', {}), await named('ended', {})]
    accepted(await shop.change(paused, { ...MUG, name: { en: 'paused' }, state: 'paused' }))
    accepted(await shop.change(ended, { ...MUG, name: { en: 'ended' }, state: 'ended' }))
    expect(await mine()).toMatchObject([{ name: { en: 'paused' }, available: false, reasons: [{ code: 'paused' }] }])
  })

  test('agrees with what taking it says', async () => {
    const id = await named('held', { ...LAMP, points: 400, stock: 2, limit: { count: 1, per: 'day' } })
    expect(await mine()).toMatchObject([{ available: true }])
    accepted(await shop.take(id, shop.ann))
    const [offer] = await mine()
    const refused = (await shop.take(id, shop.ann)).body
    expect(offer?.reasons.map((reason) => ('code' in reason ? reason.code : ''))).toEqual(refused.reasons)
  })

  test('is seen at the desk for a member, at one store, with the same reasons', async () => {
    await named('north only', { stores: ['north'] })
    const desk = shop.till.api.as('cashier')
    const at = async (storeId: string) =>
      accepted(await desk.get(`/v1/rewards?memberId=${shop.bob.id}&storeId=${storeId}`)).body.items[0].reasons
    expect(await at('central')).toMatchObject([{ code: 'insufficient_points' }, { code: 'store_excluded' }])
    expect(await at('north')).toMatchObject([{ code: 'insufficient_points', params: { missing: 100 } }])
    expect(outcome(await desk.get(`/v1/rewards?memberId=${shop.bob.id}&storeId=nowhere`))).toBe('404 store_not_found')
    expect(outcome(await desk.get('/v1/rewards?memberId=mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'))).toBe('404 not_found')
  })

  test('is nothing to whose account is closed', async () => {
    accepted(await stand(shop.till, shop.ann.id, 'close'))
    expect(outcome(await shop.own(shop.ann).get('/v1/me/rewards'))).toBe('404 not_found')
  })
})

describe('what a member has taken', () => {
  const redeem = (rewardId: string, fields: object = {}) =>
    shop.own(shop.ann).post('/v1/me/redemptions', { rewardId, ...fields }, { key: shop.till.next() })

  test('is listed newest first, vouchers with their codes, page by page', async () => {
    const [fiver, lamp] = [await shop.publish(FIVER), await shop.publish({ ...LAMP, points: 10 })]
    const given = []
    for (let count = 0; count < 3; count += 1) {
      given.unshift(accepted(await redeem(fiver)).body.voucher)
      accepted(await redeem(lamp, { storeId: 'north' }))
      shop.till.api.clock.advance('PT1S')
    }
    const own = shop.own(shop.ann)
    expect((await own.get('/v1/me/vouchers')).body.items).toEqual(given)
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { items, nextCursor } = accepted(await own.get(`/v1/me/reservations?limit=2${cursor}`)).body
      seen.push(...items.map(({ id }: { id: string }) => id))
      if (nextCursor === null) break
      cursor = `&cursor=${nextCursor}`
    }
    expect(seen).toEqual(seen.toSorted().reverse())
    expect(seen).toHaveLength(3)
    const desk = await shop.till.client.get(`/v1/rewards/redemptions?memberId=${shop.ann.id}`)
    expect(desk.body.items).toHaveLength(6)
    expect(JSON.stringify(desk.body)).not.toContain(given[0].code)
  })

  test('is nobody else’s, who gets the very answer of what does not exist', async () => {
    const { id } = accepted(await redeem(await shop.publish(LAMP))).body.reservation
    const path = `/v1/me/reservations/${id}`
    for (const send of [shop.own(shop.bob).get(path), shop.own(shop.bob).delete(path)]) {
      expect(outcome(await send)).toBe('404 not_found')
    }
    expect((await shop.own(shop.bob).get('/v1/me/reservations')).body.items).toEqual([])
    expect((await shop.own(shop.ann).get(path)).body.state).toBe('reserved')
  })

  test('does not let a member end what the till has set aside as a payment', async () => {
    const { id } = accepted(await shop.ann.reserve(30)).body
    expect(outcome(await shop.own(shop.ann).delete(`/v1/me/reservations/${id}`))).toBe('404 not_found')
  })

  test('is over when its time is, whoever looks', async () => {
    const { id } = accepted(await redeem(await shop.publish(LAMP))).body.reservation
    shop.till.api.clock.advance('PT1H')
    expect((await shop.own(shop.ann).get(`/v1/me/reservations/${id}`)).body.state).toBe('expired')
    expect((await shop.till.client.get(`/v1/rewards/redemptions/${id}`)).body.state).toBe('expired')
  })

  test('goes on in the account that a member was merged into', async () => {
    await mergeInto(shop.till, shop.ann, shop.bob)
    const { voucher } = accepted(await redeem(await shop.publish(FIVER))).body
    for (const member of [shop.ann, shop.bob]) {
      expect((await shop.own(member).get('/v1/me/vouchers')).body.items).toEqual([voucher])
    }
    const { id } = accepted(await redeem(await shop.publish(LAMP))).body.reservation
    accepted(await shop.own(shop.ann).delete(`/v1/me/reservations/${id}`))
  })
})
