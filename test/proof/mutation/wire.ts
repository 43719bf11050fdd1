/**
 * What goes over the wire to the tables while a story is told: it can be interrupted at a named call, answered wrongly,
 * read late, and stripped of one condition. A story that never ends is ended by a bound on its calls.
 */
import type { Tables } from '../../../functions/platform/table.ts'
import { callOf, conditionsOf, type Input, type Removal, without } from './condition.ts'

/** Far more than any story needs; a mutant that repeats for ever ends here. */
const CALLS_MAX = 600

export type Interruption = (call: { readonly input: Input; readonly send: () => Promise<unknown> }) => Promise<unknown>

export type Sent = { readonly call: string; readonly token: string | undefined }

export type Wire = {
  /** Every call that was sent, oldest first, also one that failed. */
  readonly sent: Sent[]
  readonly conditions: Set<string>
  /** Errors that no healthy request meets. */
  readonly invalid: string[]
  /** Errors that the next requests meet on their way, below everything that the client does by itself. */
  readonly broken: (() => Error)[]
  /** Stands in for the next calls that begin like this. */
  on(call: string, interruption: Interruption, times?: number): void
  /** Eventual reads are answered from these tables from now on. */
  readLate(from: Tables['names']): void
}

type Clients = Pick<Tables, 'reader' | 'writer' | 'names'>
type Waiting = { readonly call: string; readonly run: Interruption; left: number }

const NAME = 'wireOfTheStory'

export function wireOf({ reader, writer, names }: Clients, removal: Removal | undefined): Wire {
  const waiting: Waiting[] = []
  let late: ReadonlyMap<string, string> = new Map()
  const wire: Wire = {
    sent: [],
    conditions: new Set(),
    invalid: [],
    broken: [],
    on: (call, run, times = 1) => {
      waiting.push({ call, run, left: times })
    },
    readLate: (from) => {
      late = new Map(Object.entries(names).map(([table, name]) => [name, from[table as keyof typeof from]]))
    },
  }
  for (const client of [reader, writer]) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const name = String(context.commandName).replace(/Command$/, '')
        let input = args.input as Input
        if (wire.sent.length > CALLS_MAX) throw new Error('the story does not end')
        for (const condition of conditionsOf(name, input)) wire.conditions.add(condition)
        const send = async () => {
          const weakened = removal ? without(removal, name, input) : input
          wire.sent.push({ call: callOf(name, input), token: input.ClientRequestToken })
          const isLate = late.size > 0 && isEventual(name, input)
          const question = isLate ? asked(weakened, late) : weakened
          try {
            const answer = await next({ ...args, input: question as typeof args.input })
            return isLate ? { ...answer, output: told(answer.output, late) as typeof answer.output } : answer
          } catch (error) {
            noteInvalid(wire, error)
            throw error
          }
        }
        const found = waiting.find(({ call, left }) => left > 0 && callOf(name, input).startsWith(call))
        if (found === undefined) return send()
        found.left -= 1
        input = structuredClone(input)
        return (await found.run({ input, send })) as Awaited<ReturnType<typeof next>>
      },
      { step: 'initialize', name: NAME, override: true },
    )
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const make = context.commandName === 'TransactWriteItemsCommand' ? wire.broken.shift() : undefined
        if (make) throw make()
        return next(args)
      },
      { step: 'deserialize', name: `${NAME}Below`, override: true },
    )
  }
  return wire
}

type Late = ReadonlyMap<string, string>

function isEventual(name: string, input: Input): boolean {
  if (name === 'GetItem' || name === 'Query') return input.ConsistentRead !== true
  return name === 'BatchGetItem' && Object.values(input.RequestItems ?? {}).some((part) => part.ConsistentRead !== true)
}

/** The same question to the tables as they were. */
function asked(input: Input, late: Late): Input {
  const { TableName = '', RequestItems } = input
  if (RequestItems === undefined) return { ...input, TableName: late.get(TableName) ?? TableName }
  return { ...input, RequestItems: renamed(RequestItems, late) }
}

/** The answer under the names that were asked for. */
function told(output: object, late: Late): object {
  const { Responses } = output as { Responses?: Record<string, unknown> }
  const back = new Map([...late].map(([name, then]) => [then, name]))
  return Responses === undefined ? output : { ...output, Responses: renamed(Responses, back) }
}

function renamed<T>(tables: Readonly<Record<string, T>>, names: Late): Record<string, T> {
  return Object.fromEntries(Object.entries(tables).map(([table, value]) => [names.get(table) ?? table, value]))
}

/** A request that DynamoDB does not understand shows a mutant that was badly made and not one that was noticed. */
function noteInvalid(wire: Wire, error: unknown): void {
  if (error instanceof Error && error.name === 'ValidationException') wire.invalid.push(error.message)
}
