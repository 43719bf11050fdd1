/** Takes every guard away, one at a time, and writes docs/guards.md: `npm run guards`. Fails where nobody notices. */
import { flagsOf } from '../flags.ts'
import { SOURCE_MUTANTS } from './edits.ts'
import { stageOf } from './host.ts'
import { judge, type Mutant, record, removalsOf, type Verdict } from './mutants.ts'
import { readPage, writePage, writeReport } from './page.ts'

flagsOf('usage: npm run guards', {})
const stage = await stageOf()
const met = await record(stage)
const known = readPage()

async function judgeAll(
  mutants: readonly Mutant[],
  storiesOf: (mutant: Mutant) => readonly string[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const mutant of mutants) {
    const verdict = await judge(mutant, stage, { stories: storiesOf(mutant), first: known[mutant.name] })
    const { name, story, flaw } = verdict
    if (story === undefined) console.log(`${name}: ${flaw ?? 'nobody notices'}`)
    else if (known[name] !== story) console.log(`${name}: ${story}`)
    verdicts.push(verdict)
  }
  return verdicts
}

const wire = await judgeAll(removalsOf([...met.keys()].sort()), (mutant) =>
  'removal' in mutant ? (met.get(mutant.removal.condition) ?? []) : [],
)
const source = await judgeAll(SOURCE_MUTANTS, () => stage.names)
writeReport('mutants-wire', wire)
writeReport('mutants-source', source)
writePage(wire, source)
const unnoticed = [...wire, ...source].filter(({ story }) => story === undefined).length
console.log(`${stage.names.length} stories, ${wire.length + source.length} guards taken away, ${unnoticed} not noticed`)
process.exit(unnoticed === 0 ? 0 : 1)
