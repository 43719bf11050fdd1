/** An address changes with two fresh sign-ins and one ticket, spending waits a day for it, and consents are kept for ever. */
import assert from 'node:assert/strict'
import { closeOwn } from '../../../functions/members/close-own.ts'
import { changeContactWith, contactTicket } from '../../../functions/members/contacts.ts'
import type { Actor } from '../../../functions/platform/auth.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { redeem } from '../../../functions/points/redeem.ts'
import { tellLedger } from '../../../functions/points/tell-ledger.ts'
import { aTill } from './deeds.ts'
import { ANN, ANN_NEW, annJoined, claimOf, enrolledAt, expectProven, patched, recognised, signedIn } from './people.ts'
import { before, expectOutcome, publish, type Reply, type Shop } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const changeContact = changeContactWith(tellLedger)

const ticketOf = async (shop: Shop, actor: Actor): Promise<string> => {
  const { body } = await expectOutcome(shop.ask(contactTicket, {}, { actor }), '201')
  return (body as { ticket: string }).ticket
}

/** By a sign-in of this moment with the new address, unless told otherwise. */
const changed = (shop: Shop, ticket: string, more: Partial<Actor> = {}): Promise<Reply> =>
  shop.ask(changeContact, { ticket }, { actor: signedIn(shop, { id: 'subject-2', contact: ANN_NEW, ...more }) })

const heldUntil = async (shop: Shop, memberId: string) => (await shop.row('Ledger', keys.account(memberId)))?.ch

const CONTACTS: readonly Story[] = [
  {
    name: 'an address is changed with two fresh sign-ins and one ticket, once',
    async tell(shop) {
      await publish(shop)
      const ann = await annJoined(shop)
      const stale = { authTime: 1 }
      await expectOutcome(shop.ask(contactTicket, {}, { actor: { ...ann, ...stale } }), '403 sign_in_again')
      const ticket = await ticketOf(shop, ann)
      await expectOutcome(changed(shop, ticket, stale), '403 sign_in_again')
      await expectOutcome(changed(shop, ticket, { contact: '' }), '409 unverified_contact')
      const forged = ticket.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
      await expectOutcome(changed(shop, forged), '409 ticket_expired')
      await expectOutcome(changed(shop, ticket), '200')
      await expectOutcome(changed(shop, ticket), '200')
      await expectOutcome(changed(shop, ticket, { contact: 'third@example.org' }), '409 ticket_expired')
      await expectProven(shop, ANN_NEW, shop.now)
      assert.equal(await claimOf(shop, ANN), undefined)
    },
  },
  {
    name: 'a ticket ends after ten minutes',
    async tell(shop) {
      await publish(shop)
      const ticket = await ticketOf(shop, await annJoined(shop))
      shop.now += 10 * MINUTE_MS
      await expectOutcome(changed(shop, ticket), '409 ticket_expired')
      shop.now -= 1
      await expectOutcome(changed(shop, ticket), '200')
    },
  },
  {
    name: 'a ticket of an account that was closed changes nothing',
    async tell(shop) {
      await publish(shop)
      const ann = await annJoined(shop)
      const ticket = await ticketOf(shop, ann)
      await shop.change('Ledger', keys.account(ann.memberId), { s: 'CLOSED' })
      await expectOutcome(changed(shop, ticket), '409 ticket_expired')
    },
  },
  {
    name: 'a ticket of a member who was merged changes nothing of the survivor',
    async tell(shop) {
      await publish(shop)
      const bob = await enrolledAt(shop, { name: 'Bob', email: 'bob@example.org' })
      const ann = await annJoined(shop)
      const ticket = await ticketOf(shop, ann)
      await shop.change('Ledger', keys.account(ann.memberId), { s: 'CLOSED', mi: bob })
      await expectOutcome(changed(shop, ticket), '409 ticket_expired')
      assert.equal((await shop.row('Members', keys.profile(bob)))?.email, 'bob@example.org')
    },
  },
  {
    name: 'an address that somebody has is not taken by a change, and nothing is held for it',
    async tell(shop) {
      await publish(shop)
      await enrolledAt(shop, { name: 'Bob', email: ANN_NEW })
      const ann = await annJoined(shop)
      await expectOutcome(changed(shop, await ticketOf(shop, ann)), '409 contact_in_use')
      assert.equal(await heldUntil(shop, ann.memberId), undefined)
    },
  },
  {
    name: 'an address that somebody takes at the same moment is not changed to',
    async tell(shop) {
      await publish(shop)
      const ann = await annJoined(shop)
      before(shop, `${COMMIT} M/PROFILE`, () => enrolledAt(shop, { name: 'Bob', email: ANN_NEW }))
      await expectOutcome(changed(shop, await ticketOf(shop, ann)), '409 contact_in_use')
      assert.equal((await shop.row('Members', keys.profile(ann.memberId)))?.email, ANN)
    },
  },
  {
    name: 'who has changed the address spends nothing for a day',
    async tell(shop) {
      const till = await aTill(shop)
      const ann = await annJoined(shop)
      const { memberId } = ann
      await expectOutcome(till.buy({ memberId }), '201')
      const ticket = await ticketOf(shop, ann)
      before(shop, `${COMMIT} M/PROFILE`, async () => {
        assert.equal(await heldUntil(shop, memberId), shop.now + 24 * HOUR_MS)
      })
      await expectOutcome(changed(shop, ticket), '200')
      const spent = () => shop.ask(redeem, { memberId, storeId: 'central', points: 10 }, { key: shop.next() })
      shop.now += 24 * HOUR_MS - 1
      await expectOutcome(spent(), '409 contact_hold')
      shop.now += 1
      await expectOutcome(spent(), '201')
    },
  },
  {
    name: 'what was proven of one address is not passed on to another that staff write down',
    async tell(shop) {
      const memberId = await enrolledAt(shop)
      await expectOutcome(recognised(shop), '200')
      await expectOutcome(patched(shop, memberId, { email: ANN_NEW }, { v: 2 }), '200')
      assert.equal((await shop.row('Members', keys.profile(memberId)))?.emailVerifiedAt, undefined)
      assert.equal((await claimOf(shop, ANN_NEW))?.provenAt, undefined)
    },
  },
]

