/** Which entries of the ledger belong into a shift's report, where they belong, and what becomes of an award in it. */
import type { Entry } from '../points/entry.ts'
import { localDate } from '../shared/dates.ts'
import { LINE_TYPES, type LineType, type ShiftLine } from './schema.ts'

export type Place = { readonly storeId: string; readonly line: ShiftLine }

/** Not what happened without a store, and not what is only the other half of a deed. */
export function isOfShift({ type, receipt, storeId }: Entry): boolean {
  return LINE_TYPES.some((one) => one === type) && (receipt?.storeId ?? storeId) !== undefined
}

/** @returns nothing for what is not of a shift. */
export function lineOf(entry: Entry, zone: string): Place | undefined {
  const { id, memberId, points, at, actor, receipt, because } = entry
  const type = LINE_TYPES.find((one): one is LineType => one === entry.type)
  const storeId = receipt?.storeId ?? entry.storeId
  if (type === undefined || storeId === undefined) return undefined
  const line: ShiftLine = {
    ...{ rv: 1, entryId: id, memberId, type, points, at, by: actor },
    ...(receipt && { receiptNumber: receipt.receiptNumber }),
    ...(type === 'EARN' && { purchasedOn: localDate(entry.effective, zone) }),
    ...(because.some(({ rule }) => rule === 'mistake') && { isMistake: true }),
  }
  return { storeId, line }
}

export type Sum = { readonly count: number; readonly points: number }

const KINDS = {
  EARN: 'awards',
  REVERSE: 'refunds',
  REDEEM: 'redemptions',
  CAPTURE: 'redemptions',
} as const satisfies Record<LineType, string>
export type Totals = Readonly<Record<(typeof KINDS)[LineType], Sum>>

/** Points as they stand on statements: what went out is negative. */
export function totalsOf(lines: readonly ShiftLine[]): Totals {
  const totals = {
    awards: { count: 0, points: 0 },
    refunds: { count: 0, points: 0 },
    redemptions: { count: 0, points: 0 },
  }
  for (const { type, points } of lines) {
    const sum = totals[KINDS[type]]
    sum.count += 1
    sum.points += points
  }
  return totals
}

/** Of the awards of one receipt only the last one counts, and none that was undone since. */
export type AwardState = { readonly firstAt: number; readonly current: string | undefined }

/** @param lines oldest first. @returns by receipt number. */
export function awardStates(lines: readonly ShiftLine[]): ReadonlyMap<string, AwardState> {
  const states = new Map<string, AwardState>()
  for (const { type, receiptNumber, entryId, at, isMistake } of lines) {
    if (receiptNumber === undefined) continue
    const firstAt = states.get(receiptNumber)?.firstAt ?? at
    if (type === 'EARN') states.set(receiptNumber, { firstAt, current: entryId })
    else if (isMistake) states.set(receiptNumber, { firstAt, current: undefined })
  }
  return states
}
