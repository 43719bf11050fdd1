import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readBudget } from '../../bench/budget.ts'
import { CASE_NAMES } from '../../bench/cases.ts'
import { table } from '../../bench/markdown.ts'
import { pageOf } from '../../bench/page.ts'
import { readPrices } from '../../bench/prices.ts'
import { readResults } from '../../bench/results.ts'

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'costs.md'), 'utf8')
const results = readResults()

describe('docs/costs.md', () => {
  test('is made of bench/results.json and of nothing else, so that no figure in it is made up', () => {
    expect(PAGE).toBe(pageOf(results, readPrices(), readBudget()))
  })

  test('has the figures of every case', () => {
    expect(Object.keys(results).sort()).toEqual([...CASE_NAMES, 'cost'].sort())
  })

  test('leaves out what was not measured', () => {
    const page = pageOf({}, readPrices(), readBudget())
    expect(page).toContain('## Prices')
    expect(page).not.toContain('## Units per operation')
    expect(page).not.toContain('undefined')
  })

  test('tells the units that are in the budget, so that page and gate cannot part', () => {
    const measured = Object.fromEntries(
      (results.units?.figures.operations ?? []).map(({ name, units }) => [name, units]),
    )
    expect(measured).toEqual(readBudget().units)
  })
})

test('a table has numbers on the right and words on the left', () => {
  expect(
    table(
      ['a', 'b'],
      [
        ['x', '1,024'],
        ['y', ''],
      ],
    ),
  ).toBe('| a | b |\n| --- | ---: |\n| x | 1,024 |\n| y |  |')
})
