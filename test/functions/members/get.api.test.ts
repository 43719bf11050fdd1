import { describe, expect, test } from 'vitest'
import { MemberForPos, MemberFull, MemberMasked } from '../../../functions/members/schema.ts'
import { aMember, CANARY, giveOwner, shop } from './member-api.ts'

const NOBODY = '/v1/members/mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'

describe('GET /v1/members/{id}', () => {
  test('shows an admin everything, with the version as ETag', async () => {
    const api = await shop()
    const { id } = await aMember(api, CANARY)
    const reply = await api.as('admin').get(`/v1/members/${id}`)
    expect([reply.status, reply.headers.etag]).toEqual([200, '"1"'])
    expect(MemberFull.parse(reply.body)).toMatchObject({ ...CANARY, status: 'active', storeId: 'central', tier: null })
  })

  test.each([
    ['cashier', undefined],
    ['manager', ['north']],
  ] as const)(
    'shows a %s of stores %j masked contacts, so that a look is no way to collect them',
    async (role, stores) => {
      const api = await shop()
      const { id } = await aMember(api, CANARY)
      const reply = await api.as(role, { stores }).get(`/v1/members/${id}`)
      expect(MemberMasked.parse(reply.body)).toMatchObject({ phone: '+852••••4567', email: 'c•••@example.com' })
    },
  )

  test('shows a manager the whole member of an own store, and of no store only to one with all stores', async () => {
    const api = await shop()
    const { id } = await aMember(api, CANARY)
    const nowhere = await aMember(api, { storeId: undefined })
    const phoneFor = async (stores: '*' | readonly string[], memberId: string) =>
      (await api.as('manager', { stores }).get(`/v1/members/${memberId}`)).body.phone
    expect(await phoneFor(['central'], id)).toBe(CANARY.phone)
    expect(await phoneFor(['central'], nowhere.id)).toContain('••••')
    expect(await phoneFor('*', nowhere.id)).toMatch(/^\+44/)
  })

  test('shows a till id, status, tier, card and external id only', async () => {
    const api = await shop()
    const { id, cardNumber } = await aMember(api, { ...CANARY, externalId: '17850' })
    const reply = await api.as('pos').get(`/v1/members/${id}`)
    expect(MemberForPos.parse(reply.body)).toEqual({
      id,
      status: 'active',
      tier: null,
      cardNumber,
      externalId: '17850',
    })
  })

  test('shows a caller owned members only, and of others the very bytes of nobody', async () => {
    const api = await shop()
    const { id } = await aMember(api, CANARY)
    const caller = api.as('caller', { id: 'carla' })
    const foreign = await caller.get(`/v1/members/${id}`)
    const missing = await caller.get(NOBODY)
    expect(foreign.status).toBe(404)
    expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' })
    await giveOwner(api, id, 'carla')
    expect(MemberMasked.parse((await caller.get(`/v1/members/${id}`)).body).phone).toBe('+852••••4567')
  })

  test.each([
    NOBODY,
    '/v1/members/mem_01j9zzzzzzzzzzzzzzzzzzzzzz',
    '/v1/members/ent_01J9ZZZZZZZZZZZZZZZZZZZZZZ',
    '/v1/members/..%2f..%2fprogram',
    '/v1/members/%00',
    `/v1/members/${'x'.repeat(2049)}`,
  ])('answers 404 for %s', async (path) => {
    const api = await shop()
    const reply = await api.as('admin').get(path)
    expect([reply.status, reply.body.code]).toEqual([404, 'not_found'])
  })

  test('refuses a parameter it does not know', async () => {
    const api = await shop()
    const reply = await api.as('admin').get(`${NOBODY}?view=full`)
    expect([reply.status, reply.body.code]).toEqual([422, 'unknown_field'])
  })

  test.each(['member', 'marketer', 'auditor', 'anyone'] as const)('refuses %s with 403', async (role) => {
    const api = await shop()
    const reply = await api.as(role).get(NOBODY)
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden'])
  })
})
