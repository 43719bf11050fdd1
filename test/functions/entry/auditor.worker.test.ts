/** The auditor behind the stream: sound entries pass however they are delivered, a wrong one wakes somebody and freezes its account. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { Context, DynamoDBRecord } from 'aws-lambda'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Row } from '../../../functions/platform/table.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { engine } from '../../support/engine.ts'
import { aShop, entryKey, type Shop } from '../points/audit-ledger.ts'

const lines: string[] = []
let shop: Shop

beforeEach(async () => {
  shop = await aShop()
  const { endpoint } = await engine()
  const { Ledger, Operations } = shop.api.tables.names
  vi.stubEnv('LEDGER_TABLE', Ledger)
  vi.stubEnv('OPERATIONS_TABLE', Operations)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  vi.resetModules()
  lines.length = 0
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text))
    return true
  })
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

function recordOf(row: Row, eventName: 'INSERT' | 'MODIFY' | 'REMOVE' = 'INSERT'): DynamoDBRecord {
  const image = marshall(row, { removeUndefinedValues: true }) as Record<string, AttributeValue>
  const dynamodb = {
    Keys: { pk: { S: String(row.pk) }, sk: { S: String(row.sk) } },
    SequenceNumber: String(Number(String(row.sk).slice(2))),
    NewImage: image as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'],
  }
  return { eventID: `event-${String(row.sk)}`, eventName, eventSource: 'aws:dynamodb', dynamodb } as DynamoDBRecord
}

async function records(...seqs: number[]): Promise<DynamoDBRecord[]> {
  const rows = await Promise.all(seqs.map((seq) => shop.row(entryKey(shop, seq))))
  return rows.map((row) => recordOf(row))
}

async function deliver(Records: DynamoDBRecord[]) {
  const { handler } = await import('../../../functions/entry/auditor.ts')
  return handler({ Records }, { awsRequestId: 'batch' } as Context)
}

type Alarm = { readonly message: string; readonly memberId: string; readonly seq?: number }

function alarms(): Alarm[] {
  return lines.map((line) => JSON.parse(line)).filter(({ metric }) => metric === 'LedgerInvariant')
}

const status = async () => (await shop.row(keys.account(shop.memberId))).s

describe('sound entries', () => {
  test.each([
    ['once', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['twice', [1, 2, 3, 1, 2, 3, 3]],
    ['shuffled', [7, 2, 9, 1, 8, 3]],
    ['with gaps, as when the records before them were lost', [4, 9]],
    ['the last one alone', [9]],
  ])('delivered %s raise no alarm, because what is not in the batch is read', async (_, seqs) => {
    expect(await deliver(await records(...seqs))).toEqual({ batchItemFailures: [] })
    expect(alarms()).toEqual([])
    expect(await status()).toBe('ACTIVE')
  })

  test('after a batch that half failed are checked again from the record that failed, without harm', async () => {
    const batch = await records(1, 2, 3, 4)
    const poisoned = batch.map((record, index) => (index === 2 ? recordOf({ ...entryKey(shop, 3), rv: 99 }) : record))
    expect(await deliver(poisoned)).toEqual({ batchItemFailures: [{ itemIdentifier: '3' }] })
    expect(await deliver(batch.slice(2))).toEqual({ batchItemFailures: [] })
    expect(alarms()).toEqual([])
  })
})

describe('an entry that is wrong', () => {
  test('raises the alarm with its invariant and its place, and freezes the account once', async () => {
    await shop.change(entryKey(shop, 3), (row) => ({ ...row, u: 'somebody' }))
    const batch = await records(2, 3, 4)
    await deliver(batch)
    await deliver(batch)
    const told = { message: 'auditor: I5 its hash is not that of its content', memberId: shop.memberId, seq: 3 }
    expect(alarms()).toEqual([expect.objectContaining(told), expect.objectContaining(told)])
    expect(await status()).toBe('FROZEN')
    expect((await shop.row(entryKey(shop, 10))).t).toBe('STATE')
  })

  test('because the one before it is gone raises the alarm only after the table was asked', async () => {
    await shop.remove(entryKey(shop, 5))
    await deliver(await records(6))
    expect(alarms()).toEqual([expect.objectContaining({ message: 'auditor: I4 entry 5 before it is missing' })])
    expect(await status()).toBe('FROZEN')
  })

  test('on an account that takes no entry any more raises the alarm and changes nothing', async () => {
    await shop.change(keys.account(shop.memberId), (row) => ({ ...row, v: 5 }))
    await shop.change(entryKey(shop, 9), (row) => ({ ...row, h: 'elsewhere' }))
    await deliver(await records(9))
    expect(alarms().some(({ message }) => message.startsWith('auditor: I5'))).toBe(true)
    expect(await status()).toBe('ACTIVE')
    expect((await shop.redeem(1)).status).toBe(500)
  })
})

describe('an entry that was changed or removed', () => {
  test.each(['MODIFY', 'REMOVE'] as const)(
    'by %s raises the alarm, because entries never change',
    async (eventName) => {
      const row = await shop.row(entryKey(shop, 4))
      expect(await deliver([recordOf(row, eventName)])).toEqual({ batchItemFailures: [] })
      expect(alarms()).toEqual([expect.objectContaining({ memberId: shop.memberId, seq: 4 })])
      expect(await status()).toBe('FROZEN')
    },
  )
})

test('a row that cannot be read is refused after those before it, so that it ends in the failure queue and not in silence', async () => {
  const [first, second] = await records(1, 2)
  const poison = recordOf({ ...entryKey(shop, 3), rv: 99 })
  if (first === undefined || second === undefined) throw new Error('no records')
  expect(await deliver([first, second, poison])).toEqual({ batchItemFailures: [{ itemIdentifier: '3' }] })
})
