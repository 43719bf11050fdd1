/** The local run as people start it: what it serves, what survives `kill -9`, and the one sentence when it cannot start. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalRun, startLocalRun } from '../../local/history-run.ts'
import { close, listen } from '../../local/listen.ts'
import { processesWith } from '../../local/process-mark.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const START_MAX_MS = 120_000

let run: LocalRun

beforeAll(async () => {
  run = await startLocalRun()
}, START_MAX_MS)
afterAll(() => run.stop(), START_MAX_MS)

type Answer = { status: number; body: Record<string, unknown> }

async function ask(
  path: string,
  options: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { body, token, headers } = options
  const reply = await fetch(`${run.url}${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  })
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
}

async function tokenFor(who: unknown): Promise<string> {
  const { body } = await ask('/local/token', { body: who })
  return String(body.access_token)
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server, 0)
  await close(server)
  return port
}

/** A program of ours as a person runs it: its exit code and all that it said. */
async function runProgram(
  file: string,
  options: { args?: string[]; env?: Record<string, string> },
): Promise<{ code: unknown; said: string }> {
  const child = spawn(process.execPath, ['--import', './local/node-version.mjs', file, ...(options.args ?? [])], {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const [code] = await once(child, 'close')
  return { code, said: said.trimEnd() }
}

describe('a fresh run', () => {
  test('has a program and two stores, and an award reaches the bus as an event', async () => {
    const token = await tokenFor({ role: 'pos' })
    const member = { name: 'Ada Moreno', externalId: 'start-1', storeId: 'central' }
    const enrolled = await ask('/v1/members', { body: member, token, headers: { 'idempotency-key': 'start-1' } })
    expect(enrolled.status).toBe(201)
    const purchase = {
      memberId: enrolled.body.id,
      storeId: 'north',
      receiptNumber: 'start-1',
      amount: { amount: 1_250, currency: 'GBP' },
      purchasedAt: new Date(Date.now() - 60_000).toISOString(),
    }
    const award = await ask('/v1/points/purchases', { body: purchase, token })
    expect(award).toMatchObject({ status: 201, body: { balances: { available: 12 } } })
    expect(await ask('/local/drain', { body: {} })).toEqual({ status: 200, body: { quiet: true, failed: [] } })
    const { id } = award.body.entry as { id: string }
    const { body } = await ask('/local/events?limit=10')
    expect(body.items).toContainEqual(expect.objectContaining({ detail: expect.objectContaining({ id }) }))
  })

  test('gives a machine a token by client credentials that its own gateway accepts', async () => {
    const discovery = await ask('/oidc/staff/.well-known/openid-configuration')
    expect(discovery.body).toMatchObject({
      issuer: `${run.url}/oidc/staff`,
      token_endpoint: `${run.url}/oidc/staff/token`,
    })
    const reply = await fetch(String(discovery.body.token_endpoint), {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('pos-local:pos-local-secret')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'loyalty/pos' }),
    })
    const { access_token } = (await reply.json()) as { access_token: string }
    const found = await ask('/v1/members/lookup', { body: { externalId: 'start-nobody' }, token: access_token })
    expect(found).toMatchObject({ status: 200, body: { items: [] } })
  })

  test('refuses a member token on a staff route and a staff token below /v1/me', async () => {
    const member = await tokenFor({ member: 'mem_01ARZ3NDEKTSV4RRFFQ69G5FAV' })
    const cashier = await tokenFor({ role: 'cashier', stores: ['central'] })
    expect(await ask('/v1/program', { token: member })).toMatchObject({
      status: 401,
      body: { message: 'Unauthorized' },
    })
    expect(await ask('/v1/me', { token: cashier })).toMatchObject({ status: 401, body: { message: 'Unauthorized' } })
  })

  test('lets tokens expire by its own clock, which moves forward and back', { timeout: START_MAX_MS }, async () => {
    const token = await tokenFor({ role: 'cashier' })
    expect((await ask('/v1/program', { token })).status).toBe(200)
    await ask('/local/clock', { body: { advance: 'PT13H' } })
    expect((await ask('/v1/program', { token })).status).toBe(401)
    await ask('/local/clock', { body: { advance: '-PT13H' } })
    expect((await ask('/v1/program', { token })).status).toBe(200)
  })

  test.each([
    ['/local/clock', { advance: 'a day' }],
    ['/local/clock', { now: 'tomorrow' }],
    ['/local/faults', { rate: 2 }],
    ['/local/token', { role: 'nobody' }],
    ['/local/token', { member: 'mem_1' }],
  ])('refuses %s with %j and says what it wants', async (path, body) => {
    expect(await ask(path, { body })).toMatchObject({ status: 422, body: { message: expect.stringContaining('Send') } })
  })
})

