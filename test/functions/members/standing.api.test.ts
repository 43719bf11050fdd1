import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import { keys } from '../../../functions/platform/table-design.ts'
import type { Client, Reply, TestApi } from '../../support/api.ts'
import { rowsOf } from '../../support/tables.ts'
import { aMember, giveOwner, shop, unitsOf } from './member-api.ts'

const LOOKUP = '/v1/members/lookup'
let keysUsed = 0

async function post(client: Client, path: string, body: object): Promise<Reply> {
  keysUsed += 1
  return client.post(path, body, { key: `standing-${keysUsed}` })
}

async function stand(api: TestApi, id: string, deed: 'freeze' | 'unfreeze' | 'close'): Promise<void> {
  expect((await post(api.as('admin'), `/v1/members/${id}/${deed}`, { reason: 'Because' })).status).toBe(201)
}

async function mergeInto(api: TestApi, id: string, into: string): Promise<void> {
  const path = `/v1/members/${id}/merge`
  const mona = api.as('manager', { id: 'mona' })
  const { approvalId } = (await post(mona, path, { into })).body
  const decision = { decision: 'approve', reason: 'One person' }
  await post(api.as('admin', { id: 'ida' }), `/v1/program/approvals/${approvalId}/decision`, decision)
  expect((await post(mona, path, { into, approvalId })).status).toBe(201)
}

const outcome = ({ status, body }: Reply) => (status < 300 ? String(status) : `${status} ${body.code}`)
const me = (api: TestApi, memberId: string) => api.as('member', { memberId })

describe('a frozen member', () => {
  test('is shown as frozen wherever a status is shown, until unfrozen, because the till must know before it tries', async () => {
    const api = await shop()
    const { id, cardNumber } = await aMember(api)
    const seen = async () => [
      (await api.as('cashier').get(`/v1/members/${id}`)).body.status,
      (await api.as('pos').post(LOOKUP, { cardNumber })).body.items[0].status,
      (await me(api, id).get('/v1/me')).body.status,
    ]
    expect(await seen()).toEqual(['active', 'active', 'active'])
    await stand(api, id, 'freeze')
    expect(await seen()).toEqual(['frozen', 'frozen', 'frozen'])
    await stand(api, id, 'unfreeze')
    expect(await seen()).toEqual(['active', 'active', 'active'])
  })

  test('may still change what is known of them', async () => {
    const api = await shop()
    const { id } = await aMember(api)
    await stand(api, id, 'freeze')
    const reply = await me(api, id).patch('/v1/me', { locale: 'en' }, { ifMatch: '"1"' })
    expect([reply.status, reply.body.locale, reply.body.status]).toEqual([200, 'en', 'frozen'])
  })
})

describe('a closed member', () => {
  test('is gone for staff and was never there for others', async () => {
    const api = await shop()
    const { id, cardNumber } = await aMember(api)
    await giveOwner(api, id, 'carla')
    await stand(api, id, 'close')
    for (const role of ['admin', 'manager', 'cashier', 'pos'] as const) {
      expect(outcome(await api.as(role).get(`/v1/members/${id}`))).toBe('410 account_closed')
      expect(outcome(await api.as(role).post(LOOKUP, { cardNumber }))).toBe('410 account_closed')
    }
    expect(outcome(await api.as('caller', { id: 'carla' }).get(`/v1/members/${id}`))).toBe('410 account_closed')
    expect(outcome(await api.as('caller', { id: 'carl' }).get(`/v1/members/${id}`))).toBe('404 not_found')
    expect((await api.as('caller', { id: 'carl' }).post(LOOKUP, { cardNumber })).body).toEqual({ items: [] })
    expect(outcome(await me(api, id).get('/v1/me'))).toBe('404 not_found')
  })

  test('is not changed any more', async () => {
    const api = await shop()
    const { id } = await aMember(api)
    await stand(api, id, 'close')
    const change = { consents: { marketing: { email: false } } }
    const path = `/v1/members/${id}`
    expect(outcome(await api.as('admin').patch(path, change, { ifMatch: '"1"' }))).toBe('410 account_closed')
    expect(outcome(await me(api, id).patch('/v1/me', change, { ifMatch: '"1"' }))).toBe('404 not_found')
  })

  test('keeps the contact, so that nobody else is taken for them', async () => {
    const api = await shop()
    const { id } = await aMember(api, { phone: '+85291234567' })
    await stand(api, id, 'close')
    const reply = await post(api.as('admin'), '/v1/members', { name: 'Bo', phone: '+85291234567' })
    expect([outcome(reply), reply.body.memberId]).toEqual(['409 contact_in_use', id])
  })
})

