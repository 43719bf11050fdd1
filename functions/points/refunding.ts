/**
 * Decides what a refund takes back: points of this receipt that are still pending, then its own lot, then other lots by
 * earliest last valid day, then debt as far as the program allows; the rest is a recorded shortfall. It follows what the
 * award stored, never today's rules.
 */
import { Refusal } from '../platform/problem.ts'
import type { ProgramDocument } from '../program/schema.ts'
import { localDate } from '../shared/dates.ts'
import {
  type Account,
  type Because,
  type Posting,
  post,
  type ReceiptName,
  type Step,
  sum,
  type Work,
} from './account.ts'
import { requireCurrency, requireOpen } from './awarding.ts'
import { takeEarliest, takeFromLot } from './lots.ts'
import { type AwardedReceipt, type Refunded, refundedAfter, takenFor } from './receipt.ts'
import { restore, type Spent } from './restoring.ts'
import type { RefundInput } from './schema.ts'
import { type LapsedLots, settle } from './settle.ts'
import { refundedMeasure, takeMeasure } from './tiering.ts'

export type RefundTerms = {
  readonly now: number
  /** The program that the receipt was calculated with, and the one in force now. */
  readonly program: ProgramDocument
  readonly current: ProgramDocument
  readonly lapsed: LapsedLots
}

export type RefundDecision = {
  readonly account: Account
  readonly postings: readonly Posting[]
  readonly main: number
  readonly receipt: AwardedReceipt
  /** Payments with points that were given back in part or whole. */
  readonly spent: readonly Spent[]
}

/** @throws Refusal `account_closed`, `currency_mismatch`, `refund_exceeds_purchase`, `out_of_range` for an unknown line */
export function decideRefund(
  before: Account,
  {
    receipt,
    spent,
    input,
  }: { readonly receipt: AwardedReceipt; readonly spent: readonly Spent[]; readonly input: RefundInput },
  terms: RefundTerms,
): RefundDecision {
  requireOpen(before)
  requireCurrency(input.amount.currency, terms.program)
  const refund = { amount: input.amount.amount, ...(input.lines && { lines: input.lines }) }
  const refunded = refundedAfter(receipt, refund)
  if (refunded === 'out_of_range')
    throw new Refusal('out_of_range', { errors: [{ pointer: '/lines', code: 'out_of_range' }] })
  if (refunded === 'refund_exceeds_purchase') throw new Refusal(refunded, { params: { amount: receipt.amount } })
  const settled = settle(before, { ...terms, program: terms.current })
  const name = { storeId: input.storeId, receiptNumber: input.receiptNumber, refundNumber: input.refundNumber }
  const about = { rule: 'refund', effective: input.refundedAt, name } as const
  const reversed = reverseOn(settled.account, { receipt, refunded, ...about }, terms)
  const { now, current } = terms
  const given = restore(reversed.account, { receipt: reversed.receipt, spent, name, now, program: current })
  return {
    account: given.account,
    postings: [...settled.postings, reversed.posting, ...given.postings],
    main: settled.postings.length,
    receipt: reversed.receipt,
    spent: given.spent,
  }
}

export type Reversal = {
  readonly receipt: AwardedReceipt
  /** After it. */
  readonly refunded: Refunded
  readonly name: ReceiptName
  readonly effective: number
  /** Goods that came back, an award that should not have been, or one that another takes the place of. */
  readonly rule: 'refund' | 'mistake' | 'correction'
}

/** Takes back what is due, on an account on which time has done its work. */
export function reverseOn(
  before: Account,
  { receipt, refunded, name, effective, rule }: Reversal,
  terms: RefundTerms,
): Step & { readonly receipt: AwardedReceipt } {
  const taken = takenFor(receipt, refunded)
  const points = taken - receipt.taken
  const reversed = post(before, { type: 'REVERSE', effective, receipt: name }, (work) => {
    const because = takeBack(work, points, { receipt, terms })
    work.lifetime.reversed += points - sum(because.filter(isShortfall).map((part) => -part.points))
    uncount(work, receipt, refunded)
    return { points: 0 - points, because: because.map((part) => ({ ...part, rule })) }
  })
  return { ...reversed, receipt: { ...receipt, taken, refunded, revision: receipt.revision + 1 } }
}

/** The tier's measure falls in the month of the purchase; its level only at its review. */
function uncount(work: Work, receipt: AwardedReceipt, refunded: Refunded): void {
  const { measured } = receipt
  if (measured === undefined) return
  const units = refundedMeasure(measured, receipt, refunded) - refundedMeasure(measured, receipt, receipt.refunded)
  takeMeasure(work, measured, units)
}

function isShortfall(part: Because): boolean {
  return part.code === 'shortfall'
}

type From = { readonly receipt: AwardedReceipt; readonly terms: RefundTerms }

function takeBack(work: Work, points: number, { receipt, terms }: From): Because[] {
  const pending = takePending(work, points, receipt)
  const ownLot = takeFromLot(work, receipt.lot, points - pending)
  const otherLots = sum(Object.values(takeEarliest(work, points - pending - ownLot)))
  const missing = points - pending - ownLot - otherLots
  const debt = Math.min(missing, debtRoom(work, terms.program.refund))
  work.balances.debt += debt
  if (debt > 0) work.debtSince = localDate(terms.now, terms.current.zone)
  const parts = [
    { code: 'pending_taken', points: pending },
    { code: 'lot_taken', points: ownLot },
    { code: 'other_lots_taken', points: otherLots },
    { code: 'owed', points: debt },
    { code: 'shortfall', points: missing - debt },
  ]
  const because = parts.filter((part) => part.points > 0)
  if (because.length === 0) return [{ rule: 'refund', points: 0, code: 'nothing_to_take' }]
  return because.map((part) => ({ rule: 'refund', code: part.code, points: -part.points }))
}

/** All of this receipt's points that were not taken yet are in its bucket until the day of release; others' stay. */
function takePending(work: Work, points: number, receipt: AwardedReceipt): number {
  const key = `${receipt.release}|${receipt.lot}`
  const own = Math.min(receipt.awarded - receipt.taken, work.maturing[key] ?? 0)
  const taken = receipt.release === undefined ? 0 : Math.min(points, own)
  if (taken === 0) return 0
  work.maturing[key] = (work.maturing[key] ?? 0) - taken
  work.balances.pending -= taken
  return taken
}

function debtRoom(work: Work, policy: ProgramDocument['refund']): number {
  if (policy.policy === 'clamp') return 0
  return policy.maxDebt === undefined ? Number.MAX_SAFE_INTEGER : Math.max(0, policy.maxDebt - work.balances.debt)
}
