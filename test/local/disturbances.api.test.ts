/** Faults and physics at the door of the local run, as a client of the SDK sees them that knows nothing of either. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { getItem, putIfAbsent, type Tables, tableClients } from '../../functions/platform/table.ts'
import { signalOf } from '../../functions/platform/transact.ts'
import { Disturbances } from '../../local/disturbances.ts'
import { type Door, openDoor } from '../../local/door.ts'
import { Events } from '../../local/events.ts'
import { FAULT_KINDS, type FaultKind } from '../../local/faults.ts'
import { Mailbox } from '../../local/mailbox.ts'
import { People } from '../../local/people.ts'
import { Secrets } from '../../local/secrets.ts'
import { engine, engineConfig } from '../support/engine.ts'
import { freshTables } from '../support/tables.ts'

/** Far shorter than in the functions: the tests wait it out. */
const TIMEOUT_MS = 150

let folder: string
let disturbances: Disturbances
let events: Events
let door: Door
let writes: number
/** Through the door. */
let tables: Tables
/** Past it. */
let quiet: Tables

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'revisit-disturbances-'))
  disturbances = new Disturbances()
  events = new Events({ dataDir: folder, buses: [], now: () => 0 })
  writes = 0
  const at = { dataDir: folder, now: () => 0 }
  const { endpoint } = await engine()
  door = await openDoor({
    engineEndpoint: endpoint,
    events,
    secrets: new Secrets(folder, []),
    cognito: { pools: [], people: new People(at), mailbox: new Mailbox(at), now: at.now },
    disturbances,
    keyNames: () => ['pk', 'sk'],
    onWrite: () => {
      writes += 1
    },
  })
  quiet = await freshTables()
  const requestHandler = { requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true }
  tables = { ...quiet, ...tableClients({ ...engineConfig(door.url), requestHandler }) }
})
afterEach(async () => {
  tables.reader.destroy()
  tables.writer.destroy()
  await door.close()
  events.close()
  rmSync(folder, { recursive: true, force: true })
})

const row = (pk: string) => ({ pk, sk: 'ACCOUNT' })
const write = (...pks: string[]) =>
  tables.writer.send(
    new TransactWriteCommand({
      TransactItems: pks.map((pk) => ({ Put: { TableName: tables.names.Ledger, Item: row(pk) } })),
      ClientRequestToken: `${tables.names.Ledger} ${pks.join()}`,
    }),
  )
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  )

const OUTCOMES: Readonly<Partial<Record<FaultKind, { signal: string; isWritten: boolean }>>> = {
  timeout: { signal: 'unknown', isWritten: true },
  reset: { signal: 'unknown', isWritten: true },
  serverError: { signal: 'unknown', isWritten: true },
  conflict: { signal: 'busy', isWritten: false },
  storm: { signal: 'busy', isWritten: false },
  throttle: { signal: 'busy', isWritten: false },
  inProgress: { signal: 'busy', isWritten: false },
  connectionRefused: { signal: 'unknown', isWritten: false },
  nameNotFound: { signal: 'unknown', isWritten: false },
}

test.each(FAULT_KINDS.filter((kind) => !kind.startsWith('batch')))(
  '%s is an error of the SDK that the executor knows, written or not as the fault says',
  async (kind) => {
    expect(disturbances.set({ seed: 1, rate: 1, kinds: { [kind]: 1 } })).toBeUndefined()
    const signal = signalOf(await failure(write('A', 'B')))
    const isWritten = (await getItem(quiet, 'Ledger', row('B'))) !== undefined
    expect({ signal, isWritten }).toEqual(OUTCOMES[kind])
    expect(writes).toBe(isWritten ? 1 : 0)
    expect(disturbances.shown().injected).toMatchObject({ [kind]: 1 })
  },
)

test('physics make overlapping transactions meet, at the index of the item, and a single write too', async () => {
  disturbances.set({ rate: 0, physics: true })
  const outcomes = await Promise.all([
    write('A'),
    failure(write('B', 'A')),
    failure(putIfAbsent(tables, 'Ledger', row('A'))),
  ])
  expect(outcomes.slice(1)).toMatchObject([
    { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }] },
    { name: 'TransactionConflictException' },
  ])
  await write('B', 'A')
  expect(disturbances.shown().met.conflict).toBeGreaterThanOrEqual(2)
})

describe('settings', () => {
  test('are off at first and off again with rate 0, so that nothing goes wrong unasked', async () => {
    expect(disturbances.shown()).toMatchObject({ rate: 0, physics: false })
    disturbances.set({ rate: 1 })
    disturbances.set({ rate: 0 })
    await write('A')
    expect(await getItem(tables, 'Ledger', row('A'))).toEqual(row('A'))
    expect(Object.values(disturbances.shown().injected)).not.toContainEqual(1)
  })

  test.each([
    ['no rate', {}, 'rate'],
    ['a rate above 1', { rate: 1.1 }, 'rate'],
    ['an unknown kind', { rate: 0.1, kinds: { earthquake: 1 } }, 'earthquake'],
    ['kinds without any weight', { rate: 0.1, kinds: { timeout: 0 } }, 'at least one kind'],
    ['a seed that is no number', { rate: 0.1, seed: 'x' }, 'seed'],
    ['an unknown setting', { rate: 0.1, rates: 1 }, 'rates'],
  ])('with %s are refused by name and change nothing', (_, wanted, named) => {
    disturbances.set({ rate: 0.5, seed: 3 })
    expect(disturbances.set(wanted)).toContain(named)
    expect(disturbances.shown()).toMatchObject({ rate: 0.5, seed: 3 })
  })
})
