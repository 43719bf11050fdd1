/**
 * Decides which points a refund gives back to who paid with them: as large a part as was refunded of the receipt, to the
 * lots that they came from, each good for at least the program's grace.
 */
import type { ProgramDocument } from '../program/schema.ts'
import { addToDate, localDate } from '../shared/dates.ts'
import { exact, spread } from '../shared/points.ts'
import { type Account, type Lots, type Posting, post, type ReceiptName, sum, type Work } from './account.ts'
import { creditLots, shareDay, split } from './lots.ts'
import { type AwardedReceipt, takenFor } from './receipt.ts'
import { repayment } from './settle.ts'

/** Points of one captured reservation that paid for a receipt. */
export type Spent = {
  readonly id: string
  readonly revision: number
  readonly memberId: string
  readonly points: number
  readonly lots: Lots
  readonly restored: number
  /** When the capture was recorded. */
  readonly at?: number
}

export type Restoring = {
  readonly receipt: Pick<AwardedReceipt, 'memberId' | 'amount' | 'lines' | 'refunded'>
  readonly spent: readonly Spent[]
  readonly name: ReceiptName
  readonly now: number
  readonly program: ProgramDocument
}

export type Restored = {
  readonly account: Account
  readonly postings: readonly Posting[]
  /** The rows that changed. */
  readonly spent: readonly Spent[]
}

/** Only to the member that the receipt belongs to: one command touches one account. */
export function restore(before: Account, { receipt, spent, name, now, program }: Restoring): Restored {
  let account = before
  const postings: Posting[] = []
  const changed: Spent[] = []
  for (const payment of spent) {
    const points = dueOf(payment, receipt) - payment.restored
    if (points <= 0 || payment.memberId !== receipt.memberId) continue
    const lots = kept(split(split(payment.lots, payment.restored).rest, points).first, program, now)
    const about = { type: 'RESTORE' as const, effective: now, receipt: name, reservation: payment.id }
    const step = post(account, about, (work) => {
      const repaid = giveBack(work, lots, program)
      return { points, because: [{ rule: 'refund', points, code: 'restored' }, ...repayment(repaid)] }
    })
    account = step.account
    postings.push(step.posting)
    changed.push({ ...payment, restored: payment.restored + points, revision: payment.revision + 1 })
  }
  return { account, postings, spent: changed }
}

/** @returns how many of the points went into repaying debt. */
export function giveBack(work: Work, lots: Lots, program: ProgramDocument): number {
  const points = sum(Object.values(lots))
  // What a member who was merged into this one had redeemed stands in their sums; here it comes back as issued.
  const own = Math.min(work.lifetime.redeemed, points)
  work.lifetime.redeemed -= own
  work.lifetime.earned += points - own
  const repaid = creditLots(work, lots)
  shareDay(work, program.expiry)
  return repaid
}

/** The formula that takes earned points back, over what each line was charged. */
function dueOf({ points }: Spent, { amount, lines, refunded }: Restoring['receipt']): number {
  const parts = spread(
    points,
    lines.map((line) => exact(line.charge)),
  )
  const shares = lines.map(({ charge }, index) => ({ charge, points: parts[index] ?? 0 }))
  return takenFor({ amount, lines: shares, awarded: points }, refunded)
}

export function kept(lots: Lots, program: ProgramDocument, now: number): Lots {
  const least = addToDate(localDate(now, program.zone), program.expiry.restoreGrace)
  const result: Lots = {}
  for (const [expiry, points] of Object.entries(lots)) {
    const day = expiry < least ? least : expiry
    result[day] = (result[day] ?? 0) + points
  }
  return result
}
