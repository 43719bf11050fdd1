/** Who signs in is who the address was enrolled for, joins once, and is welcomed once. */
import assert from 'node:assert/strict'
import { lookUp } from '../../../functions/members/lookup.ts'
import { type Actor, SYSTEM } from '../../../functions/platform/auth.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { holdMember } from '../../../functions/points/hold-member.ts'
import { verifyMember } from '../../../functions/points/verify-member.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { aTill } from './deeds.ts'
import { ANN, claimKey, claimOf, enrolledAt, expectProven, joined, patched, recognised, signedIn } from './people.ts'
import { before, expectOutcome, publish, type Shop } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOBODY = 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'
const WELCOMING: Partial<GivenProgram> = { enrolment: { bonus: 50 } }
const EXPIRING = { expiry: { mode: 'rolling', period: 'P30D', roundUp: 'none' } } as Partial<GivenProgram>

const verified = (shop: Shop, memberId: string) => shop.ask(verifyMember, { memberId }, { actor: SYSTEM })
const accountsIn = async (shop: Shop) => (await shop.rows()).filter(({ sk }) => sk === 'ACCOUNT').length

const SIGN_INS: readonly Story[] = [
  {
    name: 'a proven address leads to who was enrolled under it, is marked once, and leads to no closed account',
    async tell(shop) {
      const memberId = await enrolledAt(shop)
      assert.deepEqual((await recognised(shop)).body, { memberId, verified: true })
      const claim = await claimOf(shop)
      assert.equal(claim?.provenAt, shop.now)
      shop.now += 1_000
      assert.deepEqual((await expectOutcome(recognised(shop, 'subject-2'), '200')).body, { memberId, verified: true })
      assert.deepEqual(await claimOf(shop), claim)
      await shop.change('Ledger', keys.account(memberId), { s: 'CLOSED' })
      assert.deepEqual((await recognised(shop)).body, { verified: false })
    },
  },
  {
    name: 'a first sign-in that meets a change of the profile marks the address all the same',
    async tell(shop) {
      const memberId = await enrolledAt(shop)
      before(shop, COMMIT, () => expectOutcome(patched(shop, memberId, { name: 'Anna' }), '200'))
      await expectOutcome(recognised(shop), '200')
      await expectProven(shop, ANN, shop.now)
      const { name, emailVerifiedAt } = (await shop.row('Members', keys.profile(memberId))) ?? {}
      assert.deepEqual([name, emailVerifiedAt], ['Anna', shop.now])
    },
  },
  {
    name: 'an address that went to somebody else while a sign-in looked is not proven for them',
    async tell(shop) {
      await enrolledAt(shop)
      before(shop, COMMIT, () => shop.change('Members', claimKey(), { memberId: NOBODY }))
      assert.deepEqual((await recognised(shop)).body, { verified: false })
      assert.equal((await claimOf(shop))?.provenAt, undefined)
    },
  },
  {
    name: 'a proof that stands already is not written over',
    async tell(shop) {
      await enrolledAt(shop)
      before(shop, COMMIT, () => shop.change('Members', claimKey(), { provenAt: 5 }))
      await expectOutcome(recognised(shop), '200')
      await expectProven(shop, ANN, 5)
    },
  },
]

