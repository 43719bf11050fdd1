/** Operations of the catalogue: rewards of limited stock that a member may have a few times a month, and their vouchers. */
import * as z from 'zod'
import { Answer } from '../functions/platform/answer.ts'
import { capture } from '../functions/points/capture.ts'
import { voidReservation } from '../functions/points/void.ts'
import { createReward } from '../functions/rewards/create.ts'
import { myRewards } from '../functions/rewards/me.ts'
import { putReward } from '../functions/rewards/put.ts'
import { redeemAtDesk } from '../functions/rewards/redeem.ts'
import { returnRedemption } from '../functions/rewards/return.ts'
import { consumeVoucher } from '../functions/rewards/vouchers.ts'
import { api, type Deed, member } from './deeds.ts'
import { ADMIN, idOf, type Shop, STORE, TILL } from './shop.ts'

const AT_ONCE = {
  ...{ name: { en: 'A mug' }, kind: 'goods', points: 500, fulfilment: 'instant' },
  ...{ stock: 100, limit: { count: 5, per: 'month' } },
} as const
const HELD = { ...AT_ONCE, fulfilment: 'pickup' } as const
const PAGE = 10

async function published(shop: Shop, reward: object = AT_ONCE): Promise<string> {
  const rewardId = idOf(await createReward(shop.by(ADMIN), reward))
  await putReward(shop.by(ADMIN), { rewardId, ifMatch: '"1"', reward: { ...reward, state: 'active' } })
  return rewardId
}

const Given = z.object({
  voucher: z.object({ id: z.string(), code: z.string() }).optional(),
  reservation: z.object({ id: z.string() }).optional(),
})

type Taking = { readonly memberId: string; readonly rewardId: string }

async function taken(shop: Shop, { memberId, rewardId }: Taking) {
  const answer: unknown = await redeemAtDesk(shop.by(TILL), { memberId, rewardId, storeId: STORE })
  const { voucher, reservation } = Given.parse(answer instanceof Answer ? answer.body : answer)
  return { id: voucher?.id ?? reservation?.id ?? '', code: voucher?.code ?? '' }
}

async function held(shop: Shop, memberId: string): Promise<string> {
  return (await taken(shop, { memberId, rewardId: await published(shop, HELD) })).id
}

export const REWARD_DEEDS: readonly Deed[] = [
  api('reward', 'Take a reward at once: voucher, piece and limit', async (shop, memberId) => {
    const rewardId = await published(shop)
    return () => taken(shop, { memberId, rewardId })
  }),
  api('reward-held', 'Set a reward aside', async (shop, memberId) => {
    const rewardId = await published(shop, HELD)
    return () => taken(shop, { memberId, rewardId })
  }),
  api('reward-capture', '… and hand it over', async (shop, memberId) => {
    const reservationId = await held(shop, memberId)
    return () => capture(shop.by(TILL), { reservationId })
  }),
  api('reward-void', '… or let go of it', async (shop, memberId) => {
    const reservationId = await held(shop, memberId)
    return () => voidReservation(shop.by(TILL), { reservationId })
  }),
  api('reward-return', 'Take a reward back', async (shop, memberId) => {
    const { id: redemptionId } = await taken(shop, { memberId, rewardId: await published(shop) })
    return () => returnRedemption(shop.by(ADMIN), { redemptionId })
  }),
  api('voucher', 'Use a voucher', async (shop, memberId) => {
    const { code } = await taken(shop, { memberId, rewardId: await published(shop) })
    return () => consumeVoucher(shop.by(TILL), { code, storeId: STORE })
  }),
  api('rewards', `What a member can have, of ${PAGE}`, async (shop, memberId) => {
    for (const _ of Array.from({ length: PAGE })) await published(shop)
    return () => myRewards(shop.by(member(memberId)), {})
  }),
]
