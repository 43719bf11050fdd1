import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isReferralCode, REFERRAL_SERIALS, referralCode } from '../../../functions/members/referral-code.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const serials = fc.integer({ min: 0, max: REFERRAL_SERIALS - 1 })
const RUNS = { seed: 32, numRuns: 300 }

describe('referral codes', () => {
  test.each([0, 1, REFERRAL_SERIALS - 1])('of serial %i have 8 characters without I, L, O and U', (serial) => {
    expect(referralCode(serial)).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
    expect(isReferralCode(referralCode(serial))).toBe(true)
  })

  test('of different serials differ, so that a code names one member', () => {
    fc.assert(
      fc.property(serials, serials, (a, b) => {
        expect(referralCode(a) === referralCode(b)).toBe(a === b)
      }),
      RUNS,
    )
  })

  test('are read in either case', () => {
    expect(isReferralCode(referralCode(123_456_789).toLowerCase())).toBe(true)
  })

  test('notice every wrong character, so that a slip never rewards a stranger', () => {
    fc.assert(
      fc.property(serials, fc.nat(7), (serial, place) => {
        const code = referralCode(serial)
        for (const other of ALPHABET) {
          const mistaken = code.slice(0, place) + other + code.slice(place + 1)
          expect(isReferralCode(mistaken)).toBe(other === code[place])
        }
      }),
      RUNS,
    )
  })

  test.each(['', 'ABCDEFG', 'ABCDEFGHJ', 'ABCDEFGI', 'ABCDEFGU', 'ABC DEFG', 'ÀBCDEFGH'])('refuse %j', (text) => {
    expect(isReferralCode(text)).toBe(false)
  })
})
