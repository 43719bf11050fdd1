/** Keys and conditions of the shards of stocks and budgets: what is left of one never goes below 0. */
import * as z from 'zod'
import type { Context } from '../platform/context.ts'
import { getItems } from '../platform/table.ts'
import { keys } from '../platform/table-design.ts'
import type { Write } from '../platform/transact.ts'
import { sum } from './account.ts'
import { ROW_VERSION } from './row-schema.ts'
import type { Label } from './store.ts'

/** What is drawn: pieces of a stock, or points of a budget. */
export type Draw = { readonly subject: string; readonly shards: number; readonly amount: number }

/** As many items as one read takes. */
const READ_MAX = 100

/** `of`: into how many shards the whole was cut. */
export const ShardRow = z.object({
  ...ROW_VERSION,
  of: z.int().min(1),
  initial: z.int().min(0),
  left: z.int().min(0),
})

/** `only` one of its shards. */
type Wanted = Pick<Draw, 'subject' | 'shards'> & { readonly only?: number }

/** Strongly read, in no particular order. */
export async function loadShards(ctx: Context, ...wanted: readonly Wanted[]) {
  const names = wanted.flatMap(({ subject, shards, only }) =>
    Array.from({ length: only === undefined ? shards : 1 }, (_, shard) => ({ subject, shard: only ?? shard })),
  )
  const subjects = new Map(names.map(({ subject, shard }) => [keys.shard(subject, shard).pk, subject]))
  const pages = Array.from({ length: Math.ceil(names.length / READ_MAX) }, (_, page) =>
    names.slice(page * READ_MAX, (page + 1) * READ_MAX),
  )
  const rows = await Promise.all(
    pages.map((page) =>
      getItems(
        ctx.table,
        'Ledger',
        page.map(({ subject, shard }) => keys.shard(subject, shard)),
      ),
    ),
  )
  return rows.flat().map((row) => ({ ...ShardRow.parse(row), subject: subjects.get(String(row.pk)) ?? '' }))
}

/**
 * Strongly read. @returns one of the shards with enough left, by the chance of what each has, so that they run dry together
 * and the last buyers do not all meet at one; undefined when none has enough.
 */
export async function anyWithEnough(ctx: Context, { subject, shards, amount }: Draw): Promise<number | undefined> {
  const wanted = Array.from({ length: shards }, (_, shard) => keys.shard(subject, shard))
  const rows = await getItems(ctx.table, 'Ledger', wanted)
  const left = new Map(rows.map((row) => [row.pk, ShardRow.parse(row).left]))
  const chances = wanted.map(({ pk }) => left.get(pk) ?? 0).map((has) => (has >= amount ? has : 0))
  let drawn = ctx.random(Math.max(1, sum(chances)))
  const shard = chances.findIndex((has) => {
    drawn -= has
    return drawn < 0
  })
  return shard < 0 ? undefined : shard
}

/** Adds to every shard of an open stock, the larger parts first; to one that is not there nothing can be added. */
export function growWrites({ subject, shards, amount }: Draw): Write<Label>[] {
  return Array.from({ length: shards }, (_, shard) => ({
    table: 'Ledger',
    failsAs: 'race',
    update: {
      Key: keys.shard(subject, shard),
      UpdateExpression: 'SET #initial = #initial + :n, #left = #left + :n',
      ExpressionAttributeNames: { '#initial': 'initial', '#left': 'left' },
      ExpressionAttributeValues: { ':n': partOf(amount, shards, shard) },
    },
  }))
}

function partOf(amount: number, shards: number, shard: number): number {
  return Math.floor(amount / shards) + (shard < amount % shards ? 1 : 0)
}

/** Spreads a total over empty shards, the larger parts first. */
export function shardWrites({ subject, shards, amount }: Draw): Write<Label>[] {
  return Array.from({ length: shards }, (_, shard) => {
    const part = partOf(amount, shards, shard)
    const Item = { ...keys.shard(subject, shard), rv: 1, of: shards, initial: part, left: part }
    return { table: 'Ledger', failsAs: 'guard', put: { Item, ConditionExpression: 'attribute_not_exists(pk)' } }
  })
}
