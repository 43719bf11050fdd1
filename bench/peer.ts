/**
 * The same award in PostgreSQL, side by side: one function that keeps the same promises, both on this machine, both on disk.
 * On one machine it is faster, and that is told: what it does not bring is a server that nobody has to run.
 */
import { join } from 'node:path'
import { createApi } from '../functions/platform/http.ts'
import { pointsRoutes } from '../functions/points/routes.ts'
import { rowsOf } from '../test/support/tables.ts'
import { crowdOf } from './crowd.ts'
import { usualMember } from './deeds.ts'
import type { Load, PeerFigures } from './figures.ts'
import { LOAD_HEADS, loaded, loadRow, type Send } from './load.ts'
import { accepted, eventOf, LAMBDA } from './loopback.ts'
import { openCaller, openServer, runFile, type Server } from './psql.ts'
import { columns, type Findings, type Scope } from './report.ts'
import { openShop, warm } from './shop.ts'

const CALLERS = [1, 16] as const
const CALLERS_MOST = 16
const REQUESTS = 1_500
const WARM_UP = 200
const REPEATS = 3

type Side = { readonly what: string; readonly send: Send; readonly close: () => Promise<void> }

export async function run({ say }: Scope): Promise<Findings> {
  const server = await openServer(process.env)
  if (server === undefined) {
    say('no server at hand: set PGHOST, or put initdb, postgres and psql on the PATH')
    return { results: { version: '', loads: [] } satisfies PeerFigures, verdicts: [] }
  }
  const sides: Side[] = []
  try {
    sides.push(await ours(), await theirs(server))
    const loads = await sideBySide(sides)
    say(`PostgreSQL ${server.version}, the best of ${REPEATS} runs of each`)
    for (const line of columns([[...LOAD_HEADS], ...loads.map(loadRow)])) say(line)
    return { results: { version: server.version, loads } satisfies PeerFigures, verdicts: [] }
  } finally {
    for (const side of sides) await side.close()
    await server.close()
  }
}

/** In turn; the best of each is kept, which is what the other side of a comparison is owed. */
async function sideBySide(sides: readonly Side[]): Promise<Load[]> {
  const loads: Load[] = []
  let from = 0
  const next = async ({ what, send }: Side, callers: number, requests: number) => {
    from += requests
    return loaded(send, { what, callers, requests, from: from - requests })
  }
  for (const callers of CALLERS) {
    for (const side of sides) await next(side, callers, WARM_UP)
    const seen: Load[] = []
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      for (const side of sides) seen.push(await next(side, callers, REQUESTS))
    }
    for (const { what } of sides) {
      const own = seen.filter((load) => load.what === what).sort((a, b) => b.perSecond - a.perSecond)
      loads.push(...own.slice(0, 1))
    }
  }
  return loads
}

/** The handler over an engine that keeps its tables in a file. */
async function ours(): Promise<Side> {
  const shop = await openShop(Date.now())
  const members: string[] = []
  for (let caller = 0; caller < CALLERS_MOST; caller += 1) members.push(await usualMember(shop))
  await warm(shop)
  const rows = await rowsOf(shop.tables, 'Ledger')
  const onDisk = await crowdOf(shop, () => [rows])
  const services = { ...onDisk.shop.services, log: (line: object) => void JSON.stringify(line) }
  const handler = createApi(() => services, pointsRoutes)
  return {
    what: 'ours, from event to answer',
    send: async (caller) => accepted(await handler(eventOf(onDisk.shop, members[caller] ?? ''), LAMBDA)),
    close: onDisk.close,
  }
}

async function theirs({ env }: Server): Promise<Side> {
  runFile(env, join(import.meta.dirname, 'peer.sql'))
  const callers = Array.from({ length: CALLERS_MOST }, () => openCaller(env))
  for (const [caller, { ask }] of callers.entries()) {
    await ask(`INSERT INTO account (member_id) VALUES ('member-${caller}') RETURNING 1;`)
  }
  const purchasedAt = new Date(Date.now() - 60_000).toISOString()
  return {
    what: 'PostgreSQL, one function',
    async send(caller, index) {
      const named = `'member-${caller}', 'central', 'r-${index}', 10000, '${purchasedAt}', 'till-central-1'`
      const answer = await callers[caller]?.ask(`SELECT points, is_repeat FROM award(${named});`)
      if (answer !== '100|f') throw new Error(`not awarded: ${answer}`)
    },
    close: async () => {
      for (const caller of callers) caller.close()
    },
  }
}
