/** What each answer of the tables means: repeated with the same bytes, decided again, told as unknown, or stopped. */
import assert from 'node:assert/strict'
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { keys } from '../../../functions/platform/table-design.ts'
import { aTill, type Till } from './deeds.ts'
import { expectOutcome } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'

const named =
  (name: string, more: object = {}) =>
  () =>
    Object.assign(new Error(name), { name, ...more })
const canceled =
  (...codes: string[]) =>
  () =>
    new TransactionCanceledException({
      message: 'canceled',
      $metadata: {},
      CancellationReasons: codes.map((Code) => ({ Code })),
    })

type Fault = readonly [told: string, make: () => Error]

const BUSY: readonly Fault[] = [
  [
    'TransactionConflict of one item and ThrottlingError of another',
    canceled('ThrottlingError', 'TransactionConflict'),
  ],
  ['TransactionConflictException', named('TransactionConflictException')],
  ['ThrottlingError of one item', canceled('None', 'ThrottlingError')],
  ['ProvisionedThroughputExceeded of one item', canceled('ProvisionedThroughputExceeded')],
  ['TransactionInProgressException', named('TransactionInProgressException')],
  ['ThrottlingException', named('ThrottlingException')],
  ['ProvisionedThroughputExceededException', named('ProvisionedThroughputExceededException')],
  ['RequestLimitExceeded', named('RequestLimitExceeded')],
]

/** Somebody else is about to change an item. */
const HELD: readonly Fault[] = [['TransactionConflict of one item', canceled('None', 'TransactionConflict', 'None')]]

const LOST: readonly Fault[] = [
  ['TimeoutError', named('TimeoutError')],
  ['a status of 500', named('InternalServerError', { $metadata: { httpStatusCode: 500 } })],
  ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].map(
    (code): Fault => [code, named('Error', { code })],
  ),
]

/** The next transactions are answered with an error, after they were written or without being sent. */
function fail(till: Till, make: () => Error, { times = 1, isWritten = false } = {}): () => number {
  let count = 0
  till.wire.on(
    COMMIT,
    async ({ send }) => {
      count += 1
      if (isWritten) await send()
      throw make()
    },
    times,
  )
  return () => count
}

const tokensOf = (till: Till) => till.wire.sent.filter(({ call }) => call.startsWith(COMMIT)).map(({ token }) => token)

/** The tokens of the next transactions, of which the first few are answered with an error and never sent. */
function tokensAsked(till: Till, make: () => Error, times: number): unknown[] {
  const asked: unknown[] = []
  till.wire.on(
    COMMIT,
    ({ input, send }) => {
      asked.push(input.ClientRequestToken)
      if (asked.length <= times) throw make()
      return send()
    },
    times + 1,
  )
  return asked
}

const REPEATED: readonly Story[] = [
  ...BUSY.map(
    ([told, make]): Story => ({
      name: `${told} means that nothing was written: the same is sent again after a pause`,
      async tell(shop) {
        const till = await aTill(shop, 100)
        const asked = tokensAsked(till, make, 2)
        await expectOutcome(till.redeem(10), '201')
        assert.deepEqual([till.waits.length, new Set(asked).size], [2, 1])
        assert.equal(await till.available(), 90)
      },
    }),
  ),
  ...HELD.map(
    ([told, make]): Story => ({
      name: `${told} is a lost race: it is decided anew under a token of its own, after a pause`,
      async tell(shop) {
        const till = await aTill(shop, 100)
        const asked = tokensAsked(till, make, 2)
        await expectOutcome(till.redeem(10), '201')
        assert.deepEqual([till.waits.length, new Set(asked).size], [2, 3])
        assert.equal(await till.available(), 90)
      },
    }),
  ),
  ...LOST.map(
    ([told, make]): Story => ({
      name: `${told} after the commit means that it may be written: the same bytes under the same token find out`,
      async tell(shop) {
        const till = await aTill(shop, 100)
        const from = tokensOf(till).length
        fail(till, make, { isWritten: true })
        await expectOutcome(till.redeem(10), '201')
        assert.equal(await till.available(), 90)
        const tokens = tokensOf(till).slice(from)
        assert.deepEqual([tokens.length, new Set(tokens).size], [2, 1])
      },
    }),
  ),
]

