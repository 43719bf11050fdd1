import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Account } from '../../../functions/points/account.ts'
import type { SpendTerms } from '../../../functions/points/spending.ts'
import { decideClosing, decideFreeze, decideMerge, decideUnfreeze } from '../../../functions/points/standing.ts'
import { addToDate } from '../../../functions/shared/dates.ts'
import { anAccount, expectSound, expectSoundTogether, type GivenAccount } from '../../support/account.ts'
import { aDocument, type GivenSections, NOW } from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'

const SURVIVOR = 'mem_01J9SURVIVOR00000000000000'
const terms = (given: GivenSections = {}): SpendTerms => ({ now: NOW, program: aDocument(given), lapsed: {} })
const aSurvivor = (given: GivenAccount = {}) => anAccount({ memberId: SURVIVOR, ...given })
const EMPTY = { available: 0, pending: 0, reserved: 0, debt: 0 }

/** Merges, and checks the books of both. */
function merged(from: Account, into: Account = aSurvivor(), on = terms()) {
  const decision = decideMerge({ from, into }, { from: on, into: on })
  expectSoundTogether([from, decision.from], [into, decision.into])
  return { from: decision.from.account, into: decision.into.account, decision }
}

describe('freezing and its end', () => {
  test('are entries of 0 points that change the status and nothing else, so that a replay tells who could spend', () => {
    const before = anAccount({ available: 5, maturing: { '2026-12-06|never': 3 } })
    const frozen = decideFreeze(before, terms())
    expectSound(before, frozen)
    expect(frozen.account).toEqual({ ...before, status: 'FROZEN' })
    expect(frozen.postings).toMatchObject([
      { type: 'STATE', points: 0, changes: { delta: {}, status: 'FROZEN' }, because: [{ code: 'frozen' }] },
    ])
    const again = decideUnfreeze(frozen.account, terms())
    expectSound(frozen.account, again)
    expect(again.account).toEqual(before)
  })

  test('settle first, so that a freeze never stops points from expiring', () => {
    const before = anAccount({ lots: { '2026-11-22': 5 } })
    const { postings, main, account } = decideFreeze(before, terms())
    expect([postings.map(({ type }) => type), main, account.lifetime.expired]).toEqual([['SETTLE', 'STATE'], 1, 5])
  })

  test.each<[string, Account['status'], typeof decideFreeze]>([
    ['account_frozen', 'FROZEN', decideFreeze],
    ['account_not_frozen', 'ACTIVE', decideUnfreeze],
    ['account_closed', 'CLOSED', decideFreeze],
    ['account_closed', 'CLOSED', decideUnfreeze],
  ])('are refused with %s where the account is %s already', (code, status, decide) => {
    expect(() => decide(anAccount({ status }), terms())).toThrow(expect.objectContaining({ code }))
  })
})

describe('closing', () => {
  test('forfeits what is available, pending and reserved as expired, so that the trial balance still closes (I13)', () => {
    const before = anAccount({
      lots: { '2027-12-31': 5, never: 7 },
      maturing: { '2026-12-06|never': 11 },
      reservations: { rsv_1: { points: 13, expiresAt: NOW + 1 } },
      lifetime: { earned: 50, redeemed: 14 },
    })
    const decision = decideClosing(before, terms())
    expectSound(before, decision)
    const { status, balances, lots, maturing, reservations, lifetime } = decision.account
    expect({ status, balances, lots, maturing, reservations }).toEqual({
      status: 'CLOSED',
      balances: EMPTY,
      lots: {},
      maturing: {},
      reservations: {},
    })
    expect(lifetime).toEqual({ earned: 50, redeemed: 14, expired: 36, reversed: 0 })
    expect(decision.postings).toMatchObject([{ type: 'CLOSE', points: -36, because: [{ code: 'forfeited' }] }])
  })

  test('drops what is owed as issued, and forgets since when, so that nothing is forgiven a second time', () => {
    const owing = anAccount({ debt: 40, debtSince: '2026-11-01', maturing: { '2026-12-06|never': 10 } })
    const decision = decideClosing(owing, terms({ refund: { policy: 'debt', forgiveAfter: 'P1M' } }))
    expectSound(owing, decision)
    expect(decision.account.lifetime).toMatchObject({ earned: 40, expired: 10 })
    expect(decision.postings[0]?.because.map(({ code, points }) => [code, points])).toEqual([
      ['forfeited', -10],
      ['debt_forgiven', 40],
    ])
  })

  test('works on a frozen account and on an empty one, and never twice', () => {
    const { account, postings } = decideClosing(anAccount({ status: 'FROZEN' }), terms())
    expect([account.status, postings[0]?.points]).toEqual(['CLOSED', 0])
    expect(() => decideClosing(account, terms())).toThrow(expect.objectContaining({ code: 'account_closed' }))
  })

  test('counts points that had expired by then once, as what time did', () => {
    const before = anAccount({ lots: { '2026-11-22': 5, never: 2 } })
    const decision = decideClosing(before, terms())
    expectSound(before, decision)
    expect([
      decision.postings.map(({ type, points }) => `${type} ${points}`),
      decision.account.lifetime.expired,
    ]).toEqual([['SETTLE -5', 'CLOSE -2'], 7])
  })
})

