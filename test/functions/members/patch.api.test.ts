import { describe, expect, test } from 'vitest'
import type { Role } from '../../../functions/platform/auth.ts'
import { rowsOf } from '../../support/tables.ts'
import { allRows, aMember, CANARY, giveOwner, shop, unitsOf } from './member-api.ts'

const FIRST = { ifMatch: '"1"' }
const NOBODY = '/v1/members/mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'
const WITHDRAWAL = { consents: { marketing: { email: false } } }

async function setUp(fields: Record<string, unknown> = {}) {
  const api = await shop()
  const { id } = await aMember(api, { ...CANARY, consents: { marketing: { email: true } }, ...fields })
  return { api, id, path: `/v1/members/${id}`, everything: () => allRows(api, 'Ledger', 'Members', 'Operations') }
}

describe('PATCH /v1/members/{id} by an admin', () => {
  test('changes what is given and answers the whole member under its next version', async () => {
    const { api, path } = await setUp()
    const change = { name: 'Bea', locale: 'zh-Hans', birthday: null, phone: '+852 9123 4568' }
    const reply = await api.as('admin').patch(path, change, FIRST)
    expect([reply.status, reply.headers.etag]).toEqual([200, '"2"'])
    const expected = { name: 'Bea', locale: 'zh-Hans', birthday: null, phone: '+85291234568', email: CANARY.email }
    expect(reply.body).toMatchObject(expected)
    expect((await api.as('admin').get(path)).body).toEqual(reply.body)
  })

  test('moves the claim with the contact, so that the old number is free and the new one taken', async () => {
    const { api, id, path } = await setUp()
    await api.as('admin').patch(path, { phone: '+85291234568' }, FIRST)
    const found = async (phone: string) => (await api.as('cashier').post('/v1/members/lookup', { phone })).body.items
    expect(await found(CANARY.phone)).toEqual([])
    expect((await found('+85291234568'))[0].id).toBe(id)
    const body = { name: 'Bea', phone: CANARY.phone }
    expect((await api.as('pos').post('/v1/members', body, { key: 'a' })).status).toBe(201)
  })

  test('refuses the contact of another member and changes nothing', async () => {
    const { api, path, everything } = await setUp()
    const other = await aMember(api, { phone: '+85291234568' })
    const before = await everything()
    const reply = await api.as('admin').patch(path, { name: 'Bea', phone: '+85291234568' }, FIRST)
    expect([reply.status, reply.body.code, reply.body.memberId]).toEqual([409, 'contact_in_use', other.id])
    expect(reply.body.errors[0].pointer).toBe('/phone')
    expect(await everything()).toBe(before)
  })

  test('writes nothing and keeps the version where nothing differs', async () => {
    const { api, path, everything } = await setUp()
    const before = await everything()
    const same = { name: CANARY.name, phone: '+852 9123 4567', consents: { marketing: { email: true } } }
    for (const change of [{}, same]) {
      const reply = await api.as('admin').patch(path, change, FIRST)
      expect([reply.status, reply.headers.etag]).toEqual([200, '"1"'])
    }
    expect(await everything()).toBe(before)
  })

  test('costs 2 write units for a field and 6 for a contact that moves', async () => {
    const { api, path } = await setUp()
    await api.as('admin').patch(path, { name: 'Bea' }, FIRST)
    expect(unitsOf(api, 'members.patch')).toEqual({ requests: 3, writeUnits: 2, readUnits: 2 })
    await api.as('admin').patch(path, { phone: '+85291234568' }, { ifMatch: '"2"' })
    expect(unitsOf(api, 'members.patch')).toEqual({ requests: 3, writeUnits: 6, readUnits: 2 })
  })

  test.each([
    [undefined, 428, 'if_match_required'],
    ['"0"', 412, 'stale_version'],
    ['1', 412, 'stale_version'],
    ['W/"1"', 412, 'stale_version'],
    ['*', 412, 'stale_version'],
  ])('needs the version that was read, not %j', async (ifMatch, status, code) => {
    const { api, path, everything } = await setUp()
    const before = await everything()
    const reply = await api.as('admin').patch(path, { name: 'Bea' }, { ifMatch })
    expect([reply.status, reply.body.code]).toEqual([status, code])
    expect(await everything()).toBe(before)
  })

  test('lets one of ten who change the same version win, so that no change is lost unseen', async () => {
    const { api, path } = await setUp()
    const admin = api.as('admin')
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) => admin.patch(path, { name: `Name ${index}` }, FIRST)),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)])
    expect((await admin.get(path)).headers.etag).toBe('"2"')
  })

  test.each([
    [{ phone: null, email: null }, 'required_field'],
    [{ phone: '12' }, 'invalid_value'],
    [{ name: null }, 'invalid_value'],
    [{ externalId: '1' }, 'unknown_field'],
    [{ storeId: 'north' }, 'unknown_field'],
    [{ memberId: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }, 'unknown_field'],
    [{ ifMatch: '"1"' }, 'unknown_field'],
  ])('refuses %j with %s and changes nothing', async (change, code) => {
    const { api, path, everything } = await setUp()
    const before = await everything()
    const reply = await api.as('admin').patch(path, change, FIRST)
    expect([reply.status, reply.body.code]).toEqual([422, code])
    expect(await everything()).toBe(before)
  })

  test('refuses a version in the body also where the header is missing', async () => {
    const { api, path } = await setUp()
    const reply = await api.as('admin').patch(path, { name: 'Bea', ifMatch: '"1"' })
    expect([reply.status, reply.body.code]).toEqual([422, 'unknown_field'])
  })

  test('removes both contacts of a member that has an external id', async () => {
    const { api, path } = await setUp({ externalId: '17850' })
    const reply = await api.as('admin').patch(path, { phone: null, email: null }, FIRST)
    expect([reply.status, reply.body.phone, reply.body.email]).toEqual([200, null, null])
  })

  test('changes a birthday once in the period of the program', async () => {
    const { api, path } = await setUp()
    const admin = api.as('admin')
    const changed = (day: number, ifMatch: string) => admin.patch(path, { birthday: { month: 7, day } }, { ifMatch })
    expect((await changed(1, '"1"')).status).toBe(200)
    const locked = await changed(2, '"2"')
    expect([locked.status, locked.body.code]).toEqual([409, 'birthday_locked'])
    expect((await admin.patch(path, { name: 'Bea', birthday: { month: 7, day: 1 } }, { ifMatch: '"2"' })).status).toBe(
      200,
    )
    api.clock.advance('P1Y')
    expect((await changed(2, '"3"')).status).toBe(200)
  })
})

