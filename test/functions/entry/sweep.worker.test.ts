/** The function behind the hourly tick: it acts as the product itself, leaves itself time, and fails where an account did. */
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Context as LambdaContext } from 'aws-lambda'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { handler } from '../../../functions/entry/sweep.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { saveMark } from '../../../functions/points/sweep-store.ts'
import { engine } from '../../support/engine.ts'
import { ourselves } from '../../support/neighbours.ts'
import { aProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, type Till } from '../../support/till.ts'

const MONTH = { mode: 'rolling', period: 'P1M', roundUp: 'none', restoreGrace: 'P7D' } as const
const lines: string[] = []
let till: Till

/** One shop for all tests, because a function makes its clients once. */
beforeEach(async () => {
  till ??= await aTill({ program: aProgram({ expiry: MONTH }) })
  const { Ledger, Operations } = till.api.tables.names
  const { endpoint } = await engine()
  const env = {
    LEDGER_TABLE: Ledger,
    OPERATIONS_TABLE: Operations,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
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

/** What Lambda hands over; the function reads nothing else of it. */
const withTimeLeft = (milliseconds: number) =>
  ({ awsRequestId: 'tick-1', getRemainingTimeInMillis: () => milliseconds }) as LambdaContext

const tick = (milliseconds = 900_000) => handler({}, withTimeLeft(milliseconds))
const said = () => lines.map((line) => JSON.parse(line)).filter(({ message }) => message !== 'command')

test('a tick sweeps what is due, says how much, and the next tick of the day finds nothing', async () => {
  accepted(await till.buy())
  await saveMark(ourselves(till), '2026-12-23')
  till.api.clock.set('2026-12-24T00:07:00Z')
  expect(await tick()).toEqual({ state: 'done', day: '2026-12-24', settled: 1, failed: 0 })
  expect(await tick()).toEqual({ state: 'nothing', day: '2026-12-24', settled: 0, failed: 0 })
  expect(said().map(({ message, settled }) => [message, settled])).toEqual([
    ['sweep done', 1],
    ['sweep nothing', 0],
  ])
  const entries = (await rowsOf(till.api.tables, 'Ledger')).filter(({ t }) => t === 'SETTLE')
  expect(entries.map(({ u, n }) => [u, n])).toEqual([['system', -100]])
})

test('a tick with less time than its margin still does a second of work, so that it always comes further', async () => {
  till.api.clock.set('2026-12-25T00:07:00Z')
  expect(await tick(15_000)).toMatchObject({ state: 'done', day: '2026-12-25' })
})

test('a tick in which an account failed ends as an error, because that is what the alarm sees, and keeps what was done', async () => {
  till.api.clock.set('2026-12-25T10:00:00Z')
  accepted(await till.buy())
  const { tables } = till.api
  const key = keys.account(till.memberId)
  const row = (await rowsOf(tables, 'Ledger')).find(({ pk, sk }) => pk === key.pk && sk === key.sk)
  const put = (rv: number) =>
    tables.reader.send(new PutCommand({ TableName: tables.names.Ledger, Item: { ...row, rv } }))
  await put(9)
  await saveMark(ourselves(till), '2027-01-25')
  till.api.clock.set('2027-01-26T00:07:00Z')
  await expect(tick()).rejects.toThrow('1 accounts could not be settled')
  expect(said().filter(({ level }) => level === 'error')).toMatchObject([
    { message: 'account not settled', memberId: till.memberId, requestId: 'tick-1' },
  ])
  await put(1)
  expect(await tick()).toMatchObject({ state: 'done', settled: 1, failed: 0 })
})
