/** Part D of the catalogue: what is sent twice, late, changed or under a wrong key happens once, and is answered as at first. */
import { expect } from 'vitest'
import type { Client, Reply } from '../support/api.ts'
import { callerOf, MATRIX, type MatrixRow, type Sent } from '../support/matrix.ts'
import type { Act, Scene } from './catalogue.ts'
import { unreachable } from './deeds.ts'
import { buy, enrolled, fullReceipt, fullRefund, type Shop } from './shop.ts'
import { changes, stored } from './stored.ts'

const KEYED = MATRIX.filter(({ isKeyed }) => isKeyed)
const titleOf = ({ method, path }: MatrixRow) => `${method} ${path}`

/** Other content under the same key; a void has none to change. */
const OTHERWISE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '/members': { name: 'Somebody Else' },
  '/points/redemptions': { points: 11 },
  '/points/reservations': { points: 11 },
  '/points/reservations/:reservationId/capture': { points: 3 },
  '/points/adjustments': { points: 6 },
  '/me/transfers': { points: 11 },
}

/** Entries that one command writes, where it is not one. */
const ENTRIES: Readonly<Record<string, number>> = {
  '/me/transfers': 2,
  // A person on the staff has a record and no account.
  '/program/staff': 0,
  // A voucher is used without an entry: its points were spent when it was given.
  '/rewards/vouchers/:code/consume': 0,
}

const BAD_KEYS: Readonly<Record<string, string>> = {
  'an empty key': '',
  'a key of 256 characters': 'k'.repeat(256),
  'a key with a space': 'a b',
  'a key with a tab': 'a\tb',
  'a key with DEL': 'a\u007fb',
  'a key beyond ASCII': 'clé',
  'a key of an emoji': '🔑',
}

function send(
  shop: Shop,
  row: MatrixRow,
  { path, options }: Sent,
  client: Client = callerOf(shop, row),
): Promise<Reply> {
  return client.send(row.method, path, options)
}

/** Somebody else whom the row lets in. */
function anotherFor(shop: Shop, { may }: MatrixRow): Client {
  const isForMembers = may !== 'anyone' && may.includes('member')
  if (isForMembers) return shop.api.as('member', { memberId: shop.stranger.id })
  return shop.api.as('admin', { id: 'another-admin' })
}

function withKey({ path, options }: Sent, key: string | undefined): Sent {
  const { key: _, ...rest } = options
  return { path, options: { ...rest, ...(key !== undefined && { key }) } }
}

/** The same content in another order of keys, with white space between. */
function respelled({ path, options }: Sent): Sent {
  const { body, ...rest } = options
  const turned = Object.fromEntries(Object.entries(body as object).reverse())
  return { path, options: { ...rest, raw: `\n\t${JSON.stringify(turned, null, 3)} ` } }
}

/** @returns the act that must be answered as the first request was. */
async function again(shop: Shop, row: MatrixRow, later: (sent: Sent) => Sent = (sent) => sent): Promise<Act> {
  const sent = await row.request(shop)
  const first = await send(shop, row, sent)
  expect(first.status).toBe(row.status)
  return async () => expectReplay(await send(shop, row, later(sent)), first, row.status)
}

function expectReplay(reply: Reply, first: Reply, status: number): Reply {
  expect([reply.status, reply.headers['idempotency-replayed']]).toEqual([status, 'true'])
  expect(reply.body).toEqual(first.body)
  return reply
}

const forKeyed = (make: (row: MatrixRow) => Scene[]) => KEYED.flatMap(make)

