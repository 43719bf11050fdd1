import { describe, expect, test } from 'vitest'
import { aProgram } from '../../support/programs.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'
import { corrected, expectSound, mend, pounds, undone } from './mending.ts'

const UNDO_WINDOW = aProgram({ staff: { undoWindow: 'PT15M' } })

async function bought(till: Till, fields: object = {}): Promise<string> {
  const receiptNumber = till.next()
  accepted(await till.buy({ receiptNumber, ...fields }))
  return receiptNumber
}

describe('POST /v1/points/purchases/{storeId}/{receiptNumber}/undo', () => {
  test('takes back the whole award as a mistake and says so, so that the statement tells it from a refund', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    const reply = accepted(await undone(till, receipt))
    expect(reply.status).toBe(201)
    expect(reply.body.entry).toMatchObject({ type: 'REVERSE', points: -100 })
    expect(reply.body.entry.because).toMatchObject([{ rule: 'mistake', code: 'lot_taken', points: -100 }])
    expect(reply.body.balances).toEqual({ available: 0, pending: 0, reserved: 0, debt: 0 })
    await expectSound(till)
  })

  test('sent again, in another minute or 20 times at once, is the first answer and no second effect', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    await bought(till)
    const replies = await Promise.all(Array.from({ length: 20 }, () => undone(till, receipt)))
    till.api.clock.advance('P31D')
    replies.push(await undone(till, receipt))
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
    expect((await till.balances()).available).toBe(100)
  })

  test('is told beside the first answer to whoever sends the slip again, so that nobody takes it for points that are there', async () => {
    const till = await aTill()
    const receiptNumber = await bought(till)
    const slip = () => till.buy({ receiptNumber })
    expect((await slip()).headers['award-undone']).toBeUndefined()
    accepted(await undone(till, receiptNumber))
    const again = await slip()
    expect([again.status, again.headers['award-undone']]).toEqual([200, 'true'])
    const other = await till.buy({ receiptNumber, amount: pounds(5_000) })
    expect([outcome(other), other.body.prior.undone]).toEqual(['409 receipt_conflict', true])
    accepted(await corrected(till, receiptNumber, 10_000))
    const mended = await slip()
    expect([mended.status, mended.headers['award-undone']]).toEqual([200, undefined])
    expect((await till.balances()).available).toBe(100)
  })

  test('takes what is left after a refund, and nothing can be refunded after it', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    accepted(await till.refund(receipt, { amount: 3_000 }))
    expect(accepted(await undone(till, receipt)).body.entry.points).toBe(-70)
    expect(outcome(await till.refund(receipt, { amount: 1 }))).toBe('422 refund_exceeds_purchase')
    await expectSound(till)
  })

  test('of a receipt that was refunded whole is refused, because nothing is left of it', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    accepted(await till.refund(receipt))
    expect(outcome(await undone(till, receipt))).toBe('409 receipt_refunded')
  })

  test('of points that were spent leaves debt where the program has it, and a recorded shortfall where not', async () => {
    for (const [policy, debt, code] of [
      ['debt', 60, 'owed'],
      ['clamp', 0, 'shortfall'],
    ] as const) {
      const till = await aTill({ program: aProgram({ refund: { policy } }) })
      const receipt = await bought(till)
      accepted(await till.redeem(60))
      const { body } = accepted(await undone(till, receipt))
      expect([body.balances.available, body.balances.debt]).toEqual([0, debt])
      expect(body.entry.because.at(-1)).toMatchObject({ code, points: -60 })
      await expectSound(till)
    }
  })

  test('of a pending award takes the pending points of this receipt and no others', async () => {
    const earning = { ...aProgram().earning, returnWindow: 'P14D', pending: 'return_window' } as const
    const till = await aTill({ program: aProgram({ earning }) })
    const receipt = await bought(till)
    await bought(till)
    expect(accepted(await undone(till, receipt)).body.balances).toMatchObject({ available: 0, pending: 100, debt: 0 })
    await expectSound(till)
  })

  test('gives back the points that paid for the receipt', async () => {
    const till = await aTill()
    await bought(till, { amount: 50_000 })
    const receipt = till.next()
    const { id } = accepted(await till.reserve(200)).body
    accepted(await till.capture(id, { receiptNumber: receipt }))
    accepted(await till.buy({ receiptNumber: receipt, tenders: [{ kind: 'points', amount: 200 }] }))
    accepted(await undone(till, receipt))
    expect((await till.balances()).available).toBe(500)
    await expectSound(till)
  })

  test('works on a frozen account and not on a closed one', async () => {
    const till = await aTill()
    const [frozen, closed] = [await bought(till), await bought(till)]
    const member = `/v1/members/${till.memberId}`
    accepted(await till.client.post(`${member}/freeze`, { reason: 'Lost phone' }))
    accepted(await undone(till, frozen))
    accepted(await till.client.post(`${member}/close`, { reason: 'Asked to leave' }))
    expect(outcome(await undone(till, closed))).toBe('410 account_closed')
  })

  test('names the day where the numbers of the store begin again', async () => {
    const till = await aTill({ stores: { central: { name: 'Central', receiptSeries: 'daily' } } })
    const receipt = await bought(till)
    expect((await undone(till, receipt)).body.errors).toMatchObject([
      { pointer: '/purchasedOn', code: 'required_field' },
    ])
    expect(outcome(await mend(till, receipt, 'undo')({ purchasedOn: '2026-11-22' }))).toBe('404 not_found')
    accepted(await mend(till, receipt, 'undo')({ purchasedOn: '2026-11-23', reason: 'Wrong slip' }))
  })

  test('of a number that nothing was awarded for finds nothing, also where a refund waits', async () => {
    const till = await aTill()
    accepted(await till.refund('waits'))
    for (const receipt of ['none', 'waits']) expect(outcome(await undone(till, receipt))).toBe('404 not_found')
  })
})

