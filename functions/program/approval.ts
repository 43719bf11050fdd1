/**
 * What other capabilities ask of approvals: to ask for one, to be told why one cannot be used, and to use it inside their
 * own transaction. Nobody else reads or writes an approval.
 */
import type { Context } from '../platform/context.ts'
import { Refusal, type RefusalDetails } from '../platform/problem.ts'
import type { Write } from '../platform/transact.ts'
import { addToInstant } from '../shared/dates.ts'
import { type Approvable, type Approval, type Summary, stateOf } from './approval-schema.ts'
import { insertApproval, loadApproval, loadRequested, useWrite } from './approval-store.ts'
import { versionAt } from './book.ts'
import { programBook } from './current.ts'

export type ApprovalRequest = {
  readonly action: Approvable
  /** Of the input of the command without `approvalId`. */
  readonly fingerprint: string
  readonly memberId: string
  /** The store whose managers see it besides the one who asked. */
  readonly storeId?: string
  readonly summary: Summary
}

export type NamedApproval = Pick<ApprovalRequest, 'action' | 'fingerprint'> & { readonly approvalId: string }

/** What stands for an approval in the transaction that uses it. */
export type UsableApproval = NamedApproval & { readonly requestedBy: string }

/**
 * Asks for a command of the caller's to be allowed. Asking again for the same gives the same approval as long as it may
 * still be decided or used. It expires by the program's `staff.approvalExpires`.
 * @returns the approval's id
 */
export async function requestApproval(ctx: Context, request: ApprovalRequest): Promise<string> {
  const wanted = { ...request, requestedBy: ctx.actor.id }
  const seen = await loadRequested(ctx, wanted)
  if (seen && isOpen(seen, ctx.now)) return seen.id
  const { document } = versionAt(await programBook(ctx), ctx.now)
  const expires = document.staff?.approvalExpires
  const approval: Approval = {
    ...wanted,
    id: ctx.newId('apr'),
    state: 'requested',
    requestedAt: ctx.now,
    ...(expires !== undefined && { expiresAt: addToInstant(ctx.now, expires, document.zone) }),
  }
  await insertApproval(ctx, approval, seen)
  return approval.id
}

function isOpen(approval: Approval, now: number): boolean {
  return ['requested', 'approved'].includes(stateOf(approval, now))
}

/**
 * @returns why the approval that a command names cannot be used: `approval_not_found`, `approval_mismatch` for another
 * command or somebody else's, `approval_required` while nobody has decided, `approval_rejected`, `approval_expired` or
 * `approval_used`; undefined when it can.
 */
export async function approvalRefusal(ctx: Context, named: NamedApproval): Promise<Refusal | undefined> {
  const { approvalId, action, fingerprint } = named
  const approval = await loadApproval(ctx, approvalId)
  if (approval === undefined) return new Refusal('approval_not_found')
  const isSame = approval.action === action && approval.fingerprint === fingerprint
  if (!isSame || approval.requestedBy !== ctx.actor.id) return new Refusal('approval_mismatch')
  const state = stateOf(approval, ctx.now)
  if (state === 'approved') return undefined
  return state === 'requested' ? approvalRequired(approvalId) : new Refusal(`approval_${state}`)
}

/** Not read: the transaction fails where the approval cannot be used, and `approvalRefusal` then says why. */
export function unread(ctx: Context, { approvalId, action, fingerprint }: NamedApproval): UsableApproval {
  return { approvalId, action, fingerprint, requestedBy: ctx.actor.id }
}

/** Uses the approval up, as part of the transaction of the command that it allows. Costs 2 units. */
export function useApprovalWrite<Label extends string>(approval: UsableApproval, label: Label): Write<Label> {
  return useWrite({ ...approval, id: approval.approvalId }, label)
}

/** Never recorded under an Idempotency-Key: the same command is to be sent again. */
export function approvalRequired(approvalId: string, params?: RefusalDetails['params']): Refusal {
  return new Refusal('approval_required', { ...(params && { params }), more: { approvalId } })
}
