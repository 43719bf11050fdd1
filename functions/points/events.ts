/** What points announces to integrators: every entry of the ledger, under its own id, at least once. */
import * as z from 'zod'
import { isoTime } from '../shared/dates.ts'
import { entryFromRow } from './row-schema.ts'

const Counts = z.record(z.string(), z.int())

/** `points.entry.recorded`, version 1. Holds ids and numbers only; whoever may know more asks the API. */
export const EntryRecorded = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  memberId: z.string(),
  seq: z.int(),
  entryType: z.string(),
  points: z.int(),
  delta: Counts,
  balances: Counts,
  because: z.array(z.object({ rule: z.string(), points: z.int(), code: z.string() })),
  programVersion: z.int(),
  receipt: z.object({ storeId: z.string(), receiptNumber: z.string(), refundNumber: z.string().optional() }).optional(),
  storeId: z.string().optional(),
  reservationId: z.string().optional(),
  effectiveAt: z.string(),
  recordedAt: z.string(),
})
export type EntryRecorded = z.infer<typeof EntryRecorded>

export const ENTRY_RECORDED = 'points.entry.recorded'

/** @param row a stored entry, as the stream shows it. */
export function entryRecorded(row: unknown): EntryRecorded {
  const entry = entryFromRow(row)
  const { id, memberId, seq, points, receipt, storeId, reservation } = entry
  return {
    version: 1,
    id,
    memberId,
    seq,
    entryType: entry.type,
    points,
    delta: { ...entry.changes.delta },
    balances: { ...entry.after },
    because: entry.because.map(({ rule, points: part, code }) => ({ rule, points: part, code })),
    programVersion: entry.program,
    effectiveAt: isoTime(entry.effective),
    recordedAt: isoTime(entry.at),
    ...(receipt && { receipt }),
    ...(storeId !== undefined && { storeId }),
    ...(reservation !== undefined && { reservationId: reservation }),
  }
}
