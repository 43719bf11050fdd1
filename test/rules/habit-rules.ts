/** Habits that keep the tests honest and the repository portable. */
import type { Finding, Rule } from './rule.ts'
import { importsOf, lineAt, type Source, type Tree } from './source.ts'
import { inTests, isTest, places } from './style-rules.ts'

const TEST_HEAD = /(?<=^|\n)\s*(?:test|it)\b(?:\.\w+)*\s*\(/g

type Case = { readonly line: number; readonly body: string }

/** Each test from its head to the next one. */
function casesOf(source: Source): Case[] {
  const heads = [...source.code.matchAll(TEST_HEAD)].map((match) => match.index)
  return heads.map((start, index) => ({
    line: lineAt(source, start + (/^\s*/.exec(source.code.slice(start))?.[0].length ?? 0)),
    body: source.code.slice(start, heads[index + 1]),
  }))
}

/** What of this file and of the test files that it imports expects something, or is made of what does. */
function expectingNames(source: Source, tree: Tree): string[] {
  const names = importsOf(source).flatMap((imported) => {
    const target = tree.find((candidate) => candidate.path === imported.path && inTests(candidate))
    return target && EXPECTS.test(target.code) ? imported.names : []
  })
  for (const match of source.code.matchAll(/\b(?:function|const|let)\s+(\w+)/g)) {
    const [body = ''] = source.code.slice(match.index).split(/\n(?=[^\s})\]])/)
    if (EXPECTS.test(body) || mentions(body, names)) names.push(match[1] ?? '')
  }
  return names
}

function mentions(code: string, names: readonly string[]): boolean {
  return names.length > 0 && new RegExp(`\\b(?:${names.join('|')})\\b`).test(code)
}

