import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Account, Lots } from '../../../functions/points/account.ts'
import {
  decideCapture,
  decideRedemption,
  decideReservation,
  decideVoid,
  type Held,
  largestPayment,
  reasonsAgainst,
  type SpendTerms,
} from '../../../functions/points/spending.ts'
import { addToDate, startOfDay } from '../../../functions/shared/dates.ts'
import { anAccount, expectSound } from '../../support/account.ts'
import { aDocument, type GivenSections, NOW } from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'

const HOUR_MS = 3_600_000
const GRACE = { mode: 'rolling', period: 'P12M', roundUp: 'none', restoreGrace: 'P7D' } as const
const terms = (given: GivenSections = {}, now = NOW): SpendTerms => ({
  now,
  program: aDocument({ expiry: GRACE, ...given }),
  lapsed: {},
})
const spend = (points: number, more: object = {}) => ({ points, storeId: 'central', ...more })
const pounds = (amount: number) => ({ total: { amount, currency: 'GBP' } })
const LOTS: Lots = { never: 50, '2027-12-31': 30, '2026-12-31': 20 }

/** Reserves and tells what a row would keep. */
function held(account: Account, points: number, now = NOW): { account: Account; held: Held } {
  const decision = decideReservation(
    account,
    { ...spend(points), id: 'rsv_1', expiresAt: now + HOUR_MS },
    terms({}, now),
  )
  expectSound(account, decision)
  return { account: decision.account, held: { id: 'rsv_1', storeId: 'central', points, lots: decision.lots } }
}

describe('a redemption', () => {
  test('takes the earliest last day first and never-expiring points last', () => {
    const account = anAccount({ lots: LOTS })
    const decision = decideRedemption(account, spend(45), terms())
    expectSound(account, decision)
    expect(decision.account.lots).toEqual({ never: 50, '2027-12-31': 5 })
    expect(decision.account.lifetime.redeemed).toBe(45)
    expect(decision.postings[decision.main]).toMatchObject({ type: 'REDEEM', points: -45, storeId: 'central' })
  })

  test('may take everything and not one more', () => {
    const account = anAccount({ lots: LOTS })
    expect(decideRedemption(account, spend(100), terms()).account.lots).toEqual({})
    expect(() => decideRedemption(account, spend(101), terms())).toThrow(
      expect.objectContaining({
        code: 'insufficient_points',
        details: expect.objectContaining({ params: { needed: 101, available: 100, missing: 1 } }),
      }),
    )
  })

  test('never spends expired points, nor such as are pending or reserved (I9)', () => {
    const account = anAccount({ lots: { '2026-11-22': 100 }, maturing: { '2026-11-24|never': 100 } })
    expect(() => decideRedemption(account, spend(1), terms())).toThrow('insufficient_points')
    const later = terms({}, startOfDay('2026-11-24', 'Europe/London'))
    expect(decideRedemption(account, spend(100), later).postings.map(({ type }) => type)).toEqual(['SETTLE', 'REDEEM'])
  })

  test('says what it paid for', () => {
    const account = anAccount({ available: 100 })
    const decision = decideRedemption(account, spend(5, { orderNumber: 'A-1', ...pounds(1_000) }), terms())
    expect(decision.postings[0]?.because).toEqual([
      { rule: 'redemption', points: -5, code: 'redeemed', params: { orderNumber: 'A-1', totalMinor: 1_000 } },
    ])
  })
})

