/** The statement: entries newest first, each with its reasons and the balances after it. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { gone, requireMayRead, settledAccount } from './get-account.ts'
import { AccountQuery } from './schema.ts'
import { shownLine } from './statement.ts'
import { entriesBefore } from './statement-store.ts'
import { loadNotes } from './store.ts'

const Query = z.strictObject({ ...AccountQuery.shape, ...pageQuery })

/** @returns a page of entries and the cursor of the next. Refuses: `not_found`, `account_closed`, `invalid_cursor`. */
export const listEntries = command({
  name: 'points.listEntries',
  input: Query,
  allow: ['cashier', 'manager', 'caller', 'admin', 'pos'],
  async run(ctx, query) {
    await requireMayRead(ctx, query.memberId)
    return statementPage(ctx, query)
  },
})

export async function statementPage(ctx: Context, { memberId, limit, cursor }: z.infer<typeof Query>) {
  const filter = ['entries', memberId]
  const before = cursor === undefined ? undefined : Number(await readCursor(ctx, filter, cursor))
  const found = await entriesBefore(ctx, memberId, { limit: limit + 1, ...(before !== undefined && { before }) })
  if (found.length === 0) await settledAccount(ctx, memberId)
  if (found[0]?.type === 'CLOSE') throw gone(ctx)
  const page = found.slice(0, limit)
  const notes = await loadNotes(
    ctx,
    page.filter(({ type }) => type === 'ADJUST').map(({ id }) => id),
  )
  const last = page.at(-1)
  return {
    items: page.map((entry) => {
      const note = notes.get(entry.id)
      return { ...shownLine(entry, ctx.language), ...(note !== undefined && { note }) }
    }),
    nextCursor: found.length > limit && last ? await writeCursor(ctx, filter, String(last.seq)) : null,
  }
}
