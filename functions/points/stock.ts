/** The pieces of rewards: opened and added to in the transaction that publishes them, and looked at for the catalogue. */
import type { Context } from '../platform/context.ts'
import { type Outcome, transact, type Write } from '../platform/transact.ts'
import { growWrites, loadShards, shardWrites } from './shard-store.ts'
import type { Label } from './store.ts'

/** A stock of `total` pieces; `before`: what it held until now, absent for a new one. */
export type StockChange = {
  readonly subject: string
  readonly shards: number
  readonly total: number
  readonly before?: number | undefined
}

/** Sends the writes of a publication together with what it does to the stock. Two write units for each shard. */
export function changeStock<Own extends string>(
  ctx: Context,
  change: StockChange | undefined,
  publication: readonly Write<Own>[],
): Promise<Outcome<Own | Label>> {
  return transact<Own | Label>(ctx, [...publication, ...(change ? stockWrites(change) : [])])
}

function stockWrites({ subject, shards, total, before }: StockChange): Write<Label>[] {
  if (before === undefined) return shardWrites({ subject, shards, amount: total })
  return total === before ? [] : growWrites({ subject, shards, amount: total - before })
}

export type Stock = { readonly subject: string; readonly shards: number }

/** Pieces that are left, strongly read. One unit for each shard. */
export async function piecesLeft(ctx: Context, stock: Stock): Promise<number> {
  return (await loadShards(ctx, stock)).reduce((sum, { left }) => sum + left, 0)
}

/** Which of the stocks are empty. Of most of them one shard, drawn by chance, already tells that they are not. */
export async function soldOut(ctx: Context, stocks: readonly Stock[]): Promise<ReadonlySet<string>> {
  const empty = new Set<string>()
  const drawn = await loadShards(
    ctx,
    ...stocks.map(({ subject, shards }) => ({ subject, shards, only: ctx.random(shards) })),
  )
  const full = new Set(drawn.filter(({ left }) => left > 0).map(({ subject }) => subject))
  for (const stock of stocks.filter(({ subject }) => !full.has(subject))) {
    if ((await piecesLeft(ctx, stock)) === 0) empty.add(stock.subject)
  }
  return empty
}
