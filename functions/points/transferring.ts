/** Decides whether a member may send points to another, and moves them with their last valid days. */
import { Refusal, refuseFields } from '../platform/problem.ts'
import { localDate } from '../shared/dates.ts'
import { type Account, type Lots, post } from './account.ts'
import { requireOpen } from './awarding.ts'
import { creditLots, shareDay, takeEarliest } from './lots.ts'
import { settle } from './settle.ts'
import { joined, reasonsAgainst, type SpendDecision, type SpendTerms } from './spending.ts'

export type Transfer = { readonly out: SpendDecision; readonly in: SpendDecision }
type Both<Value> = { readonly sender: Value; readonly receiver: Value }

/**
 * Points go earliest last valid day first and keep their days. What may not be told of the receiver is one code.
 * @throws Refusal `account_closed` for the sender, `transfer_disabled`, `out_of_range` below the least, those of a redemption with all `reasons`,
 * `transfer_limit` beyond the month's sum, `receiver_unavailable`
 */
export function decideTransfer(before: Both<Account>, points: number, terms: Both<SpendTerms>): Transfer {
  const { program, now } = terms.sender
  requireOpen(before.sender)
  const rules = program.transfer
  if (rules?.enabled !== true) throw new Refusal('transfer_disabled')
  if (points < (rules.minPoints ?? 1)) throw refuseFields([{ pointer: '/points', code: 'out_of_range' }])
  const sender = settle(before.sender, terms.sender)
  const receiver = settle(before.receiver, terms.receiver)
  requireSender(sender.account, points, terms.sender)
  requireReceiver(receiver.account, terms.receiver)
  const sent = sentInMonth(sender.account, localDate(now, program.zone).slice(0, 7), points)
  if (rules.maxPointsPerMonth !== undefined && sent.points > rules.maxPointsPerMonth) {
    throw new Refusal('transfer_limit', { params: { limit: rules.maxPointsPerMonth, sent: sent.points - points } })
  }
  let lots: Lots = {}
  const out = post(sender.account, { type: 'TRANSFER_OUT', effective: now }, (work) => {
    lots = takeEarliest(work, points)
    work.sent = sent
    return { points: -points, because: [{ rule: 'transfer', points: -points, code: 'sent' }] }
  })
  const received = post(receiver.account, { type: 'TRANSFER_IN', effective: now }, (work) => {
    creditLots(work, lots)
    shareDay(work, program.expiry)
    return { points, because: [{ rule: 'transfer', points, code: 'received' }] }
  })
  return {
    out: joined(sender.postings, out),
    in: joined(receiver.postings, received),
  }
}

function requireSender(account: Account, points: number, terms: SpendTerms): void {
  const reasons = reasonsAgainst(account, points, terms)
  const [first] = reasons
  if (first === undefined) return
  const { available } = account.balances
  throw new Refusal(first, { reasons, params: { available, missing: Math.max(0, points - available) } })
}

/** Nobody learns from a transfer whether somebody else is frozen, closed or in debt. */
function requireReceiver(account: Account, { program }: SpendTerms): void {
  const isProven = account.hasVerifiedContact || program.redemption.requireVerifiedContact === false
  if (account.status === 'ACTIVE' && account.balances.debt === 0 && isProven) return
  throw new Refusal('receiver_unavailable')
}

function sentInMonth({ sent }: Account, month: string, points: number) {
  return { month, points: points + (sent?.month === month ? sent.points : 0) }
}
