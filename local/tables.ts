/** Creates the tables of the template in the engine, and notices when a table that holds data no longer fits. */
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { TableSpec } from './deployment.ts'
import type { KeyNames } from './dynamo-call.ts'
import { type EngineCall, EngineError } from './engine.ts'
import { Remedy } from './remedy.ts'

const Described = z.object({
  Table: z.object({
    KeySchema: z.unknown(),
    GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema: z.unknown() })).optional(),
    StreamSpecification: z.object({ StreamViewType: z.string().optional() }).optional(),
    LatestStreamArn: z.string().optional(),
  }),
})

type Description = z.infer<typeof Described>['Table']

/**
 * @returns the engine's stream of each table that has one.
 * @throws Remedy when a table of an earlier run has other keys, indexes or stream
 */
export async function ensureTables(call: EngineCall, specs: readonly TableSpec[]): Promise<Map<string, string>> {
  const streams = new Map<string, string>()
  for (const spec of specs) {
    const found = (await describe(call, spec.name)) ?? (await create(call, spec))
    if (!fits(found, spec)) {
      throw new Remedy(
        `The stored table ${spec.name} has other keys, indexes or stream than the template; begin anew with npm start -- --fresh.`,
      )
    }
    if (found.LatestStreamArn) streams.set(spec.name, found.LatestStreamArn)
  }
  return streams
}

/** A table that the template does not have has no keys; the engine refuses whatever is asked of it. */
export function keyNamesOf(specs: readonly TableSpec[]): KeyNames {
  const nameOf = ({ KeySchema }: TableSpec, type: 'HASH' | 'RANGE') =>
    KeySchema.find(({ KeyType }) => KeyType === type)?.AttributeName
  const known = new Map(specs.map((spec) => [spec.name, [nameOf(spec, 'HASH') ?? '', nameOf(spec, 'RANGE')] as const]))
  return (table) => known.get(table) ?? ['']
}

async function describe(call: EngineCall, name: string): Promise<Description | undefined> {
  try {
    return Described.parse(await call('DynamoDB_20120810.DescribeTable', { TableName: name })).Table
  } catch (error) {
    if (error instanceof EngineError && error.code === 'ResourceNotFoundException') return undefined
    throw error
  }
}

async function create(call: EngineCall, spec: TableSpec): Promise<Description> {
  await call('DynamoDB_20120810.CreateTable', {
    TableName: spec.name,
    KeySchema: spec.KeySchema,
    AttributeDefinitions: spec.AttributeDefinitions,
    BillingMode: spec.BillingMode,
    GlobalSecondaryIndexes: spec.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
      IndexName,
      KeySchema,
      Projection,
    })),
    ...(spec.StreamSpecification && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: spec.StreamSpecification.StreamViewType },
    }),
  })
  const created = await describe(call, spec.name)
  if (!created) throw new Error(`The engine created ${spec.name} and does not know it`)
  return created
}

function fits(table: Description, spec: TableSpec): boolean {
  const indexes = (list: readonly { IndexName: string; KeySchema: unknown }[] | undefined) =>
    Object.fromEntries((list ?? []).map(({ IndexName, KeySchema }) => [IndexName, KeySchema]))
  return (
    isDeepStrictEqual(table.KeySchema, spec.KeySchema) &&
    isDeepStrictEqual(indexes(table.GlobalSecondaryIndexes), indexes(spec.GlobalSecondaryIndexes)) &&
    table.StreamSpecification?.StreamViewType === spec.StreamSpecification?.StreamViewType
  )
}
