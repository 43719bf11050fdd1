/** What the sweep reads and remembers: who is due on a day, and the day that it has last come through. */
import * as z from 'zod'
import type { Context } from '../platform/context.ts'
import { getItem, putIf, queryPage } from '../platform/table.ts'
import { DUE_SHARDS, duePartition, type Key, keys } from '../platform/table-design.ts'
import type { LocalDate } from '../shared/dates.ts'

export { DUE_SHARDS }

const MarkRow = z.object({ rv: z.literal(1), day: z.string() })

/** Keys are 100 bytes or less, so that a page costs one read unit. */
const PAGE = 40

/** @returns the last local date whose sweep was finished, or undefined before the first. */
export async function loadMark(ctx: Context): Promise<LocalDate | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.sweep())
  return row && MarkRow.parse(row).day
}

/** Never goes back, so that a slow worker cannot undo what a faster one has finished. */
export async function saveMark(ctx: Context, day: LocalDate): Promise<void> {
  await putIf(ctx.table, 'Ledger', {
    Item: { ...keys.sweep(), rv: 1, day },
    ConditionExpression: 'attribute_not_exists(pk) OR #day < :day',
    ExpressionAttributeNames: { '#day': 'day' },
    ExpressionAttributeValues: { ':day': day },
  })
}

export type DuePage = { readonly memberIds: readonly string[]; readonly next?: Key }

/** Accounts on which something is due on a day, in pages; an index is always read as it was a moment ago. */
export async function duePage(
  ctx: Context,
  { day, shard }: { readonly day: LocalDate; readonly shard: number },
  from: Key | undefined,
): Promise<DuePage> {
  const page = await queryPage(ctx.table, 'Ledger', {
    IndexName: 'due',
    ConsistentRead: false,
    KeyConditionExpression: 'due = :due',
    ExpressionAttributeValues: { ':due': duePartition(day, shard) },
    Limit: PAGE,
    ...(from && { ExclusiveStartKey: from }),
  })
  const memberIds = page.rows.map((row) => String(row.pk).slice('A#'.length))
  return { memberIds, ...(page.last && { next: page.last }) }
}
