/**
 * Turns a shop's two files into rows that may be sent. A file that cannot be meant is refused whole before
 * the first write; a single row that cannot be valid is set aside with its line and reason.
 */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { CsvError, type CsvRow, csvRows } from './import-csv.ts'

export const ROWS_MAX = 100_000
const BYTES_MAX = 64 * 1024 * 1024
/** Charset and length of receipt and refund numbers and of a caller's own member numbers. */
const NUMBER = /^[A-Za-z0-9._:-]{1,64}$/
const PENCE = /^\d{1,15}$/
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:([0-5]\d)(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

const COLUMNS = {
  receipts: ['receipt_no', 'member_no', 'purchased_at', 'amount_pence'],
  refunds: ['refund_no', 'receipt_no', 'member_no', 'refunded_at', 'amount_pence'],
} as const

type Kind = keyof typeof COLUMNS
type Common = {
  readonly file: string
  readonly line: number
  readonly receiptNo: string
  readonly memberNo: string
  /** RFC 3339 in UTC, as it is sent. */
  readonly at: string
  readonly atMs: number
  readonly pence: number
}
export type ReceiptRow = Common & { readonly kind: 'receipt' }
export type RefundRow = Common & { readonly kind: 'refund'; readonly refundNo: string }
export type HistoryRow = ReceiptRow | RefundRow
export type RefusedRow = {
  readonly file: string
  readonly line: number
  readonly code: string
  readonly reason: string
}
export type History = {
  readonly receipts: readonly ReceiptRow[]
  readonly refunds: readonly RefundRow[]
  readonly refused: readonly RefusedRow[]
}

/** A whole file cannot be used; the message is one sentence for the person who sent it. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused'
}

/** Reads one file of receipts, one of refunds, or both in any order. @throws FileRefused before anything is sent. */
export async function readHistory(paths: readonly string[]): Promise<History> {
  const files = await Promise.all(
    paths.map(async (path) => parseHistoryFile(basename(path), decode(path, await readBytes(path)))),
  )
  const [first, second] = files
  if (first !== undefined && first.kind === second?.kind) {
    throw new FileRefused(`Both files hold ${first.kind}; give one file of receipts and one of refunds.`)
  }
  const rows = files.flatMap((file) => file.rows)
  const receipts = rows.filter((row) => row.kind === 'receipt')
  const { refunds, mismatched } = checkMembers(
    receipts,
    rows.filter((row) => row.kind === 'refund'),
  )
  return { receipts, refunds, refused: [...files.flatMap((file) => file.refused), ...mismatched] }
}

/** Text of one file to rows; which of the two kinds it is, its header says. */
export function parseHistoryFile(file: string, text: string) {
  try {
    const [header, ...body] = csvRows(text)
    if (header === undefined) throw new FileRefused(`${file} is empty; its first line must name the columns.`)
    const kind: Kind = header.fields.some((name) => name.trim() === 'refund_no') ? 'refunds' : 'receipts'
    const column = columnsOf(file, header, kind)
    if (body.length > ROWS_MAX) {
      throw new FileRefused(`${file} has ${body.length} rows; at most ${ROWS_MAX} can be imported at once.`)
    }
    const rows: HistoryRow[] = []
    const refused: RefusedRow[] = []
    for (const row of body) {
      if (row.fields.join('\n') === header.fields.join('\n')) {
        throw new FileRefused(`${file} repeats its header on line ${row.line}; keep only the first.`)
      }
      const read = readRow({ file, kind, row, column, width: header.fields.length })
      if ('code' in read) refused.push(read)
      else rows.push(read)
    }
    return { kind, rows, refused }
  } catch (error) {
    if (error instanceof CsvError) throw new FileRefused(`${file} cannot be read: ${error.message}.`)
    throw error
  }
}

/** In order of time; at the same instant a receipt goes before a refund. */
export function inTimeOrder(history: History): HistoryRow[] {
  return [...history.receipts, ...history.refunds].sort((a, b) => a.atMs - b.atMs)
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > BYTES_MAX) throw new FileRefused(`${path} is larger than ${BYTES_MAX / 1024 / 1024} MB.`)
    return await readFile(path)
  } catch (error) {
    if (error instanceof FileRefused) throw error
    throw new FileRefused(`${path} cannot be read (${error instanceof Error ? error.message : String(error)}).`)
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new FileRefused(`${basename(path)} is not UTF-8 text; save it as CSV in UTF-8.`)
  }
}

