/**
 * `npm run verify:history -- <folder>`: starts the product from nothing, brings the folder's receipts and refunds in
 * and compares every balance and every proof with an independent computation. Status 0 only when all agree.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { AmbiguousHistory } from './history-balances.ts'
import { FAULT_RATE_DEFAULT, HistoryFaults } from './history-faults.ts'
import { generateHistory, SIZES, writeHistory } from './history-generate.ts'
import { type LocalRun, startLocalRun } from './history-run.ts'
import { type Verdict, verifyHistory } from './history-verify.ts'
import { ImportStopped } from './import-client.ts'
import { FileRefused, type History, readHistory } from './import-rows.ts'
import { number, summaryOf } from './import-summary.ts'
import { duration } from './progress.ts'

const USAGE = `usage: npm run verify:history -- [folder with receipts.csv and refunds.csv]
  --size quick|full  size of the generated history when no folder is given (default full)
  --shuffle          deliver in random order, refunds also before their purchases
  --duplicate        deliver every row twice
  --kill             kill -9 the whole run in the middle, restart it, then import again what was sent by then
  --faults [rate]    this share of all calls to the tables goes wrong (default ${FAULT_RATE_DEFAULT})
  --seed N           of the generated history, of the order and of the faults (default 1)
  --concurrency N    requests in flight, 1 to 64 (default 16)`

const DIFFERENCES_SHOWN = 20
const KILL_AT_SHARE = 0.4

class UsageError extends Error {}

function parseCommand() {
  try {
    const { values, positionals } = parseArgs({
      args: withRate(process.argv.slice(2)),
      allowPositionals: true,
      options: {
        size: { type: 'string', default: 'full' },
        shuffle: { type: 'boolean', default: false },
        duplicate: { type: 'boolean', default: false },
        kill: { type: 'boolean', default: false },
        faults: { type: 'string', default: '0' },
        seed: { type: 'string', default: '1' },
        concurrency: { type: 'string', default: '16' },
        help: { type: 'boolean', default: false },
      },
    })
    const [seed, concurrency] = [Number(values.seed), Number(values.concurrency)]
    const size: keyof typeof SIZES | undefined =
      values.size === 'full' || values.size === 'quick' ? values.size : undefined
    if (values.help) return undefined
    if (positionals.length > 1) throw new UsageError('Name one folder, or none.')
    if (size === undefined) throw new UsageError('--size is quick or full.')
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) throw new UsageError('--seed is a whole number.')
    if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
      throw new UsageError('--concurrency must be a whole number from 1 to 64.')
    }
    const faults = Number(values.faults)
    if (!(faults >= 0 && faults <= 0.5)) throw new UsageError('--faults is a share from 0 to 0.5.')
    return { ...values, size, seed, concurrency, faults, folder: positionals[0] }
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message)
    throw error
  }
}

/** `--faults` alone means the default, and a folder may follow it. */
function withRate(args: readonly string[]): string[] {
  const isAlone = (arg: string, next = '') => arg === '--faults' && !/^[\d.]+$/.test(next)
  return args.map((arg, index) => (isAlone(arg, args[index + 1]) ? `--faults=${FAULT_RATE_DEFAULT}` : arg))
}

type Command = NonNullable<ReturnType<typeof parseCommand>>

/** A generated history takes the same way through files as a shop's own. */
async function historyOf({ folder, size, seed }: Command): Promise<{ name: string; history: History }> {
  if (folder !== undefined) return { name: basename(resolve(folder)), history: await readFolder(folder) }
  const temporary = await mkdtemp(join(tmpdir(), 'revisit-generated-'))
  try {
    await writeHistory(temporary, generateHistory({ ...SIZES[size], seed }))
    return { name: `generated (${size}, seed ${seed})`, history: await readFolder(temporary) }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

function readFolder(folder: string): Promise<History> {
  return readHistory([join(folder, 'receipts.csv'), join(folder, 'refunds.csv')])
}

async function verify(command: Command): Promise<number> {
  const { name, history } = await historyOf(command)
  const interrupt = () => process.exit(130)
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const startedAt = performance.now()
  const run = await startLocalRun()
  const readyAfter = (performance.now() - startedAt) / 1_000
  const faults = faultsOf(command, run)
  try {
    await faults?.start()
    const verdict = await verifyHistory({
      url: run.url,
      history,
      disorder: command,
      storeId: 'central',
      concurrency: command.concurrency,
      interruption: command.kill ? { atShare: KILL_AT_SHARE, run: () => restart(run, faults) } : undefined,
      ...(faults && { faultCount: () => faults.total }),
    })
    const problems = [
      ...history.refused.map((row) => `${row.file} line ${row.line}: ${row.reason}`),
      ...verdict.problems,
    ]
    await faults?.look()
    report({ command, name, history, verdict, problems, readyAfter, ...(faults && { faults: faults.told() }) })
    return problems.length === 0 ? 0 : 1
  } finally {
    faults?.stop()
    await run.stop()
  }
}

function faultsOf({ faults: rate, seed }: Command, { url }: LocalRun): HistoryFaults | undefined {
  return rate === 0 ? undefined : new HistoryFaults({ port: Number(new URL(url).port), seed, rate })
}

function restart(run: LocalRun, faults: HistoryFaults | undefined): Promise<void> {
  return faults === undefined ? run.killAndRestart() : faults.around(run.killAndRestart)
}

type Report = {
  readonly command: Command
  readonly name: string
  readonly history: History
  readonly verdict: Verdict
  readonly problems: readonly string[]
  readonly readyAfter: number
  readonly faults?: string
}

function report({ command, name, history, verdict, problems, readyAfter, faults }: Report): void {
  const { imports, importSeconds, checkSeconds, requests, entries, members } = verdict
  const manner = (['shuffle', 'duplicate', 'kill'] as const).filter((flag) => command[flag]).map((flag) => `--${flag}`)
  console.log(`delivery  ${command.concurrency} in flight ${[...manner, `--seed ${command.seed}`].join(' ')}`)
  for (const [index, outcome] of imports.entries()) {
    if (index > 0) console.log('import again')
    const last = index === imports.length - 1
    const lines = summaryOf({ outcome, history, requests, seconds: importSeconds }).split('\n')
    console.log(lines.slice(0, last ? undefined : 3).join('\n'))
  }
  console.log(
    `timing    ready ${readyAfter.toFixed(1)} s, import ${importSeconds.toFixed(1)} s, check ${duration(checkSeconds)}`,
  )
  if (faults !== undefined) console.log(`faults    ${faults}`)
  console.log(`ledger    ${number(members)} accounts, ${number(entries)} entries proven`)
  for (const problem of problems.slice(0, DIFFERENCES_SHOWN)) console.log(`differs   ${problem}`)
  const { receipts, refunds } = history
  const what = `${name} ${number(receipts.length)} receipts, ${number(refunds.length)} refunds, ${number(members)} members`
  const said =
    problems.length === 0 ? 'all balances equal, all proofs verify' : `${number(problems.length)} differences`
  console.log(`history: ${what}: ${said}`)
}

async function main(): Promise<number> {
  const command = parseCommand()
  if (command !== undefined) return verify(command)
  console.log(USAGE)
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n${USAGE}`)
  else if (error instanceof FileRefused || error instanceof AmbiguousHistory) console.error(error.message)
  else if (error instanceof ImportStopped) console.error(`The history cannot be sent: ${error.message}.`)
  else throw error
  process.exitCode = 1
}
