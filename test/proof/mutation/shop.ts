/**
 * The shop in which the stories of this folder play: verbs are called through their doors, over tables of their own on
 * the real engine; time, chance and ids are counted, and the story says what happens between any two calls.
 */
import assert from 'node:assert/strict'
import { PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { Answer } from '../../../functions/platform/answer.ts'
import type { Actor } from '../../../functions/platform/auth.ts'
import type { Command } from '../../../functions/platform/command.ts'
import type { Context } from '../../../functions/platform/context.ts'
import type { LogLine } from '../../../functions/platform/log.ts'
import { Refusal, STATUS } from '../../../functions/platform/problem.ts'
import type { Row, Tables } from '../../../functions/platform/table.ts'
import { emptyAccountRow, type Key, keys, type TableName } from '../../../functions/platform/table-design.ts'
import { InvariantBroken } from '../../../functions/platform/transact.ts'
import { putProgram } from '../../../functions/program/put.ts'
import { putStore } from '../../../functions/program/put-store.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import type { Wire } from './wire.ts'

export const START = Date.parse('2026-11-23T10:00:00Z')
export const ADMIN: Actor = { id: 'admin-1', roles: ['admin'], stores: '*' }

/** `201`, `200 again`, `409 debt`, `409 debt again`, `alarm: …` for a broken invariant, or `bug: …`. */
export type Reply = { readonly outcome: string; readonly body: unknown }

export type Asking = { readonly key?: string; readonly actor?: Actor }

export type Shop = {
  readonly wire: Wire
  readonly tables: Tables
  readonly logs: LogLine[]
  readonly waits: number[]
  now: number
  /** Milliseconds since the shop opened, as deadlines count them; waiting adds to it. */
  elapsed: number
  /** Numbers that chance draws next; after these it counts. */
  readonly draws: number[]
  /** Set where rows were written past the product, so that the books need not balance. */
  hasPlanted: boolean
  context(asking?: Asking): Context
  ask<Output>(verb: Command<never, Output> | Door, input: unknown, asking?: Asking): Promise<Reply>
  /** Numbers and keys that were not used yet. */
  next(): string
  /** The id that the next call for this prefix gets. */
  upcomingId(prefix: string): string
  /** A member with an account and nothing on it. */
  member(): Promise<string>
  rows(table?: TableName): Promise<readonly Row[]>
  row(table: TableName, key: Key): Promise<Row | undefined>
  plant(table: TableName, row: Row & Key): Promise<void>
  change(table: TableName, key: Key, fields: Record<string, unknown>): Promise<void>
  /** From now on whoever does not ask for a consistent read is told what is true at this moment. */
  readLate(): Promise<void>
}

type Door = (ctx: Context, input: unknown) => Promise<unknown>

/** `raw` is a client that no wire stands before. */
export type Premises = {
  readonly tables: Tables
  readonly raw: Tables['reader']
  readonly wire: Wire
  /** Makes further tables. */
  readonly freshNames: () => Promise<Tables['names']>
}

export function openShop({ tables, raw, wire, freshNames }: Premises): Shop {
  const ids = new Map<string, number>()
  const draws: number[] = []
  let drawn = 0
  let numbers = 0
  const idOf = (prefix: string, n: number) => `${prefix}_01J9${String(n).padStart(22, '0')}`
  const shop: Shop = {
    wire,
    tables,
    logs: [],
    waits: [],
    now: START,
    elapsed: 0,
    draws,
    hasPlanted: false,
    context: ({ key, actor = ADMIN } = {}) => ({
      actor,
      now: shop.now,
      requestId: `request-${++numbers}`,
      language: 'en',
      newId(prefix) {
        ids.set(prefix, (ids.get(prefix) ?? 0) + 1)
        return idOf(prefix, ids.get(prefix) ?? 0)
      },
      random: (below) => (draws.shift() ?? ++drawn) % below,
      wait: async (milliseconds) => {
        shop.waits.push(milliseconds)
        shop.elapsed += milliseconds
      },
      elapsed: () => shop.elapsed,
      table: { ...tables, usage: { requests: 0, writeUnits: 0, readUnits: 0 } },
      secret: async () => 'the secret of the stories',
      log: (line) => {
        shop.logs.push(line)
      },
      ...(key !== undefined && { idempotencyKey: key }),
    }),
    ask: (verb, input, asking) => replyOf(() => (verb as Door)(shop.context(asking), input)),
    next: () => `n${++numbers}`,
    upcomingId: (prefix) => idOf(prefix, (ids.get(prefix) ?? 0) + 1),
    async member() {
      const memberId = shop.context().newId('mem')
      await putRaw({ tables, raw }, 'Ledger', emptyAccountRow(memberId, shop.now))
      return memberId
    },
    rows: (table = 'Ledger') => rowsRaw({ tables, raw }, table),
    row: async (table, { pk, sk }) => (await shop.rows(table)).find((row) => row.pk === pk && row.sk === sk),
    async plant(table, row) {
      shop.hasPlanted = true
      await putRaw({ tables, raw }, table, row)
    },
    async change(table, key, fields) {
      shop.hasPlanted = true
      await raw.send(changeOf(tables.names[table], key, fields))
    },
    readLate: () => readLate({ tables, raw, wire, freshNames }),
  }
  return shop
}

type Shelf = Pick<Premises, 'tables' | 'raw'>

async function putRaw({ tables, raw }: Shelf, table: TableName, row: Row): Promise<void> {
  await raw.send(new PutCommand({ TableName: tables.names[table], Item: row }))
}

async function rowsRaw({ tables, raw }: Shelf, table: TableName): Promise<readonly Row[]> {
  return (await raw.send(new ScanCommand({ TableName: tables.names[table], ConsistentRead: true }))).Items ?? []
}

async function readLate({ tables, raw, wire, freshNames }: Premises): Promise<void> {
  const names = await freshNames()
  for (const table of ['Ledger', 'Members', 'Operations'] as const) {
    for (const row of await rowsRaw({ tables, raw }, table))
      await putRaw({ tables: { ...tables, names }, raw }, table, row)
  }
  wire.readLate(names)
}

function changeOf(table: string, key: Key, fields: Record<string, unknown>): UpdateCommand {
  const names = Object.keys(fields)
  return new UpdateCommand({
    TableName: table,
    Key: key,
    UpdateExpression: `SET ${names.map((_, index) => `#f${index} = :f${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#f${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map((name, index) => [`:f${index}`, fields[name]])),
  })
}

export async function replyOf(run: () => Promise<unknown>): Promise<Reply> {
  try {
    const answer = await run()
    if (!(answer instanceof Answer)) return { outcome: '200', body: answer }
    const isAgain = answer.headers['Idempotency-Replayed'] === 'true'
    return { outcome: `${answer.status}${isAgain ? ' again' : ''}`, body: answer.body }
  } catch (error) {
    if (error instanceof InvariantBroken) return { outcome: `alarm: ${error.message}`, body: undefined }
    if (!(error instanceof Refusal)) return { outcome: `bug: ${String(error)}`, body: undefined }
    const again = error.firstInstance === undefined ? '' : ' again'
    return { outcome: `${STATUS[error.code]} ${error.code}${again}`, body: error.details }
  }
}

/** Publishes the program and opens its store. */
export async function publish(shop: Shop, sections: Partial<GivenProgram> = {}): Promise<void> {
  const document = aProgram(sections)
  const published = await shop.ask(putProgram, { document })
  assert.equal(published.outcome, '201')
  const opened = await shop.ask(putStore, { storeId: 'central', store: { name: 'Central' } })
  assert.equal(opened.outcome, '201')
}

/** The account as it is stored: version, status, and the four balances. */
export async function accountOf(shop: Shop, memberId: string) {
  const row = (await shop.row('Ledger', keys.account(memberId))) ?? {}
  const { v, s, a, p, r, d } = row
  return {
    version: Number(v),
    status: String(s),
    available: Number(a),
    pending: Number(p),
    reserved: Number(r),
    debt: Number(d),
  }
}

/** Runs once, just before the next call that begins like this is sent. */
export function before(shop: Shop, call: string, act: () => Promise<unknown>): void {
  shop.wire.on(call, async ({ send }) => {
    await act()
    return send()
  })
}

/** Status and code as a story expects them. */
export async function expectOutcome(asked: Promise<Reply>, outcome: string): Promise<Reply> {
  const reply = await asked
  assert.equal(reply.outcome, outcome)
  return reply
}
