import { beforeAll, describe, expect, test } from 'vitest'
import { type Reply, testApi } from '../../support/api.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'

const money = (amount: number) => ({ amount, currency: 'GBP' })
const isReplay = ({ headers }: Reply) => headers['idempotency-replayed'] === 'true'
const lines = [{ sku: '85123A', category: 'home', quantity: 6, amount: 1_530 }]

describe('an award', () => {
  let till: Till
  beforeAll(async () => {
    till = await aTill()
  })

  test('answers the entry with its reasons and the balances after it', async () => {
    const { status, body } = await till.buy({
      receiptNumber: '536365',
      amount: 13_912,
      purchasedAt: '2026-11-22T04:26:00Z',
    })
    expect(status).toBe(201)
    expect(body).toEqual({
      entry: {
        id: expect.stringMatching(/^ent_[0-9A-Z]{26}$/),
        seq: 1,
        type: 'EARN',
        points: 139,
        effectiveAt: '2026-11-22T04:26:00.000Z',
        recordedAt: '2026-11-23T10:00:00.000Z',
        receipt: { storeId: 'central', receiptNumber: '536365' },
        because: [
          {
            rule: 'spend',
            points: 139,
            code: 'spend',
            params: { points: 1, perMinor: 100, baseMinor: 13_912, currency: 'GBP' },
            text: '1 point per £1.00 spent',
          },
        ],
        programVersion: 1,
        expiresOn: null,
      },
      balances: { available: 139, pending: 0, reserved: 0, debt: 0 },
    })
  })

  test('speaks the reader’s language, also in a repeat', async () => {
    const receipt = { receiptNumber: till.next() }
    await till.buy(receipt)
    const chinese = await till.client.post(
      '/v1/points/purchases',
      {
        memberId: till.memberId,
        storeId: 'central',
        ...receipt,
        amount: money(10_000),
        purchasedAt: '2026-11-23T10:00:00Z',
      },
      { headers: { 'accept-language': 'zh-Hant' } },
    )
    expect([chinese.status, isReplay(chinese)]).toEqual([200, true])
    expect(chinese.body.entry.because[0].text).toBe('每消費 £1.00 得 1 積分')
  })

  test('of nothing is an entry of 0 that says so', async () => {
    const { status, body } = await till.buy({ amount: 0 })
    expect([status, body.entry.points, body.entry.because[0].code]).toEqual([201, 0, 'nothing_eligible'])
  })

  test.each<[string, object, string]>([
    ['an unknown member', { memberId: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }, '404 member_not_found'],
    ['an unknown store', { storeId: 'nowhere' }, '404 store_not_found'],
    ['another currency', { amount: { amount: 100, currency: 'EUR' } }, '422 currency_mismatch'],
    ['lines that do not sum', { lines }, '422 total_mismatch'],
    ['a time five minutes and a moment ahead', { purchasedAt: '2026-11-23T10:05:00.001Z' }, '422 receipt_date_invalid'],
    [
      'a window that starts before the purchase',
      { windowStartsAt: '2026-11-23T09:59:59Z' },
      '422 receipt_date_invalid',
    ],
    [
      'a window that starts 90 days and a second later',
      { windowStartsAt: '2027-02-21T10:00:01Z' },
      '422 receipt_date_invalid',
    ],
    ['no member', { memberId: undefined }, '422 required_field'],
    ['points of its own', { points: 1_000 }, '422 unknown_field'],
  ])('refuses %s and changes nothing', async (_, fields, refusal) => {
    const before = await rowsOf(till.api.tables, 'Ledger')
    expect(outcome(await till.buy(fields))).toBe(refusal)
    expect(await rowsOf(till.api.tables, 'Ledger')).toEqual(before)
  })

  test.each<[string, object]>([
    ['exactly five minutes ahead', { purchasedAt: '2026-11-23T10:05:00Z' }],
    ['years old, where the program sets no limit', { purchasedAt: '2015-01-01T00:00:00Z' }],
    ['with a window of exactly 90 days', { windowStartsAt: '2027-02-21T10:00:00Z' }],
    [
      'with lines, shipping and tips',
      { lines, amount: 2_000, shipping: 400, tips: 70, tenders: [{ kind: 'card', amount: 2_000 }] },
    ],
  ])('takes a receipt %s', async (_, fields) => {
    expect(outcome(await till.buy(fields))).toBe('201')
  })

  test('of a sum that no account can hold is refused', async () => {
    expect(outcome(await till.buy({ amount: 1_000_000_000_000 }))).toBe('422 out_of_range')
  })
})

