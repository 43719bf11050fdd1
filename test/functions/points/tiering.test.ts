import { describe, expect, test } from 'vitest'
import type { Account, Because } from '../../../functions/points/account.ts'
import { decideAward } from '../../../functions/points/awarding.ts'
import { settle } from '../../../functions/points/settle.ts'
import { levelAt } from '../../../functions/points/tiering.ts'
import type { Tiers } from '../../../functions/points/tiers.ts'
import type { ProgramDocument } from '../../../functions/program/schema.ts'
import { startOfDay } from '../../../functions/shared/dates.ts'
import { anAccount, expectSound } from '../../support/account.ts'
import { aDocument, aPurchase, aRefund, awarded, awardTerms, refunded } from '../../support/receipts.ts'
import { LEVELS, someTiers } from '../../support/tiers.ts'

const ZONE = 'Europe/London'
const midnight = (day: string) => startOfDay(day, ZONE)

function aProgram(tiers: Partial<Tiers> = {}, returnWindow = 'P14D'): ProgramDocument {
  return aDocument({ tiers: someTiers(tiers), earning: { returnWindow } })
}

function settled(account: Account, program: ProgramDocument, day: string, ms = 0): Account {
  const result = settle(account, { program, now: midnight(day) + ms, lapsed: {} })
  expectSound(account, result)
  return result.account
}

function told(account: Account, program: ProgramDocument, day: string): Because[] {
  return settle(account, { program, now: midnight(day), lapsed: {} }).postings.flatMap(({ because }) => because)
}

const heldOf = ({ tier, tierUntil, tierReview }: Account) => [tier, tierUntil, tierReview]
const GOLD = { tier: 'gold', tierUntil: '2027-11-30', tierReview: '2027-12-31' }
const YEAR = { kind: 'calendar_year' } as const

describe('a purchase', () => {
  test('counts in its own month from the day on which its return window has passed', () => {
    const program = aProgram()
    const { account } = awarded(anAccount(), program, aPurchase({ amount: 999 }))
    expect(account.qualifying).toEqual({ '2026-12-07|2026-11s': 999 })
    expect(settled(account, program, '2026-12-07', -1).qualifying).toEqual({ '2026-12-07|2026-11s': 999 })
    expect(settled(account, program, '2026-12-07').qualifying).toEqual({ '2026-11s': 999 })
    expect(told(account, program, '2026-12-07')).toEqual([
      { rule: 'tiers', points: 0, code: 'tier_counted', params: { on: '2026-12-07' } },
    ])
  })

  test('counts from the later start that the receipt names', () => {
    const later = aPurchase({ amount: 999, windowStartsAt: '2026-12-01T09:00:00Z' })
    expect(awarded(anAccount(), aProgram(), later).account.qualifying).toEqual({ '2026-12-15|2026-11s': 999 })
  })

  test('counts at once where its window has passed already, and the level follows in the same command', () => {
    const { account, decision } = awarded(anAccount(), aProgram({}, 'P0D'), aPurchase({ amount: 1_000 }))
    expect(account.qualifying).toEqual({ '2026-11s': 1_000 })
    expect(heldOf(account)).toEqual(['gold', '2027-11-30', '2027-12-31'])
    expect(decision.postings.map(({ type }) => type)).toEqual(['EARN', 'SETTLE'])
  })

  test('counts nothing in a program without levels, and nothing of what does not earn', () => {
    expect(awarded(anAccount(), aDocument(), aPurchase()).account.qualifying).toEqual({})
    const tenders = [{ kind: 'points', amount: 10_000 }]
    const program = aProgram()
    program.earning.base.excludeTenders = ['points']
    const { account, receipt } = awarded(anAccount(), program, aPurchase({ tenders }))
    expect([account.qualifying, receipt.measured]).toEqual([{}, undefined])
  })

  test('counts what it earned before the multiplier of the level, where points are measured', () => {
    const program = aProgram({ measure: 'points' })
    const { account, receipt } = awarded(anAccount(GOLD), program, aPurchase({ amount: 20_000 }))
    expect([receipt.awarded, account.qualifying]).toEqual([300, { '2026-12-07|2026-11p': 200 }])
  })

  test('counts no points that a cap took away', () => {
    const program = aProgram({ measure: 'points' })
    program.earning.caps = [{ id: 'cap', per: 'receipt', points: 150, behaviour: 'cap' }]
    const { account } = awarded(anAccount(GOLD), program, aPurchase({ amount: 20_000 }))
    expect(account.qualifying).toEqual({ '2026-12-07|2026-11p': 150 })
  })

  test('is one visit a day, however many slips it has', () => {
    const program = aProgram({ measure: 'visits', levels: [{ ...given(0), threshold: 0 }] })
    const first = awarded(anAccount(), program, aPurchase({ receiptNumber: '1' })).account
    const second = awarded(first, program, aPurchase({ receiptNumber: '2' })).account
    const account = settled(second, program, '2026-12-07')
    expect(Object.keys(account.qualifying)).toEqual(['2026-11w'])
    expect(account.qualifying['2026-11w']).toBe(2 * 8 ** 6)
  })
})

