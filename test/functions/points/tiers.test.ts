import { describe, expect, test } from 'vitest'
import {
  addMonths,
  earnedLevel,
  heldUntil,
  lastDayOf,
  measured,
  measuredWithWaiting,
  measurePlace,
  monthsOf,
  oldestMonth,
  openWindows,
  reviewDay,
  type Tiers,
  together,
  unitsOf,
  windowEnding,
  windowOn,
} from '../../../functions/points/tiers.ts'
import { anAccount } from '../../support/account.ts'
import { someTiers } from '../../support/tiers.ts'

type Period = Tiers['period']
const YEAR: Period = { kind: 'calendar_year' }
const ANNIVERSARY: Period = { kind: 'anniversary' }
const LIFETIME: Period = { kind: 'lifetime' }
const rolling = (months: number): Period => ({ kind: 'rolling', months })
const rules = (period: Period, grace = 'P30D') => ({ tiers: someTiers({ period, grace }), zone: 'Europe/London' })
const MEMBER = anAccount({ joinedAt: Date.parse('2024-02-29T12:00:00Z') })

describe('the period of a day', () => {
  test.each<[string, Period, day: string, first: string, last: string]>([
    ['rolling months end with the month of the day', rolling(12), '2026-11-23', '2025-12', '2026-11'],
    ['one rolling month is the month itself', rolling(1), '2026-11-30', '2026-11', '2026-11'],
    ['rolling months pass the turn of the year', rolling(3), '2027-01-01', '2026-11', '2027-01'],
    ['a calendar year begins on its first day', YEAR, '2027-01-01', '2027-01', '2027-12'],
    ['a calendar year ends on its last day', YEAR, '2026-12-31', '2026-01', '2026-12'],
    ['a year of membership begins with the month of joining', ANNIVERSARY, '2026-02-01', '2026-02', '2027-01'],
    ['and ends with the month before it', ANNIVERSARY, '2026-01-31', '2025-02', '2026-01'],
    ['a lifetime has all months', LIFETIME, '2026-11-23', '0000-00', '9999-12'],
  ])('%s, so that nobody has more or less time than promised', (_, period, day, first, last) => {
    expect(windowOn(MEMBER, rules(period), day)).toEqual({ first, last })
  })

  test('of membership follows the shop’s calendar, not the clock of a server', () => {
    const state = anAccount({ joinedAt: Date.parse('2025-06-30T23:30:00Z') })
    const shown = (zone: string) => windowOn(state, { ...rules(ANNIVERSARY), zone }, '2026-11-23').first
    expect([shown('Europe/London'), shown('America/New_York')]).toEqual(['2026-07', '2026-06'])
  })
})

describe('the last day of a level', () => {
  test.each<[string, Period, reached: string, until: string | undefined]>([
    ['in rolling months is that many months later', rolling(12), '2026-11-23', '2027-11-30'],
    ['in rolling months knows leap years', rolling(3), '2027-11-30', '2028-02-29'],
    ['and ordinary ones', rolling(3), '2026-11-30', '2027-02-28'],
    ['in calendar years is the end of the next', YEAR, '2026-01-01', '2027-12-31'],
    ['in years of membership is the end of the next', ANNIVERSARY, '2026-01-31', '2027-01-31'],
    ['in a lifetime never comes', LIFETIME, '2026-11-23', undefined],
  ])('%s', (_, period, reached, until) => {
    const { tiers, zone } = rules(period)
    expect(heldUntil(tiers, windowOn(MEMBER, { tiers, zone }, reached))).toBe(until)
  })

  test.each<[string, Period, until: string, first: string]>([
    ['rolling', rolling(6), '2027-02-28', '2026-09'],
    ['a year', YEAR, '2027-12-31', '2027-01'],
    ['a year of membership', ANNIVERSARY, '2028-01-31', '2027-02'],
  ])('ends the very period that its review measures: %s', (_, period, until, first) => {
    const { tiers, zone } = rules(period)
    expect(windowEnding(tiers, until)).toEqual({ first, last: until.slice(0, 7) })
    expect(windowOn(MEMBER, { tiers, zone }, until)).toEqual(windowEnding(tiers, until))
  })

  test('is followed by its grace, and the day after is its review', () => {
    expect(reviewDay(someTiers({ grace: 'P30D' }), '2027-01-31')).toBe('2027-03-03')
    expect(reviewDay(someTiers({ grace: 'P1M' }), '2028-01-31')).toBe('2028-03-01')
    expect(reviewDay(someTiers({ grace: 'P0D' }), '2027-12-31')).toBe('2028-01-01')
  })
})

