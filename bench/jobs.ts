/**
 * What works through all members by itself: requests, units, CPU and heap as their number grows. It must cost each member the
 * same, and must never hold more than a few pages, however many there are.
 */
import { SYSTEM } from '../functions/platform/auth.ts'
import type { Context } from '../functions/platform/context.ts'
import { audit } from '../functions/points/audit.ts'
import { sweep } from '../functions/points/sweep.ts'
import { saveMark } from '../functions/points/sweep-store.ts'
import { readBudget, unitsVerdict } from './budget.ts'
import { crowdOf } from './crowd.ts'
import type { JobRun, JobsFigures } from './figures.ts'
import { itemBytes } from './item-size.ts'
import { isBusy } from './machine.ts'
import { copyOf, type Template, templateOf } from './population.ts'
import { columns, type Findings, ratioGate, type Say, type Scope, verdict } from './report.ts'
import { openShop, type Shop, warm } from './shop.ts'
import { watch } from './watch.ts'

const GATED = [25_000, 50_000] as const
const SHOWN = [100_000, 200_000] as const
const TIME_MAX_MS = 900_000
/** More items than this in one page would be a way around the limit. */
const LIMIT_MAX = 4_000
/** One member in fifty has points that expired yesterday. */
const DUE_EVERY = 50

const LAST_DAY = '2026-10-31'
const TODAY = Date.parse('2026-11-01T12:00:00Z')
/** Points of this day last until the end of October two years later. */
const LONG_AGO = Date.parse('2024-10-15T12:00:00Z')

/** Progress is saved once a minute; here no time passes, so that units depend on the work and not on the machine. */
function timeless(shop: Shop): Context {
  return { ...shop.by(SYSTEM), elapsed: () => 0 }
}

/** @returns how many accounts or entries it worked on */
type Job = (shop: Shop, members: number) => Promise<number>

const JOBS: Readonly<Record<string, Job>> = {
  async sweep(shop) {
    await saveMark(shop.by(SYSTEM), LAST_DAY)
    const { state, settled, failed } = await sweep(timeless(shop), { milliseconds: TIME_MAX_MS })
    if (state !== 'done' || failed > 0) throw new Error(`the sweep is ${state}, ${failed} accounts failed`)
    return settled
  },
  async audit(shop, members) {
    const { state, findings } = await audit(timeless(shop), { milliseconds: TIME_MAX_MS })
    if (state !== 'sealed' || findings > 0) throw new Error(`the audit is ${state}, with ${findings} findings`)
    // Each member's purchase, and what the sweep has just settled.
    return members + members / DUE_EVERY
  },
}

export async function run({ gatesOnly, say }: Scope): Promise<Findings> {
  const { ratios, jobs } = readBudget()
  const shop = await openShop(LONG_AGO)
  await warm(shop)
  const due = await templateOf(shop)
  shop.now = TODAY
  const kinds = { due, idle: await templateOf(shop) }
  const measure = async (sizes: readonly number[]) => {
    const runs: JobRun[] = []
    for (const members of sizes) runs.push(...(await allJobs(shop, { members, kinds, say })))
    return runs
  }
  const { measured, verdict: cpu } = await ratioGate({
    name: 'CPU of jobs for each item, at twice the members',
    measure: () => measure(GATED),
    ratio: (runs) => most(runs, ({ cpuMs, worked }) => cpuMs / worked),
    most: ratios.jobsCpu,
    isBusy,
  })
  const runs = [...measured, ...(gatesOnly ? [] : await measure(SHOWN))]
  for (const line of toldRuns(runs)) say(line)
  const units = Object.fromEntries(measured.map(({ job, members, units: used }) => [`${job}-${members}`, used]))
  const heap = most(measured, ({ heapBytes }) => heapBytes)
  const verdicts = [
    unitsVerdict('units of jobs', units, jobs),
    verdict(
      'every page of a job has a limit',
      runs.every(({ limit }) => limit > 0 && limit <= LIMIT_MAX),
      toldLimits(runs),
    ),
    cpu,
    verdict('heap of jobs at twice the members', heap <= ratios.heap, `${heap.toFixed(3)}, at most ${ratios.heap}`),
  ]
  return { results: { runs, readsPerByte: readsPerByte(runs, kinds) } satisfies JobsFigures, verdicts }
}

type Kinds = { readonly due: Template; readonly idle: Template }

async function allJobs(
  shop: Shop,
  { members, kinds, say }: { readonly members: number; readonly kinds: Kinds; readonly say: Say },
): Promise<JobRun[]> {
  say(`${members} members: making them`)
  const crowd = await crowdOf(shop, () => everybody(members, kinds))
  try {
    const runs: JobRun[] = []
    for (const [job, work] of Object.entries(JOBS)) {
      say(`${members} members: ${job}`)
      const { output: worked, ...took } = await watch(crowd.shop.tables, () => work(crowd.shop, members))
      runs.push({ job, members, worked, ...took })
    }
    return runs
  } finally {
    await crowd.close()
  }
}

function* everybody(members: number, { due, idle }: Kinds) {
  for (let index = 0; index < members; index += 1) yield copyOf(index % DUE_EVERY === 0 ? due : idle, index)
}

/** The most that any job rose by, from the fewer members to the more. */
function most(runs: readonly JobRun[], figure: (run: JobRun) => number): number {
  return Math.max(
    ...Object.keys(JOBS).map((job) => {
      const [fewer, more] = runs.filter((run) => run.job === job).map(figure)
      return (more ?? Number.NaN) / (fewer ?? Number.NaN)
    }),
  )
}

/** Of the audit over the most members, where what each segment costs beside its rows counts least. */
function readsPerByte(runs: readonly JobRun[], kinds: Kinds): number {
  const last = runs.findLast(({ job }) => job === 'audit')
  if (last === undefined) throw new Error('no audit was measured')
  const dues = last.members / DUE_EVERY
  const bytes = dues * ledgerBytes(kinds.due) + (last.members - dues) * ledgerBytes(kinds.idle)
  return last.units.reads / bytes
}

function ledgerBytes(template: Template): number {
  return copyOf(template, 1).reduce((sum, row) => sum + itemBytes(row), 0)
}

function toldLimits(runs: readonly JobRun[]): string {
  return `the largest is ${Math.max(...runs.map(({ limit }) => limit))}, at most ${LIMIT_MAX}`
}

function toldRuns(runs: readonly JobRun[]): string[] {
  const rows = runs.map(({ job, members, worked, units, cpuMs, heapBytes }) => [
    `${job} of ${members}`,
    ...[worked, units.requests, units.writes, units.reads, units.index].map(String),
    (cpuMs / worked).toFixed(3),
    (heapBytes / 1e6).toFixed(1),
  ])
  return columns([['', 'items', 'requests', 'writes', 'reads', 'index', 'ms CPU each', 'MB heap'], ...rows])
}
