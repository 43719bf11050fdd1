/** The stored rows of receipts and of the points that paid for them. */
import * as z from 'zod'
import { type Key, keys } from '../platform/table-design.ts'
import type { AwardedReceipt, WaitingReceipt } from './receipt.ts'
import { Count, ROW_VERSION } from './row-schema.ts'

const Refunded = z.object({ byLine: z.record(z.string(), Count), bare: Count })

const ReceiptRow = z.discriminatedUnion('state', [
  z.object({
    ...ROW_VERSION,
    state: z.literal('AWARDED'),
    pk: z.string(),
    n: Count,
    fp: z.string(),
    memberId: z.string(),
    seq: Count,
    at: Count.optional(),
    amount: Count,
    currency: z.string(),
    purchasedAt: z.int(),
    awarded: Count,
    taken: Count,
    refunded: Refunded,
    /** Per line: charge in minor units and points. */
    lines: z.array(z.tuple([Count, Count])),
    lot: z.string(),
    release: z.string().optional(),
    program: Count,
  }),
  z.object({
    ...ROW_VERSION,
    state: z.literal('WAITING'),
    pk: z.string(),
    n: Count,
    refunded: Refunded,
    refundNumbers: z.array(z.string()),
  }),
])

export type Receipt =
  | ({ readonly state: 'AWARDED' } & AwardedReceipt)
  | ({ readonly state: 'WAITING' } & WaitingReceipt)

export function receiptFromRow(stored: unknown): Receipt {
  const row = ReceiptRow.parse(stored)
  const common = { key: row.pk, revision: row.n, refunded: row.refunded }
  if (row.state === 'WAITING') return { ...common, state: row.state, refundNumbers: row.refundNumbers }
  const { state, fp, memberId, seq, at, amount, currency, purchasedAt, awarded, taken, lines, lot, release, program } =
    row
  return {
    ...common,
    state,
    fingerprint: fp,
    memberId,
    entrySeq: seq,
    ...(at !== undefined && { at }),
    amount,
    currency,
    purchasedAt,
    awarded,
    taken,
    lines: lines.map(([charge, points]) => ({ charge, points })),
    lot,
    ...(release !== undefined && { release }),
    programVersion: program,
  }
}

export function rowFromReceipt(receipt: Receipt): z.input<typeof ReceiptRow> & Key {
  const common = { ...keys.receipt(receipt.key), rv: 1 as const, n: receipt.revision, refunded: receipt.refunded }
  if (receipt.state === 'WAITING') return { ...common, state: 'WAITING', refundNumbers: [...receipt.refundNumbers] }
  const { state, memberId, amount, currency, purchasedAt, awarded, taken, lot, release } = receipt
  return {
    ...common,
    state,
    fp: receipt.fingerprint,
    seq: receipt.entrySeq,
    at: receipt.at,
    lines: receipt.lines.map((line): [number, number] => [line.charge, line.points]),
    program: receipt.programVersion,
    ...{ memberId, amount, currency, purchasedAt, awarded, taken, lot, release },
  }
}

/** Points that paid for a receipt, the lots that they came from, and how many a refund has given back. */
export const SpentRow = z.object({
  ...ROW_VERSION,
  n: Count,
  memberId: z.string(),
  points: Count,
  lots: z.record(z.string(), Count),
  restored: Count,
  /** When the capture was recorded; older rows do not tell. */
  at: Count.optional(),
})
