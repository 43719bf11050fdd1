/** Members and their own profile. Contacts are not changed here: a new one must be proven first. */

import { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import { etagOf } from '../platform/etag.ts'
import { ownMember } from './own.ts'
import { changeProfile } from './patch.ts'
import type { Present } from './row-schema.ts'
import { GetMeInput, PatchMeInput } from './schema.ts'
import { ownView } from './views.ts'

/**
 * @returns the caller's own profile, with its version as ETag.
 * Refuses: `not_found`.
 */
export const getMe = command({
  name: 'members.me',
  input: GetMeInput,
  allow: ['member'],
  async run(ctx) {
    return answerOf(await ownMember(ctx))
  },
})

/**
 * Changes name, language, birthday or consents of the caller.
 * Refuses: `if_match_required`, `stale_version`, `not_found`, `birthday_locked`.
 */
export const patchMe = command({
  name: 'members.patchMe',
  input: PatchMeInput,
  allow: ['member'],
  async run(ctx, { ifMatch, ...changes }) {
    const member = await ownMember(ctx)
    return answerOf({ ...member, profile: await changeProfile(ctx, member.profile, { ifMatch, changes }) })
  },
})

function answerOf(member: Present) {
  return new Answer(200, ownView(member), { ETag: etagOf(member.profile.v) })
}
