/** One member, by id, as far as the caller may look; who may not look at all sees what is seen of no member. */
import { type Actor, hasRole, isOwnStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { etagOf } from '../platform/etag.ts'
import { Answer } from '../platform/http.ts'
import { Refusal } from '../platform/problem.ts'
import type { Profile } from './row-schema.ts'
import { GetMemberInput, type MemberView } from './schema.ts'
import { readProfile } from './store.ts'
import { fullView, maskedView, posView } from './views.ts'

/**
 * @returns the view of the caller's role, with the version as ETag.
 * Refuses: `not_found`.
 */
export const getMember = command({
  name: 'members.get',
  input: GetMemberInput,
  allow: ['cashier', 'pos', 'manager', 'caller', 'admin'],
  async run(ctx, { memberId }) {
    const profile = await readProfile(ctx, memberId)
    const view = profile && viewFor(ctx.actor, profile)
    if (profile === undefined || view === undefined) throw new Refusal('not_found')
    return new Answer(200, view, { ETag: etagOf(profile.v) })
  },
})

/** The most that any role of the caller shows, or undefined where none shows anything. */
export function viewFor(actor: Actor, profile: Profile): MemberView | undefined {
  if (hasRole(actor, 'admin')) return fullView(profile)
  if (hasRole(actor, 'manager') && isInOwnStores(actor, profile)) return fullView(profile)
  if (hasRole(actor, 'manager', 'cashier')) return maskedView(profile)
  if (hasRole(actor, 'caller') && profile.ownerId === actor.id) return maskedView(profile)
  return hasRole(actor, 'pos') ? posView(profile) : undefined
}

/** A member of no store is in everybody's who has all stores. */
export function isInOwnStores(actor: Actor, profile: Profile): boolean {
  return profile.storeId === undefined ? actor.stores === '*' : isOwnStore(actor, profile.storeId)
}

/** Who spoke for the member, for the record of consents. */
export function sourceOf(actor: Actor): 'member' | 'machine' | 'staff' {
  if (hasRole(actor, 'member')) return 'member'
  return hasRole(actor, 'pos') ? 'machine' : 'staff'
}
