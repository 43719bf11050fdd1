/**
 * Points with the same last valid day are fungible: coming in they repay debt first, going out the earliest day goes
 * first and never-expiring points last.
 */
import type { ProgramDocument } from '../program/schema.ts'
import { addToDate, dateInYear, type LocalDate, roundUpDate } from '../shared/dates.ts'
import type { Expiry, Lots, Work } from './account.ts'

/** @returns how many of the points went into repaying debt. */
export function credit(work: Work, expiry: Expiry, points: number): number {
  const repaid = Math.min(work.balances.debt, points)
  work.balances.debt -= repaid
  if (work.balances.debt === 0) work.debtSince = undefined
  work.balances.available += points - repaid
  work.lots[expiry] = (work.lots[expiry] ?? 0) + points - repaid
  return repaid
}

export function creditLots(work: Work, lots: Lots): number {
  return spendOrder(lots).reduce((repaid, expiry) => repaid + credit(work, expiry, lots[expiry] ?? 0), 0)
}

/** Takes up to `points` from one lot. @returns how many were there to take. */
export function takeFromLot(work: Work, expiry: Expiry, points: number): number {
  const taken = Math.min(work.lots[expiry] ?? 0, points)
  if (taken === 0) return 0
  work.lots[expiry] = (work.lots[expiry] ?? 0) - taken
  work.balances.available -= taken
  return taken
}

/** Takes up to `points` in spend order. @returns what was taken from each lot. */
export function takeEarliest(work: Work, points: number): Lots {
  const taken: Lots = {}
  let left = points
  for (const expiry of spendOrder(work.lots)) {
    const part = takeFromLot(work, expiry, left)
    if (part > 0) taken[expiry] = part
    left -= part
  }
  return taken
}

/** Splits lots in spend order into the first `points` and the rest. */
export function split(lots: Lots, points: number): { readonly first: Lots; readonly rest: Lots } {
  const first: Lots = {}
  const rest: Lots = {}
  let left = points
  for (const expiry of spendOrder(lots)) {
    const part = Math.min(left, lots[expiry] ?? 0)
    if (part > 0) first[expiry] = part
    if ((lots[expiry] ?? 0) > part) rest[expiry] = (lots[expiry] ?? 0) - part
    left -= part
  }
  return { first, rest }
}

/** Points that come back on `today`: a lot that expired meanwhile gets the program's grace. */
export function withGrace(lots: Lots, today: LocalDate, grace: string): Lots {
  const result: Lots = {}
  for (const [expiry, points] of Object.entries(lots)) {
    const day = expiry < today ? addToDate(today, grace) : expiry
    result[day] = (result[day] ?? 0) + points
  }
  return result
}

/** `2027-12-31` before `2028-01-31` before `never`. */
export function spendOrder(lots: Lots): Expiry[] {
  return Object.keys(lots).sort()
}

/** Last valid day of points that count from `day`. */
export function lastValidDay(policy: ProgramDocument['expiry'], day: LocalDate): Expiry {
  if (policy.mode === 'none') return 'never'
  if (policy.mode === 'calendar') return nextCalendarDay(policy.dates, addToDate(day, policy.minLife))
  return roundUpDate(addToDate(day, policy.period), policy.roundUp)
}

/** The first of the yearly dates (`MM-DD`) that is not before `earliest`. */
function nextCalendarDay(dates: readonly string[], earliest: LocalDate): LocalDate {
  const year = Number(earliest.slice(0, 4))
  const candidates = [year, year + 1].flatMap((y) => dates.map((date) => dateInYear(y, date))).sort()
  return candidates.find((candidate) => candidate >= earliest) ?? earliest
}

/**
 * Under inactivity expiry all lots that expire share one day, which an activity named in `resetBy` moves onwards; points
 * that come back join it.
 */
export function shareDay(
  work: Work,
  policy: ProgramDocument['expiry'],
  activity?: { day: LocalDate; kind: 'earn' | 'redeem' },
): void {
  if (policy.mode !== 'inactivity') return
  const { never = 0, ...expiring } = work.lots
  const moved = activity && policy.resetBy.includes(activity.kind) ? [lastValidDay(policy, activity.day)] : []
  const shared = [...Object.keys(expiring).filter((day) => (expiring[day] ?? 0) > 0), ...moved].sort().at(-1)
  if (shared !== undefined) work.lots = { never, [shared]: work.balances.available - never }
}
