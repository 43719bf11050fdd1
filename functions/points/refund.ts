/**
 * Takes back the points of a refund, once for ever: (store, receipt number, refund number) is its identity. A refund that
 * comes before its purchase waits on the receipt, so that the order of arrival never changes the final state.
 */

import { Answer, REPLAYED } from '../platform/answer.ts'
import { hasRole, requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf } from '../platform/once.ts'
import { Refusal, refuseFields } from '../platform/problem.ts'
import { transact } from '../platform/transact.ts'
import { type ProgramBook, versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { localDate } from '../shared/dates.ts'
import { AHEAD_MAX_MS, dateInvalid, requireCurrency } from './awarding.ts'
import { NOTHING_REFUNDED, plusRefund, REFUND_NUMBERS_MAX } from './receipt.ts'
import type { Receipt } from './receipt-row-schema.ts'
import {
  loadPaidReceipt,
  loadRefund,
  paymentsNow,
  receiptKeyFor,
  receiptWrite,
  refundWrite,
  spentWrite,
} from './receipt-store.ts'
import { decideRefund } from './refunding.ts'
import type { Spent } from './restoring.ts'
import { type Decided, DecidedRow } from './row-schema.ts'
import { RefundInput } from './schema.ts'
import { shownOutcome } from './statement.ts'
import { loadEntry } from './statement-store.ts'
import { commit, type Label, lapsedLots, loadAccount, resolved } from './store.ts'

type Refund = {
  readonly input: RefundInput
  readonly key: string
  readonly fingerprint: string
  readonly book: ProgramBook
}

/**
 * Reverses the points of a refund in whole or part; parts in any split and order sum to the whole.
 * @returns a REVERSE entry with points negative or 0 and the balances after it (201), or `waiting_for_purchase` (202);
 * 200 for a repeat.
 * Refuses: `refund_exceeds_purchase`, `receipt_conflict` for a refund number used with other content, `forbidden` for a
 * cashier on another day than the purchase, `receipt_date_invalid`, `store_out_of_scope`, `store_not_found`, `currency_mismatch`.
 */
export const refund = command({
  name: 'points.refund',
  input: RefundInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  async run(ctx, input) {
    requireStore(ctx.actor, input.storeId)
    await requireActiveStaff(ctx)
    const book = await programBook(ctx)
    const store = await storeOf(ctx, input.storeId)
    if (store.receiptSeries !== 'never' && input.purchasedOn === undefined) {
      throw refuseFields([{ pointer: '/purchasedOn', code: 'required_field' }])
    }
    const key = receiptKeyFor(store, input.receiptNumber, input.purchasedOn ?? '')
    const asked = { input, key, book, fingerprint: fingerprintOf(input) }
    const { receipt, spent } = await loadPaidReceipt(ctx, key)
    try {
      if (input.refundedAt > ctx.now + AHEAD_MAX_MS) throw dateInvalid('/refundedAt')
      return receipt?.state === 'AWARDED'
        ? await reverse(ctx, asked, { receipt, spent })
        : await wait(ctx, asked, receipt)
    } catch (error) {
      // A refusal may depend on what was refunded since; what was decided before is answered.
      const before =
        error instanceof Refusal && error.code !== 'receipt_conflict'
          ? await loadRefund(ctx, key, input.refundNumber)
          : undefined
      if (before === undefined) throw error
      return answerAgain(ctx, before, asked.fingerprint)
    }
  },
})

type Paid = { readonly receipt: Extract<Receipt, { state: 'AWARDED' }>; readonly spent: readonly Spent[] }

async function reverse(ctx: Context, refund: Refund, { receipt, spent }: Paid) {
  const { input, key, book, fingerprint } = refund
  const current = versionAt(book, ctx.now)
  const version = book.versions.find((candidate) => candidate.version === receipt.programVersion) ?? current
  requirePurchaseDay(ctx, receipt.purchasedAt, version.document.zone)
  const loaded = await loadAccount(ctx, receipt.memberId)
  await requireActiveStaff(ctx, loaded.account.memberId)
  const paid = await paymentsNow(ctx, loaded.account, { key, spent, of: receipt.memberId })
  const terms = { now: ctx.now, program: version.document, current: current.document, lapsed: lapsedLots(loaded) }
  const decision = decideRefund(loaded.account, { receipt, spent: paid, input }, terms)
  const committed = await commit(ctx, {
    loaded,
    decision,
    operation: key,
    program: { version: version.version, zone: version.document.zone },
    statuses: ['ACTIVE', 'FROZEN'],
    writes: ({ memberId, seq, at }) => [
      refundWrite(key, input.refundNumber, { rv: 1, fp: fingerprint, memberId, seq, at }),
      receiptWrite({ ...decision.receipt, state: 'AWARDED' }, 'race'),
      ...decision.spent.map((payment) => spentWrite(key, payment)),
    ],
  })
  if (committed.kind === 'committed') return new Answer(201, shownOutcome(committed.entry, ctx.language))
  return answerAgain(ctx, DecidedRow.parse(committed.row), fingerprint)
}

const WAITING = { state: 'waiting_for_purchase' } as const

async function wait(ctx: Context, refund: Refund, receipt: Extract<Receipt, { state: 'WAITING' }> | undefined) {
  const { input, key, fingerprint, book } = refund
  requireCurrency(input.amount.currency, versionAt(book, ctx.now).document)
  const parts = { amount: input.amount.amount, ...(input.lines && { lines: input.lines }) }
  const tombstone: Receipt = {
    state: 'WAITING',
    key,
    revision: (receipt?.revision ?? 0) + 1,
    refunded: plusRefund(receipt?.refunded ?? NOTHING_REFUNDED, parts),
    refundNumbers: [...(receipt?.refundNumbers ?? []), input.refundNumber].slice(0, REFUND_NUMBERS_MAX),
  }
  const outcome = await transact<Label>(ctx, [
    refundWrite(key, input.refundNumber, { rv: 1, fp: fingerprint }),
    receiptWrite(tombstone, 'race'),
  ])
  if (outcome.kind === 'committed') return new Answer(202, WAITING)
  return answerAgain(ctx, DecidedRow.parse(resolved(outcome).row), fingerprint)
}

async function answerAgain(ctx: Context, before: Decided, fingerprint: string): Promise<Answer<unknown>> {
  if (before.fp !== fingerprint) throw new Refusal('receipt_conflict')
  if (before.memberId === undefined || before.seq === undefined) return new Answer(200, WAITING, REPLAYED)
  const entry = await loadEntry(ctx, before.memberId, before.seq)
  return new Answer(200, shownOutcome(entry, ctx.language), REPLAYED)
}

/** Cashiers refund on the day of the purchase; later a manager, an admin or the shop system does. */
function requirePurchaseDay(ctx: Context, purchasedAt: number, zone: string): void {
  if (hasRole(ctx.actor, 'manager', 'admin', 'pos')) return
  if (localDate(purchasedAt, zone) !== localDate(ctx.now, zone)) throw new Refusal('forbidden')
}
