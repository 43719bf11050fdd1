/** Stocks and budgets as they lie in the table, and what a verb without a route answers. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { Answer } from '../../functions/platform/answer.ts'
import { Refusal } from '../../functions/platform/problem.ts'
import type { Tables } from '../../functions/platform/table.ts'
import { keys } from '../../functions/platform/table-design.ts'
import { ShardRow } from '../../functions/points/shard-store.ts'
import { rowsOf } from './tables.ts'

export type Told = { readonly code: string; readonly body?: unknown; readonly isReplay: boolean }

/** `201` and the body, or the code of the refusal. */
export async function told(run: () => Promise<unknown>): Promise<Told> {
  try {
    const answer = await run()
    if (!(answer instanceof Answer)) throw new Error('a keyed verb answers with a status')
    return { code: String(answer.status), body: answer.body, isReplay: 'Idempotency-Replayed' in answer.headers }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { code: error.code, isReplay: error.firstInstance !== undefined }
  }
}

/** What each shard has left, in their order. */
export async function leftOf(tables: Tables): Promise<number[]> {
  const shards = (await rowsOf(tables, 'Ledger')).filter(({ sk }) => sk === 'SHARD')
  return shards.sort((a, b) => String(a.pk).localeCompare(String(b.pk))).map((row) => ShardRow.parse(row).left)
}

/** As if others had drawn from the first shard, or given back. */
export async function setLeft(tables: Tables, subject: string, left: number): Promise<void> {
  await tables.reader.send(
    new UpdateCommand({
      TableName: tables.names.Ledger,
      Key: keys.shard(subject, 0),
      UpdateExpression: 'SET #left = :left',
      ExpressionAttributeNames: { '#left': 'left' },
      ExpressionAttributeValues: { ':left': left },
    }),
  )
}
