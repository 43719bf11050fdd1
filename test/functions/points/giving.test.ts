import { describe, expect, test } from 'vitest'
import { decideGrant } from '../../../functions/points/giving.ts'
import { decideRedemption, type SpendTerms } from '../../../functions/points/spending.ts'
import { anAccount, expectSound } from '../../support/account.ts'
import { aDocument, type GivenSections, NOW } from '../../support/receipts.ts'

const SOURCE = { subject: 'cmp_01J9CAMPAIGN00000000000000', shard: 3 }
const terms = (given: GivenSections = {}): SpendTerms => ({ now: NOW, program: aDocument(given), lapsed: {} })
const grant = (points: number) => ({ points, source: SOURCE })

describe('a gift', () => {
  test('counts as issued and names its budget and shard, so that the budget can be proven from entries (I11)', () => {
    const before = anAccount({ available: 5 })
    const decision = decideGrant(before, grant(40), terms())
    expectSound(before, decision)
    expect([decision.account.balances.available, decision.account.lifetime.earned]).toEqual([45, 40])
    expect(decision.postings).toMatchObject([
      { type: 'GRANT', points: 40, because: [{ rule: 'grant', points: 40, code: 'granted', params: SOURCE }] },
    ])
  })

  test('ends by the expiry policy from today, in the program’s zone', () => {
    const expiry = { mode: 'rolling', period: 'P12M', roundUp: 'month', restoreGrace: 'P7D' } as const
    const { postings, account } = decideGrant(anAccount(), grant(40), terms({ expiry }))
    expect([postings[0]?.expiresOn, account.lots]).toEqual(['2027-11-30', { '2027-11-30': 40 }])
    const late = { ...terms({ expiry, zone: 'Asia/Hong_Kong' }), now: Date.parse('2026-11-30T16:00:00Z') }
    expect(decideGrant(anAccount(), grant(40), late).account.lots).toEqual({ '2027-12-31': 40 })
  })

  test('joins the shared day under inactivity expiry and does not move it, because a gift is no activity', () => {
    const on = terms({ expiry: { mode: 'inactivity', period: 'P6M', roundUp: 'none', resetBy: ['earn'] } })
    const { account } = decideGrant(anAccount({ lots: { '2027-10-31': 5 } }), grant(40), on)
    expect(account.lots).toEqual({ '2027-10-31': 45 })
  })

  test('repays debt first and says so', () => {
    const owing = anAccount({ debt: 30, debtSince: '2026-11-01' })
    const decision = decideGrant(owing, grant(40), terms())
    expectSound(owing, decision)
    expect(decision.account.balances).toMatchObject({ available: 10, debt: 0 })
    expect(decision.postings[0]?.because).toContainEqual({ rule: 'debt', points: -30, code: 'debt_repaid' })
  })

  test('settles first, so that expired points are gone before the gift arrives', () => {
    const { postings, main } = decideGrant(anAccount({ lots: { '2026-11-22': 5 } }), grant(40), terms())
    expect([postings.map(({ type }) => type), main]).toEqual([['SETTLE', 'GRANT'], 1])
  })

  test.each([
    ['FROZEN', 'account_frozen'],
    ['CLOSED', 'account_closed'],
  ] as const)('is not for a %s account', (status, code) => {
    expect(() => decideGrant(anAccount({ status }), grant(40), terms())).toThrow(expect.objectContaining({ code }))
  })
})

describe('a reward', () => {
  test('is told apart from a redemption by its reasons, which name stock and shard (I10)', () => {
    const before = anAccount({ available: 100 })
    const source = { subject: 'rwd_01J9REWARD0000000000000000', shard: 1 }
    const decision = decideRedemption(before, { points: 60, storeId: 'central', source }, terms())
    expectSound(before, decision)
    expect(decision.postings).toMatchObject([
      { type: 'REDEEM', points: -60, because: [{ rule: 'redemption', points: -60, code: 'reward', params: source }] },
    ])
  })

  test('without a stock names the reward alone', () => {
    const source = { subject: 'rwd_01J9REWARD0000000000000000' }
    const spend = { points: 60, storeId: 'central', source }
    const { postings } = decideRedemption(anAccount({ available: 100 }), spend, terms())
    expect(postings[0]?.because[0]?.params).toEqual(source)
  })
})
