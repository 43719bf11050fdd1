/**
 * An engine that begins with very many members in it: their rows are written as an export of DynamoDB and read in by the
 * engine's own import, which takes seconds where writes over HTTP take minutes.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { type Row, tableClients } from '../functions/platform/table.ts'
import { ROOT } from '../local/build.ts'
import { findEngine, startEngine } from '../local/engine.ts'
import { engineConfig } from '../test/support/engine.ts'
import { rowsOf } from '../test/support/tables.ts'
import type { Shop } from './shop.ts'

export type Crowd = { readonly shop: Shop; readonly close: () => Promise<void> }

/** A page of this engine's scan takes the longer the more rows there are; DynamoDB's does not. */
const PATIENT = { requestTimeout: 120_000, throwOnRequestTimeout: true }

/** @returns the shop with these rows in its ledger, its program and its stores, in an engine of its own. */
export async function crowdOf(shop: Shop, ledger: () => Iterable<readonly Row[]>): Promise<Crowd> {
  const folder = await mkdtemp(join(tmpdir(), 'revisit-bench-'))
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const { Ledger, Operations } = shop.tables.names
    await writeExport(folder, Operations, [await rowsOf(shop.tables, 'Operations')])
    await writeExport(folder, Ledger, ledger())
    const schema = await Promise.all([Ledger, Operations].map((name) => described(shop, name)))
    await writeFile(join(folder, 'schema.json'), JSON.stringify(schema))
    const source = findEngine(ROOT, {})
    if (!('binary' in source)) throw new Error('only an engine of ours can import')
    await imported(source.binary, folder)
    const engine = await startEngine(source.binary, {
      dbPath: join(folder, 'engine.db'),
      logPath: join(folder, 'engine.log'),
      onSpawn: (pid) => endWithUs(pid, folder),
      onExit: () => undefined,
    })
    closers.push(engine.stop)
    const clients = tableClients({ ...engineConfig(engine.endpoint), requestHandler: PATIENT })
    const tables = { ...shop.tables, ...clients }
    return { shop: moved(shop, tables), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The same shop over other tables. */
function moved(shop: Shop, tables: Shop['tables']): Shop {
  const services = { ...shop.services, table: (usage: Shop['tables']['usage']) => ({ ...tables, usage }) }
  return { ...shop, tables, services, by: (actor) => ({ ...shop.by(actor), table: services.table(noUsage()) }) }
}

function noUsage(): Shop['tables']['usage'] {
  return { requests: 0, writeUnits: 0, readUnits: 0 }
}

async function described({ tables }: Shop, TableName: string) {
  const { Table } = await tables.reader.send(new DescribeTableCommand({ TableName }))
  return { Table }
}

async function writeExport(folder: string, table: string, rows: Iterable<readonly Row[]>): Promise<void> {
  const data = join(folder, 'export', table, 'data')
  await mkdir(data, { recursive: true })
  const file = createWriteStream(join(data, 'rows.json'))
  for (const some of rows) {
    const text = some.map((row) => `${JSON.stringify({ Item: marshall(row, { removeUndefinedValues: true }) })}\n`)
    if (!file.write(text.join(''))) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
}

async function imported(binary: string, folder: string): Promise<void> {
  const args = ['import', '--source', join(folder, 'export'), '--schema', join(folder, 'schema.json')]
  const child = spawn(binary, [...args, '--output', join(folder, 'engine.db')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const said: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the import ended with ${code}: ${Buffer.concat(said).toString()}`)
}

/** The engine is made to outlive its parent; here it must not, and what it keeps neither. */
function endWithUs(pid: number, folder: string): void {
  process.once('exit', () => {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
}
