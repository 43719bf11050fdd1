/** Takes a reward back: its points return to their lots and its piece to the shard that it came from. */
import type { Answer } from '../platform/answer.ts'
import type { Context } from '../platform/context.ts'
import type { Write } from '../platform/transact.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { shardMove } from './move-store.ts'
import { once } from './operation.ts'
import { decideReturn, type Returned } from './returning.ts'
import { shownOutcome } from './statement.ts'

export type Returning = Returned & {
  readonly operation: string
  readonly fingerprint: string
  readonly memberId: string
  /** Why it cannot be taken back is said here, so that it is recorded under the key. */
  readonly require: () => void
  /** Written in the same transaction. */
  readonly also: readonly Write<'race'>[]
}

/** Once per operation. @returns the RESTORE entry and the balances after it. @throws Refusal those of `require`, `account_closed` */
export async function returnReward(ctx: Context, returning: Returning): Promise<Answer<unknown>> {
  const { operation, fingerprint, memberId, source, also } = returning
  const { subject, shard } = source
  return once(ctx, {
    ...{ operation, fingerprint, memberId },
    version: versionAt(await programBook(ctx), ctx.now),
    statuses: ['ACTIVE', 'FROZEN'],
    decide({ account }, terms) {
      returning.require()
      return decideReturn(account, returning, terms)
    },
    writes: () => also,
    moves: () => (shard === undefined ? [] : [shardMove({ subject, shard }, 1)]),
    show: (entry) => shownOutcome(entry, ctx.language),
  })
}
