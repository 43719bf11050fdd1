/** Part E of the catalogue, who may: frozen, closed and merged members, approvals that are not what they should be, transfers. */
import { expect } from 'vitest'
import type { Reply } from '../support/api.ts'
import { aProgram } from '../support/programs.ts'
import type { Scene } from './catalogue.ts'
import { ADJUST, balanceOf, make, NOBODY, RESERVE, scene, spend, unreachable } from './deeds.ts'
import { accepted, enrolled, type Shop } from './shop.ts'

const TRANSFER = '/v1/me/transfers'
const MUCH = { points: 100_001, reason: 'other', note: 'x' }

const asMember = (shop: Shop, memberId: string) => shop.api.as('member', { memberId })

/** From the member, who has plenty, unless told otherwise. */
function send(shop: Shop, fields: Readonly<Record<string, unknown>>, from = shop.member.id): Promise<Reply> {
  return asMember(shop, from).post(TRANSFER, { to: NOBODY, points: 1, ...fields }, { key: shop.next() })
}

const asker = (shop: Shop) => shop.api.as('manager', { id: 'asker' })
const another = (shop: Shop) => shop.api.as('admin', { id: 'another-admin' })

/** @returns the id of the approval, and the command that is to use it. */
async function wanted(shop: Shop) {
  const body = { ...MUCH, memberId: await enrolled(shop, 0) }
  const reply = await asker(shop).post(ADJUST, body, { key: shop.next() })
  expect([reply.status, reply.body.code]).toEqual([403, 'approval_required'])
  const approvalId = String(reply.body.approvalId)
  return {
    approvalId,
    decide: (by = another(shop), decision = 'approve') =>
      by.post(`/v1/program/approvals/${approvalId}/decision`, { decision, reason: 'x' }),
    use: (fields = {}, by = asker(shop)) => by.post(ADJUST, { ...body, approvalId, ...fields }, { key: shop.next() }),
  }
}

const FROZEN: readonly Scene[] = [
  scene(
    73,
    'a transfer of a frozen member',
    [409, 'account_frozen'],
    async (shop) => {
      const memberId = await enrolled(shop)
      const to = await enrolled(shop, 0)
      await make(shop, memberId, 'freeze')
      return () => send(shop, { to }, memberId)
    },
    { isRecorded: true },
  ),
  scene(
    73,
    'a transfer to a frozen member, of whom nobody may learn that',
    [409, 'receiver_unavailable'],
    async (shop) => {
      const to = await enrolled(shop, 0)
      await make(shop, to, 'freeze')
      return () => send(shop, { to })
    },
    { isRecorded: true },
  ),
  scene(73, 'a freeze of a frozen member', [409, 'account_frozen'], async (shop) => {
    const memberId = await enrolled(shop, 0)
    await make(shop, memberId, 'freeze')
    return () => shop.admin.post(`/v1/members/${memberId}/freeze`, { reason: 'x' })
  }),
  scene(73, 'an unfreeze of a member who is not frozen', [409, 'account_not_frozen'], async (shop) => {
    const memberId = await enrolled(shop, 0)
    return () => shop.admin.post(`/v1/members/${memberId}/unfreeze`, { reason: 'x' })
  }),
]

const CLOSED: readonly Scene[] = [
  ...(['freeze', 'unfreeze', 'close'] as const).map((deed) =>
    scene(74, `a ${deed} of a closed member`, [410, 'account_closed'], async (shop) => {
      const memberId = await enrolled(shop, 0)
      await make(shop, memberId, 'close')
      return () => shop.admin.post(`/v1/members/${memberId}/${deed}`, { reason: 'x' })
    }),
  ),
  scene(74, 'a closed member by id', [410, 'account_closed'], async (shop) => {
    const memberId = await enrolled(shop, 0)
    await make(shop, memberId, 'close')
    return () => shop.admin.get(`/v1/members/${memberId}`)
  }),
  scene(74, 'a closed member who looks at themselves', [404, 'not_found'], async (shop) => {
    const memberId = await enrolled(shop, 0)
    await make(shop, memberId, 'close')
    return () => asMember(shop, memberId).get('/v1/me')
  }),
  scene(
    74,
    'a close while a redemption runs',
    [201],
    async (shop) => {
      const memberId = await enrolled(shop, 10_000)
      return async () => {
        const [closed, spent] = await Promise.all([
          shop.admin.post(`/v1/members/${memberId}/close`, { reason: 'x' }),
          spend(shop, { path: RESERVE, memberId, points: 40 }),
        ])
        const answer = [spent.status, spent.body.code]
        expect([
          [201, undefined],
          [410, 'account_closed'],
        ]).toContainEqual(answer)
        expect(closed.body.balances).toEqual({ available: 0, pending: 0, reserved: 0, debt: 0 })
        return closed
      }
    },
    { writes: true },
  ),
]

