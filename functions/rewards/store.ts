/** Where the catalogue lies. Every change goes over the version that was read, and what was published is kept for ever. */
import type { Context } from '../platform/context.ts'
import { getItem, type Page, queryPage } from '../platform/table.ts'
import { keys } from '../platform/table-design.ts'
import type { Write } from '../platform/transact.ts'
import { type Made, MadeRow, type Reward, RewardRow } from './row-schema.ts'

const PAGE = 100

export async function loadReward(ctx: Context, id: string): Promise<Reward | undefined> {
  const row = await getItem(ctx.table, 'Operations', keys.reward(id))
  return row && RewardRow.parse(row)
}

/** What members may be shown: published and not over, as of a moment ago. */
export async function shownRewards(ctx: Context): Promise<Reward[]> {
  const rewards: Reward[] = []
  let from: Page['last']
  do {
    const page = await rewardPage(ctx, { isShownOnly: true, limit: PAGE, ...(from && { after: from.sk }) })
    rewards.push(...page.rewards)
    from = page.last
  } while (from !== undefined)
  return rewards
}

export type Asked = { readonly isShownOnly: boolean; readonly limit: number; readonly after?: string }

/** In the order in which they were made. A page of what is shown only may be shorter than asked and still go on. */
export async function rewardPage(
  ctx: Context,
  { isShownOnly, limit, after }: Asked,
): Promise<{ readonly rewards: readonly Reward[]; readonly last?: Page['last'] }> {
  const { rows, last } = await queryPage(ctx.table, 'Operations', {
    ConsistentRead: false,
    KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
    ExpressionAttributeValues: {
      ':pk': keys.reward('').pk,
      ...(after !== undefined && { ':after': after }),
      ...(isShownOnly && { ':active': 'active', ':paused': 'paused' }),
    },
    ...(isShownOnly && {
      FilterExpression: '#state IN (:active, :paused)',
      ExpressionAttributeNames: { '#state': 'state' },
    }),
    Limit: limit,
  })
  return { rewards: rows.map((row) => RewardRow.parse(row)), last }
}

/** What was made under this key before. */
export async function loadMade(ctx: Context, operation: string): Promise<Made | undefined> {
  const row = await getItem(ctx.table, 'Operations', keys.operation(operation))
  return row && MadeRow.parse(row)
}

export type Label = 'made' | 'reward' | 'version'

export function madeWrite(operation: string, made: Omit<Made, 'rv'>): Write<Label> {
  return absent('made', { ...keys.operation(operation), rv: 1, ...made })
}

/** Over the version that was read; a new one where none was. */
export function rewardWrite(next: Reward): Write<Label> {
  const Item = { ...keys.reward(next.id), rv: 1, ...next }
  if (next.version === 1) return absent('reward', Item)
  return {
    table: 'Operations',
    failsAs: 'reward',
    put: {
      Item,
      ConditionExpression: 'version = :seen',
      ExpressionAttributeValues: { ':seen': next.version - 1 },
    },
  }
}

/** A publication as it was, which nothing ever changes. */
export function publicationWrite({ id, published }: Reward): Write<Label>[] {
  if (published === undefined) return []
  return [absent('version', { ...keys.rewardVersion(id, published.number), rv: 1, id, published })]
}

function absent(failsAs: Label, Item: Record<string, unknown>): Write<Label> {
  return { table: 'Operations', failsAs, put: { Item, ConditionExpression: 'attribute_not_exists(pk)' } }
}
