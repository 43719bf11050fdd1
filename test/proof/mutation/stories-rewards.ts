/** Points, piece and room under a limit go together and come back together, each exactly once. */
import assert from 'node:assert/strict'
import { keys } from '../../../functions/platform/table-design.ts'
import { close } from '../../../functions/points/close.ts'
import { fulfilRedemption } from '../../../functions/rewards/fulfil.ts'
import { voucherCode, voucherDigest } from '../../../functions/rewards/voucher-code.ts'
import { pounds } from './deeds.ts'
import { aCounter, type Counter, changed, HOUR_MS, LAMP, MUG, ONCE_EVER, published } from './reward-deeds.ts'
import { before, expectOutcome } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
const SECRET = 'the secret of the stories'
const HELD = { ...LAMP, ...ONCE_EVER, stock: 2 }

const standing = async (counter: Counter) => {
  const { available, reserved } = await counter.account()
  return [available, reserved, await counter.left(), await counter.used()]
}
const BEFORE = [100, 0, 2, 0]

const TAKEN: readonly Story[] = [
  {
    name: 'a member has a reward as often as its limit says and no more',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...MUG, limit: { count: 2, per: 'lifetime' } })
      for (const key of ['k1', 'k2']) await expectOutcome(counter.take(id, key), '201')
      await expectOutcome(counter.take(id, 'k3'), '409 member_limit')
      await expectOutcome(counter.take(id, 'k2'), '201 again')
      assert.deepEqual([await counter.available(), await counter.used()], [80, 2])
    },
  },
  {
    name: 'the last time that a member may have a reward, wanted twice at the same moment, is had once',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...MUG, ...ONCE_EVER })
      before(shop, COMMIT, () => expectOutcome(counter.take(id), '201'))
      await expectOutcome(counter.take(id), '409 member_limit')
      assert.equal(await counter.available(), 90)
    },
  },
  {
    name: 'a limit that is used up past the account is not passed, because its count is a condition too',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...MUG, limit: { count: 2, per: 'lifetime' } })
      await expectOutcome(counter.take(id), '201')
      const key = keys.counter(counter.memberId, id, 'lifetime')
      before(shop, COMMIT, () => shop.change('Ledger', key, { n: 2 }))
      await expectOutcome(counter.take(id), '409 member_limit')
      assert.equal(await counter.available(), 90)
    },
  },
  {
    name: 'a reward is taken at the stores that it names and at no other',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...MUG, stores: ['north'] })
      await expectOutcome(counter.take(id), '409 store_excluded')
      await expectOutcome(counter.take(id, 'k', { storeId: 'north' }), '201')
      assert.equal(await counter.available(), 90)
    },
  },
  {
    name: 'a voucher is not written over another thing that was taken',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop)
      const key = keys.redemption(counter.memberId, shop.upcomingId('vch'))
      await shop.plant('Ledger', { ...key, planted: true })
      await expectOutcome(counter.take(id), '201')
      assert.equal((await shop.row('Ledger', key))?.planted, true)
    },
  },
  {
    name: 'a code that leads somewhere already is drawn again',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop)
      const key = keys.voucher(voucherDigest(SECRET, voucherCode(SECRET, shop.upcomingId('vch'))))
      await shop.plant('Ledger', { ...key, planted: true })
      await expectOutcome(counter.take(id), '201')
      assert.equal((await shop.row('Ledger', key))?.planted, true)
    },
  },
]

