/** Spends points on a reward at once, taking one piece of its stock where the stock is limited. */
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import type { Entry } from './entry.ts'
import { RewardRedemptionInput } from './schema.ts'
import { onceDrawn } from './shards.ts'
import { decideRedemption } from './spending.ts'
import { shownOutcome } from './statement.ts'

const NAME = 'points.redeemReward'

/**
 * Redeems a reward once per Idempotency-Key; points and piece go together or not at all.
 * @returns the REDEEM entry, points negative, and the balances after it.
 * Refuses: `sold_out` after a strong read of the whole stock, and with all `reasons` what refuses a redemption.
 */
export const redeemReward = command({
  name: NAME,
  input: RewardRedemptionInput,
  allow: ['cashier', 'manager', 'admin', 'pos', 'system'],
  async run(ctx, input) {
    const { memberId, rewardId, shards, ...spend } = input
    const operation = operationId(ctx, NAME)
    requireStore(ctx.actor, input.storeId)
    await storeOf(ctx, input.storeId)
    const about = {
      operation,
      fingerprint: fingerprintOf(input),
      memberId,
      version: versionAt(await programBook(ctx), ctx.now),
      statuses: ['ACTIVE'],
      show: (entry: Entry) => shownOutcome(entry, ctx.language),
    } as const
    return onceDrawn(ctx, about, {
      subject: rewardId,
      shards,
      amount: 1,
      decide: (account, source, terms) => decideRedemption(account, { ...spend, source }, terms),
      empty: 'sold_out',
    })
  },
})
