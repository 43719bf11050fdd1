import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Account } from '../../../functions/points/account.ts'
import type { SpendTerms } from '../../../functions/points/spending.ts'
import { decideTransfer } from '../../../functions/points/transferring.ts'
import { addToDate } from '../../../functions/shared/dates.ts'
import { anAccount, expectSoundTogether, type GivenAccount } from '../../support/account.ts'
import { aDocument, type GivenSections, NOW } from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'

const FRIEND = 'mem_01J9FRIEND0000000000000000'
const TRANSFER = { enabled: true, minPoints: 10, maxPointsPerMonth: 500 }
const terms = (given: GivenSections = {}, now = NOW): SpendTerms => ({
  now,
  program: aDocument({ transfer: TRANSFER, ...given }),
  lapsed: {},
})
const aFriend = (given: GivenAccount = {}) => anAccount({ memberId: FRIEND, ...given })

/** Sends, and checks the books of both. */
function sent(points: number, sender: Account, { receiver = aFriend(), on = terms() } = {}) {
  const decision = decideTransfer({ sender, receiver }, points, { sender: on, receiver: on })
  expectSoundTogether([sender, decision.out], [receiver, decision.in])
  return { decision, sender: decision.out.account, receiver: decision.in.account }
}
const refusal = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('it was not refused')
}

describe('a transfer', () => {
  test('moves the earliest points first and keeps their last days, so that nothing lives longer by being sent', () => {
    const sender = anAccount({ lots: { never: 50, '2027-12-31': 30, '2026-12-31': 20 } })
    const receiver = aFriend({ lots: { '2027-12-31': 1 } })
    const after = sent(45, sender, { receiver })
    expect(after.sender.lots).toEqual({ never: 50, '2027-12-31': 5 })
    expect(after.receiver.lots).toEqual({ '2026-12-31': 20, '2027-12-31': 26 })
    const { out, in: received } = after.decision
    expect(out.postings[out.main]).toMatchObject({ type: 'TRANSFER_OUT', points: -45 })
    expect(received.postings[received.main]).toMatchObject({ type: 'TRANSFER_IN', points: 45 })
  })

  test('leaves the lifetime sums of both alone, because nothing was earned or redeemed', () => {
    const lifetime = { earned: 100, redeemed: 40 }
    const after = sent(10, anAccount({ available: 60, lifetime }), { receiver: aFriend({ lifetime }) })
    expect([after.sender.lifetime, after.receiver.lifetime]).toMatchObject([lifetime, lifetime])
  })

  test('takes available points only: pending, reserved and expired ones stay (I9)', () => {
    const sender = anAccount({
      lots: { '2026-11-22': 100, never: 20 },
      maturing: { '2026-11-24|never': 100 },
      reservations: { rsv_1: { points: 100, expiresAt: NOW + 1 } },
    })
    expect(refusal(() => sent(21, sender))).toMatchObject({
      code: 'insufficient_points',
      details: { reasons: ['insufficient_points'], params: { available: 20, missing: 1 } },
    })
    const after = sent(20, sender)
    expect(after.sender.balances).toEqual({ available: 0, pending: 100, reserved: 100, debt: 0 })
    expect(after.decision.out.postings.map(({ type }) => type)).toEqual(['SETTLE', 'TRANSFER_OUT'])
  })

  test('settles both first, so that the receiver’s expired points do not join what comes in', () => {
    const after = sent(10, anAccount({ available: 10 }), { receiver: aFriend({ lots: { '2026-11-22': 7 } }) })
    expect(after.decision.in.postings.map(({ type, points }) => `${type} ${points}`)).toEqual([
      'SETTLE -7',
      'TRANSFER_IN 10',
    ])
  })

  test('shares the later of both days under inactivity expiry and moves it no further, because sending is no activity', () => {
    const on = terms({ expiry: { mode: 'inactivity', period: 'P12M', roundUp: 'none', resetBy: ['earn', 'redeem'] } })
    const later = sent(10, anAccount({ lots: { '2027-01-31': 30 } }), {
      receiver: aFriend({ lots: { '2027-06-30': 5, never: 1 } }),
      on,
    })
    expect([later.sender.lots, later.receiver.lots]).toEqual([{ '2027-01-31': 20 }, { '2027-06-30': 15, never: 1 }])
    const sooner = sent(10, anAccount({ lots: { '2027-06-30': 30 } }), {
      receiver: aFriend({ lots: { '2027-01-31': 5 } }),
      on,
    })
    expect(sooner.receiver.lots).toEqual({ '2027-06-30': 15 })
  })
})

