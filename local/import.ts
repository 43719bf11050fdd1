/**
 * `npm run import -- receipts.csv refunds.csv`: brings a shop's history in through the public API, as a till would.
 * Nothing is sent before both files are known to be readable; running it again continues and changes nothing twice.
 * Exit status: 0 all went in, 1 it could not run to the end, 2 some rows were refused, 130 stopped by hand.
 */
import { rm, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { type Credentials, createApiClient, ImportStopped, programCurrency } from './import-client.ts'
import { csvLine } from './import-csv.ts'
import { type DeliveryOutcome, deliver } from './import-deliver.ts'
import { FileRefused, type History, inTimeOrder, type RefusedRow, readHistory } from './import-rows.ts'
import { summaryOf } from './import-summary.ts'
import { startProgress } from './progress.ts'

const USAGE = `usage: npm run import -- receipts.csv [refunds.csv]
  --url URL          where the API is (default http://localhost:$PORT, PORT 8787)
  --token TOKEN      access token of scope loyalty/pos (default: the local run's client pos-local)
  --store ID         store the receipts belong to (default central)
  --currency CODE    default: the program's
  --concurrency N    requests in flight, 1 to 64 (default 16)
Columns: receipt_no, member_no, purchased_at, amount_pence and refund_no, receipt_no, member_no, refunded_at, amount_pence.`

/** Enough for a server that is just starting, too short to make somebody wonder. */
const FIRST_PATIENCE_MS = 3_000

class UsageError extends Error {}

function parseCommand() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        url: { type: 'string', default: `http://localhost:${process.env.PORT ?? 8787}` },
        token: { type: 'string' },
        store: { type: 'string', default: 'central' },
        currency: { type: 'string' },
        concurrency: { type: 'string', default: '16' },
        help: { type: 'boolean', default: false },
      },
    })
    const concurrency = Number(values.concurrency)
    if (values.help) return undefined
    if (positionals.length < 1 || positionals.length > 2) throw new UsageError('Name one or two files.')
    if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
      throw new UsageError('--concurrency must be a whole number from 1 to 64.')
    }
    if (!URL.canParse(values.url) || !/^https?:/.test(values.url))
      throw new UsageError(`--url ${values.url} is no address.`)
    return { ...values, url: values.url.replace(/\/+$/, ''), files: positionals, concurrency }
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message)
    throw error
  }
}

/** The first interrupt lets what is in flight finish; another one, not the echo of npm's, ends at once. */
function stopOnInterrupt(): AbortSignal {
  const stop = new AbortController()
  let firstAt: number | undefined
  process.on('SIGINT', () => {
    if (firstAt !== undefined && performance.now() - firstAt > 1_000) process.exit(130)
    firstAt ??= performance.now()
    stop.abort()
  })
  return stop.signal
}

async function writeErrors(path: string, refused: readonly RefusedRow[]): Promise<void> {
  const inOrder = [...refused].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
  const lines = inOrder.map((row) => csvLine([row.file, row.line, row.code, row.reason]))
  await writeFile(path, ['file,line,code,reason\n', ...lines].join(''))
}

type Command = NonNullable<ReturnType<typeof parseCommand>>

async function send(command: Command, history: History): Promise<{ outcome: DeliveryOutcome; requests: number }> {
  const { url, token } = command
  const credentials: Credentials =
    token === undefined ? { clientId: 'pos-local', clientSecret: 'pos-local-secret' } : { token }
  const rows = inTimeOrder(history)
  const probe = createApiClient({ url, credentials, patienceMs: FIRST_PATIENCE_MS })
  const currency = command.currency ?? (await programCurrency(probe))
  const progress = startProgress({ label: 'import', total: rows.length })
  const notes = new Set<string>()
  const onWaiting = (reason: string) => {
    if (!notes.has(reason)) progress.note(`the server does not answer (${reason}); trying again`)
    notes.add(reason)
  }
  const client = createApiClient({ url, credentials, onWaiting })
  const outcome = await deliver({
    client,
    storeId: command.store,
    currency,
    rows,
    concurrency: command.concurrency,
    keepMemberOrder: true,
    stop: stopOnInterrupt(),
    onDone: progress.update,
  })
  progress.end()
  return { outcome, requests: client.requestsSent() }
}

async function main(): Promise<number> {
  const command = parseCommand()
  if (command === undefined) {
    console.log(USAGE)
    return 0
  }
  const history = await readHistory(command.files)
  const startedAt = performance.now()
  const { outcome, requests } = await send(command, history)
  const seconds = (performance.now() - startedAt) / 1_000
  const refused = [...history.refused, ...outcome.refused]
  const errorFile = `${basename(command.files[0] ?? '').replace(/\.csv$/i, '')}.errors.csv`
  if (refused.length > 0) await writeErrors(errorFile, refused)
  // What an earlier run left behind would be read as this one's.
  else if (outcome.stoppedBecause === undefined) await rm(errorFile, { force: true })
  console.log(summaryOf({ outcome, history, requests, seconds }))
  if (refused.length > 0) console.log(`${refused.length} rows were refused; ${errorFile} names each with its reason.`)
  if (outcome.stoppedBecause === undefined) return refused.length > 0 ? 2 : 0
  const total = history.receipts.length + history.refunds.length
  console.error(
    `Import stopped after ${outcome.done} of ${total} rows: ${outcome.stoppedBecause}. Running it again continues; what went in is not counted twice.`,
  )
  return outcome.stoppedBecause === 'you stopped it' ? 130 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n${USAGE}`)
  else if (error instanceof FileRefused) console.error(`${error.message} Nothing was sent.`)
  else if (error instanceof ImportStopped) console.error(`Nothing was imported: ${error.message}.`)
  else throw error
  process.exitCode = 1
}
