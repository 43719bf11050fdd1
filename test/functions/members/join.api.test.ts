/** A person who proved an address becomes a member: once, with nothing that was only typed, and nothing told of others. */
import { describe, expect, test } from 'vitest'
import { MemberOwn } from '../../../functions/members/schema.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { rowsOf } from '../../support/tables.ts'
import { allRows, aMember, CANARY, PROGRAM, person, shop, unitsOf } from './member-api.ts'

const JOIN = '/v1/me'
const MAIL = 'new.bird@example.com'
const NEW = { name: 'Nova Vogel', locale: 'zh-Hant', birthday: { month: 2, day: 29 } }

const withEnrolment = (enrolment: object) => shop({ ...PROGRAM, enrolment })

describe('POST /v1/me', () => {
  test('makes a member whose address is proven, who may spend at once and has the welcome bonus', async () => {
    const api = await withEnrolment({ bonus: 100 })
    const reply = await person(api, MAIL).post(JOIN, { ...NEW, consents: { marketing: { email: true } } }, { key: 'k' })
    expect([reply.status, reply.headers.etag]).toEqual([201, '"1"'])
    expect(MemberOwn.parse(reply.body)).toMatchObject({ ...NEW, email: MAIL, emailVerified: true, status: 'active' })
    const me = api.as('member', { memberId: reply.body.id })
    expect((await me.get('/v1/me/card')).body.balances.available).toBe(100)
    const { items } = (await me.get('/v1/me/entries')).body
    expect(items[0]).toMatchObject({ type: 'GRANT', points: 100, because: [{ text: '100 points to welcome you' }] })
    const spent = { memberId: reply.body.id, points: 5, storeId: 'central' }
    expect((await api.as('cashier').post('/v1/points/redemptions', spent, { key: 'r' })).status).toBe(201)
    await expectSoundBooks(api.tables)
  })

  test('costs twelve units for the member, six for what the ledger is told and one for the count of tries', async () => {
    const api = await shop()
    await person(api, MAIL).post(JOIN, NEW, { key: 'k' })
    expect(unitsOf(api, 'members.join')).toMatchObject({ writeUnits: 19 })
  })

  test('without a bonus still tells the ledger that spending is open', async () => {
    const api = await shop()
    await person(api, MAIL).post(JOIN, NEW, { key: 'k' })
    const entries = (await rowsOf(api.tables, 'Ledger')).filter(({ sk }) => sk.startsWith('E#'))
    expect(entries).toMatchObject([{ t: 'STATE', n: 0, vc: true, w: [{ code: 'contact_verified' }] }])
  })

  test('is that member for whom the counter enrolled under the address, with 200 and the address proven', async () => {
    const api = await withEnrolment({ bonus: 100 })
    const { id } = await aMember(api, CANARY)
    const reply = await person(api, CANARY.email).post(JOIN, NEW, { key: 'k' })
    expect([reply.status, reply.body]).toMatchObject([200, { id, name: CANARY.name, emailVerified: true }])
    expect((await api.as('member', { memberId: id }).get('/v1/me/card')).body.balances.available).toBe(100)
  })

  test('five times at once under keys of their own makes one member with one bonus', async () => {
    const api = await withEnrolment({ bonus: 100 })
    const replies = await Promise.all(
      Array.from({ length: 5 }, (_, n) => person(api, MAIL).post(JOIN, NEW, { key: `k${n}` })),
    )
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201])
    const profiles = (await rowsOf(api.tables, 'Members')).filter(({ sk }) => sk === 'PROFILE')
    const entries = (await rowsOf(api.tables, 'Ledger')).filter(({ sk }) => sk.startsWith('E#'))
    expect([profiles.length, entries.length]).toEqual([1, 1])
  })

  test('sent again under its key answers 201 again, and other content is refused', async () => {
    const api = await shop()
    const client = person(api, MAIL)
    const first = await client.post(JOIN, NEW, { key: 'k' })
    const again = await client.post(JOIN, NEW, { key: 'k' })
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true'])
    const other = await client.post(JOIN, { ...NEW, name: 'Other' }, { key: 'k' })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])
  })

  test('records what was agreed to as the member’s own word, with the text that was shown', async () => {
    const api = await shop()
    const reply = await person(api, MAIL).post(JOIN, { ...NEW, consents: { survey: { sms: true } } }, { key: 'k' })
    const history = await api.as('member', { memberId: reply.body.id }).get('/v1/me/consents')
    expect(history.body).toEqual({
      items: [
        {
          at: '2026-11-23T10:00:00.000Z',
          by: 'member',
          text: '2026-11',
          changes: [{ purpose: 'survey', channel: 'sms', granted: true }],
        },
      ],
      nextCursor: null,
    })
  })
})

