/** What a quote and an award need to know beside the receipt: the member, the store's series and the rules of the day. */
import { type NamedMember, namedMember } from '../members/find.ts'
import { withoutNames } from '../members/naming-schema.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf } from '../platform/once.ts'
import { type ProgramBook, type ProgramVersion, versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import { localDate } from '../shared/dates.ts'
import { receiptKeyFor } from './receipt-store.ts'
import type { PurchaseInput } from './schema.ts'

export type Purchase = {
  readonly input: PurchaseInput
  readonly memberId: string
  /** Whether the member was there, as far as what named the member tells. */
  readonly proof: NamedMember['proof']
  readonly key: string
  readonly book: ProgramBook
  /** In force when the customer bought, and in force now. */
  readonly version: ProgramVersion
  readonly current: ProgramVersion
}

/** @throws Refusal `store_not_found`, `member_not_found`, `program_missing` */
export async function purchaseOf(ctx: Context, input: PurchaseInput): Promise<Purchase> {
  const book = await programBook(ctx)
  const store = await storeOf(ctx, input.storeId)
  const version = versionAt(book, input.purchasedAt)
  const key = receiptKeyFor(store, input.receiptNumber, localDate(input.purchasedAt, version.document.zone))
  return { input, ...(await namedMember(ctx, input)), key, book, version, current: versionAt(book, ctx.now) }
}

/**
 * What makes a receipt the same one when it comes again: all that it says, but of the time only the day. Somebody who types
 * a receipt a second time does so at another minute.
 */
export function purchaseFingerprint(input: PurchaseInput, memberId: string, zone: string): string {
  const { purchasedAt, ...content } = withoutNames(input, memberId)
  return fingerprintOf({ ...content, purchasedOn: localDate(purchasedAt, zone) })
}
