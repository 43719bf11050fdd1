/** Decides a manual correction: points given follow the expiry policy from today, points taken never pass zero unless allowed. */

import type { Actor } from '../platform/auth.ts'
import { hasRole } from '../platform/auth.ts'
import { Refusal, refuseFields } from '../platform/problem.ts'
import type { ProgramDocument } from '../program/schema.ts'
import { localDate } from '../shared/dates.ts'
import { type Account, type Expiry, post, sum } from './account.ts'
import { requireOpen } from './awarding.ts'
import { credit, lastValidDay, takeEarliest } from './lots.ts'
import type { AdjustmentInput } from './schema.ts'
import { repayment, settle } from './settle.ts'
import { joined, type SpendDecision, type SpendTerms } from './spending.ts'

/** @throws Refusal `approval_required`, `insufficient_points`, `out_of_range` for a last day past or beyond the policy's */
export function decideAdjustment(
  before: Account,
  { input, actor }: { readonly input: AdjustmentInput; readonly actor: Actor },
  terms: SpendTerms,
): SpendDecision {
  requireOpen(before)
  const { program, now } = terms
  const today = localDate(now, program.zone)
  const settled = settle(before, terms)
  const expiry = expiryOf(input, settled.account, terms)
  const mayOwe = input.allowDebt === true && hasRole(actor, 'admin')
  const available = settled.account.balances.available
  if (-input.points > available && !mayOwe) {
    const params = { available, missing: -input.points - available }
    throw new Refusal('insufficient_points', { reasons: ['insufficient_points'], params })
  }
  // Last, so that nobody is asked to approve what would be refused anyway.
  requireWithinLimit(input, program)
  const step = post(settled.account, { type: 'ADJUST', effective: now }, (work) => {
    const because = [{ rule: 'adjustment', points: input.points, code: input.reason }]
    if (input.points > 0) {
      work.lifetime.earned += input.points
      return {
        points: input.points,
        because: [...because, ...repayment(credit(work, expiry, input.points))],
        expiresOn: expiry,
      }
    }
    const owed = -input.points - sum(Object.values(takeEarliest(work, -input.points)))
    work.balances.debt += owed
    if (owed > 0) work.debtSince = today
    work.lifetime.reversed -= input.points
    return { points: input.points, because }
  })
  return joined(settled.postings, step)
}

/** An approval that is named is used up with the entry, or nothing is written. */
function requireWithinLimit({ points, approvalId }: AdjustmentInput, program: ProgramDocument): void {
  const limit = program.staff?.adjustApproveOver
  if (limit === undefined || Math.abs(points) <= limit || approvalId !== undefined) return
  throw new Refusal('approval_required', { params: { limit } })
}

/** As many expiry days as a policy may open; a named day may not go beyond. */
const LOTS_MAX = 256

function expiryOf({ expiresOn, points }: AdjustmentInput, { lots }: Account, terms: SpendTerms): Expiry {
  const today = localDate(terms.now, terms.program.zone)
  const usual = lastValidDay(terms.program.expiry, today)
  if (expiresOn === undefined) return usual
  const hasRoom = lots[expiresOn] !== undefined || Object.keys(lots).length < LOTS_MAX
  if (points > 0 && expiresOn >= today && expiresOn <= usual && hasRoom) return expiresOn
  throw refuseFields([{ pointer: '/expiresOn', code: 'out_of_range' }])
}
