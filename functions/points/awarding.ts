/**
 * Decides what one receipt does to an account: what it earns, when that can be spent and until when, and what refunds
 * that came before it take away again. Quote and award run this same code.
 */
import { Refusal, refuseFields } from '../platform/problem.ts'
import type { ProgramVersion } from '../program/book.ts'
import type { ProgramDocument } from '../program/schema.ts'
import { addToDate, addToInstant, type LocalDate, localDate } from '../shared/dates.ts'
import { POINTS_MAX } from '../shared/points.ts'
import { type Account, type Because, type Expiry, type Posting, post, type Step, type Work } from './account.ts'
import { type Counted, earn } from './earning.ts'
import { credit, lastValidDay, shareDay } from './lots.ts'
import { type AwardedReceipt, fitted, NOTHING_REFUNDED, takenFor, type WaitingReceipt } from './receipt.ts'
import { restore, type Spent } from './restoring.ts'
import type { PurchaseInput } from './schema.ts'
import { type LapsedLots, repayment, settle } from './settle.ts'
import { slipOf } from './slip.ts'
import { addMeasure, levelAt, measuredOf, refundedMeasure } from './tiering.ts'

export type AwardTerms = {
  readonly now: number
  /** The version in force when the customer bought, and the one in force now. */
  readonly version: ProgramVersion
  readonly current: ProgramDocument
  readonly counted: Counted
  readonly lapsed: LapsedLots
  /** What came before the receipt: refunds, and payments with points that such refunds give back. */
  readonly waiting?: WaitingReceipt
  readonly spent?: readonly Spent[]
  /** Receipts of machines may be older than typed ones. */
  readonly isMachine: boolean
}

export type AwardDecision = {
  readonly account: Account
  readonly postings: readonly Posting[]
  /** Index of the EARN posting. */
  readonly main: number
  readonly receipt: Omit<AwardedReceipt, 'key' | 'revision' | 'fingerprint' | 'entrySeq' | 'at'>
  readonly counted: Counted
  readonly spent: readonly Spent[]
}

/** Clocks of tills may run this much ahead of ours. */
export const AHEAD_MAX_MS = 5 * 60_000
const WINDOW_START_MAX_DAYS = 'P90D'

/** @throws Refusal `account_closed`, `currency_mismatch`, `receipt_date_invalid` */
export function decideAward(before: Account, input: PurchaseInput, terms: AwardTerms): AwardDecision {
  requireOpen(before)
  requireCurrency(input.amount.currency, terms.version.document)
  requireTimely(input, terms)
  const settled = settle(before, { ...terms, program: terms.current })
  const { posting, receipt, counted, ...earned } = earnOn(settled.account, input, terms)
  const late = settle(earned.account, { ...terms, program: terms.current })
  const { spent = [], current, now } = terms
  const name = { storeId: input.storeId, receiptNumber: input.receiptNumber }
  const given = restore(late.account, { receipt, spent, name, now, program: current })
  return {
    account: given.account,
    postings: [...settled.postings, posting, ...late.postings, ...given.postings],
    main: settled.postings.length,
    counted,
    receipt,
    spent: given.spent,
  }
}

export type EarnTerms = Pick<AwardTerms, 'now' | 'version' | 'current' | 'counted' | 'waiting'>
export type Earned = Step & Pick<AwardDecision, 'receipt' | 'counted'>

