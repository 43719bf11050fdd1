/**
 * A shop for restore drills: its own tables, members, and traffic by chance through the product's own commands. Of its last
 * transactions it remembers every version of every row, because a restore may bring back any of them.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { ulid } from 'ulid'
import { enrol } from '../functions/members/enrol.ts'
import type { Actor } from '../functions/platform/auth.ts'
import { type Context, contextOf, processServices } from '../functions/platform/context.ts'
import { Refusal } from '../functions/platform/problem.ts'
import { type Row, type Tables, tableClients } from '../functions/platform/table.ts'
import { type Key, PARTITION, SORT, TABLES, type TableDesign } from '../functions/platform/table-design.ts'
import { adjust } from '../functions/points/adjust.ts'
import { award } from '../functions/points/award.ts'
import { capture } from '../functions/points/capture.ts'
import { close } from '../functions/points/close.ts'
import { freeze, unfreeze } from '../functions/points/freeze.ts'
import { merge } from '../functions/points/merge.ts'
import { redeem } from '../functions/points/redeem.ts'
import { refund } from '../functions/points/refund.ts'
import { reserve } from '../functions/points/reserve.ts'
import { transfer } from '../functions/points/transfer.ts'
import { voidReservation } from '../functions/points/void.ts'
import { decideApproval } from '../functions/program/approval-decision.ts'
import { putProgram } from '../functions/program/put.ts'
import { putStore } from '../functions/program/put-store.ts'
import { isoTime } from '../functions/shared/dates.ts'
import { REGION } from './aws.ts'
import { nthRandom, type Random } from './chance.ts'
import { rowsOf } from './drill-recover.ts'
import { engineClient } from './engine.ts'
import { STARTER_PROGRAM } from './starter-program.ts'
import { ensureTables } from './tables.ts'

/** What one transaction left of one row. */
export type Version = { readonly transaction: number; readonly row: Row }
/** `pk sk` to row. */
export type Rows = Map<string, Row>

const ADMIN: Actor = { id: 'drill-admin', roles: ['admin'], stores: '*' }
const TILL: Actor = { id: 'drill-till', roles: ['pos'], stores: '*' }
const STORE = 'central'
const START = Date.parse('2026-11-23T10:00:00Z')

export function nameOf({ pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }): string {
  return `${String(pk)} ${String(sk)}`
}

export async function emptyTables(endpoint: string, name: string): Promise<Tables> {
  const names = { Ledger: `${name}-Ledger`, Members: `${name}-Members`, Operations: `${name}-Operations` }
  const specs = Object.entries(TABLES).map(([table, design]) => specOf(names[table as keyof typeof names], design))
  await ensureTables(engineClient(endpoint), specs)
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const clients = tableClients({ endpoint, region: REGION, credentials })
  return { ...clients, names, usage: { requests: 0, writeUnits: 0, readUnits: 0 } }
}