const HOLDING: readonly Story[] = [
  {
    name: 'what was set aside and let go of comes back with piece and limit, once',
    async tell(shop) {
      const counter = await aCounter(shop)
      const rsv = await counter.taken(await published(shop, HELD))
      assert.deepEqual(await standing(counter), [90, 10, 1, 1])
      await expectOutcome(counter.release(rsv, 'k'), '201')
      await expectOutcome(counter.release(rsv, 'k'), '201 again')
      assert.deepEqual(await standing(counter), BEFORE)
    },
  },
  {
    name: 'what was set aside and not fetched comes back with piece and limit, with whatever happens next',
    async tell(shop) {
      const counter = await aCounter(shop)
      const rsv = await counter.taken(await published(shop, HELD))
      shop.now += HOUR_MS
      await expectOutcome(counter.redeem(10), '201')
      assert.deepEqual(await standing(counter), [90, 0, 2, 0])
      await expectOutcome(counter.release(rsv), '409 reservation_expired')
    },
  },
  {
    name: 'what timed out may be taken again in the very command that writes it down',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...HELD, stock: 1 })
      await counter.taken(id)
      shop.now += HOUR_MS
      await counter.taken(id)
      assert.deepEqual(await standing(counter), [90, 10, 0, 1])
    },
  },
  {
    name: 'what was set aside comes back with piece and limit when the account ends',
    async tell(shop) {
      const counter = await aCounter(shop)
      await counter.taken(await published(shop, HELD))
      await expectOutcome(shop.ask(close, { memberId: counter.memberId, reason: 'asked' }), '201')
      assert.deepEqual(await standing(counter), [0, 0, 2, 0])
    },
  },
  {
    name: 'a piece that nobody fetched is found before anybody is told that nothing is left',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...HELD, stock: 1 })
      await counter.taken(id)
      const memberId = await shop.member()
      await expectOutcome(counter.buy({ memberId }), '201')
      await expectOutcome(counter.take(id, 'k1', { memberId }), '409 sold_out')
      shop.now += HOUR_MS
      await expectOutcome(counter.take(id, 'k1', { memberId }), '409 sold_out again')
      await expectOutcome(counter.take(id, 'k2', { memberId }), '201')
      assert.deepEqual(await standing(counter), [100, 0, 0, 1])
    },
  },
  {
    name: 'a reward is captured as a whole and pays for no receipt',
    async tell(shop) {
      const counter = await aCounter(shop)
      const rsv = await counter.taken(await published(shop, HELD))
      await expectOutcome(counter.capture(rsv, 'k1', { points: 5 }), '422 out_of_range')
      await expectOutcome(counter.capture(rsv, 'k2', { receiptNumber: '1' }), '422 invalid_value')
      await expectOutcome(counter.capture(rsv, 'k3'), '201')
      assert.deepEqual(await standing(counter), [90, 0, 1, 1])
    },
  },
  {
    name: 'a piece that a stock does not lack raises the alarm instead of coming back',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...LAMP, stock: 1 })
      const rsv = await counter.taken(id)
      await shop.change('Ledger', keys.shard(id, 0), { left: 1 })
      await expectOutcome(counter.release(rsv), 'alarm: I10 more comes back than was taken')
      assert.equal(await counter.left(), 1)
    },
  },
  {
    name: 'a time that a limit has not counted raises the alarm instead of being given back',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...LAMP, ...ONCE_EVER })
      const rsv = await counter.taken(id)
      await shop.change('Ledger', keys.counter(counter.memberId, id, 'lifetime'), { n: 0 })
      await expectOutcome(counter.release(rsv), 'alarm: I10 more comes back than was taken')
      assert.equal(await counter.used(), 0)
    },
  },
  {
    name: 'a reward goes forward on its way only, and only once it is paid for',
    async tell(shop) {
      const counter = await aCounter(shop)
      const redemptionId = await counter.taken(await published(shop, HELD))
      const goes = (state: string) => shop.ask(fulfilRedemption, { redemptionId, state })
      await expectOutcome(goes('ready'), '409 step_refused')
      await expectOutcome(counter.capture(redemptionId), '201')
      before(shop, COMMIT, () => expectOutcome(goes('handed_over'), '200'))
      await expectOutcome(goes('ready'), '409 step_refused')
      await expectOutcome(goes('handed_over'), '200 again')
      await expectOutcome(counter.giveBack(redemptionId), '201')
      await expectOutcome(goes('handed_over'), '409 redemption_returned')
    },
  },
]

const RETURNED: readonly Story[] = [
  {
    name: 'a reward that is taken back gives points and piece back once',
    async tell(shop) {
      const counter = await aCounter(shop)
      const vch = await counter.taken(await published(shop, { ...MUG, stock: 2 }))
      before(shop, COMMIT, () => expectOutcome(counter.giveBack(vch, 'k1'), '201'))
      await expectOutcome(counter.giveBack(vch, 'k2'), '409 redemption_returned')
      await expectOutcome(counter.giveBack(vch, 'k1'), '201 again')
      await expectOutcome(counter.giveBack(vch, 'k3'), '409 redemption_returned')
      assert.deepEqual([await counter.available(), await counter.left()], [100, 2])
    },
  },
  {
    name: 'what was fetched and is taken back twice comes back once, and nothing that was only set aside',
    async tell(shop) {
      const counter = await aCounter(shop)
      const rsv = await counter.taken(await published(shop, HELD))
      await expectOutcome(counter.giveBack(rsv), '409 step_refused')
      await expectOutcome(counter.capture(rsv), '201')
      await expectOutcome(counter.giveBack(rsv), '201')
      await expectOutcome(counter.giveBack(rsv), '409 redemption_returned')
      assert.deepEqual(await standing(counter), [100, 0, 2, 1])
    },
  },
  {
    name: 'what comes back goes to the lots that paid, as the reward was priced then',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop)
      const vch = await counter.taken(id)
      await expectOutcome(changed(shop, id, { ...MUG, points: 50, state: 'active' }, { version: 2 }), '200')
      await expectOutcome(counter.buy({ amount: pounds(1_000) }), '201')
      await expectOutcome(counter.giveBack(vch), '201')
      assert.equal(await counter.available(), 110)
    },
  },
  {
    name: 'a voucher that is used and taken back at the same moment is one of both',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop)
      const [used, returned] = [await counter.voucher(id), await counter.voucher(id)]
      before(shop, COMMIT, () => expectOutcome(counter.use(used.code), '200'))
      await expectOutcome(counter.giveBack(used.id), '409 voucher_used')
      before(shop, COMMIT, () => expectOutcome(counter.giveBack(returned.id), '201'))
      await expectOutcome(counter.use(returned.code), '409 voucher_cancelled')
      assert.equal(await counter.available(), 90)
    },
  },
]

export const REWARDS: readonly Story[] = [...TAKEN, ...HOLDING, ...RETURNED]
