/** What many draw from: approvals that are used once, pieces of a stock and points of a budget that are given once. */
import assert from 'node:assert/strict'
import { type Actor, SYSTEM } from '../../../functions/platform/auth.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { adjust } from '../../../functions/points/adjust.ts'
import { grant } from '../../../functions/points/grant.ts'
import { openShards } from '../../../functions/points/open-shards.ts'
import { redeemReward } from '../../../functions/points/redeem-reward.ts'
import { decideApproval } from '../../../functions/program/approval-decision.ts'
import type { GivenProgram } from '../../support/programs.ts'
import type { Input } from './condition.ts'
import { aTill, type Till } from './deeds.ts'
import { before, expectOutcome, type Reply, type Shop } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
const HOUR_MS = 3_600_000
const LIMITED: Partial<GivenProgram> = { staff: { adjustApproveOver: 50, approvalExpires: 'P1D' } }
const manager: Actor = { id: 'manager-1', roles: ['manager'], stores: '*' }

const adjusted = (till: Till, fields: object = {}, key = till.next(), actor = manager): Promise<Reply> => {
  const wish = { memberId: till.memberId, points: 60, reason: 'goodwill', note: 'Sorry' }
  return till.ask(adjust, { ...wish, ...fields }, { key, actor })
}

const decidedOn = (till: Till, approvalId: string, decision = 'approve', actor?: Actor): Promise<Reply> =>
  till.ask(decideApproval, { approvalId, decision, reason: 'seen' }, actor ? { actor } : {})

async function asked(till: Till): Promise<string> {
  const approvalId = till.upcomingId('apr')
  await expectOutcome(adjusted(till), '403 approval_required')
  return approvalId
}

async function allowed(till: Till): Promise<string> {
  const approvalId = await asked(till)
  await expectOutcome(decidedOn(till, approvalId), '200')
  return approvalId
}

