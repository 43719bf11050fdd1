/**
 * How many different last valid days one account can hold at a time under an expiry policy. Points are kept by that day,
 * so a policy that can open more than `EXPIRY_DAYS_MAX` of them would let the account outgrow its limit.
 */
import { addToDate, approximateDays, roundUpDate } from '../shared/dates.ts'
import type { ExpiryPolicy } from './earning-schema.ts'

export const EXPIRY_DAYS_MAX = 256

/** An upper bound, counted from a day on which a point earned long ago is still valid. */
export function expiryDays(policy: ExpiryPolicy): number {
  const graceDays = approximateDays(policy.restoreGrace) === 0 ? 0 : Math.ceil(approximateDays(policy.restoreGrace)) + 1
  if (policy.mode === 'none') return 1 + graceDays
  if (policy.mode === 'inactivity') return 1
  if (policy.mode === 'calendar') return calendarDays(policy.dates.length, policy.minLife) + graceDays
  if (policy.roundUp === 'none') return Math.max(Math.ceil(approximateDays(policy.period)) + 1, graceDays)
  return roundedDays(policy.period, policy.roundUp) + graceDays
}

/** Ends of months, quarters or years from the one of the earliest day to the one of the latest, both counted. */
function roundedDays(period: string, roundUp: 'month' | 'quarter' | 'year'): number {
  const months = { month: 1, quarter: 3, year: 12 }[roundUp]
  const first = roundUpDate('2023-12-31', roundUp)
  const last = roundUpDate(addToDate('2023-12-31', period), roundUp)
  return (monthNumber(last) - monthNumber(first)) / months + 1
}

function monthNumber(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7))
}

/** The dates that lie within the shortest life, and the one after it. */
function calendarDays(datesPerYear: number, minLife: string): number {
  const days = Math.ceil(approximateDays(minLife))
  return datesPerYear * Math.floor(days / 365) + Math.min(datesPerYear, (days % 365) + 1) + 1
}
