import { describe, expect, test } from 'vitest'
import { keys } from '../../../functions/platform/table-design.ts'
import { aShop, auditOf, named, type Shop } from './audit-ledger.ts'
import { anotherMember, corrected, reassigned, undone } from './mending.ts'

/** Receipt A was corrected, then given to somebody else; what it was before is told by its changes alone. */
async function mendedShop(): Promise<Shop> {
  const shop = await aShop()
  for (const mended of [
    await corrected(shop, 'A', 40_000),
    await reassigned(shop, 'A', await anotherMember(shop)),
    await undone(shop, 'A'),
  ]) {
    expect(mended.status).toBe(201)
  }
  return shop
}

const RECEIPT = 'R#central#A'
const change = (n: number) => keys.refund(RECEIPT, `~0${n}`)

describe('the audit of a receipt that was mended', () => {
  test('finds nothing while all is told, so that mending wakes nobody', async () => {
    expect(await auditOf((await mendedShop()).api)).toEqual([])
  })

  test.each([
    ['a change that is missing', (shop: Shop) => shop.remove(change(1))],
    ['a change that forgets the award before it', (shop: Shop) => shop.change(change(1), ({ was: _, ...row }) => row)],
    [
      'a change that remembers another sum',
      (shop: Shop) => shop.change(change(1), (row) => ({ ...row, was: { ...row.was, awarded: 499 } })),
    ],
    ['a change that names another entry', (shop: Shop) => shop.change(change(2), (row) => ({ ...row, seq: 2 }))],
  ] as const)('finds %s, because then an award or its end has no guard', async (_, damage) => {
    const shop = await mendedShop()
    await damage(shop)
    expect(named(await auditOf(shop.api))).toContain(`I6 ${shop.memberId}`)
  })
})
