/**
 * What is known of one receipt: what it was awarded, what was refunded of it, and how many points that took back. Parts
 * of a refund, in any split, order and size, sum to the whole; a refund may arrive before its purchase.
 */
import type { LocalDate } from '../shared/dates.ts'
import { mulDivFloor } from '../shared/points.ts'
import { type Expiry, sum } from './account.ts'
import type { EarnedLine } from './earning.ts'
import type { Measured } from './tiers.ts'

/** Refunded so far: by line (`"1"` is the first), and by bare amount. Minor units. */
export type Refunded = { readonly byLine: Readonly<Record<string, number>>; readonly bare: number }
export type RefundParts = { readonly amount: number; readonly lines?: readonly { line: number; amount: number }[] }

export type ReceiptLine = Pick<EarnedLine, 'charge' | 'points'>

/** A receipt that points were awarded for. `taken` of `awarded` were reversed so far. */
export type AwardedReceipt = {
  readonly key: string
  /** Counts the changes of this row; a refund writes only over the revision that it has read. */
  readonly revision: number
  readonly fingerprint: string
  readonly memberId: string
  readonly entrySeq: number
  /** When it was awarded. */
  readonly at?: number
  readonly amount: number
  readonly currency: string
  readonly purchasedAt: number
  readonly awarded: number
  readonly taken: number
  readonly refunded: Refunded
  /** Empty for a receipt without lines. */
  readonly lines: readonly ReceiptLine[]
  /** Where its points went: the lot, and until then the day of release where they are pending. */
  readonly lot: Expiry
  readonly release?: LocalDate
  /** What it counts for the tier; absent where it counts nothing, and on rows from before there were tiers. */
  readonly measured?: Measured
  readonly programVersion: number
  /** What else of the slip its points depend on. */
  readonly slip?: Slip
  readonly history?: ReceiptHistory
}

/** What an award looked at beside the amount and what each line charged; absent parts were not on the slip. */
export type Slip = {
  readonly shipping?: number
  readonly tips?: number
  readonly tenders?: readonly { readonly kind: string; readonly amount: number }[]
  readonly windowStartsAt?: number
  /** In the order of the lines: article, category, quantity, tax; absent where no line tells any. */
  readonly items?: readonly SlipItem[]
}
export type SlipItem = readonly [sku: string, category: string, quantity: number, tax: number]

/** What became of a receipt that was awarded by mistake; absent where it never was changed. */
export type ReceiptHistory = {
  /** How often it was undone, corrected or given to another member. */
  readonly changes: number
  /** The award that came from the slip itself: whoever repeats it is given its answer. */
  readonly first: {
    readonly fingerprint: string
    readonly memberId: string
    readonly entrySeq: number
    readonly at: number
  }
  /** Undone, and not awarded since; minor units that were refunded before that. */
  readonly undone?: number
  /** By member and counter: how much of the room of caps and visits this receipt has taken. */
  readonly counted: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Refunds that came before their purchase. */
export type WaitingReceipt = {
  readonly key: string
  readonly revision: number
  readonly refunded: Refunded
  readonly refundNumbers: readonly string[]
}

export const NOTHING_REFUNDED: Refunded = { byLine: {}, bare: 0 }
/** Beyond these a tombstone no longer lists numbers; the amounts always count. */
export const REFUND_NUMBERS_MAX = 20

/** @returns the refunds after one more, or why it cannot be: the refunds exceed the purchase or name a line that is not there. */
export function refundedAfter(
  receipt: Pick<AwardedReceipt, 'amount' | 'lines' | 'refunded'>,
  refund: RefundParts,
): Refunded | 'refund_exceeds_purchase' | 'out_of_range' {
  const named = refund.lines ?? []
  if (named.some(({ line }) => line > Math.max(1, receipt.lines.length))) return 'out_of_range'
  const after = plusRefund(receipt.refunded, refund, receipt.lines.length > 0)
  const isLineExceeded = receipt.lines.some(({ charge }, index) => (after.byLine[index + 1] ?? 0) > charge)
  return isLineExceeded || total(after) > receipt.amount ? 'refund_exceeds_purchase' : after
}

/** Without lines of the receipt, whatever a refund says of a line is a bare amount. */
export function plusRefund(before: Refunded, refund: RefundParts, hasLines = true): Refunded {
  const byLine = { ...before.byLine }
  const named = hasLines ? (refund.lines ?? []) : []
  for (const { line, amount } of named) byLine[line] = (byLine[line] ?? 0) + amount
  return { byLine, bare: before.bare + refund.amount - sum(named.map(({ amount }) => amount)) }
}

/**
 * Points to take back for all refunds so far, of the points granted: by line ⌊p × r / c⌋, and of the rest in proportion
 * to the bare amounts over what is not refunded by line.
 */
export function takenFor(
  receipt: Pick<AwardedReceipt, 'amount' | 'lines' | 'awarded'>,
  { byLine, bare }: Refunded,
): number {
  // Free articles may have earned points too; they go when everything that was charged is refunded.
  if (receipt.amount > 0 && total({ byLine, bare }) === receipt.amount) return receipt.awarded
  const ofLines = sum(
    receipt.lines.map(({ charge, points }, index) =>
      charge === 0 ? 0 : mulDivFloor(points, byLine[index + 1] ?? 0, charge),
    ),
  )
  const rest = receipt.amount - sum(Object.values(byLine))
  return ofLines + (rest === 0 ? 0 : mulDivFloor(receipt.awarded - ofLines, bare, rest))
}

/**
 * Fits refunds that waited to the purchase that now arrived: what exceeds a line counts as bare amount, what exceeds the
 * receipt is dropped and reported, so that it can be reconciled.
 */
export function fitted(
  { amount, lines }: Pick<AwardedReceipt, 'amount' | 'lines'>,
  waiting: Refunded,
): { readonly refunded: Refunded; readonly dropped: number } {
  const byLine: Record<string, number> = {}
  let overflow = 0
  for (const [line, refunded] of Object.entries(waiting.byLine)) {
    const kept = Math.min(refunded, lines[Number(line) - 1]?.charge ?? 0)
    if (kept > 0) byLine[line] = kept
    overflow += refunded - kept
  }
  const room = amount - sum(Object.values(byLine))
  const bare = Math.min(waiting.bare + overflow, room)
  return { refunded: { byLine, bare }, dropped: waiting.bare + overflow - bare }
}

export function total({ byLine, bare }: Refunded): number {
  return sum(Object.values(byLine)) + bare
}
