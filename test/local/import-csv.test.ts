/** The reader must cut hostile and awkward files exactly where RFC 4180 does, and never lose the line of a row. */
import { expect, test } from 'vitest'
import { CsvError, csvLine, csvRows } from '../../local/import-csv.ts'

const rows = (text: string) => [...csvRows(text)]
const fields = (text: string) => rows(text).map((row) => row.fields)

test.each([
  [
    'plain fields',
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'CRLF, and no line end after the last row',
    'a,b\r\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['empty fields at the start, middle and end', ',a,,b,\n', [['', 'a', '', 'b', '']]],
  ['a comma and a doubled quote inside quotes', '"a,b","say ""hi"""\n', [['a,b', 'say "hi"']]],
  [
    'a line break inside quotes',
    '"a\nb",c\r\n"d\r\ne",f\n',
    [
      ['a\nb', 'c'],
      ['d\r\ne', 'f'],
    ],
  ],
  ['an empty quoted field', '"",""\n', [['', '']]],
  ['spaces, which belong to the field', ' a , b \n', [[' a ', ' b ']]],
  ['a lone carriage return, which is no line end', 'a\rb,c\n', [['a\rb', 'c']]],
  [
    'blank lines, which are no rows',
    '\n\na,b\n\r\n\nc,d\n\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['an empty text', '', []],
])('reads %s', (_, text, expected) => {
  expect(fields(text)).toEqual(expected)
})

test('numbers rows by the line they begin on, so that a refused row is found in the file', () => {
  expect(rows('h\n"two\nlines"\n\nlast\n').map((row) => row.line)).toEqual([1, 2, 5])
})

test('marks a row with stray quotes as a problem and goes on with the next row', () => {
  const [first, second, third] = rows('"a"b,c\nd,e"f\ng,h\n')
  expect(first?.problem).toBe('has text after a closing quote')
  expect(second?.problem).toBe('has a quote inside a field without quotes')
  expect(third).toEqual({ line: 3, fields: ['g', 'h'] })
})

test('refuses a quote that is never closed and names its line, because all that follows is guesswork', () => {
  expect(() => rows('a,b\nc,"d\ne,f\n')).toThrow(new CsvError('the quote opened on line 2 is never closed'))
})

test('writes what it reads, quoted where needed', () => {
  const cells = ['plain', 'a,b', 'say "hi"', 'two\nlines', '']
  expect(fields(csvLine(cells))).toEqual([cells])
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)'])('prefixes the cell %s, so that a spreadsheet does not run it', (cell) => {
  expect(csvLine([cell, 7])).toBe(`'${cell},7\n`)
})
