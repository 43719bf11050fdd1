/** Opens a stock or a budget once, with all that it will ever hold. */
import { command } from '../platform/command.ts'
import { Refusal } from '../platform/problem.ts'
import { LostRace, transact } from '../platform/transact.ts'
import { ShardsInput } from './schema.ts'
import { ShardRow, shardWrites } from './shard-store.ts'

/**
 * Opens the shards of a reward's stock or a campaign's budget, spread evenly; the same once more changes nothing.
 * @returns the number of shards. Refuses: `idempotency_key_reused` when they were opened with another total or number.
 */
export const openShards = command({
  name: 'points.openShards',
  input: ShardsInput,
  allow: ['admin', 'system'],
  async run(ctx, { subject, shards, total }) {
    const writes = shardWrites({ subject, shards, amount: total })
    const outcome = await transact(ctx, writes)
    if (outcome.kind === 'committed') return { shards }
    if (outcome.isContended) throw new LostRace()
    const rows = outcome.failed.map(({ row }) => ShardRow.parse(row))
    const opened = rows.reduce((sum, { initial }) => sum + initial, 0)
    if (opened !== total || rows.some((row) => row.of !== shards)) throw new Refusal('idempotency_key_reused')
    return { shards }
  },
})
