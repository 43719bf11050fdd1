import { describe, expect, test } from 'vitest'
import { keys } from '../../functions/platform/table-design.ts'
import { sentence } from '../../local/ledger-verify.ts'
import { ExactClaims } from '../../local/ledger-verify-claims.ts'
import { RUN_MAX_MS, verifyLedger } from '../../local/ledger-verify-pass.ts'
import { requireQuiet } from '../../local/ledger-verify-rebuild.ts'
import { aShop, entryKey, named, type Shop, systemContext } from '../functions/points/audit-ledger.ts'

const verify = (shop: Pick<Shop, 'api'>) =>
  verifyLedger(systemContext(shop.api), { isQuiet: true, rows: 0, isSilent: true })

describe('a verification', () => {
  test('of a sound ledger finds nothing and counts what it has seen', async () => {
    expect(await verify(await aShop())).toMatchObject({ findings: [], accounts: 2, entries: 10 })
  })

  test('has the same root whenever nothing has changed, and another one otherwise', async () => {
    const shop = await aShop()
    const { root } = await verify(shop)
    expect((await verify(shop)).root).toBe(root)
    await shop.redeem(1)
    expect((await verify(shop)).root).not.toBe(root)
  })

  test('names what is wrong with its member and its entry', async () => {
    const shop = await aShop()
    await shop.change(entryKey(shop, 4), (row) => ({ ...row, u: 'somebody' }))
    const { memberId } = shop
    expect((await verify(shop)).findings).toEqual([
      { invariant: 'I5', memberId, seq: 4, what: 'its hash is not that of its content' },
    ])
  })

  test('names whose transfer has no other leg, which the trial balance cannot', async () => {
    const shop = await aShop()
    await shop.change(keys.account(shop.friendId), ({ pk, sk, rv, s, j }) => {
      return { pk, sk, rv, s, j, v: 0, a: 0, p: 0, r: 0, d: 0 }
    })
    await shop.remove(keys.entry(shop.friendId, 1))
    expect(named((await verify(shop)).findings)).toEqual(['I13 ', `I13 ${shop.memberId}`])
  })

  test('while the shop is open says how many rows are too young to compare, and compares all when nobody writes', async () => {
    const { api } = await aShop()
    const live = (ms: number) => {
      const ctx = systemContext(api)
      return verifyLedger({ ...ctx, now: ctx.now + ms }, { isQuiet: false, rows: 0, isSilent: true })
    }
    const { young, entries } = await live(RUN_MAX_MS - 1)
    expect(young).toBeGreaterThan(entries)
    expect([await live(RUN_MAX_MS + 1), await verify({ api })]).toMatchObject([{ young: 0 }, { young: 0 }])
  })

  test('tells of what belongs to nobody without an empty place', () => {
    expect(sentence({ invariant: 'I13', what: 'the books differ' })).toBe('I13: the books differ')
    expect(sentence({ invariant: 'I5', memberId: 'mem_1', seq: 2, what: 'so' })).toBe('I5 mem_1, entry 2: so')
  })
})

describe('rebuilding deletes rows, so it', () => {
  const later = (shop: Shop, ms: number) => ({ ...systemContext(shop.api), now: shop.api.clock.now() + ms })

  test('refuses a table that was written to within the time of one function, and one of a later clock', async () => {
    const shop = await aShop()
    await expect(requireQuiet(later(shop, RUN_MAX_MS - 1))).rejects.toThrow('is 14 min old')
    await expect(requireQuiet(later(shop, -60_000))).rejects.toThrow('still to come')
    await expect(requireQuiet(later(shop, RUN_MAX_MS))).resolves.toBeUndefined()
  })

  test('refuses a table that changes between two looks, however old its rows say they are', async () => {
    const shop = await aShop()
    const wait = () => shop.change(keys.account(shop.friendId), (row) => ({ ...row, vc: true }))
    await expect(requireQuiet({ ...later(shop, RUN_MAX_MS), wait })).rejects.toThrow('changed while it was looked at')
  })
})

test('the exact comparison tells any number of differences, where the sketch of a night gives up', () => {
  const claims = new ExactClaims()
  const claim = (n: number) => ({ kind: 'G', name: `mem_${n}`, number: n, ref: '', tag: '' })
  for (let n = 0; n < 6_000; n += 1) claims.add(claim(n))
  for (let n = 1_000; n < 7_000; n += 1) claims.take(claim(n))
  const unmatched = claims.unmatched()
  expect(unmatched.isComplete).toBe(true)
  expect(unmatched.claims.filter(({ side }) => side === 1)).toHaveLength(1_000)
  expect(unmatched.claims.filter(({ side }) => side === -1)).toHaveLength(1_000)
})