const APPROVALS: readonly Scene[] = [
  scene(78, 'an approval that nobody has given', [403, 'approval_required'], async (shop) => (await wanted(shop)).use),
  scene(78, 'the decision on a request of one’s own', [403, 'own_request'], async (shop) => {
    const reply = await shop.admin.post(ADJUST, { ...MUCH, memberId: shop.member.id }, { key: shop.next() })
    const path = `/v1/program/approvals/${reply.body.approvalId}/decision`
    return () => shop.admin.post(path, { decision: 'approve', reason: 'x' })
  }),
  scene(
    78,
    'a used approval under a new key',
    [409, 'approval_used'],
    async (shop) => {
      const { decide, use } = await wanted(shop)
      accepted(await decide())
      accepted(await use())
      return () => use()
    },
    { isRecorded: true },
  ),
  scene(
    78,
    'a rejected approval',
    [409, 'approval_rejected'],
    async (shop) => {
      const { decide, use } = await wanted(shop)
      accepted(await decide(another(shop), 'reject'))
      return () => use()
    },
    { isRecorded: true },
  ),
  ...Object.entries({ points: 100_002, memberId: 'another', note: 'y', reason: 'goodwill' }).map(([field, value]) =>
    scene(78, `an approval for another ${field}`, [422, 'approval_mismatch'], async (shop) => {
      const { decide, use } = await wanted(shop)
      accepted(await decide())
      return () => use({ [field]: field === 'memberId' ? shop.member.id : value })
    }),
  ),
  scene(78, 'an approval of somebody else', [422, 'approval_mismatch'], async (shop) => {
    const { decide, use } = await wanted(shop)
    accepted(await decide())
    return () => use({}, another(shop))
  }),
  scene(78, 'an approval of nobody', [404, 'approval_not_found'], async (shop) => {
    const { use } = await wanted(shop)
    return () => use({ approvalId: NOBODY.replace('mem', 'apr') })
  }),
  scene(78, 'an approval for an adjustment on a merger', [422, 'approval_mismatch'], async (shop) => {
    const { approvalId, decide } = await wanted(shop)
    accepted(await decide())
    const path = `/v1/members/${await enrolled(shop, 0)}/merge`
    return () => asker(shop).post(path, { into: shop.member.id, approvalId })
  }),
  scene(
    78,
    'one approval 20 times at once',
    [201],
    async (shop) => {
      const { decide, use } = await wanted(shop)
      accepted(await decide())
      return async () => {
        const replies = await Promise.all(Array.from({ length: 20 }, () => use()))
        const codes = replies.map(({ status, body }) => `${status} ${body.code ?? ''}`).sort()
        expect(codes).toEqual(['201 ', ...Array(19).fill('409 approval_used')])
        return replies.find(({ status }) => status === 201) ?? unreachable()
      }
    },
    { writes: true },
  ),
]

const TRANSFERS: readonly Scene[] = [
  scene(80, 'a transfer to oneself', [422, 'invalid_value'], async (shop) => () => send(shop, { to: shop.member.id })),
  scene(80, 'a transfer to nobody', [404, 'member_not_found'], async (shop) => () => send(shop, { to: NOBODY })),
  scene(
    80,
    'a transfer of more than there is',
    [409, 'insufficient_points'],
    async (shop) => {
      const memberId = await enrolled(shop, 10_000)
      return () => send(shop, { to: shop.member.id, points: 101 }, memberId)
    },
    { isRecorded: true, body: { reasons: ['insufficient_points'] } },
  ),
  scene(
    80,
    'a transfer of more than one month allows',
    [409, 'transfer_limit'],
    async (shop) => {
      const to = await enrolled(shop, 0)
      return () => send(shop, { to, points: 400_001 })
    },
    { isRecorded: true },
  ),
  scene(
    80,
    'a transfer to a closed member, of whom nobody may learn that',
    [409, 'receiver_unavailable'],
    async (shop) => {
      const to = await enrolled(shop, 0)
      await make(shop, to, 'close')
      return () => send(shop, { to })
    },
    { isRecorded: true },
  ),
  scene(
    80,
    'a transfer where the program has none',
    [409, 'transfer_disabled'],
    async (shop) => () => send(shop, { to: shop.stranger.id }),
    { isRecorded: true, isAlone: true, program: aProgram() },
  ),
  scene(
    80,
    'a transfer below the least',
    [422, 'out_of_range'],
    async (shop) => () => send(shop, { to: shop.stranger.id, points: 49 }),
    { isAlone: true, program: aProgram({ transfer: { enabled: true, minPoints: 50, maxPointsPerMonth: 100 } }) },
  ),
  scene(
    80,
    'two transfers of the whole balance at once, to one another',
    [201],
    async (shop) => {
      const [one, other] = [await enrolled(shop, 10_000), await enrolled(shop, 10_000)]
      return async () => {
        const replies = await Promise.all([
          send(shop, { to: other, points: 100 }, one),
          send(shop, { to: one, points: 100 }, other),
        ])
        expect(replies.map(({ status }) => status)).toEqual([201, 201])
        const balances = [await balanceOf(shop, one), await balanceOf(shop, other)]
        expect(balances.map(({ available }) => available)).toEqual([100, 100])
        return replies[0] ?? unreachable()
      }
    },
    { writes: true },
  ),
]

export const STANDING: readonly Scene[] = [...FROZEN, ...CLOSED, ...APPROVALS, ...TRANSFERS]