const consentsIn = async (shop: Shop) =>
  (await shop.rows('Members')).filter(({ sk }) => String(sk).startsWith('CONSENT#')).length
const mails = (isAllowed: boolean) => ({ consents: { marketing: { email: isAllowed } } })
const staff = (role: 'cashier' | 'manager', stores: readonly string[] = ['central']): Actor => {
  return { id: `${role}-1`, roles: [role], stores }
}

const WISHES: readonly Story[] = [
  {
    name: 'every word on a consent is kept, and nobody but the member and an admin says yes',
    async tell(shop) {
      await publish(shop)
      const memberId = await enrolledAt(shop, { email: ANN, storeId: 'central', ...mails(true) })
      assert.equal(await consentsIn(shop), 1)
      await expectOutcome(patched(shop, memberId, mails(false), { actor: staff('cashier') }), '200')
      assert.equal(await consentsIn(shop), 2)
      const v = 2
      await expectOutcome(patched(shop, memberId, mails(true), { v, actor: staff('cashier') }), '403 forbidden')
      await expectOutcome(patched(shop, memberId, mails(true), { v, actor: staff('manager') }), '403 forbidden')
      const elsewhere = { v, actor: staff('manager', ['north']) }
      await expectOutcome(patched(shop, memberId, { email: ANN_NEW }, elsewhere), '403 store_out_of_scope')
      await expectOutcome(patched(shop, memberId, { email: ANN_NEW }, { v, actor: staff('manager') }), '200')
    },
  },
  {
    name: 'the end of a membership is asked for with a fresh sign-in, and stands where the profile changes meanwhile',
    async tell(shop) {
      await publish(shop)
      const ann = await annJoined(shop)
      const ask = (more: Partial<Actor> = {}) => shop.ask(closeOwn, { confirm: true }, { actor: { ...ann, ...more } })
      await expectOutcome(ask({ authTime: 1 }), '403 sign_in_again')
      before(shop, COMMIT, () => expectOutcome(patched(shop, ann.memberId, { name: 'Anna' }), '200'))
      await expectOutcome(ask(), '202')
      assert.equal((await shop.row('Members', keys.closeRequest(ann.memberId)))?.requestedAt, shop.now)
    },
  },
]

export const CONTACTS_AND_WISHES: readonly Story[] = [...CONTACTS, ...WISHES]
