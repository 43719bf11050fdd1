import { describe, expect, test } from 'vitest'
import type { Lots } from '../../../functions/points/account.ts'
import {
  credit,
  creditLots,
  lastValidDay,
  shareDay,
  spendOrder,
  split,
  takeEarliest,
  takeFromLot,
  withGrace,
} from '../../../functions/points/lots.ts'
import { anAccount, type GivenAccount } from '../../support/account.ts'
import { aDocument, type GivenSections } from '../../support/receipts.ts'

const work = (given: GivenAccount) => structuredClone(anAccount(given))
const expiryOf = (expiry: GivenSections['expiry']) => aDocument({ expiry }).expiry

describe('coming in', () => {
  test('repays debt first, so that nobody spends what is owed', () => {
    const account = work({ debt: 30 })
    expect(credit(account, '2027-12-31', 100)).toBe(30)
    expect([account.balances.debt, account.balances.available, account.lots]).toEqual([0, 70, { '2027-12-31': 70 }])
  })

  test('adds to the lot of the same last day, because such points are alike', () => {
    const account = work({ lots: { '2027-12-31': 5 } })
    expect(credit(account, '2027-12-31', 10)).toBe(0)
    expect(account.lots).toEqual({ '2027-12-31': 15 })
  })

  test('of several lots repays debt with the earliest, so that the longest life is kept', () => {
    const account = work({ debt: 12 })
    expect(creditLots(account, { never: 10, '2027-12-31': 10, '2027-01-31': 10 })).toBe(12)
    expect(account.lots).toEqual({ '2027-01-31': 0, '2027-12-31': 8, never: 10 })
  })
})

describe('going out', () => {
  const LOTS = { never: 5, '2028-01-31': 5, '2027-12-31': 5 }

  test('takes the earliest last day first and never-expiring points last', () => {
    expect(spendOrder(LOTS)).toEqual(['2027-12-31', '2028-01-31', 'never'])
    const account = work({ lots: LOTS })
    expect(takeEarliest(account, 12)).toEqual({ '2027-12-31': 5, '2028-01-31': 5, never: 2 })
    expect(account.balances.available).toBe(3)
  })

  test('takes what is there and no more', () => {
    const account = work({ lots: LOTS })
    expect(takeEarliest(account, 100)).toEqual(LOTS)
    expect(account.balances.available).toBe(0)
    expect(takeFromLot(account, '2027-12-31', 1)).toBe(0)
    expect(takeFromLot(account, '2031-12-31', 1)).toBe(0)
  })

  test.each([
    [0, {}, LOTS],
    [5, { '2027-12-31': 5 }, { '2028-01-31': 5, never: 5 }],
    [7, { '2027-12-31': 5, '2028-01-31': 2 }, { '2028-01-31': 3, never: 5 }],
    [15, LOTS, {}],
    [20, LOTS, {}],
  ])('splits off the first %i in the same order', (points, first, rest) => {
    expect(split(LOTS, points)).toEqual({ first, rest })
  })
})

describe('coming back', () => {
  test('goes to the very lots, and only one that expired meanwhile gets the grace', () => {
    const lots = { '2026-11-22': 1, '2026-11-23': 2, '2026-11-24': 4, never: 8 }
    expect(withGrace(lots, '2026-11-23', 'P7D')).toEqual({
      '2026-11-30': 1,
      '2026-11-23': 2,
      '2026-11-24': 4,
      never: 8,
    })
  })

  test('joins lots that end on one day through the grace', () => {
    expect(withGrace({ '2026-11-01': 1, '2026-11-02': 2, '2026-11-30': 4 }, '2026-11-23', 'P7D')).toEqual({
      '2026-11-30': 7,
    })
    expect(withGrace({ '2026-11-01': 1 }, '2026-11-23', 'P0D')).toEqual({ '2026-11-23': 1 })
  })
})

