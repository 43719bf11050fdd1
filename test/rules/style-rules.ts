/** House style as far as a machine can see it: sizes, names, what enters from outside, and what must not be left behind. */
import { placeOf } from './rooms.ts'
import type { Finding, Rule } from './rule.ts'
import { functionsOf, isCode, lineAt, type Source, type Tree } from './source.ts'

type Where = (source: Source) => boolean

/** Every place where the pattern fits, in the code or, for `text`, anywhere. */
function places(pattern: RegExp, where: Where, part: 'code' | 'text' = 'code') {
  return (tree: Tree): Finding[] =>
    tree.filter(where).flatMap((source) =>
      [...source[part].matchAll(new RegExp(pattern, `${pattern.flags.replace('g', '')}g`))].map((match) => ({
        path: source.path,
        line: lineAt(source, match.index),
        what: `\`${source.text
          .slice(match.index, match.index + match[0].length)
          .trim()
          .slice(0, 60)}\``,
      })),
    )
}

const inCode: Where = ({ path }) => isCode(path)
const inTests: Where = ({ path }) => isCode(path) && path.startsWith('test/')
const inFunctions: Where = ({ path }) => isCode(path) && path.startsWith('functions/')
const isTest: Where = ({ path }) => path.endsWith('.test.ts')

/** Where time, chance and environment may not enter: all of a capability, and shared values. */
const isInside: Where = (source) => {
  const { room, capability } = placeOf(source)
  return capability !== undefined || room === 'shared'
}
const isPure: Where = (source) => ['noun', 'schema', 'events', 'shared'].includes(placeOf(source).room)

