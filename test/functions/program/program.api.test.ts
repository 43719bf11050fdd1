import { beforeEach, describe, expect, test } from 'vitest'
import { ROLES } from '../../../functions/platform/auth.ts'
import { contextOf } from '../../../functions/platform/context.ts'
import { transact } from '../../../functions/platform/transact.ts'
import { versionAt } from '../../../functions/program/book.ts'
import { firstReceiptWrite, programBook } from '../../../functions/program/current.ts'
import { type TestApi, testApi } from '../../support/api.ts'
import { exampleProgram } from '../../support/example-program.ts'
import { aProgram, setUpProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'

let api: TestApi
beforeEach(async () => {
  api = await testApi('2026-11-23T10:00:00Z')
})

const put = (program: unknown, ifMatch?: string) =>
  api.as('admin').put('/v1/program', program, ifMatch === undefined ? {} : { ifMatch })
const get = () => api.as('cashier').get('/v1/program')

function aContext() {
  const { actor, language } = { actor: { id: 'till', roles: [], stores: '*' as const }, language: 'en' as const }
  return contextOf(api.services, { actor, language, now: api.clock.now(), requestId: 'test' })
}

/** What an award does in its transaction. */
async function recordFirstReceipt() {
  const ctx = aContext()
  return transact(ctx, [firstReceiptWrite(await programBook(ctx))])
}

const inForceAt = async (time: string) => versionAt(await programBook(aContext()), Date.parse(time)).version

describe('PUT /v1/program', () => {
  test('publishes version 1 at once with 201, so that a new deployment can begin today', async () => {
    const reply = await put(aProgram())
    expect(reply.status).toBe(201)
    expect(reply.headers.etag).toBe('"1"')
    expect(reply.body).toMatchObject({
      version: 1,
      state: 'in_force',
      document: { version: 1, effectiveFrom: '2026-11-23' },
    })
    expect((await get()).body).toEqual(reply.body)
  })

  test('publishes the worked example whole, so that sections without a capability yet are kept', async () => {
    await put(exampleProgram())
    expect((await get()).body.document).toEqual({ ...exampleProgram(), version: 1 })
  })

  test('ignores the version in the document, so that what was read can be sent back changed', async () => {
    await put(aProgram())
    const { document } = (await get()).body
    const reply = await put({ ...document, name: { en: 'Changed' } }, '"1"')
    expect([reply.status, reply.body.version, reply.body.document.version]).toEqual([200, 2, 2])
  })

  test('answers all errors at once with pointers into the document, so that an editor mends them in one go', async () => {
    const program = aProgram({ currency: 'XXZ', expiry: { mode: 'rolling', period: 'P300D', roundUp: 'none' } })
    const reply = await put({ ...program, points: { name: { en: '' } }, extra: 1, defaultLocale: 'en' })
    expect(reply.status).toBe(422)
    expect(reply.body.code).toBe('validation_failed')
    const errors = reply.body.errors.map((error: { pointer: string; code: string }) => [error.pointer, error.code])
    expect(errors).toEqual([
      ['/points/name/en', 'out_of_range'],
      ['/points/costMinor', 'required_field'],
      ['/extra', 'unknown_field'],
      ['/currency', 'currency_mismatch'],
      ['/expiry/period', 'out_of_range'],
    ])
    expect(await rowsOf(api.tables, 'Operations')).toEqual([])
  })

  test('answers one wrong field with its own code', async () => {
    const reply = await put({ ...aProgram(), colour: 'red' })
    expect([reply.status, reply.body.code]).toEqual([422, 'unknown_field'])
  })

  test.each(['{"__proto__": {"x": 1}}', '{"constructor": 1}'])(
    'refuses %s and leaves prototypes alone',
    async (raw) => {
      const reply = await api.as('admin').put('/v1/program', undefined, { raw })
      expect(reply.status).toBe(422)
      expect(reply.body.errors.map((error: { code: string }) => error.code)).toContain('unknown_field')
      expect(({} as { x?: number }).x).toBeUndefined()
    },
  )

  test('refuses what is no JSON object before anything else', async () => {
    expect((await put([])).body.code).toBe('validation_failed')
    const admin = api.as('admin')
    expect((await admin.put('/v1/program', undefined, { raw: '{' })).body.code).toBe('malformed_json')
    expect((await admin.put('/v1/program?x=1', aProgram())).body.code).toBe('unknown_field')
  })

  test('asks for If-Match once a version exists, so that nobody overwrites what they have not read', async () => {
    await put(aProgram())
    expect((await put(aProgram())).body.code).toBe('if_match_required')
    expect((await put(aProgram(), '"7"')).body.code).toBe('stale_version')
    expect((await put(aProgram(), '"7"')).status).toBe(412)
    expect((await put(aProgram(), `"${'1'.repeat(100)}"`)).status).toBe(412)
    expect((await put(aProgram(), '"1"')).status).toBe(200)
  })

  test('answers 412 to If-Match when nothing was ever published', async () => {
    expect((await put(aProgram(), '"1"')).status).toBe(412)
  })

  test('lets one of two publishers win and answers 412 to the other, so that no publication is lost', async () => {
    await put(aProgram())
    const replies = await Promise.all([1, 2, 3, 4].map((n) => put(aProgram({ name: { en: `Club ${n}` } }), '"1"')))
    const winner = replies.filter((reply) => reply.status === 200)
    expect(winner).toHaveLength(1)
    expect(replies.filter((reply) => reply.body.code === 'stale_version')).toHaveLength(3)
    expect((await get()).body.document.name).toEqual(winner[0]?.body.document.name)
    expect((await get()).headers.etag).toBe('"2"')
  })

  test('lets one of two first publishers win', async () => {
    const replies = await Promise.all([put(aProgram()), put(aProgram())])
    const [winner, loser] = replies.map((reply) => reply.status).sort()
    expect(winner).toBe(201)
    expect(loser).toBeOneOf([412, 428])
  })

  test.each(ROLES.filter((role) => role !== 'admin'))('answers 403 to the role %s', async (role) => {
    expect((await api.as(role, { memberId: 'mem_01JD0000000000000000000000' }).put('/v1/program', {})).status).toBe(403)
  })
})

describe('before the first receipt', () => {
  test('a publication rules at once whatever its beginning, so that a mistake can be mended', async () => {
    await put(aProgram({ effectiveFrom: '2030-01-01' }))
    const reply = await put(aProgram({ effectiveFrom: '2031-01-01', currency: 'HKD', zone: 'Asia/Hong_Kong' }), '"1"')
    expect([reply.status, reply.body.state]).toEqual([200, 'in_force'])
    expect((await get()).body.version).toBe(2)
  })

  test('it becomes the oldest, so that receipts of the past are calculated with it', async () => {
    await put(aProgram())
    await put(aProgram(), '"1"')
    expect(await inForceAt('2020-01-01T00:00:00Z')).toBe(2)
  })

  test('it takes effect for the next command and not after the cache has passed', async () => {
    await put(aProgram())
    expect(await inForceAt('2026-11-23T10:00:00Z')).toBe(1)
    await put(aProgram(), '"1"')
    expect(await inForceAt('2026-11-23T10:00:00Z')).toBe(2)
  })

  test('the first receipt fails when a version was published since its program was read', async () => {
    await put(aProgram())
    const ctx = aContext()
    const book = await programBook(ctx)
    await put(aProgram(), '"1"')
    expect(await transact(ctx, [firstReceiptWrite(book)])).toMatchObject({
      kind: 'refused',
      failed: [{ failsAs: 'program' }],
    })
  })
})

describe('after the first receipt', () => {
  beforeEach(async () => {
    await put(aProgram())
    expect(await recordFirstReceipt()).toEqual({ kind: 'committed' })
  })

  test('a publication begins tomorrow and the old version stays in force until then', async () => {
    const reply = await put(aProgram({ name: { en: 'Next' } }), '"1"')
    expect(reply.body).toMatchObject({ version: 2, state: 'published', document: { effectiveFrom: '2026-11-24' } })
    const today = await get()
    expect([today.body.version, today.headers.etag]).toEqual([1, '"2"'])
    api.clock.set('2026-11-24T00:00:00Z')
    expect((await get()).body).toMatchObject({ version: 2, state: 'in_force' })
  })

  test('refuses a beginning before tomorrow, so that no receipt is calculated by later rules', async () => {
    const reply = await put(aProgram({ effectiveFrom: '2026-11-23' }), '"1"')
    expect(reply.body.errors).toMatchObject([{ pointer: '/effectiveFrom', code: 'out_of_range' }])
    expect((await put(aProgram({ effectiveFrom: '2026-11-24' }), '"1"')).status).toBe(200)
  })

  test('refuses another currency and another zone, so that recorded money and days keep their meaning', async () => {
    const reply = await put(aProgram({ currency: 'EUR', zone: 'Europe/Paris' }), '"1"')
    expect(reply.body.errors).toMatchObject([
      { pointer: '/currency', code: 'invalid_value' },
      { pointer: '/zone', code: 'invalid_value' },
    ])
  })

  test('still calculates old receipts with the version of their day', async () => {
    await put(aProgram({ effectiveFrom: '2026-12-01' }), '"1"')
    await put(aProgram({ effectiveFrom: '2027-01-01' }), '"2"')
    api.clock.set('2027-02-01T00:00:00Z')
    expect(await inForceAt('2026-11-30T23:59:59Z')).toBe(1)
    expect(await inForceAt('2026-12-01T00:00:00Z')).toBe(2)
    expect(await inForceAt('2027-01-01T00:00:00Z')).toBe(3)
  })

  test('keeps the program for ten seconds, and reads it again after midnight or when the clock went back', async () => {
    const requests = async () => {
      const ctx = aContext()
      await programBook(ctx)
      return ctx.table.usage.requests
    }
    api.clock.set('2026-11-23T23:59:55Z')
    await requests()
    expect(await requests()).toBe(0)
    api.clock.set('2026-11-24T00:00:00Z')
    expect(await requests()).toBe(1)
    api.clock.set('2026-11-24T00:00:09Z')
    expect(await requests()).toBe(0)
    api.clock.set('2026-11-24T00:00:10Z')
    expect(await requests()).toBe(1)
    api.clock.set('2026-11-24T00:00:09Z')
    expect(await requests()).toBe(1)
  })

  test('a publisher who saw no receipt decides again when the first one came meanwhile', async () => {
    const fresh = await testApi('2026-11-23T10:00:00Z')
    await setUpProgram(fresh, aProgram(), {})
    api = fresh
    const [reply] = await Promise.all([put(aProgram({ currency: 'EUR' }), '"1"'), recordFirstReceipt()])
    const isPublishedFirst = reply.status === 200
    expect(isPublishedFirst || reply.body.code === 'invalid_value').toBe(true)
    expect((await get()).body.document.currency).toBe(isPublishedFirst ? 'EUR' : 'GBP')
  })
})

describe('GET /v1/program', () => {
  test('answers 404 before the first publication', async () => {
    expect((await get()).body.code).toBe('not_found')
  })

  test('is refused to members and callers, who have terms and tasks instead', async () => {
    await put(aProgram())
    const statuses: Record<string, number> = {}
    for (const role of ROLES) statuses[role] = (await api.as(role, { memberId: 'mem_1' }).get('/v1/program')).status
    expect(statuses).toEqual({
      member: 403,
      cashier: 200,
      manager: 200,
      marketer: 200,
      caller: 403,
      admin: 200,
      auditor: 200,
      pos: 200,
    })
  })

  test('refuses a query it does not know', async () => {
    expect((await api.as('admin').get('/v1/program?version=1')).body.code).toBe('unknown_field')
  })
})

describe('GET /v1/program/versions', () => {
  test('lists what was published, newest first, with its state', async () => {
    await put(aProgram())
    await put(aProgram(), '"1"')
    await recordFirstReceipt()
    await put(aProgram(), '"2"')
    const { body } = await api.as('auditor').get('/v1/program/versions')
    expect(body.nextCursor).toBeNull()
    expect(body.items.map((item: { version: number; state: string }) => [item.version, item.state])).toEqual([
      [3, 'published'],
      [2, 'in_force'],
      [1, 'superseded'],
    ])
    expect(body.items[0]).toEqual({
      version: 3,
      state: 'published',
      effectiveFrom: '2026-11-24',
      publishedAt: '2026-11-23T10:00:00.000Z',
      publishedBy: 'local-admin',
      selfPublished: true,
    })
  })

  test('gives pages whose cursor is good for its caller only', async () => {
    await put(aProgram())
    for (const ifMatch of ['"1"', '"2"']) await put(aProgram(), ifMatch)
    const first = await api.as('admin').get('/v1/program/versions?limit=2')
    expect(first.body.items.map((item: { version: number }) => item.version)).toEqual([3, 2])
    const rest = `/v1/program/versions?limit=2&cursor=${first.body.nextCursor}`
    const second = await api.as('admin').get(rest)
    expect(second.body).toMatchObject({ items: [{ version: 1 }], nextCursor: null })
    expect((await api.as('auditor').get(rest)).body.code).toBe('invalid_cursor')
    expect((await api.as('admin').get(`/v1/program/stores?cursor=${first.body.nextCursor}`)).body.code).toBe(
      'invalid_cursor',
    )
  })

  test('is empty before the first publication', async () => {
    expect((await api.as('manager').get('/v1/program/versions')).body).toEqual({ items: [], nextCursor: null })
  })

  test.each(['0', '-1', '101', '1e1'])('refuses limit %s', async (limit) => {
    expect((await api.as('admin').get(`/v1/program/versions?limit=${limit}`)).body.code).toBe('out_of_range')
  })

  test.each(['member', 'caller'] as const)('answers 403 to the role %s', async (role) => {
    expect((await api.as(role, { memberId: 'mem_1' }).get('/v1/program/versions')).status).toBe(403)
  })
})
