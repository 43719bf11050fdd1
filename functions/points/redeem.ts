/** Spends points at once, earliest last valid day first. */
import { namedMember } from '../members/find.ts'
import { withoutNames } from '../members/naming-schema.ts'
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import { cardLimit } from './card-limit.ts'
import { once } from './operation.ts'
import { RedemptionInput } from './schema.ts'
import { decideRedemption } from './spending.ts'
import { shownOutcome } from './statement.ts'

/**
 * Redeems points once per Idempotency-Key; a refusal is kept too, so that a late duplicate can never execute.
 * @returns the REDEEM entry, points negative, and the balances after it.
 * Refuses, with all `reasons`: `account_frozen`, `insufficient_points`, `unverified_contact`, `new_member_hold`, `debt`;
 * also `pay_with_points_refused` for a `total` that the program does not allow, `card_only_limit`, `code_expired`,
 * `idempotency_key_reused`.
 */
export const redeem = command({
  name: 'points.redeem',
  input: RedemptionInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  async run(ctx, input) {
    const operation = operationId(ctx, 'points.redeem')
    requireStore(ctx.actor, input.storeId)
    await storeOf(ctx, input.storeId)
    const version = versionAt(await programBook(ctx), ctx.now)
    const named = await namedMember(ctx, input)
    const limit = cardLimit(ctx, named, version)
    return once(ctx, {
      operation,
      fingerprint: fingerprintOf(withoutNames(input, named.memberId)),
      memberId: named.memberId,
      version,
      statuses: ['ACTIVE'],
      load: limit.load,
      decide({ account }, terms) {
        const decision = decideRedemption(account, input, terms)
        limit.require(input.points)
        return decision
      },
      writes: (_, { memberId }) => limit.writes(memberId, input.points),
      show: (entry) => shownOutcome(entry, ctx.language),
    })
  },
})
