/** What callers of a run send: each order is one command of the product with its input, and the plain deed that it means. */
import { createHash } from 'node:crypto'
import { enrol } from '../../functions/members/enrol.ts'
import type { Actor } from '../../functions/platform/auth.ts'
import type { Context } from '../../functions/platform/context.ts'
import { adjust } from '../../functions/points/adjust.ts'
import { award } from '../../functions/points/award.ts'
import { capture } from '../../functions/points/capture.ts'
import { close } from '../../functions/points/close.ts'
import { correct } from '../../functions/points/correct.ts'
import { freeze, unfreeze } from '../../functions/points/freeze.ts'
import { getAccount } from '../../functions/points/get-account.ts'
import { grant } from '../../functions/points/grant.ts'
import { listEntries } from '../../functions/points/list-entries.ts'
import { merge } from '../../functions/points/merge.ts'
import { reassign } from '../../functions/points/reassign.ts'
import { redeem } from '../../functions/points/redeem.ts'
import { redeemReward } from '../../functions/points/redeem-reward.ts'
import { refund } from '../../functions/points/refund.ts'
import { reserve } from '../../functions/points/reserve.ts'
import { settleAccount } from '../../functions/points/settle-account.ts'
import { sweep } from '../../functions/points/sweep.ts'
import { transfer } from '../../functions/points/transfer.ts'
import { undo } from '../../functions/points/undo.ts'
import { voidReservation } from '../../functions/points/void.ts'
import { redeemAtDesk } from '../../functions/rewards/redeem.ts'
import { returnRedemption } from '../../functions/rewards/return.ts'
import { voucherCode } from '../../functions/rewards/voucher-code.ts'
import { consumeVoucher } from '../../functions/rewards/vouchers.ts'
import type { Deed } from './model.ts'
import { REWARDS } from './model-rewards.ts'
import { ADMIN, BUDGET, memberActor, REWARD, SECRET, SYSTEM, TILL } from './world.ts'

export type Order = {
  /** Name of the command; counts are by it. */
  readonly name: string
  readonly deed: Deed
  readonly actor: Actor
  readonly key?: string
  readonly input: object
  readonly verb: (ctx: Context, input: unknown) => Promise<unknown>
}

export type Slip = { readonly storeId: string; readonly receiptNumber: string }

export function receiptOf({ storeId, receiptNumber }: Slip): string {
  return `R#${storeId}#${receiptNumber}`
}

const money = (amount: number) => ({ amount, currency: 'GBP' })
const time = (at: number) => new Date(at).toISOString()

/** As the product names an operation: by caller, command and key. */
export function operationOf(actor: Actor, name: string, key: string): string {
  return `O#${createHash('sha256').update(`${actor.id}\n${name}\n${key}`).digest('base64url')}`
}

type Keyed = Pick<Order, 'name' | 'actor' | 'input' | 'verb'> & { readonly key: string }
type DeedWithoutId = Deed extends infer Each ? (Each extends Deed ? Omit<Each, 'id'> : never) : never

function keyed(order: Keyed, deed: DeedWithoutId): Order {
  return { ...order, deed: { ...deed, id: operationOf(order.actor, order.name, order.key) } as Deed }
}

/** Known by one name whatever it does to a receipt. */
const MENDING = 'points.changeReceipt'

function mended(
  slip: Slip,
  deed: Extract<DeedWithoutId, { do: 'undo' | 'correct' | 'reassign' }>,
  { input, ...order }: Pick<Keyed, 'key' | 'input' | 'verb'>,
): Order {
  const id = operationOf(ADMIN, MENDING, order.key)
  return {
    ...order,
    name: `points.${deed.do}`,
    actor: ADMIN,
    input: { ...slip, ...input },
    deed: { ...deed, id } as Deed,
  }
}

