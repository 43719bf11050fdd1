/** Corrects a balance by hand, with a reason that the member sees and a row in the audit trail. */
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { decideAdjustment } from './adjusting.ts'
import type { Entry } from './entry.ts'
import { once } from './operation.ts'
import { type AdjustmentInput, AdjustmentInput as Input } from './schema.ts'
import { shownOutcome } from './statement.ts'
import { auditWrite } from './store.ts'

/**
 * Adds or takes points once per Idempotency-Key. Points added follow the expiry policy from today, or end earlier.
 * @returns the ADJUST entry and the balances after it.
 * Refuses: `insufficient_points` for a result below zero unless an admin sets `allowDebt`, `approval_required` above the
 * program's limit.
 */
export const adjust = command({
  name: 'points.adjust',
  input: Input,
  allow: ['manager', 'admin'],
  async run(ctx, input) {
    const operation = operationId(ctx, 'points.adjust')
    return once(ctx, {
      operation,
      fingerprint: fingerprintOf(input),
      memberId: input.memberId,
      version: versionAt(await programBook(ctx), ctx.now),
      statuses: ['ACTIVE', 'FROZEN'],
      decide: ({ account }, terms) => decideAdjustment(account, { input, actor: ctx.actor }, terms),
      writes: (_, entry) => [auditWrite(auditRow(ctx, entry, input))],
      show: (entry) => shownOutcome(entry, ctx.language),
    })
  },
})

/** Notes are words about people: they stay out of the ledger and can be removed. */
function auditRow(ctx: Context, entry: Entry, { reason, note, internalNote, points }: AdjustmentInput) {
  const { id, memberId } = entry
  return {
    entryId: id,
    memberId,
    actor: ctx.actor.id,
    at: ctx.now,
    action: 'points.adjust',
    reason,
    points,
    note,
    internalNote,
  }
}
