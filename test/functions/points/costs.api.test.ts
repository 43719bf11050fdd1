import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dueKey } from '../../../functions/platform/table-design.ts'
import { rowFromAccount } from '../../../functions/points/row-schema.ts'
import { addMonths } from '../../../functions/points/tiers.ts'
import { addToDate, roundUpDate } from '../../../functions/shared/dates.ts'
import { anAccount } from '../../support/account.ts'
import type { Reply } from '../../support/api.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { countedLater, LEVELS, someTiers } from '../../support/tiers.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'
import { type Cost, costOf, type Wire, watchWire } from '../../support/wire.ts'

const STORE = `store-${'x'.repeat(26)}`
const PRINCIPAL = 'p'.repeat(128)
const POINTS = 12_345
const FIRST_LOT = '2026-11-30'
const PROGRAM: Partial<GivenProgram> = {
  expiry: { mode: 'rolling', period: 'P24M', roundUp: 'month', restoreGrace: 'P7D' },
  earning: countedLater(aProgram().earning),
  tiers: someTiers({ levels: LEVELS.map((level, index) => ({ ...level, threshold: index * 1e9 })) }),
}

/** The last days of 24 months, the first of them this month. */
const MONTHS = Array.from({ length: 24 }, (_, month) => roundUpDate(addToDate(FIRST_LOT, `P${month}M`), 'month'))
const LOTS = Object.fromEntries(MONTHS.map((day) => [day, POINTS]))
/** A year of spending, its last two weeks still waiting. */
const SPENT = Object.fromEntries([
  ...Array.from({ length: 12 }, (_, month) => [`${addMonths('2025-12', month)}s`, 1_234_567]),
  ...['2026-12-03', '2026-12-05', '2026-12-07'].map((day) => [`${day}|2026-11s`, 1_234_567]),
])

let till: Till
let wire: Wire
/** The member of the test; each has one of its own, because no two histories share a number. */
let memberId = ''
let numbers = 0
/** As long as a receipt number may be, and used once. */
const longNumber = () => String(++numbers).padStart(64, '0')

beforeAll(async () => {
  till = await aTill({ program: aProgram(PROGRAM), stores: { [STORE]: { name: 'X' } } })
  wire = watchWire(till.api.tables)
  await plant(0)
  // The first receipt of a shop ends the time in which its program may be replaced; only then it is kept.
  for (const _ of [1, 2]) accepted(await machine().buy(longReceipt()))
})
afterAll(() => wire[Symbol.dispose]())

function machine() {
  return till.by(till.api.as('pos', { id: PRINCIPAL, stores: [STORE] }))
}

function longReceipt(receiptNumber = longNumber()) {
  return { memberId, storeId: STORE, receiptNumber, purchasedAt: '2026-11-23T09:59:59.999Z' }
}

/** A new account with a full load of lots and a tier, at the given entry of its history. */
async function plant(version: number, lots: Record<string, number> = LOTS): Promise<void> {
  const { api } = till
  memberId = `mem_01J9${String(++numbers).padStart(22, '0')}`
  const lifetime = { earned: 9_999_999, redeemed: 8_888_888, expired: 777_777, reversed: 66_666 }
  const tier = { tier: 'platinum', tierUntil: '2027-12-31', tierReview: '2028-01-31', qualifying: SPENT }
  const head = version === 0 ? '' : 'h'.repeat(43)
  const account = anAccount({ memberId, version, head, lots, lifetime, ...tier, joinedAt: api.clock.now() - 1e10 })
  const [first] = Object.keys(lots).sort()
  const due = first === undefined || first === 'never' ? undefined : dueKey(addToDate(first, 'P1D'), memberId)
  const row = JSON.parse(JSON.stringify(rowFromAccount(account, due)))
  await api.tables.reader.send(new PutCommand({ TableName: api.tables.names.Ledger, Item: row }))
}

async function measured(run: () => Promise<Reply>): Promise<Cost & { reply: Reply }> {
  wire.clear()
  const reply = await run()
  return { ...costOf(wire.sent), reply }
}

/** What an item weighs in DynamoDB: names and values; a number takes a byte per two digits and one more. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return Math.ceil(String(Math.abs(value)).replace(/0+$/, '').length / 2) + 1
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 1
  const isArray = Array.isArray(value)
  return Object.entries(value).reduce(
    (sum, [name, item]) =>
      item === undefined ? sum : sum + bytesOf(item) + 1 + (isArray ? 0 : Buffer.byteLength(name)),
    3,
  )
}

/** What each command does, and what it may cost: requests, items in its transaction, units written, read, and of indexes. */
type Deed = readonly [name: string, prepare: () => Promise<() => Promise<Reply>>, cost: Cost]
const cost = (requests: number, items: number, writes: number, reads: number, index = 0): Cost => ({
  requests,
  items,
  writes,
  reads,
  index,
})

async function aReservation(): Promise<string> {
  return accepted(await machine().reserve(500, { memberId, storeId: STORE, expiresInSeconds: 604_800 })).body.id
}

