/** Members and their own profile. Contacts are not changed here: a new one must be proven first. */
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { etagOf } from '../platform/etag.ts'
import { Answer } from '../platform/http.ts'
import { Refusal } from '../platform/problem.ts'
import { changeProfile } from './patch.ts'
import type { Profile } from './row-schema.ts'
import { GetMeInput, PatchMeInput } from './schema.ts'
import { readProfile } from './store.ts'
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
    return answerOf(await ownProfile(ctx))
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
    return answerOf(await changeProfile(ctx, await ownProfile(ctx), { ifMatch, changes }))
  },
})

async function ownProfile(ctx: Context): Promise<Profile> {
  const { memberId } = ctx.actor
  const profile = memberId === undefined ? undefined : await readProfile(ctx, memberId)
  if (profile === undefined) throw new Refusal('not_found')
  return profile
}

function answerOf(profile: Profile) {
  return new Answer(200, ownView(profile), { ETag: etagOf(profile.v) })
}
