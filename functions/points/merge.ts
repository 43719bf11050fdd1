/** Makes one account of two that belong to one person: everything moves in one transaction, and one is closed with it. */
import { memberBrief } from '../members/find.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf, optionalOperationId } from '../platform/once.ts'
import { refuseFields } from '../platform/problem.ts'
import { LostRace } from '../platform/transact.ts'
import { approvalRefusal, approvalRequired, requestApproval, unread, useApprovalWrite } from '../program/approval.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { auditRow } from './audit-trail.ts'
import type { Entry } from './entry.ts'
import { onceWide, termsOf } from './operation.ts'
import { MergeInput as Input, type MergeInput } from './schema.ts'
import { decideMerge } from './standing.ts'
import { shownOutcome } from './statement.ts'
import { auditWrite, loadAccount, loadNamedAccount, loadOwnAccount, type Part } from './store.ts'

const NAME = 'members.merge'

/**
 * Merges a member into another, once, with an approval of an admin who did not ask for it. Lots and pending points keep
 * their days; what is later sent to the merged member reaches the survivor.
 * @returns the MERGE_OUT entry of the member that ends, and its balances of 0.
 * Refuses: `approval_required` with the id of a pending approval and all that can be wrong with one that is named,
 * `open_reservation`, `account_closed`, `member_not_found`, `invalid_value` for a member merged into itself.
 */
export const merge = command({
  name: NAME,
  input: Input,
  allow: ['manager', 'admin'],
  async run(ctx, input) {
    await requireActiveStaff(ctx, input.memberId, input.into)
    const operation = optionalOperationId(ctx, NAME)
    const { approvalId } = input
    const version = versionAt(await programBook(ctx), ctx.now)
    const wish = wishOf(input)
    const named = approvalId === undefined ? undefined : { ...wish, approvalId }
    let hasLostRace = false
    const attempt = () =>
      onceWide(ctx, {
        operation,
        fingerprint: fingerprintOf(input),
        version,
        async parts() {
          const { from, into } = await bothOf(ctx, input)
          const terms = { from: termsOf(ctx, version, from), into: termsOf(ctx, version, into) }
          const decision = decideMerge({ from: from.account, into: into.account }, terms)
          // Nobody is asked to agree to what cannot be done.
          const refusal = hasLostRace && named ? await approvalRefusal(ctx, named) : undefined
          if (refusal) throw refusal
          const statuses: Part['statuses'] = ['ACTIVE', 'FROZEN']
          if (named === undefined) throw await asked(ctx, input, into.account.memberId)
          return [
            { loaded: from, decision: decision.from, statuses },
            { loaded: into, decision: decision.into, statuses },
          ]
        },
        writes: (entries) => [
          ...entries.map((entry) => auditWrite(auditRow(ctx, entry, { action: NAME, note: '', approvalId }))),
          ...(named ? [useApprovalWrite(unread(ctx, named), 'approval')] : []),
        ],
        show: (entry: Entry) => shownOutcome(entry, ctx.language),
      })
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof LostRace)) throw error
      // It may be the approval that failed the transaction; then the reason is given as any refusal is.
      hasLostRace = true
      return attempt()
    }
  },
})

/** @throws Refusal `not_found`, `member_not_found`, `invalid_value` */
async function bothOf(ctx: Context, { memberId, into: survivor }: MergeInput) {
  const from = await loadNamedAccount(ctx, memberId, loadOwnAccount)
  const into = await loadAccount(ctx, survivor)
  if (from.account.memberId !== into.account.memberId) return { from, into }
  throw refuseFields([{ pointer: '/into', code: 'invalid_value' }])
}

/** Asks for the approval that is missing, with the member who will have it all. @returns the refusal that names it. */
async function asked(ctx: Context, input: MergeInput, into: string) {
  const { memberId } = input
  const member = await memberBrief(ctx, memberId)
  const id = await requestApproval(ctx, {
    ...wishOf(input),
    memberId,
    ...(member?.storeId !== undefined && { storeId: member.storeId }),
    summary: { into },
  })
  return approvalRequired(id)
}

function wishOf({ approvalId: _, ...wanted }: MergeInput) {
  return { action: NAME, fingerprint: fingerprintOf(wanted) } as const
}
