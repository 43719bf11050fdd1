/** The life of a small shop: what its tills, members and schedules want next, drawn step by step from what happened so far. */

import { decideApproval } from '../../functions/program/approval-decision.ts'
import type { Dice } from './dice.ts'
import { clockChange, DAY_MS, dayOf, HOUR_MS, midnight, monthEnd, plusDays } from './london.ts'
import { LAMP, MUG } from './model-rewards.ts'
import { type Order, orders, type Slip } from './orders.ts'
import type { Recorder } from './recorder.ts'
import { SECOND_ADMIN, STORES, type World } from './world.ts'

/** How often each kind of step is drawn. */
export const STEPS = {
  enrol: 2,
  award: 16,
  awardAgain: 3,
  awardChanged: 2,
  refundBefore: 3,
  refundWhole: 3,
  refundPart: 6,
  undo: 2,
  correct: 3,
  reassign: 2,
  reserve: 7,
  captureWhole: 3,
  capturePart: 3,
  void: 3,
  redeem: 8,
  keyReused: 2,
  adjustUp: 2,
  adjustDown: 3,
  adjustApproved: 2,
  transfer: 4,
  settle: 3,
  sweep: 0.25,
  freeze: 1.5,
  unfreeze: 2,
  close: 0.3,
  merge: 0.7,
  grant: 4,
  reward: 4,
  takeReward: 5,
  holdReward: 4,
  giveBack: 3,
  useVoucher: 2,
  read: 8,
  statement: 3,
  anHour: 1,
  aDay: 1.5,
  monthEnd: 0.6,
  clockChange: 0.3,
  leapDay: 0.3,
} as const
export type StepKind = keyof typeof STEPS
export const STEP_KINDS = Object.keys(STEPS) as readonly StepKind[]

type Sale = { readonly slip: Slip; readonly order: Order; readonly member: string; readonly amount: number }

export class Shop {
  readonly members: string[] = []
  readonly world: World
  readonly #sales: Sale[] = []
  /** Refunds that came before their sale: what of it is promised. */
  readonly #promised: Slip[] = []
  readonly #open: { readonly id: string; readonly points: number }[] = []
  /** Vouchers and reservations of rewards. */
  readonly #given: string[] = []
  readonly #frozen: string[] = []
  readonly #spent: Order[] = []
  readonly #recorder: Recorder
  #numbers = 0
  #hasLeapt = false

  constructor(world: World, recorder: Recorder) {
    this.world = world
    this.#recorder = recorder
  }

  next(): string {
    this.#numbers += 1
    return `n${this.#numbers}`
  }

  /** @returns what to send, or nothing where the step is a move of the clock or there is nothing to do it with. */
  async order(kind: StepKind, dice: Dice): Promise<Order | undefined> {
    return (
      this.#sale(kind, dice) ??
      this.#spending(kind, dice) ??
      this.#rewarding(kind, dice) ??
      (await this.#byHand(kind, dice)) ??
      this.#others(kind, dice) ??
      this.#move(kind, dice)
    )
  }

  #member(dice: Dice): string {
    return dice.pick(this.members)
  }

