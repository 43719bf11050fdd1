import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Account } from '../../../functions/points/account.ts'
import { type LapsedLots, lapsedReservations, settle } from '../../../functions/points/settle.ts'
import { addToDate, startOfDay } from '../../../functions/shared/dates.ts'
import { anAccount, expectSound } from '../../support/account.ts'
import { aDocument } from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'

const ZONE = 'Europe/London'
const PROGRAM = aDocument({
  expiry: { mode: 'rolling', period: 'P1Y', roundUp: 'none', restoreGrace: 'P7D' },
  refund: { policy: 'debt', forgiveAfter: 'P30D' },
})
const midnight = (day: string) => startOfDay(day, ZONE)
const codes = (account: Account, now: number, lapsed: LapsedLots = {}) =>
  settle(account, { program: PROGRAM, now, lapsed }).postings.flatMap(({ because }) =>
    because.map(({ code, points }) => `${code} ${points}`),
  )

describe('activation', () => {
  const account = anAccount({ maturing: { '2026-12-06|2027-12-31': 40, '2026-12-07|never': 5 } })

  test('comes at 00:00 of the day of release and not a moment before', () => {
    const release = midnight('2026-12-06')
    expect(settle(account, { program: PROGRAM, now: release - 1, lapsed: {} }).postings).toEqual([])
    const { account: after } = settle(account, { program: PROGRAM, now: release, lapsed: {} })
    expect(after.balances).toEqual({ available: 40, pending: 5, reserved: 0, debt: 0 })
    expect([after.lots, after.maturing]).toEqual([{ '2027-12-31': 40 }, { '2026-12-07|never': 5 }])
  })

  test('repays debt first', () => {
    const owing = anAccount({ debt: 30, debtSince: '2026-12-01', maturing: { '2026-12-06|never': 40 } })
    const { account: after } = settle(owing, { program: PROGRAM, now: midnight('2026-12-06'), lapsed: {} })
    expect([after.balances.available, after.balances.debt, after.debtSince]).toEqual([10, 0, undefined])
    expect(codes(owing, midnight('2026-12-06'))).toEqual(['activated 40', 'debt_repaid -30'])
  })
})

describe('expiry', () => {
  const account = anAccount({ lots: { '2026-11-30': 8, '2026-12-31': 2, never: 1 } })

  test('leaves points valid through the whole last valid day', () => {
    const next = midnight('2026-12-01')
    expect(settle(account, { program: PROGRAM, now: next - 1, lapsed: {} }).postings).toEqual([])
    const { account: after } = settle(account, { program: PROGRAM, now: next, lapsed: {} })
    expect([after.lots, after.lifetime.expired]).toEqual([{ '2026-12-31': 2, never: 1 }, 8])
  })

  test('follows the days of the program’s zone, also over a night on which the clock changes', () => {
    const lot = anAccount({ lots: { '2027-03-28': 1 } })
    expect(settle(lot, { program: PROGRAM, now: Date.parse('2027-03-28T22:59:59.999Z'), lapsed: {} }).postings).toEqual(
      [],
    )
    expect(
      settle(lot, { program: PROGRAM, now: Date.parse('2027-03-28T23:00:00Z'), lapsed: {} }).postings,
    ).toHaveLength(1)
    const autumn = anAccount({ lots: { '2026-10-25': 1 } })
    expect(
      settle(autumn, { program: PROGRAM, now: Date.parse('2026-10-25T23:59:59.999Z'), lapsed: {} }).postings,
    ).toEqual([])
    expect(
      settle(autumn, { program: PROGRAM, now: Date.parse('2026-10-26T00:00:00Z'), lapsed: {} }).postings,
    ).toHaveLength(1)
  })

  test('never takes what never expires', () => {
    expect(
      settle(anAccount({ available: 5 }), { program: PROGRAM, now: Date.parse('2999-01-01T00:00:00Z'), lapsed: {} })
        .postings,
    ).toEqual([])
  })
})

describe('reservations', () => {
  const expiresAt = Date.parse('2026-11-23T10:15:00Z')
  const account = anAccount({ reservations: { rsv_1: { points: 9, expiresAt } } })
  const lapsed = { rsv_1: { lots: { '2026-11-20': 4, '2026-12-31': 5 } } }

  test('time out at their very instant and give back to their lots, an expired lot with the grace', () => {
    expect(lapsedReservations(account, expiresAt - 1)).toEqual([])
    expect(lapsedReservations(account, expiresAt)).toEqual(['rsv_1'])
    const { account: after } = settle(account, { program: PROGRAM, now: expiresAt, lapsed })
    expect([after.lots, after.balances.reserved]).toEqual([{ '2026-11-30': 4, '2026-12-31': 5 }, 0])
    expect(after.reservations).toEqual({})
  })

  test('are not settled without their rows, because the lots would be a guess', () => {
    expect(() => settle(account, { program: PROGRAM, now: expiresAt, lapsed: {} })).toThrow('rsv_1')
  })

  test('repay debt with what they give back', () => {
    const owing = { ...account, balances: { ...account.balances, debt: 6 } }
    expect(codes(owing, expiresAt, lapsed)).toEqual(['reservation_expired 9', 'debt_repaid -6'])
  })
})

