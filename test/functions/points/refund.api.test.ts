import { describe, expect, test } from 'vitest'
import type { Reply } from '../../support/api.ts'
import { aProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome } from '../../support/till.ts'

const LINES = [
  { sku: 'LAMP', category: 'lighting', amount: 12_345 },
  { sku: 'RUG', category: 'home', amount: 5_000 },
]
const byLine = (line: number, amount: number) => ({ amount, lines: [{ line, amount }] })
const isReplay = ({ headers }: Reply) => headers['idempotency-replayed'] === 'true'

describe('a refund', () => {
  test('answers a REVERSE entry that names receipt and refund', async () => {
    const till = await aTill()
    await till.buy({ receiptNumber: '1', amount: 13_912 })
    const { status, body } = await till.refund('1', {
      refundNumber: 'r1',
      amount: 5_000,
      refundedAt: '2026-11-23T09:30:00Z',
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      entry: {
        seq: 2,
        type: 'REVERSE',
        points: -49,
        effectiveAt: '2026-11-23T09:30:00.000Z',
        receipt: { storeId: 'central', receiptNumber: '1', refundNumber: 'r1' },
        because: [{ rule: 'refund', points: -49, code: 'lot_taken' }],
      },
      balances: { available: 90, debt: 0 },
    })
  })

  test('in parts, by lines and bare amounts, takes in all what the receipt gave', async () => {
    const till = await aTill()
    await till.buy({ receiptNumber: '1', amount: 17_345, lines: LINES })
    const parts = [byLine(1, 6_000), { amount: 1_000 }, byLine(2, 5_000), byLine(1, 5_345)]
    for (const part of parts) expect(outcome(await till.refund('1', part))).toBe('201')
    expect((await till.account()).lifetime).toMatchObject({ earned: 173, reversed: 173 })
  })

  test('of more than the receipt is refused, also in three parts', async () => {
    const till = await aTill()
    await till.buy({ receiptNumber: '1', amount: 17_345, lines: LINES })
    expect(outcome(await till.refund('1', { amount: 17_346 }))).toBe('422 refund_exceeds_purchase')
    expect(outcome(await till.refund('1', byLine(2, 5_001)))).toBe('422 refund_exceeds_purchase')
    expect(outcome(await till.refund('1', { amount: 6_000 }))).toBe('201')
    expect(outcome(await till.refund('1', { amount: 6_000 }))).toBe('201')
    expect(outcome(await till.refund('1', { amount: 6_000, refundNumber: 'third' }))).toBe(
      '422 refund_exceeds_purchase',
    )
    expect(outcome(await till.refund('1', { amount: 5_345, refundNumber: 'third' }))).toBe('201')
    expect((await till.balances()).available).toBe(0)
  })

  test.each<[string, object, string]>([
    ['a line that is not there', byLine(3, 1), '422 out_of_range'],
    ['another currency', { amount: { amount: 1, currency: 'EUR' } }, '422 currency_mismatch'],
    ['an unknown store', { storeId: 'nowhere' }, '404 store_not_found'],
    ['lines beyond its amount', { amount: 1, lines: [{ line: 1, amount: 2 }] }, '422 total_mismatch'],
    ['no time', { refundedAt: undefined }, '422 required_field'],
  ])('of %s is refused and changes nothing', async (_, fields, refusal) => {
    const till = await aTill()
    await till.buy({ receiptNumber: '1', amount: 17_345, lines: LINES })
    const before = await rowsOf(till.api.tables, 'Ledger')
    expect(outcome(await till.refund('1', fields))).toBe(refusal)
    expect(await rowsOf(till.api.tables, 'Ledger')).toEqual(before)
  })

  test('sent again after others of the same receipt is answered as at first', async () => {
    const till = await aTill()
    await till.buy({ receiptNumber: '1' })
    const part = { refundNumber: 'r1', amount: 5_000, refundedAt: '2026-11-23T10:00:00Z' }
    const first = await till.refund('1', part)
    await till.refund('1', { amount: 5_000 })
    const again = await till.refund('1', part)
    expect([again.status, again.body, isReplay(again)]).toEqual([200, first.body, true])
    expect(outcome(await till.refund('1', { ...part, amount: 5_001 }))).toBe('409 receipt_conflict')
    expect(outcome(await till.refund('1', { ...part, refundedAt: '2026-11-23T10:00:01Z' }))).toBe(
      '409 receipt_conflict',
    )
  })

  test('in fifty parts at once takes what the receipt gave and not one point more', async () => {
    const till = await aTill()
    await till.buy({ receiptNumber: '1', amount: 5_000 })
    const answers = await Promise.all(Array.from({ length: 12 }, () => till.refund('1', { amount: 500 })))
    const taken = answers.filter(({ status }) => status === 201)
    const others = new Set(answers.filter(({ status }) => status !== 201).map(outcome))
    expect([...others].filter((one) => one !== '422 refund_exceeds_purchase' && one !== '503 try_again')).toEqual([])
    expect(taken.length).toBeLessThanOrEqual(10)
    expect((await till.balances()).available).toBe(50 - 5 * taken.length)
  })

  test('by a cashier is for the day of the purchase, by others for ever', async () => {
    const till = await aTill()
    const cashier = till.by(till.api.as('cashier'))
    for (const receiptNumber of ['1', '2', '3']) await till.buy({ receiptNumber })
    till.api.clock.set('2026-11-23T23:59:59Z')
    const sameDay = { refundNumber: 'r', refundedAt: '2026-11-23T23:00:00Z' }
    const first = await cashier.refund('1', sameDay)
    expect(first.status).toBe(201)
    till.api.clock.set('2026-11-24T00:00:00Z')
    expect(outcome(await cashier.refund('2'))).toBe('403 forbidden')
    const again = await cashier.refund('1', sameDay)
    expect([again.status, again.body]).toEqual([200, first.body])
    expect(outcome(await till.by(till.api.as('manager')).refund('2'))).toBe('201')
    expect(outcome(await till.by(till.api.as('pos')).refund('3'))).toBe('201')
  })
})

