/** The nightly audit as its ticks drive it: one seal a day, however often and however interrupted. */
import type { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import { keys } from '../../../functions/platform/table-design.ts'
import { audit } from '../../../functions/points/audit.ts'
import { rowsOf } from '../../support/tables.ts'
import { watchWire } from '../../support/wire.ts'
import { aShop, entryKey, type Shop, systemContext } from '../points/audit-ledger.ts'

const HOUR = { milliseconds: 900_000 }

async function tick(shop: Shop, { milliseconds, elapsed }: { milliseconds: number; elapsed?: () => number } = HOUR) {
  const ctx = systemContext(shop.api)
  return audit({ ...ctx, ...(elapsed && { elapsed }) }, { milliseconds })
}

const anchors = async (shop: Shop) =>
  (await rowsOf(shop.api.tables, 'Ledger')).filter(({ pk }) => String(pk).startsWith('ANCHOR#'))
const told = (shop: Shop, metric: string) => shop.api.logs.filter((line) => line.metric === metric)

describe('a tick', () => {
  test('seals the day with a root over sixteen segments, and the next one finds nothing to do', async () => {
    const shop = await aShop()
    shop.api.clock.advance('PT1H')
    expect(await tick(shop)).toEqual({ state: 'sealed', day: '2026-11-23', findings: 0 })
    expect(await tick(shop)).toEqual({ state: 'nothing', day: '2026-11-23', findings: 0 })
    const rows = await anchors(shop)
    expect(rows.map(({ sk }) => sk).sort()).toEqual([
      'ROOT',
      ...Array.from({ length: 16 }, (_, n) => `SEGMENT#${String(n).padStart(2, '0')}`),
    ])
    const root = rows.find(({ sk }) => sk === 'ROOT')
    expect(root).toMatchObject({ accounts: 2, entries: 10, findings: 0 })
    expect(told(shop, 'AuditSealed')).toHaveLength(1)
  })

  test('that comes twice at once leaves one seal, because the slower one gives way', async () => {
    const shop = await aShop()
    shop.api.clock.advance('PT1H')
    const both = await Promise.all([tick(shop), tick(shop)])
    expect(both.map(({ state }) => state)).toContain('sealed')
    expect(await anchors(shop)).toHaveLength(17)
    const { root } = await shop.row(keys.anchor('2026-11-23', 'ROOT'))
    shop.api.clock.advance('P1D')
    await tick(shop)
    expect((await shop.row(keys.anchor('2026-11-24', 'ROOT'))).root).toBe(root)
  })

  test('whose time is up pauses, and the next one goes on with the segment that was left', async () => {
    const shop = await aShop()
    shop.api.clock.advance('PT1H')
    let looks = 0
    const elapsed = () => (looks++ < 12 ? 0 : 2_000)
    expect(await tick(shop, { milliseconds: 1_000, elapsed })).toMatchObject({ state: 'paused' })
    const { parts } = await shop.row(keys.auditProgress())
    const done: number = parts.length
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThan(16)
    expect(await anchors(shop)).toEqual([])
    using wire = watchWire(shop.api.tables)
    expect(await tick(shop)).toMatchObject({ state: 'sealed', findings: 0 })
    expect(wire.sent.filter(({ name }) => name === 'Scan')).toHaveLength(16 - done)
    expect(await shop.row(keys.anchor('2026-11-23', 'ROOT'))).toMatchObject({ accounts: 2, entries: 10 })
  })

  test('that dies between two segments loses no claim, so that the pass still adds up', async () => {
    const shop = await aShop()
    shop.api.clock.advance('PT1H')
    using wire = watchWire(shop.api.tables)
    wire.spoil(({ name, nth, send }) => (name === 'Scan' && nth === 9 ? Promise.reject(new Error('gone')) : send()))
    await expect(tick(shop)).rejects.toThrow('gone')
    wire.spoil(({ send }) => send())
    expect(await tick(shop)).toMatchObject({ state: 'sealed', findings: 0 })
  })

  test('tells of a day that was never sealed', async () => {
    const shop = await aShop()
    shop.api.clock.advance('PT1H')
    await tick(shop)
    shop.api.clock.advance('P2D')
    expect(await tick(shop)).toMatchObject({ state: 'sealed', day: '2026-11-25' })
    expect(told(shop, 'AnchorMissing')).toHaveLength(1)
  })
})

describe('a red account', () => {
  test('is named with its invariant and frozen by an entry, never corrected', async () => {
    const shop = await aShop()
    await shop.change(entryKey(shop, 2), (row) => ({ ...row, u: 'somebody' }))
    const before = await shop.row(entryKey(shop, 2))
    shop.api.clock.advance('PT1H')
    expect(await tick(shop)).toMatchObject({ state: 'sealed', findings: 1 })
    expect(told(shop, 'AuditDeviation')).toEqual([
      expect.objectContaining({
        message: 'audit: I5 its hash is not that of its content',
        memberId: shop.memberId,
        seq: 2,
      }),
    ])
    expect(await shop.row(keys.account(shop.memberId))).toMatchObject({ s: 'FROZEN' })
    expect(await shop.row(entryKey(shop, 2))).toEqual(before)
    expect((await shop.redeem(1)).body.code).toBe('account_frozen')
  })

  test('that was merged away does not freeze the survivor', async () => {
    const shop = await aShop()
    await shop.change(keys.account(shop.memberId), (row) => ({ ...row, s: 'CLOSED', mi: shop.friendId }))
    shop.api.clock.advance('PT1H')
    await tick(shop)
    expect((await shop.row(keys.account(shop.friendId))).s).toBe('ACTIVE')
  })
})

test('entries written while the audit runs are no findings, because what disagrees is read again', async () => {
  const shop = await aShop()
  shop.api.clock.advance('PT1H')
  using wire = watchWire(shop.api.tables)
  let buys = 0
  wire.spoil(async ({ name, send }) => {
    const answer = await send()
    if (name === 'Scan') for (let n = 0; n < 3; n += 1) await shop.buy({ receiptNumber: `S${++buys}` })
    return answer
  })
  expect(await tick(shop)).toMatchObject({ state: 'sealed', findings: 0 })
  expect(buys).toBeGreaterThanOrEqual(48)
})

test('a page is read at most twice ahead and always with a limit, so that memory stays flat', async () => {
  const shop = await aShop()
  shop.api.clock.advance('PT1H')
  using wire = watchWire(shop.api.tables)
  const limits: unknown[] = []
  let [inFlight, most] = [0, 0]
  wire.spoil(async ({ name, input, send }) => {
    if (name !== 'Scan') return send()
    limits.push((input as ScanCommand['input']).Limit)
    inFlight += 1
    most = Math.max(most, inFlight)
    const answer = await send()
    inFlight -= 1
    return answer
  })
  await tick(shop)
  expect(limits.every((limit) => typeof limit === 'number' && limit > 0)).toBe(true)
  expect(most).toBeLessThanOrEqual(2)
})
