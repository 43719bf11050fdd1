import { describe, expect, test } from 'vitest'
import { aProgram } from '../../support/programs.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'
import { corrected, expectSound, mend, pounds } from './mending.ts'

const earning = aProgram().earning

async function bought(till: Till, fields: object = {}): Promise<string> {
  const receiptNumber = till.next()
  accepted(await till.buy({ receiptNumber, ...fields }))
  return receiptNumber
}

describe('POST /v1/points/purchases/{storeId}/{receiptNumber}/correct', () => {
  test('awards the right amount and takes the wrong one back, as two entries of one command', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    const { status, body } = await corrected(till, receipt, 4_000)
    expect(status).toBe(201)
    expect(body.entry).toMatchObject({ type: 'EARN', points: 40, receipt: { receiptNumber: receipt } })
    expect(body.reversed).toMatchObject({ type: 'REVERSE', points: -100, seq: body.entry.seq + 1 })
    expect(body.balances.available).toBe(40)
    await expectSound(till)
  })

  test('sent again or 20 times at once has one effect, and a second correction is one of its own', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    const replies = await Promise.all(Array.from({ length: 20 }, () => corrected(till, receipt, 4_000)))
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect((await till.balances()).available).toBe(40)
    accepted(await corrected(till, receipt, 7_000))
    expect((await till.balances()).available).toBe(70)
    await expectSound(till)
  })

  test('of two at once leaves one award, whichever came last', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    await Promise.all(
      [corrected(till, receipt, 4_000), corrected(till, receipt, 7_000)].map(async (one) => accepted(await one)),
    )
    expect([40, 70]).toContain((await till.balances()).available)
    await expectSound(till)
  })

  test('that comes late, after another one, changes nothing without a key of its own', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    accepted(await corrected(till, receipt, 4_000, { key: 'a' }))
    accepted(await corrected(till, receipt, 7_000))
    expect(outcome(await corrected(till, receipt, 4_000))).toBe('409 receipt_conflict')
    expect((await corrected(till, receipt, 4_000, { key: 'a' })).headers['idempotency-replayed']).toBe('true')
    expect(outcome(await corrected(till, receipt, 5_000, { key: 'a' }))).toBe('422 idempotency_key_reused')
    expect((await till.balances()).available).toBe(70)
    accepted(await corrected(till, receipt, 4_000, { key: 'b' }))
    expect((await till.balances()).available).toBe(40)
  })

  test('of points that were spent owes the difference and no more, under either policy', async () => {
    for (const [policy, debt] of [
      ['debt', 20],
      ['clamp', 0],
    ] as const) {
      const till = await aTill({ program: aProgram({ refund: { policy } }) })
      const receipt = await bought(till)
      accepted(await till.redeem(100))
      expect(accepted(await corrected(till, receipt, 8_000)).body.balances).toMatchObject({ available: 0, debt })
      await expectSound(till)
    }
  })

  test('follows the rules of the day of the purchase, however old the receipt is by now', async () => {
    const till = await aTill({ program: aProgram({ staff: { receiptMaxAge: 'P3D' } }) })
    const receipt = await bought(till)
    const { body, headers } = await till.client.get('/v1/program')
    const { effectiveFrom: _, version: __, ...document } = body.document
    const rules = [{ id: 'spend', kind: 'spend', points: 5, perMinor: 100, wholeSteps: false }]
    const next = { ...document, earning: { ...document.earning, rules } }
    accepted(await till.client.put('/v1/program', next, { ifMatch: String(headers.etag) }))
    till.api.clock.advance('P30D')
    expect(accepted(await corrected(till, receipt, 4_000)).body.entry.points).toBe(40)
  })

  test('keeps shipping, tips and tenders of the slip unless they are named', async () => {
    const base = { ...earning.base, excludeTenders: ['voucher'] }
    const till = await aTill({ program: aProgram({ earning: { ...earning, base } }) })
    const receipt = await bought(till, { shipping: 1_000, tenders: [{ kind: 'voucher', amount: 2_000 }] })
    const first = await till.balances()
    expect(first.available).toBe(70)
    expect(accepted(await corrected(till, receipt, 8_000)).body.entry.points).toBe(50)
    const named = { amount: pounds(8_000), shipping: 0, tenders: [] }
    expect(accepted(await mend(till, receipt, 'correct')(named)).body.entry.points).toBe(80)
    expect(outcome(await mend(till, receipt, 'correct')({ ...named, shipping: 9_000 }))).toBe('422 total_mismatch')
  })

  test('refuses an amount below the tenders that stay, and another currency', async () => {
    const till = await aTill()
    const receipt = await bought(till, { tenders: [{ kind: 'cash', amount: 5_000 }] })
    expect(outcome(await corrected(till, receipt, 4_000))).toBe('422 total_mismatch')
    const euros = { amount: { amount: 4_000, currency: 'EUR' } }
    expect(outcome(await mend(till, receipt, 'correct')(euros))).toBe('422 currency_mismatch')
  })

  test('is refused once goods came back, because then the refunds name lines and amounts of the old slip', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    accepted(await till.refund(receipt, { amount: 1 }))
    expect(outcome(await corrected(till, receipt, 4_000))).toBe('409 receipt_refunded')
  })

  test('is followed by refunds of the right amount, in parts that sum to the whole', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    accepted(await corrected(till, receipt, 3_333))
    for (const amount of [1_111, 1_111, 1_111]) accepted(await till.refund(receipt, { amount }))
    expect(outcome(await till.refund(receipt, { amount: 1 }))).toBe('422 refund_exceeds_purchase')
    expect((await till.balances()).available).toBe(0)
    await expectSound(till)
  })

  test('moves no points that paid for the receipt, and a refund afterwards gives back all of them', async () => {
    const till = await aTill()
    await bought(till, { amount: 50_000 })
    const receipt = till.next()
    accepted(await till.capture(accepted(await till.reserve(200)).body.id, { receiptNumber: receipt }))
    accepted(await till.buy({ receiptNumber: receipt }))
    accepted(await corrected(till, receipt, 5_000))
    expect((await till.balances()).available).toBe(500 - 200 + 50)
    accepted(await till.refund(receipt, { amount: 5_000 }))
    expect((await till.balances()).available).toBe(500)
    await expectSound(till)
  })

  test('to the content that the till then sends again as a purchase makes that a repeat', async () => {
    const till = await aTill()
    const receiptNumber = till.next()
    const purchasedAt = new Date(till.api.clock.now()).toISOString()
    const lines = (amount: number) => ({ amount, lines: [{ sku: 'lamp', category: 'light', quantity: 2, amount }] })
    accepted(await till.buy({ receiptNumber, purchasedAt, ...lines(10_000) }))
    const right = lines(4_000)
    const { body } = accepted(await mend(till, receiptNumber, 'correct')({ ...right, amount: pounds(4_000) }))
    const again = await till.buy({ receiptNumber, purchasedAt, ...right })
    expect([again.status, again.body.entry.id]).toEqual([200, body.entry.id])
  })

  test('of points past their last day takes back only the difference', async () => {
    const expiry = { mode: 'rolling' as const, period: 'P1M', roundUp: 'none' as const, restoreGrace: 'P0D' }
    const till = await aTill({ program: aProgram({ expiry }) })
    const receipt = await bought(till)
    till.api.clock.advance('P60D')
    expect(accepted(await corrected(till, receipt, 8_000)).body.balances).toMatchObject({ available: 0, debt: 20 })
    await expectSound(till)
  })
})

