/** The member who calls. */
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { presentMember } from './present.ts'
import type { Present } from './row-schema.ts'

/** To members themselves a closed account is none. @throws Refusal `not_found`, also for who has not joined */
export async function ownMember(ctx: Context): Promise<Present> {
  const { memberId } = ctx.actor
  const member = memberId === undefined ? undefined : await presentMember(ctx, memberId)
  if (member === undefined || member.standing === 'closed') throw new Refusal('not_found')
  return member
}
