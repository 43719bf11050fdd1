/** A member asks for the end and may take it back; an admin sees who waits; and the export holds all that is kept. */
import { describe, expect, test } from 'vitest'
import { rowsOf } from '../../support/tables.ts'
import { allRows, aMember, CANARY, shop, signedIn } from './member-api.ts'

const CLOSE = '/v1/me/close'
const REQUESTS = '/v1/members/close-requests'

async function aPerson() {
  const api = await shop()
  const { id } = await aMember(api, { ...CANARY, consents: { marketing: { email: true } } })
  await signedIn(api, CANARY.email)
  return { api, id, me: api.as('member', { memberId: id }), waiting: () => api.as('admin').get(REQUESTS) }
}

describe('POST /v1/me/close', () => {
  test('closes nothing yet: it is noted, staff see it, admins find it in their list', async () => {
    const { api, id, me, waiting } = await aPerson()
    const reply = await me.post(CLOSE, { confirm: true })
    expect([reply.status, reply.body]).toEqual([202, { state: 'requested', requestedAt: '2026-11-23T10:00:00.000Z' }])
    expect((await me.get('/v1/me')).body).toMatchObject({
      status: 'active',
      closeRequestedAt: '2026-11-23T10:00:00.000Z',
    })
    const full = await api.as('admin').get(`/v1/members/${id}`)
    expect(full.body.closeRequestedAt).toBe('2026-11-23T10:00:00.000Z')
    expect((await waiting()).body).toEqual({
      items: [{ memberId: id, requestedAt: '2026-11-23T10:00:00.000Z' }],
      nextCursor: null,
    })
  })

  test('asked again keeps the time of the first, and writes nothing', async () => {
    const { api, me } = await aPerson()
    await me.post(CLOSE, { confirm: true })
    const before = await allRows(api, 'Members')
    api.clock.advance('PT1M')
    expect((await me.post(CLOSE, { confirm: true })).body.requestedAt).toBe('2026-11-23T10:00:00.000Z')
    expect(await allRows(api, 'Members')).toBe(before)
  })

  test('may be taken back, also from a session that is older, because staying needs no proof', async () => {
    const { api, id, me, waiting } = await aPerson()
    await me.post(CLOSE, { confirm: true })
    const reply = await api.as('member', { memberId: id, authTime: 1 }).post(CLOSE, { confirm: false })
    expect([reply.status, reply.body]).toEqual([200, { state: 'none', requestedAt: null }])
    expect((await me.get('/v1/me')).body.closeRequestedAt).toBeNull()
    expect((await waiting()).body.items).toEqual([])
  })

  test('needs a fresh sign-in, so that nobody ends a membership from a phone left on a table', async () => {
    const { api, id } = await aPerson()
    const reply = await api.as('member', { memberId: id, authTime: 1 }).post(CLOSE, { confirm: true })
    expect([reply.status, reply.body.code]).toEqual([403, 'sign_in_again'])
  })

  test('is off the list once an admin has closed the account', async () => {
    const { api, id, me, waiting } = await aPerson()
    await me.post(CLOSE, { confirm: true })
    await api.as('admin').post(`/v1/members/${id}/close`, { reason: 'Asked for it' })
    expect((await waiting()).body.items).toEqual([])
  })

  test('lists in pages, each member once', async () => {
    const { api, waiting } = await aPerson()
    const ids: string[] = []
    for (let n = 0; n < 3; n += 1) {
      const { id } = await aMember(api)
      await api.as('member', { memberId: id }).post(CLOSE, { confirm: true })
      ids.push(id)
    }
    const first = (await api.as('admin').get(`${REQUESTS}?limit=2`)).body
    const second = (await api.as('admin').get(`${REQUESTS}?limit=2&cursor=${first.nextCursor}`)).body
    const seen = [...first.items, ...second.items].map(({ memberId }) => memberId)
    expect([seen.sort(), second.nextCursor]).toEqual([ids.sort(), null])
    expect((await waiting()).body.items).toHaveLength(3)
  })
})

describe('POST /v1/me/export', () => {
  test('holds everything that is kept: person, contacts, consents, account, statement and proof', async () => {
    const { api, id, me } = await aPerson()
    const gift = { memberId: id, points: 40, reason: 'other', note: 'Welcome' }
    await api.as('admin').post('/v1/points/adjustments', gift, { key: 'gift' })
    const { name, birthday } = CANARY
    const reply = await me.post('/v1/me/export')
    expect(reply.status).toBe(200)
    expect(reply.body).toMatchObject({
      exportedAt: '2026-11-23T10:00:00.000Z',
      profile: { id, name, birthday, enrolledBy: { source: 'staff', consentText: '2026-11' }, storeId: 'central' },
      contacts: [
        { kind: 'phone', value: CANARY.phone, verifiedAt: null },
        { kind: 'email', value: CANARY.email, verifiedAt: '2026-11-23T10:00:00.000Z' },
      ],
      signInsLinked: 1,
      consentHistory: [{ by: 'staff', changes: [{ purpose: 'marketing', channel: 'email', granted: true }] }],
      account: { balances: { available: 40 } },
      statement: { items: [{ type: 'ADJUST', note: 'Welcome' }, { type: 'STATE' }], nextCursor: null },
      proof: { version: 2, nextCursor: null },
    })
    expect(reply.body.proof.entries).toHaveLength(2)
  })

  test('holds every field of the stored profile under some name, so that none is forgotten one day', async () => {
    const { api, id, me } = await aPerson()
    await api.as('admin').patch(`/v1/members/${id}`, { birthday: { month: 3, day: 1 } }, { ifMatch: '"2"' })
    await me.post(CLOSE, { confirm: true })
    const { profile } = (await me.post('/v1/me/export')).body
    const [row = {}] = (await rowsOf(api.tables, 'Members')).filter(({ sk }) => sk === 'PROFILE')
    const elsewhere = ['pk', 'sk', 'rv', 'v', 'memberId', 'phone', 'email', 'emailVerifiedAt']
    expect(Object.keys(row).filter((name) => !elsewhere.includes(name) && profile[name] == null)).toEqual(['enrolment'])
    expect(profile.enrolledAs).toEqual(row.enrolment)
  })

  test('has nothing of anybody else, and no name of staff', async () => {
    const { api, me } = await aPerson()
    const other = await aMember(api, { name: 'Somebody Else', phone: '+442079460999' })
    const text = JSON.stringify((await me.post('/v1/me/export')).body)
    for (const word of [other.id, 'Somebody Else', '+442079460999']) expect(text).not.toContain(word)
  })

  test('needs a fresh sign-in, because it is everything at once', async () => {
    const { api, id } = await aPerson()
    const reply = await api.as('member', { memberId: id, authTime: 1 }).post('/v1/me/export')
    expect([reply.status, reply.body.code]).toEqual([403, 'sign_in_again'])
  })
})