describe('what was spent meanwhile', () => {
  test('becomes debt, which later awards, adjustments and voids repay first', async () => {
    const till = await aTill()
    await till.buy({ receiptNumber: '1' })
    const { body: held } = accepted(await till.reserve(40))
    await till.redeem(60)
    const { body } = await till.refund('1')
    expect(body.entry.because.map(({ code, points }: { code: string; points: number }) => [code, points])).toEqual([
      ['owed', -100],
    ])
    expect(body.balances).toEqual({ available: 0, pending: 0, reserved: 40, debt: 100 })
    expect((await till.buy({ amount: 3_000 })).body.balances).toEqual({
      available: 0,
      pending: 0,
      reserved: 40,
      debt: 70,
    })
    expect((await till.adjust(20)).body.balances).toEqual({ available: 0, pending: 0, reserved: 40, debt: 50 })
    expect((await till.release(held.id)).body.balances).toEqual({ available: 0, pending: 0, reserved: 0, debt: 10 })
    const last = await till.buy({ amount: 1_500 })
    expect(last.body.balances).toEqual({ available: 5, pending: 0, reserved: 0, debt: 0 })
    expect(last.body.entry.because[1]).toMatchObject({
      code: 'debt_repaid',
      points: -10,
      text: '10 points repaid what was owed',
    })
  })

  test('becomes debt to the limit and is dropped beyond it', async () => {
    const till = await aTill({ program: aProgram({ refund: { policy: 'debt', maxDebt: 30 } }) })
    await till.buy({ receiptNumber: '1' })
    await till.redeem(100)
    const { body } = await till.refund('1')
    expect(body.entry.because.map(({ code, points }: { code: string; points: number }) => [code, points])).toEqual([
      ['owed', -30],
      ['shortfall', -70],
    ])
    expect(body.balances.debt).toBe(30)
  })

  test('is dropped under clamp', async () => {
    const till = await aTill({ program: aProgram({ refund: { policy: 'clamp' } }) })
    await till.buy({ receiptNumber: '1' })
    await till.redeem(70)
    expect((await till.refund('1')).body.balances).toEqual({ available: 0, pending: 0, reserved: 0, debt: 0 })
  })

  test('is forgiven when the program’s time is over', async () => {
    const till = await aTill({ program: aProgram({ refund: { policy: 'debt', forgiveAfter: 'P30D' } }) })
    await till.buy({ receiptNumber: '1' })
    await till.redeem(100)
    await till.refund('1')
    till.api.clock.set('2026-12-22T23:59:59Z')
    expect((await till.balances()).debt).toBe(100)
    till.api.clock.set('2026-12-23T00:00:00Z')
    expect((await till.balances()).debt).toBe(0)
    expect((await till.buy({ amount: 100 })).body.balances).toMatchObject({ available: 1, debt: 0 })
  })
})

