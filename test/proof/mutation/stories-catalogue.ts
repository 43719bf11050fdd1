/** The catalogue changes only from what its reader saw and by who may; a voucher is used once, and nobody finds one by trying. */
import assert from 'node:assert/strict'
import type { Actor } from '../../../functions/platform/auth.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { fulfilRedemption } from '../../../functions/rewards/fulfil.ts'
import { getVoucher } from '../../../functions/rewards/vouchers.ts'
import { keyedHash } from '../../../functions/shared/canonical.ts'
import { JUNE, MAY as MAY_REED, officeOf } from './office.ts'
import { aCounter, changed, drafted, HOUR_MS, LAMP, MUG, published } from './reward-deeds.ts'
import { before, expectOutcome, type Reply, type Shop } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
/** For so long a record of the staff is kept. */
const KEPT_MS = 10_000
const MONA: Actor = { id: 'mona', roles: ['manager'], stores: '*' }
const MIKE: Actor = { ...MONA, id: 'mike' }
const MAX: Actor = { id: 'max', roles: ['marketer'], stores: '*' }
const MAY: Actor = { id: 'may', roles: ['cashier'], stores: ['central'] }
const NIA: Actor = { id: 'nia', roles: ['cashier'], stores: ['north'] }

const ACTIVE = { ...MUG, state: 'active' }
const DRAFT = { ...MUG, state: 'draft' }

async function aDraft(shop: Shop, actor?: Actor): Promise<string> {
  const id = shop.upcomingId('rwd')
  await expectOutcome(drafted(shop, MUG, actor ? { actor } : {}), '201')
  return id
}

const rewardsIn = async (shop: Shop) => (await shop.rows('Operations')).filter(({ pk }) => pk === 'REWARDS').length

const CATALOGUE: readonly Story[] = [
  {
    name: 'a reward that is made twice under one key is one, also at the same moment',
    async tell(shop) {
      await aCounter(shop)
      before(shop, COMMIT, () => expectOutcome(drafted(shop, MUG, { key: 'k' }), '201'))
      await expectOutcome(drafted(shop, MUG, { key: 'k' }), '201 again')
      await expectOutcome(drafted(shop, { ...MUG, points: 11 }, { key: 'k' }), '422 idempotency_key_reused')
      assert.equal(await rewardsIn(shop), 1)
    },
  },
  {
    name: 'a reward is not written over another',
    async tell(shop) {
      await aCounter(shop)
      const key = keys.reward(shop.upcomingId('rwd'))
      await shop.plant('Operations', { ...key, planted: true })
      await expectOutcome(drafted(shop), '201')
      assert.equal((await shop.row('Operations', key))?.planted, true)
    },
  },
  {
    name: 'a reward is changed only from the version that was seen, also at the same moment',
    async tell(shop) {
      await aCounter(shop)
      const id = await aDraft(shop)
      await expectOutcome(changed(shop, id, DRAFT, {}), '428 if_match_required')
      before(shop, COMMIT, () => expectOutcome(changed(shop, id, DRAFT, { version: 1 }), '200'))
      await expectOutcome(changed(shop, id, { ...DRAFT, points: 11 }, { version: 1 }), '412 stale_version')
      await expectOutcome(changed(shop, id, { ...DRAFT, points: 12 }, { version: 1 }), '412 stale_version')
      assert.equal((await shop.row('Operations', keys.reward(id)))?.version, 2)
    },
  },
  {
    name: 'a reward as it was published is never written over',
    async tell(shop) {
      await aCounter(shop)
      const id = await aDraft(shop)
      const key = keys.rewardVersion(id, 1)
      await shop.plant('Operations', { ...key, planted: true })
      await expectOutcome(changed(shop, id, ACTIVE, { version: 1 }), '412 stale_version')
      assert.equal((await shop.row('Operations', key))?.planted, true)
    },
  },
  {
    name: 'a draft is published by somebody else, as it was drafted',
    async tell(shop) {
      await aCounter(shop)
      const id = await aDraft(shop, MONA)
      const publishedBy = (actor: Actor, fields: object = {}) =>
        changed(shop, id, { ...ACTIVE, ...fields }, { version: 1, actor })
      await expectOutcome(publishedBy(MONA), '403 own_draft')
      await expectOutcome(publishedBy(MAX), '403 forbidden')
      await expectOutcome(publishedBy(MIKE, { points: 1 }), '403 own_draft')
      await expectOutcome(publishedBy(MIKE), '200')
    },
  },
  {
    name: 'an admin publishes alone only as long as no other is active',
    async tell(shop) {
      await aCounter(shop)
      await shop.plant('Operations', { ...keys.staffHead(), rv: 1, admins: 1, version: 1 })
      const id = await aDraft(shop)
      await expectOutcome(changed(shop, id, ACTIVE, { version: 1 }), '403 own_draft')
      assert.equal((await shop.row('Operations', keys.reward(id)))?.state, 'draft')
    },
  },
  {
    name: 'a reward that has ended stays so, and a pause changes nothing of what members get',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop)
      const cheap = { ...MUG, points: 1 }
      await expectOutcome(changed(shop, id, { ...cheap, state: 'paused' }, { version: 2 }), '422 invalid_value')
      await expectOutcome(changed(shop, id, { ...MUG, state: 'paused' }, { version: 2 }), '200')
      await expectOutcome(counter.take(id), '409 paused')
      await expectOutcome(changed(shop, id, { ...MUG, state: 'ended' }, { version: 3 }), '200')
      await expectOutcome(changed(shop, id, ACTIVE, { version: 4 }), '409 ended')
      await expectOutcome(counter.take(id), '409 ended')
    },
  },
  {
    name: 'a draft that nobody published is neither had nor paused',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await aDraft(shop)
      await expectOutcome(changed(shop, id, { ...MUG, state: 'paused' }, { version: 1 }), '409 step_refused')
      await expectOutcome(counter.take(id), '404 not_found')
      assert.equal(await counter.available(), 100)
    },
  },
  {
    name: 'a stock opens with its publication, only grows, and grows once by whoever was first',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...MUG, stock: 3 })
      const larger = (stock: number | undefined) => changed(shop, id, { ...ACTIVE, stock }, { version: 2 })
      await expectOutcome(larger(2), '422 out_of_range')
      await expectOutcome(larger(undefined), '422 invalid_value')
      before(shop, COMMIT, () => expectOutcome(larger(10), '200'))
      await expectOutcome(larger(10), '412 stale_version')
      assert.equal(await counter.left(), 10)
      await expectOutcome(counter.take(id), '201')
      assert.equal(await counter.left(), 9)
    },
  },
]

