/** The calendar of London, worked out by hand from the rule of the clock change, so that it owes nothing to the product. */

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** The clocks change at 01:00 UTC on the last Sundays of March and October. */
export function clockChange(year: number, month: 3 | 10): number {
  const last = new Date(Date.UTC(year, month - 1, 31, 1))
  return last.getTime() - last.getUTCDay() * DAY_MS
}

function isSummer(instant: number): boolean {
  const year = new Date(instant).getUTCFullYear()
  return instant >= clockChange(year, 3) && instant < clockChange(year, 10)
}

/** `YYYY-MM-DD` */
export function dayOf(instant: number): string {
  return textOf(instant + (isSummer(instant) ? HOUR_MS : 0))
}

export function midnight(day: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`)
  return isSummer(utc - HOUR_MS) ? utc - HOUR_MS : utc
}

export function plusDays(day: string, days: number): string {
  return textOf(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS)
}

/** A day that the month does not have becomes its last. */
export function plusMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return textOf(Date.UTC(year, month - 1 + months, Math.min(date, last)))
}

export function monthEnd(day: string): string {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return textOf(Date.UTC(year, month, 0))
}

function textOf(utc: number): string {
  return new Date(utc).toISOString().slice(0, 10)
}
