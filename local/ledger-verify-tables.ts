/**
 * Finds the tables that are to be audited: those named by the environment, those of a run that is alive, or those in the
 * folder of a run that is not, for which an engine is started and stopped again.
 */
import { existsSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { type Tables, tableClients } from '../functions/platform/table.ts'
import { REGION } from './aws.ts'
import { ROOT } from './build.ts'
import { Clock } from './clock.ts'
import { engineClient, findEngine, startEngine } from './engine.ts'
import { LifeShape } from './file-lock.ts'
import { engineFile, lockFolder } from './lock.ts'
import { portFrom } from './port.ts'
import { isAlive } from './process-mark.ts'
import { Remedy } from './remedy.ts'
import { shortPath } from './short-path.ts'
import { readIfSound, readIfThere } from './state.ts'

export type LedgerSource = {
  readonly tables: Tables
  /** How people call what is audited. */
  readonly name: string
  /** Nobody else writes meanwhile. */
  readonly isQuiet: boolean
  readonly rows: number
  /** The clock that its rows were written by, which people may have moved. */
  readonly now: () => number
  readonly close: () => Promise<void>
}

const Environment = z.object({
  LEDGER_TABLE: z.string(),
  OPERATIONS_TABLE: z.string(),
  DYNAMODB_ENDPOINT: z.string().optional(),
  /** Whose clock counts; without it, real time. */
  DATA_DIR: z.string().optional(),
})

/** @throws Remedy when there is nothing to audit */
export async function openLedger(env: NodeJS.ProcessEnv): Promise<LedgerSource> {
  const named = Environment.safeParse(env)
  if (named.success) return namedTables(named.data)
  const dataDir = resolve(env.DATA_DIR ?? '.local')
  if (!existsSync(engineFile(dataDir))) {
    throw new Remedy(
      `There is no ledger in ${shortPath(dataDir)}: start one with npm start, name another folder with DATA_DIR, ` +
        'or name deployed tables with LEDGER_TABLE and OPERATIONS_TABLE.',
    )
  }
  const endpoint = liveEngine(dataDir)
  if (endpoint !== undefined) {
    return localTables(endpoint, {
      name: `the run in ${shortPath(dataDir)}, while it goes on`,
      isQuiet: false,
      now: () => new Clock(dataDir).now(),
      close: async () => undefined,
    })
  }
  return stoppedTables(dataDir, portFrom(env))
}

async function namedTables(env: z.infer<typeof Environment>): Promise<LedgerSource> {
  const { LEDGER_TABLE, OPERATIONS_TABLE, DYNAMODB_ENDPOINT, DATA_DIR } = env
  const clients = tableClients(DYNAMODB_ENDPOINT === undefined ? {} : localConfig(DYNAMODB_ENDPOINT))
  const names = { Ledger: LEDGER_TABLE, Operations: OPERATIONS_TABLE, Members: 'not-read' }
  const tables = { ...clients, names, usage: { requests: 0, writeUnits: 0, readUnits: 0 } }
  const now = () => (DATA_DIR === undefined ? Date.now() : new Clock(resolve(DATA_DIR)).now())
  const rows = await rowsIn(tables)
  return { tables, name: LEDGER_TABLE, isQuiet: false, rows, now, close: async () => undefined }
}

async function stoppedTables(dataDir: string, port: number): Promise<LedgerSource> {
  const source = findEngine(ROOT, {})
  if (!('binary' in source)) throw new Remedy('No engine was found; install it with npm ci.')
  const lock = await lockFolder(dataDir, port)
  const engine = await startEngine(source.binary, {
    dbPath: engineFile(dataDir),
    logPath: join(dataDir, 'engine.log'),
    onSpawn: lock.noteEngine,
    onExit: () => undefined,
  }).catch((error: unknown) => {
    lock.release()
    throw error
  })
  const close = async () => {
    await engine.stop()
    lock.release()
  }
  const now = () => new Clock(dataDir).now()
  const about = { name: `the ledger in ${shortPath(dataDir)}`, isQuiet: true, now, close }
  return localTables(engine.endpoint, about).catch(async (error: unknown) => {
    await close()
    throw error
  })
}

const TableList = z.object({ TableNames: z.array(z.string()) })
const Described = z.object({ Table: z.object({ ItemCount: z.number().optional() }) })

async function localTables(
  endpoint: string,
  about: Pick<LedgerSource, 'name' | 'isQuiet' | 'now' | 'close'>,
): Promise<LedgerSource> {
  const call = engineClient(endpoint)
  const { TableNames } = TableList.parse(await call('DynamoDB_20120810.ListTables', {}))
  const named = (table: string) => TableNames.find((name) => name.endsWith(`-${table}`)) ?? table
  const names = { Ledger: named('Ledger'), Operations: named('Operations'), Members: named('Members') }
  if (!TableNames.includes(names.Ledger)) {
    throw new Remedy('The folder holds no ledger yet; start it once with npm start.')
  }
  const tables = { ...tableClients(localConfig(endpoint)), names, usage: { requests: 0, writeUnits: 0, readUnits: 0 } }
  const { Table } = Described.parse(await call('DynamoDB_20120810.DescribeTable', { TableName: names.Ledger }))
  return { ...about, tables, rows: Table.ItemCount ?? 0 }
}

async function rowsIn(tables: Tables): Promise<number> {
  const { DescribeTableCommand } = await import('@aws-sdk/client-dynamodb')
  const answer = await tables.reader.send(new DescribeTableCommand({ TableName: tables.names.Ledger }))
  return answer.Table?.ItemCount ?? 0
}

function localConfig(endpoint: string) {
  return { endpoint, region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
}

const Holder = z.object({ run: LifeShape, engine: LifeShape.optional() })

/**
 * The engine of a run that is alive; its file and its port stand in its command line. A lock that names the engine of another
 * file came along when the folder of a run was copied, and holds nothing here.
 */
function liveEngine(dataDir: string): string | undefined {
  const lock = join(dataDir, 'run.lock')
  const holder = readIfSound(lock, Holder)
  if (holder?.engine === undefined || !isAlive(holder.run.pid, holder.run.mark)) return undefined
  const { pid, mark } = holder.engine
  const args = isAlive(pid, mark) ? (readIfThere(`/proc/${pid}/cmdline`)?.split('\0') ?? []) : []
  const after = (option: string) => (args.includes(option) ? args[args.indexOf(option) + 1] : undefined)
  const [file, port] = [after('--db-path'), after('--port')]
  if (file === undefined || port === undefined) return undefined
  if (isSameFile(file, engineFile(dataDir))) return `http://127.0.0.1:${port}`
  rmSync(lock, { force: true })
  return undefined
}

/** Whatever path leads to it. A file that is gone may be either, and is taken for the same so that a lock stays. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }))
  return a === undefined || b === undefined || (a.ino === b.ino && a.dev === b.dev)
}
