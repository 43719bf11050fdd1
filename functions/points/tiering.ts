/**
 * What purchases and time do to a member's level: a part counts when its return window has passed, a level is reached at
 * once and reviewed on its day. Redemption never touches any of it.
 */
import type { ProgramDocument } from '../program/schema.ts'
import { type LocalDate, startOfDay } from '../shared/dates.ts'
import type { Account, Because, Work } from './account.ts'
import { type AwardedReceipt, type Refunded, takenFor, total } from './receipt.ts'
import {
  earnedLevel,
  heldUntil,
  isOfDays,
  isWaiting,
  type Level,
  levelOf,
  type Measured,
  type MeasurePlace,
  measured,
  measurePlace,
  monthsOf,
  oldestMonth,
  oldSumOf,
  openWindows,
  RECEIPTS_MAX,
  retired,
  reviewDay,
  type TierRules,
  together,
  unitsAt,
  unitsOf,
  type Window,
  waitingKey,
  windowEnding,
} from './tiers.ts'

type State = Work | Account
/**
 * Something that time does at an instant. `rank` decides among events of one instant: activate, time out, expire, forgive,
 * and then the level.
 */
export type TimeEvent = { readonly at: number; readonly rank: number; readonly apply: (work: Work) => Because[] }

type Worth = { readonly value: number; readonly lines: readonly number[] }
/** A purchase as the measures see it. */
type Counts = { readonly day: LocalDate; readonly release: LocalDate; readonly spend: Worth; readonly points: Worth }

/** What the receipt is worth in the measure of its program; undefined where it counts nothing. */
export function measuredOf(
  state: State,
  { tiers }: Pick<ProgramDocument, 'tiers'>,
  { day, release, ...counts }: Counts,
): Measured | undefined {
  if (tiers === undefined) return undefined
  const place = measurePlace(tiers.measure, day)
  const worth = tiers.measure === 'visits' ? visit(state, place, counts.spend.value) : counts[tiers.measure]
  return worth.value === 0 ? undefined : { ...place, ...worth, release }
}

/** A receipt of which nothing counts is no visit. */
function visit(state: State, place: MeasurePlace, base: number): Worth {
  return { value: base > 0 && unitsOf(state, place) < RECEIPTS_MAX ? 1 : 0, lines: [] }
}

type Refundable = Pick<AwardedReceipt, 'amount' | 'lines'>

/** How much of it refunds take away: by the formula that takes points back; a visit only with the whole receipt. */
export function refundedMeasure({ key, value, lines }: Measured, receipt: Refundable, refunded: Refunded): number {
  if (isOfDays(key)) return total(refunded) === receipt.amount ? value : 0
  const shares = receipt.lines.map(({ charge }, index) => ({ charge, points: lines[index] ?? 0 }))
  return takenFor({ amount: receipt.amount, lines: shares, awarded: value }, refunded)
}

type Adding = { readonly units: number; readonly today: LocalDate; readonly current: ProgramDocument }

/** Counts a receipt's part, from its day of release on. */
export function addMeasure(work: Work, { key, unit, release }: Measured, { units, today, current }: Adding): void {
  const place = release > today ? waitingKey(release, key) : key
  work.qualifying[place] = (work.qualifying[place] ?? 0) + units * unit
  if (current.tiers) dropOldMonths(work, { tiers: current.tiers, zone: current.zone }, today)
}

/** Takes a refunded part away from where it waits or counts by now; a month that is gone has nothing to give. */
export function takeMeasure(work: Work, measured: Measured, units: number): void {
  const { key, unit, release } = measured
  let left = units
  for (const place of [waitingKey(release, key), key, oldSumOf(key)]) {
    const kept = place === undefined ? undefined : work.qualifying[place]
    if (place === undefined || kept === undefined) continue
    const taken = Math.min(left, unitsAt(kept, measured))
    work.qualifying[place] = kept - taken * unit
    left -= taken
  }
}

/** What time does to the level by `today`, the earliest of each kind. */
export function tierEvents(state: State, program: ProgramDocument, today: LocalDate): TimeEvent[] {
  const { tiers, zone } = program
  const waiting = Object.keys(state.qualifying).filter(isWaiting).sort()[0]
  const release = waiting?.slice(0, 10)
  const { tierReview } = state
  const rules = tiers && { tiers, zone }
  return [
    ...(waiting !== undefined && release !== undefined && release <= today
      ? [{ at: startOfDay(release, zone), rank: 4, apply: releaseOf(waiting, rules) }]
      : []),
    ...(tierReview !== undefined && tierReview <= today
      ? [{ at: startOfDay(tierReview, zone), rank: 5, apply: reviewOn(tierReview, rules) }]
      : []),
    ...(rules && isUnsettled(state, rules, today)
      ? [{ at: startOfDay(today, zone), rank: 6, apply: (work: Work) => settled(work, rules, today) }]
      : []),
  ]
}

function releaseOf(waiting: string, rules: TierRules | undefined) {
  const [day = '', key = ''] = waiting.split('|')
  return (work: Work): Because[] => {
    const kept = work.qualifying[waiting] ?? 0
    delete work.qualifying[waiting]
    work.qualifying[key] = together(key, work.qualifying[key] ?? 0, kept)
    const counted: Because = { rule: 'tiers', points: 0, code: 'tier_counted', params: { on: day } }
    if (rules === undefined) return [counted]
    dropOldMonths(work, rules, day)
    return [counted, ...rise(work, rules, day)]
  }
}

