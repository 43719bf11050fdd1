/** Reads the entries of an account: one by its number, or a bounded stretch in either direction. */
import type { Context } from '../platform/context.ts'
import { getItem, queryPage } from '../platform/table.ts'
import { entrySort, entrySortRange, type Key, keys } from '../platform/table-design.ts'
import { InvariantBroken } from '../platform/transact.ts'
import type { Entry } from './entry.ts'
import { entryFromRow } from './row-schema.ts'

export async function loadEntry(ctx: Context, memberId: string, seq: number): Promise<Entry> {
  const row = await getItem(ctx.table, 'Ledger', keys.entry(memberId, seq))
  if (row === undefined) throw new InvariantBroken(`entry ${seq} of ${memberId} is missing`)
  return entryFromRow(row)
}

/** Newest first, before a sequence number where one is given. */
export async function entriesBefore(
  ctx: Context,
  memberId: string,
  page: { limit: number; before?: number },
): Promise<Entry[]> {
  const last = page.before === undefined ? entrySortRange.last : entrySort(page.before - 1)
  return entriesBetween(ctx, memberId, { first: entrySortRange.first, last, limit: page.limit, isNewestFirst: true })
}

/** Oldest first, after a sequence number. */
export async function entriesAfter(
  ctx: Context,
  memberId: string,
  page: { limit: number; after: number },
): Promise<Entry[]> {
  const first = entrySort(page.after + 1)
  return entriesBetween(ctx, memberId, { first, last: entrySortRange.last, limit: page.limit, isNewestFirst: false })
}

type Between = { first: string; last: string; limit: number; isNewestFirst: boolean }

async function entriesBetween(
  ctx: Context,
  memberId: string,
  { first, last, limit, isNewestFirst }: Between,
): Promise<Entry[]> {
  if (last < first) return []
  const entries: Entry[] = []
  let from: Key | undefined
  do {
    const page = await queryPage(ctx.table, 'Ledger', {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': keys.account(memberId).pk, ':first': first, ':last': last },
      ScanIndexForward: !isNewestFirst,
      Limit: limit - entries.length,
      ...(from && { ExclusiveStartKey: from }),
    })
    entries.push(...page.rows.map(entryFromRow))
    from = page.last
  } while (from !== undefined && entries.length < limit)
  return entries
}
