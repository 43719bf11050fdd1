/**
 * Crashes every command at every await. A clean run counts the awaits; then each of them is struck in each way, and
 * somebody recovers, or nobody does. In the end it has happened once or never, and who asks again is told the first answer.
 */
import { decideApproval } from '../../functions/program/approval-decision.ts'
import { LAMP, MUG } from './model-rewards.ts'
import { type Order, orders, type Slip } from './orders.ts'
import type { Recorder } from './recorder.ts'
import type { Planned } from './wire.ts'
import { SECOND_ADMIN, type World } from './world.ts'

export const STRIKES: readonly Planned[] = [
  { kind: 'unsent', when: 'before' },
  { kind: 'lost', when: 'after' },
  { kind: 'frozen', when: 'before' },
  { kind: 'gone', when: 'before' },
  { kind: 'gone', when: 'after' },
]
export const RECOVERIES = ['again', 'sweep', 'nobody'] as const
export type Recovery = (typeof RECOVERIES)[number]

/** One world for all cells of a command, and members of their own for each. */
export class Stage {
  readonly world: World
  readonly recorder: Recorder
  #numbers = 0

  constructor(world: World, recorder: Recorder) {
    this.world = world
    this.recorder = recorder
  }

  next(): string {
    this.#numbers += 1
    return `c${this.#numbers}`
  }

  slip(): Slip {
    return { storeId: 'central', receiptNumber: this.next() }
  }

  /** Runs alone and is told. @throws where what a cell takes for granted was refused */
  async must(order: Order) {
    const sent = this.recorder.send(order)
    await this.world.turnstile.run()
    const outcome = await sent
    if (outcome.kind !== 'done' && outcome.kind !== 'accepted') {
      throw new Error(`${order.name} was to be taken for granted: ${JSON.stringify(outcome)}`)
    }
    return outcome
  }

  async member(points = 1_000): Promise<string> {
    const enrolled = await this.must(orders.enrol(this.next(), this.next()))
    const member = enrolled.kind === 'accepted' ? enrolled.what : ''
    if (points > 0) await this.must(orders.award(this.slip(), { member, amount: points * 100, at: this.world.now }))
    return member
  }

  /** A merge that a second admin has allowed. */
  async merging(member: string, to: string): Promise<Order> {
    const asked = this.recorder.send(orders.merge(member, { to }, this.next()))
    await this.world.turnstile.run()
    const outcome = await asked
    const approvalId = outcome.kind === 'refused' ? (outcome.approvalId ?? '') : ''
    const { ctx } = this.world.process({ actor: SECOND_ADMIN })
    const decided = decideApproval(ctx, { approvalId, decision: 'approve', reason: 'fine' })
    await this.world.turnstile.run()
    await decided
    return orders.merge(member, { to, approvalId }, this.next())
  }

  /** From the catalogue. @returns the voucher or the reservation */
  async taken(member: string, reward: string): Promise<string> {
    const outcome = await this.must(orders.take(member, reward, this.next()))
    return outcome.kind === 'done' ? (outcome.reservation ?? '') : ''
  }

  async reserved(member: string, seconds: number): Promise<string> {
    const outcome = await this.must(orders.reserve(member, { points: 30, seconds }, this.next()))
    return outcome.kind === 'done' ? (outcome.reservation ?? '') : ''
  }
}

export type Prepared = { readonly order: Order; readonly member: string }
export type Case = { readonly name: string; readonly prepare: (stage: Stage) => Promise<Prepared> }

type Make = (stage: Stage, member: string) => Order | Promise<Order>

function of(name: string, make: Make): Case {
  return {
    name,
    async prepare(stage) {
      const member = await stage.member()
      return { member, order: await make(stage, member) }
    },
  }
}

