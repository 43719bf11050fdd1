import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MATRIX } from '../support/matrix.ts'
import { everyRoute, type Spoiled, spoiledTokens, type Target } from './every-route.ts'
import { type GatewayRun, type RawReply, type RawRequest, sendRaw, startGatewayRun } from './gateway-run.ts'
import { type Forged, forgedTokens, Mint } from './tokens.ts'

const MISSING = 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'
const START_MS = 150_000
const UNAUTHORIZED = '{"message":"Unauthorized"}'

let run: GatewayRun
let mint: Mint
let forged: readonly Forged[]
let trap: Server
let fetches = 0

beforeAll(async () => {
  trap = createServer((_, outgoing) => {
    fetches += 1
    outgoing.end('{"keys":[]}')
  }).listen(0, '127.0.0.1')
  await once(trap, 'listening')
  const address = trap.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  run = await startGatewayRun()
  mint = new Mint(run)
  forged = await forgedTokens(mint, `http://127.0.0.1:${address.port}`)
}, START_MS)
afterAll(async () => {
  trap.close()
  await run?.stop()
}, START_MS)

const send = (request: RawRequest): Promise<RawReply> => sendRaw(run.port, request)
const JSON_TYPE = ['content-type', 'application/json']
const bearer = (token: string) => ['authorization', `Bearer ${token}`]

async function asStaff(request: RawRequest, claims: Readonly<Record<string, unknown>> = {}): Promise<RawReply> {
  return send({ ...request, headers: [...bearer(await mint.staff(claims)), ...(request.headers ?? [])] })
}

async function enrolled(): Promise<string> {
  const key = crypto.randomUUID()
  const body = JSON.stringify({ externalId: key, storeId: 'central' })
  const reply = await asStaff({
    method: 'POST',
    path: '/v1/members',
    headers: [...JSON_TYPE, 'idempotency-key', key],
    body,
  })
  expect(reply.status).toBe(201)
  return JSON.parse(reply.text).id
}

/** Of a problem, without what is each request's own. */
function bytesOf({ status, text }: RawReply): unknown {
  return [status, { ...JSON.parse(text), instance: '' }]
}

describe('A. Tokens', () => {
  test('1 no route but the public ones opens without a token', async () => {
    for (const { method, path, may } of MATRIX) {
      const concrete = path.replace(/:code/, 'forbidden').replace(/:\w+/, MISSING)
      const { status, text, headers } = await send({
        method,
        path: `/v1${concrete}`,
        ...(method !== 'GET' && { body: '{}', headers: JSON_TYPE }),
      })
      if (may === 'anyone') expect([path, status]).toEqual([path, 200])
      else {
        expect([path, status, text]).toEqual([path, 401, UNAUTHORIZED])
        expect(headers['www-authenticate']).toMatch(/^Bearer/)
      }
    }
  })

  test('1–13 no forged token opens the program', async () => {
    const answers: unknown[] = []
    for (const { number, what, authorization } of forged) {
      const headers = authorization.flatMap((value) => ['authorization', value])
      const { status, text, headers: answered } = await send({ path: '/v1/program', headers })
      const isChallenged = /^Bearer/.test(String(answered['www-authenticate']))
      answers.push([number, what, status, JSON.parse(text), isChallenged])
    }
    const wanted = forged.map(({ number, what, status }) => {
      const message = status === 401 ? 'Unauthorized' : 'Forbidden'
      return [number, what, status, { message }, true]
    })
    expect(answers).toEqual(wanted)
    console.info(`gateway: ${forged.length} forged tokens`)
  })

  test('1–13 no forged token redeems', async () => {
    const body = JSON.stringify({ memberId: MISSING, points: 1, storeId: 'central' })
    for (const { what, authorization, status } of forged) {
      const headers = [
        ...authorization.flatMap((value) => ['authorization', value]),
        ...JSON_TYPE,
        'idempotency-key',
        what.length.toString(),
      ]
      expect([what, (await send({ method: 'POST', path: '/v1/points/redemptions', headers, body })).status]).toEqual([
        what,
        status,
      ])
    }
  })

  test('8 no address that a token names is ever fetched', () => {
    expect(fetches).toBe(0)
  })

  test('12 a staff token does not open what is a member’s own', async () => {
    for (const { path } of MATRIX.filter((row) => /^\/me(\/|$)/.test(row.path))) {
      for (const claims of [{}, { scope: 'loyalty/member' }, { scope: 'loyalty/staff loyalty/member' }]) {
        const { status, text } = await asStaff({ path: `/v1${path}` }, claims)
        expect([path, status, text]).toEqual([path, 401, UNAUTHORIZED])
      }
    }
  })

  test('12 a member’s token with roles of staff opens nothing but their own', async () => {
    const memberId = await enrolled()
    const claims = { roles: ['admin'], stores: '*', scope: 'loyalty/member loyalty/staff loyalty/admin' }
    const headers = bearer(await mint.member(memberId, claims))
    expect(await send({ path: '/v1/program', headers })).toMatchObject({ status: 401, text: UNAUTHORIZED })
    const me = await send({ path: '/v1/me', headers })
    expect([me.status, JSON.parse(me.text).id]).toEqual([200, memberId])
  })

  test.each([
    ['an unknown role', { roles: ['owner'] }],
    ['no role', { roles: undefined }],
    ['an empty list', { roles: [] }],
    ['an object', { roles: { admin: true } }],
    ['a role of machines', { roles: ['pos'] }],
  ])('15 %s is forbidden', async (_, claims) => {
    const { status, text } = await asStaff({ path: '/v1/program' }, claims)
    expect([status, JSON.parse(text).code]).toEqual([403, 'forbidden'])
  })

  test('16 a store outside the claim is out of scope', async () => {
    const memberId = await enrolled()
    const body = JSON.stringify({ memberId, points: 1, storeId: 'central' })
    const headers = [...JSON_TYPE, 'idempotency-key', 'sixteen']
    const request = { method: 'POST', path: '/v1/points/redemptions', headers, body }
    const { status, text } = await asStaff(request, { roles: ['cashier'], stores: ['north'] })
    expect([status, JSON.parse(text).code]).toEqual([403, 'store_out_of_scope'])
  })

  test('a good token opens, so that all of this means something', async () => {
    expect((await asStaff({ path: '/v1/program' })).status).toBe(200)
  })
})