const KEYS: readonly Scene[] = [
  ...forKeyed((row) => [
    {
      number: 51,
      what: `${titleOf(row)} without a key`,
      arrange: async (shop) => {
        const sent = withKey(await row.request(shop), undefined)
        return () => send(shop, row, sent)
      },
      expect: [400, 'idempotency_key_required'],
    },
    ...Object.entries(BAD_KEYS).map(
      ([what, key]): Scene => ({
        number: 52,
        what: `${titleOf(row)} with ${what}`,
        arrange: async (shop) => {
          const sent = withKey(await row.request(shop), key)
          return () => send(shop, row, sent)
        },
        expect: [400, 'idempotency_key_invalid'],
      }),
    ),
    {
      number: 52,
      what: `${titleOf(row)} with a key of 255 characters of every kind`,
      arrange: async (shop) => {
        const key = `${shop.next()}!~"{}\\/`.padEnd(255, '#')
        const sent = withKey(await row.request(shop), key)
        return () => send(shop, row, sent)
      },
      expect: [row.status],
      writes: true,
    },
    { number: 53, what: `${titleOf(row)} again`, arrange: (shop) => again(shop, row), expect: [row.status] },
    {
      number: 53,
      what: `${titleOf(row)} again in other words`,
      arrange: (shop) => again(shop, row, respelled),
      expect: [row.status],
    },
    {
      number: 56,
      what: `${titleOf(row)} of another caller under the same key`,
      arrange: async (shop) => {
        const [first, second] = [await row.request(shop), await row.request(shop)]
        expect((await send(shop, row, first)).status).toBe(row.status)
        const sent = withKey(second, first.options.key)
        return () => send(shop, row, sent, anotherFor(shop, row))
      },
      expect: [row.status],
      writes: true,
    },
    ...['P31D', 'P5Y'].map(
      (later): Scene => ({
        number: 57,
        what: `${titleOf(row)} again after ${later}`,
        isAlone: true,
        arrange: async (shop) => {
          const act = await again(shop, row)
          shop.api.clock.advance(later)
          return act
        },
        expect: [row.status],
      }),
    ),
    {
      number: 55,
      what: `${titleOf(row)} 50 times at once`,
      arrange: async (shop) => {
        const sent = await row.request(shop)
        return () => atOnce(shop, row, sent)
      },
      expect: [row.status],
      writes: true,
    },
  ]),
  ...forKeyed((row) => {
    const changed = OTHERWISE[row.path]
    if (changed === undefined) return []
    return [
      {
        number: 54,
        what: `${titleOf(row)} with other content under the same key`,
        arrange: async (shop) => {
          const sent = await row.request(shop)
          expect((await send(shop, row, sent)).status).toBe(row.status)
          const { path, options } = sent
          const other = { path, options: { ...options, body: { ...(options.body as object), ...changed } } }
          return () => send(shop, row, other)
        },
        expect: [422, 'idempotency_key_reused'],
      },
    ]
  }),
  {
    number: 56,
    what: 'one key on every route that takes one',
    arrange: async (shop) => {
      const key = shop.next()
      const last = KEYED.at(-1) ?? unreachable()
      for (const row of KEYED.slice(0, -1)) {
        expect([row.path, (await send(shop, row, withKey(await row.request(shop), key))).status]).toEqual([
          row.path,
          row.status,
        ])
      }
      const sent = withKey(await last.request(shop), key)
      return () => send(shop, last, sent)
    },
    expect: [201],
    writes: true,
  },
]

