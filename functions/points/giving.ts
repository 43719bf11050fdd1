/** Decides what a gift adds. It names the budget's shard that it was drawn from, so that the budget can be proven. */

import { Refusal } from '../platform/problem.ts'
import { localDate } from '../shared/dates.ts'
import { type Account, type Because, post } from './account.ts'
import { requireOpen } from './awarding.ts'
import { credit, lastValidDay, shareDay } from './lots.ts'
import { repayment, settle } from './settle.ts'
import { joined, type Source, type SpendDecision, type SpendTerms } from './spending.ts'

/** Points follow the expiry policy from today, and repay debt first. @throws Refusal `account_closed`, `account_frozen` */
export function decideGrant(
  before: Account,
  { points, source }: { readonly points: number; readonly source: Source },
  terms: SpendTerms,
): SpendDecision {
  requireOpen(before)
  if (before.status === 'FROZEN') throw new Refusal('account_frozen', { reasons: ['account_frozen'] })
  const { program, now } = terms
  const settled = settle(before, terms)
  const expiresOn = lastValidDay(program.expiry, localDate(now, program.zone))
  const step = post(settled.account, { type: 'GRANT', effective: now }, (work) => {
    work.lifetime.earned += points
    const repaid = credit(work, expiresOn, points)
    shareDay(work, program.expiry)
    const because: Because[] = [{ rule: 'grant', points, code: 'granted', params: { ...source } }, ...repayment(repaid)]
    return { points, because, expiresOn }
  })
  return joined(settled.postings, step)
}
