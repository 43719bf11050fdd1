/**
 * Finds a member by one complete contact or number. There is no search: a part of a number finds nobody, so that nobody
 * can leaf through members.
 */
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { takeTry } from '../platform/rate.ts'
import { namedMember, requireCurrent } from './find.ts'
import { presentMember } from './present.ts'
import type { ClaimKind } from './row-schema.ts'
import { LookUpInput, type MemberView } from './schema.ts'
import { readClaim } from './store.ts'
import { viewFor } from './views.ts'

/** Enough for the busiest desk, too little to go through a list of numbers. */
const TRIES = { policy: 'lookup', most: 60, seconds: 60 }

/**
 * Three reads, not strongly consistent: who enrolled this instant may be found an instant later. By a contact of a merged
 * member the survivor is found.
 * Refuses: `account_closed`, `code_expired`, and a person who asks too often with `too_many_attempts`.
 */
export const lookUp = command({
  name: 'members.lookUp',
  input: LookUpInput,
  allow: ['cashier', 'pos', 'manager', 'caller', 'admin'],
  async run(ctx, { phone, email, cardNumber, externalId, code }) {
    if (ctx.actor.isPerson) await takeTry(ctx, { ...TRIES, subject: ctx.actor.id })
    if (code !== undefined) return { items: await byCode(ctx, code) }
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
  return memberId === undefined ? undefined : viewOf(ctx, memberId)
}

/** The code of a card that nobody has finds nobody, like any other number. */
async function byCode(ctx: Context, code: string): Promise<MemberView[]> {
  try {
    const named = await namedMember(ctx, { code })
    requireCurrent(named)
    const view = await viewOf(ctx, named.memberId)
    return view ? [view] : []
  } catch (error) {
    if (error instanceof Refusal && error.code === 'member_not_found') return []
    throw error
  }
}

async function viewOf(ctx: Context, memberId: string): Promise<MemberView | undefined> {
  const member = await presentMember(ctx, memberId, false)
  const view = member && viewFor(ctx.actor, member)
  if (view && member.standing === 'closed') throw new Refusal('account_closed')
  return view
}
