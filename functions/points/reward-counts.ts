/** How often a member has had rewards, as their limits count it. */
import type { Context } from '../platform/context.ts'
import { type Counter, counterName } from './earning.ts'
import { type Loaded, loadCounters } from './store.ts'

export type Counting = { readonly rewardId: string; readonly period: string }

/** Redemptions by reward id, but for reservations past their time that nobody has settled yet. */
export async function rewardCounts(
  ctx: Context,
  { account, lapsed }: Pick<Loaded, 'account' | 'lapsed'>,
  counting: readonly Counting[],
): Promise<ReadonlyMap<string, number>> {
  const counters = counting.map(({ rewardId, period }): Counter => ({ ruleId: rewardId, period, counts: 'receipts' }))
  const counted = await loadCounters(ctx, account.memberId, counters)
  return new Map(
    counters.map((counter) => {
      const { ruleId, period } = counter
      const back = lapsed.filter(({ reward }) => reward?.id === ruleId && reward.period === period).length
      return [ruleId, (counted.get(counterName(counter)) ?? 0) - back]
    }),
  )
}
