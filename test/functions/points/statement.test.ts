import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LANGUAGES } from '../../../functions/platform/problem.ts'
import type { Because } from '../../../functions/points/account.ts'
import { shownAccount, shownPosting } from '../../../functions/points/statement.ts'
import { inWords, WORDED_CODES } from '../../../functions/points/words.ts'
import { anAccount } from '../../support/account.ts'
import { NOW } from '../../support/receipts.ts'

const RULES = join(import.meta.dirname, '..', '..', '..', 'functions', 'points')
const because = (code: string, points: number, params?: Because['params']): Because => ({
  rule: 'r',
  points,
  code,
  ...(params && { params }),
})

describe('reasons in words', () => {
  test.each(WORDED_CODES)('%s is said in every language', (code) => {
    const said = LANGUAGES.map((language) => inWords(because(code, 7), language))
    expect(said.every((text) => text.length >= 2 && !/[{_]/.test(text))).toBe(true)
    expect(said.slice(1).every((text) => /\p{Script=Han}/u.test(text))).toBe(true)
  })

  test('every code that a rule can give has its words, so that no line of a statement is mute', () => {
    const sources = readdirSync(RULES)
      .filter((file) => file.endsWith('.ts') && file !== 'words.ts' && !file.endsWith('schema.ts'))
      .map((file) => readFileSync(join(RULES, file), 'utf8'))
    const given = sources
      .flatMap((text) => [...text.matchAll(/(?:code: |cameIn\(|spent\()'([a-z_]+)'/g)])
      .map(([, code]) => code)
    const refusals = [
      'out_of_range',
      'invalid_value',
      'required_field',
      'receipt_date_invalid',
      'currency_mismatch',
      'total_mismatch',
    ]
    expect(given.filter((code) => code && !refusals.includes(code) && !WORDED_CODES.includes(code))).toEqual([])
    expect(given).toEqual(expect.arrayContaining(['redeemed', 'activated', 'owed', 'cap']))
  })

  test.each([
    ['en', because('spend', 139, { points: 1, perMinor: 100, currency: 'GBP' }), '1 point per £1.00 spent'],
    ['en', because('spend', 139, { points: 3, perMinor: 1_000, currency: 'JPY' }), '3 points per JP¥1,000 spent'],
    ['zh-Hant', because('spend', 139, { points: 1, perMinor: 1_000, currency: 'HKD' }), '每消費 HK$10.00 得 1 積分'],
    ['en', because('expired', -1), '1 point expired'],
    ['en', because('expired', -12), '12 points expired'],
    ['zh-Hans', because('debt_repaid', -5), '5 积分用于扣回'],
    ['en', because('something_new', 1), 'something_new'],
  ] as const)('%s: %o is %s', (language, part, text) => {
    expect(inWords(part, language)).toBe(text)
  })
})

describe('what is shown', () => {
  test('of an account says what expires and matures when, earliest first, and leaves out what never does', () => {
    const account = anAccount({
      lots: { never: 5, '2028-01-31': 7, '2027-12-31': 9 },
      maturing: { '2026-12-10|never': 1, '2026-12-06|2027-12-31': 2, '2026-12-06|2028-01-31': 4 },
      lifetime: { earned: 28 },
    })
    expect(shownAccount(account, NOW, null)).toEqual({
      memberId: account.memberId,
      status: 'active',
      balances: { available: 21, pending: 7, reserved: 0, debt: 0 },
      lifetime: { earned: 28, redeemed: 0, expired: 0, reversed: 0 },
      expiring: [
        { on: '2027-12-31', points: 9 },
        { on: '2028-01-31', points: 7 },
      ],
      maturing: [
        { on: '2026-12-06', points: 6 },
        { on: '2026-12-10', points: 1 },
      ],
      tier: null,
      version: 7,
      asOf: '2026-11-23T10:00:00.000Z',
    })
  })

  test('of a reason has its values in one order, so that a repeat gives the very bytes of the first answer', () => {
    const posting = (params: Because['params']) => ({
      type: 'EARN' as const,
      points: 1,
      because: [because('spend', 1, params)],
      effective: NOW,
      expiresOn: 'never',
      changes: { delta: {} },
      after: anAccount().balances,
    })
    const one = shownPosting(posting({ points: 1, perMinor: 100, currency: 'GBP' }), 1, 'en')
    const other = shownPosting(posting({ currency: 'GBP', perMinor: 100, points: 1 }), 1, 'en')
    expect(JSON.stringify(other)).toBe(JSON.stringify(one))
    expect(one.expiresOn).toBeNull()
  })
})
