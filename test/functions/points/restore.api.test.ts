/** Points that paid for a receipt come back with its refunds, in proportion, whichever of refund and purchase came first. */
import { describe, expect, test } from 'vitest'
import { testApi } from '../../support/api.ts'
import { setUpProgram } from '../../support/programs.ts'

async function aShop() {
  const api = await testApi('2026-11-22T10:00:00Z')
  await setUpProgram(api)
  const till = api.as('pos')
  const { body } = await till.post('/v1/members', { externalId: '17850', storeId: 'central' }, { key: 'enrol' })
  const memberId: string = body.id
  const buy = (receiptNumber: string, amount: number) =>
    till.post('/v1/points/purchases', {
      memberId,
      storeId: 'central',
      receiptNumber,
      amount: { amount, currency: 'GBP' },
      purchasedAt: '2026-11-22T09:00:00Z',
    })
  const giveBack = (receiptNumber: string, refundNumber: string, amount: number) =>
    till.post('/v1/points/refunds', {
      storeId: 'central',
      receiptNumber,
      refundNumber,
      amount: { amount, currency: 'GBP' },
      refundedAt: '2026-11-22T09:30:00Z',
    })
  const pay = async (receiptNumber: string, points: number) => {
    const reserved = await till.post(
      '/v1/points/reservations',
      { memberId, points, storeId: 'central' },
      { key: `r${receiptNumber}` },
    )
    return till.post(
      `/v1/points/reservations/${reserved.body.id}/capture`,
      { receiptNumber },
      { key: `c${receiptNumber}` },
    )
  }
  const account = async () => (await till.get(`/v1/points/accounts/${memberId}`)).body
  await buy('earlier', 50_000)
  return { buy, giveBack, pay, account }
}

describe('a refund of a receipt that points paid for', () => {
  test('gives them back in proportion, so that the parts sum to the whole', async () => {
    const shop = await aShop()
    await shop.pay('paid', 301)
    await shop.buy('paid', 10_000)
    expect((await shop.account()).balances.available).toBe(500 - 301 + 100)
    await shop.giveBack('paid', 'first', 3_333)
    expect((await shop.account()).balances.available).toBe(500 - 301 + 67 + 100)
    await shop.giveBack('paid', 'second', 6_667)
    const after = await shop.account()
    expect(after.balances.available).toBe(500)
    expect(after.lifetime).toEqual({ earned: 600, redeemed: 0, expired: 0, reversed: 100 })
  })

  test('ends in the same state when it came before its purchase, so that the order of arrival never matters', async () => {
    const shop = await aShop()
    await shop.pay('paid', 301)
    expect((await shop.giveBack('paid', 'first', 3_333)).status).toBe(202)
    await shop.buy('paid', 10_000)
    const after = await shop.account()
    expect(after.balances.available).toBe(500 - 301 + 67 + 100)
    expect(after.lifetime).toEqual({ earned: 600, redeemed: 201, expired: 0, reversed: 33 })
  })

  test('sent twice gives them back once', async () => {
    const shop = await aShop()
    await shop.pay('paid', 301)
    await shop.buy('paid', 10_000)
    const answers = [await shop.giveBack('paid', 'all', 10_000), await shop.giveBack('paid', 'all', 10_000)]
    expect(answers.map(({ status }) => status)).toEqual([201, 200])
    expect((await shop.account()).balances.available).toBe(500)
  })
})
