/**
 * Reads comma-separated text as RFC 4180 writes it: quotes, doubled quotes, line breaks inside quotes, CRLF or LF.
 * Every row keeps the line it began on, so that a refused row can be found again in the file.
 */

export type CsvRow = { readonly line: number; readonly fields: readonly string[]; readonly problem?: string }

/** The text as a whole cannot be cut into rows. */
export class CsvError extends Error {}

type Cursor = { at: number; line: number }
type Field = { readonly value: string; readonly problem?: string }

/** Yields rows in file order; blank lines are left out. @throws CsvError when a quote is never closed. */
export function* csvRows(text: string): Generator<CsvRow> {
  const cursor: Cursor = { at: 0, line: 1 }
  while (cursor.at < text.length) {
    const blank = /\r?\n/y
    blank.lastIndex = cursor.at
    if (blank.test(text)) {
      cursor.at = blank.lastIndex
      cursor.line += 1
    } else {
      yield readRow(text, cursor)
    }
  }
}

function readRow(text: string, cursor: Cursor): CsvRow {
  const line = cursor.line
  const fields: string[] = []
  let problem: string | undefined
  for (;;) {
    const field = text[cursor.at] === '"' ? readQuoted(text, cursor) : readPlain(text, cursor)
    fields.push(field.value)
    problem ??= field.problem
    if (text[cursor.at] !== ',') break
    cursor.at += 1
  }
  if (cursor.at < text.length) {
    cursor.at += text[cursor.at] === '\r' ? 2 : 1
    cursor.line += 1
  }
  return problem === undefined ? { line, fields } : { line, fields, problem }
}

function readPlain(text: string, cursor: Cursor): Field {
  const plain = /(?:[^,\r\n]|\r(?!\n))*/y
  plain.lastIndex = cursor.at
  const value = plain.exec(text)?.[0] ?? ''
  cursor.at += value.length
  return value.includes('"') ? { value, problem: 'has a quote inside a field without quotes' } : { value }
}

function readQuoted(text: string, cursor: Cursor): Field {
  const start = cursor.at + 1
  const end = closingQuote(text, start)
  if (end === -1) throw new CsvError(`the quote opened on line ${cursor.line} is never closed`)
  const raw = text.slice(start, end)
  cursor.at = end + 1
  cursor.line += raw.split('\n').length - 1
  const value = raw.replaceAll('""', '"')
  const rest = readPlain(text, cursor).value
  return rest === '' ? { value } : { value: value + rest, problem: 'has text after a closing quote' }
}

function closingQuote(text: string, start: number): number {
  let at = text.indexOf('"', start)
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
  return at
}

/** One line of CSV. A cell that a spreadsheet would run as a formula is prefixed, so that opening the file is safe. */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(',')}\n`
}

function csvCell(cell: string | number): string {
  if (typeof cell === 'number') return String(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