const APPROVALS: readonly Story[] = [
  {
    name: 'an approval is used once, by whom it was given to and for what it was given',
    async tell(shop) {
      const till = await aTill(shop, 100, LIMITED)
      const approvalId = await allowed(till)
      await expectOutcome(adjusted(till, { approvalId, points: 61 }), '422 approval_mismatch')
      const another = { ...manager, id: 'manager-2' }
      await expectOutcome(adjusted(till, { approvalId }, 'k1', another), '422 approval_mismatch')
      await expectOutcome(adjusted(till, { approvalId }, 'k2'), '201')
      await expectOutcome(adjusted(till, { approvalId }, 'k2'), '201 again')
      await expectOutcome(adjusted(till, { approvalId }, 'k3'), '409 approval_used')
      assert.equal(await till.available(), 160)
    },
  },
  {
    name: 'an approval that two use at the same moment is used once',
    async tell(shop) {
      const till = await aTill(shop, 100, LIMITED)
      const approvalId = await allowed(till)
      before(shop, COMMIT, () => expectOutcome(adjusted(till, { approvalId }), '201'))
      await expectOutcome(adjusted(till, { approvalId }), '409 approval_used')
      assert.equal(await till.available(), 160)
    },
  },
  {
    name: 'an approval that was given for another command is not used',
    async tell(shop) {
      const till = await aTill(shop, 100, LIMITED)
      const approvalId = await allowed(till)
      await till.change('Operations', keys.approval(approvalId), { action: 'members.merge' })
      await expectOutcome(adjusted(till, { approvalId }), '422 approval_mismatch')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'an approval that nobody gave is not used, and nobody gives their own',
    async tell(shop) {
      const till = await aTill(shop, 100, LIMITED)
      const approvalId = await asked(till)
      await expectOutcome(adjusted(till, { approvalId }), '403 approval_required')
      const both: Actor = { ...manager, roles: ['manager', 'admin'] }
      await expectOutcome(decidedOn(till, approvalId, 'approve', both), '403 own_request')
      await expectOutcome(decidedOn(till, approvalId, 'reject'), '200')
      await expectOutcome(adjusted(till, { approvalId }), '409 approval_rejected')
      await expectOutcome(decidedOn(till, approvalId), '409 approval_decided')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'two decisions at the same moment are one',
    async tell(shop) {
      const till = await aTill(shop, 100, LIMITED)
      const approvalId = await asked(till)
      before(shop, 'PutItem', () => expectOutcome(decidedOn(till, approvalId, 'reject'), '200'))
      await expectOutcome(decidedOn(till, approvalId), '409 approval_decided')
      await expectOutcome(adjusted(till, { approvalId }), '409 approval_rejected')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'a request that nobody decided in time is not decided any more',
    async tell(shop) {
      const till = await aTill(shop, 100, LIMITED)
      const approvalId = await asked(till)
      shop.now += 48 * HOUR_MS
      await expectOutcome(decidedOn(till, approvalId), '409 approval_expired')
    },
  },
  {
    name: 'asking twice is asking once, also at the same moment and after the first was refused',
    async tell(shop) {
      const till = await aTill(shop, 100, LIMITED)
      before(shop, COMMIT, () => expectOutcome(adjusted(till), '403 approval_required'))
      const told = await expectOutcome(adjusted(till), '403 approval_required')
      const own = async () =>
        (await till.rows('Operations')).flatMap(({ pk }) =>
          String(pk).startsWith('APPROVAL#') ? [String(pk).slice(9)] : [],
        )
      const [first = '', ...more] = await own()
      assert.deepEqual(more, [])
      assert.equal((told.body as { more: { approvalId: string } }).more.approvalId, first)
      await expectOutcome(decidedOn(till, first, 'reject'), '200')
      before(shop, COMMIT, () => expectOutcome(adjusted(till), '403 approval_required'))
      await expectOutcome(adjusted(till), '403 approval_required')
      assert.equal((await own()).length, 2)
    },
  },
  {
    name: 'an approval whose number is taken is not written over',
    async tell(shop) {
      const till = await aTill(shop, 100, LIMITED)
      const key = keys.approval(till.upcomingId('apr'))
      await till.plant('Operations', { ...key, planted: true })
      await expectOutcome(adjusted(till), '403 approval_required')
      assert.equal((await till.row('Operations', key))?.planted, true)
    },
  },
]

const REWARD = 'rwd_01J90000000000000000000001'
const CAMPAIGN = 'cmp_01J90000000000000000000001'

const opened = (shop: Shop, subject: string, total: number, shards = 2): Promise<Reply> =>
  shop.ask(openShards, { subject, shards, total }, { actor: SYSTEM })

const taken = (till: Till, key = till.next(), fields: object = {}): Promise<Reply> => {
  const spend = { memberId: till.memberId, points: 10, storeId: 'central', rewardId: REWARD, shards: 2 }
  return till.ask(redeemReward, { ...spend, ...fields }, { key })
}

const given = (till: Till, points: number, key = till.next()): Promise<Reply> =>
  till.ask(grant, { memberId: till.memberId, points, subject: CAMPAIGN, shards: 2 }, { key, actor: SYSTEM })

const left = async (shop: Shop) =>
  (await shop.rows()).reduce((sum, row) => sum + (row.sk === 'SHARD' ? Number(row.left) : 0), 0)

const SHARDS: readonly Story[] = [
  {
    name: 'a stock is sold to the last piece and no further, whatever shard is tried first',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(opened(shop, REWARD, 3), '200')
      for (let piece = 0; piece < 3; piece += 1) await expectOutcome(taken(till, `k${piece}`), '201')
      await expectOutcome(taken(till, 'k3'), '409 sold_out')
      await expectOutcome(taken(till, 'k2'), '201 again')
      assert.deepEqual([await left(shop), await till.available()], [0, 70])
    },
  },
  {
    name: 'the last piece that two want at the same moment is sold once',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(opened(shop, REWARD, 1), '200')
      shop.draws.push(0, 0)
      before(shop, COMMIT, () => expectOutcome(taken(till), '201'))
      await expectOutcome(taken(till), '409 sold_out')
      assert.deepEqual([await left(shop), await till.available()], [0, 90])
    },
  },
  {
    name: 'a stock that was sold out stays so for whoever was told, also when it is filled again',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(opened(shop, REWARD, 1), '200')
      await expectOutcome(taken(till), '201')
      await expectOutcome(taken(till, 'k'), '409 sold_out')
      await till.change('Ledger', keys.shard(REWARD, 0), { left: 1 })
      await expectOutcome(taken(till, 'k'), '409 sold_out again')
      assert.equal(await till.available(), 90)
    },
  },
  {
    name: 'a shard that looks empty to an old read is asked again before anybody is sent away',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(opened(shop, REWARD, 1), '200')
      await till.readLate()
      shop.draws.push(1)
      await expectOutcome(taken(till), '201')
      shop.draws.push(1)
      await expectOutcome(taken(till), '409 sold_out')
    },
  },
  {
    name: 'a budget is granted once per key and never beyond what it holds',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(opened(shop, CAMPAIGN, 20), '200')
      await expectOutcome(given(till, 10, 'k'), '201')
      await expectOutcome(given(till, 10, 'k'), '201 again')
      await expectOutcome(given(till, 9, 'k'), '422 idempotency_key_reused')
      await expectOutcome(given(till, 11), '409 budget_exhausted')
      await expectOutcome(given(till, 10), '201')
      await expectOutcome(given(till, 1), '409 budget_exhausted')
      assert.deepEqual([await left(shop), await till.available()], [0, 120])
    },
  },
  {
    name: 'a frozen account is given nothing, and the budget stays as it is',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(opened(shop, CAMPAIGN, 20), '200')
      await till.change('Ledger', keys.account(till.memberId), { s: 'FROZEN' })
      await expectOutcome(given(till, 10), '409 account_frozen')
      assert.deepEqual([await left(shop), await till.available()], [20, 100])
    },
  },
  {
    name: 'a stock is opened once, and never filled again by opening it',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(opened(shop, REWARD, 3), '200')
      await expectOutcome(taken(till), '201')
      await expectOutcome(opened(shop, REWARD, 3), '200')
      await expectOutcome(opened(shop, REWARD, 4), '422 idempotency_key_reused')
      await expectOutcome(opened(shop, REWARD, 3, 3), '422 idempotency_key_reused')
      assert.equal(await left(shop), 2)
    },
  },
  {
    name: 'a piece that is wanted while the account changes is taken once, from the shard that was drawn',
    async tell(shop) {
      const till = await aTill(shop, 100)
      await expectOutcome(opened(shop, REWARD, 3), '200')
      before(shop, COMMIT, () => expectOutcome(till.buy(), '201'))
      await expectOutcome(taken(till), '201')
      assert.deepEqual([await left(shop), await till.available()], [2, 190])
    },
  },
]

