/**
 * One of the two processes of a soak: plays run after run until it is told to stop, and tells after each what has happened.
 * Its last quarter lets calls overlap for real, which cannot be repeated and therefore only adds.
 */
import { execFileSync } from 'node:child_process'
import { endEngine } from '../support/engine.ts'
import { CALLERS, FAULT_RATE, MEMBERS, STEPS } from './depth.ts'
import { play } from './play.ts'
import { type Failure, seedOf, violationsOf } from './runs.ts'
import { type Tally, tallyOf } from './tally.ts'
import { closeWorld } from './world.ts'

export type Order = { readonly kind: 'stop' } | { readonly kind: 'overlap' }
export type News = {
  readonly tally: Tally
  readonly failure?: Failure
  readonly megabytes: number
  /** Milliseconds of processor time of this process since the last news. */
  readonly cpu: number
}

/** An engine in memory gets slower with the tables that it has dropped: half as fast after some 300 runs. */
const RUNS_OF_ENGINE = 20

const [seed = 1] = process.argv.slice(2).map(Number)
let isStopping = false
let isOverlapping = false
process.on('message', ({ kind }: Order) => {
  isStopping ||= kind === 'stop'
  isOverlapping ||= kind === 'overlap'
})
// The parent decides when to end; who pressed Ctrl-C meant it as well.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit(1))

for (let index = 0; !isStopping; index += 1) {
  const before = process.cpuUsage()
  const options = {
    seed: seedOf(seed, index),
    steps: STEPS,
    members: MEMBERS,
    callers: CALLERS,
    faultRate: index % 3 === 2 ? 0 : FAULT_RATE,
    isOverlapping,
  }
  const run = await play(options)
  const violations = await violationsOf(run)
  await closeWorld(run.world)
  if (index % RUNS_OF_ENGINE === RUNS_OF_ENGINE - 1) await endEngine()
  const { user, system } = process.cpuUsage(before)
  const news: News = {
    tally: tallyOf(run),
    megabytes: megabytes(),
    cpu: (user + system) / 1_000,
    ...(violations.length > 0 && { failure: { seed: options.seed, options, violations } }),
  }
  await new Promise((resolve) => process.send?.(news, resolve))
}
process.exit()

/** Of this process and the engine that it has started. */
function megabytes(): number {
  const rows = execFileSync('ps', ['-eo', 'pid,ppid,rss'])
    .toString()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const own = new Set([process.pid])
  let kilobytes = 0
  for (const [pid = 0, parent = 0, size = 0] of rows.toSorted(([a = 0], [b = 0]) => a - b)) {
    if (own.has(parent)) own.add(pid)
    if (own.has(pid)) kilobytes += size
  }
  return Math.round(kilobytes / 1_024)
}