/** What a receipt earns on an account on which time has done its work. */
export function earnOn(before: Account, input: PurchaseInput, terms: EarnTerms): Earned {
  const { version, now } = terms
  const program = version.document
  const tier = levelAt(before, program, terms.current)?.id
  const earning = earn(input, { program, tier, counted: terms.counted })
  if (earning.requested > POINTS_MAX) throw refuseFields([{ pointer: '/amount/amount', code: 'out_of_range' }])
  const lines = input.lines ? earning.lines.map(({ charge, points }) => ({ charge, points })) : []
  const amount = input.amount.amount
  const refunds = fitted({ amount, lines }, terms.waiting?.refunded ?? NOTHING_REFUNDED)
  const taken = takenFor({ amount, lines, awarded: earning.granted }, refunds.refunded)
  const day = localDate(input.purchasedAt, program.zone)
  const lot = lastValidDay(program.expiry, day)
  const today = localDate(now, terms.current.zone)
  const counts = windowEnd(input, program)
  const release = program.earning.pending === 'return_window' ? counts : undefined
  const isPending = release !== undefined && release > today
  const spend = { value: earning.base, lines: input.lines ? earning.lines.map(({ base }) => base) : [] }
  const points = { value: earning.plain.value, lines: input.lines ? earning.plain.lines : [] }
  const measured = measuredOf(before, program, { day, release: counts, spend, points })
  const about = {
    type: 'EARN' as const,
    effective: input.purchasedAt,
    receipt: { storeId: input.storeId, receiptNumber: input.receiptNumber },
  }
  const earned = post(before, about, (work) => {
    const points = earning.granted - taken
    work.lifetime.earned += earning.granted
    work.lifetime.reversed += taken
    const repaid = receive(work, points, isPending ? { lot, release } : { lot })
    shareDay(work, program.expiry, { day, kind: 'earn' })
    if (measured) {
      const units = measured.value - refundedMeasure(measured, { amount, lines }, refunds.refunded)
      addMeasure(work, measured, { units, today, current: terms.current })
    }
    const because = [...earning.because, ...refundedBefore(taken, refunds.dropped, terms.waiting), ...repayment(repaid)]
    return { points, because, expiresOn: lot }
  })
  const receipt = {
    memberId: before.memberId,
    amount,
    currency: program.currency,
    purchasedAt: input.purchasedAt,
    awarded: earning.granted,
    taken,
    refunded: refunds.refunded,
    lines,
    lot,
    ...(isPending && { release }),
    ...(measured && { measured }),
    programVersion: version.version,
    ...slipOf(input),
  }
  return { ...earned, counted: earning.counted, receipt }
}

/** Pending until the day of release, or available at once. @returns how many of the points repaid debt. */
function receive(work: Work, points: number, to: { readonly lot: Expiry; readonly release?: string }): number {
  if (to.release === undefined) return credit(work, to.lot, points)
  const key = `${to.release}|${to.lot}`
  work.balances.pending += points
  work.maturing[key] = (work.maturing[key] ?? 0) + points
  return 0
}

/** @throws Refusal `account_closed` */
export function requireOpen(account: Account): void {
  if (account.status === 'CLOSED') throw new Refusal('account_closed')
}

/** @throws Refusal `currency_mismatch` */
export function requireCurrency(currency: string, program: ProgramDocument, pointer = '/amount/currency'): void {
  if (currency === program.currency) return
  throw new Refusal('currency_mismatch', {
    errors: [{ pointer, code: 'currency_mismatch' }],
    params: { currency: program.currency },
  })
}

function requireTimely(input: PurchaseInput, { now, version, current, isMachine }: AwardTerms): void {
  const { purchasedAt, windowStartsAt } = input
  const oldest = isMachine ? current.staff?.machineReceiptMaxAge : current.staff?.receiptMaxAge
  const isTooOld = oldest !== undefined && addToInstant(purchasedAt, oldest, current.zone) < now
  if (isTooOld || purchasedAt > now + AHEAD_MAX_MS) throw dateInvalid('/purchasedAt')
  if (windowStartsAt === undefined) return
  const latest = addToInstant(purchasedAt, WINDOW_START_MAX_DAYS, version.document.zone)
  if (windowStartsAt < purchasedAt || windowStartsAt > latest) throw dateInvalid('/windowStartsAt')
}

export function dateInvalid(pointer: string): Refusal {
  return new Refusal('receipt_date_invalid', { errors: [{ pointer, code: 'receipt_date_invalid' }] })
}

/** The day on which the return window has passed. */
function windowEnd(input: PurchaseInput, { earning, zone }: ProgramDocument): LocalDate {
  const start = Math.max(input.purchasedAt, input.windowStartsAt ?? 0)
  return addToDate(localDate(start, zone), earning.returnWindow)
}

const NUMBERS_SHOWN = 3

function refundedBefore(taken: number, dropped: number, waiting: WaitingReceipt | undefined): Because[] {
  if (waiting === undefined) return []
  const refunds = waiting.refundNumbers.slice(0, NUMBERS_SHOWN).join(' ')
  const params = { refunds, ...(dropped > 0 && { droppedMinor: dropped }) }
  return [{ rule: 'refund', points: -taken, code: dropped > 0 ? 'refund_capped' : 'refunded_before', params }]
}
