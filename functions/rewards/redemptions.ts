/** What a member has taken, as of now: vouchers with the days they are good for, reservations with what became of them. */
import * as z from 'zod'
import { hasRole, mayServe } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { Refusal } from '../platform/problem.ts'
import { requireMayRead, settledAccount } from '../points/get-account.ts'
import { type HeldNow, reservationsNow } from '../points/reservations-now.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { localDate } from '../shared/dates.ts'
import { idPattern } from '../shared/ids.ts'
import { type Asked, loadCode, loadRedemption, type Named, redemptionsBefore } from './redemption-store.ts'
import type { Redemption } from './row-schema.ts'
import { RedemptionId } from './schema.ts'
import { reservationView, voucherState, voucherView } from './views.ts'
import { voucherCode, voucherDigest } from './voucher-code.ts'

const DESK = ['cashier', 'manager', 'admin', 'pos'] as const

/** Newest first; a page may be shorter than asked and still go on. Refuses: `not_found`, `account_closed`, `invalid_cursor`. */
export const listRedemptions = command({
  name: 'rewards.redemptions',
  input: z.strictObject({ ...pageQuery, memberId: z.string().regex(idPattern('mem')) }),
  allow: DESK,
  async run(ctx, { memberId, ...page }) {
    await requireMayRead(ctx, memberId)
    const account = await settledAccount(ctx, memberId)
    return redemptionPage(ctx, { ...page, memberId: account.memberId })
  },
})

/** @returns one redemption, a voucher without its code. Refuses: `not_found`, also for one of another store. */
export const getRedemption = command({
  name: 'rewards.redemption',
  input: z.strictObject({ redemptionId: RedemptionId }),
  allow: DESK,
  async run(ctx, { redemptionId }) {
    const found = await redemptionOf(ctx, redemptionId)
    return shownRedemption(ctx, found, await heldStates(ctx, [found]))
  },
})

type PageAsked = { readonly limit: number; readonly cursor?: string | undefined } & Pick<Asked, 'memberId' | 'prefix'>

export async function redemptionPage(ctx: Context, { limit, cursor, memberId, prefix }: PageAsked) {
  const filter = ['redemptions', memberId, prefix ?? null]
  const before = cursor === undefined ? undefined : await readCursor(ctx, filter, cursor)
  const asked = { memberId, limit, ...(prefix && { prefix }), ...(before !== undefined && { before }) }
  const { redemptions, next } = await redemptionsBefore(ctx, asked)
  const states = await heldStates(ctx, redemptions)
  return {
    items: await Promise.all(redemptions.map((each) => shownRedemption(ctx, each, states))),
    nextCursor: next === undefined ? null : await writeCursor(ctx, filter, next),
  }
}

type HeldStates = ReadonlyMap<string, Pick<HeldNow, 'state'>>

export function heldStates(ctx: Context, redemptions: readonly Redemption[]): Promise<HeldStates> {
  return reservationsNow(
    ctx,
    redemptions.filter(isHeld).map(({ id }) => id),
  )
}

/** A voucher's code is for its member's eyes. */
export async function shownRedemption(ctx: Context, redemption: Redemption, states: HeldStates) {
  if (isHeld(redemption)) return reservationView(redemption, states.get(redemption.id)?.state ?? 'reserved')
  const code = hasRole(ctx.actor, 'member') && { code: voucherCode(await ctx.secret(), redemption.id) }
  return voucherView(redemption, { state: voucherState(redemption, await today(ctx)), ...code })
}

export async function today(ctx: Context): Promise<string> {
  return localDate(ctx.now, versionAt(await programBook(ctx), ctx.now).document.zone)
}

export function isHeld({ fulfilment }: Redemption): boolean {
  return fulfilment !== 'instant'
}

/** As the desk of a store may see and serve it. @throws Refusal `not_found` */
export async function redemptionOf(ctx: Context, id: string): Promise<Redemption> {
  const named = id.startsWith('vch_') ? await namedByVoucher(ctx, id) : await namedByReservation(ctx, id)
  const found = named && (await loadRedemption(ctx, named))
  if (found === undefined || !mayServe(ctx.actor, found)) throw new Refusal('not_found')
  return found
}

async function namedByVoucher(ctx: Context, id: string): Promise<Named | undefined> {
  const secret = await ctx.secret()
  return loadCode(ctx, voucherDigest(secret, voucherCode(secret, id)))
}

async function namedByReservation(ctx: Context, id: string): Promise<Named | undefined> {
  const held = (await reservationsNow(ctx, [id])).get(id)
  return held?.rewardId === undefined ? undefined : { id, memberId: held.memberId }
}