test('being told to end twice at once, as a group is, still ends the engine before the run', {
  timeout: START_MAX_MS,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'revisit-signal-'))
  const child = spawn(process.execPath, ['--import', './local/node-version.mjs', 'local/start.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(await freePort()), DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (/^ready /m.test(text)) resolve()
      })
    })
    child.kill('SIGINT')
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect([code, processesWith('--db-path', join(folder, 'engine.db'))]).toEqual([0, []])
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})

test('everything acknowledged survives kill -9, tokens included', { timeout: START_MAX_MS }, async () => {
  const token = await tokenFor({ role: 'pos' })
  const member = { name: 'Bo Lind', externalId: 'start-2', storeId: 'central' }
  const enrolled = await ask('/v1/members', { body: member, token, headers: { 'idempotency-key': 'start-2' } })
  await run.killAndRestart()
  const found = await ask('/v1/members/lookup', { body: { externalId: 'start-2' }, token })
  expect(found).toMatchObject({ status: 200, body: { items: [{ id: enrolled.body.id }] } })
})

test('every schedule of the template fires when the clock moves past its time, and what it does succeeds', {
  timeout: START_MAX_MS,
}, async () => {
  await ask('/local/clock', { body: { advance: 'PT3H' } })
  const { body } = await ask('/local/schedules')
  const items = body.items as { last: { outcome: string } | null }[]
  expect(items.map(({ last }) => last?.outcome)).toEqual(items.map(() => 'succeeded'))
  expect(items.length).toBeGreaterThan(0)
  expect(await ask('/local/drain', { body: {} })).toEqual({ status: 200, body: { quiet: true, failed: [] } })
})

describe('npm run token', () => {
  test('prints the token and nothing else', async () => {
    const { code, said } = await runProgram('local/token.ts', {
      args: ['cashier', '--store', 'central'],
      env: { PORT: new URL(run.url).port },
    })
    expect(code).toBe(0)
    const claims = JSON.parse(Buffer.from(said.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({
      sub: 'local-cashier',
      roles: ['cashier'],
      stores: ['central'],
      scope: 'loyalty/staff',
    })
  })

  test.each([[['nobody']], [[]], [['cashier', '--shop', 'x']]])(
    'with %j says in one sentence how it is used',
    async (args) => {
      const { code, said } = await runProgram('local/token.ts', { args, env: { PORT: new URL(run.url).port } })
      expect(code).toBe(1)
      expect(said).toMatch(/^Say for whom: .*\[--store central\]…$/)
    },
  )

  test('without a run says how to start one', async () => {
    const { code, said } = await runProgram('local/token.ts', { args: ['cashier'], env: { PORT: '1' } })
    expect({ code, said }).toEqual({
      code: 1,
      said: 'No local run answers on port 1; start one with npm start, or name its port with PORT.',
    })
  })
})

describe('npm start says in one sentence what to do about', () => {
  test('a port that is taken', async () => {
    const server = createServer()
    const port = await listen(server, 0)
    const folder = mkdtempSync(join(tmpdir(), 'revisit-start-'))
    const { code, said } = await runProgram('local/start.ts', { env: { PORT: String(port), DATA_DIR: folder } })
    await close(server)
    rmSync(folder, { recursive: true, force: true })
    expect({ code, said }).toEqual({
      code: 1,
      said: `Port ${port} is not free; stop what uses it or choose another: PORT=${port + 1} npm start.`,
    })
  })

  test.each([
    ['a port that is none', { PORT: 'x' }, [], /^PORT is a number from 1 to 65535, not x\.$/],
    ['an option that it does not have', {}, ['--toy'], /^Unknown option '--toy'; npm start takes -- --fresh/],
  ])('%s', async (_, env, args, sentence) => {
    const { code, said } = await runProgram('local/start.ts', { env, args })
    expect(code).toBe(1)
    expect(said).toMatch(sentence)
    expect(said).not.toContain('\n')
  })
})
