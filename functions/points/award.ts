/** Awards points for one receipt, once for ever: the receipt's own number is what makes it so, not a header. */
import { requireCurrent } from '../members/find.ts'
import { Answer, REPLAYED } from '../platform/answer.ts'
import { hasRole, requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { LostRace } from '../platform/transact.ts'
import { firstReceiptWrite } from '../program/current.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { type AwardDecision, decideAward } from './awarding.ts'
import { countersOf } from './earning.ts'
import type { Entry } from './entry.ts'
import { awardedBy, priorOf, type Since, sinceOf } from './prior.ts'
import { type Purchase, purchaseFingerprint, purchaseOf } from './purchase.ts'
import { type Receipt, receiptFromRow } from './receipt-row-schema.ts'
import { loadPaidReceipt, loadReceipt, paymentsNow, receiptWrite, spentWrite } from './receipt-store.ts'
import type { Spent } from './restoring.ts'
import { PurchaseInput } from './schema.ts'
import { shownOutcome } from './statement.ts'
import { loadEntry } from './statement-store.ts'
import { commit, counterWrites, lapsedLots, loadAccount, loadCounters } from './store.ts'

/**
 * Awards points for one receipt. The same receipt never awards twice: the same content is answered as at first, other
 * content is refused. Refunds that came before it are taken off at once.
 * @returns the ledger entry and the balances after it, in points; 201, or 200 for a repeat.
 * Refuses: `member_not_found`, `store_not_found`, `store_out_of_scope`, `receipt_conflict`, `receipt_date_invalid`,
 * `currency_mismatch`, `total_mismatch`, `account_closed`, `code_expired`.
 */
export const award = command({
  name: 'points.award',
  input: PurchaseInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  async run(ctx, input) {
    requireStore(ctx.actor, input.storeId)
    await requireActiveStaff(ctx)
    const purchase = await purchaseOf(ctx, input)
    const fingerprint = purchaseFingerprint(input, purchase.memberId, purchase.version.document.zone)
    try {
      requireCurrent(purchase)
      return await decideAndCommit(ctx, purchase, { fingerprint })
    } catch (error) {
      // A refusal may depend on the day or on the account; what was awarded before stays awarded.
      const before =
        error instanceof Refusal && error.code !== 'receipt_conflict' ? await loadReceipt(ctx, purchase.key) : undefined
      if (before?.state !== 'AWARDED') throw error
      return answerAgain(ctx, before, fingerprint)
    }
  },
})

type Known = {
  readonly fingerprint: string
  readonly waiting?: Extract<Receipt, { state: 'WAITING' }>
  readonly spent?: readonly Spent[]
}

async function decideAndCommit(ctx: Context, purchase: Purchase, known: Known): Promise<Answer<unknown>> {
  const { input, key, book, version } = purchase
  const { waiting, spent = [] } = known
  const loaded = await loadAccount(ctx, purchase.memberId)
  await requireActiveStaff(ctx, loaded.account.memberId)
  const counters = countersOf(version.document, input.purchasedAt)
  const decision = decideAward(loaded.account, input, {
    now: ctx.now,
    version,
    current: purchase.current.document,
    counted: await loadCounters(ctx, loaded.account.memberId, counters),
    lapsed: lapsedLots(loaded),
    isMachine: hasRole(ctx.actor, 'pos'),
    ...(waiting && { waiting, spent: await paymentsNow(ctx, loaded.account, { key, spent, of: purchase.memberId }) }),
  })
  const committed = await commit(ctx, {
    loaded,
    decision,
    operation: key,
    program: { version: version.version, zone: version.document.zone },
    statuses: ['ACTIVE', 'FROZEN'],
    writes: (entry) => [
      receiptWrite(awardedReceipt(purchase, decision, { ...known, entrySeq: entry.seq, at: entry.at }), 'guard'),
      ...counterWrites(entry.memberId, decision.counted),
      ...decision.spent.map((payment) => spentWrite(key, payment)),
      ...(book.hasReceipts ? [] : [firstReceiptWrite(book)]),
    ],
  })
  if (committed.kind === 'committed') return new Answer(201, shownOutcome(committed.entry, ctx.language))
  const before = receiptFromRow(committed.row)
  if (before.state === 'AWARDED') return answerAgain(ctx, before, known.fingerprint)
  // Refunds came first: decide again with them, and write over just the tombstone that was seen.
  const found = await loadPaidReceipt(ctx, key)
  if (found.receipt?.state !== 'WAITING') throw new LostRace()
  return decideAndCommit(ctx, purchase, { ...known, waiting: found.receipt, spent: found.spent })
}

function awardedReceipt(
  purchase: Purchase,
  decision: AwardDecision,
  known: Known & { readonly entrySeq: number; readonly at: number },
): Receipt {
  const { fingerprint, entrySeq, at, waiting } = known
  const revision = (waiting?.revision ?? 0) + 1
  return { state: 'AWARDED', key: purchase.key, revision, fingerprint, entrySeq, at, ...decision.receipt }
}

async function answerAgain(ctx: Context, before: Extract<Receipt, { state: 'AWARDED' }>, fingerprint: string) {
  const first = before.history?.first
  const since = sinceOf(before)
  if (first?.fingerprint === fingerprint) {
    return repeatOf(ctx, await loadEntry(ctx, first.memberId, first.entrySeq), since)
  }
  const entry = await loadEntry(ctx, before.memberId, before.entrySeq)
  if (before.fingerprint === fingerprint) return repeatOf(ctx, entry, since)
  throw new Refusal('receipt_conflict', { more: { prior: await priorOf(ctx, entry, since) } })
}

/** When and how many points, the first answer tells; who it was goes beside it, so that its bytes stay the first ones. */
async function repeatOf(ctx: Context, entry: Entry, since: Since): Promise<Answer<unknown>> {
  return new Answer(200, shownOutcome(entry, ctx.language), { ...REPLAYED, ...(await awardedBy(ctx, entry, since)) })
}
