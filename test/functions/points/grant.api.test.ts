/** Gifts out of a campaign's budget: each once, never more than the budget holds, and refused only when a read says so. */
import { describe, expect, test } from 'vitest'
import { sum } from '../../../functions/points/account.ts'
import { grant } from '../../../functions/points/grant.ts'
import { openShards } from '../../../functions/points/open-shards.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { aNeighbour, type Member, mergeInto, neighbours, ourselves, stand } from '../../support/neighbours.ts'
import { leftOf, setLeft, told } from '../../support/shards.ts'
import { aTill } from '../../support/till.ts'
import { watchWire } from '../../support/wire.ts'

const CAMPAIGN = 'cmp_01J9GAVE000000000000000000'

/** A budget of `total` points, cut into shards. */
async function campaign({ total = 100, shards = 4 } = {}) {
  const till = await aTill()
  const [ann, bob] = await neighbours(till)
  await openShards(ourselves(till), { subject: CAMPAIGN, shards, total })
  const give = (member: Pick<Member, 'id'>, points: number, key = till.next()) =>
    told(() => grant(ourselves(till, key), { memberId: member.id, points, subject: CAMPAIGN, shards }))
  return { till, ann, bob, give, left: () => leftOf(till.api.tables) }
}

describe('a gift', () => {
  test('adds points and takes them from one shard of the budget in the same transaction', async () => {
    const { till, ann, give, left } = await campaign()
    expect((await give(ann, 20)).code).toBe('201')
    expect([(await ann.balances()).available, (await left()).sort()]).toEqual([20, [25, 25, 25, 5]])
    const line = till.api.logs.findLast(({ operation }) => operation === 'points.grant')
    expect(line).toMatchObject({ writeUnits: 8 })
    await expectSoundBooks(till.api.tables)
  })

  test('without a budget draws from nothing', async () => {
    const { till, ann, left } = await campaign()
    const input = { memberId: ann.id, points: 5_000, subject: CAMPAIGN }
    expect((await told(() => grant(ourselves(till, 'k'), input))).code).toBe('201')
    expect([(await ann.balances()).available, await left()]).toEqual([5_000, [25, 25, 25, 25]])
  })

  test('is the product’s own: no role that a token gives may make one', async () => {
    const { till, ann } = await campaign()
    for (const role of ['member', 'cashier', 'manager', 'marketer', 'admin', 'pos'] as const) {
      const ctx = { ...ourselves(till, 'k'), actor: { id: role, roles: [role], stores: '*' as const } }
      expect((await told(() => grant(ctx, { memberId: ann.id, points: 1, subject: CAMPAIGN }))).code).toBe('forbidden')
    }
  })

  test.each([
    ['freeze', 'account_frozen'],
    ['close', 'account_closed'],
  ] as const)('is not for a member after a %s, and leaves the budget alone', async (deed, code) => {
    const { till, ann, give, left } = await campaign()
    await stand(till, ann.id, deed)
    expect((await give(ann, 20, 'k')).code).toBe(code)
    expect(await give(ann, 20, 'k')).toMatchObject({ code, isReplay: true })
    expect(await left()).toEqual([25, 25, 25, 25])
  })
})

describe('a gift sent again', () => {
  test('gives the first answer for ever and draws once, also after the member was merged and the budget is empty', async () => {
    const { till, ann, bob, give, left } = await campaign({ total: 40, shards: 2 })
    const first = await give(ann, 20, 'k')
    expect((await give(bob, 20)).code).toBe('201')
    await mergeInto(till, ann, bob)
    till.api.clock.advance('P5Y')
    expect(await give(ann, 20, 'k')).toEqual({ ...first, isReplay: true })
    expect((await give(ann, 21, 'k')).code).toBe('idempotency_key_reused')
    expect(await left()).toEqual([0, 0])
    await expectSoundBooks(till.api.tables)
  })

  test('after the budget was exhausted stays refused, so that a late duplicate never executes', async () => {
    const { till, ann, give } = await campaign({ total: 10, shards: 1 })
    expect((await give(ann, 11, 'k')).code).toBe('budget_exhausted')
    await openShards(ourselves(till), { subject: 'cmp_01J9XTRA000000000000000000', shards: 1, total: 50 })
    expect(await give(ann, 11, 'k')).toMatchObject({ code: 'budget_exhausted', isReplay: true })
    expect((await give(ann, 10)).code).toBe('201')
  })
})

