/** Takes back an award that was a mistake, whole. */
import { command } from '../platform/command.ts'
import { Refusal } from '../platform/problem.ts'
import { decideUndo } from './correcting.ts'
import { countersOf } from './earning.ts'
import { total } from './receipt.ts'
import { changeReceipt, historyAfter } from './receipt-change.ts'
import { paymentsNow, spentWrite } from './receipt-store.ts'
import { roomTaken } from './room.ts'
import { UndoInput } from './schema.ts'
import { lapsedLots, loadAccount } from './store.ts'

/**
 * Reverses all that is left of an award and gives back the points that paid for it. The number stays used: `correct` or
 * `reassign` awards it again.
 * @returns the REVERSE entry and the balances after it; 201, or 200 for a repeat.
 * Refuses: `receipt_refunded` where nothing is left, `not_found`, `undo_window_passed`, `forbidden`, `account_closed`.
 */
export const undo = command({
  name: 'points.undo',
  input: UndoInput,
  allow: ['cashier', 'manager', 'admin'],
  run(ctx, input) {
    return changeReceipt(ctx, { deed: 'undo', input, content: {} }, async (found, name) => {
      const { key, receipt, spent, entry, version, current } = found
      const refunded = total(receipt.refunded)
      if (receipt.amount > 0 && refunded === receipt.amount) throw new Refusal('receipt_refunded')
      const loaded = await loadAccount(ctx, receipt.memberId)
      const paid = await paymentsNow(ctx, loaded.account, { key, spent, of: receipt.memberId })
      const terms = { now: ctx.now, version, current: current.document, lapsed: lapsedLots(loaded) }
      const decision = decideUndo(loaded.account, { receipt, name, spent: paid }, terms)
      const counters = countersOf(version.document, receipt.purchasedAt)
      const counted = roomTaken(receipt, entry, { counters, program: version.document })
      return {
        parts: [{ loaded, decision, statuses: ['ACTIVE', 'FROZEN'] }],
        ends: ([main]) => ({
          receipt: { ...decision.receipt, history: historyAfter(found, { undone: refunded, counted }) },
          reversed: main && { memberId: main.memberId, seq: main.seq },
        }),
        writes: decision.spent.map((payment) => spentWrite(key, payment)),
      }
    })
  },
})
