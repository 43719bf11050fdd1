/**
 * `npm run bench`: measures what the product costs and how fast it is, and fails where a budget is broken. Counts are exact;
 * no gate is a bare time.
 */
import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { readBudget } from './budget.ts'
import { CASES, type CaseName } from './cases.ts'
import { costs } from './cost.ts'
import { circumstances } from './machine.ts'
import { type Options, optionsOf, USAGE, UsageError } from './options.ts'
import { pageOf } from './page.ts'
import { readPrices, withoutPlatformLog } from './prices.ts'
import { type Findings, summary, Verdict, verdict, verdictLine } from './report.ts'
import { Results, readResults, writeResults } from './results.ts'

const PAGE = join(import.meta.dirname, '..', 'docs', 'costs.md')

const Sent = z.object({ results: z.unknown(), verdicts: z.array(Verdict) })

async function bench({ gatesOnly, names }: Options): Promise<number> {
  let results = readResults()
  const verdicts: Verdict[] = []
  const note = (found: readonly Verdict[]) => {
    for (const one of found) console.log(verdictLine(one))
    verdicts.push(...found)
  }
  for (const [index, name] of names.entries()) {
    console.log(`\n[${index + 1}/${names.length}] ${name}: ${CASES[name].title}`)
    const started = performance.now()
    const found = await inOwnProcess(name, gatesOnly)
    if ('error' in found) note([verdict(name, false, found.error)])
    else {
      results = kept(results, { gatesOnly, name, figures: found.results })
      note(found.verdicts)
    }
    console.log(`  ${((performance.now() - started) / 1_000).toFixed(0)} s`)
  }
  const { units, template, jobs } = results
  if (units && template && jobs) {
    console.log('\nDollars, from the units above and the prices in bench/prices.json')
    const { functions, quietFunctions } = template.figures
    const prices = quietFunctions === functions ? withoutPlatformLog(readPrices()) : readPrices()
    const known = { prices, units: units.figures, template: template.figures, jobs: jobs.figures }
    const priced = costs(known, readBudget(), (line) => console.log(`  ${line}`))
    note(priced.verdicts)
    results = kept(results, { gatesOnly, name: 'cost', figures: priced.results })
  }
  if (!gatesOnly) {
    writeFileSync(PAGE, pageOf(readResults(), readPrices(), readBudget()))
    console.log('\nfigures are in bench/results.json, and docs/costs.md is made of them')
  }
  console.log(`\n${summary(verdicts)}`)
  return verdicts.some(({ outcome }) => outcome === 'failed') ? 1 : 0
}

type Measured = {
  readonly gatesOnly: boolean
  readonly name: CaseName | 'cost'
  readonly figures: unknown
}

/** Written after each case, and over what is in the file then: a run may be stopped, or go on beside another. */
function kept(results: Results, { gatesOnly, name, figures }: Measured): Results {
  const before = gatesOnly ? results : readResults()
  const after = Results.parse({ ...before, [name]: { on: circumstances(), figures } })
  if (!gatesOnly) writeResults(after)
  return after
}

/** A fresh process and with it a fresh engine; Lambda's clock is UTC. */
function inOwnProcess(name: CaseName, gatesOnly: boolean): Promise<Findings | { readonly error: string }> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'case.ts'), [name, ...(gatesOnly ? ['--gates'] : [])], {
      execArgv: ['--expose-gc'],
      env: { ...process.env, TZ: 'UTC' },
    })
    let found: Findings | undefined
    child.once('message', (message) => {
      found = Sent.parse(message)
    })
    child.once('exit', (code) => resolve(found ?? { error: `ended with ${code} before it was done` }))
  })
}

try {
  const options = optionsOf(process.argv.slice(2))
  if (options === undefined) console.log(USAGE)
  else process.exitCode = await bench(options)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\n${USAGE}`)
  process.exitCode = 1
}