export const CASES: readonly Case[] = [
  of('enrol', (stage) => orders.enrol(stage.next(), stage.next())),
  of('award', (stage, member) => orders.award(stage.slip(), { member, amount: 5_000, at: stage.world.now })),
  of('refund', async (stage, member) => {
    const slip = stage.slip()
    await stage.must(orders.award(slip, { member, amount: 5_000, at: stage.world.now }))
    return orders.refund(slip, { number: stage.next(), amount: 2_000, at: stage.world.now })
  }),
  of('refund before its purchase', (stage) =>
    orders.refund(stage.slip(), { number: stage.next(), amount: 2_000, at: stage.world.now }),
  ),
  of('redeem', (stage, member) => orders.redeem(member, 30, stage.next())),
  of('reserve', (stage, member) => orders.reserve(member, { points: 30, seconds: 86_400 }, stage.next())),
  of('capture', async (stage, member) => {
    const slip = stage.slip()
    const id = await stage.reserved(member, 86_400)
    return orders.capture(id, { points: 20, receiptNumber: slip.receiptNumber }, stage.next())
  }),
  of('void', async (stage, member) => orders.void(await stage.reserved(member, 86_400), stage.next())),
  of('adjust', (stage, member) => orders.adjust(member, { points: 30 }, stage.next())),
  of('transfer', async (stage, member) =>
    orders.transfer(member, { to: await stage.member(), points: 30 }, stage.next()),
  ),
  of('grant', (stage, member) => orders.grant(member, 30, stage.next())),
  of('redeem a reward', (stage, member) => orders.reward(member, 30, stage.next())),
  of('take a reward', (stage, member) => orders.take(member, MUG, stage.next())),
  of('set a reward aside', (stage, member) => orders.take(member, LAMP, stage.next())),
  of('let go of a reward', async (stage, member) => orders.void(await stage.taken(member, LAMP), stage.next())),
  of('take a reward back', async (stage, member) => orders.giveBack(await stage.taken(member, MUG), stage.next())),
  of('use a voucher', async (stage, member) => orders.use(await stage.taken(member, MUG), stage.next())),
  of('freeze', (stage, member) => orders.standing('freeze', member, stage.next())),
  of('unfreeze', async (stage, member) => {
    await stage.must(orders.standing('freeze', member, stage.next()))
    return orders.standing('unfreeze', member, stage.next())
  }),
  of('close', async (stage, member) => {
    await stage.reserved(member, 86_400)
    return orders.standing('close', member, stage.next())
  }),
  of('merge', async (stage, member) => stage.merging(member, await stage.member())),
  of('settle', async (stage, member) => {
    await stage.reserved(member, 60)
    stage.world.turnstile.leap(61_000)
    return orders.settle(member)
  }),
]

/** What a process keeps of program and stores is old by then, so that every run of a command reads the same. */
export const CACHED_MS = 11_000
/** Long enough for what can be repeated to have been repeated. */
const PATIENCE_MS = 5_000

export type Cell = { readonly await: number; readonly strike: Planned; readonly recovery: Recovery }

/** @returns what is wrong with this cell, if anything. */
export async function crash(stage: Stage, one: Case, cell: Cell): Promise<string[]> {
  const { order, member } = await one.prepare(stage)
  const { world, recorder } = stage
  let isStruck = false
  const plan = (nth: number) => {
    isStruck ||= nth === cell.await
    return nth === cell.await ? cell.strike : undefined
  }
  world.turnstile.leap(CACHED_MS)
  const struck = recorder.send(order, { plan })
  const recovery = recovered(stage, { order, member, kind: cell.recovery })
  await world.turnstile.run()
  const first = await struck
  const again = await recovery
  const place = `${one.name}, await ${cell.await}, ${cell.strike.kind} ${cell.strike.when}, ${cell.recovery}`
  if (!isStruck) return [`${place}: there was no such await`]
  if (again === undefined || cell.recovery !== 'again') return []
  const isTold = again.kind === 'done' || again.kind === 'accepted'
  const isFirst = first.kind !== again.kind || told(first) === told(again)
  return [
    ...(isTold ? [] : [`${place}: who asked again was told ${JSON.stringify(again)}`]),
    ...(isFirst ? [] : [`${place}: first told ${told(first)}, then ${told(again)}`]),
  ]
}

function told(outcome: object): string {
  const { isRepeat: _, awaits: __, ...content } = outcome as Record<string, unknown>
  return JSON.stringify(content)
}

type Recovering = { readonly order: Order; readonly member: string; readonly kind: Recovery }

/** Somebody else moves on, so that what is frozen thaws in another world. */
async function recovered(stage: Stage, { order, member, kind }: Recovering) {
  const { world, recorder } = stage
  await world.turnstile.pause(PATIENCE_MS)
  if (order.name !== 'members.close' && order.name !== 'members.freeze') {
    await recorder.send(orders.adjust(member, { points: 1 }, stage.next()))
  }
  if (kind === 'nobody') return undefined
  return recorder.send(kind === 'again' ? order : orders.settle(member))
}
