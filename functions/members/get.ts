/** One member, by id, as far as the caller may look; who may not look at all sees what is seen of no member. */

import { Answer } from '../platform/answer.ts'
import { type Actor, hasRole } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { etagOf } from '../platform/etag.ts'
import { GetMemberInput } from './schema.ts'
import { servedMember } from './served.ts'
import { viewFor } from './views.ts'

/**
 * @returns the view of the caller's role, with the version as ETag; of the survivor where the member was merged.
 * Refuses: `not_found`, `account_closed`.
 */
export const getMember = command({
  name: 'members.get',
  input: GetMemberInput,
  allow: ['cashier', 'pos', 'manager', 'caller', 'admin'],
  async run(ctx, { memberId }) {
    const member = await servedMember(ctx, memberId)
    return new Answer(200, viewFor(ctx.actor, member), { ETag: etagOf(member.profile.v) })
  },
})

/** Who spoke for the member, for the record of consents. */
export function sourceOf(actor: Actor): 'member' | 'machine' | 'staff' {
  if (hasRole(actor, 'member')) return 'member'
  return hasRole(actor, 'pos') ? 'machine' : 'staff'
}
