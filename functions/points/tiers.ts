/**
 * The calendar of levels: which months a period covers, what a member has counted in them, which level that reaches and
 * until when. Pure arithmetic on an account and a program; nothing is changed here.
 */
import type { ProgramDocument } from '../program/schema.ts'
import { addToDate, type LocalDate, localDate, roundUpDate } from '../shared/dates.ts'
import { type Account, sum, type Work } from './account.ts'

export type Tiers = NonNullable<ProgramDocument['tiers']>
export type Level = Tiers['levels'][number]
type State = Work | Account
/** First and last month, `2026-11`, both included. */
export type Window = { readonly first: string; readonly last: string }
/** The levels of a program and the zone in which its days begin. */
export type TierRules = { readonly tiers: Tiers; readonly zone: string }

/**
 * A counted part is kept under its month and a letter, `2026-11s`; a part that waits has the day of its release before
 * it, `2026-12-07|2026-11s`. The letter keeps measures of different kinds apart when a program changes its own. Visits
 * count days: each day is a digit that says how many receipts it has, 16 days to a number.
 */
const LETTERS = { spend: 's', points: 'p', visits: 'v' } as const
const SECOND_HALF = 'w'
const FIRST_DAYS = 16
/** Receipts of one day that are told apart; those beyond are not counted and take nothing back. */
export const RECEIPTS_MAX = 7
const DIGIT = RECEIPTS_MAX + 1
/** Months that a lifetime no longer tells apart; of visits, their days. */
const EVER = '0000-00'
const EVER_VISITS = 'x'
/** A lifetime has no end; twelve months of it stay apart, the rest is one sum. */
const LIFETIME_MONTHS = 12

/** Where a purchase counts, and what one of its units weighs in the number that is kept there. */
export type MeasurePlace = { readonly key: string; readonly unit: number }

/** What one receipt adds to the measure, and from which day on it counts. */
export type Measured = MeasurePlace & {
  readonly value: number
  /** By line of the receipt; empty without lines. */
  readonly lines: readonly number[]
  readonly release: LocalDate
}

export function measurePlace(measure: Tiers['measure'], day: LocalDate): MeasurePlace {
  const month = day.slice(0, 7)
  if (measure !== 'visits') return { key: `${month}${LETTERS[measure]}`, unit: 1 }
  const at = Number(day.slice(8)) - 1
  return { key: `${month}${at < FIRST_DAYS ? LETTERS.visits : SECOND_HALF}`, unit: DIGIT ** (at % FIRST_DAYS) }
}

export function waitingKey(release: LocalDate, key: string): string {
  return `${release}|${key}`
}

export function isWaiting(key: string): boolean {
  return key.includes('|')
}

function monthKey(key: string): string {
  return key.slice(key.indexOf('|') + 1)
}

/** Of visits, whose days are digits. */
export function isOfDays(key: string): boolean {
  return key.endsWith(LETTERS.visits) || key.endsWith(SECOND_HALF)
}

/** How many units of a kept number are of one place: of visits only the receipts of that day. */
export function unitsAt(kept: number, { key, unit }: MeasurePlace): number {
  return isOfDays(key) ? Math.floor(kept / unit) % DIGIT : kept
}

/** Receipts of the day that count already or wait. */
export function unitsOf({ qualifying }: Pick<State, 'qualifying'>, place: MeasurePlace): number {
  const parts = Object.entries(qualifying).filter(([key]) => monthKey(key) === place.key)
  return sum(parts.map(([, kept]) => unitsAt(kept, place)))
}

/** Adds two numbers kept under one key; a day holds no more receipts than its digit can tell. */
export function together(key: string, one: number, other: number): number {
  return isOfDays(key) ? fromDigits(digitsOf(one), digitsOf(other)) : one + other
}

function digitsOf(kept: number): number[] {
  return [...kept.toString(DIGIT)].reverse().map(Number)
}

function fromDigits(one: readonly number[], other: readonly number[]): number {
  const days = Array.from({ length: FIRST_DAYS }, (_, at) => Math.min(RECEIPTS_MAX, (one[at] ?? 0) + (other[at] ?? 0)))
  return days.reduce((kept, digit, at) => kept + digit * DIGIT ** at, 0)
}

/** What is counted in the months of a window. */
export function measured({ qualifying }: State, tiers: Tiers, window: Window): number {
  return sumOf(
    Object.entries(qualifying).filter(([key]) => !isWaiting(key)),
    tiers,
    window,
  )
}

/** What will be counted there when everything that waits has come. */
export function measuredWithWaiting({ qualifying }: State, tiers: Tiers, window: Window): number {
  return sumOf(Object.entries(qualifying), tiers, window)
}

function sumOf(parts: readonly (readonly [key: string, kept: number])[], { measure }: Tiers, window: Window): number {
  const months = new Map<string, number>()
  for (const [key, kept] of parts) {
    const month = monthKey(key)
    if (isOfMeasure(month, measure) && isWithin(month, window))
      months.set(month, together(month, months.get(month) ?? 0, kept))
  }
  return sum([...months].map(([key, kept]) => (isOfDays(key) ? daysOf(kept) : kept)))
}

