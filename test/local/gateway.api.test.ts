/** The local gateway and Lambda together, over real HTTP: every answer of the gateway's own, and what a function sees. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Decision } from '../../local/authorizer.ts'
import { Clock } from '../../local/clock.ts'
import type { FunctionSpec } from '../../local/deployment.ts'
import type { Cors, Route } from '../../local/deployment-api.ts'
import { LocalFunction } from '../../local/functions.ts'
import { createHttpApi } from '../../local/http-api.ts'
import { close, listen } from '../../local/listen.ts'

const BUNDLE = `
const born = Math.random()
let count = 0
export async function handler(event, context) {
  count += 1
  const what = event.pathParameters?.proxy
  if (what === 'throw') throw new TypeError('a secret detail')
  if (what === 'exit') process.exit(3)
  if (what === 'hang') await new Promise(() => {})
  if (what === 'spin') for (;;);
  if (what === 'odd') return { statusCode: 'x' }
  if (what === 'large') return { statusCode: 200, body: 'x'.repeat(7 * 1024 * 1024) }
  if (what === 'cors') return { statusCode: 200, headers: { 'access-control-allow-origin': '*' }, body: 'x' }
  const seen = { event, born, count, env: { ...process.env }, now: Date.now(), date: new Date().toISOString(),
    remaining: context.getRemainingTimeInMillis(), name: context.functionName }
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(seen) }
}`

const CORS: Cors = {
  AllowOrigins: ['https://shop.example'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['authorization'],
  ExposeHeaders: ['etag'],
  AllowCredentials: false,
  MaxAge: 600,
}

let folder: string
let clock: Clock
let echo: LocalFunction
let brief: LocalFunction
let port: number
let corsPort: number
const servers: Server[] = []
let decision: Decision = { kind: 'public' }
let authorizations: readonly string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'revisit-gateway-'))
  writeFileSync(join(folder, 'index.mjs'), BUNDLE)
  clock = new Clock(folder)
  const host = { clock: clock.shared, doorUrl: 'http://127.0.0.1:1', onOutput: () => undefined }
  echo = new LocalFunction(aFunction('echo', { timeoutSeconds: 10, concurrencyMax: 1 }), host)
  brief = new LocalFunction(aFunction('brief', { timeoutSeconds: 0.3, concurrencyMax: 2 }), host)
  port = await serve(undefined)
  corsPort = await serve(CORS)
})

afterAll(async () => {
  await Promise.all(servers.map(close))
  await Promise.all([echo.stop(), brief.stop()])
  rmSync(folder, { recursive: true, force: true })
})

function aFunction(name: string, change: Partial<FunctionSpec>): FunctionSpec {
  return {
    name,
    label: name,
    arn: `arn:aws:lambda:eu-west-2:000000000000:function:${name}`,
    bundle: join(folder, 'index.mjs'),
    handler: 'handler',
    timeoutSeconds: 3,
    memoryMegabytes: 512,
    concurrencyMax: undefined,
    deadLetterQueue: undefined,
    environment: { TABLE: 'Ledger' },
    ...change,
  }
}

function serve(cors: Cors | undefined): Promise<number> {
  const route = (key: string, functionName: string): Route => ({ key, functionName, authorizer: 'staff', scopes: [] })
  const handle = createHttpApi({
    deployment: { routes: [route('ANY /echo/{proxy+}', 'echo'), route('POST /brief/{proxy+}', 'brief')], cors },
    functions: new Map([
      ['echo', echo],
      ['brief', brief],
    ]),
    authorize: async (_, authorization) => {
      authorizations = authorization
      return decision
    },
    now: () => clock.now(),
  })
  const server = createServer({ maxHeaderSize: 65_536 }, (incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error))
  })
  servers.push(server)
  return listen(server, 0)
}

type Reply = { status: number; headers: Record<string, string | string[] | undefined>; text: string }
type Call = {
  method?: string
  path: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  on?: number
}

function send({ method = 'POST', path, headers = {}, body, on = port }: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: on, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    call.once('error', reject)
    call.end(body)
  })
}

async function seen(call: Partial<Call> = {}) {
  return JSON.parse((await send({ path: '/echo/x', ...call })).text)
}

describe('a function', () => {
  test('sees exactly the environment of the template and of Lambda, so that a missing variable shows here', async () => {
    const { env } = await seen()
    expect(env).toMatchObject({ TABLE: 'Ledger', AWS_LAMBDA_FUNCTION_NAME: 'echo', AWS_ACCESS_KEY_ID: 'LOCAL-echo' })
    expect(env.AWS_ENDPOINT_URL_DYNAMODB).toBe('http://127.0.0.1:1')
    for (const name of ['HOME', 'PATH', 'USER', 'PORT', 'DATA_DIR']) expect(env).not.toHaveProperty(name)
  })

  test('keeps the state of its module between invocations, as a warm one does', async () => {
    const [first, second] = [await seen(), await seen()]
    expect(second).toMatchObject({ born: first.born, count: first.count + 1 })
    expect(echo.stats.coldStarts).toBe(1)
  })

  test('lives on the virtual clock, and the answers carry its time', async () => {
    clock.set(Date.parse('2030-01-02T03:04:05Z'))
    const { now, date } = await seen()
    const { headers } = await send({ path: '/echo/x' })
    clock.set(clock.now() + 86_400_000)
    const later = await seen()
    expect(date).toMatch(/^2030-01-02T03:04:/)
    expect(new Date(now).toISOString()).toMatch(/^2030-01-02T03:04:/)
    expect(headers.date).toMatch(/^Wed, 02 Jan 2030/)
    expect(later.date).toMatch(/^2030-01-03T03:04:/)
  })

  test('knows its name and the time it has left', async () => {
    const { name, remaining } = await seen()
    expect(name).toBe('echo')
    expect(remaining).toBeGreaterThan(5_000)
    expect(remaining).toBeLessThanOrEqual(10_000)
  })

  test('gets the path decoded and the query as sent, as from API Gateway', async () => {
    const { event } = await seen({ path: '/echo/a%20b/..%2Fc?q=%20' })
    expect(event).toMatchObject({
      rawPath: '/echo/a b/../c',
      rawQueryString: 'q=%20',
      pathParameters: { proxy: 'a b/../c' },
    })
  })

  test('gets the claims that the authorizer allowed', async () => {
    decision = { kind: 'allowed', claims: { sub: 'pos' }, scopes: ['loyalty/pos'] }
    const { event } = await seen()
    decision = { kind: 'public' }
    expect(event.requestContext.authorizer).toEqual({ jwt: { claims: { sub: 'pos' }, scopes: ['loyalty/pos'] } })
  })
})

const OWN_500 = { status: 500, text: '{"message":"Internal Server Error"}' }

describe('a function that fails', () => {
  test.each([['throw'], ['odd'], ['large'], ['exit'], ['hang'], ['spin']])(
    'with "%s" is a 500 of the gateway that tells nothing, and the next request is served',
    async (how) => {
      expect(await send({ path: `/brief/${how}` })).toMatchObject(OWN_500)
      expect(await send({ path: '/brief/x' })).toMatchObject({ status: 200 })
    },
  )

  test('by not loading at all is a 500, so that a broken bundle does not hang', async () => {
    const host = { clock: clock.shared, doorUrl: 'http://127.0.0.1:1', onOutput: () => undefined }
    const broken = new LocalFunction(aFunction('broken', { handler: 'missing' }), host)
    expect(await broken.invoke('{}')).toMatchObject({ ok: false, errorMessage: expect.stringContaining('no export') })
    await broken.stop()
  })
})

describe('the gateway itself answers', () => {
  test.each([
    ['an unknown path', { path: '/nowhere' }, 404, 'Not Found'],
    ['a method that no route has', { method: 'GET', path: '/brief/x' }, 404, 'Not Found'],
    ['a path that is not percent-encoded text', { path: '/echo/%zz' }, 400, 'Bad Request'],
    [
      '11 KB of headers',
      { path: '/echo/x', headers: { 'x-long': 'x'.repeat(11_000) } },
      431,
      'Request Header Fields Too Large',
    ],
    ['more than 10 MB', { path: '/echo/x', body: Buffer.alloc(10 * 1024 * 1024 + 1) }, 413, 'Request Entity Too Large'],
  ])('%s', async (_, call, status, message) => {
    expect(await send(call)).toMatchObject({ status, text: JSON.stringify({ message }) })
  })

  test('401 with its challenge and 403, without asking the function', async () => {
    const before = echo.stats.invocations
    decision = { kind: 'unauthorized', challenge: 'Bearer' }
    const first = await send({ path: '/echo/x' })
    decision = { kind: 'forbidden', challenge: 'Bearer error="insufficient_scope"' }
    const second = await send({ path: '/echo/x' })
    decision = { kind: 'public' }
    expect(first).toMatchObject({
      status: 401,
      text: '{"message":"Unauthorized"}',
      headers: { 'www-authenticate': 'Bearer' },
    })
    expect(second).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' })
    expect(echo.stats.invocations).toBe(before)
  })

  test('knowing every Authorization header, so that a second one is noticed', async () => {
    await send({ path: '/echo/x', headers: { Authorization: ['Bearer a', 'Bearer b'] } })
    expect(authorizations).toEqual(['Bearer a', 'Bearer b'])
  })
})

describe('CORS', () => {
  const preflight = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }

  test('is silent without configuration: OPTIONS is a request like any other', async () => {
    const reply = await send({ method: 'OPTIONS', path: '/echo/x', headers: preflight })
    expect(reply.status).toBe(200)
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin')
  })

  test('answers the preflight of a listed origin without asking for a token', async () => {
    const reply = await send({ method: 'OPTIONS', path: '/echo/x', headers: preflight, on: corsPort })
    expect(reply.status).toBe(204)
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-max-age': '600',
    })
  })

  test("gives a foreign origin no header, and a listed one the gateway's own", async () => {
    const foreign = { origin: 'https://evil.example' }
    const asked = await send({
      method: 'OPTIONS',
      path: '/echo/x',
      headers: { ...preflight, ...foreign },
      on: corsPort,
    })
    const foreignReply = await send({ path: '/echo/x', headers: foreign, on: corsPort })
    const listed = await send({ path: '/echo/cors', headers: { origin: 'https://shop.example' }, on: corsPort })
    expect(asked.headers).not.toHaveProperty('access-control-allow-origin')
    expect(foreignReply.headers).not.toHaveProperty('access-control-allow-origin')
    expect(listed.headers).toMatchObject({ 'access-control-allow-origin': 'https://shop.example' })
  })
})
