/** One part of the proof as a test: plays its share of the runs, counts, and expects that nothing broke and nothing was missing. */
import { expect } from 'vitest'
import { CALLERS, DEPTH, FAULT_RATE, FAULTS_PER_OPERATION, IS_ONE, MEMBERS, SEED, STEPS } from './depth.ts'
import { report } from './report.ts'
import { playSeries, seedOf, toldOf } from './runs.ts'
import { shown, unseen } from './tally.ts'

/** Apart by more than any series is long. */
const PART_STRIDE = 1_000_003

export type PartOf = {
  readonly name: string
  readonly operations: number
  readonly isFaulty: boolean
  readonly part: number
  readonly callers?: number
}

export async function proven({ name, operations, isFaulty, part, callers = CALLERS }: PartOf): Promise<void> {
  const seed = IS_ONE ? SEED : seedOf(SEED, part * PART_STRIDE)
  const run = { steps: STEPS, callers, members: MEMBERS, faultRate: isFaulty ? FAULT_RATE : 0 }
  console.info(`${name} (${DEPTH.name}): PROOF_SEED=${SEED}, series ${seed}`)
  const { tally, failures } = await playSeries({ seed, operations: IS_ONE ? 1 : operations, run })
  report(name, { ...tally, failures }, shown(tally))
  expect(toldOf(failures)).toBe('')
  if (IS_ONE) return
  expect(tally.operations).toBeGreaterThanOrEqual(operations)
  expect(unseen(tally, { isFaulty })).toEqual([])
  if (isFaulty) expect(tally.injected / tally.operations).toBeGreaterThanOrEqual(FAULTS_PER_OPERATION)
}
