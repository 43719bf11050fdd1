/** Two commands at the same moment: what the second has read is old when it writes. */
import assert from 'node:assert/strict'
import type { GivenProgram } from '../../support/programs.ts'
import { aTill, pounds, type Till } from './deeds.ts'
import { before, expectOutcome } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
/** The read with which a command begins to decide. */
const READ_ACCOUNT = 'GetItem A/ACCOUNT'

const POINTS: readonly Story[] = [
  {
    name: 'two redemptions that race for the last points spend them once, the second decided anew under its own token',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const first = till.wire.sent.length
      before(shop, COMMIT, () => expectOutcome(till.redeem(70), '201'))
      await expectOutcome(till.redeem(70), '409 insufficient_points')
      assert.equal(await till.available(), 30)
      assertOwnTokens(till, first)
    },
  },
  {
    name: 'a redemption that meets an award is decided again with what has come, and both take effect',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const first = till.wire.sent.length
      before(shop, COMMIT, () => expectOutcome(till.buy(), '201'))
      await expectOutcome(till.redeem(70), '201')
      assert.equal(await till.available(), 130)
      assertOwnTokens(till, first)
      assert.ok(till.waits.length === 1 && till.waits.every((pause) => pause >= 10 && pause <= 200))
    },
  },
  {
    name: 'a race that is lost again and again ends with an answer that may be tried again',
    async tell(shop) {
      const till = await aTill(shop, 100)
      till.wire.on(
        `${COMMIT} O/OP`,
        async ({ send }) => {
          await expectOutcome(till.buy(), '201')
          return send()
        },
        100,
      )
      await expectOutcome(till.redeem(70), '503 try_again')
      const tries = till.wire.sent.filter(({ call }) => call.startsWith(`${COMMIT} O/OP`)).length
      assert.ok(tries >= 8 && tries <= 40, `${tries} tries`)
    },
  },
  {
    name: 'what was decided before is answered although the account has changed since, because the guard is looked at first',
    async tell(shop) {
      const till = await aTill(shop)
      before(shop, COMMIT, async () => {
        await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
        await expectOutcome(till.buy(), '201')
      })
      await expectOutcome(till.buy({ receiptNumber: '1' }), '200 again')
      assert.equal(await till.available(), 200)
      assert.equal(till.waits.length, 0)
    },
  },
  {
    name: 'two receipts that race for the last points of a cap stay under it, because the sum is read after the account',
    async tell(shop) {
      const till = await aTill(shop, 0, { earning: CAPPED })
      // What the sum was when it was read lies between the two; a sum read first would be too old and not be noticed.
      before(shop, READ_ACCOUNT, () => expectOutcome(till.buy(), '201'))
      await expectOutcome(till.buy(), '201')
      assert.equal(await till.available(), 150)
      before(shop, 'BatchGetItem', () => expectOutcome(till.buy(), '201'))
      await expectOutcome(till.buy(), '201')
      assert.equal(await till.available(), 150)
    },
  },
  {
    name: 'two receipts at the same moment under a cap count together, because the sum is written with the account',
    async tell(shop) {
      const till = await aTill(shop, 0, { earning: CAPPED })
      before(shop, COMMIT, () => expectOutcome(till.buy(), '201'))
      await expectOutcome(till.buy(), '201')
      assert.equal(await till.available(), 150)
    },
  },
]

const CAPPED = {
  base: { tax: true, shipping: false, tips: false, excludeCategories: [], excludeSkus: [], excludeTenders: [] },
  rules: [{ id: 'spend', kind: 'spend', points: 1, perMinor: 100, wholeSteps: false }],
  stacking: 'best',
  multipliers: 'max',
  rounding: 'floor',
  caps: [{ id: 'daily', per: 'day', points: 150, behaviour: 'cap' }],
  returnWindow: 'P0D',
  pending: 'none',
} satisfies GivenProgram['earning']

