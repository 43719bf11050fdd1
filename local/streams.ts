/**
 * Event source mappings: hands the records of a stream to its function in batches, in order per key, with the retries,
 * bisection, record age and failure queue that the template asks for.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import type { MappingSpec } from './deployment.ts'
import type { Outcome } from './function-worker.ts'
import type { StreamReader } from './stream-reader.ts'
import type { StreamRecord } from './stream-records.ts'

/** Lambda looks four times a second. */
const LOOK_AFTER_MS = 250
/** For writes that did not come through the door. */
const IDLE_LOOK_MS = 2_000
const PAYLOAD_MAX_BYTES = 6 * 1024 * 1024
const OPEN_MAX = 5_000
const STREAM_KEEPS_MS = 24 * 60 * 60 * 1000
/** Short, because people wait for a drain; the number of tries is what the template says. */
const BACKOFF_FIRST_MS = 25
const BACKOFF_MAX_MS = 400

const Failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })

export type PumpParts = {
  readonly mapping: MappingSpec
  readonly reader: StreamReader
  readonly functionArn: string
  readonly invoke: (payload: string, requestId: string) => Promise<Outcome>
  /** The deliveries that come of a batch: once as it is, unless faults are in force. */
  readonly redeliver: (batch: readonly StreamRecord[]) => readonly (readonly StreamRecord[])[]
  readonly sendFailure: (queue: string, body: string) => void
  readonly now: () => number
  readonly onProblem: (problem: unknown) => void
}

type Lane = {
  records: StreamRecord[]
  running: Promise<void> | undefined
  timer: NodeJS.Timeout | undefined
  isDue: boolean
}
type Reason = 'RetryAttemptsExhausted' | 'RecordAgeExceeded'

export class StreamPump {
  readonly #parts: PumpParts
  readonly #lanes: readonly Lane[]
  #reading: Promise<boolean> | undefined
  #lookTimer: NodeJS.Timeout | undefined
  #idleTimer: NodeJS.Timeout | undefined
  #drains = 0
  #isStopped = false

  constructor(parts: PumpParts) {
    this.#parts = parts
    const newLane = (): Lane => ({ records: [], running: undefined, timer: undefined, isDue: false })
    this.#lanes = Array.from({ length: parts.mapping.ParallelizationFactor }, newLane)
    this.#idleTimer = setInterval(() => this.poke(), IDLE_LOOK_MS)
    this.poke()
  }

