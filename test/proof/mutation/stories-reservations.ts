/** A reservation ends once: captured, voided or timed out, whatever happens at the same moment. */
import assert from 'node:assert/strict'
import { keys } from '../../../functions/platform/table-design.ts'
import { aTill, pounds, type Till } from './deeds.ts'
import { before, expectOutcome } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
const READ_ACCOUNT = 'GetItem A/ACCOUNT'
const HOUR_MS = 3_600_000

async function stateOf(till: Till, id: string): Promise<unknown> {
  return (await till.row('Ledger', keys.reservation(id)))?.state
}

const ENDS: readonly Story[] = [
  {
    name: 'a reservation that is voided while it is captured ends once, and the capture says how',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      before(shop, COMMIT, () => expectOutcome(till.release(id), '201'))
      await expectOutcome(till.capture(id), '409 reservation_voided')
      assert.deepEqual([await till.available(), await stateOf(till, id)], [100, 'VOIDED'])
    },
  },
  {
    name: 'a reservation that is voided between the two reads of its capture has ended',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      before(shop, READ_ACCOUNT, () => expectOutcome(till.release(id), '201'))
      await expectOutcome(till.capture(id), '409 reservation_voided')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'a reservation that times out while it is captured ends once, and its points are back',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      before(shop, COMMIT, async () => {
        shop.now += HOUR_MS
        await expectOutcome(till.buy(), '201')
      })
      await expectOutcome(till.capture(id), '409 reservation_expired')
      assert.deepEqual([await till.available(), await stateOf(till, id)], [200, 'EXPIRED'])
    },
  },
  {
    name: 'a reservation past its time is not captured, and its points come back with whatever comes next',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      shop.now += HOUR_MS
      await expectOutcome(till.capture(id, 'k'), '409 reservation_expired')
      await expectOutcome(till.capture(id, 'k'), '409 reservation_expired again')
      await expectOutcome(till.capture(id, 'k', { points: 29 }), '422 idempotency_key_reused')
      await expectOutcome(till.redeem(100), '201')
      await expectOutcome(till.capture(id), '409 reservation_expired')
      assert.deepEqual([await till.available(), await stateOf(till, id)], [0, 'EXPIRED'])
    },
  },
  {
    name: 'a reservation that is ended is ended for every other command',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const captured = await till.reserved(30)
      const voided = await till.reserved(30)
      await expectOutcome(till.capture(captured, 'k', { points: 20 }), '201')
      await expectOutcome(till.release(voided, 'k'), '201')
      await expectOutcome(till.capture(captured, 'k2', { points: 20 }), '201 again')
      await expectOutcome(till.capture(captured, 'k3', { points: 19 }), '409 reservation_captured')
      await expectOutcome(till.release(captured), '409 reservation_captured')
      await expectOutcome(till.release(voided, 'k2'), '201 again')
      await expectOutcome(till.capture(voided), '409 reservation_voided')
      assert.equal(await till.available(), 80)
    },
  },
  {
    name: 'no more is captured than was reserved',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      await expectOutcome(till.capture(id, 'k', { points: 31 }), '422 out_of_range')
      assert.deepEqual([await till.available(), await stateOf(till, id)], [70, 'RESERVED'])
    },
  },
]

const PLANTED: readonly Story[] = [
  {
    name: 'a reservation whose row ended past its account is not captured, because the row is the guard',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      before(shop, COMMIT, () => till.change('Ledger', keys.reservation(id), { state: 'VOIDED' }))
      await expectOutcome(till.capture(id), '409 reservation_voided')
      assert.equal((await till.account()).reserved, 30)
    },
  },
  {
    name: 'a reservation whose row lost its time past its account is not captured',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      before(shop, COMMIT, () => till.change('Ledger', keys.reservation(id), { expiresAt: shop.now - 1 }))
      await expectOutcome(till.capture(id), '409 reservation_expired')
      assert.equal((await till.account()).reserved, 30)
    },
  },
  {
    name: 'a void is not answered with a capture, although somebody wrote its fingerprint there',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const voided = await till.reserved(30)
      const captured = await till.reserved(30)
      await expectOutcome(till.release(voided), '201')
      await expectOutcome(till.capture(captured), '201')
      const done = (await till.row('Ledger', keys.reservation(voided)))?.done
      await till.change('Ledger', keys.reservation(captured), { done: { ...done, operation: 'O#another' } })
      await expectOutcome(till.release(captured), '409 reservation_captured')
    },
  },
  {
    name: 'a reservation whose number is taken is opened under another',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = till.upcomingId('rsv')
      await till.plant('Ledger', { ...keys.reservation(id), taken: true })
      await expectOutcome(till.reserve(30), '201')
      assert.equal((await till.row('Ledger', keys.reservation(id)))?.taken, true)
      const open = (await till.row('Ledger', keys.account(till.memberId)))?.o
      assert.deepEqual([await till.available(), Object.keys(open).includes(id)], [70, false])
    },
  },
  {
    name: 'a reservation that timed out and whose row has ended otherwise is not ended twice, nor is it tried',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      await till.change('Ledger', keys.reservation(id), { state: 'CAPTURED' })
      shop.now += HOUR_MS
      const sent = till.wire.sent.length
      await expectOutcome(till.redeem(10), '503 try_again')
      assert.equal(till.wire.sent.slice(sent).filter(({ call }) => call.startsWith(COMMIT)).length, 0)
      assert.deepEqual([await till.available(), await stateOf(till, id)], [70, 'CAPTURED'])
    },
  },
  {
    name: 'a reservation that timed out and whose row ends before that is written is not ended twice',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      shop.now += HOUR_MS
      before(shop, COMMIT, () => till.change('Ledger', keys.reservation(id), { state: 'CAPTURED' }))
      await expectOutcome(till.redeem(10), '503 try_again')
      assert.deepEqual([await till.available(), await stateOf(till, id)], [70, 'CAPTURED'])
    },
  },
  {
    name: 'a reservation that timed out and whose row is gone stops what would give its points back',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      const pk = keys.reservation('other').pk
      const row = await till.row('Ledger', keys.account(till.memberId))
      await till.change('Ledger', keys.account(till.memberId), { o: { [pk.slice(2)]: row?.o[id] } })
      shop.now += HOUR_MS
      await expectOutcome(till.redeem(10), '503 try_again')
      assert.equal(await till.available(), 70)
    },
  },
]

