import { expect, test } from 'vitest'
import { DEPTH, SEED } from './depth.ts'
import { isExplained } from './exhaustive.ts'
import { FALSIFIED } from './falsify.ts'
import { checkHistory, type History } from './history.ts'
import { report } from './report.ts'
import { seedOf } from './runs.ts'
import { PLAIN, plainTables, smallHistory } from './small.ts'

const KEPT = 60
/** Small histories share tables, but not too many, because each looks at all that lies in them. */
const PER_TABLES = 20

function explained(history: History): boolean {
  const [member = ''] = history.statement.effects.keys()
  return isExplained(history.calls, { rules: PLAIN, member })
}

test('finds small histories sound exactly where trying every order does, and notices every one that is falsified, so that its silence means something', async () => {
  console.info(`histories: PROOF_SEED=${SEED}`)
  let tables = await plainTables()
  const counts = new Map(FALSIFIED.map(({ name }) => [name, 0]))
  for (let index = 0; index < DEPTH.histories; index += 1) {
    if (index % PER_TABLES === PER_TABLES - 1) tables = await plainTables()
    const seed = seedOf(SEED, index)
    const history = await smallHistory(seed, tables)
    expect(checkHistory(history), `PROOF_SEED=${SEED}, history ${seed}`).toEqual([])
    expect(explained(history), `PROOF_SEED=${SEED}, history ${seed}`).toBe(true)
    for (const { name, isToldToCallers, make } of index < KEPT ? FALSIFIED : []) {
      const falsified = make(history)
      if (falsified === undefined) continue
      counts.set(name, (counts.get(name) ?? 0) + 1)
      expect(checkHistory(falsified), `${name}, history ${seed}`).not.toEqual([])
      if (isToldToCallers) expect(explained(falsified), `${name}, history ${seed}`).toBe(false)
    }
  }
  const falsified = Object.fromEntries(counts)
  report(
    'histories',
    { histories: DEPTH.histories, falsified },
    `  ${DEPTH.histories} searched; ${JSON.stringify(falsified)}`,
  )
  for (const [name, count] of counts) expect(count, `${name} was never tried`).toBeGreaterThan(0)
})
