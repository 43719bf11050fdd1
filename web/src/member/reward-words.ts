/** A reward in words: its name in the reader's language, and why it cannot be had. */
import { serverNow } from '../api.ts'
import { type Formats, inLocale, type Locale } from '../i18n/formats.ts'
import type { Params } from '../problem.ts'
import type { Reward, RewardReason, Terms, Texts } from '../wire.ts'

export function textOf(text: string | Texts | null | undefined, locale: Locale): string {
  return typeof text === 'string' ? text : inLocale(text ?? undefined, locale)
}

export function rewardName(reward: { readonly name: Texts }, locale: Locale): string {
  return inLocale(reward.name, locale)
}

export type ReasonTools = {
  readonly terms: Terms | undefined
  readonly locale: Locale
  /** The program's calendar day. */
  readonly today: string
}

/** A reason as a refusal, with levels by their names instead of their ids, and when a limit ends. */
export function reasonFacts({ code, params = {} }: RewardReason, tools: ReasonTools) {
  return { code, status: 409, params: { ...params, ...levelNames(params, tools), ...limitEnd(params, tools) } }
}

/** A limit counts in whole days, months or years of the program's calendar; one for ever has no end. */
function limitEnd({ per }: Params, { today }: ReasonTools): Params {
  const [year = 0, month = 1, day = 1] = today.split('-').map(Number)
  const ends = {
    day: Date.UTC(year, month - 1, day + 1),
    month: Date.UTC(year, month, 1),
    year: Date.UTC(year + 1, 0, 1),
  }
  if (per !== 'day' && per !== 'month' && per !== 'year') return {}
  return { again: new Date(ends[per]).toISOString().slice(0, 10) }
}

function levelNames({ tiers }: Params, { terms, locale }: ReasonTools): Params {
  if (typeof tiers !== 'string') return {}
  const names = tiers.split(' ').map((id) => {
    const level = terms?.tiers?.levels.find((each) => each.id === id)
    return level ? textOf(level.name, locale) : id
  })
  return { tier: new Intl.ListFormat(locale, { type: 'disjunction' }).format(names) }
}

/** A time of today, or a day and its time. */
export function untilText(at: string, formats: Formats): string {
  const day = formats.dayOf(at)
  return day === formats.dayOf(serverNow()) ? formats.time(at) : `${formats.day(day)} ${formats.time(at)}`
}

/** Affordable first, then the nearest, then what cannot be had for another reason. */
export function sortedRewards(rewards: readonly Reward[], available: number): Reward[] {
  const rank = ({ available: can, reasons }: Reward) =>
    can ? 0 : reasons.every(({ code }) => code === 'insufficient_points') ? 1 : 2
  return rewards.toSorted(
    (a, b) => rank(a) - rank(b) || missing(a, available) - missing(b, available) || a.points - b.points,
  )
}

export function missing({ points }: Pick<Reward, 'points'>, available: number): number {
  return Math.max(0, points - available)
}

/** The name of a store where the terms tell it, else its id. */
export function storeName(id: string, terms: Terms | undefined, locale: Locale): string {
  const store = terms?.stores.find((each) => each.id === id)
  return store ? textOf(store.name, locale) : id
}

export function storeNames(ids: readonly string[] | null, terms: Terms | undefined, locale: Locale): string[] {
  return (ids ?? []).map((id) => storeName(id, terms, locale))
}
