/**
 * Reads and single writes on the three tables, with the units that they consumed added up. Every read has a bound.
 * Transactions are in `transact.ts`.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type ConsumedCapacity,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  type NativeAttributeValue,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Key, TableName } from './table-design.ts'

export type Row = Readonly<Record<string, NativeAttributeValue>>
export type Usage = { requests: number; writeUnits: number; readUnits: number }

/** `reader` repeats by itself; `writer` never does, because only the executor knows what may be repeated. */
export type Tables = {
  readonly reader: DynamoDBDocumentClient
  readonly writer: DynamoDBDocumentClient
  readonly names: Readonly<Record<TableName, string>>
  readonly usage: Usage
}

export const CAPACITY = { ReturnConsumedCapacity: 'INDEXES' } as const

/** Far longer than any healthy call (10 to 25 ms) and short enough to try once more within the 3 s of a command. */
const CALL_TIMEOUT_MS = 2_000

export function tableClients(config: DynamoDBClientConfig = {}): Pick<Tables, 'reader' | 'writer'> {
  const marshallOptions = { removeUndefinedValues: true }
  const requestHandler = {
    connectionTimeout: CALL_TIMEOUT_MS,
    requestTimeout: CALL_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  }
  const client = (maxAttempts: number) =>
    DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler, ...config, maxAttempts }), { marshallOptions })
  return { reader: client(4), writer: client(1) }
}

/** @returns the item, strongly consistent, or undefined. Costs 1 unit per 4 KB. */
export function getItem(tables: Tables, table: TableName, key: Key): Promise<Row | undefined> {
  return read(tables, { TableName: tables.names[table], Key: key, ConsistentRead: true })
}

/** @returns the item as it may have been a moment ago, at half the cost. */
export function getItemEventually(tables: Tables, table: TableName, key: Key): Promise<Row | undefined> {
  return read(tables, { TableName: tables.names[table], Key: key })
}

async function read(tables: Tables, get: GetCommandInput): Promise<Row | undefined> {
  const answer = await tables.reader.send(new GetCommand({ ...get, ...CAPACITY }))
  countRead(tables, answer.ConsumedCapacity)
  return answer.Item
}

/** Up to 100 items by key, strongly consistent, in no particular order; asks again for those left over, up to 5 times. */
export async function getItems(tables: Tables, table: TableName, wanted: readonly Key[]): Promise<Row[]> {
  const TableName = tables.names[table]
  const rows: Row[] = []
  let left: readonly Key[] = wanted
  for (let round = 0; left.length > 0; round += 1) {
    if (round === 5) throw new Error('batch read did not finish')
    const answer = await tables.reader.send(
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [...left], ConsistentRead: true } }, ...CAPACITY }),
    )
    for (const part of answer.ConsumedCapacity ?? []) countRead(tables, part)
    rows.push(...(answer.Responses?.[TableName] ?? []))
    left = (answer.UnprocessedKeys?.[TableName]?.Keys ?? []) as Key[]
  }
  return rows
}

export type Page = { readonly rows: readonly Row[]; readonly last?: Key }

/** One page of a partition; `Limit` is mandatory. */
export async function queryPage(
  tables: Tables,
  table: TableName,
  query: Omit<QueryCommandInput, 'TableName'> & { Limit: number },
): Promise<Page> {
  const answer = await tables.reader.send(
    new QueryCommand({ TableName: tables.names[table], ConsistentRead: true, ...CAPACITY, ...query }),
  )
  countRead(tables, answer.ConsumedCapacity)
  return { rows: answer.Items ?? [], ...(answer.LastEvaluatedKey && { last: answer.LastEvaluatedKey as Key }) }
}

/** @returns the row that stood in the way, or undefined when the item was written. */
export async function putIfAbsent(tables: Tables, table: TableName, item: Row & Key): Promise<Row | undefined> {
  return putIf(tables, table, { Item: item, ConditionExpression: 'attribute_not_exists(pk)' })
}

/** @returns the row that failed the condition (empty if there was none), or undefined when the item was written. */
export async function putIf(
  tables: Tables,
  table: TableName,
  put: Pick<PutCommandInput, 'Item' | 'ConditionExpression' | 'ExpressionAttributeValues' | 'ExpressionAttributeNames'>,
): Promise<Row | undefined> {
  const TableName = tables.names[table]
  return stoodInTheWay(tables, () => tables.reader.send(new PutCommand({ TableName, ...TELLING, ...put })))
}

/** @returns the row that failed the condition (empty if there was none), or undefined when it was changed. */
export async function updateIf(
  tables: Tables,
  table: TableName,
  update: Omit<UpdateCommandInput, 'TableName'>,
): Promise<Row | undefined> {
  const TableName = tables.names[table]
  return stoodInTheWay(tables, () => tables.reader.send(new UpdateCommand({ TableName, ...TELLING, ...update })))
}

const TELLING = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...CAPACITY } as const

async function stoodInTheWay(
  tables: Tables,
  write: () => Promise<{ readonly ConsumedCapacity?: ConsumedCapacity | undefined }>,
): Promise<Row | undefined> {
  try {
    const answer = await write()
    countWrite(tables, answer.ConsumedCapacity)
    return undefined
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return plainRow(error.Item)
  }
}

/** The document client leaves the rows inside errors as they were on the wire. */
export function plainRow(item: Record<string, AttributeValue> | undefined): Row {
  return item === undefined ? {} : unmarshall(item)
}

export function countRead(tables: Tables, consumed: ConsumedCapacity | undefined): void {
  tables.usage.requests += 1
  tables.usage.readUnits += consumed?.CapacityUnits ?? 0
}

export function countWrite(tables: Tables, consumed: ConsumedCapacity | undefined): void {
  tables.usage.requests += 1
  tables.usage.writeUnits += consumed?.CapacityUnits ?? 0
}