  /** Something may have been written. */
  poke(): void {
    if (this.#isStopped) return
    this.#lookTimer ??= setTimeout(() => {
      this.#lookTimer = undefined
      this.#look().catch(this.#parts.onProblem)
    }, LOOK_AFTER_MS)
  }

  /** @returns when every record that was in the stream is done with; whether there was any. */
  async drain(): Promise<boolean> {
    this.#drains += 1
    let hadAny = false
    try {
      for (;;) {
        const isEnd = await this.#look()
        for (const lane of this.#lanes) this.#kick(lane)
        const running = this.#lanes.flatMap((lane) => lane.running ?? [])
        if (isEnd && running.length === 0) return hadAny
        hadAny = true
        await Promise.all(running)
      }
    } finally {
      this.#drains -= 1
    }
  }

  /** Finishes the batches that are with the function; the rest waits in the stream. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#lookTimer)
    clearInterval(this.#idleTimer)
    for (const lane of this.#lanes) clearTimeout(lane.timer)
    await Promise.all(this.#lanes.map((lane) => lane.running))
  }

  /** Reads to the end of the stream, or until enough is waiting. @returns whether it came to the end */
  #look(): Promise<boolean> {
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readOn(): Promise<boolean> {
    while (!this.#isStopped && this.#parts.reader.openCount < OPEN_MAX) {
      const { records, isEnd } = await this.#parts.reader.read()
      for (const record of records) this.#laneOf(record).records.push(record)
      for (const lane of this.#lanes) this.#kick(lane)
      if (isEnd) return true
    }
    return this.#isStopped
  }

  #laneOf(record: StreamRecord): Lane {
    let hash = 0
    for (const character of record.partition) hash = (hash * 31 + character.charCodeAt(0)) % 65_536
    const lane = this.#lanes[hash % this.#lanes.length]
    if (!lane) throw new Error('a mapping has at least one lane')
    return lane
  }

  #kick(lane: Lane): void {
    const { BatchSize, MaximumBatchingWindowInSeconds: window } = this.#parts.mapping
    if (lane.running || lane.records.length === 0 || this.#isStopped) return
    if (lane.records.length < BatchSize && window > 0 && this.#drains === 0 && !lane.isDue) {
      lane.timer ??= setTimeout(() => {
        lane.timer = undefined
        lane.isDue = true
        this.#kick(lane)
      }, window * 1000)
      return
    }
    clearTimeout(lane.timer)
    lane.timer = undefined
    lane.isDue = false
    lane.running = this.#deliver(this.#nextBatch(lane), 0)
      .catch(this.#parts.onProblem)
      .finally(() => {
        lane.running = undefined
        if (lane.records.length > 0) this.#kick(lane)
        else if (this.#parts.reader.openCount < OPEN_MAX) this.poke()
      })
  }

  #nextBatch(lane: Lane): StreamRecord[] {
    let bytes = 0
    let count = 0
    for (const { text } of lane.records.slice(0, this.#parts.mapping.BatchSize)) {
      bytes += Buffer.byteLength(text) + 1
      if (count > 0 && bytes > PAYLOAD_MAX_BYTES - 100) break
      count += 1
    }
    return lane.records.splice(0, count)
  }

  async #deliver(batch: readonly StreamRecord[], triesBefore: number): Promise<void> {
    const { mapping, reader } = this.#parts
    let rest = batch
    for (let tries = triesBefore; !this.#isStopped; ) {
      rest = this.#dropOld(rest, tries)
      if (rest.length === 0) return
      let done = 0
      for (const delivery of this.#parts.redeliver(rest)) {
        rest = delivery
        done = await this.#invoke(delivery)
      }
      reader.done(rest.slice(0, done))
      rest = rest.slice(done)
      if (rest.length === 0) return
      tries = done > 0 ? 1 : tries + 1
      if (done === 0 && mapping.BisectBatchOnFunctionError && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2)
        await this.#deliver(rest.slice(0, middle), 0)
        return this.#deliver(rest.slice(middle), 0)
      }
      if (mapping.MaximumRetryAttempts >= 0 && tries > mapping.MaximumRetryAttempts) {
        return this.#giveUp(rest, { reason: 'RetryAttemptsExhausted', tries })
      }
      await wait(Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(tries, 10)))
    }
  }

  /** @returns how many of the batch are done: all, none, or those before the lowest that the function named. */
  async #invoke(batch: readonly StreamRecord[]): Promise<number> {
    const { mapping, invoke } = this.#parts
    const outcome = await invoke(`{"Records":[${batch.map(({ text }) => text).join(',')}]}`, randomUUID())
    if (!outcome.ok) return 0
    if (!mapping.FunctionResponseTypes.includes('ReportBatchItemFailures')) return batch.length
    const answer: unknown = JSON.parse(outcome.payload)
    if (answer === null || answer === '') return batch.length
    const parsed = Failures.safeParse(answer)
    if (!parsed.success) return 0
    const failed = parsed.data.batchItemFailures ?? []
    const positions = failed.map(({ itemIdentifier }) =>
      batch.findIndex(({ sequenceNumber }) => sequenceNumber === itemIdentifier),
    )
    // A name that is not in the batch fails all of it.
    return positions.includes(-1) ? 0 : Math.min(batch.length, ...positions)
  }

  #dropOld(batch: readonly StreamRecord[], tries: number): readonly StreamRecord[] {
    const { mapping, now, reader } = this.#parts
    const ageMax = mapping.MaximumRecordAgeInSeconds * 1000
    const ageOf = ({ createdAt }: StreamRecord) => now() - createdAt
    const trimmed = batch.filter((record) => ageOf(record) > STREAM_KEEPS_MS)
    reader.done(trimmed)
    const isOld = (record: StreamRecord) => ageMax >= 0 && ageOf(record) > ageMax
    const kept = batch.filter((record) => !trimmed.includes(record))
    const old = kept.filter(isOld)
    if (old.length > 0) this.#giveUp(old, { reason: 'RecordAgeExceeded', tries })
    return old.length > 0 ? kept.filter((record) => !isOld(record)) : kept
  }

  #giveUp(batch: readonly StreamRecord[], why: { readonly reason: Reason; readonly tries: number }): void {
    const { mapping, reader, sendFailure } = this.#parts
    if (mapping.failureQueue !== undefined) sendFailure(mapping.failureQueue, this.#failureBody(batch, why))
    reader.done(batch)
  }

  #failureBody(batch: readonly StreamRecord[], why: { readonly reason: Reason; readonly tries: number }): string {
    const { mapping, functionArn, now } = this.#parts
    const [first, last] = [batch[0], batch.at(-1)]
    const timeOf = (record: StreamRecord | undefined) => new Date(record?.createdAt ?? now()).toISOString()
    return JSON.stringify({
      requestContext: {
        requestId: randomUUID(),
        functionArn: `${functionArn}:$LATEST`,
        condition: why.reason,
        approximateInvokeCount: why.tries,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date(now()).toISOString(),
      DDBStreamBatchInfo: {
        shardId: 'shardId-00000000000000000001',
        startSequenceNumber: first?.sequenceNumber,
        endSequenceNumber: last?.sequenceNumber,
        approximateArrivalOfFirstRecord: timeOf(first),
        approximateArrivalOfLastRecord: timeOf(last),
        batchSize: batch.length,
        streamArn: mapping.EventSourceArn,
      },
    })
  }
}
