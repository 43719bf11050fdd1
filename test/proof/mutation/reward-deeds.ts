/** The catalogue and what is taken of it in one line each, for the stories of this folder. */
import assert from 'node:assert/strict'
import type { Actor } from '../../../functions/platform/auth.ts'
import { putStore } from '../../../functions/program/put-store.ts'
import { createReward } from '../../../functions/rewards/create.ts'
import { putReward } from '../../../functions/rewards/put.ts'
import { redeemAtDesk } from '../../../functions/rewards/redeem.ts'
import { returnRedemption } from '../../../functions/rewards/return.ts'
import { consumeVoucher } from '../../../functions/rewards/vouchers.ts'
import { aTill, type Till } from './deeds.ts'
import { type Asking, expectOutcome, type Reply, type Shop } from './shop.ts'

type Fields = Readonly<Record<string, unknown>>

export const HOUR_MS = 3_600_000
/** Given at once. */
export const MUG = { name: { en: 'A mug' }, kind: 'goods', points: 10, fulfilment: 'instant' } as const
/** Held for an hour. */
export const LAMP = { ...MUG, name: { en: 'A lamp' }, fulfilment: 'pickup', reservationTtl: 'PT1H' } as const
export const ONCE_EVER = { limit: { count: 1, per: 'lifetime' } } as const

export function drafted(shop: Shop, content: Fields = MUG, asking: Asking = {}): Promise<Reply> {
  return shop.ask(createReward, content, asking)
}

export type Change = { readonly version?: number; readonly actor?: Actor }

export function changed(shop: Shop, rewardId: string, reward: Fields, { version, actor }: Change): Promise<Reply> {
  const ifMatch = version === undefined ? {} : { ifMatch: `"${version}"` }
  return shop.ask(putReward, { rewardId, ...ifMatch, reward }, actor ? { actor } : {})
}

/** By the only admin, who drafts it too. */
export async function published(shop: Shop, content: Fields = MUG): Promise<string> {
  const id = shop.upcomingId('rwd')
  await expectOutcome(drafted(shop, content), '201')
  await expectOutcome(changed(shop, id, { ...content, state: 'active' }, { version: 1 }), '200')
  return id
}

export type Counter = Till & {
  /** At the desk of central, by its member. */
  take(rewardId: string, key?: string, fields?: Fields): Promise<Reply>
  /** Takes and gives the id of the reservation or the voucher. */
  taken(rewardId: string, fields?: Fields): Promise<string>
  /** Takes what is given at once. */
  voucher(rewardId: string, fields?: Fields): Promise<Voucher>
  giveBack(redemptionId: string, key?: string): Promise<Reply>
  use(code: string, key?: string, asking?: Omit<Asking, 'key'> & { readonly storeId?: string }): Promise<Reply>
  left(): Promise<number>
  /** How often limits have counted. */
  used(): Promise<number>
}

type Voucher = { readonly id: string; readonly code: string }
type Given = { readonly voucher?: Voucher; readonly reservation?: { readonly id: string } }

/** A member with 100 points, two stores, and somebody at the counter. */
export async function aCounter(shop: Shop): Promise<Counter> {
  const till = await aTill(shop, 100)
  await expectOutcome(shop.ask(putStore, { storeId: 'north', store: { name: 'North' } }), '201')
  const take: Counter['take'] = (rewardId, key = shop.next(), fields = {}) =>
    shop.ask(redeemAtDesk, { memberId: till.memberId, storeId: 'central', rewardId, ...fields }, { key })
  const given = async (rewardId: string, fields: Fields = {}) => {
    const { body } = await expectOutcome(take(rewardId, shop.next(), fields), '201')
    return body as Given
  }
  const sum = async (sort: RegExp, name: 'left' | 'n') =>
    (await shop.rows()).reduce((total, row) => total + (sort.test(String(row.sk)) ? Number(row[name]) : 0), 0)
  return Object.assign(till, {
    take,
    async taken(rewardId: string, fields?: Fields) {
      const { voucher, reservation } = await given(rewardId, fields)
      return voucher?.id ?? reservation?.id ?? ''
    },
    async voucher(rewardId: string, fields?: Fields) {
      const { voucher } = await given(rewardId, fields)
      assert.ok(voucher, 'what is given at once is a voucher')
      return voucher
    },
    giveBack: (redemptionId: string, key = shop.next()) => shop.ask(returnRedemption, { redemptionId }, { key }),
    use(code: string, key = shop.next(), { storeId = 'central', ...asking }: Parameters<Counter['use']>[2] = {}) {
      return shop.ask(consumeVoucher, { code, storeId }, { key, ...asking })
    },
    left: () => sum(/^SHARD$/, 'left'),
    used: () => sum(/^N#rwd_/, 'n'),
  })
}
