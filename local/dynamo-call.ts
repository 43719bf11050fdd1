/**
 * What one call to DynamoDB touches: the items that it writes or reads, in their order, and about how many units they
 * cost. Reads requests as they are on the wire and as the document client takes them.
 */

export type Touched = {
  readonly table: string
  /** Table and partition key: what shares one partition's throughput. */
  readonly partition: string
  /** Table and whole key. */
  readonly item: string
  readonly units: number
}

/** `transaction` and `snapshot` are TransactWriteItems and TransactGetItems; `write` is one item alone. */
export type CallKind = 'transaction' | 'snapshot' | 'write' | 'read' | 'other'

export type DynamoCall = {
  readonly operation: string
  readonly kind: CallKind
  readonly items: readonly Touched[]
  /** ClientRequestToken of a transaction. */
  readonly token?: string
}

/** Names of partition and sort key of a table. */
export type KeyNames = (table: string) => readonly [partition: string, sort?: string]

const PK_SK: KeyNames = () => ['pk', 'sk']

const KINDS: Readonly<Record<string, CallKind>> = {
  TransactWriteItems: 'transaction',
  TransactGetItems: 'snapshot',
  PutItem: 'write',
  UpdateItem: 'write',
  DeleteItem: 'write',
  GetItem: 'read',
  BatchGetItem: 'read',
  Query: 'read',
  Scan: 'read',
}

/** The document client's own names of the same operations. */
const DOCUMENT_NAMES: Readonly<Record<string, string>> = {
  TransactWrite: 'TransactWriteItems',
  TransactGet: 'TransactGetItems',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  BatchGet: 'BatchGetItem',
}

/** @param name `TransactWriteItems`, or a class of the SDK such as `TransactWriteCommand`. */
export function callOf(name: string, input: unknown, keyNames: KeyNames = PK_SK): DynamoCall {
  const short = name.replace(/Command$/, '')
  const operation = DOCUMENT_NAMES[short] ?? short
  const kind = KINDS[operation] ?? 'other'
  const request = fieldsOf(input)
  const token = request.ClientRequestToken
  const items = parts(operation, request).map((part) => touched(part, kind, keyNames))
  return { operation, kind, items, ...(typeof token === 'string' && { token }) }
}

type Fields = Readonly<Record<string, unknown>>
type Part = { readonly table: string; readonly key: Fields; readonly written?: Fields; readonly isEventual?: boolean }

function parts(operation: string, request: Fields): Part[] {
  switch (operation) {
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return listOf(request.TransactItems).flatMap((item) => Object.values(fieldsOf(item)).map(onePart))
    case 'BatchGetItem':
      return Object.entries(fieldsOf(request.RequestItems)).flatMap(([table, wanted]) => {
        const { Keys, ConsistentRead } = fieldsOf(wanted)
        return listOf(Keys).map((key) => ({ table, key: fieldsOf(key), isEventual: ConsistentRead !== true }))
      })
    case 'Query':
    case 'Scan':
      return [
        { table: String(request.TableName), key: queriedKey(request), isEventual: request.ConsistentRead !== true },
      ]
    default:
      return request.TableName === undefined ? [] : [onePart(request)]
  }
}

function onePart(value: unknown): Part {
  const { TableName, Key, Item, ConsistentRead } = fieldsOf(value)
  const written = Item === undefined ? undefined : fieldsOf(Item)
  return {
    table: String(TableName),
    key: written ?? fieldsOf(Key),
    ...(written && { written }),
    isEventual: ConsistentRead !== true,
  }
}

/** The partition of a query stands in its condition as `name = :value`. */
function queriedKey({ KeyConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues }: Fields): Fields {
  const [, name = '', value = ''] = /([#\w]+)\s*=\s*(:\w+)/.exec(String(KeyConditionExpression ?? '')) ?? []
  const realName = fieldsOf(ExpressionAttributeNames)[name] ?? name
  return { [String(realName)]: fieldsOf(ExpressionAttributeValues)[value] }
}

const WRITE_UNIT_BYTES = 1_024

function touched({ table, key, written, isEventual = false }: Part, kind: CallKind, keyNames: KeyNames): Touched {
  const [partition, sort] = keyNames(table)
  const partitionName = `${table} ${keyText(key[partition])}`
  const item = sort === undefined ? partitionName : `${partitionName} ${keyText(key[sort])}`
  const isWrite = kind === 'transaction' || kind === 'write'
  const kilobytes = written ? Math.ceil(bytesOf(written) / WRITE_UNIT_BYTES) : 1
  const single = isWrite ? kilobytes : isEventual && kind !== 'snapshot' ? 0.5 : 1
  return {
    table,
    partition: partitionName,
    item,
    units: kind === 'transaction' || kind === 'snapshot' ? 2 * single : single,
  }
}

/** The document client says `"A#1"` where the wire says `{"S": "A#1"}`. */
function keyText(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify({ S: value }) : JSON.stringify(value ?? null)
}

/** About what DynamoDB counts: names and values, without the punctuation of JSON. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + 1 + bytesOf(item), 3)
  if (typeof value !== 'object' || value === null) return 8
  return Object.entries(value).reduce((sum, [name, item]) => sum + Buffer.byteLength(name) + bytesOf(item), 0)
}

/** A request that is not as it should be has no such fields; the engine will say so. */
function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