describe('a budget', () => {
  test('is never exceeded by sixty-four gifts at once, and every point of it can be given', async () => {
    const { till, ann, bob, give, left } = await campaign({ total: 400, shards: 8 })
    const members = [ann, bob]
    while (members.length < 8) members.push(await aNeighbour(till))
    const replies = await Promise.all(Array.from({ length: 64 }, (_, index) => give(members[index % 8] ?? ann, 10)))
    const given = replies.filter(({ code }) => code === '201').length
    for (const { code } of replies) expect(['201', 'budget_exhausted', 'try_again']).toContain(code)
    expect(given * 10).toBe(400 - sum(await left()))
    for (let more = given; more < 40; more += 1) expect((await give(ann, 10)).code).toBe('201')
    expect([await left(), (await give(ann, 10)).code]).toEqual([Array(8).fill(0), 'budget_exhausted'])
    const accounts = [...(await expectSoundBooks(till.api.tables)).values()]
    expect(sum(accounts.map(({ balances }) => balances.available))).toBe(400)
  })

  test('is called exhausted to nobody while a shard still has enough', async () => {
    const { ann, give, left } = await campaign({ total: 96, shards: 96 })
    for (let count = 0; count < 96; count += 1) expect((await give(ann, 1)).code).toBe('201')
    expect([sum(await left()), (await give(ann, 1)).code]).toEqual([0, 'budget_exhausted'])
  })

  test('counts as exhausted for a gift that no shard can carry alone, because a gift is drawn from one', async () => {
    const { ann, give, left } = await campaign({ total: 40, shards: 4 })
    expect((await give(ann, 11)).code).toBe('budget_exhausted')
    expect([await left(), (await give(ann, 10)).code]).toEqual([[10, 10, 10, 10], '201'])
  })

  test('is drawn from wherever enough is left, so that an empty shard refuses nobody', async () => {
    const { till, ann, give, left } = await campaign({ total: 43, shards: 4 })
    expect(await left()).toEqual([11, 11, 11, 10])
    for (let count = 0; count < 4; count += 1) expect((await give(ann, 10)).code).toBe('201')
    expect(await left()).toEqual([1, 1, 1, 0])
    expect((await give(ann, 2)).code).toBe('budget_exhausted')
    for (let count = 0; count < 3; count += 1) expect((await give(ann, 1)).code).toBe('201')
    await expectSoundBooks(till.api.tables)
  })

  test('that is always emptied by somebody faster is not called exhausted, but to be tried again', async () => {
    const { till, ann, give } = await campaign({ total: 10, shards: 1 })
    Object.assign(till.api.services, { wait: async () => undefined })
    using wire = watchWire(till.api.tables)
    let draws = 0
    wire.spoil(async ({ name, send }) => {
      if (name !== 'TransactWriteItems') return send()
      draws += 1
      await setLeft(till.api.tables, CAMPAIGN, 0)
      try {
        return await send()
      } finally {
        await setLeft(till.api.tables, CAMPAIGN, 10)
      }
    })
    expect((await give(ann, 10, 'k')).code).toBe('try_again')
    expect(draws).toBeGreaterThan(8)
    wire.spoil(({ send }) => send())
    expect((await give(ann, 10, 'k')).code).toBe('201')
  })
})

describe('opening a budget', () => {
  test('spreads it evenly, the larger parts first, and once more changes nothing', async () => {
    const { till, ann, give, left } = await campaign({ total: 10, shards: 4 })
    expect(await left()).toEqual([3, 3, 2, 2])
    expect((await give(ann, 3)).code).toBe('201')
    const before = await left()
    expect(await openShards(ourselves(till), { subject: CAMPAIGN, shards: 4, total: 10 })).toEqual({ shards: 4 })
    expect(await left()).toEqual(before)
  })

  test.each([
    ['another total', { shards: 4, total: 11 }],
    ['more shards', { shards: 5, total: 10 }],
    ['fewer shards', { shards: 2, total: 10 }],
    ['fewer shards that happen to hold the total', { shards: 2, total: 6 }],
  ])('a second time with %s is refused and changes nothing', async (_, input) => {
    const { till, left } = await campaign({ total: 10, shards: 4 })
    const again = () => openShards(ourselves(till), { subject: CAMPAIGN, ...input })
    await expect(again()).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    expect(await left()).toEqual([3, 3, 2, 2])
  })

  test('by twenty at once opens it once', async () => {
    const { till, left } = await campaign()
    const subject = 'cmp_01J9XTRA000000000000000000'
    const open = () => openShards(ourselves(till), { subject, shards: 6, total: 60 })
    expect(await Promise.all(Array.from({ length: 20 }, open))).toEqual(Array(20).fill({ shards: 6 }))
    expect(sum(await left())).toBe(160)
  })
})
