/** A member's own rewards: what can be had, what was taken, and letting go of what was set aside. */
import * as z from 'zod'
import { survivorOf } from '../members/present.ts'
import { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { pageQuery } from '../platform/cursor.ts'
import { fingerprintOf, operationId, optionalOperationId } from '../platform/once.ts'
import { Refusal } from '../platform/problem.ts'
import { ReservationId } from '../points/schema.ts'
import { releaseReservation } from '../points/void.ts'
import { offersFor } from './offers.ts'
import { loadRedemption } from './redemption-store.ts'
import { heldStates, redemptionPage, shownRedemption } from './redemptions.ts'
import type { Redemption } from './row-schema.ts'
import { MyRedemptionInput } from './schema.ts'
import { takeReward } from './take.ts'
import { reservationView } from './views.ts'

const REDEEM = 'rewards.myRedemption'
const CANCEL = 'rewards.cancel'

/** What can be had first, then what is nearest, each with every reason against it. Refuses: `not_found`. */
export const myRewards = command({
  name: 'rewards.mine',
  input: z.strictObject({}),
  allow: ['member'],
  run: async (ctx) => ({ items: await offersFor(ctx, { memberId: ownId(ctx) }), nextCursor: null }),
})

/**
 * As at the desk, once per Idempotency-Key. Without a store, any that has the reward serves it.
 * Refuses as `rewards.redeem`; `reward_not_found`.
 */
export const redeemMine = command({
  name: REDEEM,
  input: MyRedemptionInput,
  allow: ['member'],
  async run(ctx, { rewardId, storeId }) {
    const operation = operationId(ctx, REDEEM)
    const named = { memberId: ownId(ctx), proof: 'none' } as const
    const fingerprint = fingerprintOf({ rewardId, storeId })
    return takeReward(ctx, { operation, fingerprint, named, rewardId, storeId, missing: 'reward_not_found' })
  },
})

const Page = z.strictObject(pageQuery)

/** Newest first, what is over included. Refuses: `not_found`, `invalid_cursor`. */
export const myReservations = command({
  name: 'rewards.myReservations',
  input: Page,
  allow: ['member'],
  run: async (ctx, page) => redemptionPage(ctx, { ...page, memberId: await presentId(ctx), prefix: 'rsv_' }),
})

/** Newest first, with the codes. Refuses: `not_found`, `invalid_cursor`. */
export const myVouchers = command({
  name: 'rewards.myVouchers',
  input: Page,
  allow: ['member'],
  run: async (ctx, page) => redemptionPage(ctx, { ...page, memberId: await presentId(ctx), prefix: 'vch_' }),
})

const OneInput = z.strictObject({ reservationId: ReservationId })

/** Refuses: `not_found`, also for somebody else's. */
export const myReservation = command({
  name: 'rewards.myReservation',
  input: OneInput,
  allow: ['member'],
  async run(ctx, { reservationId }) {
    const held = await ownHeld(ctx, await presentId(ctx), reservationId)
    return shownRedemption(ctx, held, await heldStates(ctx, [held]))
  },
})

/**
 * Lets go of what was set aside: points, piece and limit come back. The same again is answered as at first.
 * Refuses: `not_found`, `reservation_captured`, `reservation_expired`.
 */
export const cancelReservation = command({
  name: CANCEL,
  input: OneInput,
  allow: ['member'],
  async run(ctx, { reservationId }) {
    const memberId = await presentId(ctx)
    const held = await ownHeld(ctx, memberId, reservationId)
    const own = { ...ctx, actor: { ...ctx.actor, memberId } }
    const { headers } = await releaseReservation(own, reservationId, optionalOperationId(ctx, CANCEL))
    return new Answer(200, reservationView(held, 'voided'), headers)
  },
})

async function ownHeld(ctx: Context, memberId: string, id: string): Promise<Redemption> {
  const held = await loadRedemption(ctx, { memberId, id })
  if (held === undefined) throw new Refusal('not_found')
  return held
}

function ownId({ actor }: Context): string {
  if (actor.memberId === undefined) throw new Refusal('not_found')
  return actor.memberId
}

/** Of who took over, where the member was merged: what is written from then on is theirs. */
async function presentId(ctx: Context): Promise<string> {
  return survivorOf(ctx, ownId(ctx))
}
