/**
 * What a member's phone keeps for the next time without a network: the card and the last lines. Kept for one person only, and gone when
 * somebody else signs in or they sign out.
 */
import type { Card, Line } from '../wire.ts'

export const LINES_MAX = 25
/** Another shape gets another key, and the old one is never read. */
export const CACHE_KEY = 'card.1'

export type CachedCard = {
  readonly subject: string
  readonly card: Card
  readonly lines: readonly Line[]
}

/** What to keep after an answer. What was kept for somebody else is never carried over. */
export function cacheAfter(
  before: CachedCard | undefined,
  subject: string,
  news: { readonly card?: Card; readonly lines?: readonly Line[] },
): CachedCard | undefined {
  const own = before?.subject === subject ? before : undefined
  const card = news.card ?? own?.card
  if (card === undefined) return undefined
  return { subject, card, lines: (news.lines ?? own?.lines ?? []).slice(0, LINES_MAX) }
}

/** What was kept, if it is what this page keeps. Anything else is as if there were nothing. */
export function asCached(value: unknown): CachedCard | undefined {
  const cached = asPartial(value)
  const isWhole =
    typeof cached?.subject === 'string' &&
    typeof cached.card?.cardNumber === 'string' &&
    typeof cached.card.balances?.available === 'number' &&
    Array.isArray(cached.lines)
  return isWhole ? asWhole(cached) : undefined
}

/** Safe because only this module writes the key, and every field that is read is looked at before. */
function asPartial(value: unknown): Partial<CachedCard> | undefined {
  return typeof value === 'object' && value !== null ? value : undefined
}

/** Safe because the fields were just looked at. */
function asWhole(cached: Partial<CachedCard>): CachedCard {
  return cached as CachedCard
}
