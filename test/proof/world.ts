/** One small world for one run: an engine, fresh tables, a program, stores, and workers whose time and chance are seeded. */
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import type { Actor } from '../../functions/platform/auth.ts'
import { SYSTEM } from '../../functions/platform/auth.ts'
import type { Context } from '../../functions/platform/context.ts'
import type { LogLine } from '../../functions/platform/log.ts'
import type { Tables } from '../../functions/platform/table.ts'
import { openShards } from '../../functions/points/open-shards.ts'
import { saveMark } from '../../functions/points/sweep-store.ts'
import { putProgram } from '../../functions/program/put.ts'
import { putStore } from '../../functions/program/put-store.ts'
import { createReward } from '../../functions/rewards/create.ts'
import { putReward } from '../../functions/rewards/put.ts'
import { Physics } from '../../local/physics.ts'
import { engine } from '../support/engine.ts'
import { aProgram } from '../support/programs.ts'
import { freshTables } from '../support/tables.ts'
import { Dice } from './dice.ts'
import { FaultDesk } from './faults.ts'
import { shortClients } from './line.ts'
import type { Rules } from './model-book.ts'
import { REWARDS } from './model-rewards.ts'
import type { TierRules } from './model-tiers.ts'
import { OpenTurnstile, Turnstile } from './turnstile.ts'
import { type Planned, type Process, type Sabotage, Wire } from './wire.ts'

export const START = Date.parse('2026-11-23T10:00:00Z')
export const STORES = ['central', 'north'] as const
export const REWARD = { id: 'rwd_01J90000000000000000000001', shards: 4, stock: 8 }
export const SECRET = 'the secret of the proof'
export const BUDGET = { id: 'cmp_01J90000000000000000000001', shards: 4, points: 1_600 }

export const ADMIN: Actor = { id: 'admin-1', roles: ['admin'], stores: '*' }
export const SECOND_ADMIN: Actor = { id: 'admin-2', roles: ['admin'], stores: '*' }
export const TILL: Actor = { id: 'till-1', roles: ['pos'], stores: '*' }
export { SYSTEM }

export function memberActor(memberId: string): Actor {
  return { id: memberId, roles: ['member'], stores: [], memberId }
}

/** A log line worth counting: how the door and the executor judged. */
export type Told = Pick<LogLine, 'message' | 'outcome' | 'metric' | 'tries'>

export type Call = {
  readonly actor: Actor
  readonly key?: string
  /** Milliseconds by which this worker's clock is off. */
  readonly skew?: number
  readonly plan?: (nth: number) => Planned | undefined
}

export type WorldOptions = {
  readonly seed: number
  readonly rules: Rules
  readonly faultRate: number
  readonly isOverlapping?: boolean
  readonly sabotage?: Sabotage | undefined
  /** Pieces of each reward and points of the budget; few enough to run out unless more are given. */
  readonly stock?: number
  readonly budget?: number
}

export class World {
  readonly seed: number
  readonly rules: Rules
  readonly turnstile: Turnstile
  readonly faults: FaultDesk | undefined
  readonly wire: Wire
  readonly told = new Map<string, number>()
  readonly #dice: Dice
  #ids = 0
  #processes = 0

  constructor({ seed, rules, faultRate, isOverlapping, sabotage }: WorldOptions, engine: Tables) {
    this.seed = seed
    this.rules = rules
    this.turnstile = isOverlapping ? new OpenTurnstile(seed) : new Turnstile(seed)
    this.faults = faultRate > 0 ? new FaultDesk(seed, faultRate) : undefined
    this.#dice = new Dice(seed, 'world')
    const { turnstile, faults } = this
    this.wire = new Wire({
      sabotage,
      turnstile,
      faults,
      engine,
      physics: new Physics({ seed }),
      dice: new Dice(seed, 'wire'),
    })
  }

  get now(): number {
    return START + this.turnstile.time
  }

  /** A process that carries out one command. `gone` is fulfilled when it ends in the middle. */
  process({ actor, key, skew = 0, plan }: Call): { ctx: Context; gone: Promise<'gone'>; process: Process } {
    const gone = Promise.withResolvers<'gone'>()
    this.#processes += 1
    const name = `p${this.#processes}`
    const process: Process = {
      name,
      awaits: 0,
      isGone: false,
      onGone: () => gone.resolve('gone'),
      ...(plan && { plan }),
    }
    const began = this.turnstile.time
    const ctx: Context = {
      actor,
      now: this.now + skew,
      requestId: name,
      language: 'en',
      newId: (prefix) => `${prefix}_${this.#ulid()}`,
      random: (below) => this.#dice.below(below),
      wait: (milliseconds) => this.turnstile.pause(milliseconds),
      elapsed: () => this.turnstile.time - began,
      table: this.wire.tablesFor(process),
      secret: async () => SECRET,
      log: (line) => this.#hear(line),
      ...(key !== undefined && { idempotencyKey: key }),
    }
    return { ctx, gone: gone.promise, process }
  }

  /** Alone and without faults, for what must be there before the run begins. */
  async set(task: (ctx: Context) => Promise<unknown>): Promise<void> {
    let failure: unknown
    const { ctx } = this.process({ actor: ADMIN })
    const done = task(ctx).catch((error: unknown) => {
      failure = error
    })
    await this.turnstile.run()
    await done
    if (failure !== undefined) throw failure
  }

