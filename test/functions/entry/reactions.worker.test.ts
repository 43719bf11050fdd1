/** What follows the ledger's stream: each entry goes into the reports and is announced, at least once and in order. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsCommandInput,
  type PutEventsCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { Context, DynamoDBRecord } from 'aws-lambda'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { handler } from '../../../functions/entry/reactions.ts'
import { post } from '../../../functions/points/account.ts'
import { seal } from '../../../functions/points/entry.ts'
import { EntryRecorded } from '../../../functions/points/events.ts'
import { credit } from '../../../functions/points/lots.ts'
import { rowFromEntry } from '../../../functions/points/row-schema.ts'
import { anAccount } from '../../support/account.ts'
import { engine } from '../../support/engine.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, type Till } from '../../support/till.ts'

const bus = mockClient(EventBridgeClient)

let till: Till

/** One shop for all tests, because a function makes its clients once. */
beforeEach(async () => {
  bus.reset()
  till ??= await aTill()
  const { endpoint } = await engine()
  const env = {
    EVENT_BUS: 'revisit',
    OPERATIONS_TABLE: till.api.tables.names.Operations,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** Records of `count` entries of one account, as the stream shows them. */
function records(count: number): DynamoDBRecord[] {
  let account = anAccount({})
  return Array.from({ length: count }, (_, index) => {
    const step = post(account, { type: 'ADJUST', effective: 0 }, (work) => {
      work.lifetime.earned += 1
      credit(work, 'never', 1)
      return { points: 1, because: [{ rule: 'adjustment', points: 1, code: 'other' }] }
    })
    const sealing = { operation: `O#${index}`, program: 1, actor: 'admin', at: 0, newId: () => `ent_${index}` }
    const sealed = seal(account, [step.posting], sealing)
    account = sealed.account
    const [entry] = sealed.entries
    if (entry === undefined) throw new Error('nothing was sealed')
    return aRecord(index, marshall(rowFromEntry(entry), { removeUndefinedValues: true }))
  })
}

function aRecord(index: number, NewImage: Record<string, AttributeValue>): DynamoDBRecord {
  const dynamodb = {
    SequenceNumber: String(index + 1),
    NewImage: NewImage as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'],
  }
  return { eventID: `event-${index}`, eventName: 'INSERT', eventSource: 'aws:dynamodb', dynamodb } as DynamoDBRecord
}

const deliver = (Records: DynamoDBRecord[]) => handler({ Records }, {} as Context)

function accept(refused: readonly string[] = []): void {
  bus.on(PutEventsCommand).callsFake(({ Entries = [] }: PutEventsCommandInput): Partial<PutEventsCommandOutput> => {
    const answers = Entries.map(({ Detail = '' }) =>
      refused.some((id) => Detail.includes(id)) ? { ErrorCode: 'ThrottlingException' } : { EventId: 'x' },
    )
    return { Entries: answers, FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length }
  })
}

function announced(): string[] {
  return bus
    .commandCalls(PutEventsCommand)
    .flatMap(({ args: [{ input }] }) =>
      (input.Entries ?? []).map(({ Detail = '' }) => EntryRecorded.parse(JSON.parse(Detail)).id),
    )
}

describe('a batch of entries', () => {
  test('is announced whole and in order, ten to a call, because the bus takes no more', async () => {
    accept()
    expect(await deliver(records(23))).toEqual({ batchItemFailures: [] })
    expect(announced()).toEqual(Array.from({ length: 23 }, (_, index) => `ent_${index}`))
    expect(bus.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) => input.Entries?.length)).toEqual([
      10, 10, 3,
    ])
  })

  test('delivered twice is announced under the same ids, so that integrators can tell', async () => {
    accept()
    const batch = records(2)
    await deliver(batch)
    await deliver(batch)
    expect(announced()).toEqual(['ent_0', 'ent_1', 'ent_0', 'ent_1'])
  })

  test('of which the bus refuses one is repeated from that one, so that nothing is lost or overtaken', async () => {
    accept(['"ent_12"'])
    expect(await deliver(records(23))).toEqual({ batchItemFailures: [{ itemIdentifier: '13' }] })
    expect(announced()).not.toContain('ent_20')
  })

  test('is repeated from the start when the bus does not answer', async () => {
    bus.on(PutEventsCommand).rejects(new Error('no answer'))
    expect(await deliver(records(3))).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] })
  })

  test('with a row that cannot be read stops there, after those before it were announced', async () => {
    accept()
    const batch = records(4)
    batch[2] = aRecord(2, marshall({ pk: 'A#mem_1', sk: 'E#000000000003', rv: 99 }))
    expect(await deliver(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: '3' }] })
    expect(announced()).toEqual(['ent_0', 'ent_1'])
  })
})

describe('an award at a store', () => {
  const isLine = ({ pk }: { pk: unknown }) => String(pk).startsWith('SHIFT#')
  const linesOf = async () => (await rowsOf(till.api.tables, 'Operations')).filter((row) => isLine({ pk: row.pk }))

  test('is one line of its shift, however often it is delivered, and is announced each time', async () => {
    accept()
    accepted(await till.buy({ receiptNumber: '1' }))
    const [earned] = (await rowsOf(till.api.tables, 'Ledger')).filter(({ t }) => t === 'EARN')
    const batch = [aRecord(0, marshall(earned, { removeUndefinedValues: true }))]
    for (let times = 0; times < 3; times += 1) expect(await deliver(batch)).toEqual({ batchItemFailures: [] })
    const lines = await linesOf()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ type: 'EARN', points: 100, receiptNumber: '1', by: 'local-admin' })
    expect(announced()).toHaveLength(3)
  })
})

describe('an entry that was changed or removed', () => {
  test.each(['MODIFY', 'REMOVE'] as const)('by %s is not announced, because it was not written', async (eventName) => {
    accept()
    const [record] = records(1)
    if (record === undefined) throw new Error('no record')
    expect(await deliver([{ ...record, eventName }])).toEqual({ batchItemFailures: [] })
    expect(announced()).toEqual([])
  })
})
