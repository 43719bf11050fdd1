/** A reward with few pieces that everybody wants: clients buy it again and again until it is sold out. */
import type { Context } from '../../../functions/platform/context.ts'
import { redeemReward } from '../../../functions/points/redeem-reward.ts'
import { Dice } from '../dice.ts'
import { TILL } from '../world.ts'
import { type Done, sendUntilAnswered, together } from './crowd.ts'
import { type Figures, figuresOf } from './figures.ts'
import { brokenBooks, ledgerOf, leftOf, setUp } from './stage.ts'

export type RewardLoad = {
  readonly seed: number
  readonly shards: number
  readonly pieces: number
  /** Each is a member of its own with points enough. */
  readonly clients: number
  /** All clients together; each waits by chance between its purchases. */
  readonly perSecond: number
  /** Nobody begins a purchase after so many virtual seconds, even when pieces are left. */
  readonly secondsMost: number
}
export type RewardRun = {
  readonly figures: Figures
  readonly sold: number
  /** Per virtual second, until the last piece. */
  readonly soldPerSecond: number
  /** Purchases that were answered `sold_out`. */
  readonly refused: readonly Done[]
  readonly left: readonly number[]
  readonly broken: readonly string[]
  readonly conflicts: number
  /** Equal for runs in which the same things happened at the same times. */
  readonly digest: string
}

const REWARD = 'rwd_01J900000000000000000000HT'
const PRICE = 10
/** Each client asks once more after it was told that nothing is left. */
const REFUSALS_MAX = 2

export async function sellReward(load: RewardLoad): Promise<RewardRun> {
  const { seed, shards, pieces, clients, perSecond, secondsMost } = load
  const open = { subject: REWARD, shards, total: pieces }
  const { world, members } = await setUp(seed, { members: clients, points: PRICE * (pieces + 1), open })
  const { turnstile } = world
  const began = turnstile.time
  const done: Done[] = []
  let lastSale = began
  const client = (memberId: string, number: number) => async () => {
    const dice = new Dice(seed, `client ${number}`)
    const pause = () => dice.below((2_000 * clients) / perSecond)
    const body = { memberId, points: PRICE, storeId: 'central', rewardId: REWARD, shards }
    const run = (ctx: Context) => redeemReward(ctx, body)
    await turnstile.pause(pause())
    for (let refusals = 0; refusals < REFUSALS_MAX && turnstile.time - began < secondsMost * 1_000; ) {
      const next = turnstile.time + pause()
      const one = await sendUntilAnswered(world, { actor: TILL, key: `${number}-${turnstile.time}`, run }, dice)
      done.push(one)
      if (one.last.outcome === 'ok') lastSale = turnstile.time
      else refusals += 1
      await turnstile.pause(Math.max(1, next - turnstile.time))
    }
  }
  await together(world, members.map(client))
  const took = turnstile.time - began
  const sold = done.filter(({ last }) => last.outcome === 'ok').length
  const ledger = await ledgerOf(world)
  return {
    figures: figuresOf(done, took),
    sold,
    soldPerSecond: Math.round(sold / ((lastSale - began) / 1_000)),
    refused: done.filter(({ last }) => last.outcome === 'sold_out'),
    left: leftOf(ledger, REWARD),
    broken: brokenBooks(world, ledger),
    conflicts: world.wire.witness.rows['transaction conflict'],
    digest: turnstile.digest(),
  }
}
