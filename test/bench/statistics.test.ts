import { describe, expect, test } from 'vitest'
import { median, percentile, slope, spread } from '../../bench/statistics.ts'

describe('the median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100, 1], 9.5],
  ])('of %j is %d, whatever their order, so that one slow run decides nothing', (numbers, expected) => {
    expect(median(numbers)).toBe(expected)
    expect(median([...numbers].reverse())).toBe(expected)
  })

  test('of nothing is an error, so that a case that measured nothing cannot pass', () => {
    expect(() => median([])).toThrow('nothing was measured')
    expect(() => percentile([], 0.5)).toThrow('nothing was measured')
  })

  test('stands with its range, so that a reader sees how much it wavers', () => {
    expect(spread([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 })
  })
})

describe('the percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
  test.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('%d of 1 to 100 is %d, by nearest rank', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected)
  })

  test('of one number is that number', () => {
    expect(percentile([7], 0.99)).toBe(7)
  })
})

describe('the slope on logarithms', () => {
  const sizes = [1, 10, 100, 1_000, 10_000]
  test.each([
    ['what costs the same', () => 2.5, 0],
    ['what grows in proportion', (size: number) => 3 * size, 1],
    ['what grows by the square', (size: number) => size ** 2, 2],
    ['what falls by the root', (size: number) => 1 / Math.sqrt(size), -0.5],
  ])('of %s is as it should be', (_, cost, expected) => {
    expect(slope(sizes.map((size) => ({ size, cost: cost(size) })))).toBeCloseTo(expected, 10)
  })

  test('sees a tenth more for each ten times the size, which a bare comparison would not', () => {
    expect(slope(sizes.map((size, step) => ({ size, cost: 1.1 ** step })))).toBeCloseTo(Math.log10(1.1), 10)
  })

  test.each([
    ['one size', [{ size: 1, cost: 1 }]],
    [
      'a cost of 0',
      [
        { size: 1, cost: 0 },
        { size: 2, cost: 1 },
      ],
    ],
  ])('is refused for %s, so that it cannot pass as flat', (_, points) => {
    expect(() => slope(points)).toThrow('a slope needs')
  })
})
