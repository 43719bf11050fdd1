import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { expect, test } from 'vitest'
import { meter } from '../../bench/meter.ts'
import { freshTables } from '../support/tables.ts'

const put = (TableName: string, pk: string, more: object = {}) => ({
  Put: { TableName, Item: { pk, sk: 'S', ...more }, ConditionExpression: 'attribute_not_exists(pk)' },
})

test('counts requests and units, and those of an index apart, so that neither hides the other', async () => {
  const tables = await freshTables()
  const { Ledger } = tables.names
  using counted = meter(tables)
  const TransactItems = [put(Ledger, 'a', { due: 'DUE#1' }), put(Ledger, 'b')]
  await tables.writer.send(new TransactWriteCommand({ TransactItems, ReturnConsumedCapacity: 'INDEXES' }))
  expect(counted.take()).toMatchObject({
    units: { requests: 1, writes: 4, reads: 0, index: 1 },
    rows: [{ pk: 'a' }, {}],
  })
  const get = { TableName: Ledger, Key: { pk: 'a', sk: 'S' }, ReturnConsumedCapacity: 'INDEXES' } as const
  await tables.reader.send(new GetCommand({ ...get, ConsistentRead: true }))
  await tables.reader.send(new GetCommand(get))
  expect(counted.take().units).toEqual({ requests: 2, writes: 0, reads: 1.5, index: 0 })
})

test('counts what was refused as it is billed, although no answer tells its units', async () => {
  const tables = await freshTables()
  const { Ledger } = tables.names
  using counted = meter(tables)
  const large = put(Ledger, 'a', { text: 'x'.repeat(1_100) })
  await tables.writer.send(new TransactWriteCommand({ TransactItems: [large] }))
  counted.take()
  const again = tables.writer.send(new TransactWriteCommand({ TransactItems: [large, put(Ledger, 'b')] }))
  await expect(again).rejects.toThrow('Transaction cancelled')
  expect(counted.take()).toEqual({ units: { requests: 1, writes: 6, reads: 0, index: 0 }, rows: [] })
  const { Put } = put(Ledger, 'a')
  await expect(tables.reader.send(new PutCommand(Put))).rejects.toThrow('conditional request failed')
  expect(counted.take().units).toMatchObject({ requests: 1, writes: 1 })
})