describe('why points may not be spent', () => {
  const HOLD = { redemption: { newMemberHold: 'PT24H', requireVerifiedContact: true } }

  test('names every reason, the first in the order of the catalogue', () => {
    const account = anAccount({ debt: 5, status: 'FROZEN', hasVerifiedContact: false, joinedAt: NOW })
    const reservations = Object.fromEntries(
      Array.from({ length: 10 }, (_, id) => [id, { points: 1, expiresAt: NOW + 1 }]),
    )
    const full = { ...account, reservations, balances: { ...account.balances, reserved: 10 } }
    const all = ['account_frozen', 'insufficient_points', 'unverified_contact', 'new_member_hold', 'debt']
    expect(reasonsAgainst(full, 1, terms(HOLD))).toEqual(all)
    const reserve = () => decideReservation(full, { ...spend(1), id: 'r', expiresAt: NOW + 1 }, terms(HOLD))
    expect(reserve).toThrow(
      expect.objectContaining({
        code: 'account_frozen',
        details: expect.objectContaining({ reasons: [...all, 'too_many_reservations'] }),
      }),
    )
  })

  test.each<[string, Account, GivenSections]>([
    ['account_frozen', anAccount({ available: 5, status: 'FROZEN' }), {}],
    ['insufficient_points', anAccount({ available: 4 }), {}],
    ['unverified_contact', anAccount({ available: 5, hasVerifiedContact: false }), HOLD],
    ['new_member_hold', anAccount({ available: 5, joinedAt: NOW - 24 * HOUR_MS + 1 }), HOLD],
  ])('%s alone', (code, account, sections) => {
    expect(reasonsAgainst(account, 5, terms(sections))).toEqual([code])
  })

  test('is nothing for whom all is well, to the very end of the hold', () => {
    expect(reasonsAgainst(anAccount({ available: 5, joinedAt: NOW - 24 * HOUR_MS }), 5, terms(HOLD))).toEqual([])
  })

  test('is the unverified contact unless the program says it needs none', () => {
    const program = aDocument()
    const { requireVerifiedContact: _, ...redemption } = program.redemption
    const unverified = anAccount({ available: 5, hasVerifiedContact: false })
    expect(reasonsAgainst(unverified, 5, { ...terms(), program: { ...program, redemption } })).toEqual([
      'unverified_contact',
    ])
    expect(reasonsAgainst(unverified, 5, { ...terms(), program })).toEqual([])
  })

  test('is gone when the account is closed: then it says so and nothing else', () => {
    const closed = anAccount({ available: 5, status: 'CLOSED' })
    expect(() => decideRedemption(closed, spend(1), terms())).toThrow(
      expect.objectContaining({ code: 'account_closed' }),
    )
    const void_ = () => decideVoid(closed, { id: 'r', storeId: 'central', points: 1, lots: { never: 1 } }, terms())
    expect(void_).toThrow(expect.objectContaining({ code: 'account_closed' }))
  })

  test('is too many reservations from the eleventh on', () => {
    const open = (count: number) =>
      anAccount({
        available: 5,
        reservations: Object.fromEntries(
          Array.from({ length: count }, (_, id) => [id, { points: 1, expiresAt: NOW + 1 }]),
        ),
      })
    const reserve = (count: number) =>
      decideReservation(open(count), { ...spend(1), id: 'r', expiresAt: NOW + 1 }, terms())
    expect(Object.keys(reserve(9).account.reservations)).toHaveLength(10)
    expect(() => reserve(10)).toThrow(expect.objectContaining({ code: 'too_many_reservations' }))
  })
})

describe('paying a receipt with points', () => {
  const PAY = {
    redemption: {
      payWithPoints: {
        enabled: true as const,
        ratio: { points: 100, minor: 1_000 },
        minPoints: 200,
        stepPoints: 100,
        maxShare: { num: 1, den: 2 },
        maxPoints: 500,
      },
    },
  }
  const account = anAccount({ available: 10_000 })

  test.each([
    [10_000, 10_000, 500, 'at most maxPoints'],
    [8_000, 10_000, 400, 'at most half of the total'],
    [8_999, 10_000, 400, 'floored to the step'],
    [3_999, 10_000, 0, 'less than the minimum is nothing'],
    [4_000, 10_000, 200, 'exactly the minimum'],
    [10_000, 399, 300, 'what is available, floored'],
    [10_000, 0, 0, 'nothing'],
    [0, 10_000, 0, 'nothing to pay'],
  ])('of %i with %i points takes at most %i: %s', (amount, available, points) => {
    const rich = anAccount({ available })
    expect(largestPayment(rich, pounds(amount).total, terms(PAY).program)).toBe(points)
  })

  test.each([
    [200, true],
    [400, true],
    [100, false],
    [250, false],
    [500, false],
  ])('%i points of a total of 80.00: %s', (points, isAllowed) => {
    const decide = () => decideRedemption(account, spend(points, pounds(8_000)), terms(PAY))
    if (isAllowed) expect(decide().account.balances.available).toBe(10_000 - points)
    else {
      expect(decide).toThrow(
        expect.objectContaining({
          code: 'pay_with_points_refused',
          details: { params: { largest: 400, minPoints: 200, stepPoints: 100 } },
        }),
      )
    }
  })

  test('is refused where the program has it switched off, while a redemption without a total is not', () => {
    const off = { redemption: { payWithPoints: { enabled: false as const } } }
    expect(() => decideRedemption(account, spend(5, pounds(8_000)), terms(off))).toThrow('pay_with_points_refused')
    expect(decideRedemption(account, spend(7), terms(off)).account.balances.available).toBe(9_993)
  })

  test('wants the program’s currency', () => {
    const euros = spend(200, { total: { amount: 8_000, currency: 'EUR' } })
    expect(() => decideRedemption(account, euros, terms(PAY))).toThrow(
      expect.objectContaining({
        code: 'currency_mismatch',
        details: expect.objectContaining({ errors: [{ pointer: '/total/currency', code: 'currency_mismatch' }] }),
      }),
    )
  })
})

