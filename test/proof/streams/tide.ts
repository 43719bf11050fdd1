/**
 * Lets a stream run to its end through the event source mapping of the local run, and troubles it as AWS may: batches come
 * one to five times and out of order, the function fails before or after its work, records grow too old.
 */
import { marshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import type { MappingSpec } from '../../../local/deployment.ts'
import type { Outcome } from '../../../local/function-worker.ts'
import type { Positions } from '../../../local/stream-positions.ts'
import { StreamReader } from '../../../local/stream-reader.ts'
import type { StreamRecord } from '../../../local/stream-records.ts'
import { StreamPump } from '../../../local/streams.ts'
import { Dice } from '../dice.ts'

export const HOUR_MS = 3_600_000
const NOW = Date.parse('2026-11-23T12:00:00Z')
const ARN = 'arn:aws:dynamodb:eu-west-2:000000000000:table/Ledger/stream/1'
/** Whatever is troubled is left in peace after so many times, so that only what can never be digested is given up. */
const TROUBLES_MAX = 2
const RETRIES_MAX = 5
const DELIVERIES_MAX = 5

export type StoredRow = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string }
/** One record of the stream, oldest first. */
export type Wave = {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly row: StoredRow
  readonly ageMs?: number
}
export type Handler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>

/** What went to the failure queue: why, and which places of the stream. */
export type GivenUp = { readonly why: string; readonly from: number; readonly to: number }

export type Tide = {
  readonly seed: number
  readonly waves: readonly Wave[]
  readonly handle: Handler
  readonly positions: Positions
}

/** @returns what was given up, by the place of its records in the stream. */
export async function run({ seed, waves, handle, positions }: Tide): Promise<GivenUp[]> {
  const dice = new Dice(seed, 'tide')
  const mapping = aMapping(seed, dice)
  const givenUp: GivenUp[] = []
  const problems: unknown[] = []
  const troubles = new Troubles(seed)
  const reader = new StreamReader({
    mapping,
    engineStream: 'engine-stream',
    partitionKey: 'pk',
    call: engineOf(waves),
    positions,
    clockOffset: () => 0,
  })
  const pump = new StreamPump({
    mapping,
    reader,
    functionArn: 'arn:aws:lambda:eu-west-2:000000000000:function:follower',
    invoke: (payload) => troubles.invoke(JSON.parse(payload) as DynamoDBStreamEvent, handle),
    redeliver: (batch) => troubles.redeliver(batch),
    sendFailure: (_, body) => givenUp.push(failureOf(body)),
    now: () => NOW,
    onProblem: (problem) => problems.push(problem),
  })
  await pump.drain()
  await pump.stop()
  if (problems.length > 0) throw problems[0]
  return givenUp
}

/** As the template has it, but for sizes: small batches come apart more often, and nobody waits for ten tries. */
function aMapping(seed: number, dice: Dice): MappingSpec {
  return {
    id: `run-${seed}`,
    table: 'Ledger',
    functionName: 'follower',
    failureQueue: 'failures',
    EventSourceArn: ARN,
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: dice.between(1, 20),
    MaximumBatchingWindowInSeconds: 0,
    ParallelizationFactor: dice.pick([1, 1, 2, 4]),
    MaximumRetryAttempts: RETRIES_MAX,
    MaximumRecordAgeInSeconds: (6 * HOUR_MS) / 1_000,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"E#"}]}}}}' }] },
  }
}

/** The engine's stream as a list; an iterator is a place in it. */
function engineOf(waves: readonly Wave[]) {
  const records = waves.map(({ eventName, row, ageMs = 0 }, index) => {
    const image = marshall(row, { removeUndefinedValues: true })
    return {
      eventName,
      dynamodb: {
        Keys: { pk: { S: row.pk }, sk: { S: row.sk } },
        ...(eventName === 'REMOVE' ? { OldImage: image } : { NewImage: image }),
        SequenceNumber: String(index + 1),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
        ApproximateCreationDateTime: (NOW - ageMs) / 1_000,
      },
    }
  })
  return async (target: string, input: unknown): Promise<unknown> => {
    if (target.endsWith('DescribeStream')) return { StreamDescription: { Shards: [{ ShardId: 'shard' }] } }
    if (target.endsWith('GetShardIterator')) return { ShardIterator: '0' }
    const { ShardIterator } = input as { ShardIterator: string }
    return { Records: records.slice(Number(ShardIterator)), NextShardIterator: String(records.length) }
  }
}

/** Draws by what it is about and how often that was met before, so that lanes that run at once do not change the draws. */
class Troubles {
  readonly #seed: number
  readonly #met = new Map<string, number>()

  constructor(seed: number) {
    this.#seed = seed
  }

  /** The same batch one to five times, each time in another order, but never two changes of one item. */
  redeliver(batch: readonly StreamRecord[]): StreamRecord[][] {
    const dice = this.#diceFor('batch', batch[0]?.sequenceNumber)
    const times = dice === undefined ? 1 : dice.between(1, DELIVERIES_MAX)
    return Array.from({ length: times }, () => (dice?.chance(0.7) ? shuffledAcrossItems(batch, dice) : [...batch]))
  }

  async invoke(event: DynamoDBStreamEvent, handle: Handler): Promise<Outcome> {
    const dice = this.#diceFor('invoke', event.Records[0]?.dynamodb?.SequenceNumber)
    const fails = dice?.chance(0.2) ? dice.pick(['before', 'after'] as const) : undefined
    const failed = { ok: false, errorType: 'Error', errorMessage: 'the function failed', stack: '' } as const
    if (fails === 'before') return failed
    const answer = await handle(event)
    return fails === 'after' ? failed : { ok: true, payload: JSON.stringify(answer) }
  }

  /** @returns undefined for what was troubled often enough. */
  #diceFor(kind: string, what = ''): Dice | undefined {
    const name = `${kind} ${what}`
    const times = this.#met.get(name) ?? 0
    this.#met.set(name, times + 1)
    return times < TROUBLES_MAX ? new Dice(this.#seed, `${name} ${times}`) : undefined
  }
}

function shuffledAcrossItems(batch: readonly StreamRecord[], dice: Dice): StreamRecord[] {
  const itemOf = ({ record }: StreamRecord) => JSON.stringify((record.dynamodb as { Keys: unknown }).Keys)
  const queues = Map.groupBy(batch, itemOf)
  const turns = batch.map(itemOf)
  return batch.flatMap(() => queues.get(turns.splice(dice.below(turns.length), 1)[0] ?? '')?.shift() ?? [])
}

const FIRST_SEQUENCE = 100_000_000_000_000_000_000n

function failureOf(body: string): GivenUp {
  const { requestContext, DDBStreamBatchInfo: info } = JSON.parse(body) as {
    requestContext: { condition: string }
    DDBStreamBatchInfo: { startSequenceNumber: string; endSequenceNumber: string }
  }
  const placeOf = (sequence: string) => Number(BigInt(sequence) - FIRST_SEQUENCE) - 1
  return { why: requestContext.condition, from: placeOf(info.startSequenceNumber), to: placeOf(info.endSequenceNumber) }
}
