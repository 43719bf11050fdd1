/** What a receipt would earn: the code of the award, without writing. */
import { requireCurrent } from '../members/find.ts'
import { hasRole, requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { decideAward } from './awarding.ts'
import { countersOf } from './earning.ts'
import { balancesOf } from './entry.ts'
import { purchaseOf } from './purchase.ts'
import { loadPaidReceipt } from './receipt-store.ts'
import { PurchaseInput } from './schema.ts'
import { shownPosting } from './statement.ts'
import { lapsedLots, loadAccount, loadCounters } from './store.ts'

/**
 * Calculates one receipt like an award and writes nothing.
 * @returns the entry as it would be, without id, number and time, and the balances after it, in points.
 * Refuses what the award refuses, but for a receipt that is known already.
 */
export const quote = command({
  name: 'points.quote',
  input: PurchaseInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  async run(ctx, input) {
    requireStore(ctx.actor, input.storeId)
    const { memberId, proof, key, version, current } = await purchaseOf(ctx, input)
    requireCurrent({ proof })
    const loaded = await loadAccount(ctx, memberId)
    const counted = await loadCounters(ctx, loaded.account.memberId, countersOf(version.document, input.purchasedAt))
    const { receipt, spent } = await loadPaidReceipt(ctx, key)
    const { postings, main } = decideAward(loaded.account, input, {
      now: ctx.now,
      version,
      current: current.document,
      counted,
      lapsed: lapsedLots(loaded),
      isMachine: hasRole(ctx.actor, 'pos'),
      ...(receipt?.state === 'WAITING' && { waiting: receipt, spent }),
    })
    const posting = postings[main]
    if (posting === undefined) throw new Error('a decision without its posting')
    return { entry: shownPosting(posting, version.version, ctx.language), balances: balancesOf(posting.after) }
  },
})
