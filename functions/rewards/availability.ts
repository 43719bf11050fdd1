/** Why a reward cannot be had now: by its own terms, and by the account of who wants it. */
import type { Account } from '../points/account.ts'
import type { Reason } from '../points/reasons.ts'
import { OPEN_RESERVATIONS_MAX } from '../points/schema.ts'
import { reasonsAgainst, type SpendTerms } from '../points/spending.ts'
import { levelOf } from '../points/tiers.ts'
import type { ProgramDocument } from '../program/schema.ts'
import { addToInstant, isoTime, type LocalDate, localDate, periodStart } from '../shared/dates.ts'
import type { Reward } from './row-schema.ts'
import type { RewardContent } from './schema.ts'

export type Offer = Pick<Reward, 'id' | 'state' | 'shards'> & { readonly content: RewardContent }

export type Facts = {
  readonly today: LocalDate
  /** The level that the member holds; absent where the program has none. */
  readonly tier?: string | undefined
  readonly storeId?: string | undefined
  /** How often the member has had it in the period of its limit. */
  readonly used: number
  readonly isSoldOut?: boolean
}

/** The reasons that the reward itself gives. Nobody is in a segment as long as there are none. */
export function reasonsOf({ state, content }: Offer, facts: Facts): Reason[] {
  const { window, limit, tiers, segments, stores } = content
  const { today, storeId, used } = facts
  const reasons: (Reason | false | undefined)[] = [
    state === 'paused' && { code: 'paused' },
    state === 'ended' && { code: 'ended' },
    window?.from !== undefined && today < window.from && { code: 'not_started', params: { from: window.from } },
    window?.until !== undefined && today > window.until && { code: 'ended', params: { until: window.until } },
    facts.isSoldOut && { code: 'sold_out' },
    limit && used >= limit.count && { code: 'member_limit', params: { count: limit.count, per: limit.per } },
    tiers && !tiers.includes(facts.tier ?? '') && { code: 'tier_required', params: { tiers: tiers.join(' ') } },
    segments && { code: 'segment_required' },
    stores && storeId !== undefined && !stores.includes(storeId) && { code: 'store_excluded', params: { storeId } },
  ]
  return reasons.filter((reason): reason is Reason => typeof reason === 'object')
}

/** The reasons that a settled account gives, with the values to say them. */
export function reasonsOfAccount(account: Account, { points, fulfilment }: RewardContent, terms: SpendTerms): Reason[] {
  const { available } = account.balances
  const { zone, redemption } = terms.program
  const params: Partial<Record<string, Reason['params']>> = {
    insufficient_points: { needed: points, available, missing: points - available },
    new_member_hold: { until: isoTime(addToInstant(account.joinedAt, redemption.newMemberHold ?? 'PT0S', zone)) },
    contact_hold: { until: isoTime(account.contactHoldUntil ?? terms.now) },
  }
  const isFull = fulfilment !== 'instant' && Object.keys(account.reservations).length >= OPEN_RESERVATIONS_MAX
  const codes = [...reasonsAgainst(account, points, terms), ...(isFull ? (['too_many_reservations'] as const) : [])]
  return codes.map((code) => ({ code, ...(params[code] && { params: params[code] }) }))
}

/** The level that a settled account holds. */
export function tierOf(account: Account, { tiers }: ProgramDocument): string | undefined {
  return tiers?.levels[levelOf(account, tiers)]?.id
}

/** The period in which a limit counts now, as the member's counter names it. */
export function limitPeriod({ limit }: RewardContent, now: number, zone: string): string | undefined {
  if (limit === undefined) return undefined
  return limit.per === 'lifetime' ? limit.per : `${limit.per}@${periodStart(localDate(now, zone), limit.per)}`
}
