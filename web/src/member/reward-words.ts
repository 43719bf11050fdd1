/** A reward in words: its name in the reader's language, and why it cannot be had. */
import { inLocale, type Locale } from '../i18n/formats.ts'
import type { Params } from '../problem.ts'
import type { Reward, RewardReason, Terms, Texts } from '../wire.ts'

export function textOf(text: string | Texts | null | undefined, locale: Locale): string {
  return typeof text === 'string' ? text : inLocale(text ?? undefined, locale)
}

export function rewardName(reward: { readonly name: Texts }, locale: Locale): string {
  return inLocale(reward.name, locale)
}

/** A reason as a refusal, with levels by their names instead of their ids. */
export function reasonFacts({ code, params = {} }: RewardReason, terms: Terms | undefined, locale: Locale) {
  return { code, status: 409, params: { ...params, ...levelNames(params, terms, locale) } }
}

function levelNames({ tiers }: Params, terms: Terms | undefined, locale: Locale): Params {
  if (typeof tiers !== 'string') return {}
  const names = tiers.split(' ').map((id) => {
    const level = terms?.tiers?.levels.find((each) => each.id === id)
    return level ? textOf(level.name, locale) : id
  })
  return { tier: new Intl.ListFormat(locale, { type: 'disjunction' }).format(names) }
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
  const store = terms?.stores?.find((each) => each.id === id)
  return store ? textOf(store.name, locale) : id
}
