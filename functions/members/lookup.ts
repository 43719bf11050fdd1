/**
 * Finds a member by one complete contact or number. There is no search: a part of a number finds nobody, so that nobody
 * can leaf through members.
 */
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { viewFor } from './get.ts'
import type { ClaimKind } from './row-schema.ts'
import { LookUpInput, type MemberView } from './schema.ts'
import { readClaim, readProfile } from './store.ts'

/** Two reads, not strongly consistent: who enrolled this instant may be found an instant later. */
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
  const profile = memberId === undefined ? undefined : await readProfile(ctx, memberId, false)
  return profile && viewFor(ctx.actor, profile)
}
