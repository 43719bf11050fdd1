/** Takes a reward for a member at the desk or the till. */
import { namedMember } from '../members/find.ts'
import { withoutNames } from '../members/naming-schema.ts'
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { RedeemInput } from './schema.ts'
import { takeReward } from './take.ts'

const NAME = 'rewards.redeem'

/**
 * Once per Idempotency-Key; a refusal is kept too. @returns a `voucher` for what is given at once, else a `reservation`,
 * with the entry and the balances after it.
 * Refuses, with all `reasons`, what the catalogue gives as reasons; also `code_expired`, `card_only_limit`, `not_found`,
 * `member_not_found`, `store_not_found`, `store_out_of_scope`.
 */
export const redeemAtDesk = command({
  name: NAME,
  input: RedeemInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  async run(ctx, input) {
    const operation = operationId(ctx, NAME)
    requireStore(ctx.actor, input.storeId)
    const named = await namedMember(ctx, input)
    const { rewardId, storeId } = input
    const fingerprint = fingerprintOf(withoutNames(input, named.memberId))
    return takeReward(ctx, { operation, fingerprint, named, rewardId, storeId, missing: 'not_found' })
  },
})
