/** Changes a reward: saves a draft, publishes it with its stock, pauses it, ends it. */
import * as z from 'zod'
import { Answer } from '../platform/answer.ts'
import { hasRole } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { etagOf, ifMatchField, requireVersion } from '../platform/etag.ts'
import { Refusal } from '../platform/problem.ts'
import { parseFields } from '../platform/validation.ts'
import { changeStock, type StockChange } from '../points/stock.ts'
import { isOnlyAdmin, requireActiveStaff } from '../program/staff-current.ts'
import { requireContent } from './content.ts'
import { changed } from './publishing.ts'
import type { Reward } from './row-schema.ts'
import { PutInput, RewardId } from './schema.ts'
import { type Label, loadReward, publicationWrite, rewardWrite } from './store.ts'
import { rewardView } from './views.ts'

/** The reward itself is read by the verb and not by the door, so that pointers are those of the body. */
const Input = z.strictObject({ rewardId: RewardId, ifMatch: ifMatchField, reward: z.record(z.string(), z.unknown()) })

/**
 * `state` says what shall be: `draft` saves what shall come next, `active` publishes it or ends a pause, `paused` and
 * `ended` leave the content as it is. Members with an open reservation keep what they were promised.
 * @returns the reward with its new ETag. Refuses: `not_found`, `if_match_required`, `stale_version`, `own_draft`, `ended`,
 * `step_refused` for a pause before a publication, `out_of_range` for a smaller stock, and what is wrong in the body.
 */
export const putReward = command({
  name: 'rewards.put',
  input: Input,
  allow: ['manager', 'marketer', 'admin'],
  async run(ctx, { rewardId, ifMatch, reward }) {
    await requireActiveStaff(ctx)
    const seen = await loadReward(ctx, rewardId)
    if (seen === undefined) throw new Refusal('not_found')
    requireVersion(ifMatch, seen.version)
    const { state, ...content } = parseFields(PutInput, reward)
    if (state === 'draft' || state === 'active') await requireContent(ctx, content)
    const next = changed(seen, {
      ...{ state, content, by: ctx.actor.id, at: ctx.now },
      mayPublish: hasRole(ctx.actor, 'manager', 'admin'),
      isAlone: state === 'active' && (await isOnlyAdmin(ctx)),
    })
    const isPublished = next.published?.number !== seen.published?.number
    const writes = [rewardWrite(next), ...(isPublished ? publicationWrite(next) : [])]
    const outcome = await changeStock<Label>(ctx, isPublished ? stockOf(seen, next) : undefined, writes)
    if (outcome.kind === 'refused') throw new Refusal('stale_version')
    return new Answer(200, rewardView(next, { isEditor: true }), { ETag: etagOf(next.version) })
  },
})

function stockOf(seen: Reward, { id, shards, published }: Reward): StockChange | undefined {
  const total = published?.content.stock
  if (total === undefined || shards === undefined) return undefined
  return { subject: id, shards, total, before: seen.published?.content.stock }
}