const VOUCHERS: readonly Story[] = [
  {
    name: 'a voucher is used once: its own till is answered again, any other is told',
    async tell(shop) {
      const counter = await aCounter(shop)
      const { code } = await counter.voucher(await published(shop))
      await expectOutcome(counter.use(code, 'k'), '200')
      await expectOutcome(counter.use(code, 'k'), '200 again')
      await expectOutcome(counter.use(code, 'k', { storeId: 'north' }), '422 idempotency_key_reused')
      await expectOutcome(counter.use(code), '409 voucher_used')
      await expectOutcome(counter.use(code, 'k', { actor: MAY }), '409 voucher_used')
    },
  },
  {
    name: 'a voucher that two tills use at the same moment is used once',
    async tell(shop) {
      const counter = await aCounter(shop)
      const { code } = await counter.voucher(await published(shop))
      before(shop, COMMIT, () => expectOutcome(counter.use(code), '200'))
      await expectOutcome(counter.use(code), '409 voucher_used')
    },
  },
  {
    name: 'a voucher that one till sends twice at the same moment is used once, and both are told so',
    async tell(shop) {
      const counter = await aCounter(shop)
      const { code } = await counter.voucher(await published(shop))
      before(shop, COMMIT, () => expectOutcome(counter.use(code, 'k'), '200'))
      await expectOutcome(counter.use(code, 'k'), '200 again')
    },
  },
  {
    name: 'a key that has used one voucher uses no other',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop)
      const [one, two] = [await counter.voucher(id), await counter.voucher(id)]
      await expectOutcome(counter.use(one.code, 'k'), '200')
      await expectOutcome(counter.use(two.code, 'k'), '422 idempotency_key_reused')
      await expectOutcome(counter.use(two.code), '200')
    },
  },
  {
    name: 'a voucher is used in its time, at its stores, by who serves there',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, { ...MUG, stores: ['north'], voucherValidity: 'P1D' })
      const { code } = await counter.voucher(id, { storeId: 'north' })
      await expectOutcome(counter.use(code), '409 store_excluded')
      await expectOutcome(counter.use(code, 'k', { actor: NIA }), '403 store_out_of_scope')
      shop.now += 48 * HOUR_MS
      await expectOutcome(counter.use(code, 'k', { storeId: 'north' }), '409 voucher_expired')
      shop.now -= 24 * HOUR_MS
      await expectOutcome(counter.use(code, 'k', { storeId: 'north' }), '200')
    },
  },
]

