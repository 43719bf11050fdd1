/** Points that go from one account to another, and accounts that are frozen, closed or merged: both sides or neither. */
import assert from 'node:assert/strict'
import type { Actor } from '../../../functions/platform/auth.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { close } from '../../../functions/points/close.ts'
import { freeze, unfreeze } from '../../../functions/points/freeze.ts'
import { merge } from '../../../functions/points/merge.ts'
import { transfer } from '../../../functions/points/transfer.ts'
import { decideApproval } from '../../../functions/program/approval-decision.ts'
import type { GivenProgram } from '../../support/programs.ts'
import { aTill, pounds, type Till } from './deeds.ts'
import { before, expectOutcome, type Reply, type Shop } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
const HOUR_MS = 3_600_000
const TRANSFERS: Partial<GivenProgram> = { transfer: { enabled: true, minPoints: 1, maxPointsPerMonth: 150 } }

const memberActor = (memberId: string): Actor => ({ id: memberId, roles: ['member'], stores: [], memberId })

type Two = Till & { readonly other: string; send(points: number, key?: string, to?: string): Promise<Reply> }

async function two(shop: Shop, program = TRANSFERS): Promise<Two> {
  const till = await aTill(shop, 100, program)
  const other = await shop.member()
  return Object.assign(till, {
    other,
    send: (points: number, key = shop.next(), to = other) =>
      shop.ask(transfer, { to, points }, { key, actor: memberActor(till.memberId) }),
  })
}

const standing = (
  shop: Shop,
  verb: typeof freeze,
  memberId: string,
  key = shop.next(),
  reason = 'asked',
): Promise<Reply> => shop.ask(verb, { memberId, reason }, { key })

