/** Plays runs, one seed after the other, looks at each when it is over, and keeps what was found with the seed that finds it again. */
import { checkHistory } from './history.ts'
import { brokenInvariants } from './invariants.ts'
import { readLedger } from './ledger-rows.ts'
import { play, type Run, type RunOptions } from './play.ts'
import { statementOf } from './statement.ts'
import { addTally, emptyTally, type Tally, tallyOf } from './tally.ts'
import { closeWorld } from './world.ts'

export type Failure = { readonly seed: number; readonly options: RunOptions; readonly violations: readonly string[] }

/** @returns every rule and invariant that a run broke, and the digest that says whether two runs were the same. */
export async function violationsOf({ world, recorder }: Pick<Run, 'world' | 'recorder'>): Promise<string[]> {
  const ledger = await readLedger(world.wire.tables)
  const history = { calls: recorder.calls, statement: statementOf(ledger), rules: world.rules }
  return [...world.wire.witness.violations, ...brokenInvariants(ledger), ...checkHistory(history)]
}

export type Series = {
  readonly seed: number
  /** Operations to be sent, at least; a run is never cut short. */
  readonly operations: number
  readonly run: Omit<RunOptions, 'seed'>
  /** Called after each run; says whether to go on. */
  readonly onRun?: (tally: Tally, failures: readonly Failure[]) => boolean
}

/** The n-th run of a series has a seed of its own, so that it can be played alone. */
export function seedOf(seed: number, index: number): number {
  return (seed + Math.imul(index, 0x0100_0193)) >>> 0
}

const FAILURES_MAX = 5

export async function playSeries({
  seed,
  operations,
  run,
  onRun,
}: Series): Promise<{ tally: Tally; failures: Failure[] }> {
  const tally = emptyTally()
  const failures: Failure[] = []
  for (let index = 0; tally.operations < operations && failures.length < FAILURES_MAX; index += 1) {
    const options = { ...run, seed: seedOf(seed, index) }
    const played = await play(options)
    const violations = await violationsOf(played)
    if (violations.length > 0) failures.push({ seed: options.seed, options, violations })
    addTally(tally, tallyOf(played))
    await closeWorld(played.world)
    if (onRun?.(tally, failures) === false) break
  }
  return { tally, failures }
}

/**
 * Leaves out steps, ever smaller stretches of them, as long as what is left still fails.
 * @returns the steps that matter, or undefined where the whole run does not fail.
 */
export async function shrunk(options: RunOptions, triesMax: number): Promise<number[] | undefined> {
  let kept = Array.from({ length: options.steps }, (_, step) => step)
  if (!(await fails(options, kept))) return undefined
  let tries = 0
  for (let size = Math.ceil(kept.length / 2); size >= 1 && tries < triesMax; size = Math.floor(size / 2)) {
    for (let from = 0; from < kept.length && tries < triesMax; ) {
      const candidate = [...kept.slice(0, from), ...kept.slice(from + size)]
      tries += 1
      if (await fails(options, candidate)) kept = candidate
      else from += size
    }
  }
  return kept
}

async function fails(options: RunOptions, kept: readonly number[]): Promise<boolean> {
  const keep = new Set(kept)
  const without = new Set(Array.from({ length: options.steps }, (_, step) => step).filter((step) => !keep.has(step)))
  const played = await play({ ...options, without })
  const violations = await violationsOf(played)
  await closeWorld(played.world)
  return violations.length > 0
}

export function toldOf(failures: readonly Failure[]): string {
  return failures
    .map(({ seed, options, violations }) => {
      const command = `PROOF_SEED=${seed} npm run prove -- --only ${options.faultRate > 0 ? 'faults' : 'commands'} --one`
      const repeat = options.isOverlapping ? 'its calls overlapped, so nothing repeats it' : `repeat it with ${command}`
      return [`seed ${seed} broke ${violations.length} rules; ${repeat}`, ...violations.slice(0, 8)].join('\n  ')
    })
    .join('\n')
}
