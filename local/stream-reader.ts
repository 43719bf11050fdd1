/**
 * Reads one table's stream from the engine, from where the last run of the mapping left off. The position that is kept
 * only moves past records that are done with, so whatever happens a record is delivered at least once.
 */
import * as z from 'zod'
import type { MappingSpec } from './deployment.ts'
import { type EngineCall, EngineError } from './engine.ts'
import { compilePattern, type Matcher } from './filter.ts'
import type { Positions } from './stream-positions.ts'
import { EngineRecord, recordFor, type StreamRecord } from './stream-records.ts'

const PAGE = 1_000

const Iterator = z.object({ ShardIterator: z.string() })
const Page = z.object({ Records: z.array(EngineRecord).default([]), NextShardIterator: z.string().optional() })
const Stream = z.object({ StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }) })

export type ReaderParts = {
  readonly mapping: MappingSpec
  /** The engine's own name of the stream. */
  readonly engineStream: string
  readonly partitionKey: string
  readonly call: EngineCall
  readonly positions: Positions
  readonly clockOffset: () => number
}

export class StreamReader {
  readonly #parts: ReaderParts
  readonly #filters: readonly Matcher[]
  /** Positions of records that were handed out and are not done, oldest first. */
  readonly #open = new Set<string>()
  #iterator: string | undefined
  #last: string | undefined

  constructor(parts: ReaderParts) {
    this.#parts = parts
    this.#filters = (parts.mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => compilePattern(Pattern))
    this.#last = parts.positions.get(parts.mapping.id, parts.engineStream)
  }

  get openCount(): number {
    return this.#open.size
  }

  /** @returns the next records that pass the filter, and whether there may be more. */
  async read(): Promise<{ readonly records: readonly StreamRecord[]; readonly isEnd: boolean }> {
    const { call, mapping, partitionKey, clockOffset } = this.#parts
    this.#iterator ??= await this.#openIterator()
    if (this.#iterator === undefined) return { records: [], isEnd: true }
    const page = await this.#page(call, this.#iterator)
    this.#iterator = page.NextShardIterator
    const view = { arn: mapping.EventSourceArn, partitionKey, clockOffset: clockOffset() }
    const records: StreamRecord[] = []
    for (const raw of page.Records) {
      this.#last = raw.dynamodb.SequenceNumber
      const record = recordFor(raw, view)
      if (!record || !this.#wants(record)) continue
      this.#open.add(record.position)
      records.push(record)
    }
    this.#keepPosition()
    return { records, isEnd: page.Records.length === 0 }
  }

  done(records: readonly StreamRecord[]): void {
    for (const { position } of records) this.#open.delete(position)
    this.#keepPosition()
  }

  #wants({ record }: StreamRecord): boolean {
    return this.#filters.length === 0 || this.#filters.some((matches) => matches(record))
  }

  #keepPosition(): void {
    const { positions, mapping, engineStream } = this.#parts
    const [oldest] = this.#open
    const position = oldest === undefined ? this.#last : String(BigInt(oldest) - 1n)
    if (position !== undefined) positions.set(mapping.id, { stream: engineStream, position })
  }

  async #page(call: EngineCall, iterator: string): Promise<z.infer<typeof Page>> {
    try {
      return Page.parse(await call('DynamoDBStreams_20120810.GetRecords', { ShardIterator: iterator, Limit: PAGE }))
    } catch (error) {
      if (error instanceof EngineError && error.code === 'ExpiredIteratorException') return { Records: [] }
      throw error
    }
  }

  /** There is one shard for ever. */
  async #openIterator(): Promise<string | undefined> {
    const { call, engineStream: StreamArn, mapping } = this.#parts
    const { StreamDescription } = Stream.parse(await call('DynamoDBStreams_20120810.DescribeStream', { StreamArn }))
    const shard = StreamDescription.Shards[0]
    if (!shard) return undefined
    const from = { StreamArn, ShardId: shard.ShardId, ...startOf(this.#last, mapping.StartingPosition) }
    const answer = await call('DynamoDBStreams_20120810.GetShardIterator', from)
    return Iterator.parse(answer).ShardIterator
  }
}

function startOf(last: string | undefined, startingPosition: MappingSpec['StartingPosition']): Record<string, string> {
  if (last === undefined) return { ShardIteratorType: startingPosition }
  if (last === '0') return { ShardIteratorType: 'TRIM_HORIZON' }
  return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last }
}