const RECEIPTS: readonly Story[] = [
  {
    name: 'two refunds that have read the same receipt never take back more than was awarded',
    async tell(shop) {
      const till = await aTill(shop)
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      before(shop, READ_ACCOUNT, () => expectOutcome(till.refund('1', { amount: pounds(6_000) }), '201'))
      await expectOutcome(till.refund('1', { amount: pounds(6_000) }), '422 refund_exceeds_purchase')
      assert.equal(await till.available(), 40)
    },
  },
  {
    name: 'points that pay for a receipt between the two reads of its refund come back with it',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      const id = await till.reserved(50)
      before(shop, READ_ACCOUNT, () => expectOutcome(till.capture(id, 'k', { receiptNumber: '1' }), '201'))
      await expectOutcome(till.refund('1'), '201')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'points that pay for a receipt between the two reads of an award whose refund came first come back with it',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(till.refund('1'), '202')
      const id = await till.reserved(50)
      // The award reads the account once before it knows of the refund.
      till.wire.on(READ_ACCOUNT, ({ send }) => send())
      before(shop, READ_ACCOUNT, () => expectOutcome(till.capture(id, 'k', { receiptNumber: '1' }), '201'))
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'parts of a refund that race sum to the whole',
    async tell(shop) {
      const till = await aTill(shop)
      await expectOutcome(till.buy({ receiptNumber: '1', amount: pounds(9_950) }), '201')
      before(shop, READ_ACCOUNT, () => expectOutcome(till.refund('1', { amount: pounds(4_975) }), '201'))
      await expectOutcome(till.refund('1', { amount: pounds(4_975) }), '201')
      const { available, debt } = await till.account()
      assert.deepEqual({ available, debt }, { available: 0, debt: 0 })
    },
  },
  {
    name: 'a refund that overtakes its purchase is taken off at once, also when a second one comes meanwhile',
    async tell(shop) {
      const till = await aTill(shop)
      const receipt = { receiptNumber: '1' }
      await expectOutcome(till.refund('1', { amount: pounds(3_000) }), '202')
      // The award has seen one refund that waits; a second arrives before it is written.
      till.wire.on(COMMIT, ({ send }) => send())
      before(shop, COMMIT, () => expectOutcome(till.refund('1', { amount: pounds(2_000) }), '202'))
      await expectOutcome(till.buy(receipt), '201')
      assert.equal(await till.available(), 50)
    },
  },
  {
    name: 'two refunds that come before their purchase at the same moment are both taken off',
    async tell(shop) {
      const till = await aTill(shop)
      before(shop, COMMIT, () => expectOutcome(till.refund('1', { amount: pounds(3_000) }), '202'))
      await expectOutcome(till.refund('1', { amount: pounds(2_000) }), '202')
      before(shop, COMMIT, () => expectOutcome(till.refund('1', { amount: pounds(1_000) }), '202'))
      await expectOutcome(till.refund('1', { amount: pounds(500) }), '202')
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      assert.equal(await till.available(), 35)
    },
  },
  {
    name: 'a refund that meets its purchase at the same moment is taken off, whichever came first',
    async tell(shop) {
      const till = await aTill(shop)
      before(shop, COMMIT, () => expectOutcome(till.buy({ receiptNumber: '1' }), '201'))
      await expectOutcome(till.refund('1', { amount: pounds(3_000) }), '201')
      assert.equal(await till.available(), 70)
      before(shop, COMMIT, () => expectOutcome(till.refund('2', { amount: pounds(3_000) }), '202'))
      await expectOutcome(till.buy({ receiptNumber: '2' }), '201')
      assert.equal(await till.available(), 140)
    },
  },
]

/** Every decision is sent under a token of its own, so that it is never taken for the one before. */
function assertOwnTokens(till: Till, from: number): void {
  const tokens = till.wire.sent.slice(from).flatMap(({ token }) => (token === undefined ? [] : [token]))
  assert.ok(tokens.length > 1)
  assert.equal(new Set(tokens).size, tokens.length)
}

export const RACES: readonly Story[] = [...POINTS, ...RECEIPTS]
