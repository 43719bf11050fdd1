import { beforeEach, describe, expect, test } from 'vitest'
import { ROLES } from '../../../functions/platform/auth.ts'
import { contextOf } from '../../../functions/platform/context.ts'
import { storeOf } from '../../../functions/program/current.ts'
import { type TestApi, testApi } from '../../support/api.ts'

let api: TestApi
beforeEach(async () => {
  api = await testApi()
})

const put = (id: string, store: unknown, ifMatch?: string) =>
  api.as('admin').put(`/v1/program/stores/${id}`, store, ifMatch === undefined ? {} : { ifMatch })

describe('PUT /v1/program/stores/{storeId}', () => {
  test('makes a store with 201 and changes it under If-Match', async () => {
    const made = await put('central', { name: 'Central' })
    expect([made.status, made.headers.etag]).toEqual([201, '"1"'])
    expect(made.body).toEqual({ id: 'central', name: 'Central', receiptSeries: 'never', version: 1 })
    const changed = await put('central', { name: 'Central Hall' }, '"1"')
    expect([changed.status, changed.headers.etag, changed.body.name]).toEqual([200, '"2"', 'Central Hall'])
  })

  test('asks for the version that was read, so that nobody overwrites what they have not seen', async () => {
    expect((await put('central', { name: 'C' }, '"1"')).body.code).toBe('stale_version')
    await put('central', { name: 'C' })
    expect((await put('central', { name: 'D' })).body.code).toBe('if_match_required')
    expect((await put('central', { name: 'D' }, '"2"')).body.code).toBe('stale_version')
  })

  test('lets one of two makers and one of two changers win', async () => {
    const made = await Promise.all([put('central', { name: 'A' }), put('central', { name: 'B' })])
    const [winner, loser] = made.map((reply) => reply.status).sort()
    expect(winner).toBe(201)
    expect(loser).toBeOneOf([412, 428])
    const changed = await Promise.all([put('central', { name: 'C' }, '"1"'), put('central', { name: 'D' }, '"1"')])
    expect(changed.map((reply) => reply.status).sort()).toEqual([200, 412])
  })

  test('fixes the receipt series for ever, because receipts are keyed by it', async () => {
    await put('north', { name: 'North', receiptSeries: 'daily' })
    const reply = await put('north', { name: 'North', receiptSeries: 'never' }, '"1"')
    expect(reply.body.errors).toMatchObject([{ pointer: '/receiptSeries', code: 'invalid_value' }])
    expect((await put('north', { name: 'North End' }, '"1"')).body.receiptSeries).toBe('daily')
  })

  test('answers all wrong fields with pointers into the body', async () => {
    const reply = await put('central', { receiptSeries: 'hourly', ifMatch: '"1"', storeId: 'x' })
    expect(reply.body.errors.map((error: { pointer: string; code: string }) => [error.pointer, error.code])).toEqual([
      ['/name', 'required_field'],
      ['/receiptSeries', 'invalid_value'],
      ['/ifMatch', 'unknown_field'],
      ['/storeId', 'unknown_field'],
    ])
  })

  test.each(['Central', '-x', 'a_b', 'x'.repeat(33), '%00', 'a%2fb'])('answers 404 to the id %s', async (id) => {
    expect((await put(id, { name: 'C' })).status).toBe(404)
  })

  test.each(ROLES.filter((role) => role !== 'admin'))('answers 403 to the role %s', async (role) => {
    const reply = await api.as(role, { memberId: 'mem_1' }).put('/v1/program/stores/central', { name: 'C' })
    expect(reply.status).toBe(403)
  })
})

describe('GET /v1/program/stores', () => {
  test('lists stores by id in pages', async () => {
    for (const id of ['north', 'central', 'east']) await put(id, { name: id })
    const first = await api.as('pos').get('/v1/program/stores?limit=2')
    expect(first.body.items.map((store: { id: string }) => store.id)).toEqual(['central', 'east'])
    const second = await api.as('pos').get(`/v1/program/stores?limit=2&cursor=${first.body.nextCursor}`)
    expect(second.body).toMatchObject({ items: [{ id: 'north', version: 1 }], nextCursor: null })
  })

  test('refuses a cursor that was tampered with', async () => {
    expect((await api.as('pos').get('/v1/program/stores?cursor=abc.def')).body.code).toBe('invalid_cursor')
  })

  test('is read by the roles that work with stores', async () => {
    const allowed: string[] = []
    for (const role of ROLES) {
      const { status } = await api.as(role, { memberId: 'mem_1' }).get('/v1/program/stores')
      if (status === 200) allowed.push(role)
    }
    expect(allowed).toEqual(['cashier', 'manager', 'marketer', 'admin', 'auditor', 'pos'])
  })
})

describe('storeOf', () => {
  const aContext = () =>
    contextOf(api.services, {
      actor: { id: 'till', roles: [], stores: '*' },
      language: 'en',
      now: api.clock.now(),
      requestId: 'test',
    })

  test('gives a store from the cache for ten seconds', async () => {
    await put('central', { name: 'Central' })
    await storeOf(aContext(), 'central')
    await put('central', { name: 'Changed' }, '"1"')
    expect((await storeOf(aContext(), 'central')).name).toBe('Central')
    api.clock.advance('PT10S')
    expect((await storeOf(aContext(), 'central')).name).toBe('Changed')
  })

  test('refuses an unknown store and finds it as soon as it is there, because absence is not kept', async () => {
    await expect(storeOf(aContext(), 'central')).rejects.toMatchObject({ code: 'store_not_found' })
    await put('central', { name: 'Central' })
    expect((await storeOf(aContext(), 'central')).id).toBe('central')
  })

  test.each(['', 'A#1', 'x'.repeat(2_000)])('refuses what can be no id without a read', async (id) => {
    const ctx = aContext()
    await expect(storeOf(ctx, id)).rejects.toMatchObject({ code: 'store_not_found' })
    expect(ctx.table.usage.requests).toBe(0)
  })
})
