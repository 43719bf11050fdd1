/**
 * What a change of a reward does. Content becomes a draft first, and what members get changes by publication only: by
 * somebody other than who drafted it, or by the only admin.
 */
import { Refusal, refuseFields } from '../platform/problem.ts'
import { canonicalJson, type Json } from '../shared/canonical.ts'
import type { Reward } from './row-schema.ts'
import type { RewardContent, RewardState } from './schema.ts'

export type Change = {
  readonly state: RewardState
  readonly content: RewardContent
  readonly by: string
  readonly at: number
  /** Managers and admins. */
  readonly mayPublish: boolean
  /** Nobody else could look over it. */
  readonly isAlone: boolean
}

/** 100 buyers a second at 20 ms each: of ten at once nine meet a free shard. */
const SHARDS_MAX = 20

/** @throws Refusal `ended`, `forbidden`, `own_draft`, `step_refused`, `invalid_value`, `out_of_range` */
export function changed(seen: Reward, change: Change): Reward {
  const { state, content, by, at, mayPublish } = change
  if (seen.state === 'ended') throw new Refusal('ended', { reasons: ['ended'] })
  const next = { ...seen, version: seen.version + 1 }
  if (state === 'draft') return { ...next, draft: { content, by, at } }
  if (!mayPublish) throw new Refusal('forbidden')
  if (state === 'active' && !isSame(content, seen.published?.content)) return published(next, change)
  if (state === 'ended' && seen.published === undefined) return { ...next, state }
  if (seen.published === undefined) throw new Refusal('step_refused', { params: { state: seen.state } })
  // Only a publication changes what members get.
  if (!isSame(content, seen.published.content)) throw refuseFields([{ pointer: '/state', code: 'invalid_value' }])
  return { ...next, state }
}

function published(next: Reward, { content, by, at, isAlone }: Change): Reward {
  const { draft, published: before, ...rest } = next
  const isLookedOver = draft !== undefined && draft.by !== by && isSame(content, draft.content)
  if (!isLookedOver && !isAlone) throw new Refusal('own_draft')
  requireStock(content.stock, before?.content)
  const number = (before?.number ?? 0) + 1
  const opened = content.stock === undefined ? {} : { shards: next.shards ?? shardsFor(content.stock) }
  const publication = { content, by, at, number, selfPublished: !isLookedOver }
  return { ...rest, ...opened, state: 'active', published: publication }
}

/** A stock may grow. Pieces that were promised are not taken away, and a stock neither begins nor ends in between. */
function requireStock(stock: number | undefined, before: RewardContent | undefined): void {
  if (before === undefined) return
  if ((stock === undefined) !== (before.stock === undefined))
    throw refuseFields([{ pointer: '/stock', code: 'invalid_value' }])
  if ((stock ?? 0) < (before.stock ?? 0)) throw refuseFields([{ pointer: '/stock', code: 'out_of_range' }])
}

function shardsFor(stock: number): number {
  return Math.max(1, Math.min(SHARDS_MAX, stock))
}

function isSame(one: RewardContent, other: RewardContent | undefined): boolean {
  return other !== undefined && canonicalJson(one as Json) === canonicalJson(other as Json)
}
