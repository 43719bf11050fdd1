/** What happened at the desks of one store on one local day, for those who close the till and those who check it. */
import * as z from 'zod'
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { textThat } from '../platform/validation.ts'
import { versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import type { ProgramDocument } from '../program/schema.ts'
import { staffName } from '../program/staff-current.ts'
import { StoreId } from '../program/value-schema.ts'
import { addToInstant, isLocalDate, isoTime, localDate } from '../shared/dates.ts'
import type { ShiftLine } from './schema.ts'
import { type AwardState, awardStates, totalsOf } from './shift-line.ts'
import { loadShift } from './store.ts'

const Query = z.strictObject({ ...pageQuery, storeId: StoreId, date: textThat(isLocalDate).optional() })

/**
 * Sums of the day and its lines, newest first. `own` are those of the caller; an award that can be undone tells until
 * when, and one that was undone or corrected since that it is `undone`. May be a moment behind the ledger.
 * Refuses: `store_out_of_scope`, `store_not_found`, `invalid_cursor`.
 */
export const shift = command({
  name: 'reports.shift',
  input: Query,
  allow: ['cashier', 'manager', 'admin', 'auditor'],
  async run(ctx, { storeId, date, limit, cursor }) {
    requireStore(ctx.actor, storeId)
    await storeOf(ctx, storeId)
    const { document } = versionAt(await programBook(ctx), ctx.now)
    const day = date ?? localDate(ctx.now, document.zone)
    const filter = ['reports.shift', storeId, day]
    const lines = await loadShift(ctx, { storeId, day })
    const newest = lines.toReversed()
    const after = cursor === undefined ? undefined : await readCursor(ctx, filter, cursor)
    const start = after === undefined ? 0 : newest.findIndex(({ entryId }) => entryId === after) + 1
    const page = newest.slice(start, start + limit)
    const last = page.at(-1)
    const states = awardStates(lines)
    return {
      storeId,
      date: day,
      totals: totalsOf(lines),
      items: await Promise.all(page.map((line) => shown(ctx, line, { states, document }))),
      nextCursor: last && start + limit < newest.length ? await writeCursor(ctx, filter, last.entryId) : null,
    }
  },
})

type Around = { readonly states: ReadonlyMap<string, AwardState>; readonly document: ProgramDocument }

async function shown(ctx: Context, line: ShiftLine, { states, document }: Around) {
  const { entryId, memberId, type, points, receiptNumber, purchasedOn, at, by } = line
  const state = type === 'EARN' && receiptNumber !== undefined ? states.get(receiptNumber) : undefined
  const isCurrent = state?.current === entryId
  const window = document.staff?.undoWindow
  const byName = await staffName(ctx, by)
  return {
    ...{ entryId, memberId, type, points },
    ...(receiptNumber !== undefined && { receiptNumber }),
    ...(purchasedOn !== undefined && { purchasedOn }),
    ...{ at: isoTime(at), by, ...(byName !== undefined && { byName }), own: by === ctx.actor.id },
    ...(state && !isCurrent && { undone: true }),
    ...(state && isCurrent && window && { undoUntil: isoTime(addToInstant(state.firstAt, window, document.zone)) }),
  }
}
