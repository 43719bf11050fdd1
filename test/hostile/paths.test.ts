import { beforeAll, describe, expect, test } from 'vitest'
import type { Reply } from '../support/api.ts'
import type { Method } from '../support/gateway-event.ts'
import { callerOf, MATRIX } from '../support/matrix.ts'
import { faultsOf } from './answer.ts'
import { withHeaders, withRaw } from './body.ts'
import { openShop, reserved, type Shop } from './shop.ts'
import { changes, stored } from './stored.ts'

const EVERY_METHOD: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const PATHS = [...new Set(MATRIX.map(({ path }) => path))]

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})

async function withoutTrace(deeds: () => Promise<unknown>): Promise<void> {
  const before = await stored(shop.api)
  await deeds()
  expect(changes(before, await stored(shop.api))).toEqual([])
}

function bytesOf({ status, headers, body }: Reply): string {
  return JSON.stringify([status, headers, typeof body === 'object' ? { ...body, instance: '', asOf: '' } : body])
}

/** Whether a route listed with parameters answers the path of another. */
function fits(pattern: string, path: string): boolean {
  const [steps, others] = [pattern.split('/'), path.split('/')]
  return steps.length === others.length && steps.every((step, index) => step.startsWith(':') || step === others[index])
}

describe('30 wrong method', () => {
  test.each(PATHS)('%s answers 405 and names the methods that are offered', async (path) => {
    const offered = [...new Set(MATRIX.filter((row) => fits(row.path, path)).map(({ method }) => method))]
    const row = MATRIX.find((candidate) => candidate.path === path)
    const sent = await row?.request(shop)
    await withoutTrace(async () => {
      for (const method of EVERY_METHOD.filter((candidate) => !offered.includes(candidate))) {
        const reply = await shop.admin.send(method, sent?.path ?? '', {
          body: {},
          ...(method === 'GET' && { body: undefined }),
        })
        expect([method, reply.status, reply.body.code]).toEqual([method, 405, 'method_not_allowed'])
        expect(reply.headers.allow?.split(', ').sort()).toEqual([...offered].sort())
        expect(faultsOf(reply, shop)).toEqual([])
      }
    })
  })
})

describe('31 unknown path', () => {
  const UNKNOWN = ['/v1/program/nothing', '/v1/program/', '/v1/program/stores/central/x', '/v1/program/versions/1']
  const MORE = [
    '/v1/members/x/y/z',
    '/v1/members/',
    '/v1/me/nothing',
    '/v1/me/card/x',
    '/v1/me/',
    '/v1/points',
    '/v1/points/',
  ]
  const DISGUISED = [
    '/v1/points/Purchases',
    '/v1/points//purchases',
    '/v1/points/purchases/',
    '/v1/points/purchases.json',
  ]

  test.each([...UNKNOWN, ...MORE, ...DISGUISED])(
    '%s answers 404 to everybody, with or without a body',
    async (path) => {
      await withoutTrace(async () => {
        for (const role of ['anyone', 'member', 'cashier', 'admin'] as const)
          for (const method of ['GET', 'POST', 'DELETE'] as const) {
            const reply = await shop.api.as(role).send(method, path, method === 'POST' ? { body: {} } : {})
            expect([reply.status, reply.body.code]).toEqual([404, 'not_found'])
            expect(faultsOf(reply, shop)).toEqual([])
          }
      })
    },
  )
})

