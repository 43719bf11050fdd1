/** Records of the staff: invited once, changed by admins over what they have seen, and never left without an admin. */
import { beforeEach, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../../functions/platform/auth.ts'
import { contextOf } from '../../../functions/platform/context.ts'
import { staffClaims } from '../../../functions/program/staff-claims.ts'
import { type TestApi, testApi } from '../../support/api.ts'
import { rowsOf } from '../../support/tables.ts'

let api: TestApi
beforeEach(async () => {
  api = await testApi()
  await admin().put('/v1/program/stores/central', { name: 'Central' })
})

const admin = (id = 'first-admin') => api.as('admin', { id })
const MAY = { name: 'May Reed', email: 'may@staff.example', roles: ['cashier'], stores: ['central'] }
const NORA = { name: 'Nora Bell', email: 'nora@staff.example', roles: ['admin'], stores: '*' }

const invite = (person: object = MAY, key = 'invite-1') => admin().post('/v1/program/staff', person, { key })
const change = (id: string, changes: object, ifMatch: string, by = admin()) =>
  by.patch(`/v1/program/staff/${id}`, changes, { ifMatch })
const signIn = (id: string, groups: string[] = [], name?: string) =>
  staffClaims(contextOf(api.services, { actor: SYSTEM, now: Date.now(), requestId: 'sign-in', language: 'en' }), {
    id,
    groups,
    ...(name !== undefined && { name }),
  })

describe('POST /v1/program/staff', () => {
  test('invites into the pool and keeps a record under the subject', async () => {
    const { status, headers, body } = await invite()
    expect([status, headers.etag]).toEqual([201, '"1"'])
    expect(body).toEqual({ id: 'subject-1', ...MAY, state: 'invited', household: [], version: 1 })
    expect(api.pool.calls).toEqual(['invite may@staff.example'])
    expect((await admin().get('/v1/program/staff')).body).toEqual({ items: [body], nextCursor: null })
  })

  test('invites once however often it is sent, and refuses the key with another person', async () => {
    const first = await invite()
    const again = await invite()
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true'])
    expect((await invite(NORA)).body.code).toBe('idempotency_key_reused')
    expect(api.pool.calls).toHaveLength(1)
  })

  test('goes on where the answer of the pool was lost, so that nobody is half invited for ever', async () => {
    api.pool.failure = Object.assign(new Error('lost'), { name: 'TimeoutError' })
    expect((await invite()).body).toMatchObject({ status: 503, code: 'try_again' })
    expect((await admin().get('/v1/program/staff')).body.items).toEqual([])
    expect((await invite()).body).toMatchObject({ id: 'subject-1', state: 'invited' })
  })

  test('refuses a person who has a record, for ever under the same key', async () => {
    await invite()
    const other = await invite({ ...MAY, roles: ['admin'] }, 'invite-2')
    expect([other.status, other.body.code, other.body.staffId]).toEqual([409, 'staff_exists', 'subject-1'])
    expect((await invite({ ...MAY, roles: ['admin'] }, 'invite-2')).headers['idempotency-replayed']).toBe('true')
    expect((await admin().get('/v1/program/staff')).body.items).toMatchObject([{ roles: ['cashier'] }])
  })

  test('makes one record of two invitations at once', async () => {
    const replies = await Promise.all([invite(MAY, 'a'), invite(MAY, 'b')])
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  test.each([
    [{ ...MAY, stores: ['nowhere'] }, 404, 'store_not_found'],
    [{ ...MAY, roles: ['pos'] }, 422, 'invalid_value'],
    [{ ...MAY, roles: [] }, 422, 'out_of_range'],
    [{ ...MAY, roles: ['cashier', 'cashier'] }, 422, 'duplicate_id'],
    [{ ...MAY, email: 'may' }, 422, 'invalid_value'],
    [{ ...MAY, household: ['mem_1'] }, 422, 'invalid_value'],
    [{ ...MAY, state: 'active' }, 422, 'unknown_field'],
  ])('refuses %o and asks the pool for nothing', async (person, status, code) => {
    const reply = await invite(person)
    expect([reply.status, reply.body.code]).toEqual([status, code])
    expect(api.pool.calls).toEqual([])
  })

  test('writes the mail address in lower case and into no key', async () => {
    await invite({ ...MAY, email: 'May@Staff.Example' })
    const rows = await rowsOf(api.tables, 'Operations')
    expect(rows.find(({ pk }) => pk === 'STAFF')).toMatchObject({ email: 'may@staff.example' })
    expect(JSON.stringify(rows.map(({ pk, sk }) => [pk, sk]))).not.toMatch(/may/i)
  })
})

describe('PATCH /v1/program/staff/{id}', () => {
  test('changes roles, stores and household over the version that was read', async () => {
    await invite()
    const household = ['mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ']
    const changed = await change('subject-1', { roles: ['manager'], stores: '*', household }, '"1"')
    expect([changed.status, changed.headers.etag]).toEqual([200, '"2"'])
    expect(changed.body).toMatchObject({ roles: ['manager'], stores: '*', household, state: 'invited', version: 2 })
    expect((await change('subject-1', { name: 'M' }, '"1"')).body.code).toBe('stale_version')
    expect((await admin().patch('/v1/program/staff/subject-1', { name: 'M' })).body.code).toBe('if_match_required')
    expect(api.pool.calls).toEqual(['invite may@staff.example'])
  })

  test('ends access in record and pool, and gives it back', async () => {
    await invite()
    expect((await change('subject-1', { disabled: true }, '"1"')).body.state).toBe('disabled')
    await expect(signIn('subject-1', ['admin'])).rejects.toMatchObject({ code: 'principal_disabled' })
    expect((await change('subject-1', { disabled: false }, '"2"')).body.state).toBe('active')
    expect(api.pool.calls.slice(1)).toEqual(['disable subject-1', 'enable subject-1'])
  })

  test('ends access although the pool does not answer, and says that it must be sent again', async () => {
    await invite()
    api.pool.failure = Object.assign(new Error('lost'), { name: 'TimeoutError' })
    expect((await change('subject-1', { disabled: true }, '"1"')).status).toBe(503)
    await expect(signIn('subject-1')).rejects.toMatchObject({ code: 'principal_disabled' })
    expect((await change('subject-1', { disabled: true }, '"2"')).status).toBe(200)
    expect(api.pool.calls.slice(1)).toEqual(['disable subject-1', 'disable subject-1'])
  })

  test('refuses one’s own record, so that nobody gives themselves a role', async () => {
    await invite(NORA)
    await signIn('subject-1')
    const own = await change('subject-1', { stores: ['central'] }, '"2"', admin('subject-1'))
    expect([own.status, own.body.code]).toEqual([403, 'own_account'])
  })

  test('never takes the last active admin, neither by ending access nor by another role', async () => {
    await invite(NORA)
    await signIn('subject-1')
    for (const changes of [{ disabled: true }, { roles: ['cashier'] }]) {
      const reply = await change('subject-1', changes, '"2"')
      expect([reply.status, reply.body.code]).toEqual([409, 'last_admin'])
    }
    expect(api.pool.calls).toEqual(['invite nora@staff.example'])
  })

  test('lets one of two admins remain who end each other at the same moment', async () => {
    await invite(NORA, 'a')
    await invite({ ...NORA, email: 'otto@staff.example' }, 'b')
    await signIn('subject-1')
    await signIn('subject-2')
    const replies = await Promise.all([
      change('subject-2', { disabled: true }, '"2"', admin('subject-1')),
      change('subject-1', { disabled: true }, '"2"', admin('subject-2')),
    ])
    const codes = replies.map(({ status, body }) => body.code ?? status)
    expect(codes).toContain(200)
    expect(codes.filter((code) => code !== 200)).toEqual([expect.stringMatching(/^(last_admin|principal_disabled)$/)])
    const { items } = (await api.as('auditor').get('/v1/program/staff')).body
    expect(items.filter(({ state }: { state: string }) => state === 'active')).toHaveLength(1)
  })
})

describe('the list', () => {
  test('comes in pages by id, so that a business of any size can be read', async () => {
    for (const at of [1, 2, 3]) await invite({ ...MAY, email: `hand-${at}@staff.example` }, `key-${at}`)
    const first = (await admin().get('/v1/program/staff?limit=2')).body
    const second = (await admin().get(`/v1/program/staff?limit=2&cursor=${first.nextCursor}`)).body
    const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id)
    expect(ids).toEqual(['subject-1', 'subject-2', 'subject-3'])
    expect(second.nextCursor).toBeNull()
  })
})

describe('what a token says', () => {
  test('is what the record says, and the first sign-in makes an invited person active, once', async () => {
    await invite()
    expect(await signIn('subject-1', ['admin'])).toEqual({ roles: ['cashier'], stores: ['central'], name: 'May Reed' })
    await signIn('subject-1')
    expect((await admin().get('/v1/program/staff')).body.items).toMatchObject([{ state: 'active', version: 2 }])
  })

  test('is the role of the group where nobody wrote a record, with all stores for admins only', async () => {
    expect(await signIn('someone', ['admin', 'us-east-1_Google'], 'Ada')).toEqual({
      roles: ['admin'],
      stores: '*',
      name: 'Ada',
    })
    expect(await signIn('someone', ['cashier'])).toEqual({ roles: ['cashier'], stores: [] })
    expect(await signIn('someone')).toEqual({ roles: [], stores: [] })
  })
})
