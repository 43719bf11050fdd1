/** Event source mappings of the local run: at least once, in order per key, and what a poison record costs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MappingSpec } from '../../local/deployment.ts'
import { Faults } from '../../local/faults.ts'
import type { Outcome } from '../../local/function-worker.ts'
import { Positions } from '../../local/stream-positions.ts'
import { StreamReader } from '../../local/stream-reader.ts'
import { StreamPump } from '../../local/streams.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const ARN = 'arn:aws:dynamodb:eu-west-2:000000000000:table/Ledger/stream/1'
const HOUR = 3_600_000

type Delivery = { readonly keys: string[]; readonly sequences: string[] }
type Written = { readonly sk: string; readonly pk?: string; readonly old?: unknown; readonly ageMs?: number }

let dataDir: string
let runs: { pump: StreamPump; positions: Positions }[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'revisit-streams-'))
})
afterEach(async () => {
  await Promise.all(runs.map(({ pump }) => pump.stop()))
  for (const { positions } of runs) positions.flush()
  runs = []
  rmSync(dataDir, { recursive: true, force: true })
})

function aMapping(change: Partial<MappingSpec> = {}): MappingSpec {
  return {
    id: 'mapping',
    table: 'Ledger',
    functionName: 'reactions',
    failureQueue: 'failures',
    EventSourceArn: ARN,
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 10,
    MaximumBatchingWindowInSeconds: 0,
    ParallelizationFactor: 1,
    MaximumRetryAttempts: 1,
    MaximumRecordAgeInSeconds: -1,
    BisectBatchOnFunctionError: false,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...change,
  }
}

/** The engine's stream as a list; an iterator is a place in it. */
function anEngine(stream: Written[]) {
  const raw = ({ sk, pk = 'A', old, ageMs = 0 }: Written, index: number) => ({
    eventName: old === undefined ? 'INSERT' : 'MODIFY',
    dynamodb: {
      Keys: { sk: { S: sk }, pk: { S: pk } },
      NewImage: { pk: { S: pk }, sk: { S: sk } },
      ...(old !== undefined && { OldImage: old }),
      SequenceNumber: String(index + 1),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      ApproximateCreationDateTime: (NOW - ageMs) / 1000,
    },
  })
  return async (target: string, input: unknown): Promise<unknown> => {
    const { ShardIterator = '0', SequenceNumber = '0' } = input as { ShardIterator?: string; SequenceNumber?: string }
    if (target.endsWith('DescribeStream')) return { StreamDescription: { Shards: [{ ShardId: 'shard' }] } }
    if (target.endsWith('GetShardIterator')) return { ShardIterator: SequenceNumber }
    const from = Number(ShardIterator)
    return {
      Records: stream.slice(from).map((item, index) => raw(item, from + index)),
      NextShardIterator: String(stream.length),
    }
  }
}

function follow(
  stream: Written[],
  options: { mapping?: Partial<MappingSpec>; handle?: (delivery: Delivery) => unknown; faults?: Faults },
) {
  const deliveries: Delivery[] = []
  const failures: Record<string, unknown>[] = []
  const mapping = aMapping(options.mapping)
  const positions = new Positions(dataDir)
  const reader = new StreamReader({
    mapping,
    engineStream: 'engine-stream',
    partitionKey: 'pk',
    call: anEngine(stream),
    positions,
    clockOffset: () => 0,
  })
  const pump = new StreamPump({
    mapping,
    reader,
    functionArn: 'arn:aws:lambda:eu-west-2:000000000000:function:reactions',
    invoke: async (payload): Promise<Outcome> => {
      const { Records } = JSON.parse(payload)
      const delivery: Delivery = {
        keys: Records.map((record: { dynamodb: { Keys: { sk: { S: string } } } }) => record.dynamodb.Keys.sk.S),
        sequences: Records.map((record: { dynamodb: { SequenceNumber: string } }) => record.dynamodb.SequenceNumber),
      }
      deliveries.push(delivery)
      const answer = options.handle?.(delivery) ?? { batchItemFailures: [] }
      if (answer instanceof Error) return { ok: false, errorType: 'Error', errorMessage: answer.message, stack: '' }
      return { ok: true, payload: JSON.stringify(answer) }
    },
    redeliver: (batch) => options.faults?.redeliver(batch) ?? [batch],
    sendFailure: (_, body) => failures.push(JSON.parse(body)),
    now: () => NOW,
    onProblem: (problem) => {
      throw problem
    },
  })
  runs.push({ pump, positions })
  return { pump, positions, failures, deliveries, keys: () => deliveries.map(({ keys }) => keys) }
}

