import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Counted, countersOf, earn } from '../../../functions/points/earning.ts'
import type { ProgramDocument } from '../../../functions/program/schema.ts'
import { aDocument, aPurchase } from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'

type Caps = ProgramDocument['earning']['caps']
type Rules = ProgramDocument['earning']['rules']
type Purchase = Parameters<typeof aPurchase>[0]

/** A member whose receipts are earned one after the other, in the order of their arrival. */
function aCounter(earning: { caps?: Caps; rules?: Rules }) {
  const program = aDocument({ earning })
  let counted: Counted = new Map()
  return {
    program,
    counted: () => counted,
    earn(purchase: Purchase = {}) {
      const result = earn(aPurchase(purchase), { program, tier: undefined, counted })
      counted = new Map([...counted, ...result.counted])
      return { ...result, cuts: result.because.filter(({ code }) => code === 'cap') }
    },
  }
}

const on = (purchasedAt: string, amount: number) => ({ purchasedAt, amount })

describe('a cap of points', () => {
  test('per receipt grants what is left and says by how much it cut', () => {
    const { earn: next } = aCounter({ caps: [{ id: 'each', per: 'receipt', points: 60, behaviour: 'cap' }] })
    const { requested, granted, cuts } = next({ amount: 10_000 })
    expect([requested, granted]).toEqual([100, 60])
    expect(cuts).toEqual([{ rule: 'each', points: -40, code: 'cap' }])
    expect(next({ amount: 6_000 })).toMatchObject({ granted: 60, cuts: [] })
  })

  test('that rejects grants nothing at all for a receipt that does not fit', () => {
    const { earn: next } = aCounter({ caps: [{ id: 'day', per: 'day', points: 60, behaviour: 'reject' }] })
    expect(next({ amount: 5_000 }).granted).toBe(50)
    expect(next({ amount: 2_000 })).toMatchObject({ granted: 0, cuts: [{ rule: 'day', points: -20 }] })
    expect(next({ amount: 1_000 }).granted).toBe(10)
  })

  test.each([
    ['day', '2026-11-23T23:59:59Z', '2026-11-24T00:00:00Z'],
    ['week', '2026-11-29T23:59:59Z', '2026-11-30T00:00:00Z'],
    ['month', '2026-11-30T23:59:59Z', '2026-12-01T00:00:00Z'],
    ['year', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z'],
  ] as const)(
    'per %s counts to the last second of it in the program’s zone and then begins anew',
    (per, last, next) => {
      const member = aCounter({ caps: [{ id: 'cap', per, points: 150, behaviour: 'cap' }] })
      expect(member.earn(on('2026-11-23T00:00:00Z', 10_000)).granted).toBe(100)
      expect(member.earn(on(last, 10_000)).granted).toBe(50)
      expect(member.earn(on(last, 10_000)).granted).toBe(0)
      expect(member.earn(on(next, 10_000)).granted).toBe(100)
    },
  )

  test('follows the day of the purchase, so that receipts may arrive in any order', () => {
    const member = aCounter({ caps: [{ id: 'day', per: 'day', points: 150, behaviour: 'cap' }] })
    const granted = ['22', '23', '22', '23', '22'].map(
      (day) => member.earn(on(`2026-11-${day}T12:00:00Z`, 10_000)).granted,
    )
    expect(granted).toEqual([100, 100, 50, 50, 0])
  })

  test('counts what was granted, not what was asked for', () => {
    const member = aCounter({
      caps: [
        { id: 'each', per: 'receipt', points: 40, behaviour: 'cap' },
        { id: 'day', per: 'day', points: 100, behaviour: 'cap' },
      ],
    })
    expect([1, 2, 3, 4].map(() => member.earn().granted)).toEqual([40, 40, 20, 0])
    expect(member.earn().cuts).toEqual([
      { rule: 'each', points: -60, code: 'cap' },
      { rule: 'day', points: -40, code: 'cap' },
    ])
  })
})

describe('a cap of receipts', () => {
  test.each(['cap', 'reject'] as const)('by %s lets so many earn and the rest earn nothing', (behaviour) => {
    const member = aCounter({ caps: [{ id: 'slips', per: 'day', receipts: 2, behaviour }] })
    expect([1, 2, 3].map(() => member.earn().granted)).toEqual([100, 100, 0])
    expect(member.earn(on('2026-11-24T12:00:00Z', 100)).granted).toBe(1)
  })

  test('of 0 lets nobody earn', () => {
    expect(aCounter({ caps: [{ id: 'none', per: 'day', receipts: 0, behaviour: 'cap' }] }).earn().granted).toBe(0)
  })
})

describe('a visit', () => {
  const rules: Rules = [{ id: 'visit', kind: 'visit', points: 5, minBaseMinor: 1_000, maxPerDay: 2 }]

  test('is counted at most so often a day', () => {
    const member = aCounter({ rules })
    expect([1, 2, 3].map(() => member.earn().granted)).toEqual([5, 5, 0])
    expect(member.earn(on('2026-11-24T12:00:00Z', 1_000)).granted).toBe(5)
  })

  test('that was too small is not counted', () => {
    const member = aCounter({ rules })
    expect([999, 999, 1_000, 1_000, 1_000].map((amount) => member.earn({ amount }).granted)).toEqual([0, 0, 5, 5, 0])
  })

  test('that a cap refused is not counted', () => {
    const member = aCounter({ rules, caps: [{ id: 'day', per: 'day', points: 4, behaviour: 'reject' }] })
    member.earn()
    expect([...member.counted().values()].filter((count) => count > 0)).toEqual([])
  })
})

describe('counters', () => {
  test('are asked for only where a program counts, so that the usual award reads one item', () => {
    expect(countersOf(aDocument(), Date.parse('2026-11-23T00:00:00Z'))).toEqual([])
    const each: Caps = [{ id: 'each', per: 'receipt', points: 1, behaviour: 'cap' }]
    expect(countersOf(aDocument({ earning: { caps: each } }), 0)).toEqual([])
  })

  test('are named by rule and by the first day of the period in the zone', () => {
    const caps: Caps = [
      { id: 'day', per: 'day', points: 1, behaviour: 'cap' },
      { id: 'week', per: 'week', receipts: 1, behaviour: 'cap' },
    ]
    const rules: Rules = [{ id: 'visit', kind: 'visit', points: 1, minBaseMinor: 0, maxPerDay: 1 }]
    const program = aDocument({ zone: 'Asia/Hong_Kong', earning: { caps, rules } })
    expect(countersOf(program, Date.parse('2026-11-29T16:30:00Z'))).toEqual([
      { ruleId: 'day', period: '2026-11-30', counts: 'points' },
      { ruleId: 'week', period: '2026-11-30', counts: 'receipts' },
      { ruleId: 'visit', period: '2026-11-30', counts: 'receipts' },
    ])
  })

  test('never let a cap be exceeded, whatever receipts arrive in whatever order', () => {
    const cap = fc.record({
      per: fc.constantFrom('receipt' as const, 'day' as const, 'week' as const, 'month' as const),
      points: fc.integer({ min: 0, max: 400 }),
      behaviour: fc.constantFrom('cap' as const, 'reject' as const),
    })
    const caps = fc
      .array(cap, { minLength: 1, maxLength: 4 })
      .map((all) => all.map((one, id) => ({ ...one, id: `c${id}` })))
    const slips = fc.array(fc.record({ day: fc.integer({ min: 1, max: 28 }), amount: fc.nat(40_000) }), {
      maxLength: 12,
    })
    holds(
      fc.property(caps, slips, (given, bought) => {
        const member = aCounter({ caps: given })
        const granted = bought.map(({ day, amount }) => {
          const purchasedAt = `2026-02-${String(day).padStart(2, '0')}T12:00:00Z`
          return { day, points: member.earn({ amount, purchasedAt }).granted }
        })
        const sums = (keyOf: (day: number, index: number) => string) => {
          const sum = new Map<string, number>()
          granted.forEach(({ day, points }, index) => {
            sum.set(keyOf(day, index), (sum.get(keyOf(day, index)) ?? 0) + points)
          })
          return [...sum.values()]
        }
        // 2 February 2026 is a Monday.
        const groups = {
          receipt: sums((_, index) => String(index)),
          day: sums((day) => String(day)),
          week: sums((day) => String(Math.floor((day + 5) / 7))),
          month: sums(() => ''),
        }
        for (const { per, points } of given) for (const sum of groups[per]) expect(sum).toBeLessThanOrEqual(points)
      }),
    )
  })
})