const SENT: readonly Story[] = [
  {
    name: 'points that are sent leave one account and reach the other, once per key',
    async tell(shop) {
      const till = await two(shop)
      const first = await expectOutcome(till.send(30, 'k'), '201')
      const again = await expectOutcome(till.send(30, 'k'), '201 again')
      assert.deepEqual(again.body, first.body)
      await expectOutcome(till.send(31, 'k'), '422 idempotency_key_reused')
      assert.deepEqual([await till.available(), await till.available(till.other)], [70, 30])
    },
  },
  {
    name: 'points that are sent while the sender spends them are not spent twice',
    async tell(shop) {
      const till = await two(shop)
      before(shop, COMMIT, () => expectOutcome(till.redeem(80), '201'))
      await expectOutcome(till.send(30), '409 insufficient_points')
      assert.deepEqual([await till.available(), await till.available(till.other)], [20, 0])
    },
  },
  {
    name: 'points that are sent while the receiver earns arrive beside what was earned',
    async tell(shop) {
      const till = await two(shop)
      before(shop, COMMIT, () => expectOutcome(till.buy({ memberId: till.other }), '201'))
      await expectOutcome(till.send(30), '201')
      assert.deepEqual([await till.available(), await till.available(till.other)], [70, 130])
    },
  },
  {
    name: 'points are not sent to an account that was closed past its version',
    async tell(shop) {
      const till = await two(shop)
      before(shop, COMMIT, () => till.change('Ledger', keys.account(till.other), { s: 'CLOSED' }))
      await expectOutcome(till.send(30), '409 receiver_unavailable')
      assert.deepEqual([await till.available(), await till.available(till.other)], [100, 0])
    },
  },
  {
    name: 'points are not sent over an entry of the receiver that stands above its version',
    async tell(shop) {
      const till = await two(shop)
      await till.plant('Ledger', { ...keys.entry(till.other, 1), planted: true })
      await expectOutcome(till.send(30), 'alarm: I4 an entry stands above the version')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'the sum of a month is kept although two transfers race, and nobody sends to themselves',
    async tell(shop) {
      const till = await two(shop)
      await expectOutcome(till.buy(), '201')
      before(shop, COMMIT, () => expectOutcome(till.send(90), '201'))
      await expectOutcome(till.send(90), '409 transfer_limit')
      await expectOutcome(till.send(10, 'k', till.memberId), '422 invalid_value')
      assert.deepEqual([await till.available(), await till.available(till.other)], [110, 90])
    },
  },
  {
    name: 'points whose last valid day has passed are not sent',
    async tell(shop) {
      const till = await two(shop, { ...TRANSFERS, expiry: { mode: 'rolling', period: 'P30D', roundUp: 'none' } })
      shop.now += 40 * 24 * HOUR_MS
      await expectOutcome(till.send(30), '409 insufficient_points')
      assert.equal(await till.available(till.other), 0)
    },
  },
]

const STATES: readonly Story[] = [
  {
    name: 'an account is frozen once and freed once, and is answered alike when it is asked again',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const first = await expectOutcome(standing(shop, freeze, till.memberId, 'k'), '201')
      const again = await expectOutcome(standing(shop, freeze, till.memberId, 'k'), '201 again')
      assert.deepEqual(again.body, first.body)
      await expectOutcome(standing(shop, freeze, till.memberId, 'k', 'another'), '422 idempotency_key_reused')
      await expectOutcome(standing(shop, freeze, till.memberId), '409 account_frozen')
      await expectOutcome(till.redeem(10), '409 account_frozen')
      await expectOutcome(standing(shop, unfreeze, till.memberId), '201')
      await expectOutcome(standing(shop, unfreeze, till.memberId), '409 account_not_frozen')
      assert.equal((await till.account()).version, 3)
    },
  },
  {
    name: 'a redemption that meets a freeze is refused',
    async tell(shop) {
      const till = await aTill(shop, 100)
      before(shop, COMMIT, () => expectOutcome(standing(shop, freeze, till.memberId), '201'))
      await expectOutcome(till.redeem(10), '409 account_frozen')
      assert.equal(await till.available(), 100)
    },
  },
  ...(
    [
      ['frozen', freeze, 'ACTIVE', 'FROZEN', '409 account_frozen'],
      ['freed', unfreeze, 'FROZEN', 'ACTIVE', '409 account_not_frozen'],
    ] as const
  ).map(
    ([told, verb, from, to, outcome]): Story => ({
      name: `an account that was ${told} past its version is not ${told} once more`,
      async tell(shop) {
        const till = await aTill(shop, 100)
        await till.change('Ledger', keys.account(till.memberId), { s: from })
        before(shop, COMMIT, () => till.change('Ledger', keys.account(till.memberId), { s: to }))
        await expectOutcome(standing(shop, verb, till.memberId), outcome)
        assert.equal((await till.account()).version, 1)
      },
    }),
  ),
  {
    name: 'an account that is closed has nothing left, its reservations are ended, and nothing reaches it',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      await expectOutcome(standing(shop, close, till.memberId, 'k'), '201')
      await expectOutcome(standing(shop, close, till.memberId, 'k'), '201 again')
      await expectOutcome(standing(shop, close, till.memberId), '410 account_closed')
      await expectOutcome(till.capture(id), '409 reservation_voided')
      await expectOutcome(till.buy(), '410 account_closed')
      assert.deepEqual(await till.account(), {
        version: 3,
        status: 'CLOSED',
        available: 0,
        pending: 0,
        reserved: 0,
        debt: 0,
      })
    },
  },
  {
    name: 'a capture that meets the closing of its account ends the reservation once',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      before(shop, COMMIT, () => expectOutcome(till.capture(id), '201'))
      await expectOutcome(standing(shop, close, till.memberId), '201')
      assert.equal((await till.row('Ledger', keys.reservation(id)))?.state, 'CAPTURED')
    },
  },
  {
    name: 'an account is not closed over a reservation whose row has ended or is gone',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const id = await till.reserved(30)
      const row = (await till.row('Ledger', keys.reservation(id))) ?? {}
      await till.change('Ledger', keys.reservation(id), { state: 'CAPTURED' })
      await expectOutcome(standing(shop, close, till.memberId), '503 try_again')
      await till.change('Ledger', keys.reservation(id), { state: 'RESERVED' })
      await till.change('Ledger', keys.account(till.memberId), { o: { rsv_gone: [row.points, row.expiresAt] } })
      await expectOutcome(standing(shop, close, till.memberId), '503 try_again')
      assert.equal((await till.account()).status, 'ACTIVE')
    },
  },
]