const ENDED: readonly Story[] = [
  {
    name: 'a table that stays busy is given up after eight tries, and nothing was written',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const tries = fail(till, named('ThrottlingException'), { times: 100 })
      await expectOutcome(till.redeem(10), '503 try_again')
      assert.equal(tries(), 8)
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'nothing is sent again once three seconds are over',
    async tell(shop) {
      const till = await aTill(shop, 100)
      let tries = 0
      till.wire.on(
        COMMIT,
        () => {
          tries += 1
          shop.elapsed += 1_600
          throw named('ThrottlingException')()
        },
        100,
      )
      await expectOutcome(till.redeem(10), '503 try_again')
      assert.equal(tries, 2)
    },
  },
  {
    name: 'a lost race is not decided again once three seconds are over',
    async tell(shop) {
      const till = await aTill(shop, 100)
      let tries = 0
      till.wire.on(
        COMMIT,
        () => {
          tries += 1
          shop.elapsed += 1_600
          throw canceled('None', 'ConditionalCheckFailed')()
        },
        100,
      )
      await expectOutcome(till.redeem(10), '503 try_again')
      assert.equal(tries, 2)
    },
  },
  {
    name: 'races that are lost without end are given up after a bounded number of decisions',
    async tell(shop) {
      const till = await aTill(shop, 100)
      let tries = 0
      till.wire.on(
        COMMIT,
        () => {
          tries += 1
          shop.elapsed = 0
          throw canceled('None', 'ConditionalCheckFailed')()
        },
        100,
      )
      await expectOutcome(till.redeem(10), '503 try_again')
      assert.equal(tries, 24)
    },
  },
  {
    name: 'an answer that never comes is told as unknown, and the same request finds out that it was written',
    async tell(shop) {
      const till = await aTill(shop, 100)
      fail(till, named('TimeoutError'), { times: 8, isWritten: true })
      await expectOutcome(till.redeem(10, 'k'), '503 outcome_unknown')
      await expectOutcome(till.redeem(10, 'k'), '201 again')
      assert.equal(await till.available(), 90)
    },
  },
  {
    name: 'what may have been written stays unknown, although the table is only busy afterwards',
    async tell(shop) {
      const till = await aTill(shop, 100)
      fail(till, named('TimeoutError'))
      fail(till, named('ThrottlingException'), { times: 7 })
      await expectOutcome(till.redeem(10, 'k'), '503 outcome_unknown')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'a conflict after a lost answer may be with ourselves, so that the same bytes are sent again',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const from = tokensOf(till).length
      fail(till, named('TimeoutError'), { isWritten: true })
      fail(till, canceled('TransactionConflict'))
      await expectOutcome(till.redeem(10), '201')
      const tokens = tokensOf(till).slice(from)
      assert.deepEqual([tokens.length, new Set(tokens).size], [2, 1])
      assert.equal(await till.available(), 90)
    },
  },
  {
    name: 'a written transaction whose token is forgotten is found by its guard and not written twice',
    async tell(shop) {
      const till = await aTill(shop, 100)
      fail(till, named('TimeoutError'), { isWritten: true })
      till.wire.on(COMMIT, ({ input, send }) => {
        input.ClientRequestToken = 'another'
        return send()
      })
      await expectOutcome(till.redeem(10, 'k'), '201 again')
      assert.equal(await till.available(), 90)
    },
  },
  {
    name: 'a transaction is sent again by nobody but the executor, who knows what may be repeated',
    async tell(shop) {
      const till = await aTill(shop, 100)
      shop.wire.broken.push(named('Error', { code: 'ECONNRESET', $retryable: {} }))
      await expectOutcome(till.redeem(10), '201')
      assert.equal(till.waits.length, 1)
      assert.equal(await till.available(), 90)
    },
  },
  {
    name: 'a request that is ours to mend is not repeated, also where it meets a conflict',
    async tell(shop) {
      const till = await aTill(shop, 100)
      for (const make of [canceled('ValidationError', 'TransactionConflict'), named('AccessDeniedException')]) {
        const tries = fail(till, make)
        assert.match((await till.redeem(10)).outcome, /^bug: /)
        assert.equal(tries(), 1)
      }
      assert.equal(till.waits.length, 0)
    },
  },
]

const ENTRIES: readonly Story[] = [
  {
    name: 'an entry that stands above the version stops the command, raises the alarm, and nothing is skipped',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await till.plant('Ledger', { ...keys.entry(till.memberId, 2), planted: true })
      await expectOutcome(till.redeem(10), 'alarm: I4 an entry stands above the version')
      assert.deepEqual((await till.row('Ledger', keys.entry(till.memberId, 2)))?.planted, true)
      assert.equal((await till.account()).version, 1)
      const alarms = till.logs.filter(({ metric }) => metric === 'LedgerInvariant')
      assert.deepEqual(
        alarms.map(({ operation, level }) => [operation, level]),
        [['points.redeem', 'error']],
      )
    },
  },
  {
    name: 'an entry that fails while another transaction holds the account is a lost race and no alarm',
    async tell(shop) {
      const till = await aTill(shop, 100)
      fail(till, canceled('None', 'TransactionConflict', 'ConditionalCheckFailed'))
      await expectOutcome(till.redeem(10), '201')
      assert.equal(till.logs.filter(({ metric }) => metric !== undefined).length, 0)
    },
  },
]

export const OUTCOMES: readonly Story[] = [...REPEATED, ...ENDED, ...ENTRIES]