describe('38 headers that claim to be somebody else’s', () => {
  const CLAIMS = {
    'x-forwarded-for': '127.0.0.1, 10.0.0.1',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'gopher',
    forwarded: 'for=127.0.0.1;host=evil.example',
    'x-original-url': '/v1/program',
    'x-rewrite-url': '/v1/program',
    'x-http-method-override': 'DELETE',
    'x-http-method': 'PUT',
    'x-method-override': 'PATCH',
    host: 'evil.example',
    'x-amzn-request-context': '{"authorizer":{"jwt":{"claims":{"roles":"[admin]"}}}}',
  }
  const reads = MATRIX.filter(({ method }) => method === 'GET')

  test.each(reads.map((row) => [row.path, row] as const))('GET %s answers the same bytes with them', async (_, row) => {
    const sent = await row.request(shop)
    const client = callerOf(shop, row)
    const without = await client.send(row.method, sent.path, sent.options)
    const { path, options } = withHeaders(sent, CLAIMS)
    expect(bytesOf(await client.send(row.method, path, options))).toBe(bytesOf(without))
  })

  test('a refusal points to our own pages, whatever host was asked for', async () => {
    const reply = await shop.api.as('cashier').get('/v1/me', { headers: CLAIMS })
    expect([reply.status, reply.body.type]).toEqual([403, 'https://api.example.test/v1/problems/forbidden'])
  })
})

describe('the edges of what is allowed', () => {
  test('24 a body of exactly 64 KB is read', async () => {
    const body = JSON.stringify({ phone: shop.member.phone }).padEnd(64 * 1024)
    expect((await shop.admin.post('/v1/members/lookup', undefined, { raw: body })).status).toBe(200)
  })

  test('25 a body of 32 levels is read as far as its fields', async () => {
    const raw = `{"x":${'['.repeat(31)}${']'.repeat(31)}}`
    const reply = await shop.admin.post('/v1/members/lookup', undefined, { raw })
    expect([reply.status, reply.body.code]).toEqual([422, 'unknown_field'])
  })

  test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json ;charset="UTF-8"'])(
    '22 the content type %s is JSON',
    async (type) => {
      const options = { headers: { 'content-type': type } }
      expect((await shop.admin.post('/v1/members/lookup', { phone: shop.member.phone }, options)).status).toBe(200)
    },
  )

  test.each([
    '*/*',
    'application/*',
    'text/html, application/json;q=0.1',
    'application/problem+json',
    'APPLICATION/JSON',
  ])('23 Accept: %s takes JSON', async (accept) => {
    expect((await shop.admin.get('/v1/program', { headers: { accept } })).status).toBe(200)
  })

  test('a GET with a body is answered as without it, or refused as a problem', async () => {
    const faults: unknown[] = []
    for (const row of MATRIX.filter(({ method }) => method === 'GET')) {
      const { path, options } = withRaw(await row.request(shop), '{"limit":5}')
      const reply = await callerOf(shop, row).send('GET', path, options)
      const isExpected = [200, 400, 422].includes(reply.status)
      faults.push(...faultsOf(reply, shop).map((fault) => [path, fault]), ...(isExpected ? [] : [path, reply.status]))
    }
    expect(faults).toEqual([])
  })

  test('a header of 8 KB in every language field changes nothing', async () => {
    const headers = { 'accept-language': 'xx-'.repeat(2_700), 'user-agent': '\u00ff'.repeat(200), cookie: 'a=b' }
    expect((await shop.admin.get('/v1/program', { headers })).status).toBe(200)
  })

  test('a capture without any body takes the whole reservation', async () => {
    const path = `/v1/points/reservations/${await reserved(shop)}/capture`
    const reply = await shop.admin.post(path, undefined, { key: shop.next() })
    expect([reply.status, reply.body.state, reply.body.points]).toEqual([201, 'captured', 10])
  })
})

