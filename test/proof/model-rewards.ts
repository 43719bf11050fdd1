/** Rewards as a book sees them: what each costs, how often somebody may have it, and what comes back with it. */
import { dayOf, plusDays } from './london.ts'
import type { DeedOf, Facts, Model } from './model.ts'
import { add, type Book, creditLots, type Holding, share, sum, take } from './model-book.ts'

export type Reward = {
  readonly points: number
  readonly stock: number
  /** How often in a calendar month, or ever. */
  readonly limit: { readonly count: number; readonly per: 'month' | 'lifetime' }
  /** For how long it is set aside until it is fetched; absent where it is given at once. */
  readonly seconds?: number
}

export const MUG = 'rwd_01J90000000000000000000002'
export const LAMP = 'rwd_01J90000000000000000000003'
export const REWARDS: Readonly<Record<string, Reward>> = {
  [MUG]: { points: 15, stock: 8, limit: { count: 1, per: 'month' } },
  [LAMP]: { points: 40, stock: 4, limit: { count: 2, per: 'lifetime' }, seconds: 3_600 },
}

/** Something that a member had for points, by the name of its voucher or reservation. */
export type Redemption = { readonly member: string; readonly lots: Holding['lots']; isBack: boolean }

type At = { readonly book: Book; readonly facts: Facts }

export function rewardOf({ reward }: { readonly reward: string }): Reward {
  const known = REWARDS[reward]
  if (known === undefined) throw new Error(`the model knows no reward ${reward}`)
  return known
}

/** The bucket in which a time counts that somebody has had it. */
function hadIn({ reward }: { readonly reward: string }, now: number): string {
  const { per } = rewardOf({ reward }).limit
  return `had ${reward}#${per === 'month' ? `month@${dayOf(now).slice(0, 7)}-01` : per}`
}

export function isLimited(book: Book, deed: DeedOf<'take' | 'hold'>, now: number): boolean {
  return sum(book, hadIn(deed, now)) >= rewardOf(deed).limit.count
}

export function takeAtOnce({ rules, state }: Model, deed: DeedOf<'take'>, { book, facts }: At): undefined {
  const { points } = rewardOf(deed)
  const lots = take(book, points)
  add(book, 'redeemed', points)
  add(book, hadIn(deed, facts.now), 1)
  share(book, rules, dayOf(facts.now))
  state.redemptions[facts.voucher ?? deed.id] = { member: book.member, lots, isBack: false }
}

export function setAside({ state }: Model, deed: DeedOf<'hold'>, { book, facts }: At): undefined {
  const { now, reservation: id = deed.id } = facts
  const { points, seconds = 0 } = rewardOf(deed)
  const had = hadIn(deed, now)
  const lots = take(book, points)
  add(book, `hold ${id}`, points)
  add(book, had, 1)
  state.holdings[id] = { id, member: book.member, points, lots, had, until: now + seconds * 1_000, end: 'open' }
  state.redemptions[id] = { member: book.member, lots, isBack: false }
}

export function redemptionOf({ state }: Pick<Model, 'state'>, id: string): Redemption {
  const redemption = state.redemptions[id]
  if (redemption === undefined) throw new Error(`the model knows no redemption ${id}`)
  return redemption
}

/** All that it cost, to the lots that paid, each good for the grace at least; the time that it was had stays counted. */
export function takeBackReward(model: Model, deed: DeedOf<'return'>, { book, facts }: At): undefined {
  const redemption = redemptionOf(model, deed.redemption)
  const least = plusDays(dayOf(facts.now), model.rules.graceDays)
  const lots = Object.entries(redemption.lots).map(([day, points]) => [day < least ? least : day, points] as const)
  const points = lots.reduce((total, [, part]) => total + part, 0)
  // What somebody redeemed who was merged into this book since, comes back as issued.
  const own = Math.min(sum(book, 'redeemed'), points)
  add(book, 'redeemed', -own)
  add(book, 'earned', points - own)
  creditLots(book, lots)
  share(book, model.rules)
  redemption.isBack = true
}
