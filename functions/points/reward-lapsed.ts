/** Pieces of a reward that were set aside and not fetched in time: found, and given back before anybody is told that none is left. */
import { SYSTEM } from '../platform/auth.ts'
import type { Context } from '../platform/context.ts'
import { heldBefore, loadReservations } from './reservation-store.ts'
import { settleAccount } from './settle-account.ts'

/**
 * Pieces that nobody fetched in time lie on accounts that nobody has touched since; before anybody is told that
 * nothing is left, those accounts are settled. @returns whether any of them held a piece
 */
export async function releaseLapsed(ctx: Context, rewardId: string, madeBefore: number): Promise<boolean> {
  const ids = await heldBefore(ctx, heldKey(rewardId), madeBefore)
  const held = await loadReservations(ctx, ids)
  const lapsed = held.filter(({ state, expiresAt }) => state === 'RESERVED' && expiresAt <= ctx.now)
  const memberIds = new Set(lapsed.map(({ memberId }) => memberId))
  for (const memberId of memberIds) await settleAccount({ ...ctx, actor: SYSTEM }, { memberId })
  return memberIds.size > 0
}

/** Where open reservations of a reward's pieces are listed. */
export function heldKey(rewardId: string): string {
  return `HELD#${rewardId}`
}
