/**
 * What every member must hold after a history, worked out from the rows alone: one point per pound rounded down,
 * each refund taking its share of what its receipt earned. Shares no code with the product, so that agreement means something.
 */
import type { ReceiptRow, RefundRow } from './import-rows.ts'

export type Balances = {
  readonly available: number
  readonly pending: number
  readonly reserved: number
  readonly debt: number
}
type Receipt = Pick<ReceiptRow, 'receiptNo' | 'memberNo' | 'pence' | 'at'>
type Refund = Pick<RefundRow, 'refundNo' | 'receiptNo' | 'memberNo' | 'pence' | 'at'>

const PENCE_PER_POINT = 100n

/** Two rows give one number different contents, or a refund takes more than was paid: arrival would decide the result. */
export class AmbiguousHistory extends Error {}

/**
 * Balances by member number, for every member that either file names. Rows given twice count once; refunds of
 * receipts that are not there wait and count nothing. @throws AmbiguousHistory
 */
export function expectedBalances(receipts: readonly Receipt[], refunds: readonly Refund[]): Map<string, Balances> {
  const paid = once(receipts, (receipt) => receipt.receiptNo)
  const refundedOf = new Map<string, bigint>()
  for (const refund of once(refunds, (row) => JSON.stringify([row.receiptNo, row.refundNo])).values()) {
    refundedOf.set(refund.receiptNo, (refundedOf.get(refund.receiptNo) ?? 0n) + BigInt(refund.pence))
  }
  const net = new Map<string, bigint>()
  for (const { memberNo } of [...receipts, ...refunds]) net.set(memberNo, 0n)
  for (const { receiptNo, memberNo, pence } of paid.values()) {
    const total = BigInt(pence)
    const refunded = refundedOf.get(receiptNo) ?? 0n
    if (refunded > total) throw new AmbiguousHistory(`the refunds of receipt ${receiptNo} exceed it`)
    const awarded = total / PENCE_PER_POINT
    const taken = total === 0n ? 0n : (awarded * refunded) / total
    net.set(memberNo, (net.get(memberNo) ?? 0n) + awarded - taken)
  }
  return new Map([...net].map(([memberNo, points]) => [memberNo, balancesOf(Number(points))]))
}

function balancesOf(net: number): Balances {
  return { available: Math.max(net, 0), pending: 0, reserved: 0, debt: Math.max(-net, 0) }
}

function once<T extends Receipt>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T> {
  const kept = new Map<string, T>()
  for (const row of rows) {
    const key = keyOf(row)
    const before = kept.get(key)
    if (before !== undefined && contentOf(before) !== contentOf(row)) {
      throw new AmbiguousHistory(`number ${key} occurs twice with different contents`)
    }
    kept.set(key, row)
  }
  return kept
}

function contentOf({ memberNo, pence, at }: Receipt): string {
  return JSON.stringify([memberNo, pence, at])
}
