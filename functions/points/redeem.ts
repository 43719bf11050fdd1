/** Spends points at once, earliest last valid day first. */
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import { once } from './operation.ts'
import { RedemptionInput } from './schema.ts'
import { decideRedemption } from './spending.ts'
import { shownOutcome } from './statement.ts'

/**
 * Redeems points once per Idempotency-Key; a refusal is kept too, so that a late duplicate can never execute.
 * @returns the REDEEM entry, points negative, and the balances after it.
 * Refuses, with all `reasons`: `account_frozen`, `insufficient_points`, `unverified_contact`, `new_member_hold`, `debt`;
 * also `pay_with_points_refused` for a `total` that the program does not allow, `idempotency_key_reused`.
 */
export const redeem = command({
  name: 'points.redeem',
  input: RedemptionInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  async run(ctx, input) {
    const operation = operationId(ctx, 'points.redeem')
    requireStore(ctx.actor, input.storeId)
    await storeOf(ctx, input.storeId)
    return once(ctx, {
      operation,
      fingerprint: fingerprintOf(input),
      memberId: input.memberId,
      version: versionAt(await programBook(ctx), ctx.now),
      statuses: ['ACTIVE'],
      decide: ({ account }, terms) => decideRedemption(account, input, terms),
      show: (entry) => shownOutcome(entry, ctx.language),
    })
  },
})
