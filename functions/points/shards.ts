/**
 * A stock or a budget, cut into shards that are drawn from one at a time. An item in a transaction is exclusive for its
 * life, so one counter for all would let one buyer at a time through; and what a shard has left is its condition, so no
 * two can ever take the same piece.
 */

import type { Answer } from '../platform/answer.ts'
import type { Context } from '../platform/context.ts'
import { type Code, Refusal } from '../platform/problem.ts'
import { LostRace } from '../platform/transact.ts'
import type { Account } from './account.ts'
import { shardMove } from './move-store.ts'
import { type Operation, once } from './operation.ts'
import { anyWithEnough, type Draw } from './shard-store.ts'
import type { Source, SpendDecision, SpendTerms } from './spending.ts'
import { type Loaded, ShardEmpty } from './store.ts'

/** How often a shard that had enough a moment ago may turn out to be empty before the command steps back. */
const DRAWS_MAX = 8

/** How a command says what it does with the shard that it drew from; none where nothing is limited. */
export type Drawn<Decision extends SpendDecision> = {
  readonly subject: string
  readonly shards?: number | undefined
  readonly amount: number
  readonly decide: (account: Account, source: Source, terms: SpendTerms) => Decision
  /** The refusal, recorded like any other, when a strong read says that nothing is left. */
  readonly empty: Code
  /** Looks for more before that is said; true where there is some, and it is tried again. */
  readonly refill?: () => Promise<boolean>
}

/** `once`, with a draw from a stock or a budget in the same transaction. */
export async function onceDrawn<Decision extends SpendDecision>(
  ctx: Context,
  operation: Omit<Operation<Decision>, 'decide'>,
  { subject, shards, amount, decide, empty, refill }: Drawn<Decision>,
): Promise<Answer<unknown>> {
  const using = (source: Source) => ({
    ...operation,
    decide: ({ account }: Loaded, terms: SpendTerms) => decide(account, source, terms),
  })
  if (shards === undefined) return once(ctx, using({ subject }))
  const draw = { subject, shards, amount }
  const drawn = await drawing(ctx, draw, (shard) =>
    once(ctx, {
      ...using({ subject, shard }),
      moves: (...made) => [shardMove({ subject, shard }, -amount), ...(operation.moves?.(...made) ?? [])],
    }),
  )
  if (drawn === undefined && (await refill?.())) throw new LostRace()
  return drawn ?? once(ctx, { ...operation, decide: () => refuse(empty) })
}

function refuse(code: Code): never {
  throw new Refusal(code, { reasons: [code] })
}

/**
 * Runs an attempt on one shard after the other, the first by chance. Only a strong read of all of them says that nothing
 * is left. @returns undefined then. @throws LostRace where others were always faster
 */
async function drawing<Output>(
  ctx: Context,
  draw: Draw,
  attempt: (shard: number) => Promise<Output>,
): Promise<Output | undefined> {
  let shard: number | undefined = ctx.random(draw.shards)
  for (let draws = 0; shard !== undefined; draws += 1) {
    if (draws === DRAWS_MAX) throw new LostRace()
    try {
      return await attempt(shard)
    } catch (error) {
      if (!(error instanceof ShardEmpty)) throw error
      shard = await anyWithEnough(ctx, draw)
    }
  }
  return undefined
}
