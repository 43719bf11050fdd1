/** What is sent twice has one effect and one answer, in every form of sending twice. */
import assert from 'node:assert/strict'
import { keys } from '../../../functions/platform/table-design.ts'
import { adjust } from '../../../functions/points/adjust.ts'
import { aTill, pounds, type Till } from './deeds.ts'
import { ADMIN, expectOutcome, type Reply } from './shop.ts'
import type { Story } from './stage.ts'

const DAY_MS = 86_400_000

type Deed = {
  readonly name: string
  /** @returns what sends it, as often as wished. */
  readonly prepare: (till: Till) => Promise<(key: string, other?: boolean) => Promise<Reply>>
  /** What it makes of 100 points. */
  readonly available: number
  readonly answers: { readonly again: string; readonly other: string }
}

const KEYED = { again: '201 again', other: '422 idempotency_key_reused' }
const NUMBERED = { again: '200 again', other: '409 receipt_conflict' }

const DEEDS: readonly Deed[] = [
  {
    name: 'an award',
    prepare: async (till) => (_, other) => till.buy({ receiptNumber: '1', amount: pounds(other ? 999 : 1_000) }),
    available: 110,
    answers: NUMBERED,
  },
  {
    name: 'a refund in part',
    async prepare(till) {
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      return (_, other) => till.refund('1', { refundNumber: 'r1', amount: pounds(other ? 999 : 1_000) })
    },
    available: 190,
    answers: NUMBERED,
  },
  {
    name: 'a refund before its purchase',
    prepare: async (till) => (_, other) =>
      till.refund('1', { refundNumber: 'r1', amount: pounds(other ? 999 : 1_000) }),
    available: 100,
    answers: NUMBERED,
  },
  {
    name: 'a redemption',
    prepare: async (till) => (key, other) => till.redeem(other ? 11 : 10, key),
    available: 90,
    answers: KEYED,
  },
  {
    name: 'a reservation',
    prepare: async (till) => (key, other) => till.reserve(other ? 11 : 10, key),
    available: 90,
    answers: KEYED,
  },
  {
    name: 'a capture',
    async prepare(till) {
      const id = await till.reserved(30)
      return (key, other) => till.capture(id, key, { points: other ? 21 : 20 })
    },
    available: 80,
    answers: KEYED,
  },
  {
    name: 'an adjustment',
    prepare: async (till) => (key, other) => till.adjust(other ? 11 : 10, key),
    available: 110,
    answers: KEYED,
  },
]

const TWICE: readonly Story[] = DEEDS.map(({ name, prepare, available, answers }) => ({
  name: `${name} that is sent twice has one effect and the same answer, and with other content it is refused`,
  async tell(shop) {
    const till = await aTill(shop, 100)
    const send = await prepare(till)
    const first = await send('k')
    assert.match(first.outcome, /^20[12]$/)
    const second = await expectOutcome(send('k'), answers.again)
    assert.deepEqual(second.body, first.body)
    await expectOutcome(send('k', true), answers.other)
    assert.equal(await till.available(), available)
    assert.deepEqual((await send('k')).body, first.body)
  },
}))

/** Sent by two at the same moment: the second is sent while the first is about to be written. */
const AT_ONCE: readonly Story[] = DEEDS.map(({ name, prepare, available }) => ({
  name: `${name} that is sent twice at the same moment has one effect and the same answer`,
  async tell(shop) {
    const till = await aTill(shop, 100)
    const send = await prepare(till)
    let other: Reply | undefined
    till.wire.on('TransactWriteItems', async ({ send: goOn }) => {
      other = await send('k')
      return goOn()
    })
    const own = await send('k')
    assert.match(own.outcome, /^20[01] again$/)
    assert.match(other?.outcome ?? '', /^20[12]$/)
    assert.deepEqual(own.body, other?.body)
    assert.equal(await till.available(), available)
  },
}))