describe('33 cursors', () => {
  const LISTS = ['/v1/program/stores', '/v1/me/entries', '/v1/points/accounts/{member}/entries'] as const
  const pathOf = (list: string) => list.replace('{member}', shop.member.id)
  const readerOf = (list: string) =>
    list.startsWith('/v1/me') ? shop.api.as('member', { memberId: shop.member.id }) : shop.admin

  async function cursorOf(list: string): Promise<string> {
    if (!list.includes('stores')) await shop.admin.post('/v1/points/adjustments', adjustment(), { key: shop.next() })
    const { nextCursor } = (await readerOf(list).get(`${pathOf(list)}?limit=1`)).body
    expect(nextCursor).toBeTypeOf('string')
    return nextCursor
  }
  const adjustment = () => ({ memberId: shop.member.id, points: 1, reason: 'other', note: 'x' })

  test.each(LISTS)('a cursor of %s turns the page for its own caller', async (list) => {
    const cursor = await cursorOf(list)
    expect((await readerOf(list).get(`${pathOf(list)}?limit=1&cursor=${cursor}`)).status).toBe(200)
  })

  test.each(LISTS)('a cursor of %s that was touched anywhere is refused', async (list) => {
    const cursor = await cursorOf(list)
    const [position = '', seal = ''] = cursor.split('.')
    const other = position.startsWith('M') ? `N${position.slice(1)}` : `M${position.slice(1)}`
    const touched = [`${other}.${seal}`, `${position}.`, position, `.${seal}`, `${seal}.${position}`]
    const appended = [
      `${cursor}.x`,
      `${cursor}x`,
      `${cursor}%20`,
      `%20${cursor}`,
      `${position}=.${seal}`,
      `${position}!.${seal}`,
    ]
    const flipped = [...cursor].map(
      (_, at) => `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`,
    )
    const taken: string[] = []
    for (const wrong of [...touched, ...appended, ...flipped]) {
      const reply = await readerOf(list).get(`${pathOf(list)}?limit=1&cursor=${wrong}`)
      if (reply.status !== 400 || reply.body.code !== 'invalid_cursor') taken.push(wrong.replace(cursor, '<cursor>'))
    }
    expect(taken).toEqual([])
  })

  test('a cursor serves no other caller, no other member and no other list', async () => {
    const path = `/v1/points/accounts/${shop.member.id}`
    const cursor = await cursorOf('/v1/points/accounts/{member}/entries')
    const asked = [
      shop.api.as('admin', { id: 'another-admin' }).get(`${path}/entries?cursor=${cursor}`),
      shop.api.as('cashier').get(`${path}/entries?cursor=${cursor}`),
      shop.admin.get(`/v1/points/accounts/${shop.stranger.id}/entries?cursor=${cursor}`),
      shop.admin.get(`${path}/proof?cursor=${cursor}`),
      shop.admin.get(`/v1/program/stores?cursor=${cursor}`),
      shop.admin.get(`/v1/program/versions?cursor=${cursor}`),
      shop.api.as('member', { memberId: shop.member.id }).get(`/v1/me/entries?cursor=${cursor}`),
    ]
    for (const reply of await Promise.all(asked)) {
      expect([reply.status, reply.body.code]).toEqual([400, 'invalid_cursor'])
      expect(faultsOf(reply, shop)).toEqual([])
    }
  })
})

describe('35 versions', () => {
  test('the ETag read right after a publication is the one that the next publication must name', async () => {
    for (const round of [1, 2]) {
      const { body, headers } = await shop.admin.get('/v1/program')
      const { effectiveFrom: _, ...document } = body.document
      const reply = await shop.admin.put('/v1/program', document, { ifMatch: String(headers.etag) })
      expect([round, reply.status]).toEqual([round, 200])
      expect((await shop.admin.get('/v1/program')).headers.etag).toBe(reply.headers.etag)
    }
  })

  test('of two changes of the same version only one is made', async () => {
    const path = `/v1/members/${shop.member.id}`
    const ifMatch = String((await shop.admin.get(path)).headers.etag)
    const names = ['Ann One', 'Ann Two', 'Ann Three']
    const replies = await Promise.all(names.map((name) => shop.admin.patch(path, { name }, { ifMatch })))
    expect(replies.map(({ status, body }) => `${status} ${body.code ?? ''}`).sort()).toEqual([
      '200 ',
      '412 stale_version',
      '412 stale_version',
    ])
  })
})
