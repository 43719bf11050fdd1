/** Stops an account from spending, and lets it spend again; it earns, expires and is refunded all the while. */

import type { Answer } from '../platform/answer.ts'
import type { Role } from '../platform/auth.ts'
import { type Command, command } from '../platform/command.ts'
import { fingerprintOf, optionalOperationId } from '../platform/once.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { auditRow } from './audit-trail.ts'
import { once } from './operation.ts'
import { StandingInput } from './schema.ts'
import { decideFreeze, decideUnfreeze } from './standing.ts'
import { shownOutcome } from './statement.ts'
import { auditWrite, loadNamedAccount, type Part } from './store.ts'

type Change = {
  readonly name: string
  readonly allow: readonly Role[]
  readonly statuses: Part['statuses']
  readonly decide: typeof decideFreeze
}

/**
 * Freezes an account: it can no longer redeem, reserve, capture or send points.
 * @returns the STATE entry of 0 points. Refuses: `account_frozen` when it is frozen already, `account_closed`.
 */
export const freeze = standingCommand({
  name: 'members.freeze',
  allow: ['manager', 'admin', 'system'],
  statuses: ['ACTIVE'],
  decide: decideFreeze,
})

/** Ends a freeze. @returns the STATE entry of 0 points. Refuses: `account_not_frozen`, `account_closed`. */
export const unfreeze = standingCommand({
  name: 'members.unfreeze',
  allow: ['admin'],
  statuses: ['FROZEN'],
  decide: decideUnfreeze,
})

function standingCommand({ name, allow, statuses, decide }: Change): Command<StandingInput, Answer<unknown>> {
  return command({
    name,
    input: StandingInput,
    allow,
    async run(ctx, input) {
      return once(ctx, {
        operation: optionalOperationId(ctx, name),
        fingerprint: fingerprintOf(input),
        memberId: input.memberId,
        version: versionAt(await programBook(ctx), ctx.now),
        statuses,
        load: loadNamedAccount,
        decide: ({ account }, terms) => decide(account, terms),
        writes: (_, entry) => [auditWrite(auditRow(ctx, entry, { action: name, note: input.reason }))],
        show: (entry) => shownOutcome(entry, ctx.language),
      })
    },
  })
}
