/**
 * Puts a restored ledger right where entries allow it: what is in the entries has happened, what is not has not. Accounts
 * become what their entries lead to, missing guards are written again so that nothing runs twice, and guards of what did
 * not happen go, so that it can be sent again. Only for a restored table that has no traffic yet.
 */
import type { Context } from '../functions/platform/context.ts'
import type { Row } from '../functions/platform/table.ts'
import { type Key, keys } from '../functions/platform/table-design.ts'
import { AccountFold } from '../functions/points/audit-account.ts'
import { type Guarding, guardsOf } from '../functions/points/audit-claims.ts'
import { accountRow, entryRows, loadGuard, loadPayment, receiptRows } from '../functions/points/audit-store.ts'
import type { ZoneOf } from '../functions/points/auditing.ts'
import type { Entry } from '../functions/points/entry.ts'
import { split } from '../functions/points/lots.ts'
import { receiptFromRow, rowFromReceipt } from '../functions/points/receipt-row-schema.ts'
import { receiptKeyFor } from '../functions/points/receipt-store.ts'
import { rowFromAccount } from '../functions/points/row-schema.ts'
import { dueOf } from '../functions/points/store.ts'
import { versionAt } from '../functions/program/book.ts'
import { programBook, storeOf } from '../functions/program/current.ts'
import { localDate } from '../functions/shared/dates.ts'
import { digestOf } from '../functions/shared/sketch.ts'

/** What was asked is not in an entry; no fingerprint is this, so whatever is sent again under such a guard is refused. */
const LOST = 'lost'

export type Rebuilt = { readonly put: readonly Row[]; readonly remove: readonly Key[] }

/** `named`: the rows that name the member beside the account. An account with a gap in its entries is left as it is. */
export async function rebuild(
  ctx: Context,
  { memberId, named }: { readonly memberId: string; readonly named: readonly Row[] },
  zoneOf: ZoneOf,
): Promise<Rebuilt> {
  const fold = new AccountFold(memberId, zoneOf)
  const stored = await accountRow(ctx, memberId)
  if (stored !== undefined) fold.account(stored)
  const rows = await entryRows(ctx, memberId)
  const entries = rows.flatMap((row) => fold.entry(row) ?? [])
  const { folded, faults } = fold.end()
  const isWhole = folded !== undefined && entries.length === rows.length && !faults.some(({ seq }) => seq !== undefined)
  const reservations = reservationsOf(entries)
  const guards = await missingGuards(ctx, entries)
  const payments = await missingPayments(ctx, entries, reservations)
  const receipts = await receiptsAgain(ctx, entries, isWhole)
  if (!isWhole) return { put: [...guards, ...payments, ...receipts], remove: [] }
  const isBehind = faults.length > 0
  const zone = zoneOf(entries.at(-1)?.program ?? 0)
  const kept = named.filter(({ sk }) => sk === 'RESERVATION')
  return {
    put: [
      ...(isBehind ? [rowFromAccount(folded, zone && dueOf(folded, zone))] : []),
      ...guards,
      ...payments,
      ...receipts,
      ...[...reservations.values()].flatMap((row) =>
        changedReservation(
          row,
          kept.find(({ pk }) => pk === row.pk),
        ),
      ),
    ],
    remove: named.filter((row) => !hasHappened(row, entries, reservations)).map(({ pk, sk }) => ({ pk, sk })),
  }
}

function hasHappened(row: Row, entries: readonly Entry[], reservations: ReadonlyMap<string, Row>): boolean {
  const sort = String(row.sk)
  if (sort === 'RESERVATION') return reservations.has(String(row.pk).slice(2))
  const payment = sort.split('RECEIPT#SPENT#')[1]
  if (payment !== undefined)
    return entries.some(({ type, reservation }) => type === 'CAPTURE' && reservation === payment)
  return row.seq === undefined || entries.some(({ seq, operation }) => seq === row.seq && operation === row.pk)
}

/** What it knows beyond the entries, it keeps. */
function changedReservation(row: Row, kept: Row | undefined): Row[] {
  if (kept?.state === row.state && kept?.done?.seq === row.done?.seq) return []
  const { done: _, expiredAt: __, ...rest } = kept ?? {}
  return [{ ...rest, ...row }]
}