/** One effect; every answer is the same, or says that the first is still running. */
async function atOnce(shop: Shop, row: MatrixRow, sent: Sent): Promise<Reply> {
  const before = await stored(shop.api)
  const replies = await Promise.all(Array.from({ length: 50 }, () => send(shop, row, sent)))
  const made = replies.filter(({ headers }) => headers['idempotency-replayed'] === undefined)
  const [first] = made.filter(({ status }) => status === row.status)
  if (first === undefined) throw new Error(`no request was let through: ${JSON.stringify(replies[0]?.body)}`)
  for (const reply of replies) {
    const isSame = reply.status === row.status && JSON.stringify(reply.body) === JSON.stringify(first.body)
    const isWaiting = reply.status === 409 && reply.body.code === 'request_in_progress'
    expect([reply.status, reply.body.code, isSame || isWaiting]).toEqual([reply.status, reply.body.code, true])
  }
  expect(made.filter(({ status }) => status === row.status)).toHaveLength(1)
  const effects = changes(before, await stored(shop.api)).filter((key) => / E#\d+$| PROFILE$/.test(key))
  expect(effects).toHaveLength(ENTRIES[row.path] ?? 1)
  return first
}

const PURCHASES = '/v1/points/purchases'
const REFUNDS = '/v1/points/refunds'

type Body = Readonly<Record<string, unknown>>

/** A receipt awarded, then sent again with changes. */
function repeated(
  number: number,
  what: string,
  change: (body: Body, shop: Shop) => Promise<Body> | Body,
  expects: Scene['expect'],
  more: Partial<Scene> = {},
): Scene {
  return {
    number,
    what,
    arrange: async (shop) => {
      const body = fullReceipt(shop)
      expect((await shop.admin.post(PURCHASES, body)).status).toBe(201)
      const next = await change(body, shop)
      return () => shop.admin.post(PURCHASES, next, { key: shop.next() })
    },
    expect: expects,
    ...more,
  }
}

const money = (amount: number) => ({ amount, currency: 'GBP' })

export const ONCE: readonly Scene[] = [
  ...KEYS,
  repeated(59, 'a receipt again under a new key', (body) => body, [200], { replayed: true }),
  repeated(
    59,
    'a receipt again, its member named by card',
    ({ memberId: _, ...body }, shop) => ({ ...body, cardNumber: shop.member.cardNumber }),
    [200],
    { replayed: true },
  ),
  ...['P31D', 'P5Y'].map((later) =>
    repeated(
      57,
      `a receipt again after ${later}`,
      (body, { api }) => {
        api.clock.advance(later)
        return body
      },
      [200],
      { replayed: true, isAlone: true },
    ),
  ),
  repeated(
    60,
    'a receipt of another amount',
    ({ lines: _, shipping: __, tips: ___, tenders: ____, ...body }) => ({ ...body, amount: money(3_001) }),
    [409, 'receipt_conflict'],
  ),
  repeated(60, 'a receipt of another member', async (body, shop) => ({ ...body, memberId: await enrolled(shop, 0) }), [
    409,
    'receipt_conflict',
  ]),
  repeated(60, 'a receipt of another day', (body) => ({ ...body, purchasedAt: '2026-11-22T09:29:00Z' }), [
    409,
    'receipt_conflict',
  ]),
  repeated(60, 'a receipt with other lines', (body) => ({ ...body, lines: [{ amount: 2_500 }] }), [
    409,
    'receipt_conflict',
  ]),
  repeated(61, 'another receipt under a used key', (body, shop) => ({ ...body, receiptNumber: shop.next() }), [201], {
    writes: true,
  }),
  repeated(61, 'a receipt of the same number in another store', (body) => ({ ...body, storeId: 'north' }), [201], {
    writes: true,
  }),
  {
    number: 55,
    what: 'a receipt 50 times at once',
    arrange: async (shop) => {
      const body = fullReceipt(shop)
      return async () => {
        const replies = await Promise.all(Array.from({ length: 50 }, () => shop.admin.post(PURCHASES, body)))
        const [first] = replies.filter(({ status }) => status === 201)
        expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
        for (const reply of replies) expect(reply.body).toEqual(first?.body)
        return first ?? unreachable()
      }
    },
    expect: [201],
    writes: true,
  },
  {
    number: 63,
    what: 'a refused redemption again after points arrived',
    arrange: async (shop) => {
      const memberId = await enrolled(shop, 0)
      const [body, key] = [{ memberId, points: 100, storeId: 'central' }, shop.next()]
      const first = await shop.admin.post('/v1/points/redemptions', body, { key })
      expect(first.status).toBe(409)
      await buy(shop, { minor: 100_000, memberId })
      return async () => {
        const reply = await shop.admin.post('/v1/points/redemptions', body, { key })
        expect(reply.body).toEqual(first.body)
        return reply
      }
    },
    expect: [409, 'insufficient_points'],
    replayed: true,
  },
  {
    number: 63,
    what: 'a refused redemption under a new key after points arrived',
    arrange: async (shop) => {
      const memberId = await enrolled(shop, 0)
      const body = { memberId, points: 100, storeId: 'central' }
      expect((await shop.admin.post('/v1/points/redemptions', body, { key: shop.next() })).status).toBe(409)
      await buy(shop, { minor: 100_000, memberId })
      return () => shop.admin.post('/v1/points/redemptions', body, { key: shop.next() })
    },
    expect: [201],
    writes: true,
  },
  refunded(64, 'a refund again', (body) => body, [200], { replayed: true }),
  refunded(
    64,
    'a refund again by another caller',
    (body) => body,
    [200],
    { replayed: true },
    (shop) => shop.api.as('pos'),
  ),
  refunded(64, 'a refund of another amount', ({ lines: _, ...body }) => ({ ...body, amount: money(601) }), [
    409,
    'receipt_conflict',
  ]),
  refunded(64, 'a refund of other lines', (body) => ({ ...body, lines: [{ line: 1, amount: 499 }] }), [
    409,
    'receipt_conflict',
  ]),
]

function refunded(
  number: number,
  what: string,
  change: (body: Body) => Body,
  expects: Scene['expect'],
  more: Partial<Scene> = {},
  by: (shop: Shop) => Client = ({ admin }) => admin,
): Scene {
  return {
    number,
    what,
    arrange: async (shop) => {
      const body = await fullRefund(shop)
      expect((await shop.admin.post(REFUNDS, body)).status).toBe(201)
      return () => by(shop).post(REFUNDS, change(body), { key: shop.next() })
    },
    expect: expects,
    ...more,
  }
}
