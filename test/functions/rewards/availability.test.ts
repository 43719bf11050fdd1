/** Why a reward cannot be had, by its own terms; all reasons in the order in which they are told. */
import { describe, expect, test } from 'vitest'
import { inOrder } from '../../../functions/points/reasons.ts'
import {
  type Facts,
  limitPeriod,
  type Offer,
  reasonsOf,
  reasonsOfAccount,
} from '../../../functions/rewards/availability.ts'
import { anAccount } from '../../support/account.ts'
import { aDocument, NOW } from '../../support/receipts.ts'

const CONTENT = { name: { en: 'A mug' }, kind: 'goods', points: 100, fulfilment: 'instant' } as const
const offer = (content: Partial<Offer['content']> = {}, state: Offer['state'] = 'active'): Offer => ({
  id: 'rwd_1',
  state,
  content: { ...CONTENT, ...content },
})
const facts = (given: Partial<Facts> = {}): Facts => ({ today: '2026-11-23', used: 0, ...given })
const codes = (given: Offer, about: Facts = facts()) => reasonsOf(given, about).map(({ code }) => code)

describe('the reasons of a reward', () => {
  test.each([
    ['paused', offer({}, 'paused'), facts()],
    ['ended', offer({}, 'ended'), facts()],
    ['not_started', offer({ window: { from: '2026-11-24' } }), facts()],
    ['ended', offer({ window: { until: '2026-11-22' } }), facts()],
    ['sold_out', offer(), facts({ isSoldOut: true })],
    ['member_limit', offer({ limit: { count: 2, per: 'day' } }), facts({ used: 2 })],
    ['tier_required', offer({ tiers: ['gold'] }), facts({ tier: 'silver' })],
    ['tier_required', offer({ tiers: ['gold'] }), facts()],
    ['segment_required', offer({ segments: ['vip'] }), facts()],
    ['store_excluded', offer({ stores: ['north'] }), facts({ storeId: 'central' })],
  ])('are %s', (code, given, about) => {
    expect(codes(given, about)).toEqual([code])
  })

  test.each([
    ['on its first day', offer({ window: { from: '2026-11-23' } }), facts()],
    ['on its last day', offer({ window: { until: '2026-11-23' } }), facts()],
    ['with room under its limit', offer({ limit: { count: 2, per: 'day' } }), facts({ used: 1 })],
    ['at a level that it names', offer({ tiers: ['gold', 'silver'] }), facts({ tier: 'silver' })],
    ['at a store that it names', offer({ stores: ['north'] }), facts({ storeId: 'north' })],
    ['where no store was asked about', offer({ stores: ['north'] }), facts()],
  ])('are none %s', (_, given, about) => {
    expect(codes(given, about)).toEqual([])
  })

  test('come with those of the account in one order, whatever order they were found in', () => {
    const found = ['debt', 'store_excluded', 'sold_out', 'insufficient_points', 'account_frozen'] as const
    expect(inOrder(found.map((code) => ({ code }))).map(({ code }) => code)).toEqual([
      ...['account_frozen', 'sold_out', 'insufficient_points', 'store_excluded', 'debt'],
    ])
  })
})

describe('the reasons of an account', () => {
  const terms = (given: Parameters<typeof aDocument>[0] = {}) => ({ now: NOW, program: aDocument(given), lapsed: {} })

  test('tell what is missing and until when one waits', () => {
    const redemption = { reservationTtl: 'PT15M', newMemberHold: 'PT24H', requireVerifiedContact: true }
    const account = anAccount({
      ...{ available: 30, joinedAt: NOW, hasVerifiedContact: false },
      contactHoldUntil: NOW + 3_600_000,
    })
    expect(reasonsOfAccount(account, CONTENT, terms({ redemption }))).toEqual([
      { code: 'insufficient_points', params: { needed: 100, available: 30, missing: 70 } },
      { code: 'unverified_contact' },
      { code: 'new_member_hold', params: { until: new Date(NOW + 86_400_000).toISOString() } },
      { code: 'contact_hold', params: { until: new Date(NOW + 3_600_000).toISOString() } },
    ])
  })

  test('count open reservations only against what is set aside', () => {
    const open = Array.from({ length: 10 }, (_, at) => [`rsv_${at}`, { points: 1, expiresAt: NOW + 1 }])
    const account = anAccount({ available: 100, reservations: Object.fromEntries(open) })
    expect(reasonsOfAccount(account, CONTENT, terms())).toEqual([])
    expect(reasonsOfAccount(account, { ...CONTENT, fulfilment: 'pickup' }, terms())).toEqual([
      { code: 'too_many_reservations' },
    ])
  })
})

test('a limit counts in the local day, month or year of the program, or for life', () => {
  const instant = Date.parse('2026-12-31T16:30:00Z')
  const period = (per: 'day' | 'month' | 'year' | 'lifetime') =>
    limitPeriod({ ...CONTENT, limit: { count: 1, per } }, instant, 'Asia/Hong_Kong')
  expect([period('day'), period('month'), period('year'), period('lifetime')]).toEqual([
    ...['day@2027-01-01', 'month@2027-01-01', 'year@2027-01-01', 'lifetime'],
  ])
  expect(limitPeriod(CONTENT, instant, 'Asia/Hong_Kong')).toBeUndefined()
})
