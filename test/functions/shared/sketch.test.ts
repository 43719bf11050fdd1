import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Claim, DIFFERENCES_MAX, digestOf, Sketch } from '../../../functions/shared/sketch.ts'
import { holds } from '../../support/seed.ts'

const claim = (n: number): Claim => ({
  kind: 'G',
  name: `mem_${n}`,
  number: n % 50,
  ref: n % 3 === 0 ? `rsv_${n}` : '',
  tag: `tag ${n % 7}`,
})
const numbers = fc.uniqueArray(fc.nat(100_000), { maxLength: 300 })

describe('a sketch', () => {
  test('names exactly what only one side claims, and which side', () => {
    holds(
      fc.property(numbers, numbers, (left, right) => {
        const sketch = new Sketch()
        for (const n of left) sketch.add(claim(n))
        for (const n of right) sketch.take(claim(n))
        const { claims, isComplete } = sketch.unmatched()
        const expected = [
          ...left.filter((n) => !right.includes(n)).map((n) => `1 ${digestOf(claim(n))}`),
          ...right.filter((n) => !left.includes(n)).map((n) => `-1 ${digestOf(claim(n))}`),
        ]
        expect(claims.map(({ side, digest }) => `${side} ${digest}`).sort()).toEqual(expected.sort())
        expect(isComplete).toBe(true)
      }),
      30,
    )
  })

  test('gives back the names that were claimed, so that what differs can be looked up', () => {
    const sketch = new Sketch()
    sketch.take(claim(42))
    const { tag: _, ...named } = claim(42)
    expect(sketch.unmatched().claims).toEqual([{ ...named, side: -1, digest: digestOf(claim(42)) }])
  })

  test('of a hundred thousand claims that agree is empty, whatever their order', () => {
    const sketch = new Sketch()
    for (let n = 0; n < 50_000; n += 1) sketch.add(claim(n))
    for (let n = 49_999; n >= 0; n -= 1) sketch.take(claim(n))
    expect(sketch.unmatched()).toEqual({ claims: [], isComplete: true })
  })

  test('goes on after it was kept between two parts of a pass', () => {
    const sketch = new Sketch()
    for (let n = 0; n < 500; n += 1) sketch.add(claim(n))
    const later = new Sketch(sketch.bytes())
    for (let n = 1; n < 500; n += 1) later.take(claim(n))
    expect(later.unmatched().claims.map(({ name }) => name)).toEqual(['mem_0'])
    expect(() => new Sketch(new Uint8Array(8))).toThrow('another size')
  })

  test.each([
    ['as many differences as it promises', DIFFERENCES_MAX - 300, true],
    ['more than it can hold', DIFFERENCES_MAX * 2, false],
  ])('says of %s whether it could tell them all', (_, differences, isComplete) => {
    const sketch = new Sketch()
    for (let n = 0; n < differences; n += 1) sketch.add(claim(n))
    const unmatched = sketch.unmatched()
    expect(unmatched.isComplete).toBe(isComplete)
    expect(unmatched.claims.length === differences).toBe(isComplete)
  })
})
