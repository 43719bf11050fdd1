import { describe, expect, test } from 'vitest'
import { itemBytes, writeUnits } from '../../bench/item-size.ts'

describe('the weight of an item', () => {
  test.each([
    ['names and texts by their UTF-8 bytes', { name: 'Zoë' }, 8],
    ['an empty text', { a: '' }, 1],
    ['a number of two digits', { n: 42 }, 3],
    ['a number of three digits', { n: 420 + 1 }, 4],
    ['zeros at the end of a number for nothing', { n: 5_000_000 }, 3],
    ['a sign', { n: -42 }, 4],
    ['nought', { n: 0 }, 2],
    ['true and null', { t: true, n: null }, 4],
    ['a list, its members and one byte for each', { l: ['a', 'b'] }, 1 + 3 + 2 + 2],
    ['a map, its names and members and one byte for each', { m: { k: 'v' } }, 1 + 3 + 1 + 2],
    ['an empty map', { m: {} }, 4],
    ['nothing for what is undefined', { a: 'b', gone: undefined, m: { gone: undefined } }, 2 + 4],
  ])('counts %s', (_, item, bytes) => {
    expect(itemBytes(item)).toBe(bytes)
  })

  test.each([
    [0, 1],
    [1, 1],
    [1_024, 1],
    [1_025, 2],
    [3_072, 3],
  ])('of %d bytes is %d units to write', (bytes, units) => {
    expect(writeUnits(bytes)).toBe(units)
  })
})