describe('a reservation', () => {
  test('sets the earliest lots aside and remembers them', () => {
    const { account, held: one } = held(anAccount({ lots: LOTS }), 60)
    expect(one.lots).toEqual({ '2026-12-31': 20, '2027-12-31': 30, never: 10 })
    expect([account.lots, account.balances.reserved, account.lifetime.redeemed]).toEqual([{ never: 40 }, 60, 0])
  })

  test('captured whole spends them', () => {
    const { account, held: one } = held(anAccount({ lots: LOTS }), 60)
    const decision = decideCapture(account, { held: one, points: 60, receiptNumber: '7' }, terms())
    expectSound(account, decision)
    expect([decision.account.balances.reserved, decision.account.lifetime.redeemed]).toEqual([0, 60])
    expect(decision.postings[0]).toMatchObject({
      type: 'CAPTURE',
      points: -60,
      receipt: { storeId: 'central', receiptNumber: '7' },
    })
  })

  test('captured in part spends the earliest of them and gives the rest back to its lots', () => {
    const { account, held: one } = held(anAccount({ lots: LOTS }), 60)
    const decision = decideCapture(account, { held: one, points: 25 }, terms())
    expectSound(account, decision)
    expect(decision.account.lots).toEqual({ '2027-12-31': 25, never: 50 })
    expect(decision.postings[0]?.because.map(({ code, points }) => [code, points])).toEqual([
      ['captured', -25],
      ['returned', 35],
    ])
  })

  test('stays usable after its lots have expired, and gives back what is left with the grace', () => {
    const { account, held: one } = held(anAccount({ lots: { '2026-11-23': 30, '2026-11-30': 20 } }), 50)
    const later = terms({}, startOfDay('2026-11-25', 'Europe/London'))
    const inTime = { ...account, reservations: { rsv_1: { points: 50, expiresAt: later.now + 1 } } }
    const decision = decideCapture(inTime, { held: one, points: 10 }, later)
    expect(decision.account.lots).toEqual({ '2026-12-02': 20, '2026-11-30': 20 })
    expect(decision.account.lifetime).toMatchObject({ redeemed: 10, expired: 0 })
  })

  test('is not captured on a frozen account, but voided', () => {
    const { account, held: one } = held(anAccount({ lots: LOTS }), 60)
    const frozen = { ...account, status: 'FROZEN' as const }
    expect(() => decideCapture(frozen, { held: one, points: 60 }, terms())).toThrow(
      expect.objectContaining({ code: 'account_frozen', details: { reasons: ['account_frozen'] } }),
    )
    expect(decideVoid(frozen, one, terms()).account.lots).toEqual(LOTS)
  })

  test('voided repays debt that arose meanwhile', () => {
    const { account, held: one } = held(anAccount({ available: 60 }), 60)
    const owing = { ...account, balances: { ...account.balances, debt: 25 }, debtSince: '2026-11-23' }
    const decision = decideVoid(owing, one, terms())
    expectSound(owing, decision)
    expect(decision.account.balances).toEqual({ available: 35, pending: 0, reserved: 0, debt: 0 })
    expect(decision.postings[0]?.because.map(({ code, points }) => [code, points])).toEqual([
      ['voided', 60],
      ['debt_repaid', -25],
    ])
  })

  test('voided gives back the very lots, so that reserving costs nobody a day', () => {
    const day = fc.integer({ min: 0, max: 400 }).map((days) => addToDate('2026-11-23', `P${days}D`))
    const lots = fc.dictionary(fc.oneof(day, fc.constant('never')), fc.integer({ min: 1, max: 900 }), {
      minKeys: 1,
      maxKeys: 8,
    })
    holds(
      fc.property(lots, fc.nat(1_000), (given, share) => {
        const before = anAccount({ lots: given })
        const points = 1 + Math.floor(((before.balances.available - 1) * share) / 1_000)
        const { account, held: one } = held(before, points)
        const decision = decideVoid(account, one, terms())
        expectSound(account, decision)
        expect(decision.account).toEqual(before)
      }),
    )
  })
})
