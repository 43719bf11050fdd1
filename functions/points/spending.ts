/**
 * Decides whether points may be spent and from which lots: redeemed at once, or set aside by a reservation that is
 * captured, voided or times out. A refusal names every reason, the first in the order of the catalogue.
 */
import { type Code, Refusal } from '../platform/problem.ts'
import type { ProgramDocument } from '../program/schema.ts'
import { addToInstant, localDate } from '../shared/dates.ts'
import { mulDivFloor } from '../shared/points.ts'
import { type Account, type Because, type Lots, type Posting, post } from './account.ts'
import { requireCurrency, requireOpen } from './awarding.ts'
import { creditLots, shareDay, split, takeEarliest, withGrace } from './lots.ts'
import { plain, type Reason, refusalFor } from './reasons.ts'
import { type Money, OPEN_RESERVATIONS_MAX } from './schema.ts'
import { release, repayment, type SettleTerms, settle } from './settle.ts'

export type SpendTerms = SettleTerms
export type Spend = {
  readonly points: number
  readonly storeId?: string | undefined
  readonly total?: Money
  readonly orderNumber?: string
  /** The reward, where the points are spent on one. */
  readonly source?: Source
  /** What else speaks against it, by the account as it is now. */
  readonly against?: (settled: Account) => readonly Reason[]
}

/** Where points come from or go to, and the shard of its budget or stock where one is behind it. */
export type Source = { readonly subject: string; readonly shard?: number; readonly voucher?: string }

export type SpendDecision = {
  readonly account: Account
  readonly postings: readonly Posting[]
  readonly main: number
}
/** With the lots that the points were taken from. */
export type LotsDecision = SpendDecision & { readonly lots: Lots }

/** @throws Refusal with `reasons`, `pay_with_points_refused`, `currency_mismatch`, `account_closed` */
export function decideRedemption(before: Account, spend: Spend, terms: SpendTerms): LotsDecision {
  const settled = settle(before, terms)
  requireSpendable(settled.account, spend, terms)
  const about = { type: 'REDEEM' as const, effective: terms.now, ...atStore(spend) }
  let lots: Lots = {}
  const step = post(settled.account, about, (work) => {
    lots = takeEarliest(work, spend.points)
    work.lifetime.redeemed += spend.points
    shareDay(work, terms.program.expiry, { day: localDate(terms.now, terms.program.zone), kind: 'redeem' })
    return { points: -spend.points, because: spend.source ? spent('reward', spend) : spent('redeemed', spend) }
  })
  return { ...joined(settled.postings, step), lots }
}

function atStore({ storeId = '' }: Pick<Spend, 'storeId'>): { storeId?: string } {
  return storeId === '' ? {} : { storeId }
}

export function decideReservation(
  before: Account,
  spend: Spend & { readonly id: string; readonly expiresAt: number },
  terms: SpendTerms,
): LotsDecision {
  const settled = settle(before, terms)
  const isFull = Object.keys(settled.account.reservations).length >= OPEN_RESERVATIONS_MAX
  const full = plain(isFull ? ['too_many_reservations'] : [])
  const against: Spend['against'] = (account) => [...full, ...(spend.against?.(account) ?? [])]
  requireSpendable(settled.account, { ...spend, against }, terms)
  const { id, points, expiresAt } = spend
  let lots: Lots = {}
  const about = { type: 'RESERVE' as const, effective: terms.now, ...atStore(spend), reservation: id }
  const step = post(settled.account, about, (work) => {
    lots = takeEarliest(work, points)
    work.balances.reserved += points
    work.reservations[id] = { points, expiresAt }
    return { points: -points, because: spent('reserved', spend) }
  })
  return { ...joined(settled.postings, step), lots }
}

export type Held = {
  readonly id: string
  /** Empty where any store may serve it. */
  readonly storeId: string
  readonly points: number
  readonly lots: Lots
  /** The reward that it is for. */
  readonly source?: Because['params'] | undefined
}

export type Taking = { readonly held: Held; readonly points: number; readonly receiptNumber?: string | undefined }

