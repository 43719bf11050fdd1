/** What a command may touch: who, when, chance, the tables and the log. Nothing else enters the business. */
import { randomFillSync, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ulid } from 'ulid'
import type { IdPrefix } from '../shared/ids.ts'
import type { Actor } from './auth.ts'
import { type Log, log } from './log.ts'
import type { Language } from './problem.ts'
import type { Tables } from './table.ts'

export type Context = {
  readonly actor: Actor
  /** Milliseconds since 1970; one value for the whole command. */
  readonly now: number
  readonly requestId: string
  readonly idempotencyKey?: string
  readonly language: Language
  readonly newId: (prefix: IdPrefix) => string
  /** A whole number from 0 up to and without `below`. */
  readonly random: (below: number) => number
  readonly wait: (milliseconds: number) => Promise<void>
  /** Elapsed milliseconds, for deadlines; unlike `now` it moves while the command runs. */
  readonly elapsed: () => number
  readonly table: Tables
  /** Keys contact digests and cursors; fetched once per process. */
  readonly secret: () => Promise<string>
  readonly log: Log
}

/** Chance for ids, drawn from the system by the kilobyte: one draw for each of an id's characters takes 30 times as long. */
const pool = new Uint8Array(1_024)
let drawn = pool.length

function pooledChance(): number {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  const byte = pool[drawn] ?? 0
  drawn += 1
  return byte / 256
}

/** The parts of a context that belong to the process and not to the request. */
export type Services = Pick<Context, 'newId' | 'random' | 'wait' | 'secret' | 'log'> & {
  readonly table: (usage: Tables['usage']) => Tables
}

export function processServices(table: Services['table'], secret: Services['secret']): Services {
  return {
    newId: (prefix) => `${prefix}_${ulid(undefined, pooledChance)}`,
    random: (below) => randomInt(below),
    wait: async (milliseconds) => {
      await sleep(milliseconds)
    },
    secret,
    log,
    table,
  }
}

export type Request = Pick<Context, 'actor' | 'now' | 'requestId' | 'idempotencyKey' | 'language'>

/** For one of many commands that a worker carries out: it has the whole time of a command, whenever it is its turn. */
export function withOwnTime(ctx: Context): Context {
  const began = ctx.elapsed()
  return { ...ctx, elapsed: () => ctx.elapsed() - began }
}

export function contextOf(services: Services, request: Request): Context {
  const started = performance.now()
  return {
    ...services,
    ...request,
    elapsed: () => performance.now() - started,
    table: services.table({ requests: 0, writeUnits: 0, readUnits: 0 }),
  }
}
