import { describe, expect, test } from 'vitest'
import {
  addToDate,
  addToInstant,
  approximateDays,
  dateInYear,
  isDuration,
  isLocalDate,
  isoTime,
  isZone,
  localDate,
  parseInstant,
  periodStart,
  roundUpDate,
  startOfDay,
  weekday,
} from '../../../functions/shared/dates.ts'

const LONDON = 'Europe/London'
const at = (time: string) => Date.parse(time)

describe('localDate', () => {
  test.each([
    ['2026-11-22T23:59:59.999Z', LONDON, '2026-11-22'],
    ['2026-11-23T00:00:00Z', LONDON, '2026-11-23'],
    ['2026-06-30T22:59:59Z', LONDON, '2026-06-30'],
    ['2026-06-30T23:00:00Z', LONDON, '2026-07-01'],
    ['2026-11-22T15:59:59Z', 'Asia/Hong_Kong', '2026-11-22'],
    ['2026-11-22T16:00:00Z', 'Asia/Hong_Kong', '2026-11-23'],
    ['2026-12-31T10:00:00Z', 'Pacific/Kiritimati', '2027-01-01'],
    ['2028-02-29T12:00:00Z', 'Pacific/Pago_Pago', '2028-02-29'],
  ])('%s in %s is %s, because the day is that of the program', (time, zone, day) => {
    expect(localDate(at(time), zone)).toBe(day)
  })
})

describe('startOfDay', () => {
  test.each([
    ['2026-03-29', LONDON, '2026-03-29T00:00:00.000Z'],
    ['2026-03-30', LONDON, '2026-03-29T23:00:00.000Z'],
    ['2026-10-25', LONDON, '2026-10-24T23:00:00.000Z'],
    ['2026-10-26', LONDON, '2026-10-26T00:00:00.000Z'],
    ['2026-11-23', 'Asia/Hong_Kong', '2026-11-22T16:00:00.000Z'],
  ])('of %s in %s is %s, also beside the nights on which clocks change', (day, zone, time) => {
    expect(isoTime(startOfDay(day, zone))).toBe(time)
  })

  test('is the first time that exists where midnight is skipped, so that every day begins once', () => {
    expect(isoTime(startOfDay('2018-11-04', 'America/Sao_Paulo'))).toBe('2018-11-04T03:00:00.000Z')
    expect(localDate(startOfDay('2018-11-04', 'America/Sao_Paulo') - 1, 'America/Sao_Paulo')).toBe('2018-11-03')
  })

  test('is the first of two midnights where clocks go back over it', () => {
    expect(isoTime(startOfDay('2026-10-25', 'Atlantic/Azores'))).toBe('2026-10-25T00:00:00.000Z')
  })
})

describe('addToDate', () => {
  test.each([
    ['2026-01-31', 'P1M', '2026-02-28'],
    ['2028-01-31', 'P1M', '2028-02-29'],
    ['2028-02-29', 'P1Y', '2029-02-28'],
    ['2028-02-29', 'P4Y', '2032-02-29'],
    ['2026-08-31', 'P24M', '2028-08-31'],
    ['2026-12-31', 'P2M', '2027-02-28'],
    ['2026-03-28', 'P2D', '2026-03-30'],
    ['2026-11-23', 'P1W', '2026-11-30'],
    ['2026-11-23', 'P0D', '2026-11-23'],
    ['2026-01-31', 'P1M1D', '2026-03-01'],
  ])('%s + %s = %s: a missing day of month becomes the last day', (day, duration, sum) => {
    expect(addToDate(day, duration)).toBe(sum)
  })
})

describe('addToInstant', () => {
  test.each([
    ['2026-03-28T12:00:00Z', 'PT24H', '2026-03-29T12:00:00.000Z', 'hours are elapsed time'],
    ['2026-03-28T12:00:00Z', 'P1D', '2026-03-29T11:00:00.000Z', 'a day keeps the time on the clock'],
    ['2026-10-24T11:00:00Z', 'P1D', '2026-10-25T12:00:00.000Z', 'also when the clock goes back'],
    ['2026-10-24T11:00:00Z', 'PT24H', '2026-10-25T11:00:00.000Z', 'and hours stay hours'],
    ['2026-03-28T01:30:00Z', 'P1D', '2026-03-29T01:30:00.000Z', 'a skipped time is moved on by the gap'],
    ['2028-01-31T10:00:00Z', 'P1M', '2028-02-29T10:00:00.000Z', 'months end on their last day'],
    ['2026-11-23T10:00:00Z', 'PT15M', '2026-11-23T10:15:00.000Z', 'minutes'],
  ])('%s + %s = %s: %s', (from, duration, sum) => {
    expect(isoTime(addToInstant(at(from), duration, LONDON))).toBe(sum)
  })
})

