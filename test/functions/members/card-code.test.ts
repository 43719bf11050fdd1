import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CARD_CODE, CODE_STEP_MS, cardCode, cardOfCode, isCurrentCode } from '../../../functions/members/card-code.ts'

const SECRET = 'a secret'
const CARD = '630012345678'
const NOW = Date.parse('2026-11-23T10:00:00Z')
const codeAt = (now: number) => cardCode(SECRET, CARD, now).code
const RUNS = { seed: 30, numRuns: 300 }

describe('the rotating code', () => {
  test('has the form that a till takes and names its card, so that the card can be queued without a network', () => {
    expect(codeAt(NOW)).toMatch(CARD_CODE)
    expect(cardOfCode(codeAt(NOW))).toBe(CARD)
  })

  test('is good from the moment it is shown until the moment that was told, and not a millisecond longer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (now) => {
        const { code, expiresAt } = cardCode(SECRET, CARD, now)
        expect(expiresAt - now).toBeGreaterThan(CODE_STEP_MS)
        expect(expiresAt - now).toBeLessThanOrEqual(2 * CODE_STEP_MS)
        const goodAt = [now, expiresAt - 1, expiresAt].map((moment) => isCurrentCode(SECRET, code, moment))
        expect(goodAt).toEqual([true, true, false])
      }),
      RUNS,
    )
  })

  test('is not good before its half minute, so that a clock that was set back opens nothing', () => {
    expect(isCurrentCode(SECRET, codeAt(NOW), NOW - 1)).toBe(false)
  })

  test('changes with the half minute, the card and the secret, so that none of them can be left out of a guess', () => {
    const codes = [
      codeAt(NOW),
      codeAt(NOW + CODE_STEP_MS),
      cardCode(SECRET, '630012345679', NOW).code,
      cardCode('another secret', CARD, NOW).code,
    ]
    expect(new Set(codes.map((code) => code.slice(code.indexOf('.')))).size).toBe(4)
    expect(isCurrentCode('another secret', codeAt(NOW), NOW)).toBe(false)
  })

  test('of one card does not open another, so that nobody spends by swapping the number before the dot', () => {
    expect(isCurrentCode(SECRET, codeAt(NOW).replace(CARD, '630012345679'), NOW)).toBe(false)
  })

  test('is read in upper and lower case', () => {
    expect(isCurrentCode(SECRET, codeAt(NOW).toLowerCase(), NOW)).toBe(true)
  })
})