describe('periods that still count', () => {
  const opened = (period: Period, day: string, grace?: string) =>
    openWindows(MEMBER, rules(period, grace), day).map(({ last }) => last)

  test('are the present one and those whose grace runs, so that a purchase of the last days is not lost', () => {
    expect(opened(YEAR, '2027-01-30')).toEqual(['2027-12', '2026-12'])
    expect(opened(YEAR, '2027-01-31')).toEqual(['2027-12'])
    expect(opened(rolling(12), '2026-11-23')).toEqual(['2026-11', '2026-10'])
    expect(opened(rolling(12), '2026-11-30')).toEqual(['2026-11', '2026-10'])
    expect(opened(rolling(12), '2026-11-23', 'P0D')).toEqual(['2026-11'])
    expect(opened(LIFETIME, '2026-11-23')).toEqual(['9999-12'])
  })

  test('keep their months, and the review that is to come keeps its own', () => {
    expect(oldestMonth(MEMBER, rules(rolling(12)), '2026-11-23')).toBe('2025-11')
    expect(oldestMonth(MEMBER, rules(YEAR), '2027-01-30')).toBe('2026-01')
    expect(oldestMonth(MEMBER, rules(YEAR), '2027-01-31')).toBe('2027-01')
    const held = anAccount({ tierUntil: '2026-12-31' })
    expect(oldestMonth(held, rules(YEAR), '2027-01-31')).toBe('2026-01')
    expect(oldestMonth(MEMBER, rules(LIFETIME), '2026-11-23')).toBe('2025-11')
  })
})

describe('a sum', () => {
  const qualifying = {
    '2026-09s': 5,
    '2026-10s': 70,
    '2026-11s': 300,
    '2026-11p': 9_000,
    '2026-12-07|2026-11s': 1_000,
    '0000-00s': 20_000,
  }
  const window = { first: '2026-10', last: '2026-11' }

  test('has the months of its period and its own measure only, and what waits beside it', () => {
    const state = anAccount({ qualifying })
    expect(measured(state, someTiers(), window)).toBe(370)
    expect(measuredWithWaiting(state, someTiers(), window)).toBe(1_370)
    expect(measured(state, someTiers({ measure: 'points' }), window)).toBe(9_000)
    expect(measured(state, someTiers({ measure: 'visits' }), window)).toBe(0)
  })

  test('of a lifetime has the months that were put together', () => {
    expect(measured(anAccount({ qualifying }), someTiers(), { first: '0000-00', last: '9999-12' })).toBe(20_375)
  })

  test('reaches the highest level that it covers, and the first asks for nothing', () => {
    const reached = [0, 999, 1_000, 4_999, 5_000, 90_000].map((value) => earnedLevel(someTiers(), value))
    expect(reached).toEqual([0, 0, 1, 1, 2, 2])
  })
})

describe('visits', () => {
  const tiers = someTiers({ measure: 'visits' })
  const window = { first: '2026-11', last: '2026-11' }
  const kept = (days: readonly string[]) => {
    const qualifying: Record<string, number> = {}
    for (const day of days) {
      const { key, unit } = measurePlace('visits', day)
      qualifying[key] = (qualifying[key] ?? 0) + unit
    }
    return anAccount({ qualifying })
  }

  test('count each day once, however many receipts it has, in any half of the month', () => {
    const days = ['2026-11-01', '2026-11-01', '2026-11-16', '2026-11-17', '2026-11-30', '2026-11-30', '2026-11-30']
    const state = kept(days)
    expect(measured(state, tiers, window)).toBe(4)
    const receipts = ['2026-11-01', '2026-11-16', '2026-11-30', '2026-11-02'].map((day) =>
      unitsOf(state, measurePlace('visits', day)),
    )
    expect(receipts).toEqual([2, 1, 3, 0])
  })

  test('of every day of a month stay exact numbers', () => {
    const days = Array.from({ length: 31 }, (_, at) => `2026-12-${String(at + 1).padStart(2, '0')}`)
    const state = kept(days.flatMap((day) => Array.from({ length: 7 }, () => day)))
    expect(Object.values(state.qualifying).every(Number.isSafeInteger)).toBe(true)
    expect(measured(state, tiers, { first: '2026-12', last: '2026-12' })).toBe(31)
  })

  test('of two accounts made one never spill into the next day', () => {
    const { key, unit } = measurePlace('visits', '2026-11-03')
    expect(together(key, 5 * unit, 6 * unit)).toBe(7 * unit)
    expect(together(key, 5 * unit + 1, unit)).toBe(6 * unit + 1)
    expect(together('2026-11s', 5, 6)).toBe(11)
  })

  test('that wait are one visit with a receipt of the same day that counts', () => {
    const { key, unit } = measurePlace('visits', '2026-11-03')
    const state = anAccount({ qualifying: { [key]: unit, [`2026-12-07|${key}`]: unit } })
    expect([measured(state, tiers, window), measuredWithWaiting(state, tiers, window)]).toEqual([1, 1])
  })
})

test('months are counted on and back over the years', () => {
  expect([addMonths('2026-12', 1), addMonths('2026-01', -1), addMonths('2026-11', 25)]).toEqual([
    '2027-01',
    '2025-12',
    '2028-12',
  ])
  expect([lastDayOf('2028-02'), lastDayOf('2100-02'), lastDayOf('2026-04')]).toEqual([
    '2028-02-29',
    '2100-02-28',
    '2026-04-30',
  ])
  expect([rolling(7), YEAR, ANNIVERSARY, LIFETIME].map((period) => monthsOf(someTiers({ period })))).toEqual([
    7,
    12,
    12,
    undefined,
  ])
})
