/** A reward in words: its name in the reader's language, and why it cannot be had. */
import { inLocale, type Locale } from '../i18n/formats.ts'
import type { Reward, Terms, Texts } from '../wire.ts'

export function textOf(text: string | Texts | null | undefined, locale: Locale): string {
  return typeof text === 'string' ? text : inLocale(text ?? undefined, locale)
}

export function rewardName(reward: { readonly name?: string | Texts }, locale: Locale): string {
  return textOf(reward.name, locale)
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
