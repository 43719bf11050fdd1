/** What a member agreed to and took back, and which words were shown: kept for ever, and shown to the member. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { isoTime } from '../shared/dates.ts'
import { ownMember } from './own.ts'
import { type ConsentEvent, consentEvents } from './own-store.ts'

const FILTER = 'consents'

/** Newest first. `by` tells who spoke: the member, staff or a machine. Refuses: `not_found`, `invalid_cursor`. */
export const myConsents = command({
  name: 'members.myConsents',
  input: z.strictObject(pageQuery),
  allow: ['member'],
  async run(ctx, { limit, cursor }) {
    const { profile } = await ownMember(ctx)
    const before = cursor === undefined ? undefined : await readCursor(ctx, FILTER, cursor)
    const page = await consentEvents(ctx, profile.memberId, { limit, ...(before !== undefined && { before }) })
    return {
      items: page.events.map(shownConsent),
      nextCursor: page.next === undefined ? null : await writeCursor(ctx, FILTER, page.next),
    }
  },
})

/** Without the id of whoever typed it in: staff are not named to members. */
export function shownConsent({ at, source, text, changes }: ConsentEvent) {
  return { at: isoTime(at), by: source, text: text ?? null, changes }
}
