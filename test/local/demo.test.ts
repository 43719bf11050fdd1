/** The demo business before it is loaded: the same every time, and made of requests that cannot contradict each other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DEMO_SEED, generateMembers, HISTORY_DAYS, ORDINARY_MEMBERS } from '../../local/demo-generate.ts'
import { type DemoPerson, NAMED } from '../../local/demo-people.ts'
import { demoCalls } from '../../local/demo-steps.ts'
import { seed } from '../../local/seed.ts'

const LOADED_AT = Date.UTC(2026, 10, 23, 0, 1)
const moment = { memberId: 'mem_01ARZ3NDEKTSV4RRFFQ69G5FAV', loadedAt: LOADED_AT }
const everybody: readonly DemoPerson[] = [...NAMED, ...generateMembers(DEMO_SEED)]
type Body = { receiptNumber: string; refundNumber?: string; purchasedAt?: string; refundedAt?: string }

describe('the generated members', () => {
  test('are the same at every start and others with another seed, so that a screen can be shown again', () => {
    expect(generateMembers(DEMO_SEED)).toEqual(generateMembers(DEMO_SEED))
    expect(generateMembers(DEMO_SEED + 1)).not.toEqual(generateMembers(DEMO_SEED))
  })

  test('speak three languages and come over eighteen months, because one of each hides what breaks', () => {
    const members = generateMembers(DEMO_SEED)
    const days = members.flatMap(({ steps }) => steps.flatMap((step) => (step.do === 'buy' ? [step.daysAgo] : [])))
    expect(members).toHaveLength(ORDINARY_MEMBERS)
    expect(new Set(members.map(({ locale }) => locale)).size).toBe(3)
    expect(Math.max(...days)).toBeGreaterThan(HISTORY_DAYS * 0.9)
    expect(Math.max(...days)).toBeLessThan(HISTORY_DAYS)
    const kinds = new Set(members.flatMap(({ steps }) => steps.map((step) => step.do)))
    expect([...kinds].sort()).toEqual(['buy', 'redeem', 'refund'])
  })
})

describe('the requests', () => {
  const calls = everybody.flatMap((person) => demoCalls(person, moment))
  const bodies = (path: string) => calls.filter((call) => call.path === path).map(({ body }) => body as Body)

  test('are the same bytes for the same member and moment, so that a repeated load is answered as the first', () => {
    expect(JSON.stringify(everybody.flatMap((person) => demoCalls(person, moment)))).toBe(JSON.stringify(calls))
  })

  test('name every receipt and key once, because the same number with other content is refused', () => {
    const names = [
      ...bodies('/v1/points/purchases').map(({ receiptNumber }) => receiptNumber),
      ...bodies('/v1/points/refunds').map(({ refundNumber }) => refundNumber),
      ...calls.flatMap(({ key }) => (key === undefined ? [] : [key])),
    ]
    expect(new Set(names).size).toBe(names.length)
  })

  test('lie in the past and refund after the purchase, also when loaded a minute after midnight', () => {
    const bought = new Map(
      bodies('/v1/points/purchases').map((body) => [body.receiptNumber, Date.parse(body.purchasedAt ?? '')]),
    )
    expect(Math.max(...bought.values())).toBeLessThan(LOADED_AT)
    for (const { receiptNumber, refundedAt = '' } of bodies('/v1/points/refunds')) {
      expect(Date.parse(refundedAt)).toBeGreaterThan(bought.get(receiptNumber) ?? Number.POSITIVE_INFINITY)
    }
  })
})

test('everybody has a key of their own, because it is their address', () => {
  expect(new Set(everybody.map(({ key }) => key)).size).toBe(everybody.length)
})

test('the demo is refused where another business lives, because its currency cannot change under old receipts', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'revisit-demo-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  writeFileSync(join(dataDir, 'seeded.json'), '{"seeded":true}')
  const wanted = { port: 1, dataDir, adminToken: async () => 'unused' }
  await expect(seed({ ...wanted, isDemo: true })).rejects.toThrow(/holds another business; npm start -- --demo --fresh/)
  await expect(seed(wanted)).resolves.toBeUndefined()
})