/** The shard that a command is about to draw from. */
function shardOf({ TransactItems = [] }: Input): number {
  const key = TransactItems.flatMap(({ Update }) => (Update?.Key ? [String(Update.Key.pk)] : [])).find((pk) =>
    pk.startsWith('K#'),
  )
  return Number(key?.slice(-2))
}

const LAST: Story = {
  name: 'whoever loses one piece after the other to somebody faster gets one of those that are left',
  async tell(shop) {
    const till = await aTill(shop, 100)
    const faster = await shop.member()
    await expectOutcome(till.buy({ memberId: faster }), '201')
    await expectOutcome(opened(shop, REWARD, 12, 12), '200')
    let lost = 0
    let isFaster = false
    till.wire.on(
      `${COMMIT} O/OP A/ACCOUNT A/E K/SHARD`,
      async ({ input, send }) => {
        if (isFaster || lost === 9) return send()
        lost += 1
        isFaster = true
        shop.draws.unshift(shardOf(input))
        await expectOutcome(taken(till, till.next(), { memberId: faster, shards: 12 }), '201')
        isFaster = false
        return send()
      },
      100,
    )
    await expectOutcome(taken(till, 'k', { shards: 12 }), '201')
    assert.deepEqual([lost, await left(shop), await till.available()], [9, 2, 90])
  },
}

export const SHARED: readonly Story[] = [...APPROVALS, ...SHARDS, LAST]
