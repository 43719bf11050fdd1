/** What each path of rewards costs, in requests and units; a change of these figures is a change of the bill. */
import { beforeEach, expect, test } from 'vitest'
import { accepted } from '../../support/till.ts'
import { aRewardShop, LAMP, MUG, type RewardShop } from './reward-shop.ts'

const LIMITED = { stock: 60, limit: { count: 50, per: 'month' } }

let shop: RewardShop
beforeEach(async () => {
  shop = await aRewardShop()
})

/** Of the last command of this name. */
function costOf(operation: string) {
  const line = shop.till.api.logs.findLast((each) => each.operation === operation)
  return [line?.requests, line?.writeUnits, line?.readUnits]
}

const voucherOf = async (id: string) => accepted(await shop.take(id, shop.ann)).body.voucher
const heldOf = async (id: string) => accepted(await shop.take(id, shop.ann)).body.reservation.id

test('a reward at once: four items, and two units more for each a piece and a limit', async () => {
  await voucherOf(await shop.publish())
  expect(costOf('rewards.redeem')).toEqual([4, 10, 3])
  await voucherOf(await shop.publish({ ...MUG, ...LIMITED }))
  expect(costOf('rewards.redeem')).toEqual([5, 14, 4])
})

test('a reward that is held: the same, and the index that finds what nobody fetched', async () => {
  await heldOf(await shop.publish(LAMP))
  expect(costOf('rewards.redeem')).toEqual([4, 11, 3])
  await heldOf(await shop.publish({ ...LAMP, ...LIMITED }))
  expect(costOf('rewards.redeem')).toEqual([5, 15, 4])
})

test('the end of a reservation, which gives back what it took', async () => {
  const id = await shop.publish({ ...LAMP, ...LIMITED })
  accepted(await shop.ann.capture(await heldOf(id)))
  expect(costOf('points.capture')).toEqual([3, 8, 2])
  accepted(await shop.ann.release(await heldOf(id)))
  expect(costOf('points.void')).toEqual([3, 12, 2])
})

test('a voucher: looked at, used, taken back', async () => {
  const id = await shop.publish({ ...MUG, ...LIMITED })
  const { code } = await voucherOf(id)
  accepted(await shop.till.client.get(`/v1/rewards/vouchers/${code}`))
  expect(costOf('rewards.voucher')).toEqual([3, 0, 3])
  accepted(await shop.till.client.post(`/v1/rewards/vouchers/${code}/consume`, { storeId: 'central' }, { key: 'k' }))
  expect(costOf('rewards.consume')).toEqual([4, 4, 3])
  const other = await voucherOf(id)
  accepted(await shop.till.client.post(`/v1/rewards/vouchers/${other.code}/void`, undefined, { key: 'v' }))
  expect(costOf('rewards.voidVoucher')).toEqual([5, 10, 4])
})

test('what a member can have: the same for one reward as for ten of the size of a page', async () => {
  await shop.publish({ ...MUG, ...LIMITED })
  accepted(await shop.own(shop.ann).get('/v1/me/rewards'))
  expect(costOf('rewards.mine')).toEqual([4, 0, 3.5])
  for (let count = 1; count < 10; count += 1) await shop.publish({ ...MUG, ...LIMITED })
  accepted(await shop.own(shop.ann).get('/v1/me/rewards'))
  expect(costOf('rewards.mine')?.[0]).toBe(4)
})
