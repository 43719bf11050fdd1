/**
 * The rules of the house, checked on every source file: who may import whom, what is pure, how large things grow, what is
 * not left behind. A message says the rule, the places, the reason and what to do; each rule is itself tried on trees that break it.
 */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryRules, testRules } from './rules/habit-rules.ts'
import { borderRule, circleRule, directionRule, modelRule, placeRule, roomRules } from './rules/import-rules.ts'
import { CAPABILITIES, placeOf } from './rules/rooms.ts'
import { lesson, type Rule } from './rules/rule.ts'
import { functionsOf, importsOf, masked, readTree, treeOf } from './rules/source.ts'
import { languageRules, nameRules, purityRules, sizeRules } from './rules/style-rules.ts'

const RULES: readonly Rule[] = [
  placeRule,
  directionRule,
  borderRule,
  circleRule,
  modelRule,
  ...roomRules,
  ...purityRules,
  ...sizeRules,
  ...nameRules,
  ...languageRules,
  ...testRules,
  ...repositoryRules,
]

const TREE = readTree(join(import.meta.dirname, '..'))
const BREACHES = RULES.flatMap((rule) =>
  rule.broken.map((files, index) => ({ name: `${rule.name} (${index + 1})`, rule, files })),
)
const KEPT = RULES.flatMap((rule) =>
  (rule.kept ?? []).map((files, index) => ({ name: `${rule.name} (${index + 1})`, rule, files })),
)

describe('the house keeps its rules', () => {
  test.each(RULES)('$name', (rule) => {
    expect(lesson(rule, TREE)).toBe('')
  })

  test('looks at the sources that are there, so that an empty tree cannot pass', () => {
    const paths = TREE.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining(['functions/points/award.ts', 'infra/app.ts', 'test/architecture.test.ts']),
    )
    for (const capability of CAPABILITIES) {
      const rooms = TREE.filter(({ path }) => path.startsWith(`functions/${capability}/`)).map(
        (file) => placeOf(file).room,
      )
      for (const room of ['schema', 'noun', 'verb', 'store', 'routes']) expect(rooms, capability).toContain(room)
    }
  })
})

describe('a rule that is broken is found', () => {
  test.each(BREACHES)('$name', ({ rule, files }) => {
    const message = lesson(rule, treeOf(files))
    expect(message).toContain(`Rule: ${rule.name}.`)
    expect(message).toContain(rule.why)
    expect(message).toContain(rule.instead)
    expect(Object.keys(files).some((path) => message.includes(`  ${path}:`))).toBe(true)
  })

  test.each(KEPT)('and not where it is kept: $name', ({ rule, files }) => {
    expect(lesson(rule, treeOf(files))).toBe('')
  })

  test('no rule is without a tree that breaks it', () => {
    expect(RULES.filter(({ broken }) => broken.length === 0)).toEqual([])
  })
})

describe('sources are read as code', () => {
  const tick = '`'
  test.each([
    ["const a = 'x // y' // z", "const a = '      '     "],
    [
      `const a = ${tick}x $\{b ? ${tick}c${tick} : "d"} y${tick} + e`,
      `const a = ${tick}  $\{b ? ${tick} ${tick} : " "}  ${tick} + e`,
    ],
    ["const a = b / c / d + /'[/]/.source", 'const a = b / c / d + /    /.source'],
    ['/*\n"b */ c', '  \n      c'],
    ["const a = '\\''; b('c')", "const a = '  '; b(' ')"],
    ['return /x/.test("}") }', 'return / /.test(" ") }'],
  ])('%s', (text, code) => {
    expect(masked(text)).toBe(code)
  })

  test('imports of every spelling are seen, with their names', () => {
    const text = [
      "import * as z from 'zod'",
      "import { a, type B as C } from './b.ts'",
      "import type { D } from '../d.ts'",
      "import { type E } from './e.ts'",
      "export { f } from './f.ts'",
      "import './g.ts'",
      "const h = await import('./h.ts')",
    ].join('\n')
    const [source] = treeOf({ 'functions/points/x.ts': text })
    const seen = (source ? importsOf(source) : []).map(({ path, specifier, names, isType, line }) => [
      path ?? specifier,
      names.join(),
      isType,
      line,
    ])
    expect(seen).toEqual([
      ['zod', '*', false, 1],
      ['functions/points/b.ts', 'a,B', false, 2],
      ['functions/d.ts', 'D', true, 3],
      ['functions/points/e.ts', 'E', true, 4],
      ['functions/points/f.ts', 'f', false, 5],
      ['functions/points/g.ts', '', false, 6],
      ['functions/points/h.ts', '', false, 7],
    ])
  })

  test('functions of every spelling are measured', () => {
    const text = [
      'export async function one(a: 1): Promise<{ b: 2 }> {',
      '}',
      'const two = <T>(a: T, b: () => void): T => {',
      '}',
      'class Three extends Map<string, number> {',
      '  #four(a: 1, b: 2, c: 3) {',
      '  }',
      '  static async five({ a, b }: { a: 1; b: 2 }): Promise<void> {',
      '  }',
      '}',
      'if (two(1, () => 2)) {',
      '}',
    ].join('\n')
    const [source] = treeOf({ 'functions/points/x.ts': text })
    const seen = (source ? functionsOf(source) : []).map(({ line, lines, parameters }) => [line, lines, parameters])
    expect(seen).toEqual([
      [1, 2, 1],
      [3, 2, 2],
      [3, 1, 0],
      [6, 2, 3],
      [8, 2, 1],
      [11, 1, 0],
    ])
  })
})
