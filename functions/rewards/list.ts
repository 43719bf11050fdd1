/** The catalogue as staff read it, or what one member can have of it. */
import * as z from 'zod'
import { Answer } from '../platform/answer.ts'
import { hasRole } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { etagOf } from '../platform/etag.ts'
import { Refusal } from '../platform/problem.ts'
import { requireMayRead } from '../points/get-account.ts'
import { piecesLeft } from '../points/stock.ts'
import { storeOf } from '../program/current.ts'
import { StoreId } from '../program/value-schema.ts'
import { idPattern } from '../shared/ids.ts'
import { offersFor } from './offers.ts'
import type { Reward } from './row-schema.ts'
import { RewardId } from './schema.ts'
import { loadReward, rewardPage } from './store.ts'
import { rewardView } from './views.ts'

const READERS = ['cashier', 'manager', 'marketer', 'admin', 'auditor', 'pos'] as const
const NAME = 'rewards.list'

const Query = z.strictObject({
  ...pageQuery,
  memberId: z.string().regex(idPattern('mem')).optional(),
  storeId: StoreId.optional(),
})

/**
 * With a member: everything published, with all reasons why it cannot be had now, at `storeId` where that is named; one
 * page. Without: the catalogue, drafts for who may write them; a page may be shorter than asked and still go on.
 * Refuses: `not_found`, `account_closed`, `store_not_found`, `invalid_cursor`.
 */
export const listRewards = command({
  name: NAME,
  input: Query,
  allow: READERS,
  async run(ctx, { limit, cursor, memberId, storeId }) {
    if (storeId !== undefined) await storeOf(ctx, storeId)
    if (memberId !== undefined) {
      await requireMayRead(ctx, memberId)
      return { items: await offersFor(ctx, { memberId, storeId }), nextCursor: null }
    }
    const isEditor = mayEdit(ctx)
    const after = cursor === undefined ? undefined : await readCursor(ctx, NAME, cursor)
    const { rewards, last } = await rewardPage(ctx, { isShownOnly: !isEditor, limit, ...(after && { after }) })
    return {
      items: rewards.map((reward) => rewardView(reward, { isEditor })),
      nextCursor: last === undefined ? null : await writeCursor(ctx, NAME, last.sk),
    }
  },
})

/** @returns one reward with its ETag, and how many pieces are left of a stock. Refuses: `not_found`. */
export const getReward = command({
  name: 'rewards.get',
  input: z.strictObject({ rewardId: RewardId }),
  allow: READERS,
  async run(ctx, { rewardId }) {
    const isEditor = mayEdit(ctx)
    const reward = await loadReward(ctx, rewardId)
    if (reward === undefined || !(isEditor || isShown(reward))) throw new Refusal('not_found')
    const left = await leftOf(ctx, reward)
    const view = rewardView(reward, { isEditor, ...(left !== undefined && { left }) })
    return new Answer(200, view, { ETag: etagOf(reward.version) })
  },
})

function mayEdit({ actor }: Context): boolean {
  return hasRole(actor, 'manager', 'marketer', 'admin', 'auditor')
}

function isShown({ state }: Reward): boolean {
  return state === 'active' || state === 'paused'
}

async function leftOf(ctx: Context, { id, shards, published }: Reward): Promise<number | undefined> {
  if (published?.content.stock === undefined || shards === undefined) return undefined
  return piecesLeft(ctx, { subject: id, shards })
}
