/** Corrects a balance by hand, with a reason that the member sees and a row in the audit trail. */
import { memberBrief } from '../members/find.ts'
import type { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { Refusal } from '../platform/problem.ts'
import { LostRace } from '../platform/transact.ts'
import { approvalRefusal, approvalRequired, requestApproval, unread, useApprovalWrite } from '../program/approval.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { decideAdjustment } from './adjusting.ts'
import { auditRow } from './audit-trail.ts'
import { once } from './operation.ts'
import { type AdjustmentInput, AdjustmentInput as Input } from './schema.ts'
import { shownOutcome } from './statement.ts'
import { auditWrite, loadAccount } from './store.ts'

const NAME = 'points.adjust'

/**
 * Adds or takes points once per Idempotency-Key. Points added follow the expiry policy from today, or end earlier. Above
 * the program's limit the approval that the input names is used up in the same transaction.
 * @returns the ADJUST entry and the balances after it.
 * Refuses: `insufficient_points` for a result below zero unless an admin sets `allowDebt`, `approval_required` with the
 * id of a pending approval, and all that can be wrong with an approval that is named.
 */
export const adjust = command({
  name: NAME,
  input: Input,
  allow: ['manager', 'admin'],
  async run(ctx, input) {
    await requireActiveStaff(ctx, input.memberId)
    const attempt = await attemptOf(ctx, input)
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof Refusal && error.code === 'approval_required') throw await asked(ctx, input, error)
      if (!(error instanceof LostRace) || input.approvalId === undefined) throw error
      // It may be the approval that failed the transaction; then the reason is given as any refusal is.
      const refusal = await approvalRefusal(ctx, { ...wishOf(input), approvalId: input.approvalId })
      if (refusal === undefined) throw error
      return attempt(refusal)
    }
  },
})

/** @returns what carries it out, or gives and records a refusal that is known already. */
async function attemptOf(ctx: Context, input: AdjustmentInput) {
  const operation = operationId(ctx, NAME)
  const version = versionAt(await programBook(ctx), ctx.now)
  const { approvalId, reason, note, internalNote } = input
  const deed = { action: NAME, reason, note, internalNote, approvalId }
  const approval = approvalId === undefined ? undefined : unread(ctx, { ...wishOf(input), approvalId })
  return (refusal?: Refusal): Promise<Answer<unknown>> =>
    once(ctx, {
      operation,
      fingerprint: fingerprintOf(input),
      memberId: input.memberId,
      version,
      statuses: ['ACTIVE', 'FROZEN'],
      decide({ account }, terms) {
        if (refusal) throw refusal
        return decideAdjustment(account, { input, actor: ctx.actor }, terms)
      },
      writes: (_, entry) => [
        auditWrite(auditRow(ctx, entry, deed)),
        ...(approval ? [useApprovalWrite(approval, 'approval')] : []),
      ],
      show: (entry) => shownOutcome(entry, ctx.language),
    })
}

/** Asks for the approval that is missing. @returns the refusal that names it. */
async function asked(ctx: Context, input: AdjustmentInput, { details }: Refusal): Promise<Refusal> {
  const { points, reason, expiresOn, allowDebt } = input
  // Of two who became one the survivor: whoever decides is asked whether that is somebody of theirs.
  const { memberId } = (await loadAccount(ctx, input.memberId)).account
  const member = await memberBrief(ctx, memberId)
  const id = await requestApproval(ctx, {
    ...wishOf(input),
    memberId,
    ...(member?.storeId !== undefined && { storeId: member.storeId }),
    summary: {
      ...{ points, reason },
      ...(expiresOn !== undefined && { expiresOn }),
      ...(allowDebt === true && { allowDebt: 'yes' }),
    },
  })
  return approvalRequired(id, details.params)
}

function wishOf({ approvalId: _, ...wanted }: AdjustmentInput) {
  return { action: NAME, fingerprint: fingerprintOf(wanted) } as const
}
