import { describe, expect, test } from 'vitest'
import { type Account, apply, brokenInvariant, post, sum } from '../../../functions/points/account.ts'
import { anAccount } from '../../support/account.ts'
import { NOW } from '../../support/receipts.ts'

const FULL = anAccount({
  lots: { '2027-12-31': 5, never: 7 },
  maturing: { '2026-12-06|2027-12-31': 3 },
  reservations: { rsv_1: { points: 4, expiresAt: NOW + 1 } },
})
const withBalances = (balances: Partial<Account['balances']>) => ({
  ...FULL,
  balances: { ...FULL.balances, ...balances },
})

describe('brokenInvariant', () => {
  test('finds nothing wrong with what adds up', () => {
    expect(brokenInvariant(FULL)).toBeUndefined()
    expect(brokenInvariant(anAccount())).toBeUndefined()
    expect(brokenInvariant(anAccount({ debt: 10, maturing: { '2026-12-06|never': 3 } }))).toBeUndefined()
  })

  test.each<[string, Account]>([
    ['I3 nothing negative', withBalances({ available: -1 })],
    ['I3 nothing negative', withBalances({ pending: -1 })],
    ['I3 nothing negative', withBalances({ reserved: -1 })],
    ['I3 nothing negative', withBalances({ debt: -1 })],
    ['I3 nothing negative', withBalances({ available: 12.5 })],
    ['I3 nothing negative', withBalances({ available: Number.NaN })],
    ['I3 nothing negative', withBalances({ debt: 2 ** 53 })],
    ['I3 nothing negative', { ...FULL, lots: { '2027-12-31': 13, never: -1 } }],
    ['I3 nothing negative', { ...FULL, maturing: { a: 4, b: -1 } }],
    ['I3 debt only at available 0', withBalances({ debt: 1 })],
    ['I2 lots sum to available', withBalances({ available: 13 })],
    ['I2 lots sum to available', { ...FULL, lots: {} }],
    ['I2 maturing sums to pending', withBalances({ pending: 2 })],
    ['I2 maturing sums to pending', { ...FULL, maturing: {} }],
    ['I2 reservations sum to reserved', withBalances({ reserved: 5 })],
    ['I2 reservations sum to reserved', { ...FULL, reservations: {} }],
    [
      'I3 nothing negative',
      { ...FULL, reservations: { a: { points: 5, expiresAt: 1 }, b: { points: -1, expiresAt: 1 } } },
    ],
  ])('names %s', (name, account) => {
    expect(brokenInvariant(account)).toBe(name)
  })
})

describe('post', () => {
  const about = { type: 'ADJUST', effective: NOW } as const

  test('records exactly the difference, so that an entry says what happened and nothing else', () => {
    const { account, posting } = post(FULL, about, (work) => {
      work.lots['2027-12-31'] = 0
      work.lots['2028-12-31'] = 9
      work.balances.available += 4
      delete work.reservations.rsv_1
      work.balances.reserved -= 4
      work.lifetime.earned += 8
      return { points: 8, because: [] }
    })
    expect(posting.changes).toEqual({
      delta: { available: 4, reserved: -4 },
      lots: { '2027-12-31': -5, '2028-12-31': 9 },
      reservations: { rsv_1: null },
      lifetime: { earned: 8 },
    })
    expect(account.lots).toEqual({ '2028-12-31': 9, never: 7 })
    expect(posting.after).toEqual(account.balances)
    expect(apply(FULL, posting.changes)).toEqual(account)
  })

  test('never touches the account it was given', () => {
    const before = structuredClone(FULL)
    post(FULL, about, (work) => {
      work.lots.never = 0
      work.maturing = {}
      return { points: 0, because: [] }
    })
    expect(FULL).toEqual(before)
  })

  test('forgets the day of a debt that was repaid', () => {
    const owing = anAccount({ debt: 5, debtSince: '2026-01-01' })
    const { account, posting } = post(owing, about, (work) => {
      work.balances.debt = 0
      return { points: 5, because: [] }
    })
    expect(posting.changes.debtSince).toBeNull()
    expect(account.debtSince).toBeUndefined()
    expect(apply(owing, posting.changes).debtSince).toBeUndefined()
  })

  test('keeps what the rules may not change', () => {
    const { account } = post(FULL, about, () => ({ points: 0, because: [] }))
    expect([account.version, account.head, account.memberId]).toEqual([FULL.version, FULL.head, FULL.memberId])
  })
})

test('apply opens, keeps and closes reservations', () => {
  const open = { points: 1, expiresAt: NOW }
  const opened = apply(FULL, { delta: {}, reservations: { rsv_2: open } })
  expect(Object.keys(opened.reservations)).toEqual(['rsv_1', 'rsv_2'])
  expect(apply(opened, { delta: {}, reservations: { rsv_1: null } }).reservations).toEqual({ rsv_2: open })
  expect(sum([])).toBe(0)
})