const STAFF: readonly Story[] = [
  {
    name: 'whoever was let go publishes nothing, hands nothing out and uses no voucher, and nobody serves their household',
    async tell(shop) {
      const counter = await aCounter(shop)
      const id = await published(shop, LAMP)
      const redemptionId = await counter.taken(id)
      await expectOutcome(counter.capture(redemptionId), '201')
      const { code } = await counter.voucher(await published(shop))
      const office = officeOf(shop)
      const [may] = [await office.active(MAY_REED), await office.active(JUNE)]
      const hands = () => shop.ask(fulfilRedemption, { redemptionId, state: 'ready' }, { actor: may })
      await expectOutcome(office.patched(may.id, 2, { household: [counter.memberId] }), '200')
      shop.now += KEPT_MS
      await expectOutcome(hands(), '403 own_account')
      await expectOutcome(counter.use(code, 'k', { actor: may }), '403 own_account')
      await expectOutcome(office.patched(may.id, 3, { household: [], disabled: true }), '200')
      shop.now += KEPT_MS
      await expectOutcome(hands(), '403 principal_disabled')
      await expectOutcome(counter.use(code, 'k', { actor: may }), '403 principal_disabled')
      const change = changed(shop, id, { ...LAMP, state: 'draft' }, { version: 2, actor: may })
      await expectOutcome(change, '403 principal_disabled')
    },
  },
]

const MINUTE_MS = 60_000
const WRONG = '000000000001'
const found = (shop: Shop, code: string, actor: Actor = MAY): Promise<Reply> =>
  shop.ask(getVoucher, { code }, { actor })
const bucket = keys.rate(keyedHash('the secret of the stories', `rate:voucher:${MAY.id}`))

const GUESSES: readonly Story[] = [
  {
    name: 'whoever tried five wrong codes in a minute finds no voucher in the rest of it, and nobody else is kept waiting',
    async tell(shop) {
      const counter = await aCounter(shop)
      const { code } = await counter.voucher(await published(shop))
      await expectOutcome(found(shop, WRONG), '404 not_found')
      shop.now += MINUTE_MS
      for (let guess = 0; guess < 5; guess += 1) await expectOutcome(found(shop, WRONG), '404 not_found')
      await expectOutcome(found(shop, WRONG), '429 too_many_attempts')
      await expectOutcome(found(shop, code), '429 too_many_attempts')
      await expectOutcome(counter.use(code, 'k', { actor: MAY }), '429 too_many_attempts')
      await expectOutcome(found(shop, code, NIA), '200')
      shop.now += MINUTE_MS
      await expectOutcome(found(shop, code), '200')
    },
  },
  {
    name: 'two first wrong codes at the same moment are two',
    async tell(shop) {
      await aCounter(shop)
      before(shop, 'PutItem RATE/BUCKET', () => expectOutcome(found(shop, WRONG), '404 not_found'))
      for (let guess = 0; guess < 4; guess += 1) await expectOutcome(found(shop, WRONG), '404 not_found')
      await expectOutcome(found(shop, WRONG), '429 too_many_attempts')
    },
  },
  {
    name: 'a wrong code beside as many as may be wrong is one too many',
    async tell(shop) {
      await aCounter(shop)
      const full = { ...bucket, rv: 1, n: 5, endsAt: shop.now + MINUTE_MS }
      before(shop, 'UpdateItem RATE/BUCKET', () => shop.plant('Operations', full))
      await expectOutcome(found(shop, WRONG), '429 too_many_attempts')
      assert.equal((await shop.row('Operations', bucket))?.n, 5)
    },
  },
]

export const REWARD_CATALOGUE: readonly Story[] = [...CATALOGUE, ...VOUCHERS, ...STAFF, ...GUESSES]