describe('PATCH /v1/members/{id} within the bounds of a role', () => {
  test('appends each change of a consent with text version, time, source and actor', async () => {
    const { api, id, path } = await setUp()
    const joined = api.clock.now()
    api.clock.advance('PT1S')
    const consents = { marketing: { email: false }, revisit: { phone: true } }
    await api.as('admin').patch(path, { consents }, FIRST)
    const rows = (await rowsOf(api.tables, 'Members')).filter(({ sk }) => sk.startsWith('CONSENT#'))
    const asked = { changes: [{ purpose: 'marketing', channel: 'email', granted: true }], at: joined }
    expect(rows).toEqual([
      expect.objectContaining(asked),
      {
        pk: `M#${id}`,
        sk: expect.stringMatching(/^CONSENT#evt_/),
        rv: 1,
        changes: [
          { purpose: 'marketing', channel: 'email', granted: false },
          { purpose: 'revisit', channel: 'phone', granted: true },
        ],
        text: '2026-11',
        source: 'staff',
        actor: 'local-admin',
        at: api.clock.now(),
      },
    ])
  })

  test.each<[Role, Record<string, unknown>, number]>([
    ['cashier', WITHDRAWAL, 200],
    ['cashier', { consents: { revisit: { sms: true } } }, 403],
    ['cashier', { ...WITHDRAWAL, phone: '+85291234568' }, 403],
    ['cashier', { name: 'Bea' }, 403],
    ['manager', WITHDRAWAL, 200],
    ['manager', { phone: '+85291234568', email: null }, 200],
    ['manager', { consents: { revisit: { sms: true } } }, 403],
    ['manager', { name: 'Bea' }, 403],
    ['manager', { birthday: null }, 403],
    ['manager', { locale: 'en' }, 403],
  ])('a %s may change %j: %i', async (role, change, status) => {
    const { api, path, everything } = await setUp()
    const before = await everything()
    const reply = await api.as(role, { stores: ['central'] }).patch(path, change, FIRST)
    expect([reply.status, reply.body.code]).toEqual([status, status === 403 ? 'forbidden' : undefined])
    expect((await everything()) === before).toBe(status === 403)
  })

  test('answers a cashier with masked contacts', async () => {
    const { api, path } = await setUp()
    const reply = await api.as('cashier').patch(path, WITHDRAWAL, FIRST)
    expect(reply.body).toMatchObject({ phone: '+852••••4567', consents: WITHDRAWAL.consents })
  })

  test('a manager of another store is refused', async () => {
    const { api, path, everything } = await setUp()
    const before = await everything()
    const reply = await api.as('manager', { stores: ['north'] }).patch(path, { phone: null }, FIRST)
    expect([reply.status, reply.body.code]).toEqual([403, 'store_out_of_scope'])
    expect(await everything()).toBe(before)
  })

  test('a caller withdraws consents of owned members only; others look like nobody', async () => {
    const { api, id, path } = await setUp()
    const caller = api.as('caller', { id: 'carla' })
    const foreign = await caller.patch(path, WITHDRAWAL, FIRST)
    const missing = await caller.patch(NOBODY, WITHDRAWAL, FIRST)
    expect([foreign.status, { ...foreign.body, instance: '' }]).toEqual([404, { ...missing.body, instance: '' }])
    await giveOwner(api, id, 'carla')
    expect((await caller.patch(path, { name: 'Bea' }, FIRST)).status).toBe(403)
    expect((await caller.patch(path, WITHDRAWAL, FIRST)).status).toBe(200)
  })

  test.each(['member', 'pos', 'marketer', 'auditor', 'anyone'] as const)('refuses %s with 403', async (role) => {
    const { api, path } = await setUp()
    const reply = await api.as(role).patch(path, WITHDRAWAL, FIRST)
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden'])
  })
})
