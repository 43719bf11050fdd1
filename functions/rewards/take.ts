/**
 * One way through for everybody who takes a reward: points, piece, limit and the record of what was given are one
 * transaction. What is given at once is a voucher; what must be fetched or sent is held by a reservation.
 */
import type { NamedMember } from '../members/find.ts'
import { Answer } from '../platform/answer.ts'
import type { Context } from '../platform/context.ts'
import { type Code, Refusal } from '../platform/problem.ts'
import type { Write } from '../platform/transact.ts'
import type { Entry } from '../points/entry.ts'
import { type Spent, spendOnReward } from '../points/reward-spending.ts'
import { shownOutcome } from '../points/statement.ts'
import { type ProgramVersion, versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import { addToDate, addToInstant, localDate } from '../shared/dates.ts'
import { limitPeriod, type Offer, reasonsOf, tierOf } from './availability.ts'
import { offerOf } from './offers.ts'
import { codeWrite, loadRedemption, redemptionWrite } from './redemption-store.ts'
import type { Redemption } from './row-schema.ts'
import { loadReward } from './store.ts'
import { reservationView, voucherView } from './views.ts'
import { voucherCode, voucherDigest } from './voucher-code.ts'

export type Taking = {
  readonly operation: string
  readonly fingerprint: string
  readonly named: NamedMember
  readonly rewardId: string
  readonly storeId?: string | undefined
  /** What a reward is called that is not there. */
  readonly missing: Code
}

/** @returns the voucher or the reservation, its entry and the balances after it (201). @throws Refusal as `spendOnReward`, `missing` */
export async function takeReward(ctx: Context, taking: Taking): Promise<Answer<unknown>> {
  const { operation, fingerprint, named, rewardId, storeId } = taking
  if (storeId !== undefined) await storeOf(ctx, storeId)
  const version = versionAt(await programBook(ctx), ctx.now)
  const reward = await loadReward(ctx, rewardId)
  const [offer] = reward ? offerOf(reward) : []
  if (reward?.published === undefined || offer === undefined) throw new Refusal(taking.missing)
  const given = await giftOf(ctx, { offer, number: reward.published.number, version, storeId })
  let taken: Entry | undefined
  const answer = await spendOnReward(ctx, {
    ...{ operation, fingerprint, named, version, storeId },
    reward: pricedReward(offer, given.period),
    against: (settled, used) =>
      reasonsOf(offer, {
        ...{ used, storeId, tier: tierOf(settled, version.document) },
        today: localDate(ctx.now, version.document.zone),
      }),
    way: given.way,
    also: given.also,
    show(entry) {
      taken = entry
      return shownOutcome(entry, ctx.language)
    },
  })
  if (taken === undefined) throw new Error('a reward was taken without an entry')
  return new Answer(201, { ...(await shownGift(ctx, taken)), ...shownOutcome(taken, ctx.language) }, answer.headers)
}

function pricedReward({ id, shards, content }: Offer, period: string | undefined) {
  const { points, stock, limit, stores } = content
  return {
    ...{ id, points },
    ...(stores && { stores }),
    ...(stock !== undefined && shards !== undefined && { shards }),
    ...(limit && period !== undefined && { limit: { most: limit.count, period } }),
  }
}

type Gift = {
  readonly offer: Offer
  readonly number: number
  readonly version: ProgramVersion
  readonly storeId?: string | undefined
}

/** What the member is to be given, and what is written of it. */
async function giftOf(ctx: Context, { offer, number, version, storeId }: Gift) {
  const { zone, redemption } = version.document
  const { content, id: rewardId } = offer
  const { name, kind, fulfilment, points, valueMinor, stores, reservationTtl, voucherValidity } = content
  const isHeld = fulfilment !== 'instant'
  const id = ctx.newId(isHeld ? 'rsv' : 'vch')
  const heldUntil = addToInstant(ctx.now, reservationTtl ?? redemption.reservationTtl, zone)
  const expiresOn = voucherValidity && addToDate(localDate(ctx.now, zone), voucherValidity)
  const record = (spent: Spent): Redemption => ({
    ...{ id, memberId: spent.memberId, rewardId, number, name, kind, fulfilment, points, at: ctx.now, revision: 1 },
    ...{ valueMinor, stores, storeId, lots: spent.lots, shard: spent.shard },
    ...(isHeld ? { state: 'requested', heldUntil } : { state: 'issued', expiresOn }),
  })
  const secret = await ctx.secret()
  const also = (spent: Spent): Write<'race'>[] => [
    redemptionWrite(record(spent)),
    ...(isHeld ? [] : [codeWrite(voucherDigest(secret, voucherCode(secret, id)), { id, memberId: spent.memberId })]),
  ]
  const period = limitPeriod(content, ctx.now, zone)
  const held = { kind: 'held', id, expiresAt: heldUntil } as const
  return { also, period, way: isHeld ? held : ({ kind: 'at_once', voucher: id } as const) }
}

/** As it was given, whatever became of it since: a repeat has the very bytes of the first answer. */
async function shownGift(ctx: Context, { memberId, reservation, because }: Entry) {
  const voucherId = because.map(({ params }) => params?.voucher).find((voucher) => voucher !== undefined)
  const id = reservation ?? String(voucherId)
  const given = await loadRedemption(ctx, { memberId, id })
  if (given === undefined) throw new Error(`the record of ${id} is missing`)
  if (reservation !== undefined) return { reservation: reservationView(given, 'reserved') }
  const { last: _, ...issued } = given
  return { voucher: voucherView(issued, { state: 'issued', code: voucherCode(await ctx.secret(), id) }) }
}
