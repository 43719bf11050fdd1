/** A reward that is sold out within a minute: nothing is oversold, nobody is sent away too early, and few wait. */
import { beforeAll, describe, expect, test } from 'vitest'
import { SEED } from '../depth.ts'
import { again, SEEDS, sized } from './depth.ts'
import { told } from './figures.ts'
import { type RewardLoad, type RewardRun, sellReward } from './reward.ts'

const PER_SECOND = sized(200)
const CLIENTS = sized(200)
/** Ten times what is in flight at once: purchases per second by the seconds that a transaction holds its items. */
const SHARDS = 10 * PER_SECOND * 0.02
const PIECES = sized(10_000)
/** On a machine that does much else as well. */
const LONG_MS = 1_200_000

const load = (seed: number): RewardLoad => ({
  seed,
  shards: SHARDS,
  pieces: PIECES,
  clients: CLIENTS,
  perSecond: PER_SECOND,
  secondsMost: 600,
})

describe.each(SEEDS)(`${PIECES} pieces that ${CLIENTS} clients want at ${PER_SECOND} a second, seed %i`, (seed) => {
  let run: RewardRun
  beforeAll(async () => {
    run = await sellReward(load(seed))
    const { figures, sold, soldPerSecond, conflicts } = run
    told('hot-reward', seed, { pieces: PIECES, shards: SHARDS, sold, soldPerSecond, conflicts, ...figures })
  }, LONG_MS)

  test('are sold to the last one and not one more, and every shard accounts for its own', () => {
    expect({ sold: run.sold, left: run.left }, again(seed)).toEqual({
      sold: PIECES,
      left: Array.from({ length: SHARDS }, () => 0),
    })
    expect(run.broken, again(seed)).toEqual([])
  })

  test('are called sold out only after a strong read of all shards showed none, so that nobody is sent away too early', () => {
    const looks = run.refused.map(({ last }) => last.look)
    expect(looks.length).toBeGreaterThan(0)
    expect(new Set(looks.map((look) => JSON.stringify(look))), again(seed)).toEqual(
      new Set([JSON.stringify({ shards: SHARDS, most: 0 })]),
    )
  })

  test('are had at once by at least 99.9 % of those who get one, within 4 tries by 99 %', () => {
    const { tries, answers, waited } = run.figures
    expect(answers, again(seed)).toEqual({ ok: PIECES, sold_out: run.refused.length })
    expect(waited, again(seed)).toBeLessThanOrEqual(PIECES / 1_000)
    expect(tries.p99, again(seed)).toBeLessThanOrEqual(4)
  })
})

test(
  'the same reward with one shard collapses, or the runs above would not have met anybody in the way',
  async () => {
    const perSecond = 200
    const run = await sellReward({
      ...load(SEED),
      shards: 1,
      pieces: 10_000,
      clients: 20,
      perSecond,
      secondsMost: sized(20),
    })
    const { figures, soldPerSecond, conflicts } = run
    told('hot-control', SEED, { perSecond, shards: 1, soldPerSecond, conflicts, ...figures })
    expect(run.broken, again(SEED)).toEqual([])
    expect(soldPerSecond, again(SEED)).toBeLessThan(perSecond / 2)
    expect(figures.tries.p99, again(SEED)).toBeGreaterThan(4)
  },
  LONG_MS,
)

test('the same seed gives the same run, so that whatever is found can be found again', async () => {
  const small = { ...load(SEED), pieces: 40, clients: 10, perSecond: 200 }
  const digests = [await sellReward(small), await sellReward(small)].map(({ digest }) => digest)
  expect(digests[1], again(SEED)).toBe(digests[0])
  const other = await sellReward({ ...small, seed: SEED + 1 })
  expect(other.digest).not.toBe(digests[0])
})
