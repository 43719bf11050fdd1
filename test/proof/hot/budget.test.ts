/** A budget that many page workers spend at once: never a point too much, and hardly one left over. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type BudgetRun, spendBudget } from './budget.ts'
import { again, SEEDS, sized } from './depth.ts'
import { told } from './figures.ts'

const POINTS = sized(1_000_000)
const WORKERS = 64
const PER_SECOND = sized(320)
/** Ten times what is in flight at once: grants per second by the seconds that a transaction holds its items. */
const SHARDS = Math.ceil(10 * PER_SECOND * 0.02)
/** A quarter more than the budget has, at 250 points each. */
const GRANTS_EACH = Math.ceil((1.25 * POINTS) / 250 / WORKERS)
/** On a machine that does much else as well. */
const LONG_MS = 1_200_000

describe.each(SEEDS)(`a budget of ${POINTS} points and ${WORKERS} workers, seed %i`, (seed) => {
  let run: BudgetRun
  let leftInAll: number
  beforeAll(async () => {
    run = await spendBudget({
      seed,
      shards: SHARDS,
      points: POINTS,
      workers: WORKERS,
      perSecond: PER_SECOND,
      grantsEach: GRANTS_EACH,
    })
    leftInAll = run.left.reduce((sum, left) => sum + left, 0)
    const { figures, granted, answersPerSecond, conflicts } = run
    told('hot-budget', seed, {
      points: POINTS,
      shards: SHARDS,
      granted,
      leftInAll,
      answersPerSecond,
      conflicts,
      ...figures,
    })
  }, LONG_MS)

  test('gives what it has and never more: granted and left together are the budget, in every shard', () => {
    expect(run.granted + leftInAll, again(seed)).toBe(POINTS)
    expect(
      run.left.filter((left) => left < 0),
      again(seed),
    ).toEqual([])
    expect(run.broken, again(seed)).toEqual([])
  })

  test('answers every grant, and refuses one only after a strong read of all shards showed none with enough', () => {
    const { answers, deeds } = run.figures
    expect(run.refused.length, again(seed)).toBeGreaterThan(0)
    expect((answers.ok ?? 0) + run.refused.length, again(seed)).toBe(deeds)
    const early = run.refused.filter(({ last: { look }, wanted }) => look?.shards !== SHARDS || look.most >= wanted)
    expect(early, again(seed)).toEqual([])
  })

  test('leaves less in every shard than the smallest grant that it refused', () => {
    const smallest = Math.min(...run.refused.map(({ wanted }) => wanted))
    expect(Math.max(...run.left), again(seed)).toBeLessThan(smallest)
  })
})
