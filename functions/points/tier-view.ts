/** A member's level as it is shown: what it gives, how far the next one is, and what is missing to keep it. */
import type { Language } from '../platform/problem.ts'
import type { ProgramDocument } from '../program/schema.ts'
import { localDate } from '../shared/dates.ts'
import type { Account } from './account.ts'
import {
  earnedLevel,
  type Level,
  levelOf,
  measured,
  measuredWithWaiting,
  monthsOf,
  type Tiers,
  windowEnding,
  windowOn,
} from './tiers.ts'

/** @param account settled as of `now`. @returns null in a program without levels */
export function shownTier(account: Account, program: ProgramDocument, about: Reader) {
  const { tiers, zone } = program
  if (tiers === undefined) return null
  const window = windowOn(account, { tiers, zone }, localDate(about.now, zone))
  const value = measured(account, tiers, window)
  const reached = levelOf(account, tiers)
  const index = reached < 0 ? earnedLevel(tiers, value) : reached
  const level = tiers.levels[index]
  if (level === undefined) return null
  const named = { id: level.id, name: nameOf(level, program, about.language) }
  const { num, den } = level.multiplier
  const until = monthsOf(tiers) === undefined ? undefined : account.tierUntil
  const next = tiers.levels[index + 1]
  return {
    ...named,
    ...(until !== undefined && { until }),
    multiplier: { num, den },
    perks: [...level.perks],
    measure: { kind: tiers.measure, value, waiting: measuredWithWaiting(account, tiers, window) - value },
    ...(next && { next: missing(next, value, nameOf(next, program, about.language)) }),
    ...(until !== undefined && index > 0 && { keep: keep(account, tiers, { level, until }) }),
  }
}

type Reader = { readonly now: number; readonly language: Language }

function nameOf({ name }: Level, { defaultLocale }: ProgramDocument, language: Language): string {
  return name[language] ?? name[defaultLocale] ?? ''
}

function missing({ id, threshold }: Level, value: number, name: string) {
  return { id, name, missing: Math.max(0, threshold - value) }
}

/** What the review will look for, and the last day that it looks at. */
function keep(account: Account, tiers: Tiers, held: { readonly level: Level; readonly until: string }) {
  const value = measured(account, tiers, windowEnding(tiers, held.until))
  return { missing: Math.max(0, held.level.threshold - value), by: held.until }
}

export type ShownTier = ReturnType<typeof shownTier>