describe('why points may not be sent', () => {
  const rich = anAccount({ available: 1_000 })

  test.each<[string, GivenSections]>([
    ['the program has no transfers', { transfer: undefined }],
    ['the program has them switched off', { transfer: { ...TRANSFER, enabled: false } }],
  ])('is that %s', (_, given) => {
    expect(refusal(() => sent(10, rich, { on: terms(given) }))).toMatchObject({ code: 'transfer_disabled' })
  })

  test('is less than the program’s least, a fault of the request that is never recorded', () => {
    expect(refusal(() => sent(9, rich))).toMatchObject({
      code: 'out_of_range',
      details: { errors: [{ pointer: '/points', code: 'out_of_range' }] },
    })
    expect(sent(10, rich).receiver.balances.available).toBe(10)
  })

  test('names every reason of the sender, the first in the order of the catalogue', () => {
    const on = terms({ redemption: { newMemberHold: 'PT24H', requireVerifiedContact: true } })
    const sender = anAccount({ debt: 5, status: 'FROZEN', hasVerifiedContact: false, joinedAt: NOW })
    expect(refusal(() => sent(10, sender, { on }))).toMatchObject({
      code: 'account_frozen',
      details: {
        reasons: ['account_frozen', 'insufficient_points', 'unverified_contact', 'new_member_hold', 'debt'],
        params: { available: 0, missing: 10 },
      },
    })
  })

  test('is a closed account of the sender, before anything else is said', () => {
    const closed = anAccount({ status: 'CLOSED' })
    expect(refusal(() => sent(10, closed))).toMatchObject({ code: 'account_closed' })
    expect(refusal(() => sent(10, closed, { on: terms({ transfer: undefined }) }))).toMatchObject({
      code: 'account_closed',
    })
  })

  test.each<[string, Account]>([
    ['frozen', aFriend({ status: 'FROZEN' })],
    ['closed', aFriend({ status: 'CLOSED' })],
    ['in debt', aFriend({ debt: 1, debtSince: '2026-11-01' })],
    ['unproven', aFriend({ hasVerifiedContact: false })],
  ])('is one and the same for a receiver who is %s, so that nobody learns more', (_, receiver) => {
    const on = terms({ redemption: { requireVerifiedContact: true } })
    const error = refusal(() => sent(10, rich, { receiver, on }))
    expect(error).toMatchObject({ code: 'receiver_unavailable', details: {} })
    expect(Object.keys((error as { details: object }).details)).toEqual([])
  })

  test('is never the proof of a contact where the program needs none', () => {
    const on = terms({ redemption: { requireVerifiedContact: false } })
    const unproven = { hasVerifiedContact: false }
    const after = sent(10, anAccount({ available: 10, ...unproven }), { receiver: aFriend(unproven), on })
    expect(after.receiver.balances.available).toBe(10)
  })
})

describe('what may be sent in a month', () => {
  test('adds up to the limit and not one more, and says how much was sent', () => {
    const first = sent(490, anAccount({ available: 1_000 }))
    expect(first.sender.sent).toEqual({ month: '2026-11', points: 490 })
    expect(refusal(() => sent(11, first.sender))).toMatchObject({
      code: 'transfer_limit',
      details: { params: { limit: 500, sent: 490 } },
    })
    expect(sent(10, first.sender).sender.sent).toEqual({ month: '2026-11', points: 500 })
  })

  test('begins anew at 00:00 of the first in the program’s zone, not in UTC', () => {
    const program = { zone: 'Asia/Hong_Kong' }
    const full = anAccount({ available: 1_000, sent: { month: '2026-11', points: 500 } })
    const justBefore = terms(program, Date.parse('2026-11-30T15:59:59.999Z'))
    expect(refusal(() => sent(10, full, { on: justBefore }))).toMatchObject({ code: 'transfer_limit' })
    const then = terms(program, Date.parse('2026-11-30T16:00:00Z'))
    expect(sent(10, full, { on: then }).sender.sent).toEqual({ month: '2026-12', points: 10 })
  })

  test('counts what was sent and never what was received', () => {
    const after = sent(500, anAccount({ available: 500 }))
    expect(after.receiver.sent).toBeUndefined()
    expect(sent(500, after.receiver, { receiver: after.sender }).sender.sent).toEqual({ month: '2026-11', points: 500 })
  })
})

test('sending to and fro among three keeps every point in the books and every last day (I1, I2, I3, I13)', () => {
  const day = fc.integer({ min: 0, max: 400 }).map((days) => addToDate('2026-11-23', `P${days}D`))
  const lots = fc.dictionary(fc.oneof(day, fc.constant('never')), fc.integer({ min: 1, max: 900 }), { maxKeys: 6 })
  const step = fc.record({
    from: fc.nat(2),
    by: fc.integer({ min: 1, max: 2 }),
    points: fc.integer({ min: 1, max: 400 }),
  })
  const on = terms({ transfer: { enabled: true, minPoints: 1, maxPointsPerMonth: 1_000_000 } })
  let moved = 0
  holds(
    fc.property(fc.tuple(lots, lots, lots), fc.array(step, { maxLength: 12 }), (given, steps) => {
      const ids = ['mem_a', 'mem_b', 'mem_c']
      const accounts = given.map((own, index) => anAccount({ memberId: ids[index], lots: own }))
      const before = byDay(accounts)
      for (const { from, by, points } of steps) {
        const to = (from + by) % 3
        const [sender, receiver] = [accounts[from], accounts[to]]
        if (!sender || !receiver || sender.balances.available < points) continue
        const after = sent(points, sender, { receiver, on })
        accounts[from] = after.sender
        accounts[to] = after.receiver
        moved += 1
      }
      expect(byDay(accounts)).toEqual(before)
    }),
  )
  expect(moved).toBeGreaterThan(100)
})

function byDay(accounts: readonly Account[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const { lots } of accounts) {
    for (const [day, points] of Object.entries(lots)) all[day] = (all[day] ?? 0) + points
  }
  return all
}
