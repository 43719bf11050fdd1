import { beforeAll, describe, expect, test } from 'vitest'
import { DEPTH } from '../depth.ts'
import { partsOf } from './condition.ts'
import { type Stage, stageOf } from './host.ts'
import { judge, type Recording, record, removalsOf, type Verdict } from './mutants.ts'
import { readPage, writeReport } from './page.ts'
import { allSpelled, spelledIn } from './sources.ts'

const page = readPage()
let stage: Stage
let met: Recording
beforeAll(async () => {
  stage = await stageOf()
  met = await record(stage)
}, 300_000)

describe('conditions of writes', () => {
  test('that the sources spell out are all met by a story, and none is met that they do not', () => {
    const expressions = [...met.keys()].map((condition) => condition.slice(condition.indexOf(': ') + 2))
    const spelled = allSpelled()
    const unmet = spelled.filter(({ pattern }) => !expressions.some((expression) => pattern.test(expression)))
    expect(unmet.map(({ place, text }) => `${place} ${text}`)).toEqual([])
    expect(expressions.filter((expression) => !spelled.some(({ pattern }) => pattern.test(expression)))).toEqual([])
  })

  test('are each missed by a story when they are taken out of the request, whole or in part', async () => {
    const all = removalsOf([...met.keys()].sort())
    const chosen = all.filter(({ name }) => DEPTH.name !== 'quick' || isWholeOfTransaction(name))
    const verdicts: Verdict[] = []
    for (const mutant of chosen) {
      const stories = met.get(mutant.removal.condition) ?? []
      verdicts.push(await judge(mutant, stage, { stories, first: page[mutant.name] }))
    }
    writeReport('mutants-wire', verdicts)
    expect(flat(verdicts)).toEqual(expected(chosen.map(({ name }) => name)))
  }, 600_000)

  test('are all on the page', () => {
    const names = removalsOf([...met.keys()]).map(({ name }) => name)
    expect(
      Object.keys(page)
        .filter((name) => name.startsWith('without '))
        .sort(),
    ).toEqual(names.sort())
  })
})

/** What must hold in every run, however short. */
function isWholeOfTransaction(name: string): boolean {
  return / transaction /.test(name) && !name.startsWith('without `')
}

function flat(verdicts: readonly Verdict[]): string[] {
  return verdicts.map(({ name, story, flaw }) => `${name}: ${flaw ?? story ?? 'nobody notices'}`)
}

/** As the page has it; `npm run guards` writes it anew. */
function expected(names: readonly string[]): string[] {
  return names.map((name) => `${name}: ${page[name] ?? 'is not on the page'}`)
}

describe('the parts of a condition', () => {
  test('are what AND or OR joins outside of brackets', () => {
    expect(partsOf('v = :v AND s IN (:s0, :s1)')).toEqual({ parts: ['v = :v', 's IN (:s0, :s1)'], joint: 'AND' })
    expect(partsOf('a = :a OR (b = :b AND c = :c)')).toEqual({ parts: ['a = :a', '(b = :b AND c = :c)'], joint: 'OR' })
  })

  test('are refused where their meaning is not plain, so that no part is taken away by accident', () => {
    expect(() => partsOf('a = :a AND b = :b OR c = :c')).toThrow('brackets')
    expect(() => partsOf('a BETWEEN :a AND :b')).toThrow('two meanings')
  })
})

describe('a condition in the sources', () => {
  test('is found with each text that it may have', () => {
    const source = `{ ConditionExpression: 'a = :a' }, { ConditionExpression: \`b IN (\${names}) AND \${n ? 'c' : 'd'}\` }`
    expect(spelledIn(source, 'x.ts').map(({ text }) => text)).toEqual([
      'a = :a',
      `b IN (\${names}) AND c`,
      `b IN (\${names}) AND d`,
    ])
  })

  test('must be written out, so that it can be compared', () => {
    expect(() => spelledIn('{ ConditionExpression: text }', 'x.ts')).toThrow('x.ts:1')
  })
})
