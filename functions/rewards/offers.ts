/** Rewards as one member can have them: everything that speaks against each, from one look at account, counts and stocks. */
import type { Context } from '../platform/context.ts'
import { settledNow } from '../points/get-account.ts'
import { inOrder, type Reason } from '../points/reasons.ts'
import { rewardCounts } from '../points/reward-counts.ts'
import { releaseLapsed } from '../points/reward-lapsed.ts'
import { piecesLeft, type Stock, soldOut } from '../points/stock.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import type { ProgramDocument } from '../program/schema.ts'
import { addToInstant, localDate } from '../shared/dates.ts'
import { limitPeriod, type Offer, reasonsOf, reasonsOfAccount, tierOf } from './availability.ts'
import type { Reward } from './row-schema.ts'
import { shownRewards } from './store.ts'
import { offerView } from './views.ts'

export type Wanting = { readonly memberId: string; readonly storeId?: string | undefined }

/** What can be had first, then what is nearest. @throws Refusal `not_found`, `account_closed` */
export async function offersFor(ctx: Context, { memberId, storeId }: Wanting) {
  const { document: program } = versionAt(await programBook(ctx), ctx.now)
  const settled = await settledNow(ctx, memberId)
  const { account } = settled
  const offers = (await shownRewards(ctx)).flatMap(offerOf)
  const [counts, empty] = await Promise.all([
    rewardCounts(ctx, settled, countingOf(offers, ctx.now, program.zone)),
    emptyNow(ctx, offers, program),
  ])
  const common = { today: localDate(ctx.now, program.zone), tier: tierOf(account, program), storeId }
  const terms = { now: ctx.now, program, lapsed: {} }
  const judged = offers.map((offer) => {
    const facts = { ...common, used: counts.get(offer.id) ?? 0, isSoldOut: empty.has(offer.id) }
    return {
      offer,
      reasons: inOrder([...reasonsOf(offer, facts), ...reasonsOfAccount(account, offer.content, terms)]),
    }
  })
  const { available } = account.balances
  const missing = ({ content }: Offer) => Math.max(0, content.points - available)
  const rank = (reasons: readonly Reason[]) => (reasons.length === 0 ? 0 : 1)
  return judged
    .toSorted(
      (a, b) =>
        rank(a.reasons) - rank(b.reasons) ||
        missing(a.offer) - missing(b.offer) ||
        a.offer.content.points - b.offer.content.points,
    )
    .map(({ offer, reasons }) => offerView(offer, reasons))
}

export function offerOf({ id, state, shards, published }: Reward): Offer[] {
  return published === undefined ? [] : [{ id, state, content: published.content, ...(shards && { shards }) }]
}

/** What is sold out for good: a piece that nobody fetched in time is given back before the catalogue says so. */
async function emptyNow(
  ctx: Context,
  offers: readonly Offer[],
  { zone, redemption }: ProgramDocument,
): Promise<ReadonlySet<string>> {
  const seen = await soldOut(ctx, offers.flatMap(stockOf))
  const empty = new Set(seen)
  for (const { id, shards, content } of offers) {
    if (!seen.has(id) || shards === undefined || content.fulfilment === 'instant') continue
    const longest = addToInstant(ctx.now, content.reservationTtl ?? redemption.reservationTtl, zone) - ctx.now
    const isReleased = await releaseLapsed(ctx, id, ctx.now - longest)
    if (isReleased && (await piecesLeft(ctx, { subject: id, shards })) > 0) empty.delete(id)
  }
  return empty
}

function stockOf({ id: subject, shards, content }: Offer): Stock[] {
  return content.stock === undefined || shards === undefined ? [] : [{ subject, shards }]
}

function countingOf(offers: readonly Offer[], now: number, zone: string) {
  return offers.flatMap(({ id: rewardId, content }) => {
    const period = limitPeriod(content, now, zone)
    return period === undefined ? [] : [{ rewardId, period }]
  })
}
