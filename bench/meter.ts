/**
 * Counts what goes over the wire to the tables: every request that is sent, and the units that the engine reports. A
 * transaction that was cancelled is billed although no answer tells its units, so those are computed from its items.
 */
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import type { Tables } from '../functions/platform/table.ts'
import type { Units } from './figures.ts'
import { itemBytes, writeUnits } from './item-size.ts'

type Row = Readonly<Record<string, unknown>>

export type Meter = Disposable & {
  /** What was used, and which rows were written, since it was asked last. */
  take(): { readonly units: Units; readonly rows: readonly Row[] }
}

type Input = {
  readonly TransactItems?: readonly Readonly<Record<string, { readonly Item?: Row }>>[]
  readonly Item?: Row
}
type Output = { readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] }

const NAME = 'meter'
const WRITES = /Put|Write|Update|Delete/

export function meter({ reader, writer }: Pick<Tables, 'reader' | 'writer'>): Meter {
  let units = none()
  let rows: Row[] = []
  const clients = [reader, writer]
  for (const client of clients) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const isWrite = WRITES.test(String(context.commandName))
        const written = rowsOf(args.input)
        units.requests += 1
        try {
          const result = await next(args)
          add(units, capacityOf(result.output), isWrite)
          rows.push(...written.filter((row) => row !== undefined))
          return result
        } catch (error) {
          units.writes += billedFor(error, written)
          throw error
        }
      },
      { step: 'initialize', name: NAME, override: true },
    )
  }
  return {
    take() {
      const taken = { units, rows }
      units = none()
      rows = []
      return taken
    },
    [Symbol.dispose]: () => {
      for (const client of clients) client.middlewareStack.remove(NAME)
    },
  }
}

function none(): { -readonly [name in keyof Units]: Units[name] } {
  return { requests: 0, writes: 0, reads: 0, index: 0 }
}

/** One for each item of the request; undefined for what is updated or only looked at. */
function rowsOf(input: unknown): (Row | undefined)[] {
  const { TransactItems, Item } = asInput(input)
  if (TransactItems) return TransactItems.map((item) => Object.values(item)[0]?.Item)
  return Item ? [Item] : []
}

/** The middleware's types do not know which command passes; both fields are optional and only looked at. */
function asInput(input: unknown): Input {
  return input as Input
}

/** As above: every answer of a table may carry it and none must. */
function capacityOf(output: unknown): readonly ConsumedCapacity[] {
  const { ConsumedCapacity: capacity = [] } = output as Output
  return Array.isArray(capacity) ? capacity : [capacity]
}

function add(units: ReturnType<typeof none>, capacity: readonly ConsumedCapacity[], isWrite: boolean): void {
  for (const { CapacityUnits = 0, GlobalSecondaryIndexes = {} } of capacity) {
    const index = Object.values(GlobalSecondaryIndexes).reduce((sum, { CapacityUnits: used = 0 }) => sum + used, 0)
    units.index += index
    if (isWrite) units.writes += CapacityUnits - index
    else units.reads += CapacityUnits
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html: refused writes are billed too. */
function billedFor(error: unknown, written: readonly (Row | undefined)[]): number {
  const name = error instanceof Error ? error.name : ''
  const plain = written.reduce((sum, row) => sum + writeUnits(row === undefined ? 0 : itemBytes(row)), 0)
  if (name === 'TransactionCanceledException') return 2 * plain
  return name === 'ConditionalCheckFailedException' ? plain : 0
}