const REFUSALS: readonly Story[] = [
  {
    name: 'a refused redemption stays refused when points have come, so that a late duplicate never executes',
    async tell(shop) {
      const till = await aTill(shop, 10)
      const first = await expectOutcome(till.redeem(11, 'k'), '409 insufficient_points')
      await expectOutcome(till.buy(), '201')
      const again = await expectOutcome(till.redeem(11, 'k'), '409 insufficient_points again')
      assert.deepEqual(again.body, first.body)
      await expectOutcome(till.redeem(12, 'k'), '422 idempotency_key_reused')
      assert.equal(await till.available(), 110)
      await expectOutcome(till.redeem(11, 'k2'), '201')
    },
  },
  {
    name: 'a refusal that is recorded too late gives way to the effect that came first',
    async tell(shop) {
      const till = await aTill(shop, 10)
      till.wire.on('PutItem O/OP', async ({ send }) => {
        await expectOutcome(till.buy(), '201')
        await expectOutcome(till.redeem(11, 'k'), '201')
        return send()
      })
      await expectOutcome(till.redeem(11, 'k'), '201 again')
      await expectOutcome(till.redeem(11, 'k'), '201 again')
      assert.equal(await till.available(), 99)
    },
  },
  {
    name: 'a refusal of the request itself is not recorded, so that the corrected request passes',
    async tell(shop) {
      const till = await aTill(shop, 10)
      const wrong = { total: { amount: 1_000, currency: 'EUR' } }
      await expectOutcome(till.redeem(5, 'k', wrong), '422 currency_mismatch')
      await expectOutcome(till.redeem(5, 'k'), '201')
    },
  },
  {
    name: 'a key that was used answers as before, although the request could not be made today',
    async tell(shop) {
      const till = await aTill(shop)
      const first = await expectOutcome(till.adjust(5, 'k', { expiresOn: '2026-11-23' }), '201')
      till.now += 3 * DAY_MS
      const again = await expectOutcome(till.adjust(5, 'k', { expiresOn: '2026-11-23' }), '201 again')
      assert.deepEqual(again.body, first.body)
      await expectOutcome(till.adjust(5, 'k2', { expiresOn: '2026-11-23' }), '422 out_of_range')
    },
  },
  {
    name: 'a receipt that was awarded is answered as at first, although its account is closed since',
    async tell(shop) {
      const till = await aTill(shop)
      const receipt = { receiptNumber: '1', purchasedAt: '2026-11-23T09:00:00Z' }
      const first = await expectOutcome(till.buy(receipt), '201')
      await till.change('Ledger', keys.account(till.memberId), { s: 'CLOSED' })
      const again = await expectOutcome(till.buy(receipt), '200 again')
      assert.deepEqual(again.body, first.body)
      await expectOutcome(till.buy(), '410 account_closed')
    },
  },
  {
    name: 'a refund of the whole that is sent again is a repeat and not a refund of too much',
    async tell(shop) {
      const till = await aTill(shop)
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      const first = await expectOutcome(till.refund('1', { refundNumber: 'r1' }), '201')
      const again = await expectOutcome(till.refund('1', { refundNumber: 'r1' }), '200 again')
      assert.deepEqual(again.body, first.body)
    },
  },
]

const CLOSED: Story = {
  name: 'a redemption that a closed account refused stays refused, also where the account was opened past the product',
  async tell(shop) {
    const till = await aTill(shop, 100)
    await till.change('Ledger', keys.account(till.memberId), { s: 'CLOSED' })
    await expectOutcome(till.redeem(10, 'k'), '410 account_closed')
    await till.change('Ledger', keys.account(till.memberId), { s: 'ACTIVE' })
    await expectOutcome(till.redeem(10, 'k'), '410 account_closed again')
    assert.equal(await till.available(), 100)
  },
}

const KEYS: readonly Story[] = [
  {
    name: 'a key belongs to its caller and its command, so that two callers never answer for one another',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(till.redeem(10, 'k'), '201')
      await expectOutcome(till.reserve(10, 'k'), '201')
      await expectOutcome(till.adjust(-10, 'k'), '201')
      const body = { memberId: till.memberId, points: -10, reason: 'goodwill', note: 'Sorry' }
      const other = { ...ADMIN, id: 'admin-2' }
      await expectOutcome(till.ask(adjust, body, { key: 'k', actor: other }), '201')
      await expectOutcome(till.adjust(-10, 'k2'), '201')
      assert.equal(await till.available(), 50)
    },
  },
  {
    name: 'a command without a key, or with one of another form, is not tried',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const body = { memberId: till.memberId, points: -10, reason: 'goodwill', note: 'Sorry' }
      await expectOutcome(till.ask(adjust, body), '400 idempotency_key_required')
      for (const key of ['', 'a b', 'x'.repeat(256)]) {
        await expectOutcome(till.ask(adjust, body, { key }), '400 idempotency_key_invalid')
      }
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'only the roles of a command may call it, and only with what it understands',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const body = { memberId: till.memberId, points: 10, reason: 'goodwill', note: 'Sorry' }
      const cashier = { id: 'cashier-1', roles: ['cashier'], stores: '*' } as const
      await expectOutcome(till.ask(adjust, body, { key: 'k', actor: cashier }), '403 forbidden')
      await expectOutcome(till.adjust(0.5, 'k'), '422 invalid_value')
      assert.equal(await till.available(), 100)
    },
  },
]

export const ONCE: readonly Story[] = [...TWICE, ...AT_ONCE, ...REFUSALS, CLOSED, ...KEYS]
