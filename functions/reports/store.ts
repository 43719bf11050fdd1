/** Keys, conditions and queries of reports. A line is written once, however often the stream delivers its entry. */
import type { Context } from '../platform/context.ts'
import { putIfAbsent, queryPage } from '../platform/table.ts'
import { type Key, keys } from '../platform/table-design.ts'
import { isoTime } from '../shared/dates.ts'
import { ShiftLine } from './schema.ts'

const KEPT_DAYS = 90
const DAY_SECONDS = 86_400
/** Far more than one answer of the table can hold. */
const QUERY_LIMIT = 10_000

export type Shift = { readonly storeId: string; readonly day: string }

/** Gone after 90 days: what it tells is in the ledger for ever. */
export async function saveLine(
  ctx: Context,
  shift: Shift,
  { seq, line }: { seq: number; line: ShiftLine },
): Promise<void> {
  const removeAt = Math.floor(line.at / 1000) + KEPT_DAYS * DAY_SECONDS
  const key = keys.shiftLine(shift, { at: isoTime(line.at), seq, entryId: line.entryId })
  await putIfAbsent(ctx.table, 'Operations', { ...key, ...line, removeAt })
}

/** Oldest first; all of them, because the sums are over all. About 7,000 lines cost one request. */
export async function loadShift(ctx: Context, shift: Shift): Promise<ShiftLine[]> {
  const { pk } = keys.shiftLine(shift, { at: '', seq: 0, entryId: '' })
  const lines: ShiftLine[] = []
  let from: Key | undefined
  do {
    const page = await queryPage(ctx.table, 'Operations', {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: false,
      Limit: QUERY_LIMIT,
      ...(from && { ExclusiveStartKey: from }),
    })
    lines.push(...page.rows.map((row) => ShiftLine.parse(row)))
    from = page.last
  } while (from !== undefined)
  return lines
}