  /** Sortable, unique, and the same for the same seed. */
  #ulid(): string {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    this.#ids += 1
    const tail = Array.from({ length: 12 }, () => alphabet[this.#dice.below(32)]).join('')
    return `01J9${this.#ids.toString().padStart(10, '0')}${tail}`
  }

  #hear({ level, message, outcome = '', metric }: LogLine): void {
    if (level === 'info' && message !== 'command') return
    const name = `${message} ${outcome}${metric === undefined ? '' : ` ${metric}`}`.trim()
    this.told.set(name, (this.told.get(name) ?? 0) + 1)
  }
}

/** With its program published, its stores open, and a stock and a budget filled; or once more over such tables. */
export async function openWorld(options: WorldOptions, tables?: Tables): Promise<World> {
  const world = new World(options, tables ?? (await ownTables()))
  if (tables) return world
  await world.set(async (ctx) => {
    await putProgram(ctx, { document: programOf(options.rules) })
    for (const storeId of STORES) await putStore(ctx, { storeId, store: { name: storeId } })
    await openShards(ctx, { subject: REWARD.id, shards: REWARD.shards, total: options.stock ?? REWARD.stock })
    await openShards(ctx, { subject: BUDGET.id, shards: BUDGET.shards, total: options.budget ?? BUDGET.points })
    await publishRewards(ctx, options.stock)
    await saveMark(ctx, new Date(START).toISOString().slice(0, 10))
  })
  return world
}

/** Under the names by which the model knows them. */
async function publishRewards(ctx: Context, given: number | undefined): Promise<void> {
  for (const [rewardId, { points, stock, limit, seconds }] of Object.entries(REWARDS)) {
    const held = { fulfilment: 'pickup', reservationTtl: `PT${seconds}S` }
    const way = seconds === undefined ? { fulfilment: 'instant' } : held
    const content = { name: { en: rewardId }, kind: 'goods', points, stock: given ?? stock, limit, ...way }
    await createReward({ ...ctx, newId: () => rewardId }, content)
    await putReward(ctx, { rewardId, ifMatch: '"1"', reward: { ...content, state: 'active' } })
  }
}

async function ownTables(): Promise<Tables> {
  const { endpoint } = await engine()
  return { ...(await freshTables()), ...shortClients(endpoint) }
}

/** An engine in memory keeps what is not dropped. */
export async function closeWorld({ wire: { tables } }: World): Promise<void> {
  for (const TableName of Object.values(tables.names)) await tables.reader.send(new DeleteTableCommand({ TableName }))
}

/** The program of the run as the product is told it. */
export function programOf(rules: Rules) {
  const { expiry, debt, transfer } = rules
  const grace = { restoreGrace: `P${rules.graceDays}D` }
  return aProgram({
    earning: {
      ...aProgram().earning,
      rules: [{ id: 'spend', kind: 'spend', ...rules.earn, wholeSteps: false }],
      caps: rules.dailyCap === undefined ? [] : [{ id: 'daily', per: 'day', points: rules.dailyCap, behaviour: 'cap' }],
      returnWindow: `P${rules.pendingDays ?? rules.tiers?.windowDays ?? 0}D`,
      pending: rules.pendingDays === undefined ? 'none' : 'return_window',
    },
    expiry: expiryOf(expiry, grace),
    refund:
      debt === undefined
        ? { policy: 'clamp' }
        : {
            policy: 'debt',
            ...(debt.max !== undefined && { maxDebt: debt.max }),
            ...(debt.forgiveMonths !== undefined && { forgiveAfter: `P${debt.forgiveMonths}M` }),
          },
    ...(transfer && { transfer: { enabled: true, minPoints: transfer.min, maxPointsPerMonth: transfer.maxPerMonth } }),
    ...(rules.tiers && { tiers: levelsOf(rules.tiers) }),
    ...(rules.approveOver !== undefined && { staff: { adjustApproveOver: rules.approveOver } }),
  })
}

function levelsOf({ measure, period, graceDays, thresholds, halves, downgrade }: TierRules) {
  const levels = [0, ...thresholds].map((threshold, level) => ({
    id: `t${level}`,
    name: { en: `Level ${level}` },
    threshold,
    multiplier: { num: halves[level] ?? 2, den: 2 },
    priorityCase: false,
    perks: [],
  }))
  const length = period === 'year' ? { kind: 'calendar_year' as const } : { kind: 'rolling' as const, months: period }
  return { measure, period: length, downgrade, grace: `P${graceDays}D`, warnings: [], levels }
}

function expiryOf(expiry: Rules['expiry'], grace: { restoreGrace: string }) {
  switch (expiry.mode) {
    case 'none':
      return { mode: 'none' as const, ...grace }
    case 'calendar':
      return { mode: 'calendar' as const, dates: [...expiry.dates], minLife: `P${expiry.minDays}D`, ...grace }
    case 'rolling':
      return { mode: 'rolling' as const, period: `P${expiry.months}M`, roundUp: 'month' as const, ...grace }
    case 'inactivity': {
      const resetBy: ('earn' | 'redeem')[] = ['earn', 'redeem']
      return { mode: 'inactivity' as const, period: `P${expiry.months}M`, roundUp: 'month' as const, resetBy, ...grace }
    }
  }
}
