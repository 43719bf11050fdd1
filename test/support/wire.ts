/**
 * What goes over the wire to the tables, seen and spoiled: counts requests, items and units of the clients that all tests
 * of a process share, and lets a test lose, delay or refuse single answers. `using wire = watchWire(api.tables)`
 */
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import type { Tables } from '../../functions/platform/table.ts'

export type Sent = {
  /** `GetItem`, `TransactWriteItems`, … */
  readonly name: string
  /** Rows written, in a transaction or alone. */
  readonly items: readonly Record<string, unknown>[]
  readonly token?: string
  readonly capacity: readonly ConsumedCapacity[]
}

/** Stands between the command and the engine. `send` passes it on; it may be called never, once or more often. */
export type Fault = (call: {
  readonly name: string
  /** Counts the calls of this name from 1. */
  readonly nth: number
  /** May be changed before it is sent. */
  readonly input: { ClientRequestToken?: string }
  readonly send: () => Promise<unknown>
}) => Promise<unknown>

export type Wire = Disposable & {
  readonly sent: Sent[]
  /** Spoils the calls that follow. */
  spoil(fault: Fault): void
  clear(): void
}

type Input = {
  readonly TransactItems?: readonly Record<string, { Item?: Record<string, unknown> }>[]
  readonly Item?: Record<string, unknown>
  ClientRequestToken?: string
}
type Output = { readonly ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[] }

const NAME = 'watchWire'

export function watchWire(tables: Pick<Tables, 'reader' | 'writer'>): Wire {
  const sent: Sent[] = []
  const counts = new Map<string, number>()
  let fault: Fault = ({ send }) => send()
  const clients = [tables.reader, tables.writer]
  for (const client of clients) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const name = String(context.commandName).replace(/Command$/, '')
        const input = args.input as Input
        const nth = (counts.get(name) ?? 0) + 1
        counts.set(name, nth)
        const send = async () => {
          const result = await next(args)
          const { ConsumedCapacity: capacity = [] } = result.output as Output
          sent.push({
            name,
            items:
              input.TransactItems?.map((item) => Object.values(item)[0]?.Item ?? {}) ??
              (input.Item ? [input.Item] : []),
            capacity: Array.isArray(capacity) ? capacity : [capacity],
            ...(input.ClientRequestToken !== undefined && { token: input.ClientRequestToken }),
          })
          return result
        }
        return (await fault({ name, nth, input, send })) as Awaited<ReturnType<typeof next>>
      },
      { step: 'initialize', name: NAME, override: true },
    )
  }
  return {
    sent,
    spoil: (next) => {
      counts.clear()
      fault = next
    },
    clear: () => {
      sent.length = 0
    },
    [Symbol.dispose]: () => {
      for (const client of clients) client.middlewareStack.remove(NAME)
    },
  }
}

export type Cost = {
  readonly requests: number
  readonly items: number
  readonly writes: number
  readonly reads: number
  readonly index: number
}

/** Units of tables and, apart from them, of their indexes. */
export function costOf(sent: readonly Sent[]): Cost {
  const cost = { requests: 0, items: 0, writes: 0, reads: 0, index: 0 }
  for (const { name, items, capacity } of sent) {
    const isWrite = /Put|Write|Update|Delete/.test(name)
    cost.requests += 1
    if (name === 'TransactWrite' || name === 'TransactWriteItems') cost.items += items.length
    for (const { CapacityUnits = 0, GlobalSecondaryIndexes = {} } of capacity) {
      const index = Object.values(GlobalSecondaryIndexes).reduce((sum, { CapacityUnits: units = 0 }) => sum + units, 0)
      cost.index += index
      if (isWrite) cost.writes += CapacityUnits - index
      else cost.reads += CapacityUnits
    }
  }
  return cost
}