  #sale(kind: StepKind, dice: Dice): Order | undefined {
    switch (kind) {
      case 'award':
        return this.#sell(dice, dice.chance(0.5) ? this.#promised.pop() : undefined)
      case 'awardAgain':
        return this.#sales.length === 0 ? undefined : dice.pick(this.#sales).order
      case 'awardChanged': {
        if (this.#sales.length === 0) return undefined
        const { slip, member, amount } = dice.pick(this.#sales)
        const at = this.world.now - dice.below(HOUR_MS)
        return dice.chance(0.5)
          ? orders.award(slip, { member, amount: amount + 100, at })
          : orders.award(slip, { member: this.#member(dice), amount, at })
      }
      case 'refundBefore': {
        const slip = this.#slip(dice)
        this.#promised.push(slip)
        return orders.refund(slip, { number: this.next(), amount: dice.between(100, 5_000), at: this.world.now })
      }
      case 'refundWhole':
      case 'refundPart': {
        if (this.#sales.length === 0) return undefined
        const recent = this.#sales.slice(-12)
        const { slip, amount } = dice.pick(recent)
        const part = kind === 'refundWhole' ? amount : dice.between(1, Math.max(1, Math.ceil(amount / 2)))
        return orders.refund(slip, { number: this.next(), amount: part, at: this.world.now })
      }
      case 'undo':
      case 'correct':
      case 'reassign':
        return this.#mend(kind, dice)
      default:
        return undefined
    }
  }

  /** Mostly what was awarded a moment ago, and now and then the same receipt again. */
  #mend(kind: 'undo' | 'correct' | 'reassign', dice: Dice): Order | undefined {
    const sale = this.#sales.at(-dice.between(1, dice.pick([2, 6])))
    if (sale === undefined) return undefined
    if (kind === 'undo') return orders.undo(sale.slip, this.next())
    if (kind === 'correct') return orders.correct(sale.slip, dice.between(0, 20_000), this.next())
    return orders.reassign(sale.slip, this.#member(dice), this.next())
  }

  #sell(dice: Dice, promised: Slip | undefined): Order {
    const slip = promised ?? this.#slip(dice)
    const member = this.#member(dice)
    const amount = dice.chance(0.03) ? 0 : dice.between(50, 20_000)
    const at = this.world.now - (dice.chance(0.7) ? dice.below(HOUR_MS) : dice.below(4 * DAY_MS))
    const order = orders.award(slip, { member, amount, at })
    this.#sales.push({ slip, order, member, amount })
    return order
  }

  #slip(dice: Dice): Slip {
    return { storeId: dice.pick(STORES), receiptNumber: this.next() }
  }

  #spending(kind: StepKind, dice: Dice): Order | undefined {
    const member = this.#member(dice)
    const points = dice.between(1, dice.pick([20, 80, 300]))
    switch (kind) {
      case 'redeem':
        return this.#remember(orders.redeem(member, points, this.next()))
      case 'keyReused': {
        const used = this.#spent.at(-dice.between(1, 3))
        return used?.key === undefined ? undefined : orders.redeem(member, points + 1_000, used.key)
      }
      case 'reward':
        return this.#remember(orders.reward(member, points, this.next()))
      case 'grant':
        return this.#remember(orders.grant(member, points, this.next()))
      case 'transfer':
        return this.#remember(orders.transfer(member, { to: this.#member(dice), points }, this.next()))
      case 'reserve':
        return orders.reserve(member, { points, seconds: dice.pick([60, 900, 86_400, 604_800]) }, this.next())
      case 'captureWhole':
      case 'capturePart':
      case 'void':
        return this.#ending(kind, dice)
      default:
        return undefined
    }
  }

  #rewarding(kind: StepKind, dice: Dice): Order | undefined {
    const given = this.#given.at(-dice.between(1, 4))
    switch (kind) {
      case 'takeReward':
        return orders.take(this.#member(dice), MUG, this.next())
      case 'holdReward':
        return orders.take(this.#member(dice), LAMP, this.next())
      case 'giveBack':
        return given === undefined ? undefined : orders.giveBack(given, this.next())
      case 'useVoucher':
        return given?.startsWith('vch_') ? orders.use(given, this.next()) : undefined
      default:
        return undefined
    }
  }

  #remember(order: Order): Order {
    this.#spent.push(order)
    return order
  }

  #ending(kind: StepKind, dice: Dice): Order | undefined {
    if (this.#open.length === 0) return undefined
    const place = Math.max(0, this.#open.length - dice.between(1, 6))
    const { id, points } = this.#open[place] ?? { id: '', points: 0 }
    if (dice.chance(0.4)) this.#open.splice(place, 1)
    if (kind === 'void') return orders.void(id, this.next())
    const sale = this.#sales.at(-dice.between(1, 4))
    const isPaying = dice.chance(0.4) && sale?.slip.storeId === 'central'
    return orders.capture(
      id,
      {
        ...(kind === 'capturePart' && { points: dice.between(1, Math.max(1, points)) }),
        ...(isPaying && sale && { receiptNumber: sale.slip.receiptNumber }),
      },
      this.next(),
    )
  }

  /** Told by whoever carries the steps out, because only the answer names a voucher or what was set aside. */
  given(id: string): void {
    this.#given.push(id)
  }

  /** Likewise. */
  reserved(id: string, points: number): void {
    this.#open.push({ id, points })
  }

  async #byHand(kind: StepKind, dice: Dice): Promise<Order | undefined> {
    const member = this.#member(dice)
    switch (kind) {
      case 'adjustUp':
        return orders.adjust(member, { points: dice.between(1, 200) }, this.next())
      case 'adjustDown':
        return orders.adjust(member, { points: -dice.between(1, 200), mayOwe: dice.chance(0.4) }, this.next())
      case 'adjustApproved': {
        const points = dice.chance(0.7) ? dice.between(501, 700) : -dice.between(501, 700)
        const asked = await this.#recorder.send(orders.adjust(member, { points }, this.next()))
        const approvalId = asked.kind === 'refused' ? asked.approvalId : undefined
        if (approvalId === undefined || !(await this.#approve(approvalId))) return undefined
        return orders.adjust(member, { points, approvalId }, this.next())
      }
      case 'merge': {
        const to = this.#member(dice)
        const asked = await this.#recorder.send(orders.merge(member, { to }, this.next()))
        const approvalId = asked.kind === 'refused' ? asked.approvalId : undefined
        if (approvalId === undefined || !(await this.#approve(approvalId))) return undefined
        this.#leave(member, dice)
        return orders.merge(member, { to, approvalId }, this.next())
      }
      case 'freeze':
        this.#frozen.push(member)
        return orders.standing('freeze', member, this.next())
      case 'unfreeze':
        return orders.standing('unfreeze', this.#frozen.pop() ?? member, this.next())
      case 'close':
        this.#leave(member, dice)
        return orders.standing('close', member, this.next())
      default:
        return undefined
    }
  }

  /** Whoever is gone is asked for now and then, but not as often as those who are there. */
  #leave(member: string, dice: Dice): void {
    if (this.members.length > 4 && dice.chance(0.8)) this.members.splice(this.members.indexOf(member), 1)
  }

  async #approve(approvalId: string): Promise<boolean> {
    const { ctx, gone } = this.world.process({ actor: SECOND_ADMIN })
    const decided = decideApproval(ctx, { approvalId, decision: 'approve', reason: 'fine' }).then(
      () => true,
      () => false,
    )
    return Promise.race([decided, gone.then(() => false)])
  }

  #others(kind: StepKind, dice: Dice): Order | undefined {
    switch (kind) {
      case 'enrol':
        return orders.enrol(`x${this.next()}`, this.next())
      case 'settle':
        return orders.settle(this.#member(dice))
      case 'sweep':
        return orders.sweep()
      case 'read':
        return orders.read(this.#member(dice))
      case 'statement':
        return orders.statement(this.#member(dice))
      default:
        return undefined
    }
  }

  /** Up to the last moments before something happens at midnight, so that it happens while others are at work. */
  #move(kind: StepKind, dice: Dice): undefined {
    const { turnstile, now } = this.world
    const upTo = (instant: number) => turnstile.leap(Math.max(0, instant - dice.below(2_000) - now))
    const today = dayOf(now)
    if (kind === 'anHour') turnstile.leap(HOUR_MS)
    if (kind === 'aDay') upTo(midnight(plusDays(today, 1)))
    if (kind === 'monthEnd') upTo(midnight(plusDays(monthEnd(today), 1)))
    if (kind === 'clockChange') upTo(nextChange(now))
    if (kind === 'leapDay' && !this.#hasLeapt) {
      this.#hasLeapt = true
      upTo(midnight(nextLeapDay(now)))
    }
  }
}

function nextChange(now: number): number {
  const year = new Date(now).getUTCFullYear()
  const changes = [clockChange(year, 3), clockChange(year, 10), clockChange(year + 1, 3)]
  return changes.find((change) => change > now + 5_000) ?? now
}

function nextLeapDay(now: number): string {
  let year = new Date(now).getUTCFullYear()
  while (new Date(Date.UTC(year, 1, 29)).getUTCMonth() !== 1 || midnight(`${year}-02-29`) <= now) year += 1
  return `${year}-02-29`
}
