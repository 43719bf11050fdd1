/** An admin says yes or no to what somebody else asked for. */
import { command } from '../platform/command.ts'
import { Refusal } from '../platform/problem.ts'
import { type Approval, approvalView, DecisionInput, membersOf, stateOf } from './approval-schema.ts'
import { commitDecision, loadApproval } from './approval-store.ts'
import { requireActiveStaff } from './staff-current.ts'

/**
 * Decides once. The same decision with the same reason by the same person is answered as the first time. Nobody decides
 * about an account of their own home, because a yes moves its points as much as the command does.
 * Refuses: `not_found`, `own_request`, `own_account`, `principal_disabled`, `approval_decided`, `approval_expired`.
 */
export const decideApproval = command({
  name: 'program.decideApproval',
  input: DecisionInput,
  allow: ['admin'],
  async run(ctx, { approvalId, decision, reason }) {
    await requireActiveStaff(ctx)
    const approval = await loadApproval(ctx, approvalId)
    if (approval === undefined) throw new Refusal('not_found')
    if (approval.requestedBy === ctx.actor.id) throw new Refusal('own_request')
    await requireActiveStaff(ctx, ...membersOf(approval))
    const { decided } = approval
    if (decided) {
      const isSame = decided.by === ctx.actor.id && decided.decision === decision && decided.reason === reason
      if (!isSame) throw new Refusal('approval_decided')
      return approvalView(approval, stateAfter(decision))
    }
    if (stateOf(approval, ctx.now) === 'expired') throw new Refusal('approval_expired')
    const next: Approval = {
      ...approval,
      state: stateAfter(decision),
      decided: { decision, reason, by: ctx.actor.id, at: ctx.now },
    }
    await commitDecision(ctx, next)
    return approvalView(next, next.state)
  },
})

function stateAfter(decision: 'approve' | 'reject') {
  return decision === 'approve' ? 'approved' : 'rejected'
}