describe('a merge', () => {
  test('moves lots and pending points with their dates, so that nobody gains or loses a day', () => {
    const from = anAccount({ lots: { '2027-12-31': 5, never: 7 }, maturing: { '2026-12-06|never': 3 } })
    const into = aSurvivor({ lots: { '2027-12-31': 1 }, maturing: { '2026-12-06|never': 2, '2026-12-08|never': 4 } })
    const after = merged(from, into)
    expect(after.into.lots).toEqual({ '2027-12-31': 6, never: 7 })
    expect(after.into.maturing).toEqual({ '2026-12-06|never': 5, '2026-12-08|never': 4 })
    expect(after.from).toMatchObject({
      status: 'CLOSED',
      mergedInto: SURVIVOR,
      balances: EMPTY,
      lots: {},
      maturing: {},
    })
    expect(after.decision.from.postings).toMatchObject([{ type: 'MERGE_OUT', points: -15 }])
    expect(after.decision.into.postings).toMatchObject([{ type: 'MERGE_IN', points: 15 }])
  })

  test('leaves lifetime sums where they came about and adds the months of the tier together', () => {
    const from = anAccount({ lifetime: { earned: 9 }, qualifying: { '2026-10': 100, '2026-11': 5 } })
    const into = aSurvivor({ lifetime: { earned: 4 }, qualifying: { '2026-11': 20 } })
    const after = merged(from, into)
    expect([after.from.lifetime.earned, after.into.lifetime.earned]).toEqual([9, 4])
    expect([after.from.qualifying, after.into.qualifying]).toEqual([{}, { '2026-10': 100, '2026-11': 25 }])
  })

  test.each([
    ['the merged one owed', anAccount({ debt: 30, debtSince: '2026-11-01' }), aSurvivor({ available: 100 })],
    ['the survivor owed', anAccount({ available: 100 }), aSurvivor({ debt: 30, debtSince: '2026-11-01' })],
  ])('repays at once what %s, and forgets the debt’s day with it', (_, from, into) => {
    const { into: after, decision } = merged(from, into)
    expect([after.balances, after.debtSince]).toEqual([{ ...EMPTY, available: 70 }, undefined])
    expect(decision.into.postings.at(-1)?.because).toContainEqual({ rule: 'debt', points: -30, code: 'debt_repaid' })
  })

  test('adds debts up under the later day, because debt is one balance with one clock', () => {
    const from = anAccount({ debt: 30, debtSince: '2026-11-01' })
    const { into, from: gone } = merged(from, aSurvivor({ debt: 12, debtSince: '2026-10-01' }))
    expect([into.balances.debt, into.debtSince, gone.debtSince]).toEqual([42, '2026-11-01', undefined])
    const older = merged(from, aSurvivor({ debt: 12, debtSince: '2026-11-20' }))
    expect(older.into.debtSince).toBe('2026-11-20')
  })

  test('leaves owed what the points together cannot repay', () => {
    const from = anAccount({ debt: 30, debtSince: '2026-11-01', maturing: { '2026-12-06|never': 9 } })
    const { into } = merged(from, aSurvivor({ available: 10 }))
    expect([into.balances, into.debtSince]).toEqual([{ available: 0, pending: 9, reserved: 0, debt: 20 }, '2026-11-01'])
  })

  test('says what moved on either side, so that both statements explain themselves', () => {
    const { decision } = merged(
      anAccount({ debt: 30, debtSince: '2026-11-01', maturing: { '2026-12-06|never': 9 } }),
      aSurvivor({ available: 50 }),
    )
    const told = [decision.from, decision.into].map(({ postings, main }) =>
      postings[main]?.because.map(({ code, points }) => `${code} ${points}`),
    )
    expect(told).toEqual([
      ['merged -9', 'debt_merged 30'],
      ['merged 9', 'debt_merged -30', 'debt_repaid -30'],
    ])
  })

  test.each([
    ['one month', { month: '2026-11', points: 40 }, { month: '2026-11', points: 2 }, { month: '2026-11', points: 42 }],
    [
      'an older month',
      { month: '2026-10', points: 40 },
      { month: '2026-11', points: 2 },
      { month: '2026-11', points: 2 },
    ],
    [
      'a newer month',
      { month: '2026-11', points: 40 },
      { month: '2026-10', points: 2 },
      { month: '2026-11', points: 40 },
    ],
    ['the only month', { month: '2026-11', points: 40 }, undefined, { month: '2026-11', points: 40 }],
    ['no month', undefined, { month: '2026-11', points: 2 }, { month: '2026-11', points: 2 }],
  ])('adds what was sent in %s to the survivor’s, so that two accounts give no second limit', (_, from, into, sum) => {
    expect(merged(anAccount({ sent: from }), aSurvivor({ sent: into })).into.sent).toEqual(sum)
  })

  test('puts everything on the later of both days under inactivity expiry, where points share one day', () => {
    const on = terms({ expiry: { mode: 'inactivity', period: 'P12M', roundUp: 'none', resetBy: ['earn'] } })
    const { into } = merged(anAccount({ lots: { '2027-06-30': 5 } }), aSurvivor({ lots: { '2027-01-31': 2 } }), on)
    expect(into.lots).toEqual({ '2027-06-30': 7 })
  })

  test('settles both first, so that expired points do not move', () => {
    const late = { '2026-11-22': 5, never: 1 }
    const { decision, into } = merged(anAccount({ lots: late }), aSurvivor({ lots: late }))
    const kinds = [decision.from, decision.into].map(({ postings }) => postings.map(({ type }) => type))
    expect([kinds, into.lots]).toEqual([
      [
        ['SETTLE', 'MERGE_OUT'],
        ['SETTLE', 'MERGE_IN'],
      ],
      { never: 2 },
    ])
  })

  const OPEN = { reservations: { rsv_1: { points: 1, expiresAt: NOW + 1 } } }
  test.each<[string, Account, Account]>([
    ['open_reservation', anAccount(OPEN), aSurvivor()],
    ['open_reservation', anAccount(), aSurvivor(OPEN)],
    ['account_closed', anAccount({ status: 'CLOSED' }), aSurvivor()],
    ['account_closed', anAccount(), aSurvivor({ status: 'CLOSED' })],
  ])('is refused with %s whichever of the two it is', (code, from, into) => {
    expect(() => merged(from, into)).toThrow(expect.objectContaining({ code }))
  })

  test('does not thaw the survivor, whose freeze has a reason of its own', () => {
    expect(merged(anAccount({ available: 5 }), aSurvivor({ status: 'FROZEN' })).into.status).toBe('FROZEN')
    expect(merged(anAccount({ status: 'FROZEN' }), aSurvivor()).from.status).toBe('CLOSED')
  })

  test('of any two accounts is sound, and no point or day is lost or made (I1, I2, I3, I13)', () => {
    const day = fc.integer({ min: 0, max: 900 }).map((days) => addToDate('2026-11-23', `P${days}D`))
    const points = fc.integer({ min: 1, max: 900 })
    const maturing = fc.dictionary(
      day.map((release) => `${addToDate(release, 'P1D')}|never`),
      points,
      { maxKeys: 4 },
    )
    const rich = fc.record({
      lots: fc.dictionary(fc.oneof(day, fc.constant('never')), points, { maxKeys: 6 }),
      maturing,
    })
    const poor = fc.record({ debt: points, debtSince: day, maturing })
    const sent = fc.option(fc.record({ month: fc.constantFrom('2026-10', '2026-11'), points }), { nil: undefined })
    const given = fc.tuple(fc.oneof(rich, poor), sent).map(([parts, own]) => ({ ...parts, ...(own && { sent: own }) }))
    holds(
      fc.property(given, given, (one, other) => {
        const before = [anAccount(one), aSurvivor(other)]
        const [from, into] = before
        if (!from || !into) return
        const { into: after } = merged(from, into)
        const worth = ({ available, pending, debt }: Account['balances']) => available + pending - debt
        expect(worth(after.balances)).toBe(worth(from.balances) + worth(into.balances))
        for (const [day, points] of Object.entries(after.lots)) {
          expect(points).toBeLessThanOrEqual((from.lots[day] ?? 0) + (into.lots[day] ?? 0))
        }
      }),
      500,
    )
  })
})
