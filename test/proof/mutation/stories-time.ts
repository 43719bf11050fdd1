/** What time has done is done before anything is decided, and what is read was true when it was asked for. */
import assert from 'node:assert/strict'
import { SYSTEM } from '../../../functions/platform/auth.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { getAccount } from '../../../functions/points/get-account.ts'
import { listEntries } from '../../../functions/points/list-entries.ts'
import { settleAccount } from '../../../functions/points/settle-account.ts'
import { sweep } from '../../../functions/points/sweep.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { countedLater, someTiers } from '../../support/tiers.ts'
import { aTill, pounds, type Till } from './deeds.ts'
import { before, expectOutcome } from './shop.ts'
import type { Story } from './stage.ts'

const DAY_MS = 86_400_000
const COMMIT = 'TransactWriteItems'

const EXPIRING = { expiry: { mode: 'rolling', period: 'P30D', roundUp: 'none' } } as Partial<GivenProgram>

/** What would be spent, taken or given before it was settled. */
const DECIDED_AFTER: readonly (readonly [told: string, send: (till: Till) => Promise<unknown>, after: number])[] = [
  ['a redemption', (till) => expectOutcome(till.redeem(10), '409 insufficient_points'), 100],
  ['a reservation', (till) => expectOutcome(till.reserve(10), '409 insufficient_points'), 100],
  ['an adjustment', (till) => expectOutcome(till.adjust(-10), '409 insufficient_points'), 100],
  ['an award', (till) => expectOutcome(till.buy({ amount: pounds(500) }), '201'), 5],
]

const EXPIRED: readonly Story[] = DECIDED_AFTER.map(([told, send, after]) => ({
  name: `${told} after the last valid day finds that the points have expired`,
  async tell(shop) {
    const till = await aTill(shop, 100, EXPIRING)
    shop.now += 40 * DAY_MS
    await send(till)
    assert.equal(await till.available(), after)
  },
}))

const SETTLED: readonly Story[] = [
  {
    name: 'points that have matured are spent, and a refund takes what has expired from nobody',
    async tell(shop) {
      const till = await aTill(shop, 0, EXPIRING)
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      shop.now += 20 * DAY_MS
      await expectOutcome(till.buy(), '201')
      shop.now += 20 * DAY_MS
      await expectOutcome(till.refund('1'), '201')
      assert.deepEqual(await till.account(), {
        version: 4,
        status: 'ACTIVE',
        available: 0,
        pending: 0,
        reserved: 0,
        debt: 0,
      })
    },
  },
  {
    name: 'a debt that is forgiven by now is not repaid from what is earned today',
    async tell(shop) {
      const till = await aTill(shop, 0, { refund: { policy: 'debt', forgiveAfter: 'P30D' } })
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      await expectOutcome(till.redeem(100), '201')
      await expectOutcome(till.refund('1'), '201')
      assert.equal((await till.account()).debt, 100)
      shop.now += 40 * DAY_MS
      await expectOutcome(till.buy({ amount: pounds(3_000) }), '201')
      const { available, debt } = await till.account()
      assert.deepEqual({ available, debt }, { available: 30, debt: 0 })
    },
  },
  {
    name: 'an account that is settled twice at the same moment expires its points once',
    async tell(shop) {
      const till = await aTill(shop, 100, EXPIRING)
      shop.now += 40 * DAY_MS
      const settle = () => till.ask(settleAccount, { memberId: till.memberId }, { actor: SYSTEM })
      before(shop, COMMIT, settle)
      assert.deepEqual((await expectOutcome(settle(), '200')).body, { isSettled: false })
      assert.deepEqual([await till.available(), (await till.account()).version], [0, 2])
    },
  },
  {
    name: 'an account that was closed past its version is not settled',
    async tell(shop) {
      const till = await aTill(shop, 100, EXPIRING)
      shop.now += 40 * DAY_MS
      before(shop, COMMIT, () => till.change('Ledger', keys.account(till.memberId), { s: 'CLOSED' }))
      await till.ask(settleAccount, { memberId: till.memberId }, { actor: SYSTEM })
      assert.deepEqual([await till.available(), (await till.account()).version], [100, 1])
    },
  },
  {
    name: 'a slow sweep never sets back the day that a faster one has finished',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const run = () => till.ask(sweep, { milliseconds: 60_000 }, { actor: SYSTEM })
      await till.plant('Ledger', { ...keys.sweep(), rv: 1, day: '2026-11-22' })
      before(shop, 'PutItem SWEEP/MARK', () => till.change('Ledger', keys.sweep(), { day: '2026-11-25' }))
      await expectOutcome(run(), '200')
      assert.equal((await till.row('Ledger', keys.sweep()))?.day, '2026-11-25')
      shop.now += 3 * DAY_MS
      await expectOutcome(run(), '200')
      assert.equal((await till.row('Ledger', keys.sweep()))?.day, '2026-11-26')
    },
  },
  {
    name: 'the first sweep of all writes down how far it came',
    async tell(shop) {
      const till = await aTill(shop, 100)
      // It looks back over a year of empty days, which are told as one.
      const nobody = { response: {}, output: { $metadata: {}, Items: [], Count: 0 } }
      till.wire.on('Query', ({ input, send }) => (input.IndexName === 'due' ? Promise.resolve(nobody) : send()), 10_000)
      await expectOutcome(till.ask(sweep, { milliseconds: 900_000 }, { actor: SYSTEM }), '200')
      assert.equal((await till.row('Ledger', keys.sweep()))?.day, '2026-11-23')
    },
  },
]

