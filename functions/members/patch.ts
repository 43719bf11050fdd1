/**
 * A member's data changes, each role within its bounds, only from the version that the caller saw. A contact moves
 * together with its claim, and every change of a consent is appended to its record.
 */

import { Answer } from '../platform/answer.ts'
import { type Actor, hasRole } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { etagOf, requireVersion } from '../platform/etag.ts'
import { Refusal, refuseFields } from '../platform/problem.ts'
import { InvariantBroken } from '../platform/transact.ts'
import { versionAt } from '../program/book.ts'
import { findBook } from '../program/current.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { changedProfile, consentChanges, grantsAny, isBirthdayLocked, isReachable } from './changes.ts'
import { consentText, contactInUse } from './enrol.ts'
import { sourceOf } from './get.ts'
import type { Profile } from './row-schema.ts'
import { PatchMemberInput, type ProfileChanges } from './schema.ts'
import { servedMember } from './served.ts'
import { updateProfile } from './store.ts'
import { isInOwnStores, viewFor } from './views.ts'

/**
 * Changes what is given; `null` removes a phone number, mail address or birthday.
 * @returns the caller's view afterwards, with its version as ETag.
 * Refuses: `if_match_required`, `stale_version`, `not_found`, `account_closed`, `forbidden` for a field beyond the role,
 * `store_out_of_scope`, `contact_in_use`, `required_field` where no contact would remain, `birthday_locked`.
 */
export const patchMember = command({
  name: 'members.patch',
  input: PatchMemberInput,
  allow: ['cashier', 'caller', 'manager', 'admin'],
  async run(ctx, { memberId, ifMatch, ...changes }) {
    const member = await servedMember(ctx, memberId)
    await requireActiveStaff(ctx, memberId, member.profile.memberId)
    requireBounds(ctx.actor, member.profile, changes)
    const profile = await changeProfile(ctx, member.profile, { ifMatch, changes })
    return new Answer(200, viewFor(ctx.actor, { ...member, profile }), { ETag: etagOf(profile.v) })
  },
})

/** Cashiers and callers may withdraw consents; managers also change contacts, of members of their stores; admins all. */
function requireBounds(actor: Actor, profile: Profile, changes: ProfileChanges): void {
  if (hasRole(actor, 'admin')) return
  const fields = Object.keys(changes)
  const isGrant = grantsAny(changes.consents)
  if (hasRole(actor, 'cashier', 'caller') && !isGrant && fields.every((field) => field === 'consents')) return
  const isContactChange = fields.every((field) => ['consents', 'phone', 'email'].includes(field))
  if (!hasRole(actor, 'manager') || isGrant || !isContactChange) throw new Refusal('forbidden')
  if (!isInOwnStores(actor, profile)) throw new Refusal('store_out_of_scope')
}

/** @returns the profile as it is now; untouched, and nothing written, where nothing differs. */
export async function changeProfile(
  ctx: Context,
  profile: Profile,
  wanted: { readonly ifMatch: string; readonly changes: ProfileChanges },
): Promise<Profile> {
  const { ifMatch, changes } = wanted
  requireVersion(ifMatch === '' ? undefined : ifMatch, profile.v)
  const after = changedProfile(profile, changes, ctx.now)
  if (after === profile) return profile
  if (!isReachable(after)) throw refuseFields([{ pointer: removedContact(profile), code: 'required_field' }])
  await requireBirthdayOpen(ctx, profile, after)
  const consent = {
    changes: consentChanges(profile.consents, after.consents),
    text: await consentText(ctx, changes.consents ?? {}),
    source: sourceOf(ctx.actor),
  }
  const outcome = await updateProfile(ctx, { before: profile, after }, consent)
  if (outcome.kind === 'committed') return after
  if (outcome.failed.some(({ failsAs }) => failsAs === 'version')) throw new Refusal('stale_version')
  throw (await contactInUse(ctx, outcome.failed)) ?? new InvariantBroken('a contact is not claimed by its member')
}

function removedContact(profile: Profile): string {
  return profile.phone === undefined ? '/email' : '/phone'
}

async function requireBirthdayOpen(ctx: Context, profile: Profile, after: Profile): Promise<void> {
  if (profile.birthdayChangedAt === undefined) return
  const book = await findBook(ctx)
  if (book === undefined) return
  const { enrolment, zone } = versionAt(book, ctx.now).document
  const period = enrolment?.birthdayEdit
  if (period === undefined || !isBirthdayLocked(profile, after, { period, zone, at: ctx.now })) return
  throw new Refusal('birthday_locked', { errors: [{ pointer: '/birthday', code: 'birthday_locked' }] })
}
