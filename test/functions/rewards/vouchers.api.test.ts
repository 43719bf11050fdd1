/** A voucher is used once, whole, by whoever serves its store; and nobody finds one by trying. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../../support/api.ts'
import { accepted, outcome } from '../../support/till.ts'
import { aRewardShop, FIVER, MUG, type RewardShop } from './reward-shop.ts'

let shop: RewardShop
beforeEach(async () => {
  shop = await aRewardShop()
})

const issued = async (reward: object = FIVER): Promise<string> =>
  accepted(await shop.take(await shop.publish(reward), shop.ann)).body.voucher.code
const use = (code: string, { key = shop.till.next(), by = shop.till.client, storeId = 'central' } = {}) =>
  by.post(`/v1/rewards/vouchers/${code}/consume`, { storeId }, { key })
const find = (code: string, by: Client = shop.till.client) => by.get(`/v1/rewards/vouchers/${code}`)

describe('a voucher', () => {
  test('says what it is worth and that the rest is lost, and not its code to the desk', async () => {
    const code = await issued({ ...FIVER, voucherValidity: 'P90D' })
    expect((await find(code)).body).toEqual({
      id: expect.stringMatching(/^vch_/),
      rewardId: expect.stringMatching(/^rwd_/),
      ...{ name: FIVER.name, kind: 'voucher', points: 100, state: 'issued', valueMinor: 500, rest: 'lost' },
      ...{
        issuedAt: '2026-11-23T10:00:00.000Z',
        expiresOn: '2027-02-21',
        stores: null,
        storeId: 'central',
        used: null,
      },
    })
  })

  test('is used once: its own till is answered again, any other told when and where', async () => {
    const code = await issued()
    const may = shop.till.api.as('cashier', { id: 'may', stores: ['central'] })
    const first = await use(code, { key: 'k', by: may })
    expect([first.status, first.body]).toMatchObject([200, { state: 'used', used: { storeId: 'central' } }])
    shop.till.api.clock.advance('P1D')
    const again = await use(code, { key: 'k', by: may })
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([200, first.body, 'true'])
    for (const by of [may, shop.till.client]) {
      const { status, body } = await use(code, { by })
      expect([status, body.code]).toEqual([409, 'voucher_used'])
      expect(body.params).toEqual({ usedAt: '2026-11-23T10:00:00.000Z', storeId: 'central' })
    }
  })

  test('is used once by five tills at the same moment', async () => {
    const code = await issued()
    const codes = (await Promise.all(Array.from({ length: 5 }, (_, at) => use(code, { by: tillOf(at) })))).map(outcome)
    expect(codes.sort()).toEqual(['200', ...Array(4).fill('409 voucher_used')])
  })

  test('is used under a key of its own', async () => {
    const [one, two] = [await issued(), await issued()]
    accepted(await use(one, { key: 'k' }))
    expect(outcome(await use(two, { key: 'k' }))).toBe('422 idempotency_key_reused')
    expect(outcome(await use(one, { key: 'k', storeId: 'north' }))).toBe('422 idempotency_key_reused')
    expect(outcome(await use(two))).toBe('200')
    expect(outcome(await shop.till.client.post(`/v1/rewards/vouchers/${two}/consume`, { storeId: 'central' }))).toBe(
      '400 idempotency_key_required',
    )
  })

  test('is good through its last day in the zone of the program, and not a second longer', async () => {
    const [one, two] = [
      await issued({ ...FIVER, voucherValidity: 'P1D' }),
      await issued({ ...FIVER, voucherValidity: 'P1D' }),
    ]
    shop.till.api.clock.set('2026-11-24T23:59:59Z')
    expect(outcome(await use(one))).toBe('200')
    shop.till.api.clock.set('2026-11-25T00:00:00Z')
    expect(outcome(await use(two))).toBe('409 voucher_expired')
    expect((await find(two)).body.state).toBe('expired')
    expect(outcome(await shop.till.client.post(`/v1/rewards/vouchers/${two}/void`, undefined, { key: 'v' }))).toBe(
      '409 voucher_expired',
    )
  })

  test('is used at the stores of its reward and of the caller only', async () => {
    const code = await issued({ ...MUG, stores: ['central'] })
    expect(outcome(await use(code, { storeId: 'north' }))).toBe('409 store_excluded')
    const north = shop.till.api.as('cashier', { id: 'nia', stores: ['north'] })
    expect(outcome(await use(code, { by: north }))).toBe('403 store_out_of_scope')
    expect(outcome(await use(code))).toBe('200')
  })

  test('is read in either case', async () => {
    expect(outcome(await use((await issued()).toLowerCase()))).toBe('200')
  })

  test('that a manager voids gives points and piece back and is good for nothing', async () => {
    const code = await issued({ ...MUG, stock: 1 })
    const manager = shop.till.api.as('manager', { stores: ['central'] })
    const voided = await manager.post(`/v1/rewards/vouchers/${code}/void`, undefined, { key: 'v' })
    expect([voided.status, voided.body]).toMatchObject([201, { entry: { type: 'RESTORE', points: 100 } }])
    const again = await manager.post(`/v1/rewards/vouchers/${code}/void`, undefined, { key: 'v' })
    expect([again.status, again.body]).toEqual([201, voided.body])
    expect(outcome(await use(code))).toBe('409 voucher_cancelled')
    expect([(await shop.ann.balances()).available, await shop.left()]).toEqual([1_000, 1])
    const north = shop.till.api.as('manager', { id: 'nick', stores: ['north'] })
    expect(outcome(await north.post(`/v1/rewards/vouchers/${await issued()}/void`, undefined, { key: 'n' }))).toBe(
      '404 not_found',
    )
    await shop.sound()
  })

  test('voided and used at the same moment is one of both', async () => {
    const code = await issued()
    const voided = shop.till.client.post(`/v1/rewards/vouchers/${code}/void`, undefined, { key: 'v' })
    const codes = (await Promise.all([use(code), voided])).map(outcome)
    expect(codes.filter((each) => each.startsWith('20'))).toHaveLength(1)
    const { available } = await shop.ann.balances()
    expect([(await find(code)).body.state, available]).toEqual(available === 900 ? ['used', 900] : ['cancelled', 1_000])
    await shop.sound()
  })
})

describe('whoever tries codes', () => {
  test('is stopped after five wrong ones for the rest of the minute, also with the right one', async () => {
    const code = await issued()
    const may = tillOf(1)
    for (const wrong of ['0', '1', '2', '3', '4']) {
      expect(outcome(await find(`AAAAAAAAAAA${wrong}`, may))).toBe('404 not_found')
    }
    const { status, body, headers } = await use(code, { by: may })
    expect([status, body.code, Number(headers['retry-after'])]).toEqual([429, 'too_many_attempts', 60])
    expect(outcome(await find(code, may))).toBe('429 too_many_attempts')
    expect(outcome(await find(code, tillOf(2)))).toBe('200')
    shop.till.api.clock.advance('PT60S')
    expect(outcome(await use(code, { by: may }))).toBe('200')
  })

  test('is not slowed down by right ones', async () => {
    const code = await issued()
    for (let count = 0; count < 12; count += 1) expect(outcome(await find(code))).toBe('200')
  })

  test('learns nothing from a code that could not be one', async () => {
    for (const odd of ['ILOUILOUILOU', 'SHORT', 'A'.repeat(13)]) expect(outcome(await find(odd))).toBe('404 not_found')
    expect(outcome(await find(await issued()))).toBe('200')
  })
})

function tillOf(number: number): Client {
  return shop.till.api.as('cashier', { id: `till-${number}`, stores: ['central'] })
}
