import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { earn } from '../../../functions/points/earning.ts'
import { ProgramDocument as Document, type ProgramDocument } from '../../../functions/program/schema.ts'
import { exampleProgram } from '../../support/example-program.ts'
import { aDocument, aPurchase, type GivenSections } from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'

const EXAMPLE = Document.parse(exampleProgram())
type Purchase = Parameters<typeof aPurchase>[0]
type Rules = ProgramDocument['earning']['rules']

function earned(program: ProgramDocument, purchase: Purchase = {}, tier?: string) {
  const { requested, granted, base, lines, because } = earn(aPurchase(purchase), { program, tier, counted: new Map() })
  return { requested, granted, base, points: lines.map((line) => line.points), because }
}

const program = (earning: GivenSections['earning'], sections: GivenSections = {}) => aDocument({ ...sections, earning })
const spend = { id: 'spend', kind: 'spend', points: 1, perMinor: 100, wholeSteps: false } as const
const base = { tax: true, shipping: false, tips: false }
const line = (amount: number, category?: string, more: object = {}) => ({
  amount,
  ...(category && { category }),
  ...more,
})

/** Lines of a receipt that sum to its amount with what is charged beside them. */
function receipt(lines: { amount: number }[], more: { shipping?: number; tips?: number; tenders?: object[] } = {}) {
  const amount = lines.reduce((sum, one) => sum + one.amount, 0) + (more.shipping ?? 0) + (more.tips ?? 0)
  return { amount, lines, ...more }
}

describe('the worked example', () => {
  test('of a gold member grants 278, of it lamp 277 and gift card 1', () => {
    const lamp = receipt([line(123_450, 'lighting'), line(50_000, 'gift_card')], {
      tenders: [{ kind: 'points', amount: 20_000 }],
    })
    const purchase = { ...lamp, amount: { amount: 173_450, currency: 'HKD' } }
    const result = earn(
      { ...aPurchase(lamp), amount: purchase.amount },
      { program: EXAMPLE, tier: 'gold', counted: new Map() },
    )
    expect([result.granted, result.base]).toEqual([278, 109_215])
    expect(result.lines).toEqual([
      { charge: 123_450, base: 109_215, points: 277 },
      { charge: 50_000, base: 0, points: 1 },
    ])
    expect(result.because.map(({ rule, points }) => [rule, points])).toEqual([
      ['lighting', 218],
      ['gold', 55],
      ['visit', 5],
    ])
  })
})

describe('stacking of rules on one line', () => {
  const rules: Rules = [
    spend,
    { id: 'home', kind: 'spend', points: 3, perMinor: 100, wholeSteps: false, match: { categories: ['home'] } },
    { id: 'lamp', kind: 'item', points: 200, match: { skus: ['LAMP'] } },
  ]
  const lamp = receipt([line(10_000, 'home', { sku: 'LAMP' })])

  test.each([
    ['best', 300],
    ['sum', 600],
    ['first', 100],
  ] as const)('%s grants %i', (stacking, points) => {
    expect(earned(program({ rules, stacking }), lamp).granted).toBe(points)
  })

  test('chooses for each line by itself', () => {
    const two = receipt([line(10_000, 'home'), line(5_000, 'food')])
    expect(earned(program({ rules }), two)).toMatchObject({ granted: 350, points: [300, 50] })
  })

  test('of equals takes the earlier in the list', () => {
    const twins: Rules = [spend, { ...spend, id: 'same' }]
    expect(earned(program({ rules: twins })).because.map(({ rule }) => rule)).toEqual(['spend'])
    expect(earned(program({ rules: twins.toReversed() })).because.map(({ rule }) => rule)).toEqual(['same'])
  })

  test('compares exact values, so that a rule better by a fraction wins', () => {
    const close: Rules = [spend, { ...spend, id: 'better', points: 100, perMinor: 9_999 }]
    expect(earned(program({ rules: close }), { amount: 100 }).because.map(({ rule }) => rule)).toEqual(['better'])
  })
})

