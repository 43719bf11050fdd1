/** Where redemptions lie: beside the member's account, each changed over the revision that was read. */
import type { Context } from '../platform/context.ts'
import { getItem, queryPage } from '../platform/table.ts'
import { keys, redemptionSortPrefix } from '../platform/table-design.ts'
import type { Write } from '../platform/transact.ts'
import { CodeRow, type Redemption, RedemptionRow } from './row-schema.ts'

export type Named = { readonly memberId: string; readonly id: string }

/** The id tells the kind too: a voucher is not found by the id of a reservation made in the same millisecond. */
export async function loadRedemption(ctx: Context, { memberId, id }: Named): Promise<Redemption | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.redemption(memberId, id))
  const redemption = row && RedemptionRow.parse(row)
  return redemption?.id === id ? redemption : undefined
}

/** Whose voucher stands behind a code. */
export async function loadCode(ctx: Context, digest: string): Promise<Named | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.voucher(digest))
  return row && CodeRow.parse(row)
}

export type Asked = {
  readonly memberId: string
  /** Vouchers or what is held; both where it is left out. */
  readonly prefix?: 'vch_' | 'rsv_'
  readonly limit: number
  readonly before?: string
}

/** Newest first. A page of one kind may be shorter than asked and still go on after `next`. */
export async function redemptionsBefore(
  ctx: Context,
  { memberId, prefix, limit, before }: Asked,
): Promise<{ readonly redemptions: readonly Redemption[]; readonly next?: string }> {
  const { pk } = keys.redemption(memberId, '')
  const { rows, last } = await queryPage(ctx.table, 'Ledger', {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :redemptions)',
    ExpressionAttributeValues: {
      ':pk': pk,
      ':redemptions': redemptionSortPrefix,
      ...(prefix && { ':prefix': prefix }),
    },
    ...(prefix && { FilterExpression: 'begins_with(id, :prefix)' }),
    ...(before !== undefined && { ExclusiveStartKey: { pk, sk: before } }),
    ScanIndexForward: false,
    Limit: limit,
  })
  return { redemptions: rows.map((row) => RedemptionRow.parse(row)), ...(last && { next: last.sk }) }
}

export function redemptionWrite(redemption: Redemption): Write<'race'> {
  const Item = { ...keys.redemption(redemption.memberId, redemption.id), rv: 1, ...redemption }
  const seen = redemption.revision - 1
  return {
    table: 'Ledger',
    failsAs: 'race',
    put: {
      Item,
      ...(seen === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'revision = :seen', ExpressionAttributeValues: { ':seen': seen } }),
    },
  }
}

/** A code that is taken is drawn anew with the next decision. */
export function codeWrite(digest: string, { memberId, id }: Named): Write<'race'> {
  const Item = { ...keys.voucher(digest), rv: 1, id, memberId }
  return { table: 'Ledger', failsAs: 'race', put: { Item, ConditionExpression: 'attribute_not_exists(pk)' } }
}

/** One key stands for one use, so that it cannot use a second voucher. */
export function useWrite(operation: string, use: { readonly id: string; readonly storeId: string }): Write<'guard'> {
  const Item = { ...keys.operation(operation), rv: 1, ...use }
  return { table: 'Operations', failsAs: 'guard', put: { Item, ConditionExpression: 'attribute_not_exists(pk)' } }
}
