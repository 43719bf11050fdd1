import { describe, expect, test } from 'vitest'
import { totalsOf } from '../../bench/cost.ts'
import { monthOf, PROFILE } from '../../bench/month.ts'
import { costOfMillion, dollars, readPrices, withoutPlatformLog } from '../../bench/prices.ts'

const prices = readPrices()
const units = { requests: 2, writes: 6, reads: 1, index: 0 }
const award = { units, isHttp: true, logBytes: 274 }

describe('the price list', () => {
  test('names date and source of every line, so that a reader can look whether it still holds', () => {
    for (const { date, source } of Object.values(prices.lines)) {
      expect(date).toMatch(/^20\d\d-\d\d-\d\d$/)
      expect(new URL(source).hostname).toBe('aws.amazon.com')
    }
  })

  test('is read as so much for so many', () => {
    expect(dollars(prices, 'writeUnits', 6_000_000)).toBeCloseTo(3.75, 10)
    expect(dollars(prices, 'keyRequests', 20_000)).toBeCloseTo(0.06, 10)
  })
})

describe('a million operations', () => {
  test('cost their units in DynamoDB: 6 written and 1 read are $3.875', () => {
    expect(costOfMillion(prices, award).dynamodb).toBeCloseTo(3.875, 10)
  })

  test('pay for units of an index as for any other', () => {
    const moved = { ...award, units: { ...units, index: 2 } }
    expect(costOfMillion(prices, moved).dynamodb).toBeCloseTo(3.875 + 1.25, 10)
  })

  test('add gateway, invocation, time and four lines of log', () => {
    // 0.5 GB for 5 ms of our own, 5 ms of a read and 20 ms of a transaction.
    const time = 0.5 * 0.03 * 0.0000133334 * 1e6
    const logs = ((274 + 400 + 300 + 4 * 26) / 1e9) * 0.5 * 1e6
    expect(costOfMillion(prices, award).all).toBeCloseTo(3.875 + 1 + 0.2 + time + logs, 8)
  })

  test('cost less where Lambda writes no lines of its own: 400 bytes and two events of it', () => {
    const saved = costOfMillion(prices, award).all - costOfMillion(withoutPlatformLog(prices), award).all
    expect(saved).toBeCloseTo(((400 + 52) / 1e9) * 0.5 * 1e6, 8)
  })

  test('that nobody calls over HTTP pay for their time and their own line alone', () => {
    const time = 0.5 * 0.03 * 0.0000133334 * 1e6
    const logs = ((274 + 26) / 1e9) * 0.5 * 1e6
    expect(costOfMillion(prices, { ...award, isHttp: false }).all).toBeCloseTo(3.875 + time + logs, 8)
  })
})

describe('the reference month', () => {
  const operation = (name: string, items: number[] = []) => ({ ...award, name, title: name, items })
  const weight = { bytes: 500, writes: 2, reads: 1 }
  const known = {
    prices,
    units: {
      operations: [
        operation('award', [200, 500, 400]),
        operation('enrol', [100, 400, 100]),
        ...['redeem', 'card', 'refund', 'settle'].map((name) => operation(name)),
      ],
      accounts: { usual: weight, largest: weight },
    },
    template: {
      keys: 2,
      alarms: 10,
      dashboards: 0,
      secrets: 1,
      tableUses: 12,
      functions: 5,
      quietFunctions: 0,
      metrics: 1,
    },
    jobs: { runs: [], readsPerByte: 0.0001 },
  }
  const line = (what: RegExp) => monthOf(known).find((one) => what.test(one.what))

  test('stores every member and every entry with its guard, and a hundred bytes for each item', () => {
    const gigabytes = (PROFILE.members * (600 + 500 + 400) + PROFILE.entries * (200 + 400 + 200)) / 1e9
    expect(line(/stored/)).toMatchObject({ count: gigabytes, dollars: gigabytes * 0.25 })
    expect(line(/restored/)?.dollars).toBeCloseTo(gigabytes * 0.2, 10)
  })

  test('reads the whole ledger every night', () => {
    const bytes = PROFILE.entries * (200 + 400) + PROFILE.members * 500
    expect(line(/audit/)).toMatchObject({ count: (30 * bytes) / 1e9, dollars: ((30 * bytes * 0.0001) / 1e6) * 0.125 })
  })

  test('counts alarms, keys and the secret as the templates have them', () => {
    expect(line(/^Alarms/)?.dollars).toBeCloseTo(1, 10)
    expect(line(/^Keys/)?.dollars).toBe(2)
    expect(line(/^Secrets/)?.dollars).toBeCloseTo(0.4, 10)
  })

  test('is the sum of its parts', () => {
    const month = monthOf(known)
    const { requests, storage, fixed, total } = totalsOf(month)
    expect(total).toBeCloseTo(requests + storage + fixed, 10)
    expect(total).toBeCloseTo(
      month.reduce((sum, one) => sum + one.dollars, 0),
      10,
    )
    expect(Math.min(requests, storage, fixed)).toBeGreaterThan(0)
  })

  test('is refused where an operation of it was not measured, so that nothing is free by accident', () => {
    const operations = known.units.operations.filter(({ name }) => name !== 'refund')
    expect(() => monthOf({ ...known, units: { ...known.units, operations } })).toThrow('refund is in the month')
  })
})