export const purityRules: readonly Rule[] = [
  {
    name: 'time, chance and environment enter a capability only through ctx',
    why: 'A rule that looks at the clock itself cannot be tested at midnight, repeated after a lost race, or simulated.',
    instead: 'Use ctx.now, ctx.elapsed(), ctx.newId and ctx.random, or take the value as a parameter.',
    find: places(
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bprocess\.env\b|\bperformance\.now\b|\brandom(?:UUID|Int|Bytes)\b|\bTemporal\.Now\b/,
      isInside,
    ),
    broken: [
      { 'functions/points/lots.ts': 'export const now = () => Date.now()\n' },
      { 'functions/points/store.ts': 'const at = new Date()\n' },
      { 'functions/members/enrol.ts': 'const serial = Math.random()\n' },
      { 'functions/program/schema.ts': 'const zone = process.env.TZ\n' },
      { 'functions/shared/dates.ts': 'const today = Temporal.Now.plainDateISO()\n' },
    ],
    kept: [
      { 'functions/shared/dates.ts': 'const text = (at: number) => new Date(at).toISOString() // not Date.now\n' },
    ],
  },
  {
    name: 'rules, schemas, events and shared values do not wait',
    why: 'What waits does I/O, and what does I/O cannot be run a thousand times in a test or twice in a quote.',
    instead: 'Load in the verb, decide here.',
    find: places(/\basync\b|\bawait\b|\bfetch\(|\bnew Promise\b/, isPure),
    broken: [
      { 'functions/points/lots.ts': 'export async function credit() {}\n' },
      { 'functions/points/row-schema.ts': 'const row = await read()\n' },
    ],
    kept: [
      { 'functions/points/award.ts': "import { command } from '../platform/command.ts'\nasync function run() {}\n" },
    ],
  },
  {
    name: 'functions/ write no console',
    why: 'A log line is one JSON object of allow-listed fields; console writes whatever it is given, people included.',
    instead: 'Use ctx.log.',
    find: places(/\bconsole\./, inFunctions),
    broken: [{ 'functions/points/award.ts': 'console.log(member)\n' }],
    kept: [{ 'local/start.ts': 'console.log(1)\n' }, { 'functions/points/award.ts': '// console.log is not used\n' }],
  },
]

const FUNCTION_LINES = 60
const FILE_LINES = 300
const TEST_FILE_LINES = 400
const PARAMETERS = 3

function linesOf({ text }: Source): number {
  return text.replace(/\n$/, '').split('\n').length
}

function overLong(source: Source): Finding[] {
  const most = source.path.startsWith('test/') ? TEST_FILE_LINES : FILE_LINES
  const lines = linesOf(source)
  return lines > most ? [{ path: source.path, line: most + 1, what: `${lines} lines of at most ${most}` }] : []
}

/** In tests a row of a table has as many columns as it needs, and a `describe` is a chapter and no function. */
function overBudget(source: Source): Finding[] {
  const parametersMax = inTests(source) ? Number.POSITIVE_INFINITY : PARAMETERS
  return functionsOf(source).flatMap(({ line, lines, parameters, before }) => {
    const isChapter = isTest(source) && /\bdescribe\b/.test(before)
    return [
      ...(lines > FUNCTION_LINES && !isChapter ? [`a function of ${lines} lines, at most ${FUNCTION_LINES}`] : []),
      ...(parameters > parametersMax ? [`${parameters} parameters, at most ${PARAMETERS}`] : []),
    ].map((what) => ({ path: source.path, line, what }))
  })
}

export const sizeRules: readonly Rule[] = [
  {
    name: `a file has at most ${FILE_LINES} lines, one of the tests ${TEST_FILE_LINES}`,
    why: 'A file is read whole or not at all.',
    instead: 'Split it by what it talks about, not by kind.',
    find: (tree) => tree.filter(inCode).flatMap(overLong),
    broken: [
      { 'functions/points/store.ts': '\n'.repeat(FILE_LINES + 1) },
      { 'test/functions/points/store.table.test.ts': '\n'.repeat(TEST_FILE_LINES + 1) },
    ],
    kept: [{ 'functions/points/store.ts': '\n'.repeat(FILE_LINES) }],
  },
  {
    name: `a function has at most ${FUNCTION_LINES} lines and, but in tests, ${PARAMETERS} parameters`,
    why: 'Beyond that nobody holds it in mind, and the fourth argument is given in the wrong place.',
    instead: 'Give a step a name of its own; take an object instead of a fourth parameter.',
    find: (tree) => tree.filter(inCode).flatMap(overBudget),
    broken: [
      { 'functions/points/lots.ts': `export function long() {\n${'  step()\n'.repeat(FUNCTION_LINES)}}\n` },
      { 'functions/points/lots.ts': `const long = async () => {\n${'  step()\n'.repeat(FUNCTION_LINES)}}\n` },
      {
        'functions/points/lots.ts': `class A {\n  async run(): Promise<{ a: 1 }> {\n${'    step()\n'.repeat(FUNCTION_LINES)}  }\n}\n`,
      },
      { 'functions/points/lots.ts': 'function four(a: Map<string, number>, b: 1, c: () => void, d = 4) {}\n' },
      { 'functions/points/lots.ts': 'const four = (a: 1, b: 2, c: 3, { d }: { d: 4 }) => a\n' },
    ],
    kept: [
      {
        'functions/points/lots.ts': 'function three(a: Map<string, [1, 2]>, { b, c }: { b: 1; c: 2 }, d: () => 1) {}\n',
      },
      { 'test/support/api.ts': 'export function four(a: 1, b: 2, c: 3, d: 4): void {}\n' },
      { 'test/a.test.ts': `describe('x', () => {\n${'  step()\n'.repeat(FUNCTION_LINES)}})\n` },
    ],
  },
]

const KEBAB = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.(table|api|worker))?(\.(test|config))?\.[a-z]+$/
const GRAB_BAGS = ['utils', 'util', 'helpers', 'helper', 'common', 'lib', 'types', 'misc']

