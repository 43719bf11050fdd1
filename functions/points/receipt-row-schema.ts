/** The stored rows of receipts and of the points that paid for them. */
import * as z from 'zod'
import { type Key, keys } from '../platform/table-design.ts'
import type { AwardedReceipt, WaitingReceipt } from './receipt.ts'
import { Count, DecidedRow, ROW_VERSION } from './row-schema.ts'
import type { Measured } from './tiers.ts'

const Refunded = z.object({ byLine: z.record(z.string(), Count), bare: Count })

/** Optional fields of stored rows are absent and never `undefined`, as the types of the rules say. */
const Slip = z.custom<NonNullable<AwardedReceipt['slip']>>((stored) => SlipRow.safeParse(stored).success)
const SlipRow = z.strictObject({
  shipping: Count.optional(),
  tips: Count.optional(),
  tenders: z.array(z.strictObject({ kind: z.string(), amount: Count })).optional(),
  windowStartsAt: z.int().optional(),
  items: z.array(z.tuple([z.string(), z.string(), Count, Count])).optional(),
})

const History = z.custom<NonNullable<AwardedReceipt['history']>>((stored) => HistoryRow.safeParse(stored).success)
const HistoryRow = z.strictObject({
  changes: Count,
  first: z.strictObject({ fingerprint: z.string(), memberId: z.string(), entrySeq: Count, at: Count }),
  undone: Count.optional(),
  counted: z.record(z.string(), z.record(z.string(), Count)),
})

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
    /** For the tier: key, unit, value, day of release, value by line. */
    q: z.tuple([z.string(), Count, Count, z.string(), z.array(Count)]).optional(),
    program: Count,
    slip: Slip.optional(),
    history: History.optional(),
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
  const { slip, history } = row
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
    ...(row.q && { measured: measuredFromRow(row.q) }),
    programVersion: program,
    ...(slip && { slip }),
    ...(history && { history }),
  }
}

type MeasuredRow = NonNullable<Extract<z.infer<typeof ReceiptRow>, { state: 'AWARDED' }>['q']>

function measuredFromRow([key, unit, value, release, lines]: MeasuredRow): Measured {
  return { key, unit, value, release, lines }
}

function rowFromMeasured({ key, unit, value, release, lines }: Measured): MeasuredRow {
  return [key, unit, value, release, [...lines]]
}

export function rowFromReceipt(receipt: Receipt): z.input<typeof ReceiptRow> & Key {
  const common = { ...keys.receipt(receipt.key), rv: 1 as const, n: receipt.revision, refunded: receipt.refunded }
  if (receipt.state === 'WAITING') return { ...common, state: 'WAITING', refundNumbers: [...receipt.refundNumbers] }
  const { state, memberId, amount, currency, purchasedAt, awarded, taken, lot, release, slip, history } = receipt
  return {
    ...common,
    state,
    fp: receipt.fingerprint,
    seq: receipt.entrySeq,
    at: receipt.at,
    lines: receipt.lines.map((line): [number, number] => [line.charge, line.points]),
    program: receipt.programVersion,
    q: receipt.measured && rowFromMeasured(receipt.measured),
    ...{ memberId, amount, currency, purchasedAt, awarded, taken, lot, release, slip, history },
  }
}

/**
 * One change of a receipt that was awarded by mistake. It stands among the refunds, under a number that no till can give,
 * because like a refund it is a guard, names a REVERSE entry and is one change of the receipt.
 */
export const ChangeRow = DecidedRow.extend({
  deed: z.enum(['undo', 'correct', 'reassign']),
  /** What the Idempotency-Key made of it, where one was sent. */
  key: z.string().optional(),
  /** The new award. */
  earned: z.object({ memberId: z.string(), seq: Count }).optional(),
})
export type ReceiptChange = z.infer<typeof ChangeRow>

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