/** Takes `points` of a reservation for good, earliest lots first; the rest goes back to its lots. */
export function decideCapture(
  before: Account,
  { held, points, receiptNumber }: Taking,
  terms: SpendTerms,
): SpendDecision {
  requireActive(before)
  const settled = settle(before, terms)
  const { program, now } = terms
  const day = localDate(now, program.zone)
  const { rest } = split(held.lots, points)
  const receipt = receiptNumber === undefined ? undefined : { storeId: held.storeId, receiptNumber }
  const subject = held.source?.subject
  const place = { ...atStore(held), reservation: held.id, ...(receipt && { receipt }) }
  const about = { type: 'CAPTURE' as const, effective: now, ...place }
  const step = post(settled.account, about, (work) => {
    delete work.reservations[held.id]
    work.balances.reserved -= held.points
    const repaid = creditLots(work, withGrace(rest, day, program.expiry.restoreGrace))
    work.lifetime.redeemed += points
    shareDay(work, program.expiry, { day, kind: 'redeem' })
    const returned = held.points - points
    const because: Because[] = [
      { rule: 'redemption', points: -points, code: 'captured', ...(subject && { params: { subject } }) },
      ...(returned > 0 ? [{ rule: 'redemption', points: returned, code: 'returned' }] : []),
      ...repayment(repaid),
    ]
    return { points: -points, because }
  })
  return joined(settled.postings, step)
}

/** Gives a reservation's points back to the very lots that they came from. */
export function decideVoid(before: Account, held: Held, terms: SpendTerms): SpendDecision {
  requireOpen(before)
  const settled = settle(before, terms)
  const day = localDate(terms.now, terms.program.zone)
  const about = { type: 'VOID' as const, effective: terms.now, ...atStore(held), reservation: held.id }
  const step = post(settled.account, about, (work) => {
    const { points, repaid } = release(work, held, { day, program: terms.program })
    const because = { rule: 'redemption', points, code: 'voided', ...(held.source && { params: held.source }) }
    return { points, because: [because, ...repayment(repaid)] }
  })
  return joined(settled.postings, step)
}

/** The largest number of points that may pay for a receipt now; 0 where none may. */
export function largestPayment(account: Account, total: Money, program: ProgramDocument): number {
  const rules = program.redemption.payWithPoints
  if (!rules?.enabled) return 0
  const { ratio, maxShare, minPoints, stepPoints, maxPoints = Number.MAX_SAFE_INTEGER } = rules
  const share = mulDivFloor(total.amount, maxShare.num, maxShare.den)
  const most = Math.min(account.balances.available, maxPoints, mulDivFloor(share, ratio.points, ratio.minor))
  const stepped = most - (most % stepPoints)
  return stepped >= minPoints ? stepped : 0
}

/** Every reason why this member may not spend at all or not this much. */
export function reasonsAgainst(account: Account, points: number, { now, program }: SpendTerms): Code[] {
  const { newMemberHold, requireVerifiedContact = true } = program.redemption
  const isOnHold = newMemberHold !== undefined && addToInstant(account.joinedAt, newMemberHold, program.zone) > now
  const reasons: (Code | false)[] = [
    account.status === 'FROZEN' && 'account_frozen',
    account.balances.available < points && 'insufficient_points',
    requireVerifiedContact && !account.hasVerifiedContact && 'unverified_contact',
    isOnHold && 'new_member_hold',
    (account.contactHoldUntil ?? 0) > now && 'contact_hold',
    account.balances.debt > 0 && 'debt',
  ]
  return reasons.filter((reason) => reason !== false)
}

function requireSpendable(account: Account, spend: Spend, terms: SpendTerms): void {
  requireOpen(account)
  const { total, points, against } = spend
  if (total) requireCurrency(total.currency, terms.program, '/total/currency')
  const reasons = [...plain(reasonsAgainst(account, points, terms)), ...(against?.(account) ?? [])]
  const { available } = account.balances
  const amounts = { needed: points, available, missing: Math.max(0, points - available) }
  if (reasons.length > 0) throw refusalFor(reasons, amounts)
  if (total) requirePayable(account, { points, total }, terms.program)
}

function requirePayable(
  account: Account,
  { points, total }: { readonly points: number; readonly total: Money },
  program: ProgramDocument,
): void {
  const largest = largestPayment(account, total, program)
  const { minPoints = 0, stepPoints = 1 } = program.redemption.payWithPoints ?? {}
  if (points <= largest && points >= minPoints && points % stepPoints === 0) return
  throw new Refusal('pay_with_points_refused', { params: { largest, minPoints, stepPoints } })
}

function requireActive(account: Account): void {
  requireOpen(account)
  if (account.status === 'FROZEN') throw new Refusal('account_frozen', { reasons: ['account_frozen'] })
}

function spent(code: string, { points, orderNumber, total, source }: Spend): Because[] {
  const params = { ...(orderNumber && { orderNumber }), ...(total && { totalMinor: total.amount }), ...source }
  return [{ rule: 'redemption', points: -points, code, ...(Object.keys(params).length > 0 && { params }) }]
}

/** The decision of one step after what time had done to the account. */
export function joined(
  before: readonly Posting[],
  step: { readonly account: Account; readonly posting: Posting },
): SpendDecision {
  return { account: step.account, postings: [...before, step.posting], main: before.length }
}
