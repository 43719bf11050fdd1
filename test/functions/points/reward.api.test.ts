/** Points for a reward: points and piece go together or not at all, and nothing is sold twice or left unsold. */
import { describe, expect, test } from 'vitest'
import { openShards } from '../../../functions/points/open-shards.ts'
import { redeemReward } from '../../../functions/points/redeem-reward.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { aNeighbour, neighbours, ourselves, stand } from '../../support/neighbours.ts'
import { leftOf, told } from '../../support/shards.ts'
import { accepted, aTill } from '../../support/till.ts'
import { watchWire } from '../../support/wire.ts'

const REWARD = 'rwd_01J9REWARD0000000000000000'

/** Ann has 1,000 points; the reward costs 100 and has `total` pieces. */
async function shop({ total = 3, shards = 2 } = {}) {
  const till = await aTill()
  const [ann, bob] = await neighbours(till)
  accepted(await ann.buy({ amount: 100_000 }))
  await openShards(ourselves(till), { subject: REWARD, shards, total })
  const take = (member: { readonly id: string }, key = till.next(), more: object = {}) =>
    told(() => {
      const input = { memberId: member.id, points: 100, storeId: 'central', rewardId: REWARD, shards, ...more }
      return redeemReward(ourselves(till, key), input)
    })
  return { till, ann, bob, take, left: async () => (await leftOf(till.api.tables)).reduce((sum, n) => sum + n, 0) }
}

describe('a reward', () => {
  test('costs its points and takes one piece in the same transaction, for eight write units', async () => {
    const { till, ann, take, left } = await shop()
    const { code, body } = await take(ann)
    expect([code, body]).toMatchObject([
      '201',
      { entry: { type: 'REDEEM', points: -100 }, balances: { available: 900 } },
    ])
    expect(await left()).toBe(2)
    const line = till.api.logs.findLast(({ operation }) => operation === 'points.redeemReward')
    expect(line).toMatchObject({ writeUnits: 8 })
    await expectSoundBooks(till.api.tables)
  })

  test('without a stock never sells out', async () => {
    const { till, ann, left } = await shop({ total: 1, shards: 1 })
    const input = { memberId: ann.id, points: 100, storeId: 'central', rewardId: REWARD }
    for (const key of ['a', 'b', 'c']) {
      expect((await told(() => redeemReward(ourselves(till, key), input))).code).toBe('201')
    }
    expect(await left()).toBe(1)
  })

  test('is refused for what refuses a redemption, and the piece stays', async () => {
    const { till, ann, bob, take, left } = await shop()
    expect((await take(bob)).code).toBe('insufficient_points')
    expect((await take(ann, till.next(), { storeId: 'nowhere' })).code).toBe('store_not_found')
    accepted(await stand(till, ann.id, 'freeze'))
    expect((await take(ann)).code).toBe('account_frozen')
    accepted(await stand(till, ann.id, 'close'))
    expect((await take(ann)).code).toBe('account_closed')
    expect(await left()).toBe(3)
  })

  test('is not handed out by who is not of the store', async () => {
    const { till, ann } = await shop()
    const input = { memberId: ann.id, points: 100, storeId: 'central', rewardId: REWARD, shards: 2 }
    const actor = { id: 'till-9', roles: ['pos' as const], stores: ['north'] }
    expect((await told(() => redeemReward({ ...ourselves(till, 'k'), actor }, input))).code).toBe('store_out_of_scope')
  })
})

describe('a stock', () => {
  test('sells every piece and not one more, whichever shard the piece is in', async () => {
    const { till, ann, take, left } = await shop({ total: 7, shards: 4 })
    for (let piece = 0; piece < 7; piece += 1) expect((await take(ann)).code).toBe('201')
    expect([(await take(ann)).code, await left(), (await ann.balances()).available]).toEqual(['sold_out', 0, 300])
    await expectSoundBooks(till.api.tables)
  })

  test('of one piece, wanted by sixteen members at once, is sold to one of them', async () => {
    const { till, take, left } = await shop({ total: 1, shards: 4 })
    const members = []
    while (members.length < 16) {
      const member = await aNeighbour(till)
      accepted(await member.buy())
      members.push(member)
    }
    const replies = await Promise.all(members.map((member) => take(member)))
    expect(replies.map(({ code }) => code).sort()).toEqual(['201', ...Array(15).fill('sold_out')])
    expect(await left()).toBe(0)
    await expectSoundBooks(till.api.tables)
  })

  test('is called sold out only after a strong read of all shards', async () => {
    const { till, ann, take } = await shop({ total: 1, shards: 4 })
    expect((await take(ann)).code).toBe('201')
    using wire = watchWire(till.api.tables)
    expect((await take(ann)).code).toBe('sold_out')
    expect(wire.sent.filter(({ name }) => name === 'BatchGetItem')).toHaveLength(1)
  })
})

describe('sent again', () => {
  test('the last piece is answered as at first, and one who came too late stays refused', async () => {
    const { till, ann, take, left } = await shop({ total: 1, shards: 2 })
    const first = await take(ann, 'k')
    const late = await take(ann, 'late')
    expect([first.code, late]).toEqual(['201', { code: 'sold_out', isReplay: false }])
    till.api.clock.advance('P5Y')
    expect(await take(ann, 'k')).toEqual({ ...first, isReplay: true })
    expect(await take(ann, 'late')).toEqual({ code: 'sold_out', isReplay: true })
    expect((await take(ann, 'k', { points: 99 })).code).toBe('idempotency_key_reused')
    expect([await left(), (await ann.balances()).available]).toEqual([0, 900])
  })

  test('thirty times at once under one key takes one piece and gives one answer', async () => {
    const { till, ann, take, left } = await shop({ total: 3, shards: 3 })
    const replies = await Promise.all(Array.from({ length: 30 }, () => take(ann, 'k')))
    expect(new Set(replies.map(({ code, body }) => JSON.stringify([code, body]))).size).toBe(1)
    expect([replies.filter(({ isReplay }) => !isReplay).length, await left()]).toEqual([1, 2])
    await expectSoundBooks(till.api.tables)
  })
})