describe('the age of receipts', () => {
  test('is limited apart for people and machines', async () => {
    const till = await aTill({ program: aProgram({ staff: { receiptMaxAge: 'P3D', machineReceiptMaxAge: 'P30D' } }) })
    const typed = till.by(till.api.as('cashier'))
    const machine = till.by(till.api.as('pos'))
    expect(outcome(await typed.buy({ purchasedAt: '2026-11-20T10:00:00Z' }))).toBe('201')
    expect(outcome(await typed.buy({ purchasedAt: '2026-11-20T09:59:59Z' }))).toBe('422 receipt_date_invalid')
    expect(outcome(await machine.buy({ purchasedAt: '2026-10-24T10:00:00Z' }))).toBe('201')
    expect(outcome(await machine.buy({ purchasedAt: '2026-10-24T08:59:59Z' }))).toBe('422 receipt_date_invalid')
  })

  test('does not matter to a receipt that was awarded before', async () => {
    const till = await aTill({ program: aProgram({ staff: { receiptMaxAge: 'P3D' } }) })
    const cashier = till.by(till.api.as('cashier'))
    const receipt = { receiptNumber: '1', purchasedAt: '2026-11-23T09:00:00Z' }
    const first = await cashier.buy(receipt)
    till.api.clock.advance('P1Y')
    const again = await cashier.buy(receipt)
    expect([again.status, again.body, isReplay(again)]).toEqual([200, first.body, true])
    expect(outcome(await cashier.buy({ ...receipt, amount: 1 }))).toBe('409 receipt_conflict')
  })
})

describe('the same receipt with other content', () => {
  let till: Till
  const RECEIPT = { receiptNumber: '1', purchasedAt: '2026-11-23T09:00:00Z', amount: 1_530, lines }
  beforeAll(async () => {
    till = await aTill()
    accepted(await till.by(till.api.as('cashier', { id: 'carla' })).buy(RECEIPT))
  })

  test.each<[string, object]>([
    ['amount', { amount: 1_531, lines: [{ ...lines[0], amount: 1_531 }] }],
    ['lines', { lines: undefined }],
    ['category', { lines: [{ ...lines[0], category: 'food' }] }],
    ['quantity', { lines: [{ ...lines[0], quantity: 7 }] }],
    ['date', { purchasedAt: '2026-11-22T09:00:00Z' }],
    ['tender', { tenders: [{ kind: 'points', amount: 1 }] }],
    ['window', { windowStartsAt: '2026-11-24T09:00:00Z' }],
  ])('by its %s is a conflict that tells what was awarded before', async (_, fields) => {
    const { status, body } = await till.buy({ ...RECEIPT, ...fields })
    expect([status, body.code]).toEqual([409, 'receipt_conflict'])
    expect(body.prior).toMatchObject({ recordedAt: '2026-11-23T10:00:00.000Z', points: 15, by: expect.any(String) })
  })

  test('by its member is a conflict that does not say whose it was', async () => {
    const enrol = { name: 'Canaria Vogel', externalId: '2', storeId: 'central' }
    const { body } = accepted(await till.client.post('/v1/members', enrol, { key: till.next() }))
    const conflict = await till.buy({ ...RECEIPT, memberId: body.id })
    expect(outcome(conflict)).toBe('409 receipt_conflict')
    expect(JSON.stringify(conflict.body)).not.toContain(till.memberId)
    expect((await till.balances()).available).toBe(15)
  })

  test('from another store is another receipt', async () => {
    expect(outcome(await till.buy({ ...RECEIPT, storeId: 'north' }))).toBe('201')
  })

  test('at another time of the same day is the same content, because whoever types it a second time does so later', async () => {
    expect(outcome(await till.buy({ ...RECEIPT, purchasedAt: '2026-11-23T09:45:00Z' }))).toBe('200')
  })

  test('the same instant in another zone is the same content', async () => {
    expect(outcome(await till.buy({ ...RECEIPT, purchasedAt: '2026-11-23T17:00:00+08:00' }))).toBe('200')
  })
})

describe('the member', () => {
  test('may be named by id, external id or card, and a receipt is the same whichever was used', async () => {
    const till = await aTill()
    const { body } = accepted(await till.client.get(`/v1/members/${till.memberId}`))
    const receipt = { receiptNumber: '1', memberId: undefined }
    const first = await till.buy({ ...receipt, externalId: '17850' })
    expect(first.status).toBe(201)
    for (const name of [{ cardNumber: body.cardNumber }, { memberId: till.memberId }]) {
      const again = await till.buy({ ...receipt, ...name })
      expect([again.status, again.body]).toEqual([200, first.body])
    }
    expect((await till.balances()).available).toBe(100)
  })

  test.each([{ externalId: '99999' }, { cardNumber: '999999999999' }])(
    'of %o that nobody has is not found',
    async (name) => {
      const till = await aTill()
      expect(outcome(await till.buy({ memberId: undefined, ...name }))).toBe('404 member_not_found')
    },
  )
})

