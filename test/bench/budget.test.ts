import { describe, expect, test } from 'vitest'
import { readBudget, unitsVerdict, withinBudget } from '../../bench/budget.ts'
import { sizeVerdicts } from '../../bench/bundles.ts'
import { operationsVerdict } from '../../bench/cost.ts'

const award = { requests: 2, writes: 6, reads: 1, index: 0 }

describe('units', () => {
  test('as in the budget pass', () => {
    expect(unitsVerdict('units', { award }, { award })).toMatchObject({ outcome: 'passed', told: '1 as in the budget' })
  })

  test.each([
    ['a request more', { ...award, requests: 3 }],
    ['a write unit more', { ...award, writes: 8 }],
    ['half a read unit less', { ...award, reads: 0.5 }],
    ['an index unit more', { ...award, index: 1 }],
  ])('with %s fail, because less is a change that belongs into the books as well', (_, seen) => {
    expect(unitsVerdict('units', { award: seen }, { award })).toMatchObject({
      outcome: 'failed',
      told: expect.stringContaining('award uses'),
    })
  })

  test('without a budget fail, so that nothing new goes uncounted', () => {
    expect(unitsVerdict('units', { award, gift: award }, { award }).told).toContain('gift has no budget')
  })

  test('of an operation that was not measured fail, so that a case cannot fall away in silence', () => {
    expect(unitsVerdict('units', {}, { award })).toMatchObject({ outcome: 'failed', told: 'award was not measured' })
  })
})

describe('one per cent', () => {
  test('above the budget is the most', () => {
    expect(withinBudget(101, 100)).toBe(true)
    expect(withinBudget(101.1, 100)).toBe(false)
    expect(withinBudget(20, 100)).toBe(true)
  })

  test('more dollars than that fail, for the tables and for everything', () => {
    const budgets = { award: { dynamodb: 3.88, all: 5.41 } }
    const seen = { name: 'award', title: 'Award', dynamodb: 3.88, all: 5.41 }
    expect(operationsVerdict([seen], budgets).outcome).toBe('passed')
    expect(operationsVerdict([{ ...seen, dynamodb: 3.93 }], budgets).outcome).toBe('failed')
    expect(operationsVerdict([{ ...seen, all: 5.48 }], budgets).outcome).toBe('failed')
    expect(operationsVerdict([{ ...seen, name: 'gift' }], budgets).told).toContain('gift has no budget')
  })
})

describe('a bundle', () => {
  const budget = { points: { bytes: 160_000, ceiling: 161_000 } }
  const points = (gzip: number) => ({ points: { bytes: 500_000, gzip, modules: 400 } })

  test.each([
    ['of its budget passes', 160_000, 'passed'],
    ['within 1% and the ceiling passes', 161_000, 'passed'],
    ['above the ceiling fails, although it is within 1%', 161_001, 'failed'],
  ])('%s', (_, gzip, outcome) => {
    expect(sizeVerdicts(points(gzip), budget)).toMatchObject([{ gate: 'bundle of points', outcome }])
  })

  test('more than 1% above its budget fails below the ceiling', () => {
    const roomy = { points: { bytes: 150_000, ceiling: 189_440 } }
    expect(sizeVerdicts(points(151_501), roomy)).toMatchObject([{ outcome: 'failed' }])
  })

  test('that has no budget, and a budget that has no bundle, fail', () => {
    expect(sizeVerdicts(points(1), {})).toMatchObject([{ outcome: 'failed', told: '1 bytes, no budget' }])
    expect(sizeVerdicts({}, budget)).toMatchObject([{ outcome: 'failed', told: 'is not built any more' }])
  })

  test('of the bare client is shown and not judged', () => {
    expect(sizeVerdicts({ 'bare client': { bytes: 9, gzip: 9, modules: 9 } }, {})).toEqual([])
  })
})

describe('budget.json', () => {
  const { bundles, dollars, units } = readBudget()

  test('holds every ceiling above its budget, so that the 1% is the gate and the ceiling the wall', () => {
    for (const [name, { bytes, ceiling }] of Object.entries(bundles)) {
      expect(bytes, name).toBeLessThanOrEqual(ceiling)
    }
  })

  test('has units and dollars of the same operations', () => {
    expect(Object.keys(dollars).sort()).toEqual(Object.keys(units).sort())
  })
})
