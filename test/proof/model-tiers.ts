/**
 * Levels as the model sees them: a list of parts, each with its month and the day from which it counts, and the level that
 * was reached. Sums are taken from the list each time; nothing is ever dropped from it.
 */
import { dayOf, midnight, monthEnd, plusDays, plusMonths } from './london.ts'

export type TierRules = {
  readonly measure: 'spend' | 'points'
  /** So many rolling months, or the calendar year. */
  readonly period: number | 'year'
  readonly windowDays: number
  readonly graceDays: number
  /** What the second level and those above it ask for. */
  readonly thresholds: readonly number[]
  /** Multiplier of each level, in halves. */
  readonly halves: readonly number[]
  readonly downgrade: 'one_step' | 'to_earned' | 'never'
}

type Part = { readonly month: string; readonly from: string; readonly units: number; isCounted: boolean }
export type Standing = { level: number; until?: string | undefined; parts: Part[] }
/** What a receipt has counted, and from when. */
export type Counting = { readonly month: string; readonly from: string; readonly units: number }

type Due = { readonly at: number; readonly rank: number; readonly happen: () => void }

export function noStanding(): Standing {
  return { level: 0, parts: [] }
}

/** Points of a purchase at a level; without levels nobody has more than anybody else. */
export function multiplied(points: number, per: number, about: { tiers?: TierRules; level: number }): number {
  const halves = about.tiers?.halves[about.level] ?? 2
  return Math.floor((points * halves) / (per * 2))
}

export function count(standing: Standing, { month, from, units }: Counting, today: string): void {
  if (units !== 0) standing.parts.push({ month, from, units, isCounted: from <= today })
}

/** Takes back where the receipt has counted or waits. */
export function uncount(standing: Standing, counting: Counting, units: number): void {
  const { month, from } = counting
  const isCounted = standing.parts.some((part) => part.month === month && part.from === from && part.isCounted)
  if (units !== 0) standing.parts.push({ month, from, units: -units, isCounted })
}

function sumOf({ parts }: Standing, first: string, last: string): number {
  let total = 0
  for (const part of parts) if (part.isCounted && part.month >= first && part.month <= last) total += part.units
  return total
}

/** What is there of each month, whether it counts or waits. */
export function monthSums({ parts }: Standing): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { month, units } of parts) sums[month] = (sums[month] ?? 0) + units
  return sums
}

function levelFor({ thresholds }: TierRules, value: number): number {
  return thresholds.filter((threshold) => value >= threshold).length
}

function monthsBefore(month: string, months: number): string {
  return plusMonths(`${month}-01`, -months).slice(0, 7)
}

type Span = { readonly first: string; readonly last: string; readonly next: string }

/** The period that ends with a month, and the last day of the one that follows. */
function ending(last: string, { period }: TierRules): Span {
  const months = period === 'year' ? 12 : period
  return { first: monthsBefore(last, months - 1), last, next: monthEnd(plusMonths(`${last}-01`, months)) }
}

/** Periods that a day may still lift somebody in, the latest first. */
function openOn(day: string, rules: TierRules): Span[] {
  const spans: Span[] = []
  let last = rules.period === 'year' ? `${day.slice(0, 4)}-12` : day.slice(0, 7)
  do {
    spans.push(ending(last, rules))
    last = monthsBefore(last, rules.period === 'year' ? 12 : 1)
  } while (plusDays(monthEnd(`${last}-01`), rules.graceDays) >= day)
  return spans
}

function lift(standing: Standing, day: string, rules: TierRules): (() => void) | undefined {
  let best: (() => void) | undefined
  let level = standing.level
  for (const span of openOn(day, rules)) {
    const reached = levelFor(rules, sumOf(standing, span.first, span.last))
    if (reached <= level) continue
    level = reached
    best = () => {
      standing.level = reached
      standing.until = span.next
    }
  }
  return best
}

/** What becomes due by now: parts that count from a day on, a review, and a level that is reached already. */
export function tiersDue(standing: Standing, now: number, rules: TierRules): Due[] {
  const today = dayOf(now)
  const due: Due[] = []
  const [first] = standing.parts
    .filter(({ isCounted, from }) => !isCounted && from <= today)
    .sort((a, b) => (a.from + a.month < b.from + b.month ? -1 : 1))
  if (first) {
    const happen = () => {
      for (const part of standing.parts)
        if (part.from === first.from && part.month === first.month) part.isCounted = true
      lift(standing, first.from, rules)?.()
    }
    due.push({ at: midnight(first.from), rank: 4, happen })
  }
  const review = standing.until === undefined ? undefined : plusDays(standing.until, rules.graceDays + 1)
  if (review !== undefined && review <= today)
    due.push({ at: midnight(review), rank: 5, happen: () => reviewed(standing, review, rules) })
  const rise = lift(standing, today, rules)
  if (rise) due.push({ at: midnight(today), rank: 6, happen: rise })
  return due
}

function reviewed(standing: Standing, day: string, rules: TierRules): void {
  const { first, last, next } = ending((standing.until ?? day).slice(0, 7), rules)
  const earned = levelFor(rules, sumOf(standing, first, last))
  const least = { one_step: standing.level - 1, to_earned: 0, never: standing.level }[rules.downgrade]
  standing.level = Math.max(earned, least)
  standing.until = standing.level === 0 ? undefined : next
  lift(standing, day, rules)?.()
}
