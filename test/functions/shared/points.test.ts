import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  exact,
  isLess,
  MONEY_MAX,
  mulDivFloor,
  POINTS_MAX,
  plus,
  round,
  spread,
  times,
  ZERO,
} from '../../../functions/shared/points.ts'
import { holds } from '../../support/seed.ts'

describe('mulDivFloor', () => {
  test('is exact where doubles are not, so that no point is lost to rounding', () => {
    expect(mulDivFloor(POINTS_MAX, MONEY_MAX, MONEY_MAX)).toBe(POINTS_MAX)
    expect(mulDivFloor(999_999_937, 999_999_999_989, 1_000_000_000_000)).toBe(999_999_936)
    expect(mulDivFloor(278, 61_725, 123_450)).toBe(139)
    expect(mulDivFloor(1, 2, 3)).toBe(0)
  })

  test('never passes the exact quotient and never falls a whole behind', () => {
    const points = fc.nat(POINTS_MAX)
    const minor = fc.integer({ min: 1, max: MONEY_MAX })
    const ofWhole = minor.chain((whole) => fc.tuple(fc.integer({ min: 0, max: whole }), fc.constant(whole)))
    holds(
      fc.property(points, ofWhole, (a, [b, c]) => {
        const product = BigInt(a) * BigInt(b)
        const floor = BigInt(mulDivFloor(a, b, c))
        expect(floor * BigInt(c) <= product && product < (floor + 1n) * BigInt(c)).toBe(true)
      }),
    )
  })
})

describe('exact fractions', () => {
  test.each([
    [exact(5, 2), 'floor', 2],
    [exact(5, 2), 'half_up', 3],
    [exact(5, 2), 'ceil', 3],
    [exact(7, 3), 'floor', 2],
    [exact(7, 3), 'half_up', 2],
    [exact(7, 3), 'ceil', 3],
    [exact(6, 3), 'ceil', 2],
    [exact(8, 3), 'half_up', 3],
    [ZERO, 'ceil', 0],
  ] as const)('%o by %s is %i', (value, rounding, points) => {
    expect(round(value, rounding)).toBe(points)
  })

  test('add up to the same sum in any order, so that the order of rules cannot matter', () => {
    const fraction = fc.tuple(fc.nat(1_000_000), fc.integer({ min: 1, max: 1_000 })).map(([a, b]) => exact(a, b))
    const shuffled = fc
      .array(fraction, { maxLength: 12 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
    holds(
      fc.property(shuffled, ([given, mixed]) => {
        expect(mixed.reduce(plus, ZERO)).toEqual(given.reduce(plus, ZERO))
      }),
    )
  })

  test('compare and multiply without loss', () => {
    expect(isLess(exact(1, 3), exact(333_333_333, 1_000_000_000))).toBe(false)
    expect(isLess(exact(333_333_333, 1_000_000_000), exact(1, 3))).toBe(true)
    expect(times(exact(2, 3), exact(3, 2))).toEqual(exact(1))
  })
})

describe('spread', () => {
  const parts = fc.array(
    fc.tuple(fc.nat(1_000_000), fc.integer({ min: 1, max: 500 })).map(([a, b]) => exact(a, b)),
    { minLength: 1, maxLength: 40 },
  )

  test('always sums to the whole, so that no point is lost or invented between lines', () => {
    holds(
      fc.property(fc.nat(POINTS_MAX), parts, (whole, weights) => {
        expect(spread(whole, weights).reduce((a, b) => a + b, 0)).toBe(whole)
      }),
    )
  })

  test('keeps every part within one of its exact share', () => {
    holds(
      fc.property(fc.nat(1_000_000), parts, (whole, weights) => {
        const sum = weights.reduce(plus, ZERO)
        fc.pre(sum.num > 0n)
        spread(whole, weights).forEach((part, index) => {
          const weight = weights[index] ?? ZERO
          const unit = sum.num * weight.den
          const distance = BigInt(part) * unit - BigInt(whole) * weight.num * sum.den
          expect(-unit < distance && distance < unit).toBe(true)
        })
      }),
    )
  })

  test('gives the rest to the largest remainder and among equals to the earlier part', () => {
    expect(spread(10, [exact(1), exact(1), exact(1)])).toEqual([4, 3, 3])
    expect(spread(11, [exact(1), exact(1), exact(1)])).toEqual([4, 4, 3])
    expect(spread(20_000, [exact(123_450), exact(50_000)])).toEqual([14_235, 5_765])
    expect(spread(1, [exact(1), exact(2)])).toEqual([0, 1])
  })

  test('gives all to the first part where no part weighs anything', () => {
    expect(spread(7, [ZERO, ZERO])).toEqual([7, 0])
    expect(spread(7, [ZERO, exact(1)])).toEqual([0, 7])
    expect(spread(0, [])).toEqual([])
  })
})
