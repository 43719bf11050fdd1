import { expect, test } from 'vitest'
import { buy, enrolled, openShop } from './shop.ts'
import { unsound } from './sound.ts'
import { changes, recordedRefusals, stored } from './stored.ts'

test('an effect is seen as changes, a read as none, so that the comparison of the tables means something', async () => {
  const shop = await openShop()
  const before = await stored(shop.api)
  await shop.admin.get('/v1/program')
  expect(changes(before, await stored(shop.api))).toEqual([])
  const receipt = await buy(shop)
  const seen = changes(before, await stored(shop.api))
  expect(seen).toContain(`Ledger A#${shop.member.id} ACCOUNT`)
  expect(seen).toContain(`Ledger R#central#${receipt} RECEIPT`)
})

test('a recorded refusal is told from an effect', async () => {
  const shop = await openShop()
  const memberId = await enrolled(shop, 0)
  const before = await stored(shop.api)
  const body = { memberId, points: 1, storeId: 'central' }
  expect((await shop.admin.post('/v1/points/redemptions', body, { key: shop.next() })).status).toBe(409)
  const after = await stored(shop.api)
  expect([changes(before, after), recordedRefusals(before, after).length]).toEqual([[], 1])
})

test('a point too many is found in the sums, so that adding up means something', async () => {
  const shop = await openShop()
  const rows = new Map(await stored(shop.api))
  expect(unsound(rows)).toEqual([])
  const key = `Ledger A#${shop.member.id} ACCOUNT`
  const account = JSON.parse(rows.get(key) ?? '{}')
  rows.set(key, JSON.stringify({ ...account, a: account.a + 1 }))
  const where = `A#${shop.member.id}`
  expect(unsound(rows)).toEqual([`I2 lots: ${where}`, `I13 trial balance: ${where}`, `I1 balances: ${where}`])
})
