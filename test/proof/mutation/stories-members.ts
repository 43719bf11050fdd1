/** A contact belongs to one member, an enrolment happens once, and a profile changes only from what its reader saw. */
import assert from 'node:assert/strict'
import { enrol } from '../../../functions/members/enrol.ts'
import { patchMember } from '../../../functions/members/patch.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { before, expectOutcome, publish, type Reply, type Shop } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'

const ann = { name: 'Ann', email: 'ann@example.org' }
const bob = { name: 'Bob', email: 'bob@example.org' }

const enrolled = (shop: Shop, person: object, key = shop.next()): Promise<Reply> => shop.ask(enrol, person, { key })

async function member(shop: Shop, person: object): Promise<string> {
  const memberId = shop.upcomingId('mem')
  await expectOutcome(enrolled(shop, person), '201')
  return memberId
}

const patched = (shop: Shop, memberId: string, changes: object, version = 1): Promise<Reply> =>
  shop.ask(patchMember, { memberId, ifMatch: `"${version}"`, ...changes })

const emailsOf = async (shop: Shop) =>
  (await shop.rows('Members')).flatMap(({ sk, email }) => (sk === 'PROFILE' && email !== undefined ? [email] : []))
const accountsIn = async (shop: Shop) => (await shop.rows()).filter(({ sk }) => sk === 'ACCOUNT').length

const ENROLMENTS: readonly Story[] = [
  {
    name: 'an enrolment that is sent twice makes one member, and with other content it is refused',
    async tell(shop) {
      const first = await expectOutcome(enrolled(shop, { name: 'Ann', externalId: 'x1' }, 'k'), '201')
      const again = await expectOutcome(enrolled(shop, { name: 'Ann', externalId: 'x1' }, 'k'), '201 again')
      assert.deepEqual(again.body, first.body)
      await expectOutcome(enrolled(shop, { name: 'Anna', externalId: 'x2' }, 'k'), '422 idempotency_key_reused')
      assert.equal(await accountsIn(shop), 1)
    },
  },
  {
    name: 'an enrolment that is sent twice at the same moment makes one member',
    async tell(shop) {
      before(shop, COMMIT, () => expectOutcome(enrolled(shop, ann, 'k'), '201'))
      await expectOutcome(enrolled(shop, ann, 'k'), '201 again')
      assert.equal(await accountsIn(shop), 1)
    },
  },
  {
    name: 'two people who claim one contact at the same moment do not both get it',
    async tell(shop) {
      before(shop, COMMIT, () => expectOutcome(enrolled(shop, ann), '201'))
      await expectOutcome(enrolled(shop, { ...bob, email: ann.email }), '409 contact_in_use')
      assert.deepEqual(await emailsOf(shop), [ann.email])
    },
  },
  {
    name: 'an enrolment that was refused for its contact stays refused when the contact is free',
    async tell(shop) {
      const memberId = await member(shop, ann)
      await expectOutcome(enrolled(shop, ann, 'k'), '409 contact_in_use')
      await expectOutcome(patched(shop, memberId, { email: 'ann2@example.org' }), '200')
      await expectOutcome(enrolled(shop, ann, 'k'), '409 contact_in_use again')
      await expectOutcome(enrolled(shop, ann, 'k2'), '201')
    },
  },
  {
    name: 'a refused enrolment that is recorded too late gives way to the one that succeeded',
    async tell(shop) {
      const memberId = await member(shop, ann)
      before(shop, 'PutItem O/OP', async () => {
        await expectOutcome(patched(shop, memberId, { email: 'ann2@example.org' }), '200')
        await expectOutcome(enrolled(shop, ann, 'k'), '201')
      })
      await expectOutcome(enrolled(shop, ann, 'k'), '201 again')
      await expectOutcome(enrolled(shop, ann, 'k'), '201 again')
    },
  },
  {
    name: 'a card number that is drawn twice is drawn again',
    async tell(shop) {
      shop.draws.push(5, 6)
      await member(shop, ann)
      shop.draws.push(5, 7)
      await member(shop, bob)
      const cards = (await shop.rows('Members')).flatMap(({ cardNumber }) => cardNumber ?? [])
      assert.equal(new Set(cards).size, 2)
    },
  },
  {
    name: 'a referral code that is drawn twice is drawn again',
    async tell(shop) {
      shop.draws.push(5, 6)
      await member(shop, ann)
      shop.draws.push(7, 6)
      await member(shop, bob)
      const codes = (await shop.rows('Members')).flatMap(({ referralCode }) => referralCode ?? [])
      assert.equal(new Set(codes).size, 2)
    },
  },
  ...(['profile', 'account'] as const).map(
    (row): Story => ({
      name: `a new member does not take over the ${row} of another`,
      async tell(shop) {
        const key = keys[row](shop.upcomingId('mem'))
        const table = row === 'profile' ? 'Members' : 'Ledger'
        await shop.plant(table, { ...key, planted: true })
        await expectOutcome(enrolled(shop, ann), 'alarm: a new member exists already')
        assert.equal((await shop.row(table, key))?.planted, true)
      },
    }),
  ),
]

const CHANGES: readonly Story[] = [
  {
    name: 'a profile is changed only from the version that was seen',
    async tell(shop) {
      const memberId = await member(shop, ann)
      await expectOutcome(patched(shop, memberId, { name: 'Anna' }), '200')
      await expectOutcome(patched(shop, memberId, { locale: 'en' }), '412 stale_version')
      await expectOutcome(shop.ask(patchMember, { memberId, name: 'Anne' }), '428 if_match_required')
    },
  },
  {
    name: 'two changes of a profile at the same moment are one change and one refusal',
    async tell(shop) {
      const memberId = await member(shop, ann)
      before(shop, COMMIT, () => expectOutcome(patched(shop, memberId, { name: 'Anna' }), '200'))
      await expectOutcome(patched(shop, memberId, { name: 'Anne' }), '412 stale_version')
      assert.equal((await shop.row('Members', keys.profile(memberId)))?.name, 'Anna')
    },
  },
  {
    name: 'a contact that another member has is not taken by a change, not even at the same moment',
    async tell(shop) {
      const memberId = await member(shop, ann)
      before(shop, COMMIT, () => expectOutcome(enrolled(shop, bob), '201'))
      await expectOutcome(patched(shop, memberId, { email: bob.email }), '409 contact_in_use')
      assert.deepEqual((await emailsOf(shop)).sort(), [ann.email, bob.email])
    },
  },
  {
    name: 'a contact that is claimed by somebody else is not given up for them',
    async tell(shop) {
      const memberId = await member(shop, ann)
      const claim = (await shop.rows('Members')).find(({ kind }) => kind === 'email')
      const key = { pk: String(claim?.pk), sk: String(claim?.sk) }
      await shop.change('Members', key, { memberId: 'mem_other' })
      const changed = patched(shop, memberId, { email: 'ann2@example.org' })
      await expectOutcome(changed, 'alarm: a contact is not claimed by its member')
      assert.equal((await shop.row('Members', key))?.memberId, 'mem_other')
    },
  },
  {
    name: 'the record of a consent is never written over',
    async tell(shop) {
      await publish(shop)
      const memberId = await member(shop, ann)
      const key = keys.consent(memberId, shop.upcomingId('evt'))
      await shop.plant('Members', { ...key, planted: true })
      const changed = patched(shop, memberId, { consents: { marketing: { email: true } } })
      await expectOutcome(changed, 'alarm: a contact is not claimed by its member')
      assert.equal((await shop.row('Members', key))?.planted, true)
    },
  },
]

export const MEMBERS: readonly Story[] = [...ENROLMENTS, ...CHANGES]
