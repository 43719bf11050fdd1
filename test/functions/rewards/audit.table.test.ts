/** Pieces are taken and come back by entries only, and the nightly audit counts both. */
import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import { keys } from '../../../functions/platform/table-design.ts'
import { stand } from '../../support/neighbours.ts'
import { setLeft } from '../../support/shards.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted } from '../../support/till.ts'
import { auditOf } from '../points/audit-ledger.ts'
import { aRewardShop, LAMP, MUG, type RewardShop } from './reward-shop.ts'

type Told = { readonly shop: RewardShop; readonly stock: string }

/** Everything that a piece can go through. */
async function aLifeOfPieces(): Promise<Told> {
  const shop = await aRewardShop()
  accepted(await shop.bob.buy({ amount: 100_000 }))
  const { client, next, api } = shop.till
  const mug = await shop.publish({ ...MUG, points: 10, stock: 40 })
  const lamp = await shop.publish({ ...LAMP, points: 10, stock: 40, limit: { count: 30, per: 'year' } })
  const held = async (member = shop.ann) => accepted(await shop.take(lamp, member)).body.reservation.id
  const back = async (id: string) =>
    accepted(await client.post(`/v1/rewards/redemptions/${id}/return`, {}, { key: next() }))
  accepted(await shop.take(mug, shop.ann))
  await back(accepted(await shop.take(mug, shop.ann)).body.voucher.id)
  accepted(await shop.ann.release(await held()))
  const captured = await held()
  accepted(await shop.ann.capture(captured))
  await back(captured)
  accepted(await shop.ann.capture(await held()))
  for (let count = 0; count < 10; count += 1) await held()
  await held(shop.bob)
  accepted(await stand(shop.till, shop.bob.id, 'close'))
  api.clock.advance('PT1H')
  accepted(await shop.ann.buy())
  await held()
  accepted(await shop.change(mug, { ...MUG, points: 10, stock: 60, state: 'active' }))
  return { shop, stock: lamp }
}

describe('an audit of stocks', () => {
  test('finds nothing after everything that a piece can go through', async () => {
    const { shop, stock } = await aLifeOfPieces()
    expect(await auditOf(shop.till.api)).toEqual([])
    await shop.sound()
    expect(await shop.used(shop.ann, stock)).toBe(3)
    expect(await shop.left()).toBe(60 - 1 + 40 - 2)
  })

  test('finds a piece that came back without an entry', async () => {
    const { shop, stock } = await aLifeOfPieces()
    await setLeft(shop.till.api.tables, stock, 40)
    const findings = await auditOf(shop.till.api)
    expect(findings.map(({ invariant, key }) => [invariant, key])).toEqual([['I10', `${stock}#0`]])
  })

  test('finds a returned reward whose guard is gone, because it could be returned again', async () => {
    const { shop } = await aLifeOfPieces()
    const rows = await rowsOf(shop.till.api.tables, 'Ledger')
    const restored = rows.find(({ t }) => t === 'RESTORE')
    const operation = String(restored?.op)
    const { reader, names } = shop.till.api.tables
    await reader.send(new DeleteCommand({ TableName: names.Ledger, Key: keys.operation(operation) }))
    expect((await auditOf(shop.till.api)).map(({ invariant }) => invariant)).toContain('I6')
  })
})
