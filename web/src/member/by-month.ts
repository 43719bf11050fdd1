/**
 * The lines of a statement under the month of their business day: when it was bought, and not when a till told it. Within a
 * month the order is that of the ledger, newest first, so that the balance after a line follows from the one below it.
 */
import type { Line } from '../wire.ts'

/** @param dayOf the program's calendar day of an instant. */
export function byMonth<L extends Pick<Line, 'effectiveAt'>>(
  lines: readonly L[],
  dayOf: (instant: string) => string,
): [string, L[]][] {
  const months = new Map<string, L[]>()
  for (const line of lines) {
    const month = dayOf(line.effectiveAt).slice(0, 7)
    months.set(month, [...(months.get(month) ?? []), line])
  }
  return [...months].sort(([a], [b]) => b.localeCompare(a))
}
