/**
 * Takes every guard away, one at a time, and writes docs/guards.md: `npm run guards`. Fails where nobody notices. While a
 * guard is being written, `npm run guards -- --only rewards` judges those alone whose names have the word in them.
 */
import { flagsOf } from '../flags.ts'
import { SOURCE_MUTANTS } from './edits.ts'
import { stageOf } from './host.ts'
import { judge, type Mutant, record, removalsOf, type Verdict } from './mutants.ts'
import { readPage, writePage, writeReport } from './page.ts'

const { only } = flagsOf('usage: npm run guards [-- --only WORDS]', { only: { type: 'string', multiple: true } })
const isChosen = ({ name }: Mutant) => only === undefined || only.some((words) => name.includes(words))
const stage = await stageOf()
const met = await record(stage)
const known = readPage()

async function judgeAll(
  mutants: readonly Mutant[],
  storiesOf: (mutant: Mutant) => readonly string[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const mutant of mutants) {
    const before = known[mutant.name]
    if (!isChosen(mutant)) {
      if (before !== undefined) verdicts.push({ name: mutant.name, story: before })
      continue
    }
    // A new guard comes with a story of its own as a rule, and new stories stand last.
    const stories = before === undefined ? storiesOf(mutant).toReversed() : storiesOf(mutant)
    const verdict = await judge(mutant, stage, { stories, first: before })
    const { name, story, flaw } = verdict
    if (story === undefined) console.log(`${name}: ${flaw ?? 'nobody notices'}`)
    else if (before !== story) console.log(`${name}: ${story}`)
    verdicts.push(verdict)
  }
  return verdicts
}

const wire = await judgeAll(removalsOf([...met.keys()].sort()), (mutant) =>
  'removal' in mutant ? (met.get(mutant.removal.condition) ?? []) : [],
)
const source = await judgeAll(SOURCE_MUTANTS, () => stage.names)
if (only === undefined) {
  writeReport('mutants-wire', wire)
  writeReport('mutants-source', source)
}
writePage(wire, source)
const unnoticed = [...wire, ...source].filter(({ story }) => story === undefined).length
console.log(
  `${stage.names.length} stories, ${wire.length + source.length} guards on the page, ${unnoticed} not noticed`,
)
process.exit(unnoticed === 0 ? 0 : 1)
