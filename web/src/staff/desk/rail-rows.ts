/** One list of what this desk awarded: what the store's report knows, and what only this device knows yet. */
import type { OutboxRow } from '../../offline/outbox.ts'
import type { ShiftItem } from '../wire.ts'

export type RailRow = {
  readonly id: string
  readonly at: string
  readonly receiptNumber: string
  readonly points: number | undefined
  readonly memberId: string | undefined
  readonly state: 'done' | 'waiting' | 'sending' | 'refused'
  readonly isOwn: boolean
  readonly isUndone: boolean
  readonly undoUntil?: string
  readonly purchasedOn?: string
}

/** @param rows of this device, store and person. @returns newest first. */
export function railRows(rows: readonly OutboxRow[], items: readonly ShiftItem[]): RailRow[] {
  const awards = items.filter(({ type }) => type === 'EARN')
  const known = new Set(awards.map(({ entryId }) => entryId))
  const local = rows.filter(
    (row) => row.discarded === undefined && row.answer?.priorBy === undefined && !known.has(row.answer?.entryId ?? ''),
  )
  return [...awards.map(fromItem), ...local.map(fromRow)].toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

function fromItem(item: ShiftItem): RailRow {
  const { entryId, at, receiptNumber = '', points, memberId, own, undone, undoUntil, purchasedOn } = item
  return {
    ...{ id: entryId, at, receiptNumber, points, memberId, state: 'done', isOwn: own, isUndone: undone === true },
    ...(undoUntil !== undefined && { undoUntil }),
    ...(purchasedOn !== undefined && { purchasedOn }),
  }
}

/** A moment ahead of the report, or not sent at all. */
function fromRow({ id, key, answer, purchasedAt, receiptNumber, body, state }: OutboxRow): RailRow {
  return {
    id: answer?.entryId ?? id ?? key,
    at: answer?.recordedAt ?? purchasedAt,
    receiptNumber,
    points: answer?.points,
    memberId: memberIn(body),
    state: state === 'sent' ? 'done' : state === 'stopped' ? 'waiting' : state,
    isOwn: true,
    isUndone: false,
  }
}

function memberIn(body: string): string | undefined {
  const value: unknown = JSON.parse(body)
  const isNamed =
    typeof value === 'object' && value !== null && 'memberId' in value && typeof value.memberId === 'string'
  return isNamed ? String(value.memberId) : undefined
}

/** A cashier takes back own awards in time; a manager those of everybody. */
export function isUndoable(row: RailRow, { now, mayAll }: { now: number; mayAll: boolean }): boolean {
  if (row.state !== 'done' || row.isUndone || row.points === undefined) return false
  if (mayAll) return true
  return row.isOwn && (row.undoUntil === undefined || Date.parse(row.undoUntil) > now)
}
