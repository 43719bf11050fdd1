/**
 * `npm run soak -- --minutes 120 --seed 1` or `-- --operations 1000000`: two processes play runs with and without faults
 * until the time is up, enough was done, five runs broke something or Ctrl-C was pressed, and a live line says how it goes. Status 1
 * on any violation.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { flagsOf, wholeNumber } from './flags.ts'
import { commit, report } from './report.ts'
import type { Failure } from './runs.ts'
import { toldOf } from './runs.ts'
import type { News, Order } from './soak-worker.ts'
import { addTally, emptyTally, rareOf, shown } from './tally.ts'

const USAGE =
  'usage: npm run soak [-- --minutes N] [--operations N] [--seed S]   (whole numbers; 120 minutes unless told)'
const values = flagsOf(USAGE, {
  minutes: { type: 'string' },
  operations: { type: 'string' },
  seed: { type: 'string', default: '1' },
})
const SEED = wholeNumber(USAGE, 'seed', values.seed)
const OPERATIONS =
  values.operations === undefined ? Number.POSITIVE_INFINITY : wholeNumber(USAGE, 'operations', values.operations)
const MINUTES = wholeNumber(USAGE, 'minutes', values.minutes ?? (values.operations === undefined ? '120' : '100000'))
const PROCESSES = 2
/** Seeds of the processes are apart by more than either will play. */
const SEED_STRIDE = 7_919_000
const OVERLAP_FROM = 0.75
/** Memory may grow while caches fill, and not after. */
const WARM_MINUTES = 10
const GROWTH_MAX = 1.05
const CPU_DRIFT_MAX = 0.1
/** After so many runs that broke something there is nothing more to learn. */
const FAILURES_MAX = 5

type Sample = { readonly minute: number; readonly megabytes: number; readonly cpu: number; readonly operations: number }

const tally = emptyTally()
const failures: Failure[] = []
const samples: Sample[] = []
const memory = new Map<ChildProcess, number>()
let isStopping = false
let isOverlapping = false

console.info(`soak: --seed ${SEED}, commit ${commit()}, ${PROCESSES} processes, ${goal()}`)
const workers = Array.from({ length: PROCESSES }, (_, index) =>
  fork(join(import.meta.dirname, 'soak-worker.ts'), [String(SEED + index * SEED_STRIDE)]),
)
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
const codes = await Promise.all(workers.map(follow))
process.exitCode = conclude(codes)

function goal(): string {
  return Number.isFinite(OPERATIONS) ? `${OPERATIONS} operations` : `${MINUTES} minutes`
}

function minutes(): number {
  return performance.now() / 60_000
}

function tell(order: Order): void {
  for (const worker of workers) if (worker.connected) worker.send(order)
}

/** Each process finishes the run that it is playing. */
function stop(): void {
  if (!isStopping) tell({ kind: 'stop' })
  isStopping = true
}

function follow(worker: ChildProcess): Promise<number> {
  worker.on('message', (news: News) => hear(worker, news))
  return new Promise((resolve) => {
    worker.once('exit', (code) => {
      if (!isStopping) console.error('\na process ended by itself; the other finishes its run')
      resolve(isStopping ? (code ?? 1) : 1)
      stop()
    })
  })
}

function hear(worker: ChildProcess, { tally: more, failure, megabytes, cpu }: News): void {
  addTally(tally, more)
  memory.set(worker, megabytes)
  const all = [...memory.values()].reduce((a, b) => a + b, 0)
  samples.push({ minute: minutes(), megabytes: all, cpu, operations: more.operations })
  if (failure) {
    failures.push(failure)
    console.error(`\n${toldOf([failure])}`)
  }
  const share = Math.max(minutes() / MINUTES, tally.operations / OPERATIONS)
  if (share >= OVERLAP_FROM && !isOverlapping) {
    isOverlapping = true
    tell({ kind: 'overlap' })
  }
  if (share >= 1 || failures.length >= FAILURES_MAX) stop()
  line(all)
}

function line(megabytes: number): void {
  const refusals = Object.entries(tally.outcomes).filter(([name]) => name.startsWith('refused '))
  const refused = refusals.reduce((sum, [, count]) => sum + count, 0)
  const pace = Math.round(tally.operations / Math.max(1, minutes() * 60))
  const text =
    `${minutes().toFixed(1)} min · ${tally.operations} operations (${pace}/s) · ${tally.injected} faults · ` +
    `${refused} refused · ${failures.length} violations · ${megabytes} MB${isOverlapping ? ' · overlapping' : ''}`
  if (process.stdout.isTTY) process.stdout.write(`\r${text}   `)
  else console.info(text)
}

function conclude(ended: readonly number[]): number {
  const drifts = driftsOf()
  const died = ended.filter((code) => code !== 0).length
  report('soak', { ...tally, failures, drifts }, `\n${shown(tally)}`, SEED)
  for (const rare of rareOf(tally)) console.info(`  ${rare}`)
  for (const drift of drifts) console.error(drift)
  if (died > 0) console.error(`${died} of ${PROCESSES} processes ended by themselves`)
  const isSound = failures.length === 0 && drifts.length === 0 && died === 0
  console.info(
    `soak ${isSound ? 'holds' : 'DOES NOT HOLD'}: ${minutes().toFixed(1)} min, --seed ${SEED}, commit ${commit()}`,
  )
  return isSound ? 0 : 1
}

/** Only a soak long enough to tell is judged by its memory and its processor time. */
function driftsOf(): string[] {
  const last = samples.at(-1)?.minute ?? 0
  if (last < 4 * WARM_MINUTES) return []
  const warm = samples.findLast(({ minute }) => minute <= WARM_MINUTES)?.megabytes ?? 0
  const end = samples.at(-1)?.megabytes ?? 0
  const first = paceOf(samples.filter(({ minute }) => minute <= last / 4))
  const third = paceOf(samples.filter(({ minute }) => minute > last / 2 && minute <= (last * 3) / 4))
  const drift = Math.abs(third - first) / first
  return [
    ...(end > warm * GROWTH_MAX ? [`memory grew from ${warm} to ${end} MB after ${WARM_MINUTES} minutes`] : []),
    ...(drift > CPU_DRIFT_MAX
      ? [`an operation took ${first.toFixed(2)} ms at first and ${third.toFixed(2)} ms later`]
      : []),
  ]
}

function paceOf(some: readonly Sample[]): number {
  const operations = some.reduce((sum, sample) => sum + sample.operations, 0)
  return some.reduce((sum, sample) => sum + sample.cpu, 0) / Math.max(1, operations)
}
