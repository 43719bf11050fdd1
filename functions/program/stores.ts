/** Lists the places of sale. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { READERS } from './get.ts'
import { storesAfter } from './store.ts'

const FILTER = 'program.stores'

/** @returns a page of stores by id; `version` is what If-Match must name to change one. Refuses: `invalid_cursor`. */
export const listStores = command({
  name: 'program.stores',
  input: z.strictObject(pageQuery),
  allow: READERS,
  async run(ctx, { limit, cursor }) {
    const after = cursor === undefined ? '' : await readCursor(ctx, FILTER, cursor)
    const { items, next } = await storesAfter(ctx, after, limit)
    return { items, nextCursor: next === undefined ? null : await writeCursor(ctx, FILTER, next) }
  },
})
