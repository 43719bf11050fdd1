/** The demo business in a run of its own: every state that its table promises is really there, and loading it again changes nothing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emailOf } from '../../local/demo.ts'
import { ORDINARY_MEMBERS } from '../../local/demo-generate.ts'
import { NAMED } from '../../local/demo-people.ts'
import { DEMO_REWARDS } from '../../local/demo-program.ts'
import { type LocalRun, startLocal } from '../../local/start.ts'

const START_MAX_MS = 120_000
const DAY_MS = 86_400_000

let dataDir: string
let run: LocalRun
let admin: string
const ids = new Map<string, string>()

async function start(): Promise<void> {
  run = await startLocal({ port: 0, dataDir, quiet: true, demo: true })
  const answer = await ask('/local/token', { body: { role: 'admin' } })
  admin = String(answer.access_token)
}

async function ask(path: string, { body, token }: { body?: unknown; token?: string } = {}) {
  const reply = await fetch(`${run.url}${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  })
  return (await reply.json()) as Record<string, unknown>
}

/** What the desk sees of a named person. */
async function seen(key: string) {
  const id = ids.get(key)
  const profile = await ask(`/v1/members/${id}`, { token: admin })
  const { asOf: _, ...account } = await ask(`/v1/points/accounts/${id}`, { token: admin })
  const entries = await ask(`/v1/points/accounts/${id}/entries?limit=100`, { token: admin })
  const types = (entries.items as { type: string }[]).map(({ type }) => type)
  const { available = 0, pending, reserved, debt } = account.balances as Record<string, number>
  return { profile, account, types, available, pending, reserved, debt }
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'revisit-demo-'))
  await start()
  for (const { key } of NAMED) {
    const found = await ask('/v1/members/lookup', { body: { email: emailOf({ key }) }, token: admin })
    ids.set(key, (found.items as { id: string }[])[0]?.id ?? '')
  }
}, START_MAX_MS)
afterAll(async () => {
  await run?.stop()
  rmSync(dataDir, { recursive: true, force: true })
}, START_MAX_MS)

test('each named person shows on the day of loading what the table says, because a page is tried with them', async () => {
  expect(await seen('nina')).toMatchObject({ available: 0, pending: 0, debt: 0, types: ['STATE'] })
  expect(await seen('paul')).toMatchObject({ available: 0, pending: 133 })
  expect(await seen('fred')).toMatchObject({ account: { status: 'frozen' } })
  expect(await seen('dora')).toMatchObject({ available: 0, debt: expect.toSatisfy((debt) => debt > 0) })
  expect(await seen('rosa')).toMatchObject({ reserved: 300 })
  expect(await seen('leap')).toMatchObject({ profile: { birthday: { month: 2, day: 29 } } })
  expect(await seen('meiling')).toMatchObject({ profile: { name: '陳美玲', locale: 'zh-Hant' } })
  expect(await seen('xiaoming')).toMatchObject({ profile: { name: '李晓明', locale: 'zh-Hans' } })
})

test('only the person who is to be unproven is, because the others are there to spend', async () => {
  for (const { key, hasSignedIn } of NAMED) {
    expect({ key, is: (await seen(key)).profile.emailVerified }).toEqual({ key, is: hasSignedIn })
  }
})

test('levels come from the purchases: gold just below platinum, and platinum', async () => {
  const grace = await seen('grace')
  expect(grace.account.tier).toMatchObject({ id: 'gold', next: { id: 'platinum', missing: 300_000 } })
  expect((await seen('peter')).account.tier).toMatchObject({ id: 'platinum' })
})

test('points that are to expire soon do so within two months and are not gone already', async () => {
  const { account, available } = await seen('elsa')
  const day = (account.expiring as { on: string }[])[0]?.on ?? ''
  expect(available).toBeGreaterThan(0)
  expect(Date.parse(day)).toBeGreaterThan(Date.now() - DAY_MS)
  expect(Date.parse(day)).toBeLessThan(Date.now() + 62 * DAY_MS)
})

test('rewards are published, so that members have something to choose', async () => {
  const { items } = await ask('/v1/rewards', { token: admin })
  expect((items as { state: string }[]).map(({ state }) => state)).toEqual(DEMO_REWARDS.map(() => 'active'))
})

test(
  'a load that was interrupted ends with the same people and points, because every request is known again',
  async () => {
    const people = await ask('/local/people')
    expect(people.members).toHaveLength(NAMED.length + ORDINARY_MEMBERS)
    const before = await Promise.all(NAMED.map(({ key }) => seen(key)))
    await run.stop()
    const marker = join(dataDir, 'demo.json')
    const kept = JSON.parse(await readFile(marker, 'utf8'))
    await writeFile(marker, JSON.stringify({ ...kept, isLoaded: false }))
    await start()
    expect(await Promise.all(NAMED.map(({ key }) => seen(key)))).toEqual(before)
    expect((await ask('/v1/rewards', { token: admin })).items).toHaveLength(DEMO_REWARDS.length)
  },
  START_MAX_MS,
)