describe('a refund before its purchase', () => {
  test('is accepted in parts and taken off when the purchase arrives, as if it had come first', async () => {
    const order = async (isLate: boolean) => {
      const till = await aTill()
      const buy = () =>
        till.buy({ receiptNumber: '1', amount: 17_345, lines: LINES, purchasedAt: '2026-11-23T08:00:00Z' })
      const parts = [byLine(1, 6_000), { amount: 1_000 }, byLine(2, 5_000)]
      if (!isLate) await buy()
      for (const part of parts) expect((await till.refund('1', part)).status).toBe(isLate ? 202 : 201)
      const answer = isLate ? await buy() : undefined
      expect(outcome(await till.refund('1', { amount: 5_346 }))).toBe('422 refund_exceeds_purchase')
      await till.refund('1', { amount: 100 })
      const { balances, lifetime } = await till.account()
      return { balances, lifetime, entry: answer?.body.entry }
    }
    const [first, late] = [await order(false), await order(true)]
    expect([late.balances, late.lifetime]).toEqual([first.balances, first.lifetime])
    expect(late.entry.points).toBeLessThan(173)
    expect(late.entry.because[1]).toMatchObject({ rule: 'refund', code: 'refunded_before' })
  })

  test('is answered again as waiting, also after the purchase came, and refused with other content', async () => {
    const till = await aTill()
    const part = { refundNumber: 'r1', amount: 4_000, refundedAt: '2026-11-23T10:00:00Z' }
    const first = await till.refund('1', part)
    expect([first.status, first.body]).toEqual([202, { state: 'waiting_for_purchase' }])
    const again = await till.refund('1', part)
    expect([again.status, again.body, isReplay(again)]).toEqual([200, { state: 'waiting_for_purchase' }, true])
    expect(outcome(await till.refund('1', { ...part, amount: 4_001 }))).toBe('409 receipt_conflict')
    expect((await till.buy({ receiptNumber: '1' })).body.entry.points).toBe(60)
    expect(isReplay(await till.refund('1', part))).toBe(true)
    expect((await till.balances()).available).toBe(60)
  })

  test('above the total that arrives is capped there and told', async () => {
    const till = await aTill()
    await till.refund('1', { amount: 12_500, refundNumber: 'r1' })
    const { body } = await till.buy({ receiptNumber: '1' })
    expect([body.entry.points, body.balances.available]).toEqual([0, 0])
    expect(body.entry.because[1]).toMatchObject({
      code: 'refund_capped',
      points: -100,
      params: { droppedMinor: 2_500, refunds: 'r1' },
    })
    expect(outcome(await till.refund('1', { amount: 1 }))).toBe('422 refund_exceeds_purchase')
  })

  test('many at once with the purchase end as one after the other would', async () => {
    const till = await aTill()
    const answers = await Promise.all([
      ...[1, 2, 3].map((number) => till.refund('1', { amount: 1_000, refundNumber: `r${number}` })),
      till.buy({ receiptNumber: '1' }),
      ...[4, 5, 6].map((number) => till.refund('1', { amount: 1_000, refundNumber: `r${number}` })),
    ])
    expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([])
    expect((await till.account()).lifetime).toMatchObject({ earned: 100, reversed: 60 })
  })

  test('of a purchase that never comes moves nothing', async () => {
    const till = await aTill()
    await till.refund('1')
    expect([(await till.balances()).available, (await till.account()).version]).toEqual([0, 0])
  })
})
