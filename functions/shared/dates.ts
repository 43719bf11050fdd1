/**
 * Calendar arithmetic in the program's zone. Days, months and years are added to local dates and a missing day of
 * month becomes the last day; hours are elapsed time. Dates are `YYYY-MM-DD`, instants are milliseconds since 1970.
 */
import { Temporal } from 'temporal-polyfill'

export type LocalDate = string
export type RoundUp = 'none' | 'month' | 'quarter' | 'year'
export type Period = 'day' | 'week' | 'month' | 'year'

export function isoTime(instant: number): string {
  return new Date(instant).toISOString()
}

const REMEMBERED_MAX = 1_000

/** The same question is asked several times for each receipt, and Temporal takes its time. */
function remembered<Value>(known: Map<string, Value>, key: string, find: () => Value): Value {
  const before = known.get(key)
  if (before !== undefined) return before
  const value = find()
  if (known.size >= REMEMBERED_MAX) known.clear()
  known.set(key, value)
  return value
}

const QUARTER_HOUR_MS = 900_000
/** From here on every offset of every zone, and every change of one, lies on a quarter of an hour (Liberia was the last, in 1972). */
const QUARTERS_SINCE = Date.UTC(1973, 0)
const localDates = new Map<string, LocalDate>()

export function localDate(instant: number, zone: string): LocalDate {
  const find = () => Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate().toString()
  if (instant < QUARTERS_SINCE) return find()
  return remembered(localDates, `${zone} ${Math.floor(instant / QUARTER_HOUR_MS)}`, find)
}

/** The instant at which the local day begins; 00:00 in the zone, or the first time of the day where 00:00 is skipped. */
export function startOfDay(date: LocalDate, zone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds
}

const sums = new Map<string, LocalDate>()

/** @param duration ISO 8601 in years, months, weeks and days, such as `P24M`. */
export function addToDate(date: LocalDate, duration: string): LocalDate {
  return remembered(sums, `${date} ${duration}`, () =>
    Temporal.PlainDate.from(date).add(Temporal.Duration.from(duration), { overflow: 'constrain' }).toString(),
  )
}

/** Adds any ISO 8601 duration to an instant: its calendar part to the local date and clock time, its hours as elapsed time. */
export function addToInstant(instant: number, duration: string, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).add(Temporal.Duration.from(duration))
    .epochMilliseconds
}

/** The last day of the month, quarter or year that the date lies in. */
export function roundUpDate(date: LocalDate, roundUp: RoundUp): LocalDate {
  if (roundUp === 'none') return date
  const day = Temporal.PlainDate.from(date)
  const month = roundUp === 'month' ? day.month : roundUp === 'quarter' ? Math.ceil(day.month / 3) * 3 : 12
  return Temporal.PlainDate.from({ year: day.year, month, day: 31 }, { overflow: 'constrain' }).toString()
}

/** @param monthDay `MM-DD`; 29 February becomes the 28th in ordinary years. */
export function dateInYear(year: number, monthDay: string): LocalDate {
  const [month = 1, day = 1] = monthDay.split('-').map(Number)
  return Temporal.PlainDate.from({ year, month, day }, { overflow: 'constrain' }).toString()
}

/** The first local day of the period that the date lies in; weeks start on Monday. */
export function periodStart(date: LocalDate, period: Period): LocalDate {
  const day = Temporal.PlainDate.from(date)
  if (period === 'week') return day.subtract({ days: day.dayOfWeek - 1 }).toString()
  if (period === 'month') return day.with({ day: 1 }).toString()
  if (period === 'year') return day.with({ month: 1, day: 1 }).toString()
  return date
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

export function weekday(date: LocalDate): Weekday {
  return WEEKDAYS[Temporal.PlainDate.from(date).dayOfWeek - 1] ?? 'sun'
}

/** Length of a calendar duration in days, counted from a fixed date; for comparing durations with one another. */
export function approximateDays(duration: string): number {
  return Temporal.Duration.from(duration).total({ unit: 'days', relativeTo: Temporal.PlainDate.from('2023-01-01') })
}

export function isLocalDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isReal(() => Temporal.PlainDate.from(text, { overflow: 'reject' }))
}

export function isDuration(text: string): boolean {
  return /^P[\dYMWDTHS.]+$/.test(text) && isReal(() => Temporal.Duration.from(text))
}

export function isZone(text: string): boolean {
  return /^[A-Za-z0-9_+/-]+$/.test(text) && isReal(() => new Intl.DateTimeFormat('en', { timeZone: text }))
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** @returns milliseconds since 1970, or undefined where the text is not an RFC 3339 time with an offset or names no real day. */
export function parseInstant(text: string): number | undefined {
  const match = RFC3339.exec(text)
  if (match?.[1] === undefined || !isLocalDate(match[1])) return undefined
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? undefined : instant
}

/** Temporal reports a value that does not exist by throwing a RangeError; everything else is a bug of ours. */
function isReal(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
