/**
 * The verification itself: a history goes through the API of a running product, in order or as badly as deliveries
 * can come, and every balance and proof is compared with the independent computation.
 */
import { seededRandom, shuffled } from './chance.ts'
import { expectedBalances } from './history-balances.ts'
import { type CheckResult, checkHistory } from './history-check.ts'
import { type ApiClient, createApiClient, programCurrency } from './import-client.ts'
import { type DeliveryOutcome, deliver } from './import-deliver.ts'
import { type History, type HistoryRow, inTimeOrder } from './import-rows.ts'
import { startProgress } from './progress.ts'

export type Disorder = { readonly shuffle: boolean; readonly duplicate: boolean; readonly seed: number }
export type VerifyOptions = {
  readonly url: string
  readonly history: History
  readonly disorder: Disorder
  readonly storeId: string
  readonly concurrency: number
  /** Called once, when this share of the rows is in; the import goes on meanwhile. */
  readonly interruption?: { readonly atShare: number; readonly run: () => Promise<void> }
  readonly quiet?: boolean
  /** How many faults the run has met so far, for the line that tells how far it is. */
  readonly faultCount?: () => number
}
export type Verdict = CheckResult & {
  readonly imports: readonly DeliveryOutcome[]
  readonly importSeconds: number
  readonly checkSeconds: number
  readonly requests: number
  /** Everything that is not as it must be; empty is the proof. */
  readonly problems: readonly string[]
}

/** What was sent until an interruption was over is sent a second time, which must find everything there already. */
export async function verifyHistory(options: VerifyOptions): Promise<Verdict> {
  const { url, history, interruption } = options
  const expected = expectedBalances(history.receipts, history.refunds)
  const client = createApiClient({ url, credentials: { clientId: 'pos-local', clientSecret: 'pos-local-secret' } })
  const rows = deliveries(history, options.disorder)
  const importFrom = performance.now()
  let sent = 0
  const onInterrupted = (count: number) => {
    sent = count
  }
  const first = await importOnce({ ...options, client, rows, label: 'import', onInterrupted })
  const imports = [first]
  if (interruption !== undefined && first.stoppedBecause === undefined) {
    const again = { rows: rows.slice(0, sent), label: 'import again', interruption: undefined }
    imports.push(await importOnce({ ...options, ...again, client }))
  }
  const checkFrom = performance.now()
  const progress =
    options.quiet === true ? undefined : startProgress({ label: labelled('check', options), total: expected.size })
  const { concurrency } = options
  const { memberIds } = first
  const check = await checkHistory({ url, expected, memberIds, concurrency, onDone: progress?.update })
  progress?.end()
  const importProblems = imports.flatMap((outcome, index) =>
    problemsOf(outcome, index === 0 ? rows.length : sent, index > 0),
  )
  return {
    ...check,
    imports,
    requests: client.requestsSent(),
    importSeconds: (checkFrom - importFrom) / 1_000,
    checkSeconds: (performance.now() - checkFrom) / 1_000,
    problems: [...importProblems, ...check.balanceDifferences, ...check.proofDifferences],
  }
}

/** Duplicates stand beside the original in an ordered run and anywhere in a shuffled one. */
export function deliveries(history: History, { shuffle, duplicate, seed }: Disorder): HistoryRow[] {
  const once = inTimeOrder(history)
  const rows = duplicate ? once.flatMap((row) => [row, row]) : once
  return shuffle ? shuffled(rows, seededRandom(seed)) : rows
}

function labelled(label: string, { faultCount }: Pick<VerifyOptions, 'faultCount'>): string | (() => string) {
  return faultCount === undefined ? label : () => `${label}, ${faultCount().toLocaleString('en')} faults`
}

type ImportOnce = VerifyOptions & {
  readonly client: ApiClient
  readonly rows: readonly HistoryRow[]
  readonly label: string
  /** @param sent so many rows, from the first on, may have been sent when it was over. */
  readonly onInterrupted?: (sent: number) => void
}

async function importOnce(options: ImportOnce): Promise<DeliveryOutcome> {
  const { client, rows, label, storeId, concurrency, disorder, interruption, quiet, onInterrupted } = options
  const progress = quiet === true ? undefined : startProgress({ label: labelled(label, options), total: rows.length })
  const currency = await programCurrency(client)
  const failed = new AbortController()
  let interrupted: Promise<void> | undefined
  let doneNow = 0
  const interrupt = async (run: () => Promise<void>) => {
    try {
      await run()
      onInterrupted?.(doneNow + concurrency)
    } catch (error) {
      failed.abort(error)
    }
  }
  const outcome = await deliver({
    client,
    storeId,
    currency,
    rows,
    concurrency,
    keepMemberOrder: !disorder.shuffle && !disorder.duplicate,
    stop: failed.signal,
    onDone(done) {
      doneNow = done
      progress?.update(done)
      if (interruption !== undefined && done >= rows.length * interruption.atShare) {
        interrupted ??= interrupt(interruption.run)
      }
    },
  })
  await interrupted
  failed.signal.throwIfAborted()
  progress?.end()
  return outcome
}

function problemsOf(outcome: DeliveryOutcome, rows: number, again: boolean): string[] {
  const problems = outcome.refused.map((row) => `${row.file} line ${row.line}: ${row.code}, ${row.reason}`)
  if (outcome.stoppedBecause !== undefined) {
    problems.unshift(`the import stopped after ${outcome.done} of ${rows} rows: ${outcome.stoppedBecause}`)
  }
  const { awarded } = outcome.receipts
  const { reversed, waiting } = outcome.refunds
  if (again && awarded + reversed + waiting + outcome.members.enrolled > 0) {
    problems.push(`the second import found ${awarded} receipts and ${reversed + waiting} refunds missing`)
  }
  return problems
}
