import { describe, expect, test } from 'vitest'
import { SYSTEM } from '../../../functions/platform/auth.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { grant } from '../../../functions/points/grant.ts'
import { openShards } from '../../../functions/points/open-shards.ts'
import { redeemReward } from '../../../functions/points/redeem-reward.ts'
import { settleAccount } from '../../../functions/points/settle-account.ts'
import { accepted } from '../../support/till.ts'
import { aShop, auditOf, entryKey, named, type Shop, systemContext } from './audit-ledger.ts'

const REWARD = 'rwd_01J9REWARD0000000000000000'
const CAMPAIGN = 'cmp_01J9CAMPAGN000000000000000'

function asSystem(shop: Shop, idempotencyKey: string) {
  return { ...systemContext(shop.api), actor: { ...SYSTEM }, idempotencyKey }
}

/** A stock of 20 pieces and a budget of 500 points in four shards each, drawn from five times. */
async function drawn(): Promise<Shop> {
  const shop = await aShop()
  await openShards(asSystem(shop, 'stock'), { subject: REWARD, shards: 4, total: 20 })
  await openShards(asSystem(shop, 'budget'), { subject: CAMPAIGN, shards: 4, total: 500 })
  for (const n of [1, 2, 3, 4, 5]) {
    const piece = { memberId: shop.memberId, points: 10, storeId: 'central', rewardId: REWARD, shards: 4 }
    await redeemReward(asSystem(shop, `piece-${n}`), piece)
    await grant(asSystem(shop, `gift-${n}`), { memberId: shop.friendId, points: 7, subject: CAMPAIGN, shards: 4 })
  }
  return shop
}

/** A shard that was drawn from. */
async function usedShard(shop: Shop, subject: string) {
  for (const shard of [0, 1, 2, 3]) {
    const key = keys.shard(subject, shard)
    const { initial, left } = await shop.row(key)
    if (left < initial) return key
  }
  throw new Error('nothing was drawn')
}

describe('whatever was done', () => {
  test('by freezing, unfreezing, closing and settling leaves nothing to find', async () => {
    const shop = await aShop()
    const post = async (deed: string, memberId: string) =>
      accepted(
        await shop.client.post(
          `/v1/members/${memberId}/${deed}`,
          { reason: 'on request' },
          { key: `${deed}-${memberId}` },
        ),
      )
    await post('freeze', shop.memberId)
    await post('unfreeze', shop.memberId)
    shop.api.clock.advance('PT1H')
    await settleAccount(systemContext(shop.api), { memberId: shop.memberId })
    accepted(await shop.reserve(5))
    await post('close', shop.memberId)
    expect(await auditOf(shop.api)).toEqual([])
  })

  test('by merging one member into another leaves nothing to find, because both legs balance', async () => {
    const shop = await aShop()
    accepted(await shop.release(shop.openId))
    const path = `/v1/members/${shop.memberId}/merge`
    const asked = await shop.client.post(path, { into: shop.friendId }, { key: 'asked' })
    const approver = shop.api.as('admin', { id: 'another-admin' })
    accepted(
      await approver.post(
        `/v1/program/approvals/${asked.body.approvalId}/decision`,
        { decision: 'approve', reason: 'same person' },
        { key: 'decided' },
      ),
    )
    accepted(
      await shop.client.post(path, { into: shop.friendId, approvalId: asked.body.approvalId }, { key: 'merged' }),
    )
    expect(await auditOf(shop.api)).toEqual([])
  })

  test('with stocks and budgets leaves nothing to find', async () => {
    expect(await auditOf((await drawn()).api)).toEqual([])
  })
})

describe('a shard', () => {
  test.each([
    ['stock', REWARD, 'I10'],
    ['budget', CAMPAIGN, 'I11'],
  ])('of a %s that has more left than entries say is named', async (_, subject, invariant) => {
    const shop = await drawn()
    await shop.change(await usedShard(shop, subject), (row) => ({ ...row, left: Number(row.left) + 1 }))
    expect(named(await auditOf(shop.api))).toEqual([`${invariant} `])
  })

  test.each([
    ['less left than entries say', -1],
    ['more left than there ever was', 1_000],
  ])('with %s is named', async (_, change) => {
    const shop = await drawn()
    await shop.change(keys.shard(REWARD, 2), (row) => ({ ...row, left: Number(row.left) + change }))
    expect(named(await auditOf(shop.api))).toEqual(['I10 '])
  })

  test('that does not exist, although an entry names it, is named', async () => {
    const shop = await drawn()
    await shop.remove(await usedShard(shop, CAMPAIGN))
    expect(named(await auditOf(shop.api))).toEqual(['I11 '])
  })

  test('and the entry that drew from it are compared by what is gone', async () => {
    const shop = await drawn()
    await shop.remove(entryKey(shop, 14))
    expect(named(await auditOf(shop.api))).toEqual(expect.arrayContaining(['I10 ', `I4 ${shop.memberId}`]))
  })
})
