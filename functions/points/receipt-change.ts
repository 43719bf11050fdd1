/**
 * One way through for what changes a receipt that was awarded by mistake: who may, once only, and what is answered. The
 * receipt keeps its number and belongs to one member at a time; each change is a row among its refunds.
 */
import { Answer, REPLAYED } from '../platform/answer.ts'
import { hasRole, requireStore } from '../platform/auth.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { Refusal, refuseFields } from '../platform/problem.ts'
import { LostRace, type Write } from '../platform/transact.ts'
import { type ProgramVersion, versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { addToInstant } from '../shared/dates.ts'
import type { ReceiptName } from './account.ts'
import { auditRow } from './audit-trail.ts'
import { balancesOf, type Entry } from './entry.ts'
import { priorOf, sinceOf } from './prior.ts'
import { type AwardedReceipt, type ReceiptHistory, total } from './receipt.ts'
import type { ReceiptChange } from './receipt-row-schema.ts'
import {
  CHANGES_MAX,
  changeNumber,
  changeWrite,
  loadChanges,
  loadPaidReceipt,
  receiptKeyFor,
  receiptWrite,
} from './receipt-store.ts'
import type { Spent } from './restoring.ts'
import type { ReceiptInput } from './schema.ts'
import { shownEntry, shownOutcome } from './statement.ts'
import { loadEntry } from './statement-store.ts'
import { auditWrite, commitAll, type Label, type Part } from './store.ts'

/** A receipt as it stands, and the award that it stands for. */
export type Found = {
  readonly key: string
  readonly receipt: AwardedReceipt
  readonly spent: readonly Spent[]
  readonly entry: Entry
  readonly changes: readonly ReceiptChange[]
  /** The version that the receipt was calculated with, and the one in force now. */
  readonly version: ProgramVersion
  readonly current: ProgramVersion
}

export type Asked = {
  readonly deed: ReceiptChange['deed']
  readonly input: ReceiptInput
  /** What makes it this change and no other. */
  readonly content: object
}

/** Where an entry stands. */
type Place = { readonly memberId: string; readonly seq: number }

/** What is to be written; the entries come in the order of the parts. */
export type Plan = {
  readonly parts: readonly Part[]
  readonly ends: (mains: readonly Entry[]) => {
    readonly receipt: AwardedReceipt
    readonly reversed?: Place | undefined
    readonly earned?: Place | undefined
  }
  readonly writes: readonly Write<Label>[]
}

/**
 * Changes a receipt once. The same change again is the first answer, as long as nothing came after it; a key makes it
 * known for ever.
 * @throws Refusal `not_found`, `undo_window_passed` or `forbidden` for a cashier, `receipt_conflict` for a change that
 * others came after, `idempotency_key_reused`, `out_of_range` after 99 changes
 */
export async function changeReceipt(
  ctx: Context,
  asked: Asked,
  planOf: (found: Found, name: ReceiptName) => Promise<Plan>,
): Promise<Answer<unknown>> {
  const { deed, input, content } = asked
  requireStore(ctx.actor, input.storeId)
  await requireActiveStaff(ctx)
  const found = await findReceipt(ctx, input)
  const fp = fingerprintOf({ deed, ...content })
  const key = ctx.idempotencyKey === undefined ? undefined : operationId(ctx, 'points.changeReceipt')
  const before = await repeated(ctx, found, { fp, key })
  if (before) return answerOf(ctx, before, { status: 200, headers: REPLAYED })
  requireMayChange(ctx, found)
  const n = (found.receipt.history?.changes ?? 0) + 1
  if (n > CHANGES_MAX) throw new Refusal('out_of_range', { params: { changes: CHANGES_MAX } })
  const { storeId, receiptNumber } = input
  const plan = await planOf(found, { storeId, receiptNumber, refundNumber: changeNumber(n) })
  await requireActiveStaff(ctx, ...plan.parts.map(({ loaded }) => loaded.account.memberId))
  let row: ReceiptChange | undefined
  const committed = await commitAll(ctx, {
    parts: plan.parts,
    operation: found.key,
    program: { version: found.version.version, zone: found.version.document.zone },
    writes(mains) {
      const { receipt, reversed, earned } = plan.ends(mains)
      row = rowOf(found, {
        rv: 1,
        fp,
        deed,
        at: ctx.now,
        ...(key !== undefined && { key }),
        ...reversed,
        ...(earned && { earned }),
      })
      return [
        changeWrite(found.key, n, row),
        receiptWrite({ ...receipt, state: 'AWARDED' }, 'race'),
        ...plan.writes,
        ...mains.slice(0, 1).map((main) => trailWrite(ctx, main, asked)),
      ]
    },
  })
  // Whoever was faster may have made this very change; the next look at the receipt tells.
  if (committed.kind === 'decided' || row === undefined) throw new LostRace()
  return answerOf(ctx, row, { status: 201 })
}

function rowOf({ receipt, entry }: Found, row: ReceiptChange): ReceiptChange {
  if (row.earned === undefined) return row
  const { memberId, entrySeq: seq, awarded, at = entry.at } = receipt
  return { ...row, was: { memberId, seq, awarded, at } }
}

function trailWrite(ctx: Context, main: Entry, { deed, input }: Asked): Write<Label> {
  return auditWrite(auditRow(ctx, main, { action: `points.${deed}`, note: input.reason ?? '' }))
}

async function findReceipt(ctx: Context, { storeId, receiptNumber, purchasedOn }: ReceiptInput): Promise<Found> {
  const book = await programBook(ctx)
  const store = await storeOf(ctx, storeId)
  if (store.receiptSeries !== 'never' && purchasedOn === undefined) {
    throw refuseFields([{ pointer: '/purchasedOn', code: 'required_field' }])
  }
  const key = receiptKeyFor(store, receiptNumber, purchasedOn ?? '')
  const { receipt, spent } = await loadPaidReceipt(ctx, key)
  if (receipt?.state !== 'AWARDED') throw new Refusal('not_found')
  const [entry, changes] = await Promise.all([
    loadEntry(ctx, receipt.memberId, receipt.entrySeq),
    receipt.history ? loadChanges(ctx, key) : [],
  ])
  const current = versionAt(book, ctx.now)
  const version = book.versions.find((candidate) => candidate.version === receipt.programVersion) ?? current
  return { key, receipt, spent, entry, changes, version, current }
}

/** @returns the change that this one repeats, if it does. */
async function repeated(
  ctx: Context,
  { changes, entry, receipt }: Found,
  { fp, key }: { readonly fp: string; readonly key: string | undefined },
): Promise<ReceiptChange | undefined> {
  const byKey = key === undefined ? undefined : changes.find((change) => change.key === key)
  if (byKey && byKey.fp !== fp) throw new Refusal('idempotency_key_reused')
  if (byKey) return byKey
  const last = changes.at(-1)
  if (last?.fp === fp) return last
  const isLate = key === undefined && changes.some((change) => change.fp === fp)
  if (isLate) throw new Refusal('receipt_conflict', { more: { prior: await priorOf(ctx, entry, sinceOf(receipt)) } })
  return undefined
}

/** Cashiers mend what they awarded themselves, soon after; a manager of the store or an admin at any time. */
function requireMayChange(ctx: Context, { receipt, entry, current }: Found): void {
  if (hasRole(ctx.actor, 'manager', 'admin')) return
  if (entry.actor !== ctx.actor.id) throw new Refusal('forbidden')
  const { staff, zone } = current.document
  const awardedAt = receipt.history?.first.at ?? receipt.at ?? entry.at
  if (staff?.undoWindow === undefined || addToInstant(awardedAt, staff.undoWindow, zone) >= ctx.now) return
  throw new Refusal('undo_window_passed')
}

/**
 * Goods that came back are no mistake: what was refunded cannot be awarded again under another name.
 * @throws Refusal `receipt_refunded`
 */
export function requireUnrefunded({ history, refunded }: AwardedReceipt): void {
  if ((history?.undone ?? total(refunded)) > 0) throw new Refusal('receipt_refunded')
}

/** What the receipt remembers of itself after one more change. */
export function historyAfter(
  { receipt, entry }: Found,
  after: Pick<ReceiptHistory, 'undone' | 'counted'>,
): ReceiptHistory {
  const { history, fingerprint, memberId, entrySeq, at = entry.at } = receipt
  const first = history?.first ?? { fingerprint, memberId, entrySeq, at }
  return { changes: (history?.changes ?? 0) + 1, first, ...after }
}

async function answerOf(
  ctx: Context,
  { deed, memberId, seq, earned }: ReceiptChange,
  { status, headers }: { readonly status: 200 | 201; readonly headers?: typeof REPLAYED },
): Promise<Answer<unknown>> {
  const reversed = memberId === undefined || seq === undefined ? undefined : await loadEntry(ctx, memberId, seq)
  if (earned === undefined) {
    if (reversed === undefined) throw new Error('a change of a receipt without its entry')
    return new Answer(status, shownOutcome(reversed, ctx.language), headers)
  }
  const entry = await loadEntry(ctx, earned.memberId, earned.seq)
  const { after } = deed === 'correct' && reversed ? reversed : entry
  return new Answer(
    status,
    {
      entry: shownEntry(entry, ctx.language),
      reversed: reversed ? shownEntry(reversed, ctx.language) : null,
      balances: balancesOf(after),
    },
    headers,
  )
}