function specOf(name: string, { indexes }: TableDesign) {
  const schema = (partition: string, sort?: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' as const }]),
  ]
  const listed = Object.entries(indexes)
  const attributes = new Set([
    PARTITION,
    SORT,
    ...Object.values(indexes).flatMap((index) => [index.partition, index.sort ?? SORT]),
  ])
  return {
    name,
    KeySchema: schema(PARTITION, SORT),
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    BillingMode: 'PAY_PER_REQUEST' as const,
    ...(listed.length > 0 && {
      GlobalSecondaryIndexes: listed.map(([IndexName, { partition, sort }]) => ({
        IndexName,
        KeySchema: schema(partition, sort),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  }
}

export async function rowsIn(tables: Tables): Promise<Rows> {
  const rows: Rows = new Map()
  for await (const row of rowsOf(tables)) rows.set(nameOf(row), row)
  return rows
}

export class DrillShop {
  readonly tables: Tables
  readonly #seed: number
  readonly #members: string[] = []
  readonly #receipts: { readonly number: string; readonly memberId: string }[] = []
  readonly #reservations: string[] = []
  #count = 0

  constructor(tables: Tables, seed: number) {
    this.tables = tables
    this.#seed = seed
  }

  /** Time goes on by a second with each command. */
  context(actor: Actor, tables = this.tables): Context {
    const random = nthRandom(this.#seed, this.#count)
    const services = processServices(
      (usage) => ({ ...tables, usage }),
      async () => 'the secret of the drill',
    )
    const now = START + 1_000 * ++this.#count
    const request = { actor, now, requestId: 'drill', language: 'en', idempotencyKey: `drill-${this.#count}` } as const
    const seeded = {
      newId: (prefix: string) => `${prefix}_${ulid(now, random)}`,
      random: (below: number) => Math.floor(random() * below),
      log: () => undefined,
    }
    return contextOf({ ...services, ...seeded }, request)
  }

  async open(members: number): Promise<void> {
    const transfers = { transfer: { enabled: true, minPoints: 1, maxPointsPerMonth: 1_000_000 } }
    await putProgram(this.context(ADMIN), { document: { ...STARTER_PROGRAM, ...transfers } })
    await putStore(this.context(ADMIN), { storeId: STORE, store: { name: 'Central' } })
    for (let n = 0; n < members; n += 1) {
      const { body } = await enrol(this.context(ADMIN), { externalId: `drill-${n}`, storeId: STORE })
      this.#members.push(String((body as { readonly id: unknown }).id))
    }
    for (const memberId of this.#members) await this.#buy(memberId, 100_000)
  }

  /** Commands by chance, one after the other so that a seed repeats them. What a rule refuses is traffic too. */
  async trade(commands: number): Promise<void> {
    for (let n = 0; n < commands; n += 1) await this.#deed()
  }

  /** The same, remembered. @returns each version of each row that they wrote, oldest first, by its name. */
  async record(commands: number): Promise<Map<string, Version[]>> {
    const versions = new Map<string, Version[]>()
    for (let transaction = 0; transaction < commands; transaction += 1) {
      for (const key of await this.#watched(() => this.#deed())) {
        const { Item } = await this.tables.reader.send(
          new GetCommand({ TableName: this.tables.names.Ledger, Key: key, ConsistentRead: true }),
        )
        if (Item === undefined) throw new Error(`${nameOf(key)} was written and is gone`)
        versions.set(nameOf(key), [...(versions.get(nameOf(key)) ?? []), { transaction, row: Item }])
      }
    }
    return versions
  }

  /** @returns the keys of the ledger's rows that were written meanwhile. */
  async #watched(run: () => Promise<void>): Promise<Key[]> {
    const keys = new Map<string, Key>()
    const name = 'drill'
    for (const client of [this.tables.reader, this.tables.writer]) {
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args)
          for (const key of keysOf(args.input, this.tables.names.Ledger)) keys.set(nameOf(key), key)
          return result
        },
        { step: 'initialize', name, override: true },
      )
    }
    await run()
    for (const client of [this.tables.reader, this.tables.writer]) client.middlewareStack.remove(name)
    return [...keys.values()]
  }

  async #deed(): Promise<void> {
    const random = nthRandom(this.#seed ^ 0x5eed, ++this.#count)
    try {
      await this.#by(random)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }

  async #by(random: Random): Promise<void> {
    const draw = random()
    const memberId = picked(this.#members, random) ?? ''
    const points = 1 + Math.floor(random() * 60)
    if (draw < 0.35) return this.#buy(memberId, 100 * points)
    if (draw < 0.5) return this.#refund(random)
    if (draw < 0.62) return void (await redeem(this.context(TILL), { memberId, points, storeId: STORE }))
    if (draw < 0.74) return this.#reserve(memberId, points)
    if (draw < 0.86) return this.#end(random)
    if (draw < 0.93) {
      const about = { reason: 'goodwill', note: 'Sorry' }
      return void (await adjust(this.context(ADMIN), { memberId, points, ...about }))
    }
    if (draw < 0.96) return this.#standing(memberId, random)
    const sender: Actor = { id: memberId, roles: ['member'], stores: [], memberId }
    return void (await transfer(this.context(sender), { to: picked(this.#members, random), points }))
  }

  /** What only people in charge do to an account; rare, so that most of them go on. */
  async #standing(memberId: string, random: Random): Promise<void> {
    const draw = random()
    const about = { memberId, reason: 'drill' }
    if (draw < 0.6) return void (await freeze(this.context(ADMIN), about))
    if (draw < 0.75) return void (await unfreeze(this.context(ADMIN), about))
    if (draw < 0.85) return void (await close(this.context(ADMIN), about))
    await this.#merge({ memberId, into: picked(this.#members, random) ?? '' })
  }

  async #merge(wish: { readonly memberId: string; readonly into: string }): Promise<void> {
    const refusal = await merge(this.context(ADMIN), wish).then(undefined, (error: unknown) => error)
    const approvalId = refusal instanceof Refusal ? refusal.details.more?.approvalId : undefined
    if (typeof approvalId !== 'string') throw refusal
    const yes = { approvalId, decision: 'approve', reason: 'drill' } as const
    await decideApproval(this.context({ ...ADMIN, id: 'drill-other-admin' }), yes)
    await merge(this.context(ADMIN), { ...wish, approvalId })
  }

  async #buy(memberId: string, amount: number): Promise<void> {
    const ctx = this.context(TILL)
    const receiptNumber = `D${this.#count}`
    const money = { amount, currency: STARTER_PROGRAM.currency }
    await award(ctx, { memberId, storeId: STORE, receiptNumber, purchasedAt: isoTime(ctx.now), amount: money })
    this.#receipts.push({ number: receiptNumber, memberId })
  }

  async #refund(random: Random): Promise<void> {
    const receipt = picked(this.#receipts, random)
    if (receipt === undefined) return
    const ctx = this.context(TILL)
    const about = { storeId: STORE, receiptNumber: receipt.number, refundNumber: `F${this.#count}` }
    const amount = { amount: 50, currency: STARTER_PROGRAM.currency }
    await refund(ctx, { ...about, refundedAt: isoTime(ctx.now), amount })
  }

  async #reserve(memberId: string, points: number): Promise<void> {
    const { body } = await reserve(this.context(TILL), { memberId, points, storeId: STORE, expiresInSeconds: 600 })
    this.#reservations.push(String((body as { readonly id: unknown }).id))
  }

  async #end(random: Random): Promise<void> {
    const reservationId = this.#reservations.splice(Math.floor(random() * this.#reservations.length), 1)[0]
    if (reservationId === undefined) return
    const ctx = this.context(TILL)
    if (random() < 0.5) await capture(ctx, { reservationId, receiptNumber: `P${this.#count}` })
    else await voidReservation(ctx, { reservationId })
  }
}

function picked<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items[Math.floor(random() * items.length)]
}

type Written = { readonly TableName?: string; readonly Item?: Row; readonly Key?: Row }

function keysOf(input: object, table: string): Key[] {
  const { TransactItems = [], ...single } = input as Written & { readonly TransactItems?: Record<string, Written>[] }
  const isWrite = single.Item !== undefined
  const all = [...TransactItems.flatMap((item) => Object.values(item)), ...(isWrite ? [single] : [])]
  return all.flatMap(({ TableName, Item, Key }) => {
    const { pk, sk } = Item ?? Key ?? {}
    return TableName === table ? [{ pk: String(pk), sk: String(sk) }] : []
  })
}
