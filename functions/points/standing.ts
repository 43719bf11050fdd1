/**
 * Decides what freezing, closing and merging do to accounts. Each is an entry like any other, so that replaying the entries
 * tells not only how many points there were but also who could use them.
 */
import { type Code, Refusal } from '../platform/problem.ts'
import { localDate } from '../shared/dates.ts'
import { type Account, type Because, post, type Sent, type Status, sum, type Work } from './account.ts'
import { requireOpen } from './awarding.ts'
import { creditLots, shareDay, takeEarliest } from './lots.ts'
import { repayment, settle } from './settle.ts'
import { joined, type Source, type SpendDecision, type SpendTerms } from './spending.ts'
import { dropOldMonths } from './tiering.ts'
import { together } from './tiers.ts'

/** @throws Refusal `account_closed`, and `refused` for an account that has the status already */
function decideStatus(
  before: Account,
  to: { readonly status: Status; readonly code: string; readonly refused: Code },
  terms: SpendTerms,
): SpendDecision {
  requireOpen(before)
  if (before.status === to.status) throw new Refusal(to.refused)
  const settled = settle(before, terms)
  const step = post(settled.account, { type: 'STATE', effective: terms.now }, (work) => {
    work.status = to.status
    return { points: 0, because: [{ rule: 'state', points: 0, code: to.code }] }
  })
  return joined(settled.postings, step)
}

/** @throws Refusal `account_frozen`, `account_closed` */
export function decideFreeze(before: Account, terms: SpendTerms): SpendDecision {
  return decideStatus(before, { status: 'FROZEN', code: 'frozen', refused: 'account_frozen' }, terms)
}

/** @throws Refusal `account_not_frozen`, `account_closed` */
export function decideUnfreeze(before: Account, terms: SpendTerms): SpendDecision {
  return decideStatus(before, { status: 'ACTIVE', code: 'unfrozen', refused: 'account_not_frozen' }, terms)
}

/**
 * Voids what is reserved, forfeits every point, drops what is owed: forfeited points count as expired, dropped debt as
 * issued. `ended`: what the reservations that end with it were for. @throws Refusal `account_closed`
 */
export function decideClosing(before: Account, terms: SpendTerms, ended: readonly Source[] = []): SpendDecision {
  requireOpen(before)
  const settled = settle(before, terms)
  const { available, pending, reserved, debt } = settled.account.balances
  const forfeited = available + pending + reserved
  const step = post(settled.account, { type: 'CLOSE', effective: terms.now }, (work) => {
    Object.assign(work, { status: 'CLOSED', lots: {}, maturing: {}, reservations: {} } satisfies Partial<Account>)
    work.balances = { available: 0, pending: 0, reserved: 0, debt: 0 }
    work.debtSince = undefined
    endLevel(work)
    work.lifetime.expired += forfeited
    work.lifetime.earned += debt
    const because: Because[] = [
      { rule: 'closing', points: 0 - forfeited, code: 'forfeited' },
      ...(debt > 0 ? [{ rule: 'closing', points: debt, code: 'debt_forgiven' }] : []),
      ...ended.map((params): Because => ({ rule: 'closing', points: 0, code: 'reward_not_taken', params })),
    ]
    return { points: 0 - forfeited, because }
  })
  return joined(settled.postings, step)
}

export type Merge = { readonly from: SpendDecision; readonly into: SpendDecision }

/**
 * Moves lots and pending points with their dates, debt, the tier's months and what was sent this month; lifetime sums stay
 * where they came about. What one owed is repaid from what the other has.
 * @throws Refusal `account_closed`, `open_reservation` while either has one
 */
export function decideMerge(
  before: { readonly from: Account; readonly into: Account },
  terms: { readonly from: SpendTerms; readonly into: SpendTerms },
): Merge {
  requireOpen(before.from)
  requireOpen(before.into)
  const from = settle(before.from, terms.from)
  const into = settle(before.into, terms.into)
  if ([from, into].some(({ account }) => Object.keys(account.reservations).length > 0))
    throw new Refusal('open_reservation')
  const moved = from.account
  const points = moved.balances.available + moved.balances.pending
  const out = post(moved, { type: 'MERGE_OUT', effective: terms.from.now }, (work) => {
    const gone = {
      lots: {},
      maturing: {},
      qualifying: {},
      status: 'CLOSED',
      mergedInto: into.account.memberId,
    } as const
    Object.assign(work, gone satisfies Partial<Account>)
    work.balances = { available: 0, pending: 0, reserved: 0, debt: 0 }
    work.debtSince = undefined
    endLevel(work)
    return { points: 0 - points, because: movement(0 - points, 0 - moved.balances.debt) }
  })
  const taken = post(into.account, { type: 'MERGE_IN', effective: terms.into.now }, (work) => {
    for (const [key, part] of Object.entries(moved.maturing)) work.maturing[key] = (work.maturing[key] ?? 0) + part
    for (const [month, part] of Object.entries(moved.qualifying)) {
      work.qualifying[month] = together(month, work.qualifying[month] ?? 0, part)
    }
    const { tiers, zone } = terms.into.program
    // What the survivor had dropped as too old does not come back as the other's part of it alone.
    if (tiers) dropOldMonths(work, { tiers, zone }, localDate(terms.into.now, zone))
    work.balances.pending += moved.balances.pending
    const repaid = creditLots(work, moved.lots) + owe(work, moved)
    shareDay(work, terms.into.program.expiry)
    if (moved.sent) work.sent = sentTogether(work.sent, moved.sent)
    takeContact(work, moved)
    return { points, because: [...movement(points, moved.balances.debt), ...repayment(repaid)] }
  })
  // The months of both may reach a level that neither had.
  const late = settle(taken.account, terms.into)
  const both = joined(into.postings, taken)
  return {
    from: joined(from.postings, out),
    into: { ...both, account: late.account, postings: [...both.postings, ...late.postings] },
  }
}

/** A closed account keeps the level that it had, and nothing will review it. */
function endLevel(work: Work): void {
  work.qualifying = {}
  work.tierUntil = undefined
  work.tierReview = undefined
}

/** `owed` as it changes for this account. */
function movement(points: number, owed: number): Because[] {
  const debt: Because = { rule: 'merge', points: 0 - owed, code: 'debt_merged' }
  return [{ rule: 'merge', points, code: 'merged' }, ...(owed === 0 ? [] : [debt])]
}

/** Takes over what was owed and repays what it can at once. @returns how many points went into that. */
function owe(work: Work, { balances, debtSince = '' }: Account): number {
  if (balances.debt === 0) return 0
  work.balances.debt += balances.debt
  work.debtSince = [work.debtSince ?? '', debtSince].sort().at(-1)
  const repaid = sum(Object.values(takeEarliest(work, work.balances.debt)))
  work.balances.debt -= repaid
  if (work.balances.debt === 0) work.debtSince = undefined
  return repaid
}

/** The contacts of the one lead to the other from now on, with what was proven of them and what they must wait for. */
function takeContact(work: Work, { hasVerifiedContact, contactHoldUntil }: Account): void {
  work.hasVerifiedContact ||= hasVerifiedContact
  if (contactHoldUntil === undefined) return
  work.contactHoldUntil = Math.max(work.contactHoldUntil ?? 0, contactHoldUntil)
}

/** Sums of one month add up, so that two accounts made one have no more to send than one. */
function sentTogether(own: Sent | undefined, other: Sent): Sent {
  if (own?.month !== other.month) return own !== undefined && own.month > other.month ? own : other
  return { month: own.month, points: own.points + other.points }
}
