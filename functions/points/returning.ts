/** Decides what a returned reward gives back: all that it cost, to the lots that paid, each good for at least the grace. */
import { type Account, type Lots, post, sum } from './account.ts'
import { requireOpen } from './awarding.ts'
import { giveBack, kept } from './restoring.ts'
import { repayment, settle } from './settle.ts'
import { joined, type Source, type SpendDecision, type SpendTerms } from './spending.ts'

/** A reward that comes back: the lots that it was paid from, and the shard that its piece came from. */
export type Returned = {
  readonly lots: Lots
  readonly source: Source
  readonly storeId?: string | undefined
  /** The reservation that was captured for it, where it was held before. */
  readonly reservation?: string | undefined
}

/** @throws Refusal `account_closed` */
export function decideReturn(before: Account, returned: Returned, terms: SpendTerms): SpendDecision {
  requireOpen(before)
  const { now, program } = terms
  const settled = settle(before, terms)
  const { source, storeId, reservation } = returned
  const place = { ...(storeId !== undefined && { storeId }), ...(reservation !== undefined && { reservation }) }
  const step = post(settled.account, { type: 'RESTORE', effective: now, ...place }, (work) => {
    const points = sum(Object.values(returned.lots))
    const repaid = giveBack(work, kept(returned.lots, program, now), program)
    const because = { rule: 'redemption', points, code: 'reward_returned', params: source }
    return { points, because: [because, ...repayment(repaid)] }
  })
  return joined(settled.postings, step)
}
