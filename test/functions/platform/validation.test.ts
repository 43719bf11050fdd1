import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { Refusal } from '../../../functions/platform/problem.ts'
import { fieldErrors, findings, parseFields, pointer, textThat } from '../../../functions/platform/validation.ts'

const Shape = z.strictObject({
  points: z.int().min(1).max(100),
  name: z.string().regex(/^[a-z]+$/),
  kind: z.enum(['a', 'b']).optional(),
  lines: z.array(z.strictObject({ amount: z.int().min(0), 'a/b~c': z.string().optional() })).optional(),
  currency: z.string({ error: 'currency_mismatch' }).optional(),
})
const GOOD = { points: 1, name: 'x' }

function errorsOf(raw: unknown) {
  const parsed = Shape.safeParse(raw)
  return parsed.success ? [] : findings(parsed.error, raw).map(({ pointer: at, code }) => [at, code])
}

describe('every kind of finding has a stable code', () => {
  test.each<[string, unknown, unknown]>([
    ['a field nobody knows', { ...GOOD, tier: 'gold' }, [['/tier', 'unknown_field']]],
    ['a missing field', { name: 'x' }, [['/points', 'required_field']]],
    ['a field that is null', { ...GOOD, points: null }, [['/points', 'invalid_value']]],
    ['a number as text', { ...GOOD, points: '1' }, [['/points', 'invalid_value']]],
    ['a fraction', { ...GOOD, points: 1.5 }, [['/points', 'invalid_value']]],
    ['too little', { ...GOOD, points: 0 }, [['/points', 'out_of_range']]],
    ['too much', { ...GOOD, points: 101 }, [['/points', 'out_of_range']]],
    ['text of another form', { ...GOOD, name: 'X' }, [['/name', 'invalid_value']]],
    ['a value outside the list', { ...GOOD, kind: 'c' }, [['/kind', 'invalid_value']]],
    ['a code of its own', { ...GOOD, currency: 7 }, [['/currency', 'currency_mismatch']]],
    ['a field deep inside', { ...GOOD, lines: [{ amount: 1 }, { amount: -1 }] }, [['/lines/1/amount', 'out_of_range']]],
    ['a missing field deep inside', { ...GOOD, lines: [{}] }, [['/lines/0/amount', 'required_field']]],
    ['names with slashes', { ...GOOD, lines: [{ amount: 1, 'a/b~c': 1 }] }, [['/lines/0/a~1b~0c', 'invalid_value']]],
    ['an array instead of an object', [], [['', 'invalid_value']]],
    [
      'several',
      { name: 'X', y: 1, z: 2 },
      [
        ['/points', 'required_field'],
        ['/name', 'invalid_value'],
        ['/y', 'unknown_field'],
        ['/z', 'unknown_field'],
      ],
    ],
  ])('%s', (_, raw, expected) => {
    expect(errorsOf(raw)).toEqual(expected)
  })
})

describe('the refusal', () => {
  const refusalOf = (raw: unknown) => {
    const parsed = Shape.safeParse(raw)
    return parsed.success ? undefined : fieldErrors(parsed.error, raw)
  }

  test('of one field carries its own code, of several `validation_failed`', () => {
    expect(refusalOf({ ...GOOD, points: 0 })?.code).toBe('out_of_range')
    expect(refusalOf({ ...GOOD, tier: 1 })?.code).toBe('unknown_field')
    expect(refusalOf({})?.code).toBe('validation_failed')
  })

  test('names at most 50 fields, so that a hostile body cannot make a huge answer', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x${index}`, 1]))
    expect(errorsOf({ ...GOOD, ...many })).toHaveLength(50)
  })

  test('names each field once, by its first finding', () => {
    expect(errorsOf({ ...GOOD, lines: [{ amount: -0.5 }] })).toEqual([['/lines/0/amount', 'invalid_value']])
  })

  test('is thrown by parseFields, and what fits is given back', () => {
    expect(parseFields(Shape, GOOD)).toEqual(GOOD)
    expect(() => parseFields(Shape, {})).toThrow(Refusal)
  })
})

test('textThat is bounded and keeps its code', () => {
  const form = textThat((text) => text.startsWith('x'), 'receipt_date_invalid')
  const codes = ['xy', 'y', 7, 'x'.repeat(65)].map((raw) => {
    const parsed = form.safeParse(raw)
    return parsed.success || findings(parsed.error, raw)[0]?.code
  })
  expect(codes).toEqual([true, 'receipt_date_invalid', 'receipt_date_invalid', 'receipt_date_invalid'])
})

test('pointers follow RFC 6901', () => {
  expect([pointer([]), pointer(['a', 0, 'b/c', 'd~e'])]).toEqual(['', '/a/0/b~1c/d~0e'])
})
