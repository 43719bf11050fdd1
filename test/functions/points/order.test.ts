import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Account } from '../../../functions/points/account.ts'
import { decideAward } from '../../../functions/points/awarding.ts'
import { NOTHING_REFUNDED, plusRefund } from '../../../functions/points/receipt.ts'
import type { PurchaseInput, RefundInput } from '../../../functions/points/schema.ts'
import type { ProgramDocument } from '../../../functions/program/schema.ts'
import { anAccount, expectSound } from '../../support/account.ts'
import {
  aDocument,
  aPurchase,
  aRefund,
  awarded,
  awardTerms,
  type GivenSections,
  refunded,
} from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'
import { LEVELS, someTiers } from '../../support/tiers.ts'

type Case = {
  readonly account: Account
  readonly program: ProgramDocument
  readonly purchase: PurchaseInput
  readonly refunds: readonly RefundInput[]
}

function purchaseFirst({ account, program, purchase, refunds }: Case) {
  let { account: now, receipt } = awarded(account, program, purchase)
  for (const input of refunds) {
    const decision = refunded(now, { receipt, program }, input)
    expectSound(now, decision)
    now = decision.account
    receipt = decision.receipt
  }
  return { account: now, receipt }
}

/** The first `count` refunds come before the purchase, the others after it. */
function refundsFirst({ account, program, purchase, refunds }: Case, count: number) {
  const early = refunds.slice(0, count)
  const waiting = {
    key: 'R#central#536365',
    revision: early.length,
    refundNumbers: early.map(({ refundNumber }) => refundNumber),
    refunded: early.reduce(
      (so, { amount, lines }) => plusRefund(so, { amount: amount.amount, ...(lines && { lines }) }),
      NOTHING_REFUNDED,
    ),
  }
  const decision = decideAward(account, purchase, awardTerms(program, early.length > 0 ? { waiting } : {}))
  expectSound(account, decision)
  const first = { key: waiting.key, revision: 1, fingerprint: 'f', entrySeq: 8 }
  let [now, receipt] = [decision.account, { ...first, ...decision.receipt }]
  for (const input of refunds.slice(count)) {
    const next = refunded(now, { receipt, program }, input)
    now = next.account
    receipt = next.receipt
  }
  return { account: now, receipt }
}

const EXPIRIES: NonNullable<GivenSections['expiry']>[] = [
  { mode: 'none' },
  { mode: 'rolling', period: 'P12M', roundUp: 'month' },
  { mode: 'inactivity', period: 'P12M', roundUp: 'none', resetBy: ['earn'] },
]
const rule = fc.record({
  kind: fc.constant('spend' as const),
  points: fc.integer({ min: 1, max: 9 }),
  perMinor: fc.constantFrom(1, 7, 100, 999),
  wholeSteps: fc.boolean(),
  match: fc.constantFrom<{ categories?: string[] }[]>({}, { categories: ['a'] }),
})
const programs = fc
  .record({
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    stacking: fc.constantFrom('best' as const, 'sum' as const, 'first' as const),
    rounding: fc.constantFrom('floor' as const, 'half_up' as const, 'ceil' as const),
    isPending: fc.boolean(),
    cap: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
    expiry: fc.constantFrom(...EXPIRIES),
    measure: fc.constantFrom('spend' as const, 'points' as const, 'visits' as const),
  })
  .map(({ rules, isPending, cap, expiry, measure, ...earning }) =>
    aDocument({
      expiry,
      // Nobody reaches a level here: one that was reached in between stays until its review.
      tiers: someTiers({ measure, levels: LEVELS.slice(0, 1) }),
      refund: { policy: 'debt' },
      earning: {
        ...earning,
        rules: rules.map((one, index) => ({ ...one, id: `r${index}` })),
        ...(cap !== undefined && {
          caps: [{ id: 'cap', per: 'receipt' as const, points: cap, behaviour: 'cap' as const }],
        }),
        ...(isPending && { pending: 'return_window' as const, returnWindow: 'P14D' }),
      },
    }),
  )

