import { describe, expect, test } from 'vitest'
import { Refusal } from '../../../functions/platform/problem.ts'
import { parseStrictJson } from '../../../functions/platform/strict-json.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`

function refusalOf(body: string | Uint8Array): Refusal {
  try {
    parseStrictJson(typeof body === 'string' ? bytes(body) : body)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('what is accepted', () => {
  test.each<[string, unknown]>([
    ['{"points": 1e3}', { points: 1000 }],
    ['{"points": 1E+3, "n": -0}', { points: 1000, n: -0 }],
    ['{"points": 9007199254740991, "less": -9007199254740991}', { points: 9007199254740991, less: -9007199254740991 }],
    ['{"share": 0.1}', { share: 0.1 }],
    [' {"a":"\\u9673\\ud83d\\ude00"}\n', { a: '陳😀' }],
    [
      '{"a": {"b": 1}, "c": {"b": 2}, "d": [{"b": 3}, {"b": 4}]}',
      { a: { b: 1 }, c: { b: 2 }, d: [{ b: 3 }, { b: 4 }] },
    ],
    [
      '{"a": "{\\"a\\": 9007199254740993, \\"a\\": 1, [[[", "b": "\\\\"}',
      { a: '{"a": 9007199254740993, "a": 1, [[[', b: '\\' },
    ],
    ['{"": 1, "constructor": 2, "toString": 3}', { '': 1, constructor: 2, toString: 3 }],
    ['[]', []],
    ['null', null],
    ['"text"', 'text'],
    ['7', 7],
  ])('%s', (text, value) => {
    expect(parseStrictJson(bytes(text))).toEqual(value)
  })

  test('32 levels, and not one more, so that a hostile depth never reaches a recursive parser', () => {
    expect(parseStrictJson(bytes(nested(32)))).toBeInstanceOf(Array)
    expect(refusalOf(`[${nested(32)}]`).code).toBe('too_deep')
    expect(refusalOf('['.repeat(60_000)).code).toBe('too_deep')
    expect(parseStrictJson(bytes(`{"a": "${'['.repeat(100)}"}`))).toEqual({ a: '['.repeat(100) })
  })
})

describe('what JSON.parse would forgive in silence', () => {
  test.each([
    ['{"points": 1, "points": 2}', 'points'],
    ['{"points": 1, "poin\\u0074s": 2}', 'points'],
    ['{"a": [{"b": 1, "c": 2, "b": 3}]}', 'b'],
    ['{"a": {"x": 1}, "b": 2, "a": {}}', 'a'],
    ['{"": 1, "": 2}', ''],
  ])('%s names a field twice', (text, key) => {
    const { code, details } = refusalOf(text)
    expect([code, details.params]).toEqual(['duplicate_key', { key }])
  })

  test.each([
    ['{"points": 9007199254740993}', '/points'],
    ['{"points": 9007199254740992}', '/points'],
    ['{"points": -9007199254740993}', '/points'],
    ['{"points": 1e400}', '/points'],
    ['{"points": -1e400}', '/points'],
    ['{"lines": [{"amount": 1}, {"amount": 1e16}]}', '/lines/1/amount'],
    ['{"a/b": {"c~d": 1e400}}', '/a~1b/c~0d'],
    ['[1, [2, 1e400]]', '/1/1'],
    ['1e400', ''],
  ])('%s holds a number that a double does not', (text, pointer) => {
    const { code, details } = refusalOf(text)
    expect([code, details.errors]).toEqual(['out_of_range', [{ pointer, code: 'out_of_range' }]])
  })

  test.each(['100.00000000000000001', '0.99999999999999999', '1e-400', '1680.0000000000000001'])(
    '%s is not quietly the whole number that a double makes of it',
    (token) => {
      expect(refusalOf(`{"points": ${token}}`).code).toBe('out_of_range')
    },
  )

  test('all wrong numbers are named at once', () => {
    const { code, details } = refusalOf('{"a": 1e400, "b": [9007199254740993]}')
    expect([code, details.errors?.map(({ pointer }) => pointer)]).toEqual(['validation_failed', ['/a', '/b/0']])
  })

  test('a field called __proto__ is refused, because no schema would see it', () => {
    const { code, details } = refusalOf('{"a": {"__proto__": {"role": "admin"}}}')
    expect([code, details.errors]).toEqual(['unknown_field', [{ pointer: '/a/__proto__', code: 'unknown_field' }]])
    expect(({} as { role?: string }).role).toBeUndefined()
    expect(refusalOf('{"__pro\\u0074o__": 1}').code).toBe('unknown_field')
  })

  test.each([
    ['NUL', '{"a": "\\u0000"}'],
    ['half of a pair', '{"a": "\\ud800"}'],
    ['the other half', '{"a": ["x", {"b": "\\udc00 x"}]}'],
    ['halves in the wrong order', '{"a": "\\ude00\\ud83d"}'],
    ['NUL in a name', '{"a\\u0000": 1}'],
    ['half of a pair in a name', '{"\\ud800": 1}'],
  ])('%s is not text', (_, text) => {
    expect(refusalOf(text).code).toBe('malformed_text')
  })

  test.each([
    ['a byte that starts nothing', [0x22, 0xff, 0x22]],
    ['a cut character', [0x22, 0xe9, 0x99, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in bytes', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('%s is not UTF-8', (_, codes) => {
    expect(refusalOf(Uint8Array.from(codes)).code).toBe('malformed_text')
  })

  test.each([
    '',
    ' ',
    '{',
    '{"a":1,}',
    "{'a':1}",
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":-Infinity}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":0x10}',
    '{"a":1}{"b":2}',
    '{"a" 1}',
    '{a:1}',
    '{"a":"x\ny"}',
    '{"a":1}//',
    '\ufeff{"a":1}',
    'undefined',
    ']',
    '}{',
  ])('%j is not JSON', (text) => {
    expect(refusalOf(text).code).toBe('malformed_json')
  })
})