describe('the last valid day', () => {
  const rolling = (period: string, roundUp: 'none' | 'month' | 'quarter' | 'year') =>
    expiryOf({ mode: 'rolling', period, roundUp })
  const calendar = (dates: string[], minLife: string) => expiryOf({ mode: 'calendar', dates, minLife })

  test.each([
    [expiryOf({ mode: 'none' }), '2026-11-23', 'never'],
    [rolling('P24M', 'month'), '2026-11-23', '2028-11-30'],
    [rolling('P24M', 'month'), '2026-02-28', '2028-02-29'],
    [rolling('P1Y', 'none'), '2028-02-29', '2029-02-28'],
    [rolling('P1M', 'none'), '2027-01-31', '2027-02-28'],
    [rolling('P12M', 'quarter'), '2026-11-23', '2027-12-31'],
    [rolling('P12M', 'year'), '2026-01-01', '2027-12-31'],
    [calendar(['12-31'], 'P6M'), '2026-06-30', '2026-12-31'],
    [calendar(['12-31'], 'P6M'), '2026-07-01', '2027-12-31'],
    [calendar(['12-31'], 'P6M'), '2026-07-01', '2027-12-31'],
    [calendar(['09-30', '03-31'], 'P1M'), '2026-08-30', '2026-09-30'],
    [calendar(['09-30', '03-31'], 'P1M'), '2026-08-31', '2026-09-30'],
    [calendar(['09-30', '03-31'], 'P1M'), '2026-09-01', '2027-03-31'],
    [calendar(['02-29'], 'P1D'), '2027-01-01', '2027-02-28'],
    [calendar(['02-29'], 'P1D'), '2028-01-01', '2028-02-29'],
    [expiryOf({ mode: 'inactivity', period: 'P12M', roundUp: 'month', resetBy: ['earn'] }), '2026-11-23', '2027-11-30'],
  ])('under %o of points of %s is %s', (policy, day, last) => {
    expect(lastValidDay(policy, day)).toBe(last)
  })
})

describe('inactivity', () => {
  type Reset = ('earn' | 'redeem')[]
  const policy = (...resetBy: Reset) => expiryOf({ mode: 'inactivity', period: 'P12M', roundUp: 'none', resetBy })
  const shared = (lots: Lots, by: Reset, activity?: { day: string; kind: 'earn' | 'redeem' }) => {
    const account = work({ lots })
    shareDay(account, policy(...by), activity)
    return Object.fromEntries(Object.entries(account.lots).filter(([, points]) => points > 0))
  }

  test('gives all lots one day, which each named activity moves onwards', () => {
    const lots = { '2027-01-31': 5, '2027-06-30': 7 }
    expect(shared(lots, ['earn'], { day: '2026-11-23', kind: 'earn' })).toEqual({ '2027-11-23': 12 })
    expect(shared(lots, ['earn', 'redeem'], { day: '2026-11-24', kind: 'redeem' })).toEqual({ '2027-11-24': 12 })
  })

  test('is never moved back by a receipt that arrives late', () => {
    expect(shared({ '2027-10-01': 5 }, ['earn'], { day: '2026-01-01', kind: 'earn' })).toEqual({ '2027-10-01': 5 })
  })

  test('is not moved by an activity that is not named, nor by points that come back, which join the latest day', () => {
    const lots = { '2027-01-31': 5, '2027-06-30': 7 }
    expect(shared(lots, ['earn'], { day: '2026-11-23', kind: 'redeem' })).toEqual({ '2027-06-30': 12 })
    expect(shared(lots, ['earn'])).toEqual({ '2027-06-30': 12 })
  })

  test('leaves alone what never expires, and every lot under other policies', () => {
    expect(shared({ never: 3, '2027-01-31': 5 }, ['earn'])).toEqual({ never: 3, '2027-01-31': 5 })
    const lots = { '2027-01-31': 5, '2027-06-30': 7 }
    const account = work({ lots })
    shareDay(account, expiryOf({ mode: 'none' }), { day: '2026-11-23', kind: 'earn' })
    expect(account.lots).toEqual(lots)
  })
})
