/**
 * A shop in tables of its own, with a program, a store and members, and the verbs as its tills call them. The time of day is
 * a value here: what happens at midnight can be measured at noon.
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { enrol } from '../functions/members/enrol.ts'
import { Answer } from '../functions/platform/answer.ts'
import type { Actor } from '../functions/platform/auth.ts'
import { type Context, contextOf, processServices, type Services } from '../functions/platform/context.ts'
import type { LogLine } from '../functions/platform/log.ts'
import type { Row, Tables } from '../functions/platform/table.ts'
import { award } from '../functions/points/award.ts'
import { putProgram } from '../functions/program/put.ts'
import { putStore } from '../functions/program/put-store.ts'
import { type GivenProgram, STARTER_PROGRAM } from '../local/starter-program.ts'
import { freshTables } from '../test/support/tables.ts'

export const STORE = 'central'
export const NOON = Date.parse('2026-11-23T12:00:00Z')

const EVERYWHERE = { stores: '*' } as const
export const ADMIN: Actor = { id: 'staff-7f3a9c', roles: ['admin'], ...EVERYWHERE }
export const MANAGER: Actor = { id: 'staff-51be02', roles: ['manager'], ...EVERYWHERE }
export const TILL: Actor = { id: 'till-central-1', roles: ['pos'], ...EVERYWHERE }

/** Points last two years and end with a month, so that an account holds 25 lots at most; above 1,000 two people adjust. */
export const PROGRAM: GivenProgram = {
  ...STARTER_PROGRAM,
  expiry: { mode: 'rolling', period: 'P24M', roundUp: 'month', restoreGrace: 'P7D' },
  staff: { adjustApproveOver: 1_000 },
  transfer: { enabled: true, minPoints: 1, maxPointsPerMonth: 1_000_000 },
}

export type Shop = {
  readonly tables: Tables
  readonly services: Services
  /** Milliseconds since 1970; may be set. */
  now: number
  /** The lines that were logged, oldest first. */
  readonly logs: LogLine[]
  readonly by: (actor: Actor) => Context
  /** A number, key or name that was not used before. */
  readonly next: () => string
}

/** Counts are taken at one moment for all; what goes through a handler, which has the clock of its process, at the present. */
export async function openShop(now: number = NOON, program: GivenProgram = PROGRAM): Promise<Shop> {
  const tables = await freshTables()
  const logs: LogLine[] = []
  const services: Services = {
    ...processServices(
      (usage) => ({ ...tables, usage }),
      async () => 'a secret of 32 bytes for the bench',
    ),
    log: (line) => logs.push(line),
  }
  let numbers = 0
  const next = () => `n-${String(++numbers)}`
  const shop: Shop = {
    ...{ tables, services, logs, next, now },
    by: (actor) =>
      contextOf(services, { actor, now: shop.now, requestId: 'bench', idempotencyKey: next(), language: 'en' }),
  }
  await putProgram(shop.by(ADMIN), { document: program })
  await putStore(shop.by(ADMIN), { storeId: STORE, store: { name: 'Central' } })
  return shop
}

export function person(shop: Shop) {
  const number = 2_000_000 + Number(shop.next().slice('n-'.length))
  return {
    name: 'Nora Newcomb',
    phone: `+1415${number}`,
    email: `nora.${number}@example.com`,
    storeId: STORE,
  }
}

/** @returns the member's id */
export async function enrolled(shop: Shop, fields = person(shop)): Promise<string> {
  return idOf(await enrol(shop.by(ADMIN), fields))
}

export function receiptOf(shop: Shop, memberId: string) {
  return {
    ...{ memberId, storeId: STORE, receiptNumber: shop.next() },
    ...{ amount: { amount: 10_000, currency: 'GBP' }, purchasedAt: new Date(shop.now - 60_000).toISOString() },
  }
}

/**
 * Somebody else buys something: the first receipt of a deployment carries one item more, and the program and the store are
 * read once in ten seconds. What comes after this pays for neither.
 */
export async function warm(shop: Shop): Promise<void> {
  const memberId = await enrolled(shop)
  for (const _ of ['first', 'second']) await bought(shop, memberId)
}

export async function bought(shop: Shop, memberId: string): Promise<string> {
  const receipt = receiptOf(shop, memberId)
  await award(shop.by(TILL), receipt)
  return receipt.receiptNumber
}

const Named = z.object({ id: z.string() })

/** The id of what a verb has just made. */
export function idOf(output: unknown): string {
  return Named.parse(output instanceof Answer ? output.body : output).id
}

/** Writes a row past the verbs, to begin at a state that takes years to come by. */
export async function plant(shop: Shop, table: keyof Tables['names'], row: Row): Promise<void> {
  await shop.tables.reader.send(new PutCommand({ TableName: shop.tables.names[table], Item: row }))
}
