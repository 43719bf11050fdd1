/**
 * A shop with one member at its till: the commands of the points capability in one line each, through the real API.
 * `const { buy, redeem, balances } = await aTill({ program: aProgram({ expiry }) })`
 */

import { type Client, type Reply, type TestApi, testApi } from './api.ts'
import type { RequestOptions } from './gateway-event.ts'
import { aProgram, type GivenProgram, setUpProgram } from './programs.ts'

/** Any fields of a body, right or wrong. */
type Fields = object
type Stores = Parameters<typeof setUpProgram>[2]

export type Till = Commands & {
  readonly api: TestApi
  readonly memberId: string
  readonly client: Client
  /** Numbers and keys that were not used yet. */
  readonly next: () => string
  /** The commands as another caller sends them, for the same member. */
  readonly by: (client: Client) => Commands
}

export type Commands = {
  /** £100.00 just now, unless told otherwise; `amount` in minor units. */
  readonly buy: (fields?: Fields) => Promise<Reply>
  readonly quote: (fields?: Fields) => Promise<Reply>
  readonly refund: (receiptNumber: string, fields?: Fields) => Promise<Reply>
  readonly redeem: (points: number, fields?: Fields, key?: string) => Promise<Reply>
  readonly reserve: (points: number, fields?: Fields, key?: string) => Promise<Reply>
  readonly capture: (id: string, fields?: Fields, key?: string) => Promise<Reply>
  readonly release: (id: string, key?: string) => Promise<Reply>
  readonly adjust: (points: number, fields?: Fields, key?: string) => Promise<Reply>
  readonly account: () => Promise<Reply['body']>
  readonly balances: () => Promise<Reply['body']>
}

/** Sums and money are those of the plain program: pounds, London. */
export async function aTill({
  program = aProgram(),
  stores = { central: { name: 'Central' }, north: { name: 'North' } },
  start,
}: {
  program?: GivenProgram
  stores?: Stores
  start?: string
} = {}): Promise<Till> {
  const api = await testApi(start)
  await setUpProgram(api, program, stores)
  const client = api.as('admin')
  let numbers = 0
  const next = () => `n${++numbers}`
  const { body } = accepted(
    await client.post('/v1/members', { externalId: '17850', storeId: Object.keys(stores)[0] }, { key: next() }),
  )
  const memberId: string = body.id
  const by = (caller: Client) => commandsOf(caller, { api, memberId, next })
  return { api, memberId, client, next, by, ...by(client) }
}

/** @throws where what a test takes for granted was refused */
export function accepted(reply: Reply): Reply {
  if (reply.status > 299) throw new Error(`refused: ${JSON.stringify(reply.body)}`)
  return reply
}

/** The commands as one caller sends them for one member. */
export function commandsOf(client: Client, { api, memberId, next }: Pick<Till, 'api' | 'memberId' | 'next'>): Commands {
  const now = () => new Date(api.clock.now()).toISOString()
  const receipt = (fields: Fields = {}) => ({
    memberId,
    storeId: 'central',
    receiptNumber: next(),
    purchasedAt: now(),
    ...withMoney(fields),
  })
  const send = (path: string, body: unknown, options?: RequestOptions) =>
    client.post(`/v1/points/${path}`, body, options)
  const spend =
    (path: string) =>
    (points: number, fields: Fields = {}, key = next()) =>
      send(path, { memberId, points, storeId: 'central', ...fields }, { key })
  const account = async () => accepted(await client.get(`/v1/points/accounts/${memberId}`)).body
  return {
    buy: (fields) => send('purchases', receipt(fields)),
    quote: (fields) => send('quotes', receipt(fields)),
    refund: (receiptNumber, fields = {}) =>
      send('refunds', {
        storeId: 'central',
        receiptNumber,
        refundNumber: next(),
        refundedAt: now(),
        ...withMoney(fields),
      }),
    redeem: spend('redemptions'),
    reserve: spend('reservations'),
    capture: (id, fields = {}, key = next()) => send(`reservations/${id}/capture`, fields, { key }),
    release: (id, key = next()) => send(`reservations/${id}/void`, {}, { key }),
    adjust: (points, fields = {}, key = next()) =>
      send('adjustments', { memberId, points, reason: 'goodwill', note: 'Sorry', ...fields }, { key }),
    account,
    balances: async () => (await account()).balances,
  }
}

/** £100.00 unless told otherwise; a bare number is in pence. */
function withMoney(fields: Fields): object {
  const { amount = 10_000 }: { amount?: unknown } = fields
  return { ...fields, amount: typeof amount === 'number' ? { amount, currency: 'GBP' } : amount }
}

/** Status and code, or status alone of what was accepted. */
export function outcome({ status, body }: Reply): string {
  return status < 300 ? String(status) : `${status} ${body.code}`
}