describe('receipt numbers that begin again', () => {
  const stores = {
    central: { name: 'Central', receiptSeries: 'yearly' as const },
    north: { name: 'North', receiptSeries: 'daily' as const },
  }
  const on = (purchasedAt: string, more: object = {}) => ({ receiptNumber: '1', purchasedAt, ...more })

  test('each year are other receipts the next year, by the local day of the purchase', async () => {
    const till = await aTill({ stores, start: '2027-01-02T10:00:00Z' })
    expect(outcome(await till.buy(on('2026-12-31T23:59:59Z')))).toBe('201')
    expect(outcome(await till.buy(on('2027-01-01T00:00:00Z')))).toBe('201')
    expect(outcome(await till.buy(on('2026-12-31T23:59:59Z')))).toBe('200')
    expect(outcome(await till.buy(on('2026-06-01T00:00:00Z')))).toBe('409 receipt_conflict')
    expect((await till.balances()).available).toBe(200)
  })

  test('each day are other receipts the next day', async () => {
    const till = await aTill({ stores })
    const north = { storeId: 'north' }
    expect(outcome(await till.buy(on('2026-11-22T09:00:00Z', north)))).toBe('201')
    expect(outcome(await till.buy(on('2026-11-23T09:00:00Z', north)))).toBe('201')
    expect(outcome(await till.buy(on('2026-11-23T08:00:00Z', { ...north, amount: 1 })))).toBe('409 receipt_conflict')
  })

  test('are refunded by their number and the day of the purchase', async () => {
    const till = await aTill({ stores })
    await till.buy(on('2026-11-22T09:00:00Z', { storeId: 'north' }))
    await till.buy(on('2026-11-23T09:00:00Z', { storeId: 'north', amount: 20_000 }))
    const refund = { storeId: 'north', refundNumber: 'r' }
    expect(outcome(await till.refund('1', refund))).toBe('422 required_field')
    expect((await till.refund('1', { ...refund, purchasedOn: '2026-11-22' })).body.entry.points).toBe(-100)
    expect((await till.refund('1', { ...refund, purchasedOn: '2026-11-23' })).body.entry.points).toBe(-100)
    expect(outcome(await till.refund('1', { ...refund, purchasedOn: '2026-11-21' }))).toBe('202')
    expect((await till.balances()).available).toBe(100)
  })
})

describe('the program of the day', () => {
  const rate = (points: number): GivenProgram['earning'] => ({
    ...aProgram().earning,
    rules: [{ id: 'spend', kind: 'spend', points, perMinor: 100, wholeSteps: false }],
  })

  test('rules a receipt by its purchase, whenever it arrives and whatever was published since', async () => {
    const till = await aTill()
    await till.buy({ purchasedAt: '2026-11-23T09:00:00Z' })
    const { headers } = accepted(await till.client.get('/v1/program'))
    const next = aProgram({ earning: rate(3), effectiveFrom: '2026-11-25' })
    accepted(await till.client.put('/v1/program', next, { ifMatch: String(headers.etag) }))
    till.api.clock.set('2026-11-25T10:00:00Z')
    const old = await till.buy({ purchasedAt: '2026-11-24T23:59:59Z' })
    const young = await till.buy({ purchasedAt: '2026-11-25T00:00:00Z' })
    expect([old, young].map(({ body }) => [body.entry.points, body.entry.programVersion])).toEqual([
      [100, 1],
      [300, 2],
    ])
  })

  test('is that of the receipt for its refund too', async () => {
    const till = await aTill()
    const first = await till.buy({ receiptNumber: '1' })
    accepted(first)
    const { headers } = accepted(await till.client.get('/v1/program'))
    accepted(
      await till.client.put(
        '/v1/program',
        aProgram({ earning: rate(9), refund: { policy: 'clamp' }, effectiveFrom: '2026-11-24' }),
        { ifMatch: String(headers.etag) },
      ),
    )
    till.api.clock.set('2026-11-25T10:00:00Z')
    await till.redeem(100)
    const { body } = await till.refund('1')
    expect([body.entry.points, body.balances.debt]).toEqual([-100, 100])
  })

  test('must be there, or nothing is awarded', async () => {
    const admin = (await testApi()).as('admin')
    const receipt = { storeId: 'central', receiptNumber: '1', purchasedAt: '2026-11-23T10:00:00Z', amount: money(1) }
    const refused = await admin.post('/v1/points/purchases', { memberId: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ', ...receipt })
    expect(outcome(refused)).toBe('409 program_missing')
  })
})