function given(index: number) {
  const found = LEVELS[index]
  if (found === undefined) throw new Error(`there are no ${index + 1} levels`)
  return found
}

describe('a refund', () => {
  test('takes away from the month of the purchase, whether it waits or counts by now', () => {
    const program = aProgram()
    const { account, receipt } = awarded(anAccount(), program, aPurchase({ amount: 1_000 }))
    const early = refunded(account, { receipt, program }, aRefund({ amount: 250 }))
    expect(early.account.qualifying).toEqual({ '2026-12-07|2026-11s': 750 })
    const terms = { receipt: early.receipt, program, now: midnight('2027-01-15') }
    const late = refunded(early.account, terms, aRefund({ refundNumber: 'r2', amount: 300 }))
    expect(late.account.qualifying).toEqual({ '2026-11s': 450 })
    const all = refunded(
      late.account,
      { ...terms, receipt: late.receipt },
      aRefund({ refundNumber: 'r3', amount: 450 }),
    )
    expect(all.account.qualifying).toEqual({})
  })

  test('of a line takes what that line counted', () => {
    const program = aProgram()
    program.earning.base.excludeCategories = ['gift_card']
    const lines = [{ amount: 600 }, { amount: 400, category: 'gift_card' }]
    const { account, receipt } = awarded(anAccount(), program, aPurchase({ amount: 1_000, lines }))
    expect(account.qualifying).toEqual({ '2026-12-07|2026-11s': 600 })
    const ofLine = (line: number, amount: number) =>
      refunded(account, { receipt, program }, aRefund({ amount, lines: [{ line, amount }] })).account.qualifying
    expect(ofLine(2, 400)).toEqual({ '2026-12-07|2026-11s': 600 })
    expect(ofLine(1, 300)).toEqual({ '2026-12-07|2026-11s': 300 })
  })

  test('lowers the sum and never the level, which waits for its review', () => {
    const program = aProgram({}, 'P0D')
    const { account, receipt } = awarded(anAccount(), program, aPurchase({ amount: 1_000 }))
    const back = refunded(account, { receipt, program }, aRefund({ amount: 1_000 })).account
    expect([back.qualifying, heldOf(back)]).toEqual([{}, heldOf(account)])
    expect(heldOf(settled(back, program, '2027-12-31', -1))).toEqual(heldOf(account))
    expect(heldOf(settled(back, program, '2027-12-31'))).toEqual(['silver', undefined, undefined])
  })

  test('ends a visit only with the whole receipt, and not that of another slip of the day', () => {
    const program = aProgram({ measure: 'visits' })
    const one = awarded(anAccount(), program, aPurchase({ receiptNumber: '1' }))
    const two = awarded(one.account, program, aPurchase({ receiptNumber: '2' }))
    const part = refunded(two.account, { receipt: two.receipt, program }, aRefund({ amount: 9_999 }))
    const rest = refunded(part.account, { receipt: part.receipt, program }, aRefund({ refundNumber: 'r2', amount: 1 }))
    const kept = [two, part, rest].map(({ account }) => account.qualifying['2026-12-07|2026-11w'])
    expect(kept).toEqual([2 * 8 ** 6, 2 * 8 ** 6, 8 ** 6])
  })

  test('before its purchase leaves only the rest to count', () => {
    const program = aProgram()
    const refunds = { byLine: {}, bare: 400 }
    const waiting = { key: 'R#central#536365', revision: 1, refundNumbers: ['r1'], refunded: refunds }
    const { account } = decideAward(anAccount(), aPurchase({ amount: 1_000 }), awardTerms(program, { waiting }))
    expect(account.qualifying).toEqual({ '2026-12-07|2026-11s': 600 })
  })

  test('of a month that is gone takes nothing from another', () => {
    const program = aProgram()
    const { receipt } = awarded(anAccount(), program, aPurchase({ amount: 1_000 }))
    const account = anAccount({ qualifying: { '2026-10s': 70 } })
    expect(refunded(account, { receipt, program }, aRefund({ amount: 1_000 })).account.qualifying).toEqual({
      '2026-10s': 70,
    })
  })
})

