/** Lists the people of the staff. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { staffView } from './staff-schema.ts'
import { staffAfter } from './staff-store.ts'

const FILTER = 'program.staff'

/** @returns a page of records by id; `version` is what If-Match must name to change one. Refuses: `invalid_cursor`. */
export const listStaff = command({
  name: FILTER,
  input: z.strictObject(pageQuery),
  allow: ['admin', 'auditor'],
  async run(ctx, { limit, cursor }) {
    const after = cursor === undefined ? '' : await readCursor(ctx, FILTER, cursor)
    const { items, next } = await staffAfter(ctx, after, limit)
    return {
      items: items.map(staffView),
      nextCursor: next === undefined ? null : await writeCursor(ctx, FILTER, next),
    }
  },
})