async function aReceipt(): Promise<string> {
  const receipt = longReceipt()
  accepted(await machine().buy(receipt))
  return receipt.receiptNumber
}

async function mending(deed: string, body: object = {}): Promise<() => Promise<Reply>> {
  const path = `/v1/points/purchases/${STORE}/${await aReceipt()}/${deed}`
  return () => till.client.post(path, body)
}

const DEEDS: readonly Deed[] = [
  ['award', async () => () => machine().buy(longReceipt()), cost(2, 3, 6, 1)],
  ['balance', async () => async () => till.client.get(`/v1/points/accounts/${memberId}`), cost(1, 0, 0, 1)],
  [
    'redeem',
    async () => () => machine().redeem(500, { memberId, storeId: STORE, orderNumber: longNumber() }),
    cost(2, 3, 6, 1),
  ],
  [
    'reserve',
    async () => () => machine().reserve(500, { memberId, storeId: STORE, expiresInSeconds: 604_800 }),
    cost(2, 4, 8, 1),
  ],
  [
    'capture',
    async () => {
      const id = await aReservation()
      return () => machine().capture(id)
    },
    cost(3, 3, 6, 2),
  ],
  [
    'capture with the receipt that it pays for',
    async () => {
      const id = await aReservation()
      return () => machine().capture(id, { points: 250, receiptNumber: longNumber() })
    },
    cost(3, 4, 8, 2),
  ],
  [
    'void',
    async () => {
      const id = await aReservation()
      return () => machine().release(id)
    },
    cost(3, 3, 6, 2),
  ],
  [
    'refund',
    async () => {
      const receiptNumber = await aReceipt()
      return () => machine().refund(receiptNumber, { storeId: STORE, refundNumber: longNumber(), amount: 5_000 })
    },
    // Whoever has redeemed before may have paid for this receipt a moment ago: that is looked up once more.
    cost(4, 4, 8, 3),
  ],
  ['undo', async () => mending('undo'), cost(6, 5, 10, 5)],
  ['correct', async () => mending('correct', { amount: { amount: 5_000, currency: 'GBP' } }), cost(6, 6, 12, 5)],
  [
    'adjust',
    async () => () => till.adjust(500, { memberId, note: 'Sorry', internalNote: 'n'.repeat(100) }),
    cost(2, 4, 8, 1),
  ],
  ['recorded refusal', async () => () => machine().redeem(999_999_999, { memberId, storeId: STORE }), cost(2, 0, 1, 1)],
  [
    'statement page',
    async () => {
      await aReceipt()
      return () => till.client.get(`/v1/points/accounts/${memberId}/entries?limit=1`)
    },
    cost(1, 0, 0, 1),
  ],
]

describe.each([1, 100, 1_000, 10_000])(
  'at entry %i of an account with 24 lots, a tier and the longest names',
  (entry) => {
    test.each(DEEDS)('%s costs what the books say', async (_, prepare, expected) => {
      await plant(entry - 1)
      const run = await prepare()
      const { reply, ...seen } = await measured(run)
      expect(reply.status < 300 || outcome(reply) === '409 insufficient_points').toBe(true)
      expect(seen).toEqual(expected)
    })

    test('every row that an award writes is within the kilobyte that its price is made for', async () => {
      await plant(entry - 1)
      await measured(() => machine().buy(longReceipt()))
      const sizes = wire.sent.flatMap(({ items }) => items).map((item) => bytesOf(item))
      expect(sizes).toHaveLength(3)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(1_024)
    })
  },
)

describe('what moves the due index', () => {
  test('costs units of its own, in its own column: 1 when a day appears, 2 when it moves, 0 when it stays', async () => {
    await plant(0, {})
    expect(await measured(() => machine().buy(longReceipt()))).toMatchObject({ writes: 6, index: 1 })
    expect(await measured(() => machine().buy(longReceipt()))).toMatchObject({ writes: 6, index: 0 })
    expect(
      await measured(() => machine().reserve(5, { memberId, storeId: STORE, expiresInSeconds: 60 })),
    ).toMatchObject({
      writes: 8,
      index: 2,
    })
  })
})

describe('what is due', () => {
  test('is settled in the same transaction for one more entry', async () => {
    await plant(41, { '2026-11-22': 5, ...LOTS })
    const { reply, ...seen } = await measured(() => machine().buy(longReceipt()))
    expect([reply.body.entry.seq, seen]).toMatchObject([43, { requests: 2, items: 4, writes: 8, reads: 1 }])
  })
})

describe('growth', () => {
  test('three hundred awards cost the same from the first to the last', async () => {
    await plant(0, {})
    const seen: Cost[] = []
    for (let count = 0; count < 300; count += 1) {
      const { reply, ...one } = await measured(() => machine().buy(longReceipt()))
      expect(reply.status).toBe(201)
      seen.push(one)
    }
    expect(new Set(seen.slice(1).map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify(cost(2, 3, 6, 1))]),
    )
    expect((await till.client.get(`/v1/points/accounts/${memberId}`)).body.version).toBe(300)
  }, 60_000)
})
