/** Keys, conditions and queries of receipts, their refunds, and the points that paid for them. */
import type { Context } from '../platform/context.ts'
import { getItem, queryPage } from '../platform/table.ts'
import { keys, receiptKey, receiptSort } from '../platform/table-design.ts'
import type { Write } from '../platform/transact.ts'
import type { LocalDate } from '../shared/dates.ts'
import type { Account } from './account.ts'
import {
  ChangeRow,
  type Receipt,
  type ReceiptChange,
  receiptFromRow,
  rowFromReceipt,
  SpentRow,
} from './receipt-row-schema.ts'
import type { Spent } from './restoring.ts'
import type { Decided } from './row-schema.ts'
import { absentWrite, decided, type Label } from './store.ts'

export async function loadReceipt(ctx: Context, key: string): Promise<Receipt | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.receipt(key))
  return row && receiptFromRow(row)
}

/** The receipt and the points that paid for it, in one read. */
export async function loadPaidReceipt(
  ctx: Context,
  key: string,
): Promise<{ receipt?: Receipt; spent: readonly Spent[] }> {
  const { rows } = await queryPage(ctx.table, 'Ledger', {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :receipt)',
    ExpressionAttributeValues: { ':pk': key, ':receipt': receiptSort },
    Limit: PAYMENTS_MAX + 1,
  })
  const own = rows.find((row) => row.sk === receiptSort)
  const spent = rows
    .filter((row) => row !== own)
    .map((row) => {
      const { n, memberId, points, lots, restored, at } = SpentRow.parse(row)
      const id = String(row.sk).slice(keys.spent(key, '').sk.length)
      return { id, revision: n, memberId, points, lots, restored, ...(at !== undefined && { at }) }
    })
  return { spent, ...(own && { receipt: receiptFromRow(own) }) }
}

/**
 * What paid for a receipt, asked once the account is read: what was captured between the two reads is in the account
 * already and would never be given back. One unit more, and only where the account has ever redeemed, or is not the one of
 * the member who had the receipt: a merger brings along what was captured before it.
 */
export async function paymentsNow(
  ctx: Context,
  { lifetime, memberId }: Account,
  { key, spent, of }: { readonly key: string; readonly spent: readonly Spent[]; readonly of: string },
): Promise<readonly Spent[]> {
  return lifetime.redeemed > 0 || memberId !== of ? (await loadPaidReceipt(ctx, key)).spent : spent
}

/** More payments with points for one receipt than any till makes; those beyond are not given back by a refund. */
const PAYMENTS_MAX = 20

export function spentWrite(key: string, { id, revision, ...spent }: Spent): Write<Label> {
  const Item = { ...keys.spent(key, id), rv: 1, n: revision, ...spent }
  if (revision === 1) return absentWrite('race', Item)
  return {
    table: 'Ledger',
    failsAs: 'race',
    put: { Item, ConditionExpression: 'n = :n', ExpressionAttributeValues: { ':n': revision - 1 } },
  }
}

export async function loadRefund(ctx: Context, key: string, refundNumber: string): Promise<Decided | undefined> {
  return decided(await getItem(ctx.table, 'Ledger', keys.refund(key, refundNumber)))
}

/** Sorts behind every refund, and no till may give a number with this sign. */
const CHANGE = '~'
const CHANGE_DIGITS = 2
/** As many changes as fit into two digits; nobody is wrong that often. */
export const CHANGES_MAX = 99

/** The number under which the nth change of a receipt stands among its refunds. */
export function changeNumber(n: number): string {
  return `${CHANGE}${String(n).padStart(CHANGE_DIGITS, '0')}`
}

/** Oldest first. */
export async function loadChanges(ctx: Context, key: string): Promise<ReceiptChange[]> {
  const { pk, sk } = keys.refund(key, CHANGE)
  const { rows } = await queryPage(ctx.table, 'Ledger', {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :change)',
    ExpressionAttributeValues: { ':pk': pk, ':change': sk },
    Limit: CHANGES_MAX,
  })
  return rows.map((row) => ChangeRow.parse(row))
}

export function changeWrite(key: string, n: number, row: ReceiptChange): Write<Label> {
  return absentWrite('guard', { ...keys.refund(key, changeNumber(n)), ...row })
}

/** The receipt's key; where a store's numbers restart, the period of the purchase is part of it. */
export function receiptKeyFor(
  store: { readonly id: string; readonly receiptSeries: Series },
  receiptNumber: string,
  day: LocalDate,
): string {
  const period = store.receiptSeries === 'never' ? undefined : store.receiptSeries === 'yearly' ? day.slice(0, 4) : day
  return receiptKey(store.id, receiptNumber, period)
}

type Series = 'never' | 'yearly' | 'daily'

/** `guard` where this command makes the row, `race` where it replaces the revision that it has read. */
export function receiptWrite(receipt: Receipt, failsAs: 'guard' | 'race'): Write<Label> {
  const Item = rowFromReceipt(receipt)
  if (receipt.revision === 1) return absentWrite(failsAs, Item)
  return {
    table: 'Ledger',
    failsAs,
    put: { Item, ConditionExpression: 'n = :n', ExpressionAttributeValues: { ':n': receipt.revision - 1 } },
  }
}

export function refundWrite(key: string, refundNumber: string, row: Decided): Write<Label> {
  return absentWrite('guard', { ...keys.refund(key, refundNumber), ...row })
}