export const orders = {
  enrol: (externalId: string, key: string): Order => ({
    name: 'members.enrol',
    actor: TILL,
    key,
    input: { externalId, storeId: 'central' },
    verb: enrol,
    deed: { id: operationOf(TILL, 'members.enrol', key), do: 'enrol', member: externalId },
  }),
  award: (slip: Slip, { member, amount, at }: { member: string; amount: number; at: number }): Order => ({
    name: 'points.award',
    actor: TILL,
    input: { ...slip, memberId: member, amount: money(amount), purchasedAt: time(at) },
    verb: award,
    deed: { id: receiptOf(slip), do: 'award', member, receipt: receiptOf(slip), amount, at },
  }),
  refund: (slip: Slip, { number, amount, at }: { number: string; amount: number; at: number }): Order => ({
    name: 'points.refund',
    actor: TILL,
    input: { ...slip, refundNumber: number, amount: money(amount), refundedAt: time(at) },
    verb: refund,
    deed: { id: `${receiptOf(slip)} REFUND#${number}`, do: 'refund', receipt: receiptOf(slip), amount },
  }),
  undo: (slip: Slip, key: string): Order =>
    mended(slip, { do: 'undo', receipt: receiptOf(slip) }, { key, verb: undo, input: {} }),
  correct: (slip: Slip, amount: number, key: string): Order =>
    mended(
      slip,
      { do: 'correct', receipt: receiptOf(slip), amount },
      { key, verb: correct, input: { amount: money(amount) } },
    ),
  reassign: (slip: Slip, to: string, key: string): Order =>
    mended(slip, { do: 'reassign', receipt: receiptOf(slip), to }, { key, verb: reassign, input: { memberId: to } }),
  redeem: (member: string, points: number, key: string): Order =>
    keyed(
      {
        name: 'points.redeem',
        actor: TILL,
        key,
        verb: redeem,
        input: { memberId: member, points, storeId: 'central' },
      },
      { do: 'redeem', member, points },
    ),
  reward: (member: string, points: number, key: string): Order =>
    keyed(
      {
        name: 'points.redeemReward',
        actor: TILL,
        key,
        verb: redeemReward,
        input: { memberId: member, points, storeId: 'central', rewardId: REWARD.id, shards: REWARD.shards },
      },
      { do: 'reward', member, points },
    ),
  /** From the catalogue: at once where it is given so, else set aside. */
  take: (member: string, reward: string, key: string): Order =>
    keyed(
      {
        name: 'rewards.redeem',
        actor: TILL,
        key,
        verb: redeemAtDesk,
        input: { memberId: member, storeId: 'central', rewardId: reward },
      },
      { do: REWARDS[reward]?.seconds === undefined ? 'take' : 'hold', member, reward },
    ),
  giveBack: (redemption: string, key: string): Order =>
    keyed(
      { name: 'rewards.return', actor: ADMIN, key, verb: returnRedemption, input: { redemptionId: redemption } },
      { do: 'return', redemption },
    ),
  use: (redemption: string, key: string): Order =>
    keyed(
      {
        name: 'rewards.consume',
        actor: TILL,
        key,
        verb: consumeVoucher,
        input: { code: voucherCode(SECRET, redemption), storeId: 'central' },
      },
      { do: 'use', redemption },
    ),
  grant: (member: string, points: number, key: string): Order =>
    keyed(
      {
        name: 'points.grant',
        actor: SYSTEM,
        key,
        verb: grant,
        input: { memberId: member, points, subject: BUDGET.id, shards: BUDGET.shards },
      },
      { do: 'grant', member, points },
    ),
  reserve: (member: string, { points, seconds }: { points: number; seconds: number }, key: string): Order =>
    keyed(
      {
        name: 'points.reserve',
        actor: TILL,
        key,
        verb: reserve,
        input: { memberId: member, points, storeId: 'central', expiresInSeconds: seconds },
      },
      { do: 'reserve', member, points, seconds },
    ),
  capture: (reservation: string, { points, receiptNumber }: { points?: number; receiptNumber?: string }, key: string) =>
    keyed(
      {
        name: 'points.capture',
        actor: TILL,
        key,
        verb: capture,
        input: { reservationId: reservation, ...(points && { points }), ...(receiptNumber && { receiptNumber }) },
      },
      {
        do: 'capture',
        reservation,
        ...(points && { points }),
        ...(receiptNumber && { receipt: receiptOf({ storeId: 'central', receiptNumber }) }),
      },
    ),
  void: (reservation: string, key: string): Order =>
    keyed(
      { name: 'points.void', actor: TILL, key, verb: voidReservation, input: { reservationId: reservation } },
      { do: 'void', reservation },
    ),
  adjust: (
    member: string,
    { points, mayOwe = false, approvalId }: { points: number; mayOwe?: boolean; approvalId?: string },
    key: string,
  ): Order =>
    keyed(
      {
        name: 'points.adjust',
        actor: ADMIN,
        key,
        verb: adjust,
        input: {
          memberId: member,
          points,
          reason: 'service',
          note: 'Sorry',
          ...(mayOwe && { allowDebt: true }),
          ...(approvalId !== undefined && { approvalId }),
        },
      },
      { do: 'adjust', member, points, mayOwe },
    ),
  transfer: (member: string, { to, points }: { to: string; points: number }, key: string): Order =>
    keyed(
      { name: 'points.transfer', actor: memberActor(member), key, verb: transfer, input: { to, points } },
      { do: 'transfer', member, to, points },
    ),
  merge: (member: string, { to, approvalId }: { to: string; approvalId?: string }, key: string): Order =>
    keyed(
      {
        name: 'members.merge',
        actor: ADMIN,
        key,
        verb: merge,
        input: { memberId: member, into: to, ...(approvalId !== undefined && { approvalId }) },
      },
      { do: 'merge', member, to },
    ),
  standing: (kind: 'freeze' | 'unfreeze' | 'close', member: string, key: string): Order =>
    keyed(
      {
        name: `members.${kind}`,
        actor: ADMIN,
        key,
        verb: { freeze, unfreeze, close }[kind],
        input: { memberId: member, reason: 'because' },
      },
      { do: kind, member },
    ),
  settle: (member: string): Order => ({
    name: 'points.settle',
    actor: SYSTEM,
    input: { memberId: member },
    verb: settleAccount,
    deed: { id: 'SWEEP', do: 'settle', member },
  }),
  sweep: (): Order => ({
    name: 'points.sweep',
    actor: SYSTEM,
    input: { milliseconds: 1_000 },
    verb: sweep,
    deed: { id: 'SWEEP', do: 'settle', member: '' },
  }),
  read: (member: string): Order => ({
    name: 'points.getAccount',
    actor: TILL,
    input: { memberId: member },
    verb: getAccount,
    deed: { id: 'READ', do: 'read', member },
  }),
  statement: (member: string): Order => ({
    name: 'points.listEntries',
    actor: TILL,
    input: { memberId: member, limit: 5 },
    verb: listEntries,
    deed: { id: 'READ', do: 'statement', member },
  }),
} as const