describe('a level', () => {
  test.each([
    [999, [undefined, undefined, undefined], []],
    [1_000, ['gold', '2027-12-31', '2028-01-31'], ['tier_up']],
    [5_000, ['platinum', '2027-12-31', '2028-01-31'], ['tier_up']],
  ])('is reached at once with %i, however many lie between', (amount, held, codes) => {
    const program = aProgram({ period: YEAR })
    const account = anAccount({ qualifying: { '2026-12-07|2026-11s': amount } })
    expect(heldOf(settled(account, program, '2026-12-07'))).toEqual(held)
    expect(told(account, program, '2026-12-07').map(({ code }) => code)).toEqual(['tier_counted', ...codes])
  })

  test('says what it was, what it is and until when', () => {
    const account = anAccount({ qualifying: { '2026-12-07|2026-11s': 1_000 } })
    expect(told(account, aProgram(), '2026-12-07').at(-1)).toEqual({
      rule: 'tiers',
      points: 0,
      code: 'tier_up',
      params: { from: 'silver', level: 'gold', until: '2027-12-31' },
    })
  })

  test('that the last days of a year reach ends with the next year, as if no return window were', () => {
    const program = aProgram({ period: YEAR })
    const account = anAccount({ qualifying: { '2026-11s': 400, '2027-01-10|2026-12s': 600 } })
    expect(heldOf(settled(account, program, '2027-01-10'))).toEqual(['gold', '2027-12-31', '2028-01-31'])
    const late = anAccount({ qualifying: { '2026-11s': 400, '2027-02-10|2026-12s': 600 } })
    expect(heldOf(settled(late, program, '2027-02-10'))).toEqual([undefined, undefined, undefined])
  })

  test('of a lifetime has no end and no review', () => {
    const program = aProgram({ period: { kind: 'lifetime' } })
    const account = settled(anAccount({ qualifying: { '2026-12-07|2026-11s': 1_000 } }), program, '2026-12-07')
    expect(heldOf(account)).toEqual(['gold', undefined, undefined])
    expect(heldOf(settled(account, program, '2046-12-07'))).toEqual(['gold', undefined, undefined])
  })

  test('is reached by a frozen member as by any other', () => {
    const account = anAccount({ status: 'FROZEN', qualifying: { '2026-12-07|2026-11s': 1_000 } })
    expect(settled(account, aProgram(), '2026-12-07').tier).toBe('gold')
  })
})

describe('a review', () => {
  const PLATINUM = { tier: 'platinum', tierUntil: '2027-12-31', tierReview: '2028-01-31' }
  const on = (tiers: Partial<Tiers>, account: Account, day: string) =>
    settled(account, aProgram({ period: YEAR, ...tiers }), day)

  test.each<[Tiers['downgrade'], sum: number, after: string]>([
    ['one_step', 0, 'gold'],
    ['one_step', 1_000, 'gold'],
    ['one_step', 5_000, 'platinum'],
    ['to_earned', 0, 'silver'],
    ['to_earned', 1_000, 'gold'],
    ['to_earned', 5_000, 'platinum'],
    ['never', 0, 'platinum'],
  ])('%s with %i in the year that ended gives %s', (downgrade, sum, after) => {
    const account = anAccount({ ...PLATINUM, qualifying: { '2027-06s': sum } })
    const reviewed = on({ downgrade }, account, '2028-01-31')
    const end = after === 'silver' ? [undefined, undefined] : ['2028-12-31', '2029-01-31']
    expect(heldOf(reviewed)).toEqual([after, ...end])
  })

  test('comes on the day after end and grace, not before', () => {
    const account = anAccount(PLATINUM)
    expect(heldOf(on({}, account, '2028-01-30'))).toEqual(heldOf(account))
    expect(on({}, account, '2028-01-31').tier).toBe('gold')
  })

  test('that was missed for years is made up for, one after the other', () => {
    const account = anAccount({ ...PLATINUM, qualifying: { '2028-05s': 1_000 } })
    const program = aProgram({ period: YEAR })
    expect(told(account, program, '2031-06-01').map(({ code, params }) => [code, params?.level])).toEqual([
      ['tier_down', 'gold'],
      ['tier_kept', 'gold'],
      ['tier_down', 'silver'],
    ])
    expect(heldOf(settled(account, program, '2031-06-01'))).toEqual(['silver', undefined, undefined])
  })

  test('is followed at once by a level that the new year has reached already', () => {
    const account = anAccount({ ...PLATINUM, qualifying: { '2028-01s': 5_000 } })
    expect(
      told(account, aProgram({ period: YEAR, downgrade: 'to_earned' }), '2028-01-31').map(({ code }) => code),
    ).toEqual(['tier_down', 'tier_up'])
  })

  test('of rolling months looks at those that end with the last month, and the next end is that many later', () => {
    const program = aProgram({ period: { kind: 'rolling', months: 3 }, downgrade: 'to_earned' })
    const held = { tier: 'gold', tierUntil: '2027-02-28', tierReview: '2027-03-31' }
    const kept = anAccount({ ...held, qualifying: { '2026-12s': 1_000 } })
    expect(heldOf(settled(kept, program, '2027-03-31'))).toEqual(['gold', '2027-05-31', '2027-07-01'])
    const lost = anAccount({ ...held, qualifying: { '2026-11s': 1_000 } })
    expect(heldOf(settled(lost, program, '2027-03-31'))).toEqual(['silver', undefined, undefined])
  })

  test('begins with the local day, also on a day on which the clocks change', () => {
    const account = anAccount({ ...PLATINUM, tierUntil: '2027-12-31', tierReview: '2028-03-26' })
    expect(settled(account, aProgram({ period: YEAR }), '2028-03-26', -1).tier).toBe('platinum')
    expect(settled(account, aProgram({ period: YEAR }), '2028-03-26').tier).toBe('gold')
  })
})

