/**
 * `npm run prove`: the whole proof at depth `ci` on two processes, or a part of it. It says the seed first and last, adds up
 * what all parts counted, and fails when a part fails or too little was done.
 *
 *     npm run prove -- --only faults          one part, or several with commas: commands, faults, crash, history, …
 *     PROOF_SEED=7 npm run prove -- --only faults --one     one run with exactly this seed
 *     npm run prove -- --shrink 7             the few steps of a faulty run that matter
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CALLERS, FAULT_RATE, MEMBERS, SEED, STEPS } from './depth.ts'
import { flagsOf, wholeNumber } from './flags.ts'
import { commit, OUT } from './report.ts'
import { shrunk } from './runs.ts'
import { addTally, emptyTally, shown, type Tally } from './tally.ts'

const OPERATIONS_MIN = 100_000
const FAULTS_MIN = 25_000
const SHRINK_TRIES = 60
/** The properties of the pure rules, each tried this many times as often as by `npm test`. */
const PROPERTIES = ['--project', 'pure', '--testTimeout', '300000', 'test/functions/points', 'test/functions/shared']
const PROPERTY_RUNS = 10
/** They are whole in every run of the tests already. */
const NO_DEEPER = ['regressions', 'sabotage'].flatMap((part) => ['--exclude', `test/proof/${part}.test.ts`])

const USAGE = 'usage: npm run prove [-- --only PART,PART] [--one] [--shrink SEED]'
const values = flagsOf(USAGE, { only: { type: 'string' }, one: { type: 'boolean' }, shrink: { type: 'string' } })

function proveAll(): number {
  const depth = process.env.PROOF ?? 'ci'
  console.info(`proof: depth ${depth}, PROOF_SEED=${SEED}, commit ${commit()}`)
  const began = Date.now()
  const filters = (values.only ?? '').split(',').map((part) => `test/proof/${part}`)
  const env = { ...process.env, PROOF: depth, PROOF_SEED: String(SEED), ...(values.one && { PROOF_ONE: 'yes' }) }
  const isProven = vitest(['--project', 'proof', ...(isWhole(depth) ? NO_DEEPER : []), ...filters], env)
  const isPureProven = !isWhole(depth) || vitest(PROPERTIES, { ...env, PROOF_RUNS: String(PROPERTY_RUNS) })
  const { tally, others } = partsOf(began)
  const wanting = isWhole(depth) ? tooLittle(tally) : []
  const lines = [...shown(tally).split('\n'), ...others.map(([part, line]) => `${part}: ${line}`)]
  for (const line of lines) console.info(`proof: ${line.trim()}`)
  for (const line of wanting) console.error(`proof: ${line}`)
  const verdict = isProven && isPureProven && wanting.length === 0 ? 'holds' : 'DOES NOT HOLD'
  console.info(
    `proof: ${verdict} (${depth}), ${Math.round(performance.now() / 1000)} s, PROOF_SEED=${SEED}, commit ${commit()}`,
  )
  return verdict === 'holds' ? 0 : 1
}

function vitest(args: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return spawnSync('npx', ['vitest', 'run', ...args], { stdio: 'inherit', env }).status === 0
}

function isWhole(depth: string): boolean {
  return depth !== 'quick' && values.only === undefined && !values.one
}

type Part = { readonly part: string } & Partial<Tally>

/** What the parts have left behind since then: those that count operations, and the rest in their own words. */
function partsOf(began: number): { tally: Tally; others: [string, string][] } {
  const tally = emptyTally()
  const others: [string, string][] = []
  const isNew = (file: string) => statSync(join(OUT, file)).mtimeMs >= began
  for (const file of readdirSync(OUT).filter(isNew).sort()) {
    const part: Part = JSON.parse(readFileSync(join(OUT, file), 'utf8'))
    if (part.commands !== undefined && part.rows !== undefined) addTally(tally, { ...emptyTally(), ...part })
    else others.push([part.part, figuresOf(part)])
  }
  return { tally, others }
}

function figuresOf(part: object): string {
  const figures = Object.entries(part).filter(([, value]) => typeof value === 'number')
  return figures.map(([name, value]) => `${name} ${value}`).join(', ')
}

function tooLittle({ operations, injected }: Tally): string[] {
  return [
    ...(operations >= OPERATIONS_MIN ? [] : [`only ${operations} operations of ${OPERATIONS_MIN}`]),
    ...(injected >= FAULTS_MIN ? [] : [`only ${injected} faults of ${FAULTS_MIN}`]),
  ]
}

async function shrinkOne(seed: number): Promise<void> {
  const options = { seed, steps: STEPS, callers: CALLERS, members: MEMBERS, faultRate: FAULT_RATE }
  const kept = await shrunk(options, SHRINK_TRIES)
  if (kept === undefined) console.info(`seed ${seed} breaks nothing`)
  else console.info(`seed ${seed} fails with ${kept.length} of ${STEPS} steps: ${kept}`)
}

if (values.shrink === undefined) process.exitCode = proveAll()
else {
  await shrinkOne(wholeNumber(USAGE, 'shrink', values.shrink))
  process.exit()
}
