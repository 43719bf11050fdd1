/**
 * A shop with a catalogue: rewards are published and taken through the API, and every point, piece and count is proven
 * afterwards. `const { publish, take, mine } = await aRewardShop()`
 */
import { expect } from 'vitest'
import type { Client, Reply } from '../../support/api.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { aNeighbour, type Member } from '../../support/neighbours.ts'
import type { GivenProgram } from '../../support/programs.ts'
import { leftOf } from '../../support/shards.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, type Till } from '../../support/till.ts'

/** A mug for 100 points, given at once, nothing else limited. */
export const MUG = { name: { en: 'A mug' }, kind: 'goods', points: 100, fulfilment: 'instant' } as const
export const LAMP = { name: { en: 'A lamp' }, kind: 'goods', points: 100, fulfilment: 'pickup', reservationTtl: 'PT1H' }
export const FIVER = { name: { en: '£5 off' }, kind: 'voucher', points: 100, valueMinor: 500, fulfilment: 'instant' }

export type RewardShop = {
  readonly till: Till
  readonly ann: Member
  readonly bob: Member
  /** An admin who is the only one publishes alone. @returns the reward's id */
  readonly publish: (reward?: object, by?: Client) => Promise<string>
  readonly change: (id: string, fields: object, by?: Client) => Promise<Reply>
  /** At the desk of central. */
  readonly take: (rewardId: string, member: { readonly id: string }, more?: TakeOptions) => Promise<Reply>
  readonly own: (member: { readonly id: string }) => Client
  readonly left: () => Promise<number>
  readonly used: (member: { readonly id: string }, rewardId: string) => Promise<number>
  readonly sound: () => Promise<void>
}

type TakeOptions = { readonly key?: string; readonly fields?: object; readonly by?: Client }

/** Ann has 1,000 points and Bob has none. */
export async function aRewardShop(options: { program?: GivenProgram } = {}): Promise<RewardShop> {
  const till = await aTill(options)
  const { api, client, next } = till
  const [ann, bob] = [await aNeighbour(till), await aNeighbour(till)]
  accepted(await ann.buy({ amount: 100_000 }))
  const change: RewardShop['change'] = async (id, fields, by = client) => {
    const { headers } = accepted(await client.get(`/v1/rewards/${id}`))
    return by.put(`/v1/rewards/${id}`, fields, { ifMatch: String(headers.etag) })
  }
  return {
    ...{ till, ann, bob, change },
    async publish(reward = MUG, by = client) {
      const { id } = accepted(await by.post('/v1/rewards', reward)).body
      accepted(await change(id, { ...reward, state: 'active' }, by))
      return id
    },
    take: (rewardId, member, { key = next(), fields = {}, by = client } = {}) =>
      by.post(`/v1/rewards/${rewardId}/redemptions`, { memberId: member.id, storeId: 'central', ...fields }, { key }),
    own: ({ id }) => api.as('member', { memberId: id }),
    left: async () => (await leftOf(api.tables)).reduce((sum, n) => sum + n, 0),
    async used({ id }, rewardId) {
      const rows = await rowsOf(api.tables, 'Ledger')
      const own = rows.filter(({ pk, sk }) => pk === `A#${id}` && String(sk).startsWith(`N#${rewardId}#`))
      return own.reduce((sum, { n }) => sum + Number(n), 0)
    },
    async sound() {
      expect([...(await expectSoundBooks(api.tables)).keys()].length).toBeGreaterThan(0)
    },
  }
}