export const nameRules: readonly Rule[] = [
  {
    name: 'source files are kebab-case',
    why: 'One spelling; some file systems cannot tell two apart.',
    instead: 'Rename it: verbs for deeds, nouns for rules, `a-b.ts`.',
    find: (tree) =>
      tree
        .filter((source) => inCode(source) && !KEBAB.test(source.path.split('/').at(-1) ?? ''))
        .map(({ path }) => ({ path, line: 1, what: 'is not kebab-case' })),
    broken: [{ 'functions/points/getAccount.ts': '' }, { 'test/Api.test.ts': '' }, { 'infra/app_stack.ts': '' }],
    kept: [{ 'test/functions/points/get-account.api.test.ts': '', 'vitest.config.ts': '' }],
  },
  {
    name: `no folder is called ${GRAB_BAGS.join(', ')}`,
    why: 'Such a name says nothing about what belongs there, so everything ends up there.',
    instead:
      'Put the code with the capability it serves; values without I/O that several need go into functions/shared/.',
    find: (tree) =>
      tree
        .filter(({ path }) =>
          path
            .split('/')
            .slice(0, -1)
            .some((folder) => GRAB_BAGS.includes(folder)),
        )
        .map(({ path }) => ({ path, line: 1, what: 'lies in a grab bag' })),
    broken: [{ 'functions/utils/x.ts': '' }, { 'test/helpers/x.ts': '' }, { 'local/lib/x.mjs': '' }],
  },
  {
    name: 'a source file opens with what it is for; of a test the names say it',
    why: 'Who opens it should know in three lines whether to read on, and which rule it protects.',
    instead: 'Begin with one to three sentences in a comment.',
    find: (tree) =>
      tree
        .filter((source) => inCode(source) && !isTest(source) && !/^(#![^\n]*\n)?(\/\*\*|\/\/ )/.test(source.text))
        .map(({ path }) => ({ path, line: 1, what: 'begins without a comment' })),
    broken: [{ 'functions/points/lots.ts': 'export const a = 1\n' }],
    kept: [{ 'docs/verify-proof.mjs': '// Checks.\n' }],
  },
]

export const languageRules: readonly Rule[] = [
  {
    name: 'no `any` in the product, and elsewhere only with a reason on the line before',
    why: 'One any switches the compiler off for everything that touches it.',
    instead: 'Use unknown and parse it, or a generic; a cast lives in a named function that says why it is safe.',
    find: (tree) =>
      places(
        /(?<=[:<|&(]\s?|\bas\s|=>\s|<[^<>()]*,\s)any\b(?=\s*(?:[,;>)={]|\|(?!\|)|&(?!&)|\[\]|$))/m,
        inCode,
      )(tree).filter(({ path, line }) => {
        const before = tree.find((source) => source.path === path)?.text.split('\n')[line - 2] ?? ''
        return (
          /^(functions|infra|local)\//.test(path) || !/biome-ignore lint\/suspicious\/noExplicitAny: \S/.test(before)
        )
      }),
    broken: [
      { 'functions/points/lots.ts': 'export const a: any = 1\n' },
      { 'local/start.ts': '// biome-ignore lint/suspicious/noExplicitAny: quick\nconst a = b as any\n' },
      { 'test/support/api.ts': 'const a: Record<string, any> = {}\n' },
      { 'test/support/api.ts': 'function a(b: any[], c: 1): any {}\n' },
    ],
    kept: [
      { 'test/support/api.ts': '// biome-ignore lint/suspicious/noExplicitAny: read freely\nconst body: any = 1\n' },
      { 'functions/points/lots.ts': "const any = 'any' // any\nconst all = (any || b) ? [every, any] : any.length\n" },
    ],
  },
  {
    name: 'no non-null `!`',
    why: 'It is a promise to the compiler that nobody keeps watch over.',
    instead: 'Handle the undefined, or throw with the name of what is missing.',
    find: places(/[\w$)\]]!(?![=\w])/, inCode),
    broken: [
      { 'functions/points/lots.ts': 'const first = list[0]!\n' },
      { 'test/a.test.ts': 'const id = find(x)!.id\n' },
      { 'infra/app.ts': 'class A {\n  b!: string\n}\n' },
    ],
    kept: [{ 'functions/points/lots.ts': "const a = b !== c && !d && 'e!' !== f\n" }],
  },
  {
    name: 'no default exports but in config files',
    why: 'A default export has another name in every file that imports it.',
    instead: 'Export it by its name.',
    find: places(
      /\bexport\s+default\b|\bas default\b/,
      (source) => inCode(source) && !/\.config\.ts$/.test(source.path),
    ),
    broken: [{ 'functions/points/lots.ts': 'export default 1\n' }, { 'local/a.mjs': 'export { a as default }\n' }],
    kept: [{ 'vitest.config.ts': 'export default 1\n' }],
  },
  {
    name: "zod is imported as `import * as z from 'zod'`",
    why: 'The named import keeps every locale in the bundle: 204 KB instead of 141.',
    instead: "Write import * as z from 'zod', or import type * as z.",
    find: places(/\bimport\s+(type\s+)?(\{[^}]*\}|\w+)\s*from\s*'zod'/, inCode, 'text'),
    broken: [
      { 'functions/points/schema.ts': "import { z } fr\u006fm 'zod'\n" },
      { 'functions/points/schema.ts': "import z fr\u006fm 'zod'\n" },
    ],
    kept: [{ 'functions/points/schema.ts': "import type * as z from 'zod'\n" }],
  },
]

export { inCode, inTests, isTest, places }
