/** What DynamoDB does under load: who meets a held item, what a partition gives, and that a seed repeats a run. */
import { describe, expect, test } from 'vitest'
import { callOf } from '../../local/dynamo-call.ts'
import { Physics, type Ticket, type Verdict } from '../../local/physics.ts'

const LEDGER = 'Ledger'
const key = (pk: string, sk = 'ACCOUNT') => ({ pk, sk })
const put = (pk: string, text = '') => ({ Put: { TableName: LEDGER, Item: { ...key(pk), text } } })
const check = (pk: string) => ({ ConditionCheck: { TableName: LEDGER, Key: key(pk) } })
const transaction = (items: unknown[], ClientRequestToken?: string) =>
  callOf('TransactWriteCommand', { TransactItems: items, ClientRequestToken })
const write = (pk: string, text = '') => callOf('PutItemCommand', { TableName: LEDGER, Item: { ...key(pk), text } })
const read = (pk: string) => callOf('GetCommand', { TableName: LEDGER, Key: key(pk), ConsistentRead: true })

function goes(verdict: Verdict): { until: number; ticket: Ticket } {
  if (verdict.kind === 'refuse') throw new Error(`refused: ${verdict.refused.message}`)
  return verdict
}

const reasons = (verdict: Verdict) =>
  verdict.kind === 'refuse' ? verdict.refused.reasons?.map(({ Code }) => Code) : 'it goes'

describe('an item in a transaction', () => {
  test('is held for 12 to 25 ms and whoever meets it is told at its index', () => {
    const physics = new Physics({ seed: 1 })
    const { until, ticket } = goes(physics.begin(1_000, transaction([put('A'), put('B')])))
    expect(until).toBeGreaterThanOrEqual(1_012)
    expect(until).toBeLessThanOrEqual(1_025)
    const other = physics.begin(1_001, transaction([put('C'), put('B'), check('A')]))
    expect(other).toMatchObject({ kind: 'refuse', refused: { name: 'TransactionCanceledException' } })
    expect(reasons(other)).toEqual(['None', 'TransactionConflict', 'TransactionConflict'])
    physics.end(until, ticket)
    expect(physics.begin(until, transaction([put('C'), put('B'), check('A')])).kind).toBe('go')
  })

  test('refuses a single write by an exception of its own, and lets a read pass', () => {
    const physics = new Physics({ seed: 1 })
    physics.begin(0, transaction([put('A')]))
    expect(physics.begin(1, write('A'))).toMatchObject({
      kind: 'refuse',
      refused: { name: 'TransactionConflictException' },
    })
    expect(physics.begin(1, read('A')).kind).toBe('go')
    expect(
      reasons(physics.begin(1, callOf('TransactGetCommand', { TransactItems: [{ Get: check('A').ConditionCheck }] }))),
    ).toEqual(['TransactionConflict'])
    expect(physics.met).toEqual({ conflict: 2, throttle: 0, inProgress: 0 })
  })

  test('is the same item whether it is written as on the wire or as the document client does', () => {
    const physics = new Physics({ seed: 1 })
    physics.begin(0, transaction([put('A')]))
    const Item = { pk: { S: 'A' }, sk: { S: 'ACCOUNT' } }
    expect(
      reasons(
        physics.begin(1, callOf('TransactWriteItems', { TransactItems: [{ Put: { TableName: LEDGER, Item } }] })),
      ),
    ).toEqual(['TransactionConflict'])
  })

  test('sent again with its token while it is under way is in progress, and free afterwards', () => {
    const physics = new Physics({ seed: 1 })
    const { ticket } = goes(physics.begin(0, transaction([put('A')], 'token')))
    expect(physics.begin(1, transaction([put('A')], 'token'))).toMatchObject({
      refused: { name: 'TransactionInProgressException' },
    })
    physics.end(20, ticket)
    expect(physics.begin(21, transaction([put('A')], 'token')).kind).toBe('go')
  })
})

describe('a partition', () => {
  const small = { seed: 1, partition: { write: 10, read: 30 }, table: { write: 40, read: 120 }, burstSeconds: 5 }
  const spend = (physics: Physics, now: number, call: ReturnType<typeof write>) => {
    for (let count = 0; ; count += 1) if (physics.begin(now, call).kind === 'refuse') return count
  }

  test('gives its units per second and no more, and the others are not touched by it', () => {
    const physics = new Physics(small)
    expect(spend(physics, 0, write('A'))).toBe(10)
    expect(physics.begin(0, write('A'))).toMatchObject({ refused: { name: 'ThrottlingException' } })
    expect(physics.begin(0, write('B')).kind).toBe('go')
    expect(spend(physics, 1_000, write('A'))).toBe(10)
  })

  test('saves what it did not use for the seconds of a burst, and no longer', () => {
    const physics = new Physics({ ...small, table: { write: 10_000, read: 10_000 } })
    physics.begin(0, write('A'))
    expect(spend(physics, 3_000, write('A'))).toBe(39)
    expect(spend(physics, 1_000_000, write('A'))).toBe(50)
    expect(spend(physics, 2_000_000, write('never seen'))).toBe(50)
  })

  test('counts a write in a transaction twice, each kilobyte of it, and names the items that were too many', () => {
    const physics = new Physics(small)
    const big = 'x'.repeat(1_500)
    expect(spend(physics, 0, write('A', big))).toBe(5)
    expect(reasons(physics.begin(0, transaction([put('B'), put('A'), put('C')])))).toEqual([
      'None',
      'ThrottlingError',
      'None',
    ])
    expect(spend(physics, 0, write('B'))).toBe(10)
  })

  test('shares the throughput of its new table with all others', () => {
    const physics = new Physics(small)
    const spent = ['A', 'B', 'C', 'D', 'E'].map((pk) => spend(physics, 0, write(pk)))
    expect(spent).toEqual([10, 10, 10, 10, 0])
  })

  test('is charged what a read really took once the engine has said it', () => {
    const physics = new Physics(small)
    const query = callOf('QueryCommand', {
      TableName: LEDGER,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :a AND sk > :b',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':a': 'A', ':b': 'E#' },
    })
    const { ticket } = goes(physics.begin(0, query))
    physics.end(0, ticket, 30)
    expect(physics.begin(0, read('A')).kind).toBe('refuse')
    expect(physics.begin(0, read('B')).kind).toBe('go')
  })

  test('of a receipt that nobody looks at again is forgotten, and that of a busy account is not', () => {
    const physics = new Physics({ seed: 1, table: { write: 1e9, read: 1e9 }, burstSeconds: 1 })
    spend(physics, 0, write('busy'))
    for (let receipt = 0; receipt < 30_000; receipt += 1) physics.begin(0, write(`R#${receipt}`))
    expect(physics.bucketCount).toBeLessThan(15_000)
    expect(physics.begin(0, write('busy')).kind).toBe('refuse')
  })
})

test('the same seed holds items equally long, another one does not', () => {
  const holds = (seed: number) => {
    const physics = new Physics({ seed })
    return ['A', 'B', 'C'].map((pk) => goes(physics.begin(0, transaction([put(pk)]))).until)
  }
  expect(holds(7)).toEqual(holds(7))
  expect(holds(7)).not.toEqual(holds(8))
})
