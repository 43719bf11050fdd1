/**
 * Finds the tables that are to be audited: those named by the environment, those of a run that is alive, or those in the
 * folder of a run that is not, for which an engine is started and stopped again.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { type Tables, tableClients } from '../functions/platform/table.ts'
import { REGION } from './aws.ts'
import { ROOT } from './build.ts'
import { engineClient, findEngine, startEngine } from './engine.ts'
import { LifeShape } from './file-lock.ts'
import { engineFile, lockFolder } from './lock.ts'
import { portFrom } from './port.ts'
import { isAlive, processesWith } from './process-mark.ts'
import { Remedy } from './remedy.ts'
import { shortPath } from './short-path.ts'
import { readIfSound } from './state.ts'

export type LedgerSource = {
  readonly tables: Tables
  /** How people call what is audited. */
  readonly name: string
  /** Nobody else writes meanwhile. */
  readonly isQuiet: boolean
  readonly rows: number
  readonly close: () => Promise<void>
}

const Environment = z.object({
  LEDGER_TABLE: z.string(),
  OPERATIONS_TABLE: z.string(),
  DYNAMODB_ENDPOINT: z.string().optional(),
})

/** @throws Remedy when there is nothing to audit */
export async function openLedger(env: NodeJS.ProcessEnv): Promise<LedgerSource> {
  const named = Environment.safeParse(env)
  if (named.success) return namedTables(named.data)
  const dataDir = env.DATA_DIR ?? '.local'
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
      close: async () => undefined,
    })
  }
  return stoppedTables(dataDir, portFrom(env))
}

async function namedTables({ LEDGER_TABLE, OPERATIONS_TABLE, DYNAMODB_ENDPOINT }: z.infer<typeof Environment>) {
  const clients = tableClients(DYNAMODB_ENDPOINT === undefined ? {} : localConfig(DYNAMODB_ENDPOINT))
  const names = { Ledger: LEDGER_TABLE, Operations: OPERATIONS_TABLE, Members: 'not-read' }
  const tables = { ...clients, names, usage: { requests: 0, writeUnits: 0, readUnits: 0 } }
  return { tables, name: LEDGER_TABLE, isQuiet: false, rows: await rowsIn(tables), close: async () => undefined }
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
  return localTables(engine.endpoint, { name: `the ledger in ${shortPath(dataDir)}`, isQuiet: true, close })
}

const TableList = z.object({ TableNames: z.array(z.string()) })
const Described = z.object({ Table: z.object({ ItemCount: z.number().optional() }) })

async function localTables(
  endpoint: string,
  about: Pick<LedgerSource, 'name' | 'isQuiet' | 'close'>,
): Promise<LedgerSource> {
  const call = engineClient(endpoint)
  const { TableNames } = TableList.parse(await call('DynamoDB_20120810.ListTables', {}))
  const named = (table: string) => TableNames.find((name) => name.endsWith(`-${table}`)) ?? table
  const names = { Ledger: named('Ledger'), Operations: named('Operations'), Members: named('Members') }
  if (!TableNames.includes(names.Ledger)) {
    await about.close()
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

/** The engine of a run that is alive; its port stands in its command line. */
function liveEngine(dataDir: string): string | undefined {
  const holder = readIfSound(join(dataDir, 'run.lock'), Holder)
  if (holder?.engine === undefined || !isAlive(holder.run.pid, holder.run.mark)) return undefined
  const { pid } = holder.engine
  if (!processesWith('--db-path', engineFile(dataDir)).includes(pid)) return undefined
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  const port = args[args.indexOf('--port') + 1]
  return port === undefined ? undefined : `http://127.0.0.1:${port}`
}
