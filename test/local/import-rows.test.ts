/** Files that cannot be meant are refused whole, rows that cannot be valid one by one, and neither costs a request. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FileRefused, inTimeOrder, parseHistoryFile, ROWS_MAX, readHistory } from '../../local/import-rows.ts'

const RECEIPTS = 'receipt_no,member_no,purchased_at,amount_pence\n'
const REFUNDS = 'refund_no,receipt_no,member_no,refunded_at,amount_pence\n'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'revisit-import-rows-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

describe('a file', () => {
  test('may have its columns in any order, more of them, a byte order mark and CRLF', async () => {
    const text = '\ufeffcountry,amount_pence,member_no,receipt_no,purchased_at\r\nUK,199,m1,r1,2026-01-02T03:04:05Z\r\n'
    const { receipts, refused } = await readHistory([await file('bom.csv', text)])
    expect(refused).toEqual([])
    expect(receipts).toMatchObject([
      { kind: 'receipt', line: 2, receiptNo: 'r1', memberNo: 'm1', pence: 199, at: '2026-01-02T03:04:05Z' },
    ])
  })

  test('is known by its header, so that the order on the command line does not matter', async () => {
    const receipts = await file('a.csv', `${RECEIPTS}r1,m1,2026-01-02T03:04:05Z,199\n`)
    const refunds = await file('b.csv', `${REFUNDS}c1,r1,m1,2026-01-03T03:04:05Z,99\n`)
    const history = await readHistory([refunds, receipts])
    expect(history.receipts).toHaveLength(1)
    expect(history.refunds).toMatchObject([{ kind: 'refund', refundNo: 'c1', receiptNo: 'r1', pence: 99 }])
    await expect(readHistory([receipts, receipts])).rejects.toThrow('Both files hold receipts')
  })

  test.each([
    ['misses a column', 'receipt_no,member_no,amount_pence\n', 'lacks the column purchased_at'],
    ['is separated by semicolons', RECEIPTS.replaceAll(',', ';'), 'separated by commas'],
    ['repeats a column', `member_no,${RECEIPTS}`, 'names the column "member_no" more than once'],
    ['repeats an ignored column', `x,x,${RECEIPTS}`, 'names the column "x" more than once'],
    ['repeats its header', `${RECEIPTS}r1,m1,2026-01-02T03:04:05Z,1\n${RECEIPTS}`, 'repeats its header on line 3'],
    ['is empty', '', 'is empty'],
    ['has an open quote', `${RECEIPTS}"r1,m1\n`, 'the quote opened on line 2 is never closed'],
    [
      'has a row too many',
      RECEIPTS + 'r,m,2026-01-02T03:04:05Z,1\n'.repeat(ROWS_MAX + 1),
      '100001 rows; at most 100000',
    ],
  ])('that %s is refused whole', (_, text, sentence) => {
    expect(() => parseHistoryFile('shop.csv', text)).toThrow(
      expect.objectContaining({ name: FileRefused.name, message: expect.stringContaining(sentence) }),
    )
  })

  test('with exactly the most rows is read', () => {
    const text = RECEIPTS + 'r,m,2026-01-02T03:04:05Z,1\n'.repeat(ROWS_MAX)
    expect(parseHistoryFile('shop.csv', text).rows).toHaveLength(ROWS_MAX)
  })

  test.each([
    ['Latin-1', Buffer.from(`${RECEIPTS}r1,caf\xe9,2026-01-02T03:04:05Z,1\n`, 'latin1')],
    ['UTF-16', Buffer.from(`\ufeff${RECEIPTS}`, 'utf16le')],
  ])('in %s is refused whole', async (_, bytes) => {
    await expect(readHistory([await file('encoding.csv', bytes)])).rejects.toThrow('encoding.csv is not UTF-8')
  })

  test('that is not there is refused by name', async () => {
    await expect(readHistory([join(folder, 'none.csv')])).rejects.toThrow('none.csv cannot be read')
  })
})

describe('a row', () => {
  const receipt = (row: string) => parseHistoryFile('r.csv', `${RECEIPTS}${row}\n`)

  test.each([
    ['r1,m1,2026-01-02T03:04:05Z,1.5', 'amount_invalid'],
    ['r1,m1,2026-01-02T03:04:05Z,-1', 'amount_invalid'],
    ['r1,m1,2026-01-02T03:04:05Z,1e3', 'amount_invalid'],
    ['r1,m1,2026-01-02T03:04:05Z,', 'amount_invalid'],
    ['r1,m1,2026-01-02T03:04:05Z,9007199254740993', 'amount_invalid'],
    [',m1,2026-01-02T03:04:05Z,1', 'receipt_number_invalid'],
    ['r#1,m1,2026-01-02T03:04:05Z,1', 'receipt_number_invalid'],
    [`${'r'.repeat(65)},m1,2026-01-02T03:04:05Z,1`, 'receipt_number_invalid'],
    ['r1,,2026-01-02T03:04:05Z,1', 'member_number_invalid'],
    ['r1,陳,2026-01-02T03:04:05Z,1', 'member_number_invalid'],
    ['r1,m1,2026-02-30T03:04:05Z,1', 'date_invalid'],
    ['r1,m1,2025-02-29T03:04:05Z,1', 'date_invalid'],
    ['r1,m1,2026-13-01T03:04:05Z,1', 'date_invalid'],
    ['r1,m1,2026-01-02T24:00:00Z,1', 'date_invalid'],
    ['r1,m1,2026-01-02T03:04:05,1', 'date_invalid'],
    ['r1,m1,02/01/2026 03:04,1', 'date_invalid'],
    ['r1,m1,2026-01-02T03:04:05Z', 'malformed_row'],
    ['r1,m1,2026-01-02T03:04:05Z,1,2', 'malformed_row'],
    ['"r1"x,m1,2026-01-02T03:04:05Z,1', 'malformed_row'],
  ])('%s is set aside as %s with its line', (row, code) => {
    const { rows, refused } = receipt(row)
    expect(rows).toEqual([])
    expect(refused).toMatchObject([{ file: 'r.csv', line: 2, code }])
  })

  test('keeps 29 February of a leap year and turns an offset into UTC', () => {
    expect(receipt('r1,m1,2024-02-29T00:30:00+01:00,1').rows).toMatchObject([{ at: '2024-02-28T23:30:00Z' }])
  })

  test('of a refund without a number is set aside', () => {
    const { refused } = parseHistoryFile('f.csv', `${REFUNDS},r1,m1,2026-01-02T03:04:05Z,1\n`)
    expect(refused).toMatchObject([{ code: 'refund_number_invalid' }])
  })

  test('of a refund that names another member than its receipt is set aside, so that nobody else pays for it', async () => {
    const receipts = await file('r.csv', `${RECEIPTS}r1,m1,2026-01-02T03:04:05Z,199\n`)
    const refunds = await file('f.csv', `${REFUNDS}c1,r1,m2,2026-01-03T03:04:05Z,9\nc2,r9,m2,2026-01-03T03:04:05Z,9\n`)
    const history = await readHistory([receipts, refunds])
    expect(history.refunds).toMatchObject([{ refundNo: 'c2' }])
    expect(history.refused).toMatchObject([{ file: 'f.csv', line: 2, code: 'member_mismatch' }])
  })
})

test('sends rows in order of time, a receipt before a refund of the same minute', async () => {
  const receipts = await file('o.csv', `${RECEIPTS}r2,m1,2026-01-03T00:00:00Z,1\nr1,m1,2026-01-02T01:00:00+02:00,1\n`)
  const refunds = await file('p.csv', `${REFUNDS}c1,r1,m1,2026-01-03T00:00:00Z,1\n`)
  const rows = inTimeOrder(await readHistory([refunds, receipts]))
  expect(rows.map((row) => (row.kind === 'receipt' ? row.receiptNo : row.refundNo))).toEqual(['r1', 'r2', 'c1'])
})