describe('another program', () => {
  test('that no longer has the level gives the one that the sum reaches', () => {
    const account = anAccount({ ...GOLD, tier: 'diamond', qualifying: { '2026-11s': 1_200 } })
    const program = aProgram()
    expect(told(account, program, '2026-12-01').map(({ code }) => code)).toEqual(['tier_replaced'])
    expect(settled(account, program, '2026-12-01').tier).toBe('gold')
  })

  test('with lower thresholds lifts who reaches them', () => {
    const account = anAccount({ qualifying: { '2026-11s': 600 } })
    const levels = LEVELS.map((level) => ({ ...level, threshold: level.threshold / 2 }))
    expect(settled(account, aProgram({ levels }), '2026-12-01').tier).toBe('gold')
  })

  test('without levels keeps the one that was reached and looks at it no more', () => {
    const account = anAccount({ ...GOLD, qualifying: { '2027-12-31|2027-11s': 5 } })
    const after = settled(account, aDocument(), '2027-12-31')
    expect([heldOf(after), after.qualifying]).toEqual([['gold', undefined, undefined], { '2027-11s': 5 }])
  })

  test('whose levels end again gives one that had no end a full period', () => {
    const account = settled(anAccount({ tier: 'gold' }), aProgram({ period: YEAR }), '2026-12-01')
    expect(heldOf(account)).toEqual(['gold', '2027-12-31', '2028-01-31'])
  })

  test('with another measure counts anew and does not take pence for visits', () => {
    const account = anAccount({ qualifying: { '2026-11s': 90_000 } })
    expect(settled(account, aProgram({ measure: 'visits' }), '2026-12-01')).toEqual(account)
  })

  test('calculates a receipt of its own day with the level that asks for as much', () => {
    const older = aProgram({ levels: LEVELS.map((level) => ({ ...level, id: `old-${level.id}` })) })
    expect(levelAt(anAccount({ tier: 'platinum' }), older, aProgram())?.id).toBe('old-platinum')
    expect(levelAt(anAccount(), older, aProgram())?.id).toBe('old-silver')
    expect(levelAt(anAccount({ tier: 'gold' }), aDocument(), aProgram())).toBeUndefined()
  })
})

test('months that no rule looks at any more go, and a lifetime puts them together', () => {
  const old = { '2024-01s': 30, '2025-10s': 40, '2026-10s': 50 }
  const after = (period: Tiers['period']) =>
    awarded(anAccount({ qualifying: old }), aProgram({ period }), aPurchase({ amount: 9 })).account.qualifying
  expect(after({ kind: 'rolling', months: 12 })).toEqual({ '2026-10s': 50, '2026-12-07|2026-11s': 9 })
  expect(after({ kind: 'lifetime' })).toEqual({ '0000-00s': 70, '2026-10s': 50, '2026-12-07|2026-11s': 9 })
})
