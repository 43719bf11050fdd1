import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Account, Lots } from '../../../functions/points/account.ts'
import { NOTHING_REFUNDED, plusRefund, type Refunded, type RefundParts } from '../../../functions/points/receipt.ts'
import { type Restored, restore, type Spent } from '../../../functions/points/restoring.ts'
import { anAccount, expectSound, MEMBER_ID } from '../../support/account.ts'
import { aDocument, NOW } from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'

const PROGRAM = aDocument({ expiry: { mode: 'rolling', period: 'P12M', roundUp: 'none', restoreGrace: 'P7D' } })
const name = { storeId: 'central', receiptNumber: '1', refundNumber: 'r1' }
const LINES = [
  { charge: 6_000, points: 60 },
  { charge: 4_000, points: 40 },
]

function payment(lots: Lots, given: Partial<Spent> = {}): Spent {
  const points = Object.values(lots).reduce((a, b) => a + b, 0)
  return { id: 'rsv_1', revision: 1, memberId: MEMBER_ID, points, lots, restored: 0, ...given }
}

/** What a refund gives back of payments that were all redeemed before. */
function restored(spent: readonly Spent[], refunded: Refunded, account?: Account): Restored {
  const redeemed = spent.reduce((sum, { points }) => sum + points, 0)
  const before = account ?? anAccount({ lifetime: { redeemed } })
  const receipt = { memberId: MEMBER_ID, amount: 10_000, lines: LINES, refunded }
  const result = restore(before, { receipt, spent, name, now: NOW, program: PROGRAM })
  expectSound(before, result)
  return result
}

const bare = (minor: number): Refunded => ({ byLine: {}, bare: minor })
const LONG = '2027-06-30'

describe('points that paid for a receipt', () => {
  test('come back in proportion to what was refunded, and lower what was redeemed', () => {
    const { account, postings, spent } = restored([payment({ [LONG]: 301 })], bare(3_333))
    expect([account.lots, account.lifetime.redeemed]).toEqual([{ [LONG]: 100 }, 201])
    expect(postings).toMatchObject([
      { type: 'RESTORE', points: 100, reservation: 'rsv_1', receipt: name, because: [{ code: 'restored' }] },
    ])
    expect(spent).toMatchObject([{ restored: 100, revision: 2 }])
  })

  test('come back line by line, spread over lines by what each was charged', () => {
    const one = restored([payment({ [LONG]: 301 })], { byLine: { 1: 6_000 }, bare: 0 })
    expect(one.account.balances.available).toBe(181)
    const two = restored([payment({ [LONG]: 301 })], { byLine: { 2: 4_000 }, bare: 0 })
    expect(two.account.balances.available).toBe(120)
  })

  test('come back to the lots that they came from, in the order in which they were spent', () => {
    const lots = { '2027-01-31': 100, [LONG]: 100, never: 100 }
    expect(restored([payment(lots)], bare(5_000)).account.lots).toEqual({ '2027-01-31': 100, [LONG]: 50 })
    expect(restored([payment(lots, { restored: 150 })], bare(10_000)).account.lots).toEqual({ [LONG]: 50, never: 100 })
  })

  test('live at least the grace from today, and longer where their lot does', () => {
    const lots = { '2026-11-01': 10, '2026-11-29': 10, '2026-11-30': 10, '2026-12-01': 10, never: 10 }
    expect(restored([payment(lots)], bare(10_000)).account.lots).toEqual({
      '2026-11-30': 30,
      '2026-12-01': 10,
      never: 10,
    })
  })

  test('repay debt first', () => {
    const owing = anAccount({ debt: 40, debtSince: '2026-11-01', lifetime: { redeemed: 100 } })
    const { account, postings } = restored([payment({ never: 100 })], bare(10_000), owing)
    expect([account.balances.available, account.balances.debt]).toEqual([60, 0])
    expect(postings[0]?.because.map(({ code, points }) => [code, points])).toEqual([
      ['restored', 100],
      ['debt_repaid', -40],
    ])
  })

  test('of several payments come back each by itself, with an entry of its own', () => {
    const { postings, spent } = restored([payment({ [LONG]: 30 }), payment({ never: 7 }, { id: 'rsv_2' })], bare(5_000))
    expect(postings.map(({ reservation, points }) => [reservation, points])).toEqual([
      ['rsv_1', 15],
      ['rsv_2', 3],
    ])
    expect(spent).toHaveLength(2)
  })

  test('are not given to another member, nor twice', () => {
    const nothing = { postings: [], spent: [] }
    expect(restored([payment({ never: 100 }, { memberId: 'mem_2' })], bare(10_000))).toMatchObject(nothing)
    expect(restored([payment({ never: 100 }, { restored: 100 })], bare(10_000))).toMatchObject(nothing)
    expect(restored([payment({ never: 100 })], NOTHING_REFUNDED)).toMatchObject(nothing)
    expect(restored([], bare(10_000))).toMatchObject(nothing)
  })

  test('come back whole and to the very lots by parts in any split and order', () => {
    const lots = fc.dictionary(
      fc.constantFrom('2027-01-31', LONG, '2027-12-31', 'never'),
      fc.integer({ min: 1, max: 500 }),
      { minKeys: 1 },
    )
    const cut = fc.nat(1_000)
    const parts = fc
      .tuple(cut, cut)
      .map(([a, b]): RefundParts[] =>
        [
          { line: 1, amount: a * 6 },
          { line: 1, amount: 6_000 - a * 6 },
          { line: 2, amount: b * 4 },
          { line: 2, amount: 4_000 - b * 4 },
        ].map((line) => ({ amount: line.amount, lines: [line] })),
      )
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
    holds(
      fc.property(fc.array(lots, { minLength: 1, maxLength: 3 }), parts, (paid, refunds) => {
        let spent: readonly Spent[] = paid.map((one, index) => payment(one, { id: `rsv_${index}` }))
        let account = anAccount({ lifetime: { redeemed: spent.reduce((sum, { points }) => sum + points, 0) } })
        let so = NOTHING_REFUNDED
        for (const part of refunds) {
          so = plusRefund(so, part)
          const given = restored(spent, so, account)
          account = given.account
          spent = spent.map((one) => given.spent.find(({ id }) => id === one.id) ?? one)
        }
        const whole: Lots = {}
        for (const one of paid) for (const [day, points] of Object.entries(one)) whole[day] = (whole[day] ?? 0) + points
        expect(account.lots).toEqual(whole)
        expect(account.lifetime.redeemed).toBe(0)
      }),
    )
  })
})