describe('joining is refused', () => {
  test.each([
    [{ ...NEW, email: 'other@example.com' }, 'unknown_field'],
    [{ ...NEW, phone: '+85291234567' }, 'unknown_field'],
    [{ ...NEW, externalId: '1' }, 'unknown_field'],
    [{ ...NEW, tier: 'gold' }, 'unknown_field'],
    [{ name: ' ' }, 'out_of_range'],
    [{ locale: 'en' }, 'required_field'],
    [{ ...NEW, referralCode: 'I' }, 'invalid_value'],
  ])('for %j with 422 %s', async (body, code) => {
    const api = await shop()
    const reply = await person(api, MAIL).post(JOIN, body, { key: 'k' })
    expect([reply.status, reply.body.code]).toEqual([422, code])
    expect(await allRows(api, 'Members')).toBe('[]')
  })

  test('without a proven address, because anybody could name one', async () => {
    const api = await shop()
    const reply = await api.as('member', { id: 'subject-1' }).post(JOIN, NEW, { key: 'k' })
    expect([reply.status, reply.body.code]).toEqual([409, 'unverified_contact'])
  })

  test('without a key', async () => {
    const api = await shop()
    const reply = await person(api, MAIL).post(JOIN, NEW)
    expect([reply.status, reply.body.code]).toEqual([400, 'idempotency_key_required'])
  })

  test('until the age is confirmed, where the program asks for one', async () => {
    const api = await withEnrolment({ minAge: 16 })
    const client = person(api, MAIL)
    for (const answer of [{}, { minAgeConfirmed: false }]) {
      const reply = await client.post(JOIN, { ...NEW, ...answer }, { key: 'k' })
      expect([reply.status, reply.body.errors]).toMatchObject([
        422,
        [{ pointer: '/minAgeConfirmed', code: 'required_field' }],
      ])
    }
    expect((await client.post(JOIN, { ...NEW, minAgeConfirmed: true }, { key: 'l' })).status).toBe(201)
  })

  test('for the address of a closed account, and tells nothing of it', async () => {
    const api = await shop()
    const { id } = await aMember(api, CANARY)
    await api.as('admin').post(`/v1/members/${id}/close`, { reason: 'Asked for it' })
    const reply = await person(api, CANARY.email).post(JOIN, NEW, { key: 'k' })
    expect([reply.status, reply.body.code, reply.body.memberId]).toEqual([409, 'contact_in_use', undefined])
  })

  test('for the sixth try of one address within an hour, and not for anybody else', async () => {
    const api = await withEnrolment({ minAge: 16 })
    const attempt = (mail: string, n: number) => person(api, mail).post(JOIN, NEW, { key: `k${n}` })
    const replies = []
    for (let n = 1; n <= 6; n += 1) replies.push((await attempt(MAIL, n)).status)
    expect(replies).toEqual([422, 422, 422, 422, 422, 429])
    expect((await attempt('other@example.com', 7)).status).toBe(422)
    api.clock.advance('PT1H')
    expect((await attempt(MAIL, 8)).status).toBe(422)
  })
})

test('a person who has not joined has neither a profile nor a card nor a code', async () => {
  const api = await shop()
  for (const path of ['/v1/me', '/v1/me/card', '/v1/me/code', '/v1/me/consents', '/v1/me/entries']) {
    const reply = await person(api, MAIL).get(path)
    expect([path, reply.status, reply.body.code]).toEqual([path, 404, 'not_found'])
  }
})
