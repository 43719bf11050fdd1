import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, type Json, keyedHash, sha256 } from '../../../functions/shared/canonical.ts'
import { ID_PREFIXES, idPattern } from '../../../functions/shared/ids.ts'
import { holds } from '../../support/seed.ts'

describe('canonicalJson', () => {
  test.each<[Json, string]>([
    [{ b: 1, a: { d: [2, 1], c: null } }, '{"a":{"c":null,"d":[2,1]},"b":1}'],
    [{ a: undefined, b: false }, '{"b":false}'],
    [{ é: 1, e: 2, E: 3, '1': 4 }, '{"1":4,"E":3,"e":2,"é":1}'],
    [{ '\u{1f600}': 1, '\uff5e': 2 }, '{"\u{1f600}":1,"\uff5e":2}'],
    ['陳美玲 "x" \n \u0007', '"陳美玲 \\"x\\" \\n \\u0007"'],
    [-0, '0'],
    [[], '[]'],
  ])('%j is spelled %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  test('is blind to the order of keys and reads back as what was written', () => {
    const value = fc.jsonValue({ maxDepth: 4 })
    const backwards = (json: unknown): unknown => {
      if (Array.isArray(json)) return json.map(backwards)
      if (typeof json !== 'object' || json === null) return json
      return Object.fromEntries(
        Object.entries(json)
          .reverse()
          .map(([key, item]) => [key, backwards(item)]),
      )
    }
    holds(
      fc.property(value, (json) => {
        const text = canonicalJson(json as Json)
        expect(canonicalJson(backwards(json) as Json)).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(json)))
      }),
    )
  })
})

test('hashes are those of SHA-256, so that anyone can repeat them', () => {
  expect(sha256('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  expect(keyedHash('key', 'The quick brown fox jumps over the lazy dog')).toBe(
    '97yD9DBThCSxMpjmqm-xQ-9NWaFJRhdZl0edvC0aPNg',
  )
})

test('an id is a prefix and a ULID in upper case, and nothing near it', () => {
  const id = '01J9ZZZZZZZZZZZZZZZZZZZZZZ'
  const near = [id, `mem_${id.toLowerCase()}`, `mem_${id}0`, `mem_8${id.slice(1)}`, `mem_${id.slice(1)}`, `MEM_${id}`]
  expect(idPattern('mem').test(`mem_${id}`)).toBe(true)
  expect(near.filter((text) => idPattern('mem').test(text))).toEqual([])
  expect(ID_PREFIXES.filter((prefix) => idPattern(prefix).test(`mem_${id}`))).toEqual(['mem'])
})
