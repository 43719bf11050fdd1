import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  exponentOf,
  hasOtherSigns,
  minorOf,
  shownAmount,
  typedAmount,
} from '../../../web/src/staff/desk/money-entry.ts'

/** What is in the field after these keys, each behind what it shows; `<` takes the last character away. */
function typedKeys(keys: string, exponent: number): string {
  return [...keys].reduce((typed, key) => {
    const shown = shownAmount(typed, exponent)
    return typedAmount(typed, key === '<' ? shown.slice(0, -1) : shown + key, exponent)
  }, '')
}

describe('an amount', () => {
  test.each([
    ['16800', 2, '168.00', 16800],
    ['5', 2, '0.05', 5],
    ['168.', 2, '168.', 16800],
    ['168.5', 2, '168.5', 16850],
    ['168.50', 2, '168.50', 16850],
    ['168.509', 2, '168.50', 16850],
    ['168,5', 2, '168.5', 16850],
    ['00168', 2, '1.68', 168],
    ['16800<', 2, '16.80', 1680],
    ['1680', 0, '1680', 1680],
    ['16.80', 0, '1680', 1680],
    ['1234', 3, '1.234', 1234],
    ['12abc3', 2, '1.23', 123],
  ])('of the keys %s with %i decimals shows %s', (keys, exponent, shown, minor) => {
    const typed = typedKeys(keys, exponent)
    expect(shownAmount(typed, exponent)).toBe(shown)
    expect(minorOf(typed, exponent)).toBe(minor)
  })

  test('pasted with its decimals is that amount', () => {
    expect(minorOf(typedAmount('', '168.00', 2), 2)).toBe(16800)
    expect(minorOf(typedAmount('', 'HK$1,168.00', 2), 2)).toBe(116800)
    expect(minorOf(typedAmount('', '12.5', 2), 2)).toBe(1250)
    expect(minorOf(typedAmount('168', '12.5', 2), 2)).toBe(1250)
    expect(minorOf(typedAmount('16850', '1.234,5', 2), 2)).toBe(123450)
    expect(minorOf(typedAmount('', '0.5', 2), 2)).toBe(50)
  })

  test.each([
    ['12a', true],
    ['-5', true],
    ['12.5', false],
    ['HK$1,168.00', false],
    ['£ 5', false],
    ['１２', false],
    ['', false],
  ])('says whether something in %j was left out', (text, isCut) => {
    expect(hasOtherSigns(text)).toBe(isCut)
  })

  test('is nothing until a digit is typed, so that an empty field never awards', () => {
    expect(minorOf('', 2)).toBeUndefined()
    expect(typedKeys('<', 2)).toBe('')
  })

  test('of any digits is a whole number of minor units, as typed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999_999 }), fc.constantFrom(0, 2, 3), (minor, exponent) => {
        expect(minorOf(typedKeys(String(minor), exponent), exponent)).toBe(minor)
      }),
      { seed: 168, numRuns: 200 },
    )
  })

  test.each([
    ['HKD', 2],
    ['JPY', 0],
    ['KWD', 3],
  ])('of %s has %i decimals', (currency, exponent) => {
    expect(exponentOf(currency)).toBe(exponent)
  })
})