function columnsOf(file: string, header: CsvRow, kind: Kind): (name: string) => number {
  const names = header.fields.map((name) => name.trim())
  if (header.problem !== undefined) throw new FileRefused(`${file}: the header ${header.problem}.`)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) throw new FileRefused(`${file} names the column "${repeated}" more than once.`)
  const missing = COLUMNS[kind].filter((name) => !names.includes(name))
  if (missing.length > 0) {
    const needed = `a file of ${kind} needs ${COLUMNS[kind].join(', ')}, separated by commas`
    throw new FileRefused(`${file} lacks the column ${missing.join(', ')}; ${needed}.`)
  }
  return (name) => names.indexOf(name)
}

type RawRow = {
  readonly file: string
  readonly kind: Kind
  readonly row: CsvRow
  readonly column: (name: string) => number
  readonly width: number
}

function readRow({ file, kind, row, column, width }: RawRow): HistoryRow | RefusedRow {
  const refuse = (code: string, reason: string): RefusedRow => ({ file, line: row.line, code, reason })
  if (row.problem !== undefined) return refuse('malformed_row', `the row ${row.problem}`)
  if (row.fields.length !== width) {
    return refuse('malformed_row', `the row has ${row.fields.length} fields where the header has ${width}`)
  }
  const field = (name: string) => row.fields[column(name)] ?? ''
  const receiptNo = field('receipt_no')
  const memberNo = field('member_no')
  const amount = field('amount_pence')
  const at = instantOf(field(kind === 'refunds' ? 'refunded_at' : 'purchased_at'))
  const number = 'must be 1 to 64 letters, digits or . _ : -'
  if (!NUMBER.test(receiptNo)) return refuse('receipt_number_invalid', `receipt_no ${number}`)
  if (!NUMBER.test(memberNo)) return refuse('member_number_invalid', `member_no ${number}`)
  if (at === undefined) return refuse('date_invalid', 'the time must look like 2026-11-22T04:26:00Z and exist')
  if (!PENCE.test(amount)) return refuse('amount_invalid', 'amount_pence must be a whole number, 0 or more')
  const common = { file, line: row.line, receiptNo, memberNo, pence: Number(amount), ...at }
  if (kind === 'receipts') return { kind: 'receipt', ...common }
  const refundNo = field('refund_no')
  if (!NUMBER.test(refundNo)) return refuse('refund_number_invalid', `refund_no ${number}`)
  return { kind: 'refund', refundNo, ...common }
}

/** The engine's own date parser turns 30 February into 2 March, so the day is checked against its month. */
function instantOf(text: string): { at: string; atMs: number } | undefined {
  const parts = INSTANT.exec(text)
  if (parts === null) return undefined
  const [, year, month, day] = parts.map(Number)
  const lastDay = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate()
  const atMs = Date.parse(text)
  if (Number.isNaN(atMs) || (day ?? 0) < 1 || (day ?? 0) > lastDay) return undefined
  return { at: text.endsWith('Z') ? text : new Date(atMs).toISOString().replace('.000Z', 'Z'), atMs }
}

/** A refund is applied to its receipt's member; where the file names somebody else, one of the two is wrong. */
function checkMembers(receipts: readonly ReceiptRow[], refunds: readonly RefundRow[]) {
  const memberOf = new Map(receipts.map((receipt) => [receipt.receiptNo, receipt.memberNo]))
  const wrong = (refund: RefundRow) => (memberOf.get(refund.receiptNo) ?? refund.memberNo) !== refund.memberNo
  const mismatched = refunds.filter(wrong).map(({ file, line, receiptNo }): RefusedRow => {
    return { file, line, code: 'member_mismatch', reason: `receipt ${receiptNo} belongs to another member_no` }
  })
  return { refunds: refunds.filter((refund) => !wrong(refund)), mismatched }
}