describe('a merged member', () => {
  async function merged() {
    const api = await shop()
    const old = await aMember(api, { name: 'Ann Old', phone: '+85291234567', storeId: 'north' })
    const kept = await aMember(api, { name: 'Ann Kept' })
    await mergeInto(api, old.id, kept.id)
    return { api, old, kept }
  }

  test('is answered with the survivor, by id, by contact and to the member', async () => {
    const { api, old, kept } = await merged()
    const survivor = { id: kept.id, name: 'Ann Kept', status: 'active' }
    const byId = await api.as('admin').get(`/v1/members/${old.id}`)
    expect([byId.body, byId.headers.etag]).toMatchObject([survivor, '"1"'])
    expect((await api.as('admin').post(LOOKUP, { phone: '+85291234567' })).body.items).toMatchObject([survivor])
    expect((await api.as('admin').post(LOOKUP, { cardNumber: old.cardNumber })).body.items).toMatchObject([survivor])
    expect((await me(api, old.id).get('/v1/me')).body).toMatchObject(survivor)
  })

  test('is looked up with the account and the profile of the survivor read besides', async () => {
    const { api } = await merged()
    await api.as('pos').post(LOOKUP, { phone: '+85291234567' })
    expect(unitsOf(api, 'members.lookUp')).toEqual({ requests: 5, writeUnits: 0, readUnits: 2.5 })
  })

  test('is seen as far as the survivor may be seen, because a merger must not open a door', async () => {
    const { api, old } = await merged()
    const north = api.as('manager', { stores: ['north'] })
    expect((await north.get(`/v1/members/${old.id}`)).body).not.toHaveProperty('birthday')
    await giveOwner(api, old.id, 'carla')
    expect(outcome(await api.as('caller', { id: 'carla' }).get(`/v1/members/${old.id}`))).toBe('404 not_found')
  })

  test('is changed as the survivor, from the survivor’s version', async () => {
    const { api, old, kept } = await merged()
    const path = `/v1/members/${old.id}`
    const reply = await api.as('admin').patch(path, { name: 'Ann Now' }, { ifMatch: '"1"' })
    expect([reply.status, reply.body.id, reply.body.name]).toEqual([200, kept.id, 'Ann Now'])
    expect((await api.as('admin').get(`/v1/members/${kept.id}`)).body.name).toBe('Ann Now')
    expect(outcome(await api.as('admin').patch(path, { name: 'Ann Then' }, { ifMatch: '"1"' }))).toBe(
      '412 stale_version',
    )
  })

  test('lends the contact to nobody: the survivor is named as whose it is', async () => {
    const { api, kept } = await merged()
    const reply = await post(api.as('admin'), '/v1/members', { name: 'Bo', phone: '+85291234567' })
    expect([outcome(reply), reply.body.memberId]).toEqual(['409 contact_in_use', kept.id])
    const { id } = await aMember(api)
    const change = { phone: '+85291234567' }
    const patched = await api.as('admin').patch(`/v1/members/${id}`, change, { ifMatch: '"1"' })
    expect([outcome(patched), patched.body.memberId]).toEqual(['409 contact_in_use', kept.id])
  })

  test('and merged again leads to the last survivor, who may be closed one day', async () => {
    const { api, old, kept } = await merged()
    const last = await aMember(api, { name: 'Ann Last' })
    await mergeInto(api, kept.id, last.id)
    const seen = await Promise.all([old, kept].map(({ id }) => api.as('admin').get(`/v1/members/${id}`)))
    expect(seen.map(({ body }) => body.id)).toEqual([last.id, last.id])
    const reply = await post(api.as('admin'), '/v1/members', { name: 'Bo', phone: '+85291234567' })
    expect(reply.body.memberId).toBe(last.id)
    await stand(api, last.id, 'close')
    expect(outcome(await api.as('admin').get(`/v1/members/${old.id}`))).toBe('410 account_closed')
  })

  test('in a circle, which nobody can make, ends the search instead of the function', async () => {
    const api = await shop()
    const { id } = await aMember(api, { phone: '+85291234567' })
    await api.tables.reader.send(
      new UpdateCommand({
        TableName: api.tables.names.Ledger,
        Key: keys.account(id),
        UpdateExpression: 'SET mi = :self, s = :closed',
        ExpressionAttributeValues: { ':self': id, ':closed': 'CLOSED' },
      }),
    )
    expect(outcome(await api.as('admin').get(`/v1/members/${id}`))).toBe('410 account_closed')
    expect((await post(api.as('admin'), '/v1/members', { name: 'Bo', phone: '+85291234567' })).body.memberId).toBe(id)
  })
})

describe('the profile', () => {
  test('says nothing of how the account stands, so that there are never two truths', async () => {
    const api = await shop()
    await aMember(api)
    const [profile] = (await rowsOf(api.tables, 'Members')).filter(({ sk }) => sk === 'PROFILE')
    expect(profile).not.toHaveProperty('status')
  })

  test('of an earlier release says something, and nobody listens', async () => {
    const api = await shop()
    const { id } = await aMember(api)
    await api.tables.reader.send(
      new UpdateCommand({
        TableName: api.tables.names.Members,
        Key: keys.profile(id),
        UpdateExpression: 'SET #status = :closed',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':closed': 'closed' },
      }),
    )
    const reply = await api.as('admin').patch(`/v1/members/${id}`, { name: 'Ann Now' }, { ifMatch: '"1"' })
    expect([reply.status, reply.body.status, reply.body.name]).toEqual([200, 'active', 'Ann Now'])
  })
})