/** Of operations and refunds; receipts and reservations hold more than a name. */
async function missingGuards(ctx: Context, entries: readonly Entry[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const entry of entries) {
    for (const guarding of guardsOf(entry)) {
      const row = guardRow(entry, guarding)
      if (row === undefined) continue
      const claims = (await loadGuard(ctx, entry.operation, guarding)).map(({ claim }) => digestOf(claim))
      if (!claims.includes(digestOf(guarding.claim))) rows.push(row)
    }
  }
  return rows
}

function guardRow({ operation, memberId, seq, at }: Entry, guarding: Guarding): Row | undefined {
  const named = { rv: 1, fp: LOST, memberId, seq, at }
  if (guarding.row === 'refund') return { ...keys.refund(operation, guarding.refundNumber), ...named }
  return guarding.row === 'operation' ? { ...keys.operation(operation), ...named } : undefined
}

/** Each reservation as entries opened and ended it, by its id. */
function reservationsOf(entries: readonly Entry[]): Map<string, Row> {
  const rows = new Map<string, Row>()
  for (const { type, memberId, storeId, operation, seq, at, changes } of entries) {
    for (const [id, held] of Object.entries(changes.reservations ?? {})) {
      const known = rows.get(id)
      if (held !== null) {
        const lots = Object.fromEntries(Object.entries(changes.lots ?? {}).map(([day, points]) => [day, 0 - points]))
        rows.set(id, { ...keys.reservation(id), rv: 1, memberId, storeId, ...held, lots, at, state: 'RESERVED' })
      } else if (known !== undefined) {
        const done = { operation, fp: LOST, seq, at }
        const state = type === 'CAPTURE' ? 'CAPTURED' : type === 'SETTLE' ? 'EXPIRED' : 'VOIDED'
        rows.set(id, { ...known, state, ...(type === 'SETTLE' ? { expiredAt: at } : { done }) })
      }
    }
  }
  return rows
}

async function missingPayments(
  ctx: Context,
  entries: readonly Entry[],
  reservations: ReadonlyMap<string, Row>,
): Promise<Row[]> {
  const rows: Row[] = []
  const book = await programBook(ctx)
  for (const { type, receipt, reservation: id = '', memberId, at, points } of entries) {
    const held = reservations.get(id)
    if (type !== 'CAPTURE' || receipt === undefined || held === undefined) continue
    const day = localDate(at, versionAt(book, at).document.zone)
    if (await loadPayment(ctx, id, { ...receipt, day })) continue
    const key = receiptKeyFor(await storeOf(ctx, receipt.storeId), receipt.receiptNumber, day)
    const { first: lots } = split(held.lots, 0 - points)
    rows.push({ ...keys.spent(key, id), rv: 1, n: 1, memberId, points: 0 - points, lots, restored: 0, at })
  }
  return rows
}

/** Receipts that are gone or count other refunds than entries tell: what was refunded of them is not known, so no more is. */
async function receiptsAgain(ctx: Context, entries: readonly Entry[], isWhole: boolean): Promise<Row[]> {
  const rows: Row[] = []
  const { document } = versionAt(await programBook(ctx), ctx.now)
  for (const entry of entries.filter(({ type }) => type === 'EARN')) {
    const row = (await receiptRows(ctx, entry.operation)).find(({ sk }) => sk === 'RECEIPT')
    const reversals = entries.filter(({ type, operation }) => type === 'REVERSE' && operation === entry.operation)
    const revision = 1 + reversals.length
    const receipt = row && receiptFromRow(row)
    const known = receipt?.state === 'AWARDED' ? receipt : undefined
    if (known !== undefined && (!isWhole || known.revision === revision)) continue
    // What became of it may stand on other accounts too; one account alone cannot tell how it was.
    if (known?.history !== undefined) continue
    const awarded = entry.changes.lifetime?.earned ?? 0
    const taken = reversals.reduce((sum, { points }) => sum - points, awarded - entry.points)
    const { amount = 0, fingerprint = LOST, currency = document.currency, lines = [] } = known ?? {}
    const about = { memberId: entry.memberId, entrySeq: entry.seq, at: entry.at, purchasedAt: entry.effective }
    const lot = { lot: entry.expiresOn ?? 'never', programVersion: entry.program }
    const refunded = { byLine: {}, bare: amount }
    const numbers = { amount, currency, fingerprint, lines, awarded, taken, refunded, revision }
    rows.push(rowFromReceipt({ state: 'AWARDED', key: entry.operation, ...about, ...lot, ...numbers }))
  }
  return rows
}