describe('the room under caps', () => {
  type Cap = NonNullable<typeof earning.caps>[number]
  const capped = (cap: Pick<Cap, 'behaviour' | 'points' | 'receipts'>, rules = earning.rules) =>
    aTill({ program: aProgram({ earning: { ...earning, rules, caps: [{ id: 'daily', per: 'day', ...cap }] } }) })

  test('is taken only once by a receipt that is corrected upwards, and not given back by one that is corrected downwards', async () => {
    const till = await capped({ points: 150, behaviour: 'cap' })
    const receipt = await bought(till)
    expect(accepted(await corrected(till, receipt, 12_000)).body.entry.points).toBe(120)
    expect(accepted(await corrected(till, receipt, 5_000)).body.entry.points).toBe(50)
    expect(accepted(await till.buy()).body.entry.points).toBe(30)
    expect(accepted(await corrected(till, receipt, 20_000)).body.entry.points).toBe(120)
    expect(accepted(await till.buy()).body.entry.points).toBe(0)
    await expectSound(till)
  })

  test('counted in receipts is one receipt, however often it is corrected', async () => {
    const till = await capped({ receipts: 2, behaviour: 'reject' })
    const receipt = await bought(till)
    for (const amount of [4_000, 5_000, 6_000]) {
      expect(accepted(await corrected(till, receipt, amount)).body.entry.points).toBe(amount / 100)
    }
    expect(accepted(await till.buy()).body.entry.points).toBe(100)
    expect(accepted(await till.buy()).body.entry.points).toBe(0)
  })

  test('of visits per day is one visit', async () => {
    const visit = { id: 'visit', kind: 'visit' as const, points: 7, minBaseMinor: 0, maxPerDay: 1 }
    const till = await capped({ points: 1_000, behaviour: 'cap' }, [...earning.rules, visit])
    const receipt = await bought(till)
    expect(accepted(await corrected(till, receipt, 4_000)).body.entry.points).toBe(47)
    expect(accepted(await till.buy()).body.entry.points).toBe(100)
  })
})
