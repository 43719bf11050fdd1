/** Awards a receipt again with what the slip really says. */
import { command } from '../platform/command.ts'
import { refuseFields } from '../platform/problem.ts'
import { awardedAgain, purchaseOfReceipt, roomAgain } from './award-again.ts'
import { requireCurrency } from './awarding.ts'
import { decideCorrection } from './correcting.ts'
import { changeReceipt, type Found, requireUnrefunded } from './receipt-change.ts'
import { CorrectInput, type PurchaseInput, sumsFit } from './schema.ts'
import { lapsedLots, loadAccount } from './store.ts'

/**
 * Takes an award back and awards the right amount, in one transaction and by the rules of the day of the purchase; what a
 * member has spent meanwhile is owed only as far as the difference goes. Without `lines` the amount counts as one line.
 * @returns the new EARN entry, the REVERSE entry as `reversed` (null after an undo), and the balances after both.
 * Refuses: `receipt_refunded` once goods came back, `total_mismatch`, `currency_mismatch`, and like an undo.
 */
export const correct = command({
  name: 'points.correct',
  input: CorrectInput,
  allow: ['cashier', 'manager', 'admin'],
  run(ctx, input) {
    const { amount, lines, shipping, tips, tenders } = input
    const content = { amount, lines, shipping, tips, tenders }
    return changeReceipt(ctx, { deed: 'correct', input, content }, async (found, name) => {
      const { receipt, version, current } = found
      requireUnrefunded(receipt)
      const purchase = corrected(found, input)
      const loaded = await loadAccount(ctx, receipt.memberId)
      const room = await roomAgain(ctx, found, loaded.account.memberId)
      const isUndone = receipt.history?.undone !== undefined
      const decision = decideCorrection(
        loaded.account,
        { purchase, wrong: isUndone ? undefined : { receipt, name } },
        { now: ctx.now, version, current: current.document, lapsed: lapsedLots(loaded), counted: room.free },
      )
      const taken = room.takenBy(decision.counted)
      return {
        parts: [{ loaded, decision, statuses: ['ACTIVE', 'FROZEN'] }],
        ends([main]) {
          const again = awardedAgain(found, { purchase, decision, main, room: taken.room })
          const { memberId, seq } = again.earned
          return { ...again, ...(!isUndone && { reversed: { memberId, seq: seq + 1 } }) }
        },
        writes: taken.writes,
      }
    })
  },
})

/** @throws Refusal `total_mismatch`, `currency_mismatch` */
function corrected({ receipt, version }: Found, input: CorrectInput): PurchaseInput {
  const { amount, lines, shipping, tips, tenders } = input
  requireCurrency(amount.currency, version.document)
  const { lines: _, ...before } = purchaseOfReceipt(receipt, { ...input, memberId: receipt.memberId })
  const purchase: PurchaseInput = {
    ...before,
    amount,
    ...(lines && { lines }),
    ...(shipping !== undefined && { shipping }),
    ...(tips !== undefined && { tips }),
    ...(tenders && { tenders }),
  }
  if (!sumsFit(purchase)) throw refuseFields([{ pointer: '/amount', code: 'total_mismatch' }])
  return purchase
}
