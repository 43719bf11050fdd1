/** How often a member has had rewards, as their limits count it. */
import type { Context } from '../platform/context.ts'
import { type Counter, counterName } from './earning.ts'
import { loadCounters } from './store.ts'

export type Counting = { readonly rewardId: string; readonly period: string }

/** Redemptions by reward id; reservations past their time that nobody has settled yet still count. */
export async function rewardCounts(
  ctx: Context,
  memberId: string,
  counting: readonly Counting[],
): Promise<ReadonlyMap<string, number>> {
  const counters = counting.map(({ rewardId, period }): Counter => ({ ruleId: rewardId, period, counts: 'receipts' }))
  const counted = await loadCounters(ctx, memberId, counters)
  return new Map(counters.map((counter) => [counter.ruleId, counted.get(counterName(counter)) ?? 0]))
}
