import { describe, expect, test } from 'vitest'
import { MemberOwn } from '../../../functions/members/schema.ts'
import { rowsOf } from '../../support/tables.ts'
import { aMember, CANARY, shop } from './member-api.ts'

const FIRST = { ifMatch: '"1"' }
const STAFF = ['cashier', 'pos', 'manager', 'marketer', 'caller', 'admin', 'auditor', 'anyone'] as const

async function signedIn() {
  const api = await shop()
  const { id } = await aMember(api, CANARY)
  return { api, id, me: api.as('member', { memberId: id }) }
}

describe('GET /v1/me', () => {
  test('shows members all that is kept of them, with the version as ETag', async () => {
    const { id, me } = await signedIn()
    const reply = await me.get('/v1/me')
    expect([reply.status, reply.headers.etag, reply.headers['cache-control']]).toEqual([200, '"1"', 'no-store'])
    expect(MemberOwn.parse(reply.body)).toMatchObject({ id, ...CANARY })
  })

  test.each(['mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ', 'somebody'])('answers 404 to %s, who is no member', async (memberId) => {
    const { api } = await signedIn()
    const reply = await api.as('member', { memberId }).get('/v1/me')
    expect([reply.status, reply.body.code]).toEqual([404, 'not_found'])
  })

  test.each(STAFF)('refuses %s with 403', async (role) => {
    const { api } = await signedIn()
    const reply = await api.as(role).get('/v1/me')
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden'])
  })
})

describe('PATCH /v1/me', () => {
  test('changes name, language, birthday and consents, and records the consent as the member’s own', async () => {
    const { api, id, me } = await signedIn()
    const change = { name: 'Bea', locale: 'en', birthday: { month: 3, day: 1 }, consents: { survey: { sms: true } } }
    const reply = await me.patch('/v1/me', change, FIRST)
    expect([reply.status, reply.headers.etag]).toEqual([200, '"2"'])
    expect(reply.body).toMatchObject(change)
    const rows = (await rowsOf(api.tables, 'Members')).filter(({ sk }) => sk.startsWith('CONSENT#'))
    expect(rows).toMatchObject([{ source: 'member', actor: id, text: '2026-11', changes: [{ granted: true }] }])
  })

  test.each([
    [{ name: 'Bea' }, undefined, 428, 'if_match_required'],
    [{ name: 'Bea' }, '"2"', 412, 'stale_version'],
    [{ phone: '+85291234568' }, '"1"', 422, 'unknown_field'],
    [{ email: null }, '"1"', 422, 'unknown_field'],
    [{ locale: 'fr' }, '"1"', 422, 'invalid_value'],
  ])('refuses %j under %j', async (change, ifMatch, status, code) => {
    const { me } = await signedIn()
    const reply = await me.patch('/v1/me', change, { ifMatch })
    expect([reply.status, reply.body.code]).toEqual([status, code])
    expect((await me.get('/v1/me')).headers.etag).toBe('"1"')
  })

  test.each(STAFF)('refuses %s with 403', async (role) => {
    const { api } = await signedIn()
    const reply = await api.as(role).patch('/v1/me', { name: 'Bea' }, FIRST)
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden'])
  })
})
