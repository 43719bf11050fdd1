/** Physics and faults on clients of the SDK: the errors are the real ones, the retries too, and what is lost was done. */
import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { getItem, putIfAbsent, type Tables, tableClients } from '../../functions/platform/table.ts'
import { signalOf } from '../../functions/platform/transact.ts'
import { FAULT_KINDS, type FaultKind, Faults } from '../../local/faults.ts'
import { Physics } from '../../local/physics.ts'
import { type SdkPhysics, sdkPhysics } from '../../local/sdk-physics.ts'
import { engine, engineConfig } from '../support/engine.ts'
import { freshTables } from '../support/tables.ts'

/** Waits of virtual time end when the test says so. */
type Waiting = { readonly until: number; readonly go: () => void }

let tables: Tables
let now: number
let waiting: Waiting[]
let mounted: Disposable | undefined

beforeEach(async () => {
  const { endpoint } = await engine()
  const fresh = await freshTables()
  const retryStrategy = { mode: 'standard', acquireInitialRetryToken, refreshRetryTokenForRetry, recordSuccess }
  tables = { ...fresh, ...tableClients(engineConfig(endpoint)) }
  tables.reader.config.retryStrategy = async () => retryStrategy
  now = 1_000
  waiting = []
})
afterEach(() => {
  mounted?.[Symbol.dispose]()
  mounted = undefined
})

/** Three tries without a pause. */
const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 })
const acquireInitialRetryToken = async () => token(0)
const recordSuccess = () => undefined
async function refreshRetryTokenForRetry(before: { getRetryCount(): number }) {
  if (before.getRetryCount() === 2) throw new Error('no further try')
  return token(before.getRetryCount() + 1)
}

function mount(parts: Pick<SdkPhysics, 'physics' | 'faults'>): void {
  const wait = (milliseconds: number) =>
    new Promise<void>((go) => {
      waiting.push({ until: now + milliseconds, go })
    })
  mounted = sdkPhysics([tables.reader, tables.writer], { ...parts, now: () => now, wait })
}

/** Only ever the one kind, at every call. */
const always = (kind: FaultKind) => new Faults({ seed: 1, rate: 1, weights: { [kind]: 1 } })

function pass(): void {
  for (const { until, go } of waiting.splice(0)) {
    now = Math.max(now, until)
    go()
  }
}

const row = (pk: string) => ({ pk, sk: 'ACCOUNT' })
const write = (...pks: string[]) =>
  tables.writer.send(
    new TransactWriteCommand({
      TransactItems: pks.map((pk) => ({ Put: { TableName: tables.names.Ledger, Item: row(pk) } })),
      ClientRequestToken: `${tables.names.Ledger} ${pks.join()}`,
    }),
  )

test('of two transactions on one item that overlap, the second is cancelled at its index and the first is written', async () => {
  const physics = new Physics({ seed: 1 })
  mount({ physics })
  const first = write('A')
  await expect.poll(() => waiting).toHaveLength(1)
  const refused = await write('B', 'A').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(TransactionCanceledException)
  expect(refused).toMatchObject({ CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }] })
  expect(signalOf(refused)).toBe('busy')
  await expect(putIfAbsent(tables, 'Ledger', row('A'))).rejects.toBeInstanceOf(TransactionConflictException)
  expect(await getItem(tables, 'Ledger', row('A'))).toBeUndefined()
  pass()
  await first
  expect(await getItem(tables, 'Ledger', row('A'))).toEqual(row('A'))
  const again = write('B', 'A')
  await expect.poll(() => waiting).toHaveLength(1)
  pass()
  await again
  // One of the writer, which does not repeat, and three tries of the client that does.
  expect(physics.met).toMatchObject({ conflict: 4 })
})

const SIGNALS: Readonly<Partial<Record<FaultKind, { signal: string; isWritten: boolean }>>> = {
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
  '%s reaches the executor as an error that it knows, written or not as the fault says',
  async (kind) => {
    mount({ faults: always(kind) })
    const failed = write('A').catch((error: unknown) => error)
    if (kind === 'timeout') {
      await expect.poll(() => waiting).toHaveLength(1)
      pass()
      expect(now).toBe(3_000)
    }
    const signal = signalOf(await failed)
    mounted?.[Symbol.dispose]()
    expect({ signal, isWritten: (await getItem(tables, 'Ledger', row('A'))) !== undefined }).toEqual(SIGNALS[kind])
  },
)

test('a client that repeats by itself does so, so that one fault in three tries is not seen', async () => {
  const faults = always('reset')
  let calls = 0
  mount({ faults: { drawCall: (call) => (++calls < 3 ? faults.drawCall(call) : undefined) } })
  expect(await getItem(tables, 'Ledger', row('nobody'))).toBeUndefined()
  expect([calls, faults.injected.reset]).toEqual([3, 2])
})
