/**
 * EventBridge: records what reached each bus, so that people and tests can look. An event is on disk before its sender
 * hears that it was accepted, and the oldest are forgotten when there are too many.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { ACCOUNT, AwsRefusal, REGION } from './aws.ts'
import { parseState, readIfThere, writeText } from './state.ts'

const KEPT_MAX = 20_000
const ENTRIES_MAX = 10
const ENTRY_MAX_BYTES = 262_144

const Entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().default('default'),
  Resources: z.array(z.string()).default([]),
  Time: z.number().optional(),
})
const PutEvents = z.object({ Entries: z.array(Entry).min(1).max(ENTRIES_MAX) })

const StoredEvent = z.object({
  id: z.string(),
  'detail-type': z.string(),
  source: z.string(),
  account: z.string(),
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.unknown(),
  bus: z.string(),
})
export type BusEvent = z.infer<typeof StoredEvent>

type Result = { EventId: string } | { ErrorCode: string; ErrorMessage: string }

export class Events {
  readonly #buses: ReadonlySet<string>
  readonly #now: () => number
  readonly #file: number
  #kept: BusEvent[]

  constructor(options: { readonly dataDir: string; readonly buses: readonly string[]; readonly now: () => number }) {
    this.#buses = new Set(options.buses)
    this.#now = options.now
    const path = join(options.dataDir, 'events.jsonl')
    const lines = (readIfThere(path) ?? '').split('\n')
    // What follows the last line break was being written when the run was killed, and its sender heard nothing.
    const complete = lines.slice(0, -1).slice(-KEPT_MAX)
    this.#kept = complete.map((line) => parseState(path, line, StoredEvent))
    writeText(path, complete.map((line) => `${line}\n`).join(''))
    this.#file = openSync(path, 'a')
  }

  /** Answers as PutEvents does: one bad entry does not refuse the others. @throws AwsRefusal when the call itself is bad. */
  put(input: unknown): unknown {
    const parsed = PutEvents.safeParse(input)
    if (!parsed.success) throw new AwsRefusal('ValidationException', z.prettifyError(parsed.error))
    const accepted: BusEvent[] = []
    const results = parsed.data.Entries.map((entry): Result => {
      const event = this.#accept(entry)
      if ('ErrorCode' in event) return event
      accepted.push(event)
      return { EventId: event.id }
    })
    if (accepted.length > 0) writeSync(this.#file, accepted.map((event) => `${JSON.stringify(event)}\n`).join(''))
    this.#kept.push(...accepted)
    if (this.#kept.length > 2 * KEPT_MAX) this.#kept = this.#kept.slice(-KEPT_MAX)
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results }
  }

  /** The newest `limit` events of a type, oldest of them first. */
  list(query: { readonly type: string | undefined; readonly limit: number }): BusEvent[] {
    const { type, limit } = query
    return this.#kept.filter((event) => type === undefined || event['detail-type'] === type).slice(-limit)
  }

  close(): void {
    closeSync(this.#file)
  }

  #accept(entry: z.infer<typeof Entry>): BusEvent | { ErrorCode: string; ErrorMessage: string } {
    const { Source, DetailType, Detail } = entry
    const bus = entry.EventBusName.split('/').at(-1) ?? ''
    if (!Source || !DetailType || !Detail) {
      return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Source, DetailType or Detail is not valid.' }
    }
    if (Buffer.byteLength(Source + DetailType + Detail) > ENTRY_MAX_BYTES) {
      return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Total size of the entry is larger than 256 KB.' }
    }
    if (!this.#buses.has(bus)) {
      return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` }
    }
    const detail = parseObject(Detail)
    if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
    return {
      id: randomUUID(),
      'detail-type': DetailType,
      source: Source,
      account: ACCOUNT,
      // The bus keeps whole seconds.
      time: new Date(entry.Time ? entry.Time * 1000 : this.#now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: REGION,
      resources: entry.Resources,
      detail,
      bus,
    }
  }
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
