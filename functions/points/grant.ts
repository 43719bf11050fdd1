/** Gives points to a member on behalf of a campaign, out of its budget where it has one. */
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import type { Entry } from './entry.ts'
import { decideGrant } from './giving.ts'
import { GrantInput } from './schema.ts'
import { onceDrawn } from './shards.ts'
import { shownOutcome } from './statement.ts'

const NAME = 'points.grant'

/**
 * Grants points once per Idempotency-Key; the budget goes down by them in the same transaction and never below 0.
 * @returns the GRANT entry and the balances after it. Refuses: `budget_exhausted`, `account_frozen`, `account_closed`.
 */
export const grant = command({
  name: NAME,
  input: GrantInput,
  allow: ['system'],
  async run(ctx, input) {
    const { memberId, points, subject, shards } = input
    const operation = {
      operation: operationId(ctx, NAME),
      fingerprint: fingerprintOf(input),
      memberId,
      version: versionAt(await programBook(ctx), ctx.now),
      statuses: ['ACTIVE'],
      show: (entry: Entry) => shownOutcome(entry, ctx.language),
    } as const
    return onceDrawn(ctx, operation, {
      subject,
      shards,
      amount: points,
      decide: (account, source, terms) => decideGrant(account, { points, source }, terms),
      empty: 'budget_exhausted',
    })
  },
})
