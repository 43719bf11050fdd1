import { describe, expect, test } from 'vitest'
import {
  changedProfile,
  consentChanges,
  grantsAny,
  isBirthdayLocked,
  isReachable,
} from '../../../functions/members/changes.ts'
import type { Profile } from '../../../functions/members/row-schema.ts'
import type { ProfileChanges } from '../../../functions/members/schema.ts'

const JOINED = Date.parse('2026-01-10T09:00:00Z')
const LATER = Date.parse('2026-06-01T09:00:00Z')
const RULE = { period: 'P1Y', zone: 'Europe/London' }

function aProfile(fields: Partial<Profile> = {}): Profile {
  const given = { cardNumber: '630000000005', referralCode: '00000000' }
  const none = { name: null, phone: null, email: null, locale: null, tier: null, referral: null }
  return {
    rv: 1,
    v: 3,
    memberId: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ',
    ...given,
    joinedAt: JOINED,
    consents: {},
    enrolledBy: { actor: 'till', source: 'staff' },
    enrolment: { ...given, ...none, joinedAt: '2026-01-10T09:00:00.000Z', externalId: null, storeId: null },
    ...fields,
  }
}

describe('a changed profile', () => {
  test.each<[string, Partial<Profile>, ProfileChanges]>([
    ['nothing is given', {}, {}],
    ['the same is given', { name: 'Ann', phone: '+85291234567' }, { name: 'Ann', phone: '+85291234567' }],
    ['something absent is removed', {}, { phone: null, birthday: null }],
    ['a consent is as it was', { consents: { survey: { sms: true } } }, { consents: { survey: { sms: true } } }],
  ])('is the very same when %s, so that nothing is written', (_, fields, wanted) => {
    const profile = aProfile(fields)
    expect(changedProfile(profile, wanted, LATER)).toBe(profile)
  })

  test('has the next version and only the given fields changed', () => {
    const profile = aProfile({ name: 'Ann', phone: '+85291234567', email: 'ann@example.com' })
    const after = changedProfile(profile, { name: 'Anna', email: null }, LATER)
    expect(after).toEqual({ ...profile, v: 4, name: 'Anna', email: undefined })
  })

  test('keeps the consents that were not mentioned', () => {
    const profile = aProfile({ consents: { marketing: { email: true, sms: true }, survey: { phone: true } } })
    const after = changedProfile(profile, { consents: { marketing: { sms: false } } }, LATER)
    expect(after.consents).toEqual({ marketing: { email: true, sms: false }, survey: { phone: true } })
  })
})

describe('consent changes', () => {
  test('list what is granted and what is withdrawn, and not what stays', () => {
    const before = { marketing: { email: true, sms: true } }
    const after = { marketing: { email: true, sms: false }, revisit: { phone: true } }
    expect(consentChanges(before, after)).toEqual([
      { purpose: 'marketing', channel: 'sms', granted: false },
      { purpose: 'revisit', channel: 'phone', granted: true },
    ])
  })

  test('list a no where there was no answer, because somebody said it', () => {
    expect(consentChanges({}, { survey: { line: false } })).toEqual([
      { purpose: 'survey', channel: 'line', granted: false },
    ])
  })

  test('tell a grant from a withdrawal', () => {
    expect(grantsAny({ survey: { line: false }, revisit: { phone: true } })).toBe(true)
    expect(grantsAny({ survey: { line: false } })).toBe(false)
    expect(grantsAny(undefined)).toBe(false)
  })
})

describe('a birthday', () => {
  const isLockedAt = (profile: Profile, birthday: ProfileChanges['birthday'], at: string) =>
    isBirthdayLocked(profile, changedProfile(profile, { birthday }, Date.parse(at)), { ...RULE, at: Date.parse(at) })

  test('set for the first time is no change, so that a slip can be put right at once', () => {
    const set = changedProfile(aProfile(), { birthday: { month: 2, day: 28 } }, JOINED)
    expect(set.birthdayChangedAt).toBeUndefined()
    expect(isLockedAt(set, { month: 2, day: 29 }, '2026-01-10T09:01:00Z')).toBe(false)
  })

  test('is locked from one change until the period has passed, so that nobody has two in a year', () => {
    const changed = changedProfile(aProfile({ birthday: { month: 2, day: 28 } }), { birthday: null }, LATER)
    expect(changed.birthdayChangedAt).toBe(LATER)
    expect(isLockedAt(changed, { month: 7, day: 1 }, '2027-06-01T08:59:59Z')).toBe(true)
    expect(isLockedAt(changed, { month: 7, day: 1 }, '2027-06-01T09:00:00Z')).toBe(false)
  })

  test('that stays as it is may be sent along with other changes', () => {
    const changed = aProfile({ birthday: { month: 7, day: 1 }, birthdayChangedAt: LATER })
    expect(isLockedAt(changed, { day: 1, month: 7 }, '2026-06-02T00:00:00Z')).toBe(false)
  })
})

test('a member with an external id alone is reachable, one with nothing is not', () => {
  expect(isReachable(aProfile({ externalId: '17850' }))).toBe(true)
  expect(isReachable(aProfile())).toBe(false)
})
