/** Gives a receipt to the member whose it is. */
import { type NamedMember, namedMember, requireCurrent } from '../members/find.ts'
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { refuseFields } from '../platform/problem.ts'
import type { ReceiptName } from './account.ts'
import { awardedAgain, purchaseOfReceipt, roomAgain } from './award-again.ts'
import { decideCorrection, decideTaking } from './correcting.ts'
import { changeReceipt, type Found, type Plan, requireUnrefunded } from './receipt-change.ts'
import { ReassignInput } from './schema.ts'
import { lapsedLots, loadAccount } from './store.ts'

/**
 * Takes an award back from one member and awards the same purchase to another, in one transaction; each with the own tier
 * and the own room under caps. Points that paid for the receipt stay paid by who paid them.
 * @returns the EARN entry of the right member with the balances after it, and the REVERSE entry as `reversed` (null after
 * an undo).
 * Refuses: `invalid_value` for the member who has it already, `member_not_found`, `code_expired`, and like a correction.
 */
export const reassign = command({
  name: 'points.reassign',
  input: ReassignInput,
  allow: ['cashier', 'manager', 'admin'],
  async run(ctx, input) {
    requireStore(ctx.actor, input.storeId)
    const named = await namedMember(ctx, input)
    const asked = { deed: 'reassign', input, content: { memberId: named.memberId } } as const
    return changeReceipt(ctx, asked, (found, name) => planOf(ctx, { found, name, named }))
  },
})

type Move = { readonly found: Found; readonly name: ReceiptName; readonly named: NamedMember }

async function planOf(ctx: Context, { found, name, named }: Move): Promise<Plan> {
  requireCurrent(named)
  const { receipt, version, current } = found
  requireUnrefunded(receipt)
  const [to, from] = await Promise.all([loadAccount(ctx, named.memberId), loadAccount(ctx, receipt.memberId)])
  const { memberId } = to.account
  if (memberId === from.account.memberId) throw refuseFields([{ pointer: '/memberId', code: 'invalid_value' }])
  const purchase = purchaseOfReceipt(receipt, { ...name, memberId })
  const room = await roomAgain(ctx, found, memberId)
  const terms = { now: ctx.now, version, current: current.document }
  const decision = decideCorrection(
    to.account,
    { purchase, wrong: undefined },
    { ...terms, lapsed: lapsedLots(to), counted: room.free },
  )
  const isUndone = receipt.history?.undone !== undefined
  const taking = isUndone
    ? undefined
    : decideTaking(from.account, { receipt, name }, { ...terms, lapsed: lapsedLots(from) })
  const taken = room.takenBy(decision.counted)
  const statuses = ['ACTIVE', 'FROZEN'] as const
  return {
    parts: [{ loaded: to, decision, statuses }, ...(taking ? [{ loaded: from, decision: taking, statuses }] : [])],
    ends: ([main, reversed]) => ({
      ...awardedAgain(found, { purchase, decision, main, room: taken.room }),
      ...(reversed && { reversed: { memberId: reversed.memberId, seq: reversed.seq } }),
    }),
    writes: taken.writes,
  }
}