const accounts = fc.oneof(
  fc
    .dictionary(fc.constantFrom('2026-12-31', '2027-11-30', '2028-01-31', 'never'), fc.integer({ min: 1, max: 400 }))
    .map((lots) => anAccount({ lots })),
  fc.integer({ min: 1, max: 400 }).map((debt) => anAccount({ debt, debtSince: '2026-11-23' })),
)

const slips = fc
  .record({
    charges: fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 4 }),
    beside: fc.integer({ min: 1, max: 3_000 }),
    categories: fc.array(fc.constantFrom('a', 'b'), { minLength: 4, maxLength: 4 }),
  })
  .map(({ charges, beside, categories }) => {
    const amount = charges.reduce((a, b) => a + b, beside)
    const lines = charges.map((charge, index) => ({ amount: charge, category: categories[index] ?? 'a' }))
    return aPurchase({ amount, ...(charges.length > 0 && { lines, shipping: beside }) })
  })

/** Refunds that the receipt allows, one after the other: of a line, of a bare amount, or of both. */
function refundsOf(
  purchase: PurchaseInput,
  draws: readonly { line: number; share: number; rest: number }[],
): RefundInput[] {
  const left = (purchase.lines ?? []).map(({ amount }) => amount)
  let total = purchase.amount.amount
  return draws.flatMap(({ line, share, rest }, index) => {
    const ofLine = Math.min(Math.floor(((left[line] ?? 0) * share) / 100), total)
    const bare = Math.floor(((total - ofLine) * rest) / 100)
    if (left[line] !== undefined) left[line] -= ofLine
    total -= ofLine + bare
    const lines = ofLine > 0 ? { lines: [{ line: line + 1, amount: ofLine }] } : {}
    return [aRefund({ refundNumber: `r${index}`, amount: ofLine + bare, ...lines })]
  })
}

const percent = fc.oneof(fc.constantFrom(0, 100), fc.nat(100))
const cases = fc
  .record({
    account: accounts,
    program: programs,
    purchase: slips,
    draws: fc.array(fc.record({ line: fc.nat(3), share: percent, rest: percent }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ draws, ...rest }): Case => ({ ...rest, refunds: refundsOf(rest.purchase, draws) }))

test('refunds and their purchase end in the same state in either order, so that a late till cannot mint points', () => {
  holds(
    fc.property(cases, fc.nat(4), (given, count) => {
      const first = purchaseFirst(given)
      const late = refundsFirst(given, Math.min(count, given.refunds.length))
      expect(late.account).toEqual(first.account)
      const { revision: _, ...receipt } = first.receipt
      expect(late.receipt).toMatchObject(receipt)
    }),
    400,
  )
})

test('the late award says which refunds were taken off and records the net', () => {
  const program = aDocument()
  const waiting = { key: 'k', revision: 2, refundNumbers: ['r1', 'r2'], refunded: { byLine: {}, bare: 4_000 } }
  const { postings, account } = decideAward(anAccount(), aPurchase(), awardTerms(program, { waiting }))
  expect(postings[0]).toMatchObject({
    points: 60,
    because: [
      { rule: 'spend', points: 100 },
      { rule: 'refund', points: -40, code: 'refunded_before', params: { refunds: 'r1 r2' } },
    ],
  })
  expect(account.lifetime).toMatchObject({ earned: 100, reversed: 40 })
})

test('what was refunded beyond the purchase is capped and told, so that somebody can reconcile it', () => {
  const waiting = { key: 'k', revision: 1, refundNumbers: ['r1'], refunded: { byLine: {}, bare: 12_500 } }
  const { postings, receipt } = decideAward(anAccount(), aPurchase(), awardTerms(aDocument(), { waiting }))
  expect(postings[0]).toMatchObject({ points: 0 })
  expect(postings[0]?.because[1]).toMatchObject({ code: 'refund_capped', params: { droppedMinor: 2_500 } })
  expect(receipt).toMatchObject({ awarded: 100, taken: 100, refunded: { bare: 10_000 } })
})
