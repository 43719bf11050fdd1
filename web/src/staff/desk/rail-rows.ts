/** One list of what this desk awarded: what the store's report knows, and what only this device knows yet. */
import type { OutboxRow } from '../../offline/outbox.ts'
import type { ShiftItem } from '../wire.ts'

export type RailRow = {
  readonly id: string
  readonly at: string
  readonly receiptNumber: string
  readonly points: number | undefined
  /** Of the points, what refunds have not taken back. */
  readonly left: number
  readonly memberId: string | undefined
  readonly state: 'done' | 'waiting' | 'sending' | 'refused'
  readonly isOwn: boolean
  readonly isUndone: boolean
  readonly undoUntil?: string
  readonly purchasedOn?: string
}

type Known = {
  readonly items: readonly ShiftItem[]
  /** Entries that were undone here a moment ago. */
  readonly undone?: ReadonlySet<string>
}

/** @param rows of this device, store and person. @returns newest first. */
export function railRows(rows: readonly OutboxRow[], { items, undone = new Set() }: Known): RailRow[] {
  const awards = items.filter(({ type }) => type === 'EARN')
  const known = new Set(awards.map(({ entryId }) => entryId))
  const local = rows.filter(
    (row) => row.discarded === undefined && row.answer?.priorBy === undefined && !known.has(row.answer?.entryId ?? ''),
  )
  const all = [...awards.map((item) => fromItem(item, items)), ...local.map(fromRow)]
  return all
    .map((row) => (undone.has(row.id) ? { ...row, isUndone: true } : row))
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

const RECENT_MS = 60_000

/** Whether the report must have changed and has not: it is written a moment after what it tells. */
export function isBehind(rows: readonly OutboxRow[], { items, undone = new Set() }: Known, now: number): boolean {
  const known = new Map(items.map((item) => [item.entryId, item]))
  const isMissing = ({ answer, settledAt = 0 }: OutboxRow) =>
    answer !== undefined && answer.priorBy === undefined && now - settledAt < RECENT_MS && !known.has(answer.entryId)
  return rows.some(isMissing) || [...undone].some((id) => known.get(id)?.undone === false)
}

/** What came back of a purchase stands in the report beside it, under the same number. */
function refundedOf({ receiptNumber, memberId }: ShiftItem, items: readonly ShiftItem[]): number {
  return items
    .filter((item) => item.type === 'REVERSE' && item.receiptNumber === receiptNumber && item.memberId === memberId)
    .reduce((sum, { points }) => sum - points, 0)
}

function fromItem(item: ShiftItem, items: readonly ShiftItem[]): RailRow {
  const { entryId, at, receiptNumber = '', points, memberId, own, undone, undoUntil, purchasedOn } = item
  return {
    ...{ id: entryId, at, receiptNumber, points, memberId, state: 'done', isOwn: own, isUndone: undone === true },
    left: Math.max(0, points - refundedOf(item, items)),
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
    left: answer?.points ?? 0,
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