function isOfMeasure(key: string, measure: Tiers['measure']): boolean {
  const letter = key.slice(-1)
  return letter === LETTERS[measure] || (measure === 'visits' && (letter === SECOND_HALF || letter === EVER_VISITS))
}

function isWithin(key: string, { first, last }: Window): boolean {
  const month = key.slice(0, 7)
  return first <= month && month <= last
}

function daysOf(kept: number): number {
  return digitsOf(kept).filter((digit) => digit > 0).length
}

/** Months of a period; undefined for a lifetime, which has no end. */
export function monthsOf({ period }: Tiers): number | undefined {
  if (period.kind === 'lifetime') return undefined
  return period.kind === 'rolling' ? period.months : 12
}

export function addMonths(month: string, months: number): string {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + months
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`
}

export function lastDayOf(month: string): LocalDate {
  return roundUpDate(`${month}-01`, 'month')
}

const LIFETIME: Window = { first: EVER, last: '9999-12' }

/** The period that a day lies in; a rolling one ends with the day's own month. */
export function windowOn(state: Pick<State, 'joinedAt'>, { tiers, zone }: TierRules, day: LocalDate): Window {
  const month = day.slice(0, 7)
  const months = monthsOf(tiers)
  if (months === undefined) return LIFETIME
  if (tiers.period.kind === 'rolling') return { first: addMonths(month, 1 - months), last: month }
  const start = tiers.period.kind === 'anniversary' ? localDate(state.joinedAt, zone).slice(5, 7) : '01'
  const year = Number(month.slice(0, 4)) - (month.slice(5) < start ? 1 : 0)
  const first = `${year}-${start}`
  return { first, last: addMonths(first, 11) }
}

/** The period that a level's last day ends. */
export function windowEnding(tiers: Tiers, until: LocalDate): Window {
  const last = until.slice(0, 7)
  return { first: addMonths(last, 1 - (monthsOf(tiers) ?? 1)), last }
}

/** The period of the day and, as long as their grace runs, those before it: a purchase may count a little later. */
export function openWindows(state: Pick<State, 'joinedAt'>, rules: TierRules, day: LocalDate): Window[] {
  const { tiers } = rules
  const windows = [windowOn(state, rules, day)]
  if (tiers.period.kind === 'lifetime') return windows
  const step = tiers.period.kind === 'rolling' ? 1 : 12
  for (let { first, last } = before(windows[0] ?? LIFETIME, step); isInGrace(tiers, last, day); ) {
    windows.push({ first, last })
    ;({ first, last } = before({ first, last }, step))
  }
  return windows
}

function before({ first, last }: Window, months: number): Window {
  return { first: addMonths(first, -months), last: addMonths(last, -months) }
}

function isInGrace({ grace }: Tiers, last: string, day: LocalDate): boolean {
  return addToDate(lastDayOf(last), grace) >= day
}

/** The highest level that a sum reaches; the first level asks for nothing. */
export function earnedLevel({ levels }: Tiers, value: number): number {
  return Math.max(
    0,
    levels.findLastIndex(({ threshold }) => threshold <= value),
  )
}

/** The place of the reached level in the list; -1 where the program no longer has it. */
export function levelOf({ tier }: Pick<State, 'tier'>, { levels }: Tiers): number {
  return tier === undefined ? 0 : levels.findIndex(({ id }) => id === tier)
}

/** The last day of a level that was reached in a window; undefined where it has no end. */
export function heldUntil(tiers: Tiers, window: Window): LocalDate | undefined {
  const months = monthsOf(tiers)
  return months === undefined ? undefined : lastDayOf(addMonths(window.last, months))
}

export function reviewDay({ grace }: Tiers, until: LocalDate): LocalDate {
  return addToDate(addToDate(until, grace), 'P1D')
}

/** Months before this one are looked at by no rule any more. */
export function oldestMonth(state: State, rules: TierRules, day: LocalDate): string {
  if (rules.tiers.period.kind === 'lifetime') return addMonths(day.slice(0, 7), -LIFETIME_MONTHS)
  const windows = openWindows(state, rules, day)
  if (state.tierUntil !== undefined) windows.push(windowEnding(rules.tiers, state.tierUntil))
  return windows.reduce((oldest, { first }) => (first < oldest ? first : oldest), LIFETIME.last)
}

/** A month that is over and done with: in a lifetime it joins the one old sum, elsewhere it goes. */
export function retired(key: string, kept: number, { period }: Tiers): { readonly key: string; readonly kept: number } {
  if (period.kind !== 'lifetime') return { key, kept: 0 }
  return isOfDays(key) ? { key: `${EVER}${EVER_VISITS}`, kept: daysOf(kept) } : { key: `${EVER}${key.slice(-1)}`, kept }
}

/** The old sum that a month of spend or points may have joined. */
export function oldSumOf(key: string): string | undefined {
  return isOfDays(key) ? undefined : `${EVER}${key.slice(-1)}`
}
