/** A campaign that gives points to everybody: page workers grant side by side until the budget is used up. */
import type { Context } from '../../../functions/platform/context.ts'
import { grant } from '../../../functions/points/grant.ts'
import { Dice } from '../dice.ts'
import { SYSTEM } from '../world.ts'
import { type Done, sendUntilAnswered, together } from './crowd.ts'
import { type Figures, figuresOf } from './figures.ts'
import { brokenBooks, ledgerOf, leftOf, setUp } from './stage.ts'

export type BudgetLoad = {
  readonly seed: number
  readonly shards: number
  readonly points: number
  readonly workers: number
  /** Grants of all workers together; each waits by chance between its own. */
  readonly perSecond: number
  readonly grantsEach: number
}
export type BudgetRun = {
  readonly figures: Figures
  /** Points. */
  readonly granted: number
  readonly refused: readonly Wanted[]
  readonly left: readonly number[]
  readonly broken: readonly string[]
  readonly conflicts: number
  /** Per virtual second. */
  readonly answersPerSecond: number
}
type Wanted = Done & { readonly wanted: number }

const CAMPAIGN = 'cmp_01J900000000000000000000HT'
const GRANT = { least: 1, most: 500 }
/** Each worker has members of its own, so that nothing but the budget is hot. */
const MEMBERS_EACH = 2

export async function spendBudget(load: BudgetLoad): Promise<BudgetRun> {
  const { seed, shards, points, workers, perSecond, grantsEach } = load
  const open = { subject: CAMPAIGN, shards, total: points }
  const { world, members } = await setUp(seed, { members: workers * MEMBERS_EACH, points: 0, open })
  const began = world.turnstile.time
  const answered: Wanted[] = []
  const worker = (_: unknown, number: number) => async () => {
    const dice = new Dice(seed, `worker ${number}`)
    const pauseMost = (2_000 * workers) / perSecond
    await world.turnstile.pause(dice.below(pauseMost))
    for (let page = 0; page < grantsEach; page += 1) {
      const next = world.turnstile.time + dice.below(pauseMost)
      const wanted = dice.between(GRANT.least, GRANT.most)
      const memberId = members[number * MEMBERS_EACH + (page % MEMBERS_EACH)]
      const body = { memberId, points: wanted, subject: CAMPAIGN, shards }
      const deed = { actor: SYSTEM, key: `w${number}-${page}`, run: (ctx: Context) => grant(ctx, body) }
      answered.push({ wanted, ...(await sendUntilAnswered(world, deed, dice)) })
      await world.turnstile.pause(Math.max(0, next - world.turnstile.time))
    }
  }
  await together(world, Array.from({ length: workers }, worker))
  const took = world.turnstile.time - began
  const given = answered.filter(({ last }) => last.outcome === 'ok')
  const ledger = await ledgerOf(world)
  return {
    figures: figuresOf(answered, took),
    granted: given.reduce((sum, { wanted }) => sum + wanted, 0),
    refused: answered.filter(({ last }) => last.outcome === 'budget_exhausted'),
    left: leftOf(ledger, CAMPAIGN),
    broken: brokenBooks(world, ledger),
    conflicts: world.wire.witness.rows['transaction conflict'],
    answersPerSecond: Math.round(answered.length / (took / 1_000)),
  }
}