describe('who may undo', () => {
  const cashier = (till: Till, id = 'may') => till.api.as('cashier', { id, stores: ['central'] })

  test('a cashier within the window what they awarded themselves, to the last millisecond', async () => {
    const till = await aTill({ program: UNDO_WINDOW })
    const by = cashier(till)
    const receipt = till.next()
    accepted(await till.by(by).buy({ receiptNumber: receipt }))
    till.api.clock.advance('PT15M0.001S')
    expect(outcome(await undone(till, receipt, { by }))).toBe('403 undo_window_passed')
    till.api.clock.advance('-PT0.001S')
    accepted(await undone(till, receipt, { by }))
  })

  test('a cashier whose first answer was lost hears it again also after the window', async () => {
    const till = await aTill({ program: UNDO_WINDOW })
    const by = cashier(till)
    const receipt = till.next()
    accepted(await till.by(by).buy({ receiptNumber: receipt }))
    const first = accepted(await undone(till, receipt, { by }))
    till.api.clock.advance('PT1H')
    const again = await undone(till, receipt, { by })
    expect([again.status, again.body]).toEqual([200, first.body])
  })

  test('a correction does not open the window anew, so that an award cannot be kept open for ever', async () => {
    const till = await aTill({ program: UNDO_WINDOW })
    const by = cashier(till)
    const receipt = till.next()
    accepted(await till.by(by).buy({ receiptNumber: receipt }))
    till.api.clock.advance('PT14M')
    accepted(await corrected(till, receipt, 5_000, { by }))
    till.api.clock.advance('PT2M')
    expect(outcome(await undone(till, receipt, { by }))).toBe('403 undo_window_passed')
  })

  test('no cashier what a colleague awarded, nobody but an admin what another store awarded, and no till at all', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    const elsewhere = { id: 'max', stores: ['north'] }
    const as = (role: 'cashier' | 'manager' | 'pos', who: object) =>
      undone(till, receipt, { by: till.api.as(role, who) })
    expect(outcome(await undone(till, receipt, { by: cashier(till, 'june') }))).toBe('403 forbidden')
    expect(outcome(await as('manager', elsewhere))).toBe('403 store_out_of_scope')
    expect(outcome(await as('pos', {}))).toBe('403 forbidden')
    till.api.clock.advance('P30D')
    accepted(await as('manager', { id: 'mia', stores: ['central'] }))
  })
})

describe('the number after an undo', () => {
  test('stays used: the award again is the first answer, and another is a conflict', async () => {
    const till = await aTill()
    const receiptNumber = till.next()
    const purchasedAt = new Date(till.api.clock.now()).toISOString()
    const first = accepted(await till.buy({ receiptNumber, purchasedAt }))
    accepted(await undone(till, receiptNumber))
    const again = await till.buy({ receiptNumber, purchasedAt })
    expect([again.status, again.body]).toEqual([200, first.body])
    expect(outcome(await till.buy({ receiptNumber, purchasedAt, amount: 9_000 }))).toBe('409 receipt_conflict')
    expect((await till.balances()).available).toBe(0)
  })

  test('is awarded again by a correction, and not once goods came back', async () => {
    const till = await aTill()
    const [mistake, returned] = [await bought(till), await bought(till)]
    accepted(await undone(till, mistake))
    const { body } = accepted(await corrected(till, mistake, 4_000))
    expect([body.entry.points, body.reversed, body.balances.available]).toEqual([40, null, 140])
    accepted(await till.refund(returned, { amount: 100 }))
    accepted(await undone(till, returned))
    expect(outcome(await corrected(till, returned, 4_000))).toBe('409 receipt_refunded')
    accepted(await till.refund(mistake, { amount: 4_000 }))
    expect((await till.balances()).available).toBe(0)
    await expectSound(till)
  })

  test('an undo after the correction is an undo of its own, under a key of its own', async () => {
    const till = await aTill()
    const receipt = await bought(till)
    accepted(await undone(till, receipt))
    accepted(await mend(till, receipt, 'correct')({ amount: pounds(4_000) }))
    const late = await undone(till, receipt)
    expect([outcome(late), late.body.prior.points]).toEqual(['409 receipt_conflict', 40])
    accepted(await undone(till, receipt, { key: 'k' }))
    expect((await till.balances()).available).toBe(0)
    await expectSound(till)
  })
})