describe('spend', () => {
  test('in whole steps counts full steps of the whole base, not of each line', () => {
    const steps = program({ rules: [{ ...spend, points: 10, perMinor: 1_000, wholeSteps: true }] })
    const lines = receipt([line(999), line(999), line(999)])
    expect(earned(steps, lines)).toMatchObject({ granted: 20, points: [7, 7, 6] })
    expect(earned(steps, { amount: 999 }).granted).toBe(0)
    expect(earned(steps, { amount: 1_000 }).granted).toBe(10)
  })

  test('in whole steps counts the base of its own lines only', () => {
    const rules: Rules = [{ ...spend, points: 10, perMinor: 1_000, wholeSteps: true, match: { categories: ['home'] } }]
    expect(earned(program({ rules }), receipt([line(1_500, 'home'), line(700, 'food')])).granted).toBe(10)
  })

  test('is proportional otherwise', () => {
    expect(earned(program({}), { amount: 13_912 }).granted).toBe(139)
    expect(earned(program({}), { amount: 99 }).granted).toBe(0)
  })
})

describe('item', () => {
  const rules: Rules = [{ id: 'can', kind: 'item', points: 15, match: { skus: ['CAN'] } }]

  test('counts units', () => {
    const cans = receipt([line(500, 'paint', { sku: 'CAN', quantity: 3 }), line(500, 'paint')])
    expect(earned(program({ rules }), cans)).toMatchObject({ granted: 45, points: [45, 0] })
    expect(earned(program({ rules }), receipt([line(500, 'paint', { sku: 'CAN', quantity: 0 })])).granted).toBe(0)
  })

  test('gives nothing for a line that is excluded', () => {
    const excluded = program({ rules, base: { ...base, excludeCategories: ['paint'] } })
    expect(earned(excluded, receipt([line(500, 'paint', { sku: 'CAN' }), line(100, 'x')])).granted).toBe(0)
  })
})

describe('matching', () => {
  const when = (match: object) => program({ rules: [{ ...spend, match }] })

  test.each<[string, object, Purchase, number]>([
    ['store', { stores: ['central'] }, {}, 100],
    ['other store', { stores: ['north'] }, {}, 0],
    ['weekday', { weekdays: ['mon'] }, {}, 100],
    ['other weekday', { weekdays: ['sun'] }, {}, 0],
    ['an hour later it is Tuesday in the zone', { weekdays: ['tue'] }, { purchasedAt: '2026-11-24T00:00:00Z' }, 100],
    ['tier', { tiers: ['gold'] }, {}, 100],
    ['other tier', { tiers: ['silver'] }, {}, 0],
    ['all that is given must hold', { stores: ['central'], weekdays: ['sun'] }, {}, 0],
    ['an empty list always holds', { stores: [], categories: [], skus: [], tiers: [], weekdays: [] }, {}, 100],
    ['a typed total has no category', { categories: ['home'] }, {}, 0],
  ])('%s', (_, match, purchase, points) => {
    expect(earned(when(match), purchase, 'gold').granted).toBe(points)
  })
})

describe('the base', () => {
  const lines = [line(8_000, 'home', { tax: 1_600 }), line(2_000, 'gift_card', { sku: 'GIFT' })]

  test.each<[string, GivenSections['earning'], Purchase, number, number]>([
    ['counts tax', {}, receipt(lines), 10_000, 100],
    ['or not', { base: { ...base, tax: false } }, receipt(lines), 8_400, 84],
    [
      'leaves excluded categories out',
      { base: { ...base, excludeCategories: ['gift_card'] } },
      receipt(lines),
      8_000,
      80,
    ],
    ['leaves excluded articles out', { base: { ...base, excludeSkus: ['GIFT'] } }, receipt(lines), 8_000, 80],
    ['leaves shipping and tips out', {}, receipt(lines, { shipping: 500, tips: 300 }), 10_000, 100],
    [
      'or counts shipping',
      { base: { ...base, shipping: true } },
      receipt(lines, { shipping: 500, tips: 300 }),
      10_500,
      105,
    ],
    ['or tips', { base: { ...base, tips: true } }, receipt(lines, { shipping: 500, tips: 300 }), 10_300, 103],
    ['leaves shipping out of a typed total', {}, { amount: 10_500, shipping: 500 }, 10_000, 100],
    [
      'leaves out what excluded tenders paid, line by line',
      { base: { ...base, excludeTenders: ['points'], excludeCategories: ['gift_card'] } },
      receipt(lines, {
        tenders: [
          { kind: 'points', amount: 5_000 },
          { kind: 'card', amount: 5_000 },
        ],
      }),
      4_000,
      40,
    ],
    [
      'never falls below 0',
      { base: { ...base, tax: false, excludeTenders: ['points'] } },
      receipt([line(1_000, 'home', { tax: 900 })], { tenders: [{ kind: 'points', amount: 500 }] }),
      0,
      0,
    ],
  ])('%s', (_, earning, purchase, minor, points) => {
    const result = earned(program(earning), purchase)
    expect([result.base, result.granted]).toEqual([minor, points])
  })

  test.each<[string, Rules, Purchase]>([
    ['a spend rule', [spend], { amount: 0 }],
    [
      'an item rule',
      [{ id: 'can', kind: 'item', points: 15, match: { skus: ['CAN'] } }],
      receipt([line(0, 'x', { sku: 'CAN' })]),
    ],
    ['a visit rule', [{ id: 'visit', kind: 'visit', points: 5, minBaseMinor: 0 }], { amount: 0 }],
  ])('of 0 grants nothing under %s and says so', (_, rules, purchase) => {
    const result = earned(program({ rules }), purchase)
    expect([result.granted, result.because]).toEqual([0, [{ rule: 'earning', points: 0, code: 'nothing_eligible' }]])
  })
})

