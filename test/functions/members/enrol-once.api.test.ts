import { describe, expect, test } from 'vitest'
import { rowsOf } from '../../support/tables.ts'
import { allRows, aMember, CANARY, shop } from './member-api.ts'

describe('an enrolment sent again', () => {
  test('50 times at once makes one member, and everybody gets the same answer', async () => {
    const api = await shop()
    const till = api.as('pos')
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => till.post('/v1/members', CANARY, { key: 'same' })),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(replies.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1)
    const profiles = (await rowsOf(api.tables, 'Members')).filter(({ sk }) => sk === 'PROFILE')
    expect(profiles).toHaveLength(1)
  })

  test('later, with other key order, gives the first answer although the member changed since', async () => {
    const api = await shop()
    const till = api.as('pos')
    const first = await till.post('/v1/members', { name: 'Ann', phone: '+85291234567' }, { key: 'k' })
    const change = { name: 'Anna', phone: '+85291234568' }
    await api.as('admin').patch(`/v1/members/${first.body.id}`, change, { ifMatch: '"1"' })
    api.clock.advance('P5Y')
    const before = await allRows(api, 'Ledger', 'Members', 'Operations')
    const again = await till.post('/v1/members', { phone: '+852 9123 4567', name: 'Ann' }, { key: 'k' })
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true'])
    expect(again.body).toEqual(first.body)
    expect(await allRows(api, 'Ledger', 'Members', 'Operations')).toBe(before)
  })

  test('with other content is refused, so that a key never stands for two people', async () => {
    const api = await shop()
    const till = api.as('pos')
    await till.post('/v1/members', CANARY, { key: 'k' })
    const before = await allRows(api, 'Ledger', 'Members', 'Operations')
    const reply = await till.post('/v1/members', { ...CANARY, phone: '+85291234568' }, { key: 'k' })
    expect([reply.status, reply.body.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await allRows(api, 'Ledger', 'Members', 'Operations')).toBe(before)
  })

  test('by another caller under the same key is another enrolment', async () => {
    const api = await shop()
    const first = await api.as('pos').post('/v1/members', CANARY, { key: 'k' })
    const other = { ...CANARY, phone: '+85291234568', email: 'other@example.com' }
    const second = await api.as('pos', { id: 'another-till' }).post('/v1/members', other, { key: 'k' })
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body.id).not.toBe(first.body.id)
  })

  test.each([
    [undefined, 400, 'idempotency_key_required'],
    ['', 400, 'idempotency_key_invalid'],
    ['x'.repeat(256), 400, 'idempotency_key_invalid'],
    ['schlüssel', 400, 'idempotency_key_invalid'],
  ])('needs a proper key, not %j', async (key, status, code) => {
    const api = await shop()
    const reply = await api.as('pos').post('/v1/members', CANARY, { key })
    expect([reply.status, reply.body.code]).toEqual([status, code])
    expect(await rowsOf(api.tables, 'Members')).toEqual([])
  })
})

describe('a contact that is in use', () => {
  test.each([
    ['phone', { name: 'Bea', phone: '+852 9123 4567' }, ['/phone']],
    ['mail', { name: 'Bea', email: 'Canary.Bird+shop@EXAMPLE.com' }, ['/email']],
    ['external id', { externalId: '17850' }, ['/externalId']],
    ['phone and mail', { name: 'Bea', phone: CANARY.phone, email: CANARY.email }, ['/phone', '/email']],
  ])('by its %s, otherwise written, is refused and names the member to staff', async (_, body, pointers) => {
    const api = await shop()
    const { id } = await aMember(api, { ...CANARY, externalId: '17850' })
    const reply = await api.as('cashier').post('/v1/members', body, { key: 'k' })
    expect([reply.status, reply.body.code, reply.body.memberId]).toEqual([409, 'contact_in_use', id])
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers)
    expect((await rowsOf(api.tables, 'Members')).filter(({ sk }) => sk === 'PROFILE')).toHaveLength(1)
  })

  test('is refused for ever under that key, also after the contact was freed; a new key enrols', async () => {
    const api = await shop()
    const cashier = api.as('cashier')
    const { id } = await aMember(api, CANARY)
    const first = await cashier.post('/v1/members', { name: 'Bea', phone: CANARY.phone }, { key: 'k' })
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    const freed = await api.as('admin').patch(`/v1/members/${id}`, { phone: null }, { ifMatch: '"1"' })
    expect(freed.status).toBe(200)
    const before = await allRows(api, 'Ledger', 'Members')
    const again = await cashier.post('/v1/members', { name: 'Bea', phone: CANARY.phone }, { key: 'k' })
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([409, 'true'])
    expect(again.body).toEqual(first.body)
    expect(await allRows(api, 'Ledger', 'Members')).toBe(before)
    const fresh = await cashier.post('/v1/members', { name: 'Bea', phone: CANARY.phone }, { key: 'new' })
    expect(fresh.status).toBe(201)
  })

  test('goes to one of 20 who enrol with it at once, so that a contact names one member', async () => {
    const api = await shop()
    const till = api.as('pos')
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => till.post('/v1/members', CANARY, { key: `key-${index}` })),
    )
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(replies.filter(({ body }) => body.code === 'contact_in_use')).toHaveLength(19)
  })

  test('under a key with other content is a reused key, so that a refusal tells nothing to whom it was not given', async () => {
    const api = await shop()
    await aMember(api, CANARY)
    const cashier = api.as('cashier')
    await cashier.post('/v1/members', { name: 'Bea', phone: CANARY.phone }, { key: 'k' })
    const reply = await cashier.post('/v1/members', { name: 'Cat', phone: CANARY.phone }, { key: 'k' })
    expect([reply.status, reply.body.code]).toEqual([422, 'idempotency_key_reused'])
  })
})
