/** The client against a real socket: tokens, restarts and busy servers, and the command line around it. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { createApiClient, ImportStopped } from '../../local/import-client.ts'

type Reply = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
type Seen = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const CREDENTIALS = { clientId: 'pos-local', clientSecret: 'pos-local-secret' }
const IMPORT = fileURLToPath(new URL('../../local/import.ts', import.meta.url))
const servers: Server[] = []
const folders: string[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function aServer(reply: (seen: Seen) => Reply | undefined, port = 0) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
    seen.push(one)
    const answer = reply(one) ?? usual(one)
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(JSON.stringify(answer.body ?? {}))
  })
  servers.push(server.listen(port, '127.0.0.1'))
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { server, seen, port: address.port, url: `http://localhost:${address.port}` }
}

function usual({ path, body }: Seen): Reply {
  if (path === '/oidc/staff/token') return { status: 200, body: { access_token: 'a-token' } }
  if (path === '/v1/program') return { status: 200, body: { document: { currency: 'GBP' } } }
  if (path === '/v1/members') return { status: 201, body: { id: `mem_${JSON.parse(body).externalId}` } }
  return { status: 201 }
}

const get = { method: 'GET', path: '/v1/program' } as const

test('fetches one token by client credentials and sends it with every request', async () => {
  const { url, seen } = await aServer(() => undefined)
  const client = createApiClient({ url, credentials: CREDENTIALS })
  await Promise.all([client.send(get), client.send(get), client.send(get)])
  const [token, ...calls] = seen
  expect(token?.headers.authorization).toBe(`Basic ${btoa('pos-local:pos-local-secret')}`)
  expect(token?.body).toBe('grant_type=client_credentials&scope=loyalty%2Fpos')
  expect(calls.map((call) => [call.path, call.headers.authorization])).toEqual(
    Array.from({ length: 3 }, () => ['/v1/program', 'Bearer a-token']),
  )
  expect(client.requestsSent()).toBe(3)
})

test('fetches a new token when the old one is refused, once, so that a long import outlives its token', async () => {
  let tokens = 0
  const { url } = await aServer(({ path, headers }) => {
    if (path === '/oidc/staff/token') {
      tokens += 1
      return { status: 200, body: { access_token: `token-${tokens}` } }
    }
    return headers.authorization === 'Bearer token-2' ? undefined : { status: 401, body: { message: 'Unauthorized' } }
  })
  expect(await createApiClient({ url, credentials: CREDENTIALS }).send(get)).toMatchObject({ status: 200 })
  const given = await createApiClient({ url, credentials: { token: 'old' } }).send(get)
  expect(given.status).toBe(401)
  expect(tokens).toBe(2)
})

test.each([
  [429, {}],
  [503, { code: 'try_again' }],
  [503, { message: 'Service Unavailable' }],
  [409, { code: 'request_in_progress' }],
  [500, { code: 'internal_error' }],
])('sends the same bytes again after %d %j', async (status, body) => {
  let busy = 2
  const { url, seen } = await aServer(({ path }) => {
    if (path !== '/v1/points/purchases' || busy === 0) return undefined
    busy -= 1
    return { status, body }
  })
  const client = createApiClient({ url, credentials: { token: 't' } })
  const answer = await client.send({
    method: 'POST',
    path: '/v1/points/purchases',
    body: { n: 1 },
    idempotencyKey: 'k',
  })
  expect(answer.status).toBe(201)
  expect(seen.map((one) => [one.body, one.headers['idempotency-key']])).toEqual(
    Array.from({ length: 3 }, () => ['{"n":1}', 'k']),
  )
})

test('waits as long as Retry-After asks', async () => {
  const times: number[] = []
  const { url } = await aServer(() => {
    times.push(performance.now())
    return times.length === 1 ? { status: 503, headers: { 'retry-after': '1' } } : undefined
  })
  await createApiClient({ url, credentials: { token: 't' } }).send(get)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(950)
})

test('gives a lasting 500 and any other refusal back as the answer, so that one bad row does not stop the rest', async () => {
  const { url, seen } = await aServer(({ path }) => ({ status: path === '/v1/a' ? 500 : 422, body: { code: 'x' } }))
  const client = createApiClient({ url, credentials: { token: 't' } })
  expect(await client.send({ method: 'POST', path: '/v1/a' })).toMatchObject({ status: 500, body: { code: 'x' } })
  expect(await client.send({ method: 'POST', path: '/v1/b' })).toMatchObject({ status: 422 })
  expect(seen).toHaveLength(4)
})

test('survives a restart of the server on the same port', async () => {
  const first = await aServer(() => undefined)
  const waited = Promise.withResolvers<void>()
  const onWaiting = () => waited.resolve()
  const client = createApiClient({ url: first.url, credentials: CREDENTIALS, onWaiting })
  await client.send(get)
  first.server.closeAllConnections()
  first.server.close()
  const answer = client.send(get)
  await waited.promise
  await aServer(() => undefined, first.port)
  expect(await answer).toMatchObject({ status: 200 })
})

test('gives up with a sentence when the server stays away, and at once when asked to stop', async () => {
  const { server, url } = await aServer(() => undefined)
  server.close()
  const impatient = createApiClient({ url, credentials: { token: 't' }, patienceMs: 150 })
  await expect(impatient.send(get)).rejects.toThrow(/took no request for 0 s \(ECONNREFUSED\)/)
  const stop = new AbortController()
  const patient = createApiClient({ url, credentials: { token: 't' }, onWaiting: () => stop.abort() })
  await expect(patient.send(get, stop.signal)).rejects.toThrow(ImportStopped)
})

type Ended = { readonly status: number; readonly stdout: string; readonly stderr: string; readonly folder: string }

type Files = Readonly<Record<string, string>>

async function runImport(files: Files, options: readonly string[], stop?: Promise<void>): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'revisit-import-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [IMPORT, ...options], { cwd: folder }, (_, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, stdout, stderr, folder })
    })
    stop?.then(() => child.kill('SIGINT'))
  })
}

const HEADER = 'receipt_no,member_no,purchased_at,amount_pence\n'
const GOOD = 'r1,m1,2026-01-02T03:04:05Z,199\n'

test('the command says what went in and ends with 0', async () => {
  const { url } = await aServer(() => undefined)
  const { status, stdout, stderr, folder } = await runImport({ 'r.csv': HEADER + GOOD }, ['r.csv', '--url', url])
  expect(stderr).toMatch(/import █+ 100% 1\/1/)
  expect(stdout).toContain('receipts  1 awarded, 0 replayed, 0 refused')
  expect(status).toBe(0)
  expect(await readdir(folder)).toEqual(['r.csv'])
})

test('the command lists refused rows of both sides in an error file and ends with 2', async () => {
  const refusal = { code: 'receipt_conflict', detail: '=Other' }
  const { url } = await aServer(({ body }) => (body.includes('"r2"') ? { status: 409, body: refusal } : undefined))
  const rows = `${GOOD}r2,m1,2026-01-02T03:04:05Z,1\nr3,m1,2026-01-02T03:04:05Z,x\n`
  const { status, stdout, folder } = await runImport({ 'r.csv': HEADER + rows }, ['r.csv', '--url', url])
  expect(status).toBe(2)
  expect(stdout).toContain('2 rows were refused; r.errors.csv names each with its reason.')
  expect(await readFile(join(folder, 'r.errors.csv'), 'utf8')).toBe(
    "file,line,code,reason\nr.csv,3,receipt_conflict,'=Other\n" +
      'r.csv,4,amount_invalid,"amount_pence must be a whole number, 0 or more"\n',
  )
})

test.each([
  ['a bad header', HEADER.replace('member_no', 'member'), 'r.csv lacks the column member_no'],
  ['a repeated column', `${HEADER.trim()},member_no\n`, 'names the column "member_no" more than once'],
])('the command refuses %s in one sentence before it asks for anything, and ends with 1', async (_, text, sentence) => {
  const { url, seen } = await aServer(() => undefined)
  const { status, stdout, stderr } = await runImport({ 'r.csv': text }, ['r.csv', '--url', url])
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toContain(sentence)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(seen).toEqual([])
})

test('the command says so in one sentence when nothing answers, and ends with 1', async () => {
  const { server, url } = await aServer(() => undefined)
  server.close()
  const { status, stderr } = await runImport({ 'r.csv': HEADER + GOOD }, ['r.csv', '--url', url])
  expect(status).toBe(1)
  expect(stderr).toMatch(
    /^Nothing was imported: http:\/\/localhost:\d+ took no request for 3 s \(ECONNREFUSED\); start it or name another --url\.\n$/,
  )
})

test('the command shows its usage for a wrong option and ends with 1', async () => {
  const { status, stderr } = await runImport({}, ['--concurrency', '65', 'r.csv'])
  expect(status).toBe(1)
  expect(stderr).toMatch(/^--concurrency must be a whole number from 1 to 64\.\nusage: npm run import/)
})

test('the command finishes what is in flight when interrupted, says how to go on and ends with 130', async () => {
  const enough = Promise.withResolvers<void>()
  const { url, seen } = await aServer(({ body }) => {
    if (body.includes('"r50"')) enough.resolve()
    return undefined
  })
  const rows = Array.from({ length: 20_000 }, (_, index) =>
    GOOD.replace('r1', `r${index}`).replace('m1', `m${index % 50}`),
  )
  const { status, stdout, stderr } = await runImport(
    { 'r.csv': HEADER + rows.join('') },
    ['r.csv', '--url', url],
    enough.promise,
  )
  expect(status).toBe(130)
  const purchases = seen.filter((one) => one.path === '/v1/points/purchases').length
  expect(purchases).toBeLessThan(20_000)
  expect(stdout).toContain(`receipts  ${purchases.toLocaleString('en')} awarded, 0 replayed, 0 refused`)
  expect(stderr).toContain(
    `Import stopped after ${purchases} of 20000 rows: you stopped it. Running it again continues`,
  )
})