const AT_ONCE = 16

/** @returns what each task gave, in their order, with so many at a time. */
async function inParallel<In, Out>(items: readonly In[], task: (item: In) => Promise<Out>): Promise<Out[]> {
  const answers: Out[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index]
      if (item !== undefined) answers[index] = await task(item)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return answers
}

function sentTo({ method, path }: Target, authorization: readonly string[]): Promise<RawReply> {
  const tokens = authorization.flatMap((value) => ['authorization', value])
  const headers = [...tokens, ...JSON_TYPE, 'idempotency-key', 'spoiled']
  return send({ method, path, headers, ...(method !== 'GET' && { body: '{}' }) })
}

describe('A. Tokens, on every route that the template has', () => {
  test('the public ones are these and no others', () => {
    const open = everyRoute().filter(({ pool }) => pool === undefined)
    const ways = new Set(open.map(({ method, path }) => `${method} ${path.replace('forbidden', MISSING)}`))
    expect([...ways].sort()).toEqual(['GET /v1/health', `GET /v1/problems/${MISSING}`, 'GET /v1/program/terms'])
  })

  test('a token that is wrong in one thing opens none of them, and no function is asked', async () => {
    const spoiled = { staff: await spoiledTokens(mint, 'staff'), members: await spoiledTokens(mint, 'members') }
    const tries = everyRoute().flatMap((target): readonly (readonly [Target, Spoiled])[] =>
      target.pool === undefined ? [] : spoiled[target.pool].map((token) => [target, token] as const),
    )
    const opened = await inParallel(tries, async ([target, { what, authorization, status }]) => {
      const reply = await sentTo(target, authorization)
      const message = status === 401 ? 'Unauthorized' : 'Forbidden'
      const isRefused = reply.status === status && reply.text === JSON.stringify({ message })
      return isRefused ? [] : [[target.method, target.path, what, reply.status, reply.text]]
    })
    expect(opened.flat()).toEqual([])
    expect(new Set(tries.map(([{ pool }]) => pool)).size).toBe(2)
    console.info(`gateway: ${everyRoute().length} routes, ${tries.length} spoiled tokens`)
  })

  test('a good token opens each of them as far as the function, so that all of this means something', async () => {
    const good = { staff: await mint.sign('staff', mint.claims('staff')), members: await mint.member(MISSING) }
    const guarded = everyRoute().filter(({ pool }) => pool !== undefined)
    const closed = await inParallel(guarded, async (target) => {
      const { status, text } = await sentTo(target, [`Bearer ${good[target.pool ?? 'staff']}`])
      return status === 401 || /^{"message":/.test(text) ? [[target.method, target.path, status, text]] : []
    })
    expect(closed.flat()).toEqual([])
  })
})

describe('B. Envelope, as far as the gateway', () => {
  test('24 more than 10 MB never reaches a function', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1, ' ')
    const reply = await asStaff({ method: 'POST', path: '/v1/members/lookup', headers: JSON_TYPE, body })
    expect([reply.status, reply.text]).toEqual([413, '{"message":"Request Entity Too Large"}'])
  })

  test('24 between 64 KB and 10 MB the function refuses', async () => {
    const request = { method: 'POST', path: '/v1/members/lookup', headers: JSON_TYPE }
    const reply = await asStaff({ ...request, body: ' '.repeat(64 * 1024 + 1) })
    expect([reply.status, JSON.parse(reply.text).code]).toEqual([413, 'payload_too_large'])
  })

  test.each(['/', '/v2/program', '/V1/program'])('31 %s is the member page and nothing of the API', async (path) => {
    const reply = await asStaff({ path })
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(reply.text).toContain('<div id="page">')
  })

  test.each(['/v1', '/v1/nothing', '/v1/healthz', '/v1/health/x', '/v1/..%2fprogram'])(
    '31 %s is the gateway’s 404',
    async (path) => {
      expect(await asStaff({ path })).toMatchObject({ status: 404, text: '{"message":"Not Found"}' })
    },
  )

  const inside = ['/v1/program/x', '/v1/members/x/y', '/v1/points/x']
  test.each(inside)('31 %s is our 404', async (path) => {
    const reply = await asStaff({ path })
    expect([reply.status, JSON.parse(reply.text).code]).toEqual([404, 'not_found'])
  })

  test('36 an id that is not one is answered like one that is missing, however it is written', async () => {
    const id = await enrolled()
    const missing = bytesOf(await asStaff({ path: `/v1/members/${MISSING}` }))
    const ends = [
      '%23x',
      '%0a',
      '%0d%0a',
      '%09',
      '%00',
      '%20',
      '%2f',
      '%2f..',
      '%5c',
      '%2500',
      ';x',
      '%c0%af',
      '%e2%80%ae',
      '.json',
    ]
    const others = [
      '..%2fprogram',
      '..%2f..%2fme',
      '%2e%2e',
      '%2e%2e%2fme',
      '..%5cme',
      'x'.repeat(2_049),
      id.toLowerCase(),
      '%00',
      '%ff',
    ]
    const different: unknown[] = []
    for (const path of [...ends.map((end) => `${id}${end}`), ...others, `%20${id}`, `.%2f${id}`, `x%2f..%2f${id}`]) {
      const reply = await asStaff({ path: `/v1/members/${path}` })
      // What is no text at all is the gateway's own answer.
      const isGateway = reply.status === 400 && reply.text === '{"message":"Bad Request"}'
      if (!isGateway && JSON.stringify(bytesOf(reply)) !== JSON.stringify(missing))
        different.push([path, reply.status, reply.text])
    }
    expect(different).toEqual([])
  })

  test('37 11 KB of headers are refused by the gateway', async () => {
    const { status, text } = await asStaff({ path: '/v1/program', headers: ['x-noise', 'x'.repeat(11 * 1024)] })
    expect([status, JSON.parse(text)]).toEqual([431, { message: 'Request Header Fields Too Large' }])
  })

  test('38 headers that claim to be the gateway’s have no effect', async () => {
    const path = `/v1/members/${MISSING}`
    const plain = await asStaff({ path })
    const claims = ['x-forwarded-for', '127.0.0.1', 'x-forwarded-host', 'evil.example', 'x-forwarded-proto', 'gopher']
    const more = ['x-http-method-override', 'DELETE', 'x-amzn-trace-id', 'Root=1-x', 'x-original-url', '/v1/program']
    expect(bytesOf(await asStaff({ path, headers: [...claims, ...more] }))).toEqual(bytesOf(plain))
  })

  test('38 a foreign Host is neither obeyed nor repeated', async () => {
    const reply = await asStaff({ path: `/v1/members/${MISSING}`, headers: ['host', 'evil.example'] })
    expect(reply.text).not.toContain('evil.example')
    expect(reply.status).toBeGreaterThanOrEqual(400)
    expect(reply.status).toBeLessThan(500)
  })

  test.each(['TRACE', 'HEAD', 'OPTIONS', 'PROPFIND'])('30 %s is no way in and no fault of ours', async (method) => {
    const { status } = await asStaff({ method, path: '/v1/program' })
    expect(method === 'HEAD' ? [200] : [400, 403, 404, 405, 501]).toContain(status)
  })

  test('a GET with a body is no fault of ours', async () => {
    const reply = await asStaff({ path: '/v1/program', headers: JSON_TYPE, body: '{"limit":5}' })
    expect([200, 400, 422]).toContain(reply.status)
    expect(reply.headers['content-type']).toMatch(/json/)
  })
})

