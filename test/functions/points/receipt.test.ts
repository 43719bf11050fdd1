import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  fitted,
  NOTHING_REFUNDED,
  plusRefund,
  type Refunded,
  type RefundParts,
  refundedAfter,
  takenFor,
  total,
} from '../../../functions/points/receipt.ts'
import { exact, spread } from '../../../functions/shared/points.ts'
import { holds } from '../../support/seed.ts'

type Receipt = Parameters<typeof takenFor>[0]

/** Refunds one part after the other. @returns what each of them takes. */
function takenInParts(receipt: Receipt, parts: readonly RefundParts[]): number[] {
  let so: Refunded = NOTHING_REFUNDED
  return parts.map((part) => {
    const after = refundedAfter({ ...receipt, refunded: so }, part)
    if (typeof after === 'string') throw new Error(after)
    const taken = takenFor(receipt, after) - takenFor(receipt, so)
    so = after
    return taken
  })
}

const byLine = (line: number, amount: number): RefundParts => ({ amount, lines: [{ line, amount }] })
const bare = (amount: number): RefundParts => ({ amount })

const LAMP: Receipt = {
  amount: 173_450,
  awarded: 278,
  lines: [
    { charge: 123_450, points: 277 },
    { charge: 50_000, points: 1 },
  ],
}

describe('the worked example', () => {
  test('takes 138 for half of the lamp, 139 for the other half, and 1 for the gift card', () => {
    expect(takenInParts(LAMP, [byLine(1, 61_725), byLine(1, 61_725), byLine(2, 50_000)])).toEqual([138, 139, 1])
  })

  test('takes the same in all when the gift card goes first, or everything at once, or by bare amounts', () => {
    expect(takenInParts(LAMP, [byLine(2, 50_000), byLine(1, 61_725), byLine(1, 61_725)])).toEqual([1, 138, 139])
    expect(takenInParts(LAMP, [bare(173_450)])).toEqual([278])
    expect(takenInParts(LAMP, [bare(86_725), byLine(1, 60_000), bare(26_725)]).reduce((a, b) => a + b)).toBe(278)
  })
})

describe('a bare amount', () => {
  const receipt: Receipt = { amount: 13_912, awarded: 139, lines: [] }

  test('takes its share rounded down, counted over all refunds so far', () => {
    expect(takenInParts(receipt, [bare(5_000), bare(5_000), bare(3_912)])).toEqual([49, 50, 40])
    expect(
      takenInParts(
        receipt,
        Array.from({ length: 4 }, () => bare(1)),
      ),
    ).toEqual([0, 0, 0, 0])
  })

  test('may be called line 1 where the receipt has no lines', () => {
    expect(takenInParts(receipt, [byLine(1, 13_912)])).toEqual([139])
  })
})

describe('what cannot be refunded', () => {
  const receipt = { ...LAMP, refunded: NOTHING_REFUNDED }

  test.each<[string, RefundParts, string]>([
    ['more than the receipt', bare(173_451), 'refund_exceeds_purchase'],
    ['more than a line', byLine(2, 50_001), 'refund_exceeds_purchase'],
    [
      'lines and a rest beyond the receipt',
      { amount: 173_451, lines: [{ line: 1, amount: 1 }] },
      'refund_exceeds_purchase',
    ],
    ['a line that is not there', byLine(3, 1), 'out_of_range'],
  ])('%s', (_, part, reason) => {
    expect(refundedAfter(receipt, part)).toBe(reason)
  })

  test('more than is left, counted over parts', () => {
    const refunded = plusRefund(NOTHING_REFUNDED, bare(173_450))
    expect(refundedAfter({ ...LAMP, refunded }, bare(1))).toBe('refund_exceeds_purchase')
    expect(refundedAfter({ ...LAMP, refunded }, bare(0))).toEqual(refunded)
    expect(refundedAfter({ ...LAMP, refunded: plusRefund(NOTHING_REFUNDED, bare(123_451)) }, byLine(2, 50_000))).toBe(
      'refund_exceeds_purchase',
    )
  })
})

/** Receipts with lines of any charge, also nothing; what is charged beside the lines stands in `beside`. */
const receipts = fc
  .record({
    charges: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200_000 })), { maxLength: 5 }),
    weights: fc.array(fc.nat(1_000), { minLength: 6, maxLength: 6 }),
    beside: fc.nat(5_000),
    awarded: fc.nat(5_000),
  })
  .map(({ charges, weights, beside, awarded }): Receipt => {
    const amount = charges.reduce((a, b) => a + b, beside)
    const shares = spread(
      awarded,
      [...charges, beside].map((_, index) => exact(weights[index] ?? 0)),
    )
    // What is charged beside the lines earns nothing where it is nothing.
    const besidePoints = beside > 0 && charges.length > 0 ? (shares.at(-1) ?? 0) : 0
    const lines = charges.map((charge, index) => ({ charge, points: shares[index] ?? 0 }))
    const granted = charges.length === 0 ? awarded : lines.reduce((a, line) => a + line.points, besidePoints)
    return { amount, awarded: amount === 0 ? 0 : granted, lines: amount === 0 ? [] : lines }
  })

