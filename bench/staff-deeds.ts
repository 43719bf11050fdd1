/** Operations of staff, of members among themselves, and of the product itself: campaigns, stocks and the daily sweep. */
import { type Actor, SYSTEM } from '../functions/platform/auth.ts'
import { Refusal } from '../functions/platform/problem.ts'
import { adjust } from '../functions/points/adjust.ts'
import { close } from '../functions/points/close.ts'
import { freeze, unfreeze } from '../functions/points/freeze.ts'
import { grant } from '../functions/points/grant.ts'
import { merge } from '../functions/points/merge.ts'
import { openShards } from '../functions/points/open-shards.ts'
import { redeemReward } from '../functions/points/redeem-reward.ts'
import { settleAccount } from '../functions/points/settle-account.ts'
import { transfer } from '../functions/points/transfer.ts'
import { decideApproval } from '../functions/program/approval-decision.ts'
import { api, DECEMBER, type Deed, member, usualMember } from './deeds.ts'
import { ADMIN, MANAGER, type Shop, STORE, TILL } from './shop.ts'

const SHARDS = 4
const CAMPAIGN = 'cmp_01JBENCH000000000000000000'
const REWARD = 'rwd_01JBENCH000000000000000000'

/** What the product does by itself; nobody calls it over HTTP. */
const own = (name: string, title: string, prepare: Deed['prepare']): Deed => ({ name, title, isHttp: false, prepare })

type Approved = (ctx: ReturnType<Shop['by']>, input: object) => Promise<unknown>

/** Asks, lets an admin approve it, and hands back the call that uses the approval. */
async function approved(shop: Shop, verb: Approved, about: { actor: Actor; input: object }) {
  const { actor, input } = about
  const approvalId = await askedFor(() => verb(shop.by(actor), input))
  await decideApproval(shop.by(ADMIN), { approvalId, decision: 'approve', reason: 'Checked' })
  return () => verb(shop.by(actor), { ...input, approvalId })
}

async function askedFor(run: () => Promise<unknown>): Promise<string> {
  try {
    await run()
  } catch (error) {
    const approvalId = error instanceof Refusal && error.details.more?.approvalId
    if (typeof approvalId === 'string') return approvalId
    throw error
  }
  throw new Error('nothing had to be approved')
}

const words = { reason: 'goodwill', note: 'Sorry for the wait' } as const

export const STAFF_DEEDS: readonly Deed[] = [
  api('adjust', 'Adjust', async (shop, memberId) => () => {
    return adjust(shop.by(MANAGER), { memberId, points: 500, ...words })
  }),
  api('adjust-approved', 'Adjust with an approval', async (shop, memberId) => {
    return approved(shop, adjust, { actor: MANAGER, input: { memberId, points: 5_000, ...words } })
  }),
  api('transfer', 'Transfer to another member', async (shop, memberId) => {
    const to = await usualMember(shop)
    return () => transfer(shop.by(member(memberId)), { to, points: 500 })
  }),
  api('freeze', 'Freeze', async (shop, memberId) => () => {
    return freeze(shop.by(MANAGER), { memberId, reason: 'Card was lost' })
  }),
  api('unfreeze', 'Unfreeze', async (shop, memberId) => {
    await freeze(shop.by(MANAGER), { memberId, reason: 'Card was lost' })
    return () => unfreeze(shop.by(ADMIN), { memberId, reason: 'Card was found' })
  }),
  api('close', 'Close', async (shop, memberId) => () => {
    return close(shop.by(ADMIN), { memberId, reason: 'Asked by the member' })
  }),
  api('merge', 'Merge two accounts', async (shop, memberId) => {
    const into = await usualMember(shop)
    return approved(shop, merge, { actor: MANAGER, input: { memberId, into } })
  }),
  api('redeem-stock', 'Redeem a reward of limited stock', async (shop, memberId) => {
    await openShards(shop.by(ADMIN), { subject: REWARD, shards: SHARDS, total: 100 })
    const fields = { memberId, points: 500, storeId: STORE, rewardId: REWARD, shards: SHARDS }
    return () => redeemReward(shop.by(TILL), fields)
  }),
]

export const OWN_DEEDS: readonly Deed[] = [
  own('grant', 'Campaign grant to one member', async (shop, memberId) => () => {
    return grant(shop.by(SYSTEM), { memberId, points: 50, subject: CAMPAIGN })
  }),
  own('grant-budget', '… out of a budget', async (shop, memberId) => {
    await openShards(shop.by(ADMIN), { subject: CAMPAIGN, shards: SHARDS, total: 100_000 })
    return () => grant(shop.by(SYSTEM), { memberId, points: 50, subject: CAMPAIGN, shards: SHARDS })
  }),
  own('settle', 'Settle by the sweep', async (shop, memberId) => {
    shop.now = DECEMBER
    return () => settleAccount(shop.by(SYSTEM), { memberId })
  }),
]
