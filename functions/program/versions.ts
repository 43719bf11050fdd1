/** Lists what was published: by whom, when, and what became of it. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { stateOf } from './book.ts'
import { latestBook } from './current.ts'
import { READERS } from './get.ts'
import type { VersionSummary } from './schema.ts'
import { versionsBefore } from './store.ts'

const FILTER = 'program.versions'

/** @returns a page of versions, newest first. Refuses: `invalid_cursor`. */
export const listVersions = command({
  name: 'program.versions',
  input: z.strictObject(pageQuery),
  allow: READERS,
  async run(ctx, { limit, cursor }) {
    const book = await latestBook(ctx)
    if (book === undefined) return { items: [], nextCursor: null }
    const before = cursor === undefined ? book.latest + 1 : Number(await readCursor(ctx, FILTER, cursor))
    const page = await versionsBefore(ctx, before, limit)
    const items = page.items.map(
      ({ document: _document, ...summary }): VersionSummary => ({
        ...summary,
        state: stateOf(book, summary.version, ctx.now),
      }),
    )
    return { items, nextCursor: page.next === undefined ? null : await writeCursor(ctx, FILTER, page.next) }
  },
})
