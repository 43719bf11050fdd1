import { describe, expect, test } from 'vitest'
import type { Account } from '../../../functions/points/account.ts'
import { anAccount, expectSound, type GivenAccount } from '../../support/account.ts'
import { aDocument, aPurchase, aRefund, awarded, type GivenSections, refunded } from '../../support/receipts.ts'

const ROLLING = { mode: 'rolling', period: 'P12M', roundUp: 'month' } as const
const OWN_LOT = '2027-11-30'
const debt = (more: object = {}): GivenSections => ({ expiry: ROLLING, refund: { policy: 'debt', ...more } })
const clamp: GivenSections = { expiry: ROLLING, refund: { policy: 'clamp' } }
const pending: GivenSections['earning'] = { pending: 'return_window', returnWindow: 'P14D' }

/** Awards 100 points to an account, changes the account, and refunds the receipt whole. */
function refundAfter(
  sections: GivenSections,
  { before, between = (account) => account }: { before?: GivenAccount; between?: (account: Account) => Account } = {},
) {
  const program = aDocument(sections)
  const bought = awarded(anAccount(before), program)
  const account = between(bought.account)
  const decision = refunded(account, { receipt: bought.receipt, program }, aRefund())
  expectSound(account, decision)
  const main = decision.postings[decision.main]
  return {
    ...decision,
    points: main?.points,
    type: main?.type,
    taken: main?.because.map(({ code, points }) => `${code} ${points}`),
  }
}

/** Keeps `left` of the lots and books the rest as redeemed. */
function spentDownTo(left: Record<string, number>) {
  return (account: Account): Account => {
    const available = Object.values(left).reduce((a, b) => a + b, 0)
    const redeemed = account.balances.available - available
    const { lifetime } = account
    return {
      ...account,
      lots: left,
      balances: { ...account.balances, available },
      lifetime: { ...lifetime, redeemed: lifetime.redeemed + redeemed },
    }
  }
}

describe('points are taken back', () => {
  test('from this receipt’s pending points first', () => {
    const { account, taken, points } = refundAfter(
      { ...debt(), earning: pending },
      { before: { lots: { [OWN_LOT]: 500 }, maturing: { '2026-12-08|2027-12-31': 7 } } },
    )
    expect([points, taken]).toEqual([-100, ['pending_taken -100']])
    expect(account.balances).toEqual({ available: 500, pending: 7, reserved: 0, debt: 0 })
  })

  test('then from its own lot, before others that end earlier', () => {
    const { account, taken } = refundAfter(debt(), { before: { lots: { '2026-12-31': 50 } } })
    expect(taken).toEqual(['lot_taken -100'])
    expect(account.lots).toEqual({ '2026-12-31': 50 })
  })

  test('then from other lots, earliest first and never-expiring last', () => {
    const { account, taken } = refundAfter(debt(), {
      before: { lots: { '2026-12-31': 50, '2027-12-31': 30, never: 40 } },
      between: spentDownTo({ '2026-12-31': 50, '2027-12-31': 30, never: 40, [OWN_LOT]: 10 }),
    })
    expect(taken).toEqual(['lot_taken -10', 'other_lots_taken -90'])
    expect(account.lots).toEqual({ never: 30 })
  })

  test('then as debt, in full where the program sets no limit', () => {
    const { account, taken, points } = refundAfter(debt(), { between: spentDownTo({ [OWN_LOT]: 30 }) })
    expect([points, taken]).toEqual([-100, ['lot_taken -30', 'owed -70']])
    expect(account.balances).toEqual({ available: 0, pending: 0, reserved: 0, debt: 70 })
    expect(account.debtSince).toBe('2026-11-23')
  })

  test('as debt up to the limit, and the rest is told as shortfall and dropped', () => {
    const { account, taken, points } = refundAfter(debt({ maxDebt: 25 }), { between: spentDownTo({}) })
    expect([points, taken]).toEqual([-100, ['owed -25', 'shortfall -75']])
    expect([account.balances.debt, account.lifetime.reversed]).toEqual([25, 25])
  })

  test('as debt that counts what is owed already against the limit', () => {
    const owing = (account: Account): Account => ({
      ...spentDownTo({})(account),
      balances: { ...account.balances, available: 0, debt: 20 },
    })
    const { account, taken } = refundAfter(debt({ maxDebt: 25 }), { between: owing })
    expect(taken).toEqual(['owed -5', 'shortfall -95'])
    expect(account.balances.debt).toBe(25)
  })

  test('never as debt under clamp', () => {
    const { account, taken } = refundAfter(clamp, { between: spentDownTo({ [OWN_LOT]: 30 }) })
    expect(taken).toEqual(['lot_taken -30', 'shortfall -70'])
    expect([account.balances.debt, account.lifetime.reversed]).toEqual([0, 30])
  })

  test('but never from what is reserved or from another receipt’s pending points', () => {
    const reserve = (account: Account): Account => ({
      ...account,
      lots: {},
      reservations: { rsv_1: { points: 100, expiresAt: Number.MAX_SAFE_INTEGER } },
      balances: { ...account.balances, available: 0, reserved: 100 },
    })
    const { account, taken } = refundAfter(debt(), {
      between: reserve,
      before: { maturing: { '2026-12-24|never': 60 } },
    })
    expect(taken).toEqual(['owed -100'])
    expect(account.balances).toEqual({ available: 0, pending: 60, reserved: 100, debt: 100 })
  })

  test('from its own pending points only as many as are its own, where receipts share a bucket', () => {
    const program = aDocument({ ...debt(), earning: pending })
    const first = awarded(anAccount(), program)
    const second = awarded(first.account, program, aPurchase({ amount: 5_000, receiptNumber: '2' }))
    const { account } = refunded(second.account, { receipt: first.receipt, program }, aRefund())
    expect(account.balances).toEqual({ available: 0, pending: 50, reserved: 0, debt: 0 })
  })
})

