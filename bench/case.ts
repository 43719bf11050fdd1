/** Runs one case in a process of its own, so that none inherits the engine, the heap or the warm code of another. */
import { CASES, type CaseName } from './cases.ts'

const [name = '', ...flags] = process.argv.slice(2)

function isCase(text: string): text is CaseName {
  return Object.hasOwn(CASES, text)
}

// What has to be ended with us is ended when we exit, and a signal alone is not that.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
if (!isCase(name)) throw new Error(`there is no case ${name}`)
const { run } = await CASES[name].load()
const findings = await run({ gatesOnly: flags.includes('--gates'), say: (line) => console.log(`  ${line}`) })
// The engine of the tests keeps nobody alive, but what else is open would.
process.send?.(findings, () => process.exit(0))