const failFrom = (key: string) => (delivery: Delivery) => {
  const index = delivery.keys.indexOf(key)
  return { batchItemFailures: index < 0 ? [] : [{ itemIdentifier: delivery.sequences[index] }] }
}

describe('a stream', () => {
  test('is delivered in order and in batches of the size that the template says', async () => {
    const run = follow([{ sk: '1' }, { sk: '2' }, { sk: '3' }], { mapping: { BatchSize: 2 } })
    await run.pump.drain()
    expect(run.keys()).toEqual([['1', '2'], ['3']])
  })

  test('goes on where it was after a restart, so that nothing is skipped', async () => {
    const stream = [{ sk: '1' }, { sk: '2' }]
    const first = follow(stream, {})
    await first.pump.drain()
    first.positions.flush()
    stream.push({ sk: '3' })
    const second = follow(stream, {})
    await second.pump.drain()
    expect(second.keys()).toEqual([['3']])
  })

  test('repeats what was not finished when the run was killed', async () => {
    const run = follow([{ sk: '1' }, { sk: '2' }], { mapping: { MaximumRetryAttempts: -1 }, handle: failFrom('2') })
    const drained = run.pump.drain()
    await expect.poll(() => run.deliveries.length).toBeGreaterThan(1)
    await run.pump.stop()
    await drained
    run.positions.flush()
    const second = follow([{ sk: '1' }, { sk: '2' }], {})
    await second.pump.drain()
    expect(second.keys()).toEqual([['2']])
  })

  test('passes the filter or is not delivered at all', async () => {
    const filter = { Filters: [{ Pattern: '{"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"E#"}]}}}}' }] }
    const run = follow([{ sk: 'ACCOUNT' }, { sk: 'E#1' }, { sk: 'RECEIPT' }], { mapping: { FilterCriteria: filter } })
    await run.pump.drain()
    expect(run.keys()).toEqual([['E#1']])
  })

  test('has no record of a write that changed nothing, as in AWS', async () => {
    const old = { sk: { S: '1' }, pk: { S: 'A' } }
    const run = follow(
      [
        { sk: '1', old },
        { sk: '2', old },
      ],
      {},
    )
    await run.pump.drain()
    expect(run.keys()).toEqual([['2']])
  })

  test('has sequence numbers that do not fit into a JavaScript number, as in AWS', async () => {
    const run = follow([{ sk: '1' }], {})
    await run.pump.drain()
    expect(run.deliveries[0]?.sequences).toEqual(['100000000000000000001'])
  })

  test('keeps the order of each key when several lanes run', async () => {
    const stream = Array.from({ length: 40 }, (_, index) => ({
      pk: `P${index % 5}`,
      sk: `${index % 5}-${String(index).padStart(2, '0')}`,
    }))
    const run = follow(stream, { mapping: { ParallelizationFactor: 4, BatchSize: 3 } })
    await run.pump.drain()
    for (const key of ['0', '1', '2', '3', '4']) {
      const seen = run
        .keys()
        .flat()
        .filter((sk) => sk.startsWith(`${key}-`))
      expect(seen).toEqual([...seen].sort())
      expect(seen).toHaveLength(8)
    }
  })
})

