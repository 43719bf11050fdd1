/**
 * A member asks for the end of the membership. That ends points for good, so it waits for an admin, and the member may
 * take it back until then.
 */
import * as z from 'zod'
import { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { LostRace } from '../platform/transact.ts'
import { isoTime } from '../shared/dates.ts'
import { requireFreshSignIn } from './fresh-sign-in.ts'
import { ownMember } from './own.ts'
import { closeRequests, updateCloseRequest } from './own-store.ts'
import { presentMember } from './present.ts'
import type { Profile } from './row-schema.ts'
import { CloseOwnInput } from './schema.ts'

/**
 * `confirm: true` asks, `false` takes it back. Asked again, or taken back with nothing to take back, it stays as it is.
 * @returns `requested` with when, status 202: nothing is closed yet; or `none`. Refuses: `sign_in_again`, `not_found`.
 */
export const closeOwn = command({
  name: 'members.closeOwn',
  input: CloseOwnInput,
  allow: ['member'],
  async run(ctx, { confirm }) {
    if (confirm) requireFreshSignIn(ctx)
    const { profile } = await ownMember(ctx)
    const isRequested = profile.closeRequestedAt !== undefined
    const after = confirm === isRequested ? profile : await change(ctx, profile, confirm ? ctx.now : undefined)
    return after.closeRequestedAt === undefined
      ? new Answer(200, { state: 'none' as const, requestedAt: null })
      : new Answer(202, { state: 'requested' as const, requestedAt: isoTime(after.closeRequestedAt) })
  },
})

async function change(ctx: Context, before: Profile, closeRequestedAt: number | undefined): Promise<Profile> {
  const after = { ...before, v: before.v + 1, closeRequestedAt }
  const outcome = await updateCloseRequest(ctx, before, after)
  if (outcome.kind !== 'committed') throw new LostRace()
  return after
}

const FILTER = 'close-requests'

/** Who asked and was not closed yet, in the order of their ids; a page may be shorter than its limit. */
export const listCloseRequests = command({
  name: 'members.listCloseRequests',
  input: z.strictObject(pageQuery),
  allow: ['admin'],
  async run(ctx, { limit, cursor }) {
    const after = cursor === undefined ? undefined : await readCursor(ctx, FILTER, cursor)
    const page = await closeRequests(ctx, limit, after)
    const members = await Promise.all(page.requests.map(({ memberId }) => presentMember(ctx, memberId)))
    const open = page.requests.filter(({ memberId }, index) => {
      const member = members[index]
      return member?.profile.memberId === memberId && member.standing !== 'closed'
    })
    return {
      items: open.map(({ memberId, requestedAt }) => ({ memberId, requestedAt: isoTime(requestedAt) })),
      nextCursor: page.next === undefined ? null : await writeCursor(ctx, FILTER, page.next),
    }
  },
})