describe('the entry', () => {
  test('names receipt and refund, and says what cannot be taken', () => {
    const { postings, main, type } = refundAfter(debt())
    expect(type).toBe('REVERSE')
    expect(postings[main]?.receipt).toEqual({ storeId: 'central', receiptNumber: '536365', refundNumber: 'r1' })
  })

  test('of a receipt that earned nothing takes nothing', () => {
    const program = aDocument(debt())
    const bought = awarded(anAccount({ available: 10 }), program, aPurchase({ amount: 50 }))
    const decision = refunded(bought.account, { receipt: bought.receipt, program }, aRefund({ amount: 50 }))
    expect(decision.postings[0]?.because).toEqual([{ rule: 'refund', points: 0, code: 'nothing_to_take' }])
    expect(decision.account.balances.available).toBe(10)
  })

  test('comes after a SETTLE of what was due before, so that nothing is taken from expired points', () => {
    const program = aDocument(debt())
    const bought = awarded(anAccount(), program)
    const before = { ...bought.account, lots: { ...bought.account.lots, '2026-11-22': 40 } }
    const account = { ...before, balances: { ...before.balances, available: 140 } }
    const decision = refunded(account, { receipt: bought.receipt, program }, aRefund())
    expect(decision.postings.map(({ type }) => type)).toEqual(['SETTLE', 'REVERSE'])
    expect([decision.main, decision.account.lifetime.expired]).toEqual([1, 40])
  })
})

describe('what is refused', () => {
  const program = aDocument(debt())
  const bought = awarded(anAccount(), program)

  test.each<[string, Record<string, unknown>, Partial<Account>]>([
    ['refund_exceeds_purchase', { amount: 10_001 }, {}],
    ['out_of_range', { lines: [{ line: 2, amount: 1 }] }, {}],
    ['currency_mismatch', { amount: { amount: 1, currency: 'EUR' } }, {}],
    ['account_closed', {}, { status: 'CLOSED' }],
  ])('%s', (code, fields, account) => {
    const { amount, ...given } = fields
    const input = aRefund({ ...given, ...(typeof amount === 'number' && { amount }) })
    const asked = typeof amount === 'object' ? { ...input, amount: amount as typeof input.amount } : input
    const decide = () => refunded({ ...bought.account, ...account }, { receipt: bought.receipt, program }, asked)
    expect(decide).toThrow(expect.objectContaining({ code }))
  })

  test('a frozen account is refunded as usual', () => {
    const frozen = { ...bought.account, status: 'FROZEN' as const }
    expect(refunded(frozen, { receipt: bought.receipt, program }, aRefund()).account.balances.available).toBe(0)
  })
})

test('a reversal follows what the award stored, never the rules of today', () => {
  const before = aDocument(debt())
  const bought = awarded(anAccount(), before)
  const today = aDocument({
    ...debt(),
    earning: { rules: [{ id: 'more', kind: 'spend', points: 9, perMinor: 1, wholeSteps: true }] },
  })
  const decision = refunded(bought.account, { receipt: bought.receipt, program: before, current: today }, aRefund())
  expect(decision.account.balances.available).toBe(0)
})
