/** Takes rewards back: the points return to the lots that paid for them, the piece to its stock, and an unused voucher ends. */
import * as z from 'zod'
import { mayServe } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { Refusal } from '../platform/problem.ts'
import { returnReward } from '../points/reward-return.ts'
import { redemptionWrite } from './redemption-store.ts'
import { heldStates, isHeld, redemptionOf, today } from './redemptions.ts'
import type { Redemption } from './row-schema.ts'
import { RedemptionId, VoucherCode } from './schema.ts'
import { requireIssued, voucherOf } from './vouchers.ts'

const RETURN = 'rewards.return'
const VOID = 'rewards.voidVoucher'
const MANAGERS = ['manager', 'admin'] as const

/**
 * Once per Idempotency-Key, a refusal included. What the member's limit counted stays counted.
 * @returns the RESTORE entry and the balances after it (201). Refuses: `step_refused` while its points are only set aside
 * or were given back before, `redemption_returned`, `voucher_used`, `voucher_expired`, `not_found`, `account_closed`.
 */
export const returnRedemption = command({
  name: RETURN,
  input: z.strictObject({ redemptionId: RedemptionId }),
  allow: MANAGERS,
  async run(ctx, { redemptionId }) {
    const operation = operationId(ctx, RETURN)
    return takeBack(ctx, await redemptionOf(ctx, redemptionId), operation)
  },
})

/** The same for a voucher by its code. Refuses: `not_found` also for one of another store, `too_many_attempts`. */
export const voidVoucher = command({
  name: VOID,
  input: z.strictObject({ code: VoucherCode }),
  allow: MANAGERS,
  async run(ctx, { code }) {
    const operation = operationId(ctx, VOID)
    const voucher = await voucherOf(ctx, code)
    if (!mayServe(ctx.actor, voucher)) throw new Refusal('not_found')
    return takeBack(ctx, voucher, operation)
  },
})

async function takeBack(ctx: Context, redemption: Redemption, operation: string) {
  const { id, memberId, rewardId: subject, lots, shard, storeId } = redemption
  const held = isHeld(redemption)
  const isTaken = !held || (await heldStates(ctx, [redemption])).get(id)?.state === 'captured'
  const day = await today(ctx)
  const last = { at: ctx.now, by: ctx.actor.id, operation }
  const state = held ? 'returned' : 'cancelled'
  return returnReward(ctx, {
    ...{ operation, memberId, lots, storeId },
    fingerprint: fingerprintOf({ id }),
    source: { subject, ...(shard !== undefined && { shard }), ...(!held && { voucher: id }) },
    reservation: held ? id : undefined,
    require() {
      if (redemption.state === state) throw new Refusal('redemption_returned')
      if (!isTaken) throw new Refusal('step_refused')
      if (!held) requireIssued(redemption, day)
    },
    also: [redemptionWrite({ ...redemption, state, last, revision: redemption.revision + 1 })],
  })
}
