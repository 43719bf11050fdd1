import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import type { Context } from '../../../functions/platform/context.ts'
import { LostRace, signalOf, transact, type Write } from '../../../functions/platform/transact.ts'
import { aContext } from '../../support/context.ts'

type Send = (command: { input: { ClientRequestToken?: string; TransactItems?: object[] } }) => Promise<object>

const WRITES: readonly Write<'guard' | 'version' | 'entry'>[] = [
  {
    table: 'Ledger',
    failsAs: 'guard',
    put: { Item: { pk: 'R', sk: 'RECEIPT' }, ConditionExpression: 'attribute_not_exists(pk)' },
  },
  { table: 'Ledger', failsAs: 'version', update: { Key: { pk: 'A', sk: 'ACCOUNT' }, UpdateExpression: 'SET v = :v' } },
  {
    table: 'Operations',
    failsAs: 'entry',
    check: { Key: { pk: 'P', sk: 'HEAD' }, ConditionExpression: 'latest = :l' },
  },
]
const error = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more })
const canceled = (...reasons: (string | { Code: string; Item?: object })[]) =>
  new TransactionCanceledException({
    message: 'canceled',
    $metadata: {},
    CancellationReasons: reasons.map((reason) => (typeof reason === 'string' ? { Code: reason } : reason)) as never,
  })

/** A context whose writer answers as told, and what was sent through it. */
function aWriter(send: Send, given: Partial<Context> = {}) {
  const usage = { requests: 0, writeUnits: 0, readUnits: 0 }
  const names = { Ledger: 'L-1', Members: 'M-1', Operations: 'O-1' }
  const table = { writer: { send }, reader: {}, names, usage } as unknown as Context['table']
  return { ...aContext({ table, ...given }), usage }
}

describe('a transaction', () => {
  test('is sent as one, to the tables by their names, and what it consumed is added up', async () => {
    const inputs: object[] = []
    const { ctx, usage } = aWriter(async ({ input }) => {
      inputs.push(input)
      return { ConsumedCapacity: [{ CapacityUnits: 6 }, { CapacityUnits: 2 }] }
    })
    expect(await transact(ctx, WRITES)).toEqual({ kind: 'committed' })
    expect(usage).toEqual({ requests: 1, writeUnits: 8, readUnits: 0 })
    expect(inputs).toMatchObject([
      {
        ReturnConsumedCapacity: 'INDEXES',
        ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
        TransactItems: [
          { Put: { TableName: 'L-1', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
          { Update: { TableName: 'L-1', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
          { ConditionCheck: { TableName: 'O-1', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
        ],
      },
    ])
  })

  test('that is refused tells which writes failed and what stood there', async () => {
    const row = { Code: 'ConditionalCheckFailed', Item: { pk: { S: 'R' }, n: { N: '7' } } }
    const { ctx } = aWriter(async () => Promise.reject(canceled(row, 'None', 'ConditionalCheckFailed')))
    expect(await transact(ctx, WRITES)).toEqual({
      kind: 'refused',
      failed: [
        { failsAs: 'guard', row: { pk: 'R', n: 7 } },
        { failsAs: 'entry', row: {} },
      ],
      isContended: false,
    })
  })

  test('that is refused and in conflict at once is refused, because the guard has spoken', async () => {
    const { ctx } = aWriter(async () =>
      Promise.reject(canceled('ConditionalCheckFailed', 'TransactionConflict', 'None')),
    )
    expect(await transact(ctx, WRITES)).toMatchObject({
      kind: 'refused',
      failed: [{ failsAs: 'guard' }],
      isContended: true,
    })
  })

  test('is not repeated past three seconds', async () => {
    let time = 0
    let sent = 0
    const busy = aWriter(
      async () => {
        sent += 1
        throw canceled('ThrottlingError')
      },
      { elapsed: () => (time += 1_100) },
    )
    await expect(transact(busy.ctx, WRITES)).rejects.toMatchObject({ code: 'try_again' })
    expect(sent).toBe(3)
  })

  test('that another transaction stood in the way of has lost the race, because these bytes can only lose again', async () => {
    let sent = 0
    const { ctx } = aWriter(async () => {
      sent += 1
      throw canceled('None', 'TransactionConflict')
    })
    await expect(transact(ctx, WRITES)).rejects.toThrow(LostRace)
    expect(sent).toBe(1)
  })

  test('is sent again with the same bytes after a conflict that may be with itself, because an answer was lost before', async () => {
    let sent = 0
    const { ctx } = aWriter(async () => {
      sent += 1
      if (sent < 4) throw sent === 1 ? error('TimeoutError') : canceled('TransactionConflict')
      return {}
    })
    expect(await transact(ctx, WRITES)).toEqual({ kind: 'committed' })
    expect(sent).toBe(4)
  })

  test('leaves a line for every repeat, without words of the engine', async () => {
    let sent = 0
    const { ctx, logs } = aWriter(async () => {
      sent += 1
      if (sent < 3) throw error('TimeoutError', { message: 'secret' })
      return {}
    })
    await transact(ctx, WRITES)
    expect(logs).toMatchObject([
      { level: 'warn', outcome: 'unknown' },
      { level: 'warn', outcome: 'unknown' },
    ])
    expect(JSON.stringify(logs)).not.toContain('secret')
  })
})

describe('what an answer means', () => {
  test.each<[string, unknown, string]>([
    ['a conflict', canceled('None', 'TransactionConflict'), 'busy'],
    ['conflict and throttling', canceled('TransactionConflict', 'ThrottlingError'), 'busy'],
    ['a throttled item', canceled('ProvisionedThroughputExceeded'), 'busy'],
    ['a single conflict', error('TransactionConflictException'), 'busy'],
    ['one in progress', error('TransactionInProgressException'), 'busy'],
    ['throttling', error('ThrottlingException', { $metadata: { httpStatusCode: 400 } }), 'busy'],
    ['a time-out', error('TimeoutError'), 'unknown'],
    ['a reset', error('Error', { code: 'ECONNRESET' }), 'unknown'],
    ['a broken pipe', error('Error', { code: 'EPIPE' }), 'unknown'],
    ['a 500', error('InternalServerError', { $metadata: { httpStatusCode: 500 } }), 'unknown'],
    ['a 503', error('x', { $metadata: { httpStatusCode: 503 } }), 'unknown'],
    ['an item that is not valid', canceled('ValidationError'), 'defect'],
    ['an item that is not valid beside a conflict', canceled('ValidationError', 'TransactionConflict'), 'defect'],
    ['a cancellation without reasons', canceled('None'), 'defect'],
    ['a request that is not valid', error('ValidationException', { $metadata: { httpStatusCode: 400 } }), 'defect'],
    ['a missing right', error('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), 'defect'],
    ['a token used with other bytes', error('IdempotentParameterMismatchException'), 'defect'],
    ['a bug', new TypeError('x'), 'defect'],
    ['what is no error', 'x', 'defect'],
  ])('%s', (_, thrown, signal) => {
    expect(signalOf(thrown)).toBe(signal)
  })
})