const manager: Actor = { id: 'manager-1', roles: ['manager'], stores: '*' }

const merged = (shop: Shop, input: object, key = shop.next()): Promise<Reply> =>
  shop.ask(merge, input, { key, actor: manager })

/** The manager asks, the admin says yes. */
async function allowed(shop: Shop, input: object): Promise<string> {
  const approvalId = shop.upcomingId('apr')
  await expectOutcome(merged(shop, input), '403 approval_required')
  await expectOutcome(shop.ask(decideApproval, { approvalId, decision: 'approve', reason: 'same person' }), '200')
  return approvalId
}

const MERGES: readonly Story[] = [
  {
    name: 'two accounts become one, once, and what is later sent to the first reaches the second',
    async tell(shop) {
      const till = await two(shop)
      await expectOutcome(till.buy({ memberId: till.other, amount: pounds(1_000) }), '201')
      const wish = { memberId: till.memberId, into: till.other }
      const input = { ...wish, approvalId: await allowed(shop, wish) }
      await expectOutcome(merged(shop, input, 'k'), '201')
      await expectOutcome(merged(shop, input, 'k'), '201 again')
      assert.match((await merged(shop, input)).outcome, /^4/)
      await expectOutcome(till.buy(), '201')
      assert.deepEqual([await till.available(), await till.available(till.other)], [0, 210])
      const more = { memberId: till.memberId, into: await shop.member() }
      await expectOutcome(merged(shop, more), '410 account_closed')
    },
  },
  {
    name: 'a merger that meets an award of either takes it along',
    async tell(shop) {
      const till = await two(shop)
      const wish = { memberId: till.memberId, into: till.other }
      const input = { ...wish, approvalId: await allowed(shop, wish) }
      before(shop, COMMIT, async () => {
        await expectOutcome(till.buy(), '201')
        await expectOutcome(till.buy({ memberId: till.other }), '201')
      })
      await expectOutcome(merged(shop, input), '201')
      assert.deepEqual([await till.available(), await till.available(till.other)], [0, 300])
    },
  },
  {
    name: 'points that paid for a receipt just before a merger come back with its refund to who took over',
    async tell(shop) {
      const till = await two(shop)
      const wish = { memberId: till.memberId, into: till.other }
      const input = { ...wish, approvalId: await allowed(shop, wish) }
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      const id = await till.reserved(50)
      before(shop, 'GetItem A/ACCOUNT', async () => {
        await expectOutcome(till.capture(id, 'k', { receiptNumber: '1' }), '201')
        await expectOutcome(merged(shop, input), '201')
      })
      await expectOutcome(till.refund('1'), '201')
      assert.equal(await till.available(till.other), 100)
    },
  },
  {
    name: 'a merger is not carried out twice with one approval, nor with a reservation open',
    async tell(shop) {
      const till = await two(shop)
      const wish = { memberId: till.memberId, into: till.other }
      const approvalId = await allowed(shop, wish)
      const id = await till.reserved(30)
      await expectOutcome(merged(shop, { ...wish, approvalId }), '409 open_reservation')
      await expectOutcome(till.release(id), '201')
      await till.change('Operations', keys.approval(approvalId), { state: 'used' })
      await expectOutcome(merged(shop, { ...wish, approvalId }), '409 approval_used')
      assert.deepEqual([await till.available(), await till.available(till.other)], [100, 0])
    },
  },
  {
    name: 'an account is merged into itself by nobody',
    async tell(shop) {
      const till = await two(shop)
      await expectOutcome(merged(shop, { memberId: till.memberId, into: till.memberId }), '422 invalid_value')
      assert.equal(await till.available(), 100)
    },
  },
]

export const STANDING: readonly Story[] = [...SENT, ...STATES, ...MERGES]
