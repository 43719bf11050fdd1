import { describe, expect, test } from 'vitest'
import { decideContactHold, decideVerified } from '../../../functions/points/proving.ts'
import { decideReservation, reasonsAgainst, type SpendTerms } from '../../../functions/points/spending.ts'
import { decideMerge } from '../../../functions/points/standing.ts'
import { anAccount, expectSound, type GivenAccount } from '../../support/account.ts'
import { aDocument, type GivenSections, NOW } from '../../support/receipts.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const terms = (given: GivenSections = {}): SpendTerms => ({ now: NOW, program: aDocument(given), lapsed: {} })
const WELCOME = { enrolment: { bonus: 250 } }
const ROLLING = { mode: 'rolling', period: 'P1Y', roundUp: 'month', restoreGrace: 'P30D' } as const
const unproven = (given: GivenAccount = {}) => anAccount({ hasVerifiedContact: false, ...given })

describe('a first verified contact', () => {
  test('is one entry of 0 points that opens spending, where the program welcomes nobody with points', () => {
    const before = unproven()
    const decision = decideVerified(before, terms())
    expectSound(before, decision)
    expect(decision.account).toEqual({ ...before, hasVerifiedContact: true })
    expect(decision.postings).toMatchObject([
      { type: 'STATE', points: 0, changes: { delta: {}, verified: true }, because: [{ code: 'contact_verified' }] },
    ])
  })

  test('brings the welcome bonus in the very same entry, so that neither comes without the other', () => {
    const before = unproven()
    const decision = decideVerified(before, terms(WELCOME))
    expectSound(before, decision)
    const because = [{ rule: 'enrolment', points: 250, code: 'enrolment_bonus' }]
    expect(decision.postings).toMatchObject([{ type: 'GRANT', points: 250, changes: { verified: true }, because }])
    expect(decision.account).toMatchObject({ balances: { available: 250 }, lifetime: { earned: 250 } })
  })

  test('gives points that follow the expiry of the program from today', () => {
    const decision = decideVerified(unproven(), terms({ ...WELCOME, expiry: ROLLING }))
    expect(decision.account.lots).toEqual({ '2027-11-30': 250 })
    expect(decision.postings[0]?.expiresOn).toBe('2027-11-30')
  })

  test('repays what is owed first', () => {
    const before = unproven({ debt: 100 })
    const decision = decideVerified(before, terms(WELCOME))
    expectSound(before, decision)
    expect(decision.account.balances).toMatchObject({ available: 150, debt: 0 })
    expect(decision.postings[0]?.because).toMatchObject([{ points: 250 }, { code: 'debt_repaid', points: -100 }])
  })

  test('counts for a frozen account too, because that earns as usual', () => {
    const decision = decideVerified(unproven({ status: 'FROZEN' }), terms(WELCOME))
    expect(decision.account).toMatchObject({ status: 'FROZEN', balances: { available: 250 }, hasVerifiedContact: true })
  })

  test('is nothing to a closed account', () => {
    expect(() => decideVerified(unproven({ status: 'CLOSED' }), terms(WELCOME))).toThrow('account_closed')
  })

  test('settles first, so that what was past its day is not mixed with the gift', () => {
    const before = unproven({ lots: { '2026-11-22': 5 } })
    const { postings, main } = decideVerified(before, terms(WELCOME))
    expect([postings.map(({ type }) => type), main]).toEqual([['SETTLE', 'GRANT'], 1])
  })
})

describe('a changed contact', () => {
  test('holds the account for exactly 24 hours', () => {
    const before = anAccount({ available: 50 })
    const decision = decideContactHold(before, terms())
    expectSound(before, decision)
    expect(decision.account.contactHoldUntil).toBe(NOW + DAY)
    const reasons = (now: number) => reasonsAgainst(decision.account, 5, { ...terms(), now })
    expect([reasons(NOW + DAY - 1), reasons(NOW + DAY)]).toEqual([['contact_hold'], []])
  })

  test('keeps a hold that ends later, so that the clock set back shortens none', () => {
    const decision = decideContactHold(anAccount({ contactHoldUntil: NOW + 2 * DAY }), terms())
    expect(decision.account.contactHoldUntil).toBe(NOW + 2 * DAY)
  })

  test('stops reservations as well', () => {
    const account = anAccount({ available: 50, contactHoldUntil: NOW + HOUR })
    const spend = { id: 'rsv_1', points: 5, storeId: 'central', expiresAt: NOW + HOUR }
    expect(() => decideReservation(account, spend, terms())).toThrow('contact_hold')
  })
})

describe('what a merger takes over of contacts', () => {
  const into = (given: GivenAccount) => anAccount({ memberId: 'mem_01J9SURVIVOR00000000000000', ...given })
  const merge = (from: GivenAccount, to: GivenAccount) =>
    decideMerge({ from: anAccount(from), into: into(to) }, { from: terms(), into: terms() }).into.account

  test('is what was proven, because the contact leads to the survivor', () => {
    expect(merge({}, { hasVerifiedContact: false }).hasVerifiedContact).toBe(true)
    expect(merge({ hasVerifiedContact: false }, {}).hasVerifiedContact).toBe(true)
    expect(merge({ hasVerifiedContact: false }, { hasVerifiedContact: false }).hasVerifiedContact).toBe(false)
  })

  test('is the later hold, so that a merger is no way around it', () => {
    expect(merge({ contactHoldUntil: NOW + 5 }, {}).contactHoldUntil).toBe(NOW + 5)
    expect(merge({ contactHoldUntil: NOW + 5 }, { contactHoldUntil: NOW + 9 }).contactHoldUntil).toBe(NOW + 9)
  })
})
