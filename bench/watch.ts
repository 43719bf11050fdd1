/** Runs one long job and tells what it took: requests, units, the largest `Limit`, CPU, and the most heap that was in use. */
import type { Tables } from '../functions/platform/table.ts'
import type { Units } from './figures.ts'
import { meter } from './meter.ts'

export type Watched<Output> = {
  readonly output: Output
  readonly units: Units
  /** The most items that a query or scan asked for; infinite where one had no limit. */
  readonly limit: number
  readonly cpuMs: number
  readonly heapBytes: number
}

const NAME = 'watch'
/** A collection before each look at the heap; many of them would take longer than the job. */
const REQUESTS_PER_LOOK = 200
const READS_MANY = /Query|Scan/
/** Pages of a scan are few and large. */
const SCANS_PER_LOOK = 4

export async function watch<Output>(tables: Tables, job: () => Promise<Output>): Promise<Watched<Output>> {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('the heap cannot be measured without --expose-gc')
  let requests = 0
  let scans = 0
  let limit = 0
  let heapBytes = 0
  let lookingMicros = 0
  const look = () => {
    const before = process.cpuUsage()
    gc()
    heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed)
    const { user, system } = process.cpuUsage(before)
    lookingMicros += user + system
  }
  const clients = [tables.reader, tables.writer]
  for (const client of clients) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const name = String(context.commandName)
        if (READS_MANY.test(name)) limit = Math.max(limit, limitOf(args.input))
        const result = await next(args)
        const isScan = name.startsWith('Scan')
        if (isScan) scans += 1
        else requests += 1
        if (isScan ? scans % SCANS_PER_LOOK === 0 : requests % REQUESTS_PER_LOOK === 0) look()
        return result
      },
      { step: 'initialize', name: NAME, override: true },
    )
  }
  using counted = meter(tables)
  const before = process.cpuUsage()
  try {
    const output = await job()
    const { user, system } = process.cpuUsage(before)
    const cpuMs = (user + system - lookingMicros) / 1_000
    look()
    return { output, units: counted.take().units, limit, cpuMs, heapBytes }
  } finally {
    for (const client of clients) client.middlewareStack.remove(NAME)
  }
}

function limitOf(input: object): number {
  return 'Limit' in input && typeof input.Limit === 'number' ? input.Limit : Number.POSITIVE_INFINITY
}