describe('old debt', () => {
  const account = anAccount({ debt: 12, debtSince: '2026-11-01' })

  test('is dropped when the program’s time is over, and counts as issued', () => {
    const day = midnight('2026-12-01')
    expect(settle(account, { program: PROGRAM, now: day - 1, lapsed: {} }).postings).toEqual([])
    const { account: after } = settle(account, { program: PROGRAM, now: day, lapsed: {} })
    expect([after.balances.debt, after.lifetime.earned, after.debtSince]).toEqual([0, 12, undefined])
  })

  test('stays for ever where the program says nothing or takes no debt', () => {
    const far = midnight('2999-01-01')
    expect(settle(account, { program: aDocument(), now: far, lapsed: {} }).postings).toEqual([])
    const clamp = aDocument({ refund: { policy: 'clamp', forgiveAfter: 'P30D' } })
    expect(settle(account, { program: clamp, now: far, lapsed: {} }).postings).toEqual([])
  })

  test('is repaid before it is dropped by points of the same day', () => {
    const both = {
      ...account,
      ...anAccount({ debt: 12, maturing: { '2026-12-01|never': 20 } }),
      debtSince: '2026-11-01',
    }
    expect(codes(both, midnight('2026-12-01'))).toEqual(['activated 20', 'debt_repaid -12'])
  })
})

describe('the order of events', () => {
  test('is that of time, and on one day activate before expire', () => {
    const account = anAccount({
      lots: { '2026-12-05': 3, '2026-12-09': 4 },
      maturing: { '2026-12-06|2026-12-31': 10, '2026-12-10|never': 1, '2026-12-07|2026-12-06': 2 },
    })
    expect(codes(account, midnight('2026-12-20'))).toEqual([
      'activated 10',
      'expired -3',
      'activated 2',
      'expired -2',
      'activated 1',
      'expired -4',
    ])
  })

  test('is told in sums after twelve parts, so that an entry stays small', () => {
    const maturing = Object.fromEntries(Array.from({ length: 20 }, (_, day) => [`2026-12-${day + 10}|never`, 2]))
    expect(codes(anAccount({ maturing }), midnight('2027-01-10'))).toEqual(['activated 40'])
  })
})

const day = fc.integer({ min: 0, max: 60 }).map((days) => addToDate('2027-02-20', `P${days}D`))
const points = fc.integer({ min: 1, max: 500 })
const accounts = fc
  .record({
    lots: fc.dictionary(fc.oneof(day, fc.constant('never')), points, { maxKeys: 6 }),
    maturing: fc.dictionary(
      fc.tuple(day, day).map(([release, last]) => `${release}|${last}`),
      points,
      { maxKeys: 6 },
    ),
    reserved: fc.array(fc.record({ day, ms: fc.nat(86_399_999), lots: fc.dictionary(day, points, { minKeys: 1 }) }), {
      maxLength: 4,
    }),
    debt: fc.nat(800),
    debtSince: day,
  })
  .map(({ reserved, debt, debtSince, lots, maturing }) => {
    const named = reserved.map((one, index) => ({ id: `rsv_${index}`, ...one }))
    const total = (of: Record<string, number>) => Object.values(of).reduce((a, b) => a + b, 0)
    const reservations = Object.fromEntries(
      named.map(({ id, ...one }) => [id, { points: total(one.lots), expiresAt: midnight(one.day) + one.ms }]),
    )
    const owes = debt > 0 && Object.keys(lots).length === 0
    return {
      account: anAccount({ lots, maturing, reservations, ...(owes && { debt, debtSince }) }),
      lapsed: Object.fromEntries(named.map(({ id, lots: own }) => [id, { lots: own }])),
    }
  })

describe('whenever it is settled', () => {
  const END = midnight('2027-05-15')

  test('twice is once, so that nothing moves a second time', () => {
    holds(
      fc.property(accounts, fc.nat(90), ({ account, lapsed }, days) => {
        const now = midnight(addToDate('2027-02-15', `P${days}D`))
        const once = settle(account, { program: PROGRAM, now, lapsed })
        expectSound(account, once)
        expect(settle(once.account, { program: PROGRAM, now, lapsed })).toEqual({
          account: once.account,
          postings: [],
        })
      }),
    )
  })

  test('daily, at any hours, is the same as once and late, so that no sweep matters', () => {
    const stops = fc.array(fc.integer({ min: midnight('2027-02-15'), max: END }), { maxLength: 40 })
    holds(
      fc.property(accounts, stops, ({ account, lapsed }, instants) => {
        let often = account
        for (const now of [...instants.sort((a, b) => a - b), END])
          often = settle(often, { program: PROGRAM, now, lapsed }).account
        expect(often).toEqual(settle(account, { program: PROGRAM, now: END, lapsed }).account)
      }),
      150,
    )
  })
})
