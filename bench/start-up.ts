/**
 * What a cold start takes beyond Lambda's own: importing the function of points in a fresh process, against importing the
 * bare client, in turn; and from there to the first committed write.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { keys } from '../functions/platform/table-design.ts'
import { engine } from '../test/support/engine.ts'
import { readBudget } from './budget.ts'
import { BARE, bundles, writeBundle } from './bundle.ts'
import { usualMember } from './deeds.ts'
import type { StartFigures } from './figures.ts'
import { eventOf } from './loopback.ts'
import { isBusy } from './machine.ts'
import { columns, type Findings, ratioGate, type Scope } from './report.ts'
import { openShop, type Shop, warm } from './shop.ts'
import { median, type Spread, spread } from './statistics.ts'

const RUNS = 15
const SUBJECTS = ['points', BARE] as const
type Subject = (typeof SUBJECTS)[number]

const Told = z.object({ importMs: z.number(), importCpuMs: z.number(), firstWriteMs: z.number() })
type Told = z.infer<typeof Told>

/** Runs in the fresh process: plain JavaScript, so that no type has to be taken out first. */
const PROBE = `
const [path, event] = process.argv.slice(1)
const cpu = process.cpuUsage()
const started = performance.now()
const { handler } = await import(path)
const importMs = performance.now() - started
const { user, system } = process.cpuUsage(cpu)
const answer = await handler(JSON.parse(event), { awsRequestId: 'bench' })
if (answer.statusCode !== 201) throw new Error(JSON.stringify(answer))
const firstWriteMs = performance.now() - started
process.stderr.write(JSON.stringify({ importMs, importCpuMs: (user + system) / 1000, firstWriteMs }))
`

export async function run({ say }: Scope): Promise<Findings> {
  const { ratios } = readBudget()
  const folder = await mkdtemp(join(tmpdir(), 'revisit-bench-'))
  try {
    const made = await bundles()
    const pathOf = (subject: Subject) => {
      const found = made.find(({ name }) => name === subject)
      if (found === undefined) throw new Error(`${subject} was not built`)
      return writeBundle(folder, found)
    }
    const shop = await openShop(Date.now())
    const memberId = await usualMember(shop)
    await warm(shop)
    const events = { points: () => eventOf(shop, memberId), [BARE]: () => bareEvent(shop, memberId) }
    const starts = SUBJECTS.map((name) => ({ name, path: pathOf(name), event: events[name] }))
    const env = await environment(shop)
    const { measured, verdict } = await ratioGate({
      name: 'CPU of importing points over importing the bare client',
      measure: () => measure(starts, env),
      ratio: ({ ratio }) => ratio,
      most: ratios.importCpu,
      isBusy,
    })
    for (const line of told(measured)) say(line)
    return { results: measured satisfies StartFigures, verdicts: [verdict] }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Subjects = readonly { readonly name: Subject; readonly path: string; readonly event: () => unknown }[]

async function measure(subjects: Subjects, env: NodeJS.ProcessEnv): Promise<StartFigures> {
  const seen = new Map<Subject, Told[]>(subjects.map(({ name }) => [name, []]))
  for (let run = 0; run < RUNS; run += 1) {
    for (const { name, path, event } of subjects) {
      const text = await freshProcess(['--input-type=module', '-e', PROBE, path, JSON.stringify(event())], env)
      seen.get(name)?.push(Told.parse(JSON.parse(text)))
    }
  }
  const of = (name: Subject, part: keyof Told) => (seen.get(name) ?? []).map((one) => one[part])
  return {
    starts: subjects.map(({ name }) => ({
      name,
      importCpuMs: spread(of(name, 'importCpuMs')),
      importMs: spread(of(name, 'importMs')),
      firstWriteMs: spread(of(name, 'firstWriteMs')),
    })),
    ratio: median(of('points', 'importCpuMs')) / median(of(BARE, 'importCpuMs')),
  }
}

/** @returns what it wrote to its standard error. @throws with that where it failed */
function freshProcess(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    const chunks: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      const said = Buffer.concat(chunks).toString()
      if (code === 0) resolve(said)
      else reject(new Error(`the fresh process ended with ${code}: ${said}`))
    })
  })
}

async function environment({ tables }: Shop): Promise<NodeJS.ProcessEnv> {
  const { endpoint } = await engine()
  return {
    ...{ TZ: 'UTC', AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' },
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    SECRET_ID: 'bench',
    LEDGER_TABLE: tables.names.Ledger,
    MEMBERS_TABLE: tables.names.Members,
    OPERATIONS_TABLE: tables.names.Operations,
  }
}

let writes = 0

/** Three items of the weight of an award's, at keys of their own. */
function bareEvent({ tables }: Shop, memberId: string) {
  writes += 1
  const filler = 'x'.repeat(350)
  const items = ['receipt', 'account', 'entry'].map((sk) => ({ pk: `BARE#${writes}`, sk, filler }))
  return { table: tables.names.Ledger, key: keys.account(memberId), items }
}

function told({ starts, ratio }: StartFigures): string[] {
  const range = (one: Spread) => `${one.median.toFixed(0)} (${one.least.toFixed(0)} to ${one.most.toFixed(0)})`
  const rows = starts.map((start) => [
    start.name,
    range(start.importCpuMs),
    range(start.importMs),
    range(start.firstWriteMs),
  ])
  const heads = ['', 'ms CPU to import', 'ms to import', 'ms to the first write']
  return [...columns([heads, ...rows]), `points over the bare client: ${ratio.toFixed(3)} in CPU`]
}
