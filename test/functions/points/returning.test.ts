/** What a returned reward gives back, decided without a table. */
import { describe, expect, test } from 'vitest'
import { decideReturn } from '../../../functions/points/returning.ts'
import type { SpendTerms } from '../../../functions/points/spending.ts'
import { anAccount, expectSound } from '../../support/account.ts'
import { aDocument, NOW } from '../../support/receipts.ts'

const terms = (given: Parameters<typeof aDocument>[0] = {}): SpendTerms => ({
  now: NOW,
  program: aDocument(given),
  lapsed: {},
})
const source = { subject: 'rwd_1', shard: 3 }

describe('a returned reward', () => {
  test('puts its points into the very lots that paid, and names the shard that its piece goes back to', () => {
    const before = anAccount({ lots: { never: 5 }, lifetime: { earned: 105, redeemed: 100 } })
    const decision = decideReturn(
      before,
      { lots: { '2099-12-31': 60, never: 40 }, source, storeId: 'central' },
      terms(),
    )
    expectSound(before, decision)
    expect(decision.account.lots).toEqual({ '2099-12-31': 60, never: 45 })
    expect(decision.account.lifetime.redeemed).toBe(0)
    expect(decision.postings).toMatchObject([
      { type: 'RESTORE', points: 100, because: [{ code: 'reward_returned', points: 100, params: source }] },
    ])
  })

  test('of points that have expired meanwhile is good for the grace', () => {
    const before = anAccount({ lifetime: { earned: 10, redeemed: 10 } })
    const expiry = { mode: 'none', restoreGrace: 'P7D' } as const
    const { account } = decideReturn(before, { lots: { '2020-01-31': 10 }, source }, terms({ expiry }))
    expect(Object.keys(account.lots)).toEqual(['2026-11-30'])
  })

  test('repays what is owed first', () => {
    const before = anAccount({ debt: 30, debtSince: '2026-11-01', lifetime: { earned: 10, redeemed: 40 } })
    const decision = decideReturn(before, { lots: { never: 40 }, source }, terms())
    expectSound(before, decision)
    expect(decision.account.balances).toMatchObject({ available: 10, debt: 0 })
    expect(decision.postings[0]?.because).toMatchObject([
      { code: 'reward_returned' },
      { code: 'debt_repaid', points: -30 },
    ])
  })

  test('is refused on a closed account, because nobody could spend what comes back', () => {
    const closed = anAccount({ status: 'CLOSED' })
    expect(() => decideReturn(closed, { lots: { never: 1 }, source }, terms())).toThrow(
      expect.objectContaining({ code: 'account_closed' }),
    )
  })
})