const LEVELLED: Partial<GivenProgram> = {
  tiers: someTiers({ period: { kind: 'calendar_year' }, downgrade: 'to_earned' }),
  earning: countedLater(aProgram().earning),
}

const LEVELS: readonly Story[] = [
  {
    name: 'a purchase counts for the level when its window has passed, and what is refunded does not',
    async tell(shop) {
      const till = await aTill(shop, 0, LEVELLED)
      const row = () => till.row('Ledger', keys.account(till.memberId))
      await expectOutcome(till.buy({ receiptNumber: '1', amount: pounds(1_500) }), '201')
      assert.deepEqual((await row())?.q, { '2026-12-07|2026-11s': 1_500 })
      await expectOutcome(till.refund('1', { amount: pounds(400) }), '201')
      assert.deepEqual((await row())?.q, { '2026-12-07|2026-11s': 1_100 })
      assert.match(String((await row())?.due), /^DUE#20261207#/)
    },
  },
  {
    name: 'a level is listed for the day of its review and is gone after it, however late somebody comes',
    async tell(shop) {
      const till = await aTill(shop, 0, LEVELLED)
      const row = () => till.row('Ledger', keys.account(till.memberId))
      await expectOutcome(till.buy({ amount: pounds(1_500) }), '201')
      shop.now += 20 * DAY_MS
      await expectOutcome(till.ask(settleAccount, { memberId: till.memberId }, { actor: SYSTEM }), '200')
      assert.equal((await row())?.t, 'gold')
      assert.match(String((await row())?.due), /^DUE#20280131#/)
      shop.now += 500 * DAY_MS
      await expectOutcome(till.buy(), '201')
      assert.deepEqual([(await row())?.t, (await row())?.tr], ['silver', undefined])
    },
  },
]

const READS: readonly Story[] = [
  {
    name: 'a balance and a statement show what was just written, because they are read consistently',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(till.adjust(1), '201')
      await till.readLate()
      await expectOutcome(till.redeem(10), '201')
      await expectOutcome(till.adjust(1), '201')
      const account = await expectOutcome(till.ask(getAccount, { memberId: till.memberId }), '200')
      assert.equal((account.body as { balances: { available: number } }).balances.available, 92)
      const statement = await expectOutcome(till.ask(listEntries, { memberId: till.memberId }), '200')
      const { items } = statement.body as { items: readonly { note?: string }[] }
      assert.deepEqual(
        items.map(({ note }) => note),
        ['Sorry', undefined, 'Sorry', undefined],
      )
    },
  },
  {
    name: 'a second part of a refund sees the first, because the receipt is read consistently',
    async tell(shop) {
      const till = await aTill(shop)
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      await till.readLate()
      await expectOutcome(till.refund('1', { amount: pounds(5_000) }), '201')
      await expectOutcome(till.refund('1', { amount: pounds(5_000) }), '201')
      assert.equal(await till.available(), 0)
    },
  },
]

export const TIME: readonly Story[] = [...EXPIRED, ...SETTLED, ...LEVELS, ...READS]