/** Cuts a whole refund into parts: each line in pieces of its own, the rest in bare amounts. */
function partsOf({ amount, lines }: Receipt, cuts: readonly number[]): RefundParts[] {
  const pieces = (whole: number, at: number) => {
    const first = Math.floor((whole * (cuts[at % cuts.length] ?? 0)) / 1_000)
    return [first, whole - first].filter((piece) => piece > 0)
  }
  const named = lines.flatMap(({ charge }, index) => pieces(charge, index).map((piece) => byLine(index + 1, piece)))
  const rest = amount - lines.reduce((a, { charge }) => a + charge, 0)
  return [...named, ...pieces(rest, lines.length).map(bare)]
}

describe('parts of a refund', () => {
  const cases = fc
    .tuple(receipts, fc.array(fc.nat(1_000), { minLength: 1, maxLength: 6 }))
    .map(([receipt, cuts]) => ({ receipt, parts: partsOf(receipt, cuts) }))
    .chain(({ receipt, parts }) =>
      fc.record({ receipt: fc.constant(receipt), parts: fc.shuffledSubarray(parts, { minLength: parts.length }) }),
    )

  test('of everything takes the points of a free line too', () => {
    const withGift = {
      amount: 1_000,
      awarded: 25,
      lines: [
        { charge: 0, points: 15 },
        { charge: 1_000, points: 10 },
      ],
    }
    expect(takenInParts(withGift, [byLine(2, 500), byLine(2, 500)]).reduce((a, b) => a + b)).toBe(25)
  })

  test('by lines, in any split and order, sum to the whole, so that no point is kept or taken twice', () => {
    holds(
      fc.property(cases, ({ receipt, parts }) => {
        const taken = takenInParts(receipt, parts)
        expect(taken.every((points) => points >= 0)).toBe(true)
        expect(taken.reduce((a, b) => a + b, 0)).toBe(receipt.awarded)
      }),
      1_000,
    )
  })

  test('take no more than was awarded, and never give back, whatever mixture of lines and bare amounts', () => {
    const mixture = fc.array(fc.record({ amount: fc.nat(60_000), line: fc.nat(6), share: fc.nat(100) }), {
      maxLength: 12,
    })
    holds(
      fc.property(receipts, mixture, (receipt, wanted) => {
        let so: Refunded = NOTHING_REFUNDED
        for (const { amount, line, share } of wanted) {
          const named = { line: line + 1, amount: Math.floor((amount * share) / 100) }
          const after = refundedAfter({ ...receipt, refunded: so }, { amount, ...(line < 5 && { lines: [named] }) })
          if (typeof after === 'string') continue
          expect(takenFor(receipt, after)).toBeGreaterThanOrEqual(takenFor(receipt, so))
          expect(takenFor(receipt, after)).toBeLessThanOrEqual(receipt.awarded)
          expect(total(after)).toBeLessThanOrEqual(receipt.amount)
          so = after
        }
      }),
      1_000,
    )
  })
})

describe('refunds that came first', () => {
  test('fit as they are where the receipt allows them', () => {
    const waiting = { byLine: { 1: 61_725, 2: 50_000 }, bare: 10 }
    expect(fitted(LAMP, waiting)).toEqual({ refunded: waiting, dropped: 0 })
  })

  test('beyond a line count as a bare amount, and beyond the receipt they are dropped and told', () => {
    expect(fitted(LAMP, { byLine: { 2: 60_000, 9: 1_000 }, bare: 0 })).toEqual({
      refunded: { byLine: { 2: 50_000 }, bare: 11_000 },
      dropped: 0,
    })
    expect(fitted(LAMP, { byLine: {}, bare: 200_000 })).toEqual({
      refunded: { byLine: {}, bare: 173_450 },
      dropped: 26_550,
    })
  })

  test('are all bare where the receipt has no lines', () => {
    expect(fitted({ amount: 100, lines: [] }, { byLine: { 1: 30, 2: 40 }, bare: 5 })).toEqual({
      refunded: { byLine: {}, bare: 75 },
      dropped: 0,
    })
  })

  test('fit to the very refunds that the receipt would have taken afterwards', () => {
    const cuts = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 6 })
    holds(
      fc.property(receipts, cuts, fc.nat(20), (receipt, cut, count) => {
        const parts = partsOf(receipt, cut).slice(0, count)
        const waiting = parts.reduce<Refunded>((so, part) => plusRefund(so, part), NOTHING_REFUNDED)
        const after = parts.reduce<Refunded>(
          (so, part) => plusRefund(so, part, receipt.lines.length > 0),
          NOTHING_REFUNDED,
        )
        expect(fitted(receipt, waiting)).toEqual({ refunded: after, dropped: 0 })
      }),
    )
  })
})
