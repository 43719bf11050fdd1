/** A member whom staff or a till are about to look at or to change. */
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { presentMember } from './present.ts'
import type { Present } from './row-schema.ts'
import { viewFor } from './views.ts'

/** The member as staff may see and serve it. @throws Refusal `not_found` also for who sees nothing of it, `account_closed` */
export async function servedMember(ctx: Context, memberId: string): Promise<Present> {
  const member = await presentMember(ctx, memberId)
  if (member === undefined || viewFor(ctx.actor, member) === undefined) throw new Refusal('not_found')
  if (member.standing === 'closed') throw new Refusal('account_closed')
  return member
}