describe('D. Once only, across a restart', () => {
  test(
    '58 what was answered before everything was killed is answered again',
    async () => {
      const memberId = await enrolled()
      const post = async ([path, body, key]: readonly [path: string, body: unknown, key: string]) =>
        asStaff({ method: 'POST', path, headers: [...JSON_TYPE, 'idempotency-key', key], body: JSON.stringify(body) })
      const requests = [
        ['/v1/points/adjustments', { memberId, points: 50, reason: 'other', note: 'x' }, 'a'],
        ['/v1/points/redemptions', { memberId, points: 20, storeId: 'central' }, 'b'],
        ['/v1/points/reservations', { memberId, points: 20, storeId: 'central' }, 'c'],
        ['/v1/points/redemptions', { memberId, points: 20, storeId: 'central' }, 'd'],
      ] as const
      const first: RawReply[] = []
      for (const request of requests) first.push(await post(request))
      expect(first.map(({ status }) => status)).toEqual([201, 201, 201, 409])
      await run.killAndRestart()
      for (const [index, request] of requests.entries()) {
        const reply = await post(request)
        expect([reply.status, reply.text]).toEqual([first[index]?.status, first[index]?.text])
        expect(reply.headers['idempotency-replayed']).toBe('true')
      }
    },
    START_MS,
  )
})