describe('a stream under faults', () => {
  const STREAM = Array.from({ length: 12 }, (_, index) => ({ pk: `P${index % 2}`, sk: `${index % 2}-${index + 10}` }))

  test('brings a batch again, and every record is done with once it was there', async () => {
    const faults = new Faults({ seed: 1, rate: 1, weights: { batchAgain: 1 } })
    const run = follow(STREAM, { faults })
    await run.pump.drain()
    const all = STREAM.map(({ sk }) => sk)
    expect(run.keys()).toEqual([all.slice(0, 10), all.slice(0, 10), all.slice(10), all.slice(10)])
    run.positions.flush()
    const second = follow(STREAM, {})
    await second.pump.drain()
    expect(second.keys()).toEqual([])
  })

  test('mixes partitions and not the order within one, also when a record fails in between', async () => {
    let isBroken = true
    const handle = (delivery: Delivery) => {
      const answer = isBroken ? failFrom('1-15')(delivery) : undefined
      isBroken = false
      return answer
    }
    const faults = new Faults({ seed: 1, rate: 1, weights: { batchShuffled: 1 } })
    const run = follow(STREAM, { faults, handle, mapping: { BatchSize: 12, MaximumRetryAttempts: -1 } })
    await run.pump.drain()
    expect(run.keys().flat().slice(0, 12)).not.toEqual(STREAM.map(({ sk }) => sk))
    for (const partition of ['0-', '1-']) {
      const seen = [...new Set(run.keys().flat())].filter((sk) => sk.startsWith(partition))
      expect(seen).toEqual([...seen].sort())
      expect(seen).toHaveLength(6)
    }
  })
})

describe('a record that fails', () => {
  test('is tried again with what follows it, and not with what was done before', async () => {
    let isBroken = true
    const handle = (delivery: Delivery) => {
      const answer = isBroken ? failFrom('2')(delivery) : undefined
      isBroken = false
      return answer
    }
    const run = follow([{ sk: '1' }, { sk: '2' }, { sk: '3' }], { handle })
    await run.pump.drain()
    expect(run.keys()).toEqual([
      ['1', '2', '3'],
      ['2', '3'],
    ])
  })

  test('is given up alone after its tries when the mapping bisects, and its neighbours are done', async () => {
    const run = follow([{ sk: '1' }, { sk: '2' }, { sk: '3' }, { sk: '4' }], {
      mapping: { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2 },
      handle: ({ keys }) => (keys.includes('2') ? new Error('poison') : undefined),
    })
    await run.pump.drain()
    expect(run.keys().filter((keys) => keys.join() === '2')).toHaveLength(3)
    expect(run.keys()).toContainEqual(['3', '4'])
    expect(run.failures).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
        DDBStreamBatchInfo: { batchSize: 1, startSequenceNumber: '100000000000000000002', streamArn: ARN },
      },
    ])
  })

  test('takes its batch with it when the mapping does not bisect', async () => {
    const run = follow([{ sk: '1' }, { sk: '2' }], { handle: () => new Error('poison') })
    await run.pump.drain()
    expect(run.keys()).toEqual([
      ['1', '2'],
      ['1', '2'],
    ])
    expect(run.failures).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 2 } }])
  })

  test.each([
    ['an answer that is no list', { batchItemFailures: 'all' }],
    ['a sequence number that is not in the batch', { batchItemFailures: [{ itemIdentifier: '7' }] }],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ])('is the whole batch after %s', async (_, answer) => {
    const run = follow([{ sk: '1' }, { sk: '2' }], { mapping: { MaximumRetryAttempts: 0 }, handle: () => answer })
    await run.pump.drain()
    expect(run.failures).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 2 } }])
  })

  test('is given up when it is older than the mapping allows, without another try', async () => {
    const run = follow([{ sk: '1', ageMs: 2 * HOUR }, { sk: '2' }], { mapping: { MaximumRecordAgeInSeconds: 3_600 } })
    await run.pump.drain()
    expect(run.keys()).toEqual([['2']])
    expect(run.failures).toMatchObject([{ requestContext: { condition: 'RecordAgeExceeded' } }])
  })

  test('is gone from the stream after a day, as in AWS', async () => {
    const run = follow([{ sk: '1', ageMs: 25 * HOUR }, { sk: '2' }], {})
    await run.pump.drain()
    expect(run.keys()).toEqual([['2']])
    expect(run.failures).toEqual([])
  })
})