const frozen = (till: Till, s: string) => till.change('Ledger', keys.account(till.memberId), { s })

const REFUSED: readonly Story[] = [
  {
    name: 'a capture that was refused stays refused once the account is free, and another capture passes',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      await frozen(till, 'FROZEN')
      await expectOutcome(till.capture(id, 'k'), '409 account_frozen')
      await frozen(till, 'ACTIVE')
      await expectOutcome(till.capture(id, 'k'), '409 account_frozen again')
      await expectOutcome(till.capture(id, 'k', { points: 29 }), '422 idempotency_key_reused')
      await expectOutcome(till.capture(id, 'k2'), '201')
      await expectOutcome(till.capture(id, 'k'), '409 account_frozen again')
    },
  },
  {
    name: 'a refusal does not open a reservation again that was voided meanwhile',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      await frozen(till, 'FROZEN')
      before(shop, 'PutItem V/RESERVATION', () => expectOutcome(till.release(id), '201'))
      await expectOutcome(till.capture(id), '409 reservation_voided')
      assert.deepEqual([await till.available(), await stateOf(till, id)], [100, 'VOIDED'])
      const second = await till.reserved(30).catch(() => '')
      assert.equal(second, '', 'a frozen account does not reserve')
    },
  },
  {
    name: 'captures that are refused at the same moment are all remembered',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      await frozen(till, 'FROZEN')
      before(shop, 'PutItem V/RESERVATION', () => expectOutcome(till.capture(id, 'k1'), '409 account_frozen'))
      await expectOutcome(till.capture(id, 'k2'), '409 account_frozen')
      before(shop, 'PutItem V/RESERVATION', () => expectOutcome(till.capture(id, 'k3'), '409 account_frozen'))
      await expectOutcome(till.capture(id, 'k4'), '409 account_frozen')
      await frozen(till, 'ACTIVE')
      for (const key of ['k1', 'k2', 'k3', 'k4']) {
        await expectOutcome(till.capture(id, key), '409 account_frozen again')
      }
    },
  },
  {
    name: 'a refusal does not open a reservation again that was voided after others were refused',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      await frozen(till, 'FROZEN')
      await expectOutcome(till.capture(id, 'k1'), '409 account_frozen')
      before(shop, 'PutItem V/RESERVATION', () => expectOutcome(till.release(id), '201'))
      await expectOutcome(till.capture(id, 'k2'), '409 reservation_voided')
      assert.deepEqual([await till.available(), await stateOf(till, id)], [100, 'VOIDED'])
    },
  },
  {
    name: 'a reservation remembers ten refusals and does not grow beyond them',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      await frozen(till, 'FROZEN')
      for (let n = 0; n < 12; n += 1) await expectOutcome(till.capture(id, `k${n}`), '409 account_frozen')
      const row = await till.row('Ledger', keys.reservation(id))
      assert.equal(Object.keys(row?.refused ?? {}).length, 10)
    },
  },
]

const PAID: readonly Story[] = [
  {
    name: 'points that paid for a receipt come back with its refunds, in the same parts and once',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(50)
      await expectOutcome(till.capture(id, 'k', { receiptNumber: '1' }), '201')
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      assert.equal(await till.available(), 150)
      await expectOutcome(till.refund('1', { amount: pounds(5_000), refundNumber: 'r1' }), '201')
      assert.equal(await till.available(), 125)
      await expectOutcome(till.refund('1', { amount: pounds(5_000), refundNumber: 'r1' }), '200 again')
      await expectOutcome(till.refund('1', { amount: pounds(5_000) }), '201')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'points that paid for a receipt come back once, also where a refund came before the purchase',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(50)
      await expectOutcome(till.capture(id, 'k', { receiptNumber: '1' }), '201')
      await expectOutcome(till.refund('1', { amount: pounds(5_000) }), '202')
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      assert.equal(await till.available(), 125)
      await expectOutcome(till.refund('1', { amount: pounds(5_000) }), '201')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'a payment that stands already beside a receipt is not written over',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(50)
      const row = keys.spent('R#central#1', id)
      await till.plant('Ledger', { ...row, planted: true })
      await expectOutcome(till.capture(id, 'k', { receiptNumber: '1' }), '503 try_again')
      assert.equal((await till.row('Ledger', row))?.planted, true)
      assert.equal((await till.account()).reserved, 50)
    },
  },
  {
    name: 'a payment that was given back past its receipt is not given back again',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(50)
      await expectOutcome(till.capture(id, 'k', { receiptNumber: '1' }), '201')
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      const row = keys.spent('R#central#1', id)
      before(shop, COMMIT, () => till.change('Ledger', row, { n: 2, restored: 50 }))
      await expectOutcome(till.refund('1'), '201')
      assert.equal(await till.available(), 50)
      assert.equal((await till.row('Ledger', row))?.n, 2)
    },
  },
]

export const RESERVATIONS: readonly Story[] = [...ENDS, ...PLANTED, ...REFUSED, ...PAID]
