/**
 * A voucher at the till: what stands behind a code, and its one use. Whoever tries codes is stopped: five wrong ones in a
 * minute, and for the rest of that minute the right one is not taken either.
 */
import * as z from 'zod'
import { Answer, REPLAYED } from '../platform/answer.ts'
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { operationId } from '../platform/once.ts'
import { Refusal } from '../platform/problem.ts'
import { type Rate, requireRoom, takeTry } from '../platform/rate.ts'
import { LostRace, type Outcome, transact } from '../platform/transact.ts'
import { storeOf } from '../program/current.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { isoTime } from '../shared/dates.ts'
import { loadCode, loadRedemption, redemptionWrite, useWrite } from './redemption-store.ts'
import { today } from './redemptions.ts'
import type { Redemption } from './row-schema.ts'
import { ConsumeInput, VoucherCode } from './schema.ts'
import { voucherState, voucherView } from './views.ts'
import { isVoucherCode, voucherDigest } from './voucher-code.ts'

const CONSUME = 'rewards.consume'
const DESK = ['cashier', 'manager', 'admin', 'pos'] as const

/** @returns the voucher without its code. Refuses: `not_found`, `too_many_attempts`. */
export const getVoucher = command({
  name: 'rewards.voucher',
  input: z.strictObject({ code: VoucherCode }),
  allow: DESK,
  async run(ctx, { code }) {
    const voucher = await voucherOf(ctx, code)
    return voucherView(voucher, { state: voucherState(voucher, await today(ctx)) })
  },
})

/**
 * Uses a voucher, whole and once. The same try again is answered as at first; any other is told when and where it was
 * used. Refuses: `voucher_used`, `voucher_cancelled`, `voucher_expired`, `store_excluded`, `not_found`,
 * `too_many_attempts`, `store_out_of_scope`, `store_not_found`, `principal_disabled`, `own_account`.
 */
export const consumeVoucher = command({
  name: CONSUME,
  input: ConsumeInput,
  allow: DESK,
  async run(ctx, { code, storeId }) {
    const operation = operationId(ctx, CONSUME)
    requireStore(ctx.actor, storeId)
    await storeOf(ctx, storeId)
    const voucher = await voucherOf(ctx, code)
    await requireActiveStaff(ctx, voucher.memberId)
    const { last } = voucher
    if (voucher.state === 'used' && last?.operation === operation) return answerAgain(voucher, storeId)
    await requireUsable(ctx, voucher, storeId)
    const used: Redemption = {
      ...voucher,
      state: 'used',
      revision: voucher.revision + 1,
      last: { at: ctx.now, by: ctx.actor.id, storeId, operation },
    }
    const guard = useWrite(operation, { id: voucher.id, storeId })
    const outcome = await transact<'guard' | 'race'>(ctx, [guard, redemptionWrite(used)])
    if (outcome.kind === 'refused')
      throw isOtherContent(outcome) ? new Refusal('idempotency_key_reused') : new LostRace()
    return voucherView(used, { state: 'used' })
  },
})

/** The key stands for another use where this voucher is as it was read; else the next look tells what it became. */
function isOtherContent({ failed }: Extract<Outcome<'guard' | 'race'>, { kind: 'refused' }>): boolean {
  return failed.every(({ failsAs }) => failsAs === 'guard')
}

function answerAgain(voucher: Redemption, storeId: string): Answer<unknown> {
  if (voucher.last?.storeId !== storeId) throw new Refusal('idempotency_key_reused')
  return new Answer(200, voucherView(voucher, { state: 'used' }), REPLAYED)
}

async function requireUsable(ctx: Context, voucher: Redemption, storeId: string): Promise<void> {
  requireIssued(voucher, await today(ctx))
  if (voucher.stores?.includes(storeId) === false) {
    throw new Refusal('store_excluded', { reasons: ['store_excluded'], params: { storeId } })
  }
}

/** @throws Refusal `voucher_used` with when and where, `voucher_cancelled`, `voucher_expired` */
export function requireIssued(voucher: Redemption, day: string): void {
  const state = voucherState(voucher, day)
  if (state === 'issued') return
  const { last, expiresOn = null } = voucher
  const used = { usedAt: last ? isoTime(last.at) : null, storeId: last?.storeId ?? null }
  if (state === 'used') throw new Refusal('voucher_used', { params: used })
  if (state === 'expired') throw new Refusal('voucher_expired', { params: { expiresOn } })
  throw new Refusal('voucher_cancelled')
}

/** Only what is wrong is counted, so that a till may send the right code as often as it likes. @throws Refusal `not_found`, `too_many_attempts` */
export async function voucherOf(ctx: Context, code: string): Promise<Redemption> {
  const rate: Rate = { policy: 'voucher', subject: ctx.actor.id, most: 5, seconds: 60 }
  await requireRoom(ctx, rate)
  const named = isVoucherCode(code) ? await loadCode(ctx, voucherDigest(await ctx.secret(), code)) : undefined
  const voucher = named && (await loadRedemption(ctx, named))
  if (voucher !== undefined) return voucher
  await takeTry(ctx, rate)
  throw new Refusal('not_found')
}