const EXPECTS = /\bexpect\s*[(.]|\bexpectTypeOf\b|\bassert\s*[(.]/

function withoutExpectation(source: Source, tree: Tree): Finding[] {
  const names = expectingNames(source, tree)
  return casesOf(source)
    .filter(({ body }) => !EXPECTS.test(body) && !mentions(body, names))
    .map(({ line }) => ({ path: source.path, line, what: 'a test that expects nothing' }))
}

export const testRules: readonly Rule[] = [
  {
    name: 'every test expects something',
    why: 'A test without an expectation is green whatever happens.',
    instead: 'Say what must be true afterwards, in the test or in a function of the test files that it calls.',
    find: (tree) => tree.filter(isTest).flatMap((source) => withoutExpectation(source, tree)),
    broken: [
      { 'test/a.test.ts': "test('x', () => {\n  run()\n})\ntest('y', () => {\n  expect(1).toBe(1)\n})\n" },
      { 'test/a.test.ts': "test.each([1])('x', (a) => {\n  console.log('expect(a)', a)\n})\n" },
    ],
    kept: [
      {
        'test/a.test.ts': "import { same } from './support/same.ts'\ntest('x', () => {\n  same(1)\n})\n",
        'test/support/same.ts': 'export const same = (a: unknown) => expect(a).toBe(1)\n',
      },
      {
        'test/a.test.ts': "import { Checker } from './b.ts'\nlet checker: Checker\ntest('x', () => checker.check())\n",
        'test/b.ts': 'export class Checker {\n  check() {\n    expect(1).toBe(1)\n  }\n}\n',
      },
      { 'test/a.test.ts': "function same() {\n  expect(1).toBe(1)\n}\ntest('x', () => {\n  same()\n})\n" },
    ],
  },
  {
    name: 'no test is skipped, alone, or yet to be written',
    why: 'What is skipped is not known to work, and what runs alone hides the rest.',
    instead: 'Mend it, or delete it and say so.',
    find: places(
      /\b(?:describe|test|it)(?:\.\w+)*\.(?:skip|only|todo|skipIf|runIf|fails)\b|\bx(?:it|test|describe)\(/,
      isTest,
    ),
    broken: [
      { 'test/a.test.ts': "test.skip('x', () => {})\n" },
      { 'test/a.test.ts': "describe.only('x', () => {})\n" },
      { 'test/a.test.ts': "test.todo('x')\n" },
      { 'test/a.test.ts': "xit('x', () => {})\n" },
    ],
    kept: [{ 'test/a.test.ts': "test('finds test.skip in a text', () => {\n  expect('test.skip(').toBe(1)\n})\n" }],
  },
  {
    name: 'tests do not sleep',
    why: 'A sleep is too short on a busy machine and too long on every other.',
    instead: 'Move the clock of the test, or await what must happen.',
    find: (tree) => [
      ...places(/\bset(?:Timeout|Interval)\b|\bsleep\(|\bAtomics\.wait\b/, inTests)(tree),
      ...tree.filter(inTests).flatMap((source) =>
        importsOf(source)
          .filter(({ specifier }) => /^(node:)?timers/.test(specifier))
          .map(({ line, specifier }) => ({ path: source.path, line, what: `imports ${specifier}` })),
      ),
    ],
    broken: [
      { 'test/a.test.ts': 'await new Promise((done) => setTimeout(done, 10))\n' },
      { 'test/support/a.ts': "import { setTimeout as pause } from 'node:timers/promises'\n" },
    ],
    kept: [{ 'local/engine.ts': 'setTimeout(done, 10)\n' }],
  },
  {
    name: 'no snapshots',
    why: 'A snapshot says what was, not what must be, and is updated without being read.',
    instead: 'Expect the fields that matter.',
    find: places(/\.toMatch(?:Inline|File)?Snapshot\b|\.toThrowErrorMatching\w*Snapshot\b/, inTests),
    broken: [
      { 'test/a.test.ts': 'expect(a).toMatchSnapshot()\n' },
      { 'test/a.test.ts': 'expect(a).toMatchInlineSnapshot()\n' },
    ],
  },
]

const anywhere = () => true
/** Lock files name packages by their thousands, some of which are called like a place. */
const isWritten = ({ path }: Source) => path !== 'package-lock.json'

export const repositoryRules: readonly Rule[] = [
  {
    name: 'nothing is left for later in a comment',
    why: 'Whoever comes later does not look for it; what is not built is said in docs/decisions.',
    instead: 'Do it, or leave it out.',
    find: places(/\b(?:T[O]DO|F[I]XME|X{3}|HA[C]K)\b/, isWritten, 'text'),
    broken: [
      { 'functions/points/lots.ts': '// \u0054ODO: round\n' },
      { 'README.md': '\u0046IXME\n' },
      { 'infra/app.ts': '/* \u0058XX */\n' },
    ],
  },
  {
    name: 'no file names a place of somebody’s machine or the host of a registry',
    why: 'It works on one machine only, and tells the others how that one looks.',
    instead: 'Use a path from the root of the project, and leave registries to the configuration of whoever installs.',
    find: places(
      /(?<![\w.:/])\/(?:home|Users|root|work|workspace|mnt|private)\/[\w.-]+|\b[A-Z]:\\\\?Users\b|https?:\/\/[\w.-]*(?:registry|npmjs|yarnpkg|artifactory|nexus|verdaccio|codeartifact)[\w.-]*|\bfile:\/\/\/\w/,
      anywhere,
      'text',
    ),
    broken: [
      { 'README.md': 'see \u002fhome/ann/revisit\n' },
      { 'local/start.ts': "const a = '\u002fUsers/ann'\n" },
      { 'package-lock.json': '"resolved": "https:\u002f/packages.verdaccio.example/zod"\n' },
      { '.npmrc': 'registry=https:\u002f/packages.nexus.example.com\n' },
    ],
    kept: [{ 'docs/api.md': 'GET /v1/members/home\n' }],
  },
  {
    name: 'no decision, code or document mentions what only its makers had in hand',
    why: 'The project is read by people who have the project and nothing else.',
    instead: 'Say what was meant, here.',
    find: places(
      /\.\.\/shared\/design|\b(?:architecture|ledger|quality|toolchain|product|web|models)\.md\b/,
      isWritten,
      'text',
    ),
    broken: [{ 'README.md': 'as quality\u002emd says\n' }],
  },
]
