/**
 * The table of costs in the README, measured: each operation is carried out on the real engine, and the units that its log
 * line reports are the ones that the table claims. Prices are arithmetic on them.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { accepted, buy, enrolled, minutesAgo, newcomer, openShop, reserved, type Shop } from '../hostile/shop.ts'

/** DynamoDB on demand, us-east-1, list price per million request units in US dollars, November 2026. */
const PRICE = { write: 0.625, read: 0.125 }

const README = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8')

type Row = {
  readonly requests: number
  readonly writeUnits: number
  readonly readUnits: number
  readonly price: string
}

/** `| Award | 2 | 6 | 1 | 3.88 |` */
const CLAIMS: ReadonlyMap<string, Row> = new Map(
  [...README.matchAll(/^\| ([^|]+) \| (\d+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$/gm)].map(
    ([, name = '', requests, write, read, price = '']) => [
      name,
      { requests: Number(requests), writeUnits: Number(write), readUnits: Number(read), price },
    ],
  ),
)

type Operation = (shop: Shop, memberId: string) => Promise<unknown>

const post =
  (path: string, body: (shop: Shop, memberId: string) => object): Operation =>
  async (shop, memberId) =>
    shop.admin.post(`/v1${path}`, body(shop, memberId), { key: shop.next() })

const receipt = (shop: Shop, memberId: string) => ({
  ...{ memberId, storeId: 'central', receiptNumber: shop.next() },
  ...{ amount: { amount: 10_000, currency: 'GBP' }, purchasedAt: minutesAgo(shop, 60) },
})
const spend = (points: number) => (_: Shop, memberId: string) => ({ memberId, points, storeId: 'central' })
const end =
  (how: string, body?: object): Operation =>
  async (shop, memberId) => {
    const id = await reserved(shop, { memberId })
    await shop.admin.post(`/v1/points/reservations/${id}/${how}`, body, { key: shop.next() })
  }

async function refund(shop: Shop, memberId: string) {
  const receiptNumber = await buy(shop, { memberId })
  const refundOf = { storeId: 'central', receiptNumber, refundNumber: shop.next(), refundedAt: minutesAgo(shop, 5) }
  accepted(await shop.admin.post('/v1/points/refunds', { ...refundOf, amount: { amount: 5_000, currency: 'GBP' } }))
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'Enrol with phone and mail': post('/members', (shop) => ({
    ...newcomer(shop),
    externalId: undefined,
    consents: undefined,
  })),
  Award: post('/points/purchases', receipt),
  'Refund of part of a receipt': refund,
  'Redeem at once': post('/points/redemptions', spend(10)),
  'Redemption refused and recorded': post('/points/redemptions', spend(1_000_000)),
  Reserve: post('/points/reservations', spend(10)),
  Capture: end('capture'),
  'Capture that names its receipt': end('capture', { receiptNumber: 'paid-1' }),
  Void: end('void'),
  Adjust: post('/points/adjustments', (_, memberId) => ({ memberId, points: 5, reason: 'goodwill', note: 'Sorry' })),
  'Balance of an account': async (shop, memberId) => shop.admin.get(`/v1/points/accounts/${memberId}`),
  'Page of 25 entries': async (shop, memberId) => {
    for (const _ of Array.from({ length: 26 })) await buy(shop, { memberId })
    await shop.admin.get(`/v1/points/accounts/${memberId}/entries`)
  },
  'Look up by phone': async (shop) => shop.admin.post('/v1/members/lookup', { phone: shop.member.phone }),
}

test.each(Object.entries(OPERATIONS))('%s costs what the README says', async (name, operation) => {
  const shop = await openShop()
  const memberId = await enrolled(shop)
  await operation(shop, memberId)
  const { requests, writeUnits, readUnits } = shop.api.logs.findLast((line) => line.operation !== undefined) ?? {}
  const claim = CLAIMS.get(name)
  expect({ requests, writeUnits, readUnits }).toEqual({
    requests: claim?.requests,
    writeUnits: claim?.writeUnits,
    readUnits: claim?.readUnits,
  })
  const dollars = (writeUnits ?? 0) * PRICE.write + (readUnits ?? 0) * PRICE.read
  expect(claim?.price).toBe(dollars.toFixed(2))
})

test('the README names the cost of these operations and of no others', () => {
  expect([...CLAIMS.keys()].sort()).toEqual(Object.keys(OPERATIONS).sort())
})