/** Months stay as long as a rule may look at them, so that the account stays small. */
export function dropOldMonths(work: Work, rules: TierRules, today: LocalDate): void {
  const oldest = oldestMonth(work, rules, today)
  for (const [key, kept] of Object.entries(work.qualifying)) {
    if (isWaiting(key) || key.slice(0, 7) >= oldest || key.startsWith('0000')) continue
    const old = retired(key, kept, rules.tiers)
    work.qualifying[key] = 0
    work.qualifying[old.key] = (work.qualifying[old.key] ?? 0) + old.kept
  }
}

type Rise = { readonly level: number; readonly window: Window }

/** The highest level that an open period reaches above the one that is held; of equal ones the later period. */
function highest(state: State, rules: TierRules, today: LocalDate): Rise | undefined {
  const { tiers } = rules
  let best: Rise | undefined
  let above = levelOf(state, tiers)
  if (above === tiers.levels.length - 1) return undefined
  for (const window of openWindows(state, rules, today)) {
    const level = earnedLevel(tiers, measured(state, tiers, window))
    if (level > above) best = { level, window }
    above = Math.max(above, level)
  }
  return best
}

function rise(work: Work, rules: TierRules, today: LocalDate): Because[] {
  const up = highest(work, rules, today)
  if (up === undefined) return []
  const code = levelOf(work, rules.tiers) < 0 ? 'tier_replaced' : 'tier_up'
  return [hold(work, rules, { code, level: up.level, until: heldUntil(rules.tiers, up.window) })]
}

/** After a purchase that counts at once, a merge, or another program: whatever the account itself does not tell a day for. */
function isUnsettled(state: State, rules: TierRules, today: LocalDate): boolean {
  if (state.status === 'CLOSED') return false
  return isEndless(state, rules) || highest(state, rules, today) !== undefined
}

/** A level above the first without a review, although the program's levels have an end. */
function isEndless(state: State, { tiers }: TierRules): boolean {
  return levelOf(state, tiers) > 0 && state.tierReview === undefined && monthsOf(tiers) !== undefined
}

function settled(work: Work, rules: TierRules, today: LocalDate): Because[] {
  const risen = rise(work, rules, today)
  if (!isEndless(work, rules)) return risen
  const [window] = openWindows(work, rules, today)
  const until = work.tierUntil ?? (window && heldUntil(rules.tiers, window))
  return [...risen, hold(work, rules, { code: 'tier_kept', level: levelOf(work, rules.tiers), until })]
}

/** On the day after its end and grace a level is measured by the period that ended. */
function reviewOn(day: LocalDate, rules: TierRules | undefined) {
  return (work: Work): Because[] => {
    const months = rules && monthsOf(rules.tiers)
    const { tierUntil } = work
    if (rules === undefined || months === undefined || tierUntil === undefined) return [endless(work)]
    const { tiers } = rules
    const level = levelOf(work, tiers)
    const earned = earnedLevel(tiers, measured(work, tiers, windowEnding(tiers, tierUntil)))
    const next = Math.max(earned, lowestAfter(level, tiers))
    const until = heldUntil(tiers, windowEnding(tiers, tierUntil))
    const code = level < 0 ? 'tier_replaced' : next < level ? 'tier_down' : 'tier_kept'
    const told = hold(work, rules, { code, level: next, until })
    dropOldMonths(work, rules, day)
    return [told, ...rise(work, rules, day)]
  }
}

/** How low a review may go. */
function lowestAfter(level: number, { downgrade }: TierRules['tiers']): number {
  return downgrade === 'to_earned' ? 0 : Math.max(0, downgrade === 'one_step' ? level - 1 : level)
}

/** The program no longer has levels that end. */
function endless(work: Work): Because {
  work.tierUntil = undefined
  work.tierReview = undefined
  return { rule: 'tiers', points: 0, code: 'tier_kept', params: { level: work.tier ?? '' } }
}

type Held = { readonly code: string; readonly level: number; readonly until: LocalDate | undefined }

/** The first level has no end. */
function hold(work: Work, { tiers }: TierRules, { code, level, until }: Held): Because {
  const before = work.tier ?? tiers.levels[0]?.id ?? ''
  const id = tiers.levels[level]?.id ?? before
  const last = level === 0 ? undefined : until
  work.tier = id
  work.tierUntil = last
  work.tierReview = last && reviewDay(tiers, last)
  const params = { level: id, ...(before !== id && { from: before }), ...(last !== undefined && { until: last }) }
  return { rule: 'tiers', points: 0, code, params }
}

/** The level that a receipt is calculated with; one that its own program does not know is found by what it asks for. */
export function levelAt(state: State, program: ProgramDocument, current: ProgramDocument): Level | undefined {
  const { tiers } = program
  if (tiers === undefined) return undefined
  const own = tiers.levels[levelOf(state, tiers)]
  if (own !== undefined) return own
  const known = current.tiers?.levels.find(({ id }) => id === state.tier)
  return tiers.levels[earnedLevel(tiers, known?.threshold ?? 0)]
}
