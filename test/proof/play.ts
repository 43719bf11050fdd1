/** Plays one run: several callers take step after step, faults strike, and at the end everything is looked at. */
import { Dice } from './dice.ts'
import type { Rules } from './model-book.ts'
import { rewardOf } from './model-rewards.ts'
import type { TierRules } from './model-tiers.ts'
import { type Order, orders } from './orders.ts'
import { type Outcome, Recorder } from './recorder.ts'
import { Shop, STEP_KINDS, STEPS, type StepKind } from './shop.ts'
import type { Sabotage } from './wire.ts'
import { openWorld, type World } from './world.ts'

export type RunOptions = {
  readonly seed: number
  readonly steps: number
  /** How many callers are at work at once. */
  readonly callers: number
  /** Faults drawn per step; 0 for none. */
  readonly faultRate: number
  readonly members?: number
  /** Lets calls overlap for real; such a run cannot be repeated. */
  readonly isOverlapping?: boolean
  readonly sabotage?: Sabotage
  /** Which steps of the run are left out, for finding the few that matter. */
  readonly without?: ReadonlySet<number>
}

export type Run = { readonly world: World; readonly recorder: Recorder; readonly steps: Record<StepKind, number> }

/** The rules of a run are part of its seed. */
export function rulesOf(seed: number): Rules {
  const dice = new Dice(seed, 'rules')
  const expiries: readonly Rules['expiry'][] = [
    { mode: 'none' },
    { mode: 'rolling', months: dice.between(1, 3) },
    { mode: 'calendar', dates: ['03-31', '09-30'], minDays: 30 },
    { mode: 'inactivity', months: 2 },
  ]
  const max = dice.chance(0.3) ? { max: 300 } : {}
  const forgiveMonths = dice.chance(0.3) ? { forgiveMonths: 1 } : {}
  const rules: Rules = {
    earn: { points: dice.between(1, 3), perMinor: dice.pick([100, 70]) },
    expiry: dice.pick(expiries),
    graceDays: dice.pick([0, 7]),
    transfer: { min: 5, maxPerMonth: 400 },
    approveOver: 500,
    ...(dice.chance(0.4) && { dailyCap: 250 }),
    ...(dice.chance(0.5) && { pendingDays: 14 }),
    ...(dice.chance(0.7) && { debt: { ...max, ...forgiveMonths } }),
  }
  return dice.chance(0.6) ? { ...rules, tiers: tiersOf(dice, rules) } : rules
}

/** So low and so short that members climb and fall within a run. */
function tiersOf(dice: Dice, { pendingDays }: Rules): TierRules {
  const measure = dice.pick(['spend', 'points'] as const)
  const step = measure === 'spend' ? 100 : 1
  return {
    measure,
    period: dice.pick([1, 2, 'year'] as const),
    windowDays: pendingDays ?? dice.pick([0, 3]),
    graceDays: dice.pick([14, 30]),
    thresholds: [150 * step, 400 * step],
    halves: [2, 3, 4],
    downgrade: dice.pick(['one_step', 'to_earned', 'never'] as const),
  }
}

/** Orders that were sent once and are sent again after a while, as a till does that was switched off. */
type Later = { readonly order: Order; readonly after: number }

export async function play(options: RunOptions): Promise<Run> {
  const { seed, callers, faultRate, members = 6, isOverlapping = false, sabotage } = options
  const world = await openWorld({ seed, rules: rulesOf(seed), faultRate, isOverlapping, sabotage })
  const recorder = new Recorder(world)
  const shop = new Shop(world, recorder)
  for (let count = 0; count < members; count += 1) await enrolNow(world, shop, recorder)
  const steps = Object.fromEntries(STEP_KINDS.map((kind) => [kind, 0])) as Record<StepKind, number>
  const later: Later[] = []
  let step = 0
  const caller = async () => {
    while (step < options.steps) {
      const index = step
      step += 1
      if (options.without?.has(index)) continue
      const dice = new Dice(seed ^ Math.imul(index + 1, 0x9e37_79b1), 'step')
      const kind = dice.weighted<StepKind>(STEPS)
      steps[kind] += 1
      const due = later.findIndex(({ after }) => after <= index)
      const [again] = due >= 0 && dice.chance(0.5) ? later.splice(due, 1) : []
      if (again) await recorder.send(again.order)
      const order = await shop.order(kind, dice)
      if (order !== undefined) await carryOut({ world, shop, recorder, later, dice, index }, order)
    }
  }
  const done = Promise.all(Array.from({ length: callers }, caller))
  await world.turnstile.run()
  await done
  for (const { order } of later) void recorder.send(order)
  await world.turnstile.run()
  return { world, recorder, steps }
}

async function enrolNow(world: World, shop: Shop, recorder: Recorder): Promise<void> {
  const sent = recorder.send(orders.enrol(`x${shop.next()}`, shop.next()))
  await world.turnstile.run()
  keep(shop, 'members.enrol', await sent)
}

type Scene = {
  readonly world: World
  readonly shop: Shop
  readonly recorder: Recorder
  readonly later: Later[]
  readonly dice: Dice
  readonly index: number
}

async function carryOut({ world, shop, recorder, later, dice, index }: Scene, order: Order): Promise<void> {
  const fault = world.faults?.drawCommand()
  const times = fault === 'againAtOnce' ? dice.between(2, 5) : 1
  if (fault === 'againLater') later.push({ order, after: index + dice.between(20, 200) })
  const skew = fault === 'skew' ? dice.between(-295_000, 295_000) : 0
  const outcomes = await Promise.all(Array.from({ length: times }, () => recorder.send(order, { skew })))
  let told: Outcome | undefined = outcomes.find(({ kind }) => kind !== 'unknown')
  // A caller who was not told asks again with the same request, as the answer says.
  for (let tries = 0; told === undefined && tries < 3 && dice.chance(0.7); tries += 1) {
    const outcome = await recorder.send(order)
    if (outcome.kind !== 'unknown') told = outcome
  }
  if (told) keep(shop, order.name, told, order)
}

function keep(shop: Shop, name: string, outcome: Outcome, order?: Order): void {
  if (name === 'members.enrol' && outcome.kind === 'accepted') shop.members.push(outcome.what)
  if (order === undefined || outcome.kind !== 'done' || outcome.reservation === undefined) return
  const { deed } = order
  if (deed.do === 'reserve') shop.reserved(outcome.reservation, deed.points)
  if (deed.do === 'hold') shop.reserved(outcome.reservation, rewardOf(deed).points)
  if (deed.do === 'hold' || deed.do === 'take') shop.given(outcome.reservation)
}
