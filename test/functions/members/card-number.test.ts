import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CARD_SERIALS, cardNumber, dammDigit, isCardNumber } from '../../../functions/members/card-number.ts'

const serials = fc.integer({ min: 0, max: CARD_SERIALS - 1 })
const RUNS = { seed: 63, numRuns: 300 }

describe('card numbers', () => {
  test('have the check digit of the published example, so that other systems can verify them', () => {
    expect(dammDigit('572')).toBe(4)
    expect(dammDigit('5724')).toBe(0)
  })

  test.each([0, 1, CARD_SERIALS - 1])('of serial %i have 12 digits and are valid', (serial) => {
    expect(cardNumber(serial)).toMatch(/^63[0-9]{10}$/)
    expect(isCardNumber(cardNumber(serial))).toBe(true)
  })

  test('notice every wrong digit, so that a slip never names another member', () => {
    fc.assert(
      fc.property(serials, (serial) => {
        const digits = cardNumber(serial)
        for (const mistaken of singleErrors(digits)) expect(dammDigit(mistaken)).not.toBe(0)
      }),
      RUNS,
    )
  })

  test('notice every swap of two neighbours that differ', () => {
    fc.assert(
      fc.property(serials, (serial) => {
        const digits = cardNumber(serial)
        for (const mistaken of swaps(digits)) expect(dammDigit(mistaken)).not.toBe(0)
      }),
      RUNS,
    )
  })

  test.each([
    ['', 'is empty'],
    ['630000000', 'is too short'],
    ['6300000000000', 'is too long'],
    ['12345678901x', 'has a letter'],
    ['540000000000', 'does not start with 63'],
    ['63000000000１', 'has a digit of another script'],
  ])('refuse %s, which %s', (text) => {
    expect(isCardNumber(text)).toBe(false)
  })
})

function singleErrors(digits: string): string[] {
  return [...digits].flatMap((digit, place) =>
    [...'0123456789'].filter((other) => other !== digit).map((other) => replaced(digits, place, other)),
  )
}

function swaps(digits: string): string[] {
  return [...digits].flatMap((digit, place) => {
    const next = digits[place + 1]
    return next === undefined || next === digit ? [] : [replaced(digits, place, next + digit)]
  })
}

function replaced(digits: string, place: number, by: string): string {
  return digits.slice(0, place) + by + digits.slice(place + by.length)
}