describe('multipliers and visits', () => {
  const levels = exampleProgram().tiers?.levels ?? []
  const tiers = { ...exampleProgram().tiers, levels } as NonNullable<GivenSections['tiers']>
  const names = levels.map((level) => ({ ...level, name: { en: 'x' } }))
  const sections: GivenSections = { tiers: { ...tiers, levels: names } }
  const rules: Rules = [spend, { id: 'visit', kind: 'visit', points: 5, minBaseMinor: 5_000 }]

  test('multiply spend and item points only', () => {
    expect(earned(program({ rules }, sections), {}, 'gold').granted).toBe(130)
    expect(earned(program({ rules }, sections), {}, 'silver').granted).toBe(105)
    expect(earned(program({ rules }, sections), {}, undefined).granted).toBe(105)
  })

  test('count visits from the least base on', () => {
    expect(earned(program({ rules }), { amount: 4_999 }).granted).toBe(49)
    expect(earned(program({ rules }), { amount: 5_000 }).granted).toBe(55)
  })

  test('spread visit points by charge, also over lines that earned nothing', () => {
    const lines = receipt([line(9_000, 'home'), line(1_000, 'gift_card')])
    const excluded = program({
      rules: [{ ...rules[1], points: 10 } as Rules[number]],
      base: { ...base, excludeCategories: ['gift_card'] },
    })
    expect(earned(excluded, lines).points).toEqual([9, 1])
  })
})

describe('rounding', () => {
  test.each([
    ['floor', 2],
    ['half_up', 3],
    ['ceil', 3],
  ] as const)('%s is done once, on the total', (rounding, points) => {
    const lines = receipt([line(50), line(50), line(50), line(50), line(50)])
    expect(earned(program({ rounding }), lines).granted).toBe(points)
  })

  test('is the same whatever the order of lines and, among rules that add up, of rules', () => {
    const rule = fc.record({
      kind: fc.constant('spend' as const),
      points: fc.integer({ min: 1, max: 20 }),
      perMinor: fc.integer({ min: 1, max: 5_000 }),
      wholeSteps: fc.boolean(),
      match: fc.constantFrom({}, { categories: ['a'] }, { categories: ['b'] }, { stores: ['central'] }),
    })
    const rules = fc
      .array(rule, { minLength: 1, maxLength: 5 })
      .map((all) => all.map((one, id) => ({ ...one, id: `r${id}` })))
    const lines = fc.array(fc.tuple(fc.nat(50_000), fc.constantFrom('a', 'b', 'c')), { minLength: 1, maxLength: 6 })
    const mixed = fc.tuple(rules, lines).chain(([given, bought]) =>
      fc.record({
        rules: fc.constant(given as Rules),
        lines: fc.constant(bought),
        otherRules: fc.shuffledSubarray(given as Rules, { minLength: given.length }),
        otherLines: fc.shuffledSubarray(bought, { minLength: bought.length }),
        rounding: fc.constantFrom('floor' as const, 'half_up' as const, 'ceil' as const),
      }),
    )
    const bill = (all: [number, string][]) => receipt(all.map(([amount, category]) => line(amount, category)))
    holds(
      fc.property(mixed, (one) => {
        const { rounding } = one
        const granted = earned(program({ rules: one.rules, stacking: 'sum', rounding }), bill(one.lines))
        const other = earned(program({ rules: one.otherRules, stacking: 'sum', rounding }), bill(one.otherLines))
        expect(other.granted).toBe(granted.granted)
        expect(granted.points.reduce((a, b) => a + b, 0)).toBe(granted.granted)
        expect(granted.because.reduce((a, { points }) => a + points, 0)).toBe(granted.granted)
      }),
    )
  })
})
