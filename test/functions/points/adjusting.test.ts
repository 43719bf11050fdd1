import { describe, expect, test } from 'vitest'
import type { Actor } from '../../../functions/platform/auth.ts'
import { decideAdjustment } from '../../../functions/points/adjusting.ts'
import { AdjustmentInput } from '../../../functions/points/schema.ts'
import { addToDate } from '../../../functions/shared/dates.ts'
import { anAccount, expectSound, type GivenAccount, MEMBER_ID } from '../../support/account.ts'
import { aDocument, type GivenSections, NOW } from '../../support/receipts.ts'

const MANAGER: Actor = { id: 'm', roles: ['manager'], stores: '*' }
const ADMIN: Actor = { id: 'a', roles: ['admin'], stores: '*' }
const ROLLING: GivenSections = { expiry: { mode: 'rolling', period: 'P12M', roundUp: 'month' } }

function adjusted(
  fields: Record<string, unknown>,
  {
    given,
    sections = ROLLING,
    actor = MANAGER,
  }: { given?: GivenAccount; sections?: GivenSections; actor?: Actor } = {},
) {
  const input = AdjustmentInput.parse({ memberId: MEMBER_ID, reason: 'goodwill', note: 'Sorry', ...fields })
  const before = anAccount(given)
  const decision = decideAdjustment(before, { input, actor }, { now: NOW, program: aDocument(sections), lapsed: {} })
  expectSound(before, decision)
  return { ...decision, posting: decision.postings[decision.main] }
}

const refused = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) })

describe('points given', () => {
  test('may end on a new named day only while fewer than 256 are open, so that no account grows without end', () => {
    const days = Array.from({ length: 256 }, (_, index) => addToDate('2027-01-01', `P${index}D`))
    const given = { lots: Object.fromEntries(days.map((day) => [day, 1])) }
    const on = (expiresOn: string) => () => adjusted({ points: 5, expiresOn }, { given, sections: {} })
    expect(on('2027-01-01')().account.lots['2027-01-01']).toBe(6)
    expect(on('2031-01-01')).toThrow(refused('out_of_range'))
  })

  test('follow the expiry policy from today', () => {
    const { account, posting } = adjusted({ points: 50 })
    expect([account.lots, account.lifetime.earned]).toEqual([{ '2027-11-30': 50 }, 50])
    expect(posting).toMatchObject({
      type: 'ADJUST',
      points: 50,
      expiresOn: '2027-11-30',
      because: [{ code: 'goodwill', points: 50 }],
    })
  })

  test('or end on an earlier day that is named, today included', () => {
    expect(adjusted({ points: 50, expiresOn: '2027-01-31' }).account.lots).toEqual({ '2027-01-31': 50 })
    expect(adjusted({ points: 50, expiresOn: '2026-11-23' }).account.lots).toEqual({ '2026-11-23': 50 })
    expect(adjusted({ points: 5, expiresOn: '2031-01-01' }, { sections: {} }).account.lots).toEqual({ '2031-01-01': 5 })
  })

  test.each(['2026-11-22', '2027-12-01', '9999-12-31'])(
    'but not on %s, which is past or beyond the policy',
    (expiresOn) => {
      expect(() => adjusted({ points: 50, expiresOn })).toThrow(
        refused('out_of_range', { errors: [{ pointer: '/expiresOn', code: 'out_of_range' }] }),
      )
    },
  )

  test('repay debt first', () => {
    const { account, posting } = adjusted({ points: 50 }, { given: { debt: 20, debtSince: '2026-01-01' } })
    expect(account.balances).toEqual({ available: 30, pending: 0, reserved: 0, debt: 0 })
    expect(posting?.because.map(({ code, points }) => [code, points])).toEqual([
      ['goodwill', 50],
      ['debt_repaid', -20],
    ])
  })

  test('reach frozen accounts, and closed ones never', () => {
    expect(adjusted({ points: 5 }, { given: { status: 'FROZEN' } }).account.balances.available).toBe(5)
    expect(() => adjusted({ points: 5 }, { given: { status: 'CLOSED' } })).toThrow(refused('account_closed'))
  })
})

describe('points taken', () => {
  const given: GivenAccount = { lots: { '2026-12-31': 20, never: 30 } }

  test('go the way of all points, earliest first, and count as reversed', () => {
    const { account } = adjusted({ points: -25 }, { given })
    expect([account.lots, account.lifetime.reversed]).toEqual([{ never: 25 }, 25])
    expect(adjusted({ points: -50 }, { given }).account.lots).toEqual({})
  })

  test('never pass zero', () => {
    const reason = refused('insufficient_points', {
      reasons: ['insufficient_points'],
      params: { available: 50, missing: 1 },
    })
    expect(() => adjusted({ points: -51 }, { given })).toThrow(reason)
    expect(() => adjusted({ points: -51 }, { given, actor: ADMIN })).toThrow(reason)
  })

  test('unless an admin says that the rest is owed', () => {
    const { account } = adjusted({ points: -51, allowDebt: true }, { given, actor: ADMIN })
    expect([account.balances.available, account.balances.debt, account.debtSince]).toEqual([0, 1, '2026-11-23'])
    expect(() => adjusted({ points: -51, allowDebt: true }, { given })).toThrow(refused('insufficient_points'))
    expect(() => adjusted({ points: -51, allowDebt: false }, { given, actor: ADMIN })).toThrow(
      refused('insufficient_points'),
    )
  })

  test('have no last day', () => {
    expect(() => adjusted({ points: -1, expiresOn: '2026-12-31' }, { given })).toThrow(refused('out_of_range'))
  })

  test('are counted after what is due was settled', () => {
    const { postings, account } = adjusted({ points: -30 }, { given: { lots: { '2026-11-22': 20, never: 30 } } })
    expect([postings.map(({ type }) => type), account.balances.available]).toEqual([['SETTLE', 'ADJUST'], 0])
    expect(() => adjusted({ points: -31 }, { given: { lots: { '2026-11-22': 20, never: 30 } } })).toThrow(
      refused('insufficient_points'),
    )
  })
})

describe('the limit of one person', () => {
  const sections: GivenSections = { staff: { adjustApproveOver: 100 } }
  const given = { available: 1_000 }

  test.each([101, -101])('%i needs an approval', (points) => {
    expect(() => adjusted({ points }, { given, sections })).toThrow(
      refused('approval_required', { params: { limit: 100 } }),
    )
    expect(() => adjusted({ points }, { given, sections, actor: ADMIN })).toThrow(refused('approval_required'))
  })

  test.each([100, -100])('%i does not', (points) => {
    expect(adjusted({ points }, { given, sections }).account.balances.available).toBe(1_000 + points)
  })
})
