/**
 * Decides what a proven contact means for an account: the first one opens spending and brings the welcome bonus, a changed
 * one holds spending for a day, so that whoever took over a mailbox has not at once taken the points too.
 */
import { localDate } from '../shared/dates.ts'
import { type Account, post, type Step } from './account.ts'
import { requireOpen } from './awarding.ts'
import { credit, lastValidDay, shareDay } from './lots.ts'
import { repayment, settle } from './settle.ts'
import { joined, type SpendDecision, type SpendTerms } from './spending.ts'

export const CONTACT_HOLD_HOURS = 24
const HOUR_MS = 3_600_000

/**
 * One entry: a GRANT where the program welcomes members with points, which follow its expiry and repay debt first, else a
 * STATE. For an account without a verified contact. @throws Refusal `account_closed`
 */
export function decideVerified(before: Account, terms: SpendTerms): SpendDecision {
  requireOpen(before)
  const settled = settle(before, terms)
  const { bonus = 0 } = terms.program.enrolment ?? {}
  const step = bonus > 0 ? welcomed(settled.account, bonus, terms) : noted(settled.account, terms)
  return joined(settled.postings, step)
}

function noted(account: Account, { now }: SpendTerms): Step {
  return post(account, { type: 'STATE', effective: now }, (work) => {
    work.hasVerifiedContact = true
    return { points: 0, because: [{ rule: 'state', points: 0, code: 'contact_verified' }] }
  })
}

function welcomed(account: Account, bonus: number, { now, program }: SpendTerms): Step {
  const expiresOn = lastValidDay(program.expiry, localDate(now, program.zone))
  return post(account, { type: 'GRANT', effective: now }, (work) => {
    work.hasVerifiedContact = true
    work.lifetime.earned += bonus
    const repaid = credit(work, expiresOn, bonus)
    shareDay(work, program.expiry)
    const because = [{ rule: 'enrolment', points: bonus, code: 'enrolment_bonus' }, ...repayment(repaid)]
    return { points: bonus, because, expiresOn }
  })
}

/** A hold that ends later stays. @throws Refusal `account_closed` */
export function decideContactHold(before: Account, terms: SpendTerms): SpendDecision {
  requireOpen(before)
  const settled = settle(before, terms)
  const step = post(settled.account, { type: 'STATE', effective: terms.now }, (work) => {
    work.contactHoldUntil = Math.max(work.contactHoldUntil ?? 0, terms.now + CONTACT_HOLD_HOURS * HOUR_MS)
    return { points: 0, because: [{ rule: 'state', points: 0, code: 'contact_changed' }] }
  })
  return joined(settled.postings, step)
}
