/**
 * The row that tells who did something by hand and why, written in the transaction of its entry. Words about people stay
 * out of the ledger, so that they can be removed.
 */
import type { Context } from '../platform/context.ts'
import type { Entry } from './entry.ts'

type Deed = {
  readonly action: string
  readonly note: string
  readonly internalNote?: string | undefined
  readonly reason?: string
  readonly approvalId?: string | undefined
}

export function auditRow(ctx: Context, { id, memberId, points }: Entry, deed: Deed) {
  return { entryId: id, memberId, points, actor: ctx.actor.id, at: ctx.now, ...deed }
}
