/**
 * The page that lists every guard beside the story that notices when it is gone. What stood there the last time is tried
 * first, so that a run is quick while nothing has changed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from './mutants.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const PAGE = join(ROOT, 'docs', 'guards.md')
const REPORTS = join(ROOT, 'test', 'proof', 'out')

/** The story by the name of the mutant. */
export type Noticed = Readonly<Record<string, string>>

export function readPage(): Noticed {
  const rows = readFileSync(PAGE, 'utf8').matchAll(/^\| (?<name>.+) \| (?<story>[^|]+) \|$/gm)
  return Object.fromEntries(
    [...rows]
      .map(({ groups = {} }) => [unescaped(groups.name ?? ''), groups.story ?? ''])
      .filter(([, story]) => !/^(---|Story)/.test(story ?? '')),
  )
}

const INTRODUCTION = `# Guards

Every condition of a write and every check that protects points, and the story that notices when it is taken away. This
page is written by \`npm run guards\`, which takes each guard away, one at a time, tells the stories of
\`test/proof/mutation/\` until one of them fails, and fails itself if none does. A guard that nobody would miss does not
belong in the product. Whether this page is still true is part of \`npm test\` (the conditions of transactions and every
twelfth check) and of \`npm run prove\` (all).
`

export function writePage(wire: readonly Verdict[], source: readonly Verdict[]): void {
  const text = [
    INTRODUCTION,
    `## Conditions of writes\n\nTaken out of the request on its way to the table: ${wire.length}.\n`,
    tableOf(wire),
    `\n## Checks in the source\n\nTaken out of the source before it is bundled: ${source.length}.\n`,
    tableOf(source),
    '',
  ]
  writeFileSync(PAGE, text.join('\n'))
}

function tableOf(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ name, story = 'nobody notices' }) => `| ${escaped(name)} | ${story} |`)
  return ['| Guard | Story |', '|---|---|', ...rows].join('\n')
}

function escaped(name: string): string {
  return name.replaceAll('|', '\\|')
}

function unescaped(name: string): string {
  return name.replaceAll('\\|', '|')
}

/** What each story saw, for whoever adds the parts of a proof up or wants to look closer. */
export function writeReport(part: 'mutants-wire' | 'mutants-source', verdicts: readonly Verdict[]): void {
  const died = verdicts.filter(({ story }) => story !== undefined).length
  mkdirSync(REPORTS, { recursive: true })
  const content = { part, mutants: verdicts.length, died, survived: verdicts.length - died, verdicts }
  writeFileSync(join(REPORTS, `${part}.json`), `${JSON.stringify(content, null, 1)}\n`)
  console.info(`${part}: ${verdicts.length} guards taken away, ${died} missed by a story`)
}
