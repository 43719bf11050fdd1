import { describe, expect, test } from 'vitest'
import { aMember, CANARY, giveOwner, shop, unitsOf } from './member-api.ts'

const LOOKUP = '/v1/members/lookup'

describe('POST /v1/members/lookup', () => {
  test('finds a member by each complete contact or number, however it is written', async () => {
    const api = await shop()
    const { id, cardNumber } = await aMember(api, { ...CANARY, externalId: '17850' })
    for (const by of [
      { phone: '+852 9123-4567' },
      { email: ' Canary.Bird+Shop@example.com' },
      { cardNumber },
      { externalId: '17850' },
    ]) {
      const reply = await api.as('cashier').post(LOOKUP, by)
      expect([reply.status, reply.body.items.length, reply.body.items[0]?.id]).toEqual([200, 1, id])
    }
  })

  test('costs three reads, the account among them, because it says who may be served, and of a person the count of tries', async () => {
    const api = await shop()
    await aMember(api, CANARY)
    await api.as('pos').post(LOOKUP, { phone: CANARY.phone })
    expect(unitsOf(api, 'members.lookUp')).toEqual({ requests: 3, writeUnits: 0, readUnits: 1.5 })
    await api.as('cashier').post(LOOKUP, { phone: CANARY.phone })
    await api.as('cashier').post(LOOKUP, { phone: CANARY.phone })
    expect(unitsOf(api, 'members.lookUp')).toEqual({ requests: 4, writeUnits: 1, readUnits: 1.5 })
  })

  test('lets one person ask sixty times a minute and no more, so that nobody leafs through numbers', async () => {
    const api = await shop()
    const ask = async (id: string) => api.as('cashier', { id }).post(LOOKUP, { phone: CANARY.phone })
    for (let times = 1; times < 60; times += 1) await ask('may')
    expect((await ask('may')).status).toBe(200)
    api.clock.advance('PT20S')
    const reply = await ask('may')
    expect([reply.status, reply.body.code, reply.body.retryable]).toEqual([429, 'too_many_attempts', true])
    expect(reply.headers).toMatchObject({
      'retry-after': '40',
      ratelimit: '"lookup";r=0;t=40',
      'ratelimit-policy': '"lookup";q=60;w=60',
    })
    expect((await ask('bo')).status).toBe(200)
    api.clock.advance('PT40S')
    expect((await ask('may')).status).toBe(200)
  })

  test('shows each role what it sees of a member by id', async () => {
    const api = await shop()
    const { id } = await aMember(api, CANARY)
    await giveOwner(api, id, 'carla')
    const seen = async (role: 'cashier' | 'pos' | 'manager' | 'caller' | 'admin', who = {}) =>
      (await api.as(role, who).post(LOOKUP, { phone: CANARY.phone })).body.items
    expect((await seen('admin'))[0].phone).toBe(CANARY.phone)
    expect((await seen('manager', { stores: ['central'] }))[0].phone).toBe(CANARY.phone)
    expect((await seen('manager', { stores: ['north'] }))[0].phone).toBe('+852••••4567')
    expect((await seen('cashier'))[0].email).toBe('c•••@example.com')
    expect(Object.keys((await seen('pos'))[0])).toEqual(['id', 'status', 'tier', 'cardNumber', 'externalId'])
    expect((await seen('caller', { id: 'carla' }))[0].id).toBe(id)
    expect(await seen('caller', { id: 'carl' })).toEqual([])
  })

  test.each([
    { phone: '+85291234567' },
    { email: 'nobody@example.com' },
    { cardNumber: '630000000008' },
    { externalId: 'nobody' },
    { externalId: CANARY.phone.slice(1) },
  ])('finds nobody by %j and says so with an empty list', async (by) => {
    const api = await shop()
    const reply = await api.as('cashier').post(LOOKUP, by)
    expect([reply.status, reply.body]).toEqual([200, { items: [] }])
  })

  test.each([
    [{}, 'required_field'],
    [{ phone: '9123' }, 'invalid_value'],
    [{ phone: CANARY.phone, email: CANARY.email }, 'invalid_value'],
    [{ cardNumber: '630000000000' }, 'invalid_value'],
    [{ code: '123456' }, 'invalid_value'],
  ])('refuses %j with %s', async (by, code) => {
    const api = await shop()
    const reply = await api.as('cashier').post(LOOKUP, by)
    expect([reply.status, reply.body.code]).toEqual([422, code])
  })

  test.each(['member', 'marketer', 'auditor', 'anyone'] as const)('refuses %s with 403', async (role) => {
    const api = await shop()
    const reply = await api.as(role).post(LOOKUP, { phone: CANARY.phone })
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden'])
  })
})