const WELCOMES: readonly Story[] = [
  {
    name: 'a proven contact brings the welcome once for ever, also where two say so at the same moment',
    async tell(shop) {
      await publish(shop, WELCOMING)
      const memberId = await shop.member()
      before(shop, COMMIT, () => expectOutcome(verified(shop, memberId), '200'))
      await expectOutcome(verified(shop, memberId), '200')
      await expectOutcome(verified(shop, memberId), '200')
      const { a, v, vc } = (await shop.row('Ledger', keys.account(memberId))) ?? {}
      assert.deepEqual({ a, v, vc }, { a: 50, v: 1, vc: true })
    },
  },
  {
    name: 'an account whose contact counted as proven from the first day is not welcomed for it',
    async tell(shop) {
      await publish(shop, WELCOMING)
      const memberId = await shop.member()
      await shop.change('Ledger', keys.account(memberId), { vc: true })
      await expectOutcome(verified(shop, memberId), '200')
      assert.equal((await shop.row('Ledger', keys.account(memberId)))?.v, 0)
    },
  },
  {
    name: 'nothing is spent before a contact is proven where the program asks for it',
    async tell(shop) {
      const till = await aTill(shop, 100, { redemption: { ...aProgram().redemption, requireVerifiedContact: true } })
      await expectOutcome(till.redeem(10), '409 unverified_contact')
      await expectOutcome(verified(shop, till.memberId), '200')
      await expectOutcome(till.redeem(10), '201')
    },
  },
  {
    name: 'a welcome after the last valid day finds that the points before it have expired',
    async tell(shop) {
      const till = await aTill(shop, 100, { ...EXPIRING, ...WELCOMING })
      shop.now += 40 * DAY_MS
      await expectOutcome(verified(shop, till.memberId), '200')
      assert.equal(await till.available(), 50)
    },
  },
  {
    name: 'a hold after the last valid day finds that the points have expired, and is written once for each change',
    async tell(shop) {
      const till = await aTill(shop, 100, EXPIRING)
      shop.now += 40 * DAY_MS
      const held = (change: string) => shop.ask(holdMember, { memberId: till.memberId, change }, { actor: SYSTEM })
      await expectOutcome(held('1'), '201')
      await expectOutcome(held('1'), '201 again')
      assert.equal(await till.available(), 0)
      await expectOutcome(held('2'), '201')
    },
  },
]

const JOINING: readonly Story[] = [
  {
    name: 'who joins is a member once, with the address proven and the ledger told',
    async tell(shop) {
      await publish(shop, WELCOMING)
      const memberId = shop.upcomingId('mem')
      await expectOutcome(joined(shop, {}, { key: 'k' }), '201')
      await expectProven(shop, ANN, shop.now)
      assert.equal((await shop.row('Ledger', keys.account(memberId)))?.a, 50)
      await expectOutcome(joined(shop, {}, { key: 'k' }), '201 again')
      await expectOutcome(joined(shop, { name: 'Anna' }, { key: 'k' }), '422 idempotency_key_reused')
      await expectOutcome(joined(shop), '200')
      await expectOutcome(joined(shop, {}, { actor: signedIn(shop, { contact: '' }) }), '409 unverified_contact')
      assert.equal(await accountsIn(shop), 1)
    },
  },
  {
    name: 'two who join with one address at the same moment are one member',
    async tell(shop) {
      await publish(shop)
      before(shop, COMMIT, () => expectOutcome(joined(shop), '201'))
      await expectOutcome(joined(shop), '200')
      assert.equal(await accountsIn(shop), 1)
    },
  },
  {
    name: 'who joins with the address of somebody enrolled is that member, and with that of a closed account nobody',
    async tell(shop) {
      await publish(shop, WELCOMING)
      const memberId = await enrolledAt(shop)
      const { body } = await expectOutcome(joined(shop), '200')
      assert.equal((body as { id: string }).id, memberId)
      await expectProven(shop, ANN, shop.now)
      assert.equal((await shop.row('Ledger', keys.account(memberId)))?.a, 50)
      await shop.change('Ledger', keys.account(memberId), { s: 'CLOSED' })
      await expectOutcome(joined(shop), '409 contact_in_use')
    },
  },
  {
    name: 'joining asks for the age and may be tried five times an hour, also at the same moment',
    async tell(shop) {
      await publish(shop, { enrolment: { minAge: 16 } })
      const tries = async (count: number) => {
        for (let n = 0; n < count; n += 1) await expectOutcome(joined(shop), '422 required_field')
      }
      before(shop, 'PutItem RATE/BUCKET', () => tries(1))
      await tries(4)
      await expectOutcome(joined(shop), '429 too_many_attempts')
      shop.now += HOUR_MS
      await tries(3)
      shop.now += HOUR_MS
      await tries(5)
      await expectOutcome(joined(shop), '429 too_many_attempts')
      assert.equal(await accountsIn(shop), 0)
    },
  },
  {
    name: 'a person looks up sixty times a minute and no more, and a till as often as people come',
    async tell(shop) {
      const asked = (more: Partial<Actor>) =>
        shop.ask(lookUp, { email: ANN }, { actor: { id: 'may', roles: ['cashier'], stores: '*', ...more } })
      for (let n = 0; n < 60; n += 1) await expectOutcome(asked({ isPerson: true }), '200')
      await expectOutcome(asked({ isPerson: true }), '429 too_many_attempts')
      await expectOutcome(asked({}), '200')
    },
  },
]

export const IDENTITY: readonly Story[] = [...SIGN_INS, ...WELCOMES, ...JOINING]
