/**
 * The three tables as `platform/table-design.ts` describes them, empty and under names of their own. Without their streams:
 * nobody follows them here, and an engine in memory gets slower with every stream record.
 */
import { CreateTableCommand, type CreateTableCommandInput, ResourceInUseException } from '@aws-sdk/client-dynamodb'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import type { Row, Tables } from '../../functions/platform/table.ts'
import { PARTITION, SORT, TABLES, type TableDesign, type TableName } from '../../functions/platform/table-design.ts'
import { engine } from './engine.ts'

const shared = globalThis as { revisitTestTables?: number }

export async function freshTables(): Promise<Tables> {
  const { reader, writer } = await engine()
  shared.revisitTestTables = (shared.revisitTestTables ?? 0) + 1
  const suffix = String(shared.revisitTestTables)
  const names = { Ledger: `Ledger-${suffix}`, Members: `Members-${suffix}`, Operations: `Operations-${suffix}` }
  for (const [table, design] of Object.entries(TABLES)) {
    await create(reader, definition(names[table as TableName], design))
  }
  return { reader, writer, names, usage: { requests: 0, writeUnits: 0, readUnits: 0 } }
}

/** The name is nobody else's: a table that is there already was made by a first try whose answer came late. */
async function create(client: Tables['reader'], table: CreateTableCommandInput): Promise<void> {
  try {
    await client.send(new CreateTableCommand(table))
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  }
}

/** Every row of a table, for asking what a command left behind. */
export async function rowsOf(tables: Tables, table: TableName): Promise<Row[]> {
  const rows: Row[] = []
  let from: Row | undefined
  do {
    const page = await tables.reader.send(
      new ScanCommand({ TableName: tables.names[table], ConsistentRead: true, ExclusiveStartKey: from }),
    )
    rows.push(...(page.Items ?? []))
    from = page.LastEvaluatedKey
  } while (from)
  return rows
}

function definition(name: string, design: TableDesign): CreateTableCommandInput {
  const indexes = Object.entries(design.indexes)
  const attributes = new Set([PARTITION, SORT])
  for (const [, index] of indexes) {
    attributes.add(index.partition)
    if (index.sort) attributes.add(index.sort)
  }
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(PARTITION, SORT),
    AttributeDefinitions: [...attributes].map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(([indexName, index]) => ({
        IndexName: indexName,
        KeySchema: keySchema(index.partition, index.sort),
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      })),
    }),
  }
}

function keySchema(partition: string, sort?: string): NonNullable<CreateTableCommandInput['KeySchema']> {
  const hash = { AttributeName: partition, KeyType: 'HASH' as const }
  return sort === undefined ? [hash] : [hash, { AttributeName: sort, KeyType: 'RANGE' }]
}
