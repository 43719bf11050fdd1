/** A change of contact takes the old sign-in and the new address, once, and spending waits for a day. */
import { describe, expect, test } from 'vitest'
import type { TestApi } from '../../support/api.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { aMember, CANARY, PROGRAM, person, shop, signedIn } from './member-api.ts'

const TICKETS = '/v1/me/contacts/tickets'
const CONTACTS = '/v1/me/contacts'
const NEW_MAIL = 'new.bird@example.com'

async function aPerson() {
  const api = await shop({ ...PROGRAM, enrolment: { bonus: 100 } })
  const { id } = await aMember(api, CANARY)
  await signedIn(api, CANARY.email)
  const me = api.as('member', { memberId: id, contact: CANARY.email })
  const ticket = async () => (await me.post(TICKETS)).body.ticket as string
  return { api, id, me, ticket }
}

const spend = (api: TestApi, memberId: string, key: string) =>
  api.as('cashier').post('/v1/points/redemptions', { memberId, points: 5, storeId: 'central' }, { key })

describe('a change of contact', () => {
  test('moves the member to the address of the new sign-in, and the old one leads nowhere any more', async () => {
    const { api, id, ticket } = await aPerson()
    const reply = await person(api, NEW_MAIL, 'subject-2').post(CONTACTS, { ticket: await ticket() })
    expect([reply.status, reply.headers.etag, reply.body]).toMatchObject([
      200,
      '"3"',
      { id, email: NEW_MAIL, emailVerified: true },
    ])
    expect(await signedIn(api, NEW_MAIL, 'subject-2')).toEqual({ memberId: id, verified: false })
    expect(await signedIn(api, CANARY.email)).toEqual({ verified: false })
    expect((await api.as('member', { memberId: id }).get('/v1/me/card')).body.balances.available).toBe(100)
  })

  test('holds spending and sending for a day and not a moment longer, because a mailbox may have been taken over', async () => {
    const { api, id, ticket } = await aPerson()
    await person(api, NEW_MAIL, 'subject-2').post(CONTACTS, { ticket: await ticket() })
    const refused = await spend(api, id, 'a')
    expect([refused.status, refused.body.code, refused.body.reasons]).toEqual([409, 'contact_hold', ['contact_hold']])
    api.clock.advance('PT23H59M59.999S')
    expect((await spend(api, id, 'b')).body.code).toBe('contact_hold')
    api.clock.advance('PT0.001S')
    expect((await spend(api, id, 'c')).status).toBe(201)
    await expectSoundBooks(api.tables)
  })

  test('is told in the statement, so that a member who did not do it can see it', async () => {
    const { api, id, ticket } = await aPerson()
    await person(api, NEW_MAIL, 'subject-2').post(CONTACTS, { ticket: await ticket() })
    const { items } = (await api.as('member', { memberId: id }).get('/v1/me/entries')).body
    expect(items[0]).toMatchObject({ type: 'STATE', points: 0, because: [{ code: 'contact_changed' }] })
  })

  test('sent again with the new sign-in is answered as it stands, and holds the account once', async () => {
    const { api, id, ticket } = await aPerson()
    const body = { ticket: await ticket() }
    const client = person(api, NEW_MAIL, 'subject-2')
    const first = await client.post(CONTACTS, body)
    const again = await client.post(CONTACTS, body)
    expect([again.status, again.body]).toEqual([200, first.body])
    expect((await api.as('member', { memberId: id }).get('/v1/me/entries')).body.items).toHaveLength(2)
  })

  test('happens for one of many addresses that try the same ticket at once', async () => {
    const { api, ticket } = await aPerson()
    const body = { ticket: await ticket() }
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, n) => person(api, `bird-${n}@example.com`, `subject-${n}`).post(CONTACTS, body)),
    )
    expect(replies.map(({ status, body: { code } }) => code ?? status).sort()).toEqual([
      200,
      ...Array.from({ length: 7 }, () => 'ticket_expired'),
    ])
  })
})

describe('a ticket', () => {
  test.each([
    ['after ten minutes', (text: string) => text, 'PT10M'],
    ['with another version', (text: string) => text.replace(/\.2\./, '.3.'), 'PT0S'],
    ['with another member', (text: string) => text.replace(/^mem_./, 'mem_1'), 'PT0S'],
    ['with a later end', (text: string) => text.replace(/\.(\d{13})\./, (_, at) => `.${Number(at) + 1}.`), 'PT0S'],
    ['that is none', () => 'x', 'PT0S'],
  ])('%s is none', async (_, spoil, later) => {
    const { api, ticket } = await aPerson()
    const spoilt = spoil(await ticket())
    api.clock.advance(later)
    const reply = await person(api, NEW_MAIL, 'subject-2').post(CONTACTS, { ticket: spoilt })
    expect([reply.status, reply.body.code]).toEqual([409, 'ticket_expired'])
    expect((await signedIn(api, CANARY.email)).memberId).toBeDefined()
  })

  test('is good up to its last moment', async () => {
    const { api, ticket } = await aPerson()
    const body = { ticket: await ticket() }
    api.clock.advance('PT9M59.999S')
    expect((await person(api, NEW_MAIL, 'subject-2').post(CONTACTS, body)).status).toBe(200)
  })

  test('is used once, so that a second address cannot come after the first', async () => {
    const { api, ticket } = await aPerson()
    const body = { ticket: await ticket() }
    await person(api, NEW_MAIL, 'subject-2').post(CONTACTS, body)
    const reply = await person(api, 'thief@example.com', 'subject-3').post(CONTACTS, body)
    expect([reply.status, reply.body.code]).toEqual([409, 'ticket_expired'])
  })

  test('moves nobody to the address of another member, and names no one', async () => {
    const { api, ticket } = await aPerson()
    await aMember(api, { name: 'Bea', email: 'bea@example.com' })
    const reply = await person(api, 'bea@example.com', 'subject-2').post(CONTACTS, { ticket: await ticket() })
    expect([reply.status, reply.body.code, reply.body.memberId]).toEqual([409, 'contact_in_use', undefined])
    expect(
      (await api.as('member', { memberId: (await signedIn(api, CANARY.email)).memberId ?? '' }).get('/v1/me')).body,
    ).toMatchObject({ email: CANARY.email })
  })

  test('needs a sign-in of the last ten minutes at either end, because a session left open is not a person', async () => {
    const { api, id, ticket } = await aPerson()
    const old = Math.floor(api.clock.now() / 1_000) - 601
    const stale = await api.as('member', { memberId: id, authTime: old }).post(TICKETS)
    expect([stale.status, stale.body.code]).toEqual([403, 'sign_in_again'])
    const edge = await api.as('member', { memberId: id, authTime: old + 1 }).post(TICKETS)
    expect(edge.status).toBe(201)
    const late = api.as('member', { id: 'subject-2', contact: NEW_MAIL, authTime: old })
    const reply = await late.post(CONTACTS, { ticket: await ticket() })
    expect([reply.status, reply.body.code]).toEqual([403, 'sign_in_again'])
  })

  test('is not for who has not joined', async () => {
    const { api } = await aPerson()
    expect((await person(api, NEW_MAIL, 'subject-2').post(TICKETS)).body.code).toBe('not_found')
  })
})
