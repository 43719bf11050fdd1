/** Adds a reward to the catalogue as a draft; members get nothing before somebody publishes it. */
import { Answer, REPLAYED } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { etagOf } from '../platform/etag.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { Refusal } from '../platform/problem.ts'
import { LostRace, transact } from '../platform/transact.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { requireContent } from './content.ts'
import type { Made, Reward } from './row-schema.ts'
import { RewardInput } from './schema.ts'
import { type Label, loadMade, madeWrite, rewardWrite } from './store.ts'
import { rewardView } from './views.ts'

const NAME = 'rewards.create'

/**
 * Once per Idempotency-Key, where one is given. @returns the draft with its ETag (201).
 * Refuses: what is wrong with it, in one answer; `idempotency_key_reused`, `principal_disabled`.
 */
export const createReward = command({
  name: NAME,
  input: RewardInput,
  allow: ['manager', 'marketer', 'admin'],
  async run(ctx, content) {
    await requireActiveStaff(ctx)
    const fp = fingerprintOf(content)
    const operation = ctx.idempotencyKey === undefined ? undefined : operationId(ctx, NAME)
    const before = operation === undefined ? undefined : await loadMade(ctx, operation)
    if (before) return answerAgain(before, fp)
    await requireContent(ctx, content)
    const reward: Reward = {
      id: ctx.newId('rwd'),
      version: 1,
      state: 'draft',
      draft: { content, by: ctx.actor.id, at: ctx.now },
    }
    await insert(ctx, reward, operation === undefined ? undefined : { operation, fp })
    return answerOf(reward)
  },
})

async function insert(ctx: Context, reward: Reward, key?: { readonly operation: string; readonly fp: string }) {
  const outcome = await transact<Label>(ctx, [
    ...(key ? [madeWrite(key.operation, { fp: key.fp, reward })] : []),
    rewardWrite(reward),
  ])
  // The same was sent at the same moment; the next look finds what it made.
  if (outcome.kind === 'refused') throw new LostRace()
}

function answerAgain({ fp, reward }: Made, asked: string) {
  if (fp !== asked) throw new Refusal('idempotency_key_reused')
  return answerOf(reward, REPLAYED)
}

function answerOf(reward: Reward, headers: Readonly<Record<string, string>> = {}) {
  return new Answer(201, rewardView(reward, { isEditor: true }), { ETag: etagOf(reward.version), ...headers })
}
