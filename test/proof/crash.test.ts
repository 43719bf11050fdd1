import { expect, test } from 'vitest'
import { CACHED_MS, CASES, type Case, type Cell, crash, RECOVERIES, STRIKES, Stage } from './crash.ts'
import { DEPTH, SEED } from './depth.ts'
import type { Rules } from './model-book.ts'
import { Recorder } from './recorder.ts'
import { report } from './report.ts'
import { seedOf, violationsOf } from './runs.ts'
import { PLAIN } from './small.ts'
import { openWorld } from './world.ts'

const RULES: Rules = { ...PLAIN, transfer: { min: 5, maxPerMonth: 100_000 } }
const PLENTY = { stock: 100_000, budget: 1_000_000 }

async function stageOf(seed: number): Promise<Stage> {
  const world = await openWorld({ seed, rules: RULES, faultRate: 0, ...PLENTY })
  return new Stage(world, new Recorder(world))
}

/** Counted twice, because the first receipt of all reads the whole program and those after it only look whether it changed. */
async function cleanAwaits(stage: Stage, one: Case): Promise<number> {
  const { order } = await one.prepare(stage)
  stage.world.turnstile.leap(CACHED_MS)
  return (await stage.must(order)).awaits
}

function cellsOf(awaits: number): Cell[] {
  const places = Array.from({ length: awaits }, (_, place) => place)
  return places.flatMap((place) =>
    STRIKES.flatMap((strike) => RECOVERIES.map((recovery) => ({ await: place, strike, recovery }))),
  )
}

test.each(CASES)(
  'a crash of $name at any await leaves it done once or not at all, so that asking again is always safe',
  async (one) => {
    const counts = { awaits: 0, cells: 0, of: 0 }
    const wrong: string[] = []
    for (let round = 0; round < DEPTH.crashSeeds; round += 1) {
      const stage = await stageOf(seedOf(SEED, round))
      await cleanAwaits(stage, one)
      const awaits = await cleanAwaits(stage, one)
      const cells = cellsOf(awaits)
      const offset = CASES.indexOf(one) % DEPTH.crashStride
      for (const [index, cell] of cells.entries()) {
        if (index % DEPTH.crashStride !== offset) continue
        wrong.push(...(await crash(stage, one, cell)))
        counts.cells += 1
      }
      counts.awaits = awaits
      counts.of += cells.length
      wrong.push(...(await violationsOf({ world: stage.world, recorder: stage.recorder })))
    }
    const name = `crash-${one.name.replaceAll(' ', '-')}`
    report(name, counts, `  ${counts.awaits} awaits, ${counts.cells} of ${counts.of} cells`)
    expect(counts.awaits).toBeGreaterThanOrEqual(2)
    expect(counts.cells).toBeGreaterThan(0)
    expect(wrong).toEqual([])
  },
)