describe('periods', () => {
  test.each([
    ['2026-11-23', 'none', '2026-11-23'],
    ['2026-11-23', 'month', '2026-11-30'],
    ['2028-02-01', 'month', '2028-02-29'],
    ['2026-02-28', 'month', '2026-02-28'],
    ['2026-11-23', 'quarter', '2026-12-31'],
    ['2026-04-01', 'quarter', '2026-06-30'],
    ['2026-01-01', 'year', '2026-12-31'],
    ['2026-12-31', 'year', '2026-12-31'],
  ] as const)('%s rounded up to %s is %s', (day, roundUp, last) => {
    expect(roundUpDate(day, roundUp)).toBe(last)
  })

  test.each([
    ['2026-11-23', 'day', '2026-11-23'],
    ['2026-11-23', 'week', '2026-11-23'],
    ['2026-11-29', 'week', '2026-11-23'],
    ['2027-01-01', 'week', '2026-12-28'],
    ['2026-11-23', 'month', '2026-11-01'],
    ['2026-11-23', 'year', '2026-01-01'],
  ] as const)('%s lies in the %s that begins on %s: weeks start on Monday', (day, period, first) => {
    expect(periodStart(day, period)).toBe(first)
  })

  test('names weekdays', () => {
    expect(['2026-11-23', '2026-11-28', '2026-11-29'].map(weekday)).toEqual(['mon', 'sat', 'sun'])
  })

  test('29 February is the 28th in ordinary years, so that a yearly date never goes missing', () => {
    expect([2026, 2028, 2100].map((year) => dateInYear(year, '02-29'))).toEqual([
      '2026-02-28',
      '2028-02-29',
      '2100-02-28',
    ])
  })

  test('durations compare by their length in days', () => {
    expect(approximateDays('P24M')).toBeGreaterThan(approximateDays('P700D'))
    expect(approximateDays('PT36H')).toBe(1.5)
  })
})

describe('texts that name no time', () => {
  test.each([
    ['2026-11-22T04:26:00Z', at('2026-11-22T04:26:00Z')],
    ['2026-11-22T04:26:00.5Z', at('2026-11-22T04:26:00.500Z')],
    ['2026-11-22T12:26:00+08:00', at('2026-11-22T04:26:00Z')],
    ['2028-02-29T23:59:59-12:00', at('2028-03-01T11:59:59Z')],
  ])('%s is an instant', (text, instant) => {
    expect(parseInstant(text)).toBe(instant)
  })

  test.each([
    '2026-11-22T04:26:00',
    '2026-11-22',
    '2026-02-29T10:00:00Z',
    '2026-02-30T10:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T23:60:00Z',
    '2026-11-22T23:59:60Z',
    '2026-11-22 04:26:00Z',
    '2026-11-22t04:26:00z',
    '2026-11-22T04:26Z',
    '2026-11-22T04:26:00+24:00',
    '2026-11-22T04:26:00.1234567890Z',
    ' 2026-11-22T04:26:00Z',
    '1763785560',
    '',
  ])('%j is none, because an offset is needed and the day must exist', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })

  test('days must exist', () => {
    const days = ['2028-02-29', '2026-02-29', '2026-04-31', '2026-13-01', '2026-1-1', '+002026-01-01', '20260101']
    expect(days.filter(isLocalDate)).toEqual(['2028-02-29'])
  })

  test('durations and zones must be real', () => {
    expect(['P24M', 'PT15M', 'P1Y2M3DT4H', 'P', 'PT', '24M', '-P1D', 'P1.5M'].filter(isDuration)).toEqual([
      'P24M',
      'PT15M',
      'P1Y2M3DT4H',
    ])
    expect([LONDON, 'Asia/Hong_Kong', 'UTC', 'Mars/Base', '', 'Europe/London ', '../UTC'].filter(isZone)).toEqual([
      LONDON,
      'Asia/Hong_Kong',
      'UTC',
    ])
  })
})
