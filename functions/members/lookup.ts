/**
 * Finds a member by one complete contact or number. There is no search: a part of a number finds nobody, so that nobody
 * can leaf through members.
 */
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { presentMember } from './present.ts'
import type { ClaimKind } from './row-schema.ts'
import { LookUpInput, type MemberView } from './schema.ts'
import { readClaim } from './store.ts'
import { viewFor } from './views.ts'

/**
 * Three reads, not strongly consistent: who enrolled this instant may be found an instant later. By a contact of a merged
 * member the survivor is found.
 * Refuses: `account_closed`.
 */
export const lookUp = command({
  name: 'members.lookUp',
  input: LookUpInput,
  allow: ['cashier', 'pos', 'manager', 'caller', 'admin'],
  async run(ctx, { phone, email, cardNumber, externalId }) {
    const claims = { phone, email, card: cardNumber, external: externalId } satisfies Record<ClaimKind, unknown>
    const found: MemberView[] = []
    for (const kind of Object.keys(claims) as ClaimKind[]) {
      const view = await viewBy(ctx, kind, claims[kind])
      if (view) found.push(view)
    }
    return { items: found }
  },
})

async function viewBy(ctx: Context, kind: ClaimKind, value: string | undefined): Promise<MemberView | undefined> {
  if (value === undefined) return undefined
  const memberId = await readClaim(ctx, { kind, value }, false)
  const member = memberId === undefined ? undefined : await presentMember(ctx, memberId, false)
  const view = member && viewFor(ctx.actor, member)
  if (view && member.standing === 'closed') throw new Refusal('account_closed')
  return view
}
