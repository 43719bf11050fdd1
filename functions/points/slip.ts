/**
 * What is kept of a slip beside its amount, so that the same purchase can be calculated again: for another member, or with
 * the amount that was meant. Most slips have nothing beside the amount, and then nothing is kept.
 */
import type { AwardedReceipt, Slip, SlipItem } from './receipt.ts'
import type { PurchaseInput } from './schema.ts'

/** The part of a receipt that says it; empty where there is nothing to say. */
export function slipOf(input: PurchaseInput): { readonly slip?: Slip } {
  const { shipping, tips, tenders, windowStartsAt } = input
  const items = (input.lines ?? []).map(
    ({ sku = '', category = '', quantity, tax = 0 }): SlipItem => [sku, category, quantity, tax],
  )
  const hasItems = items.some(([sku, category, quantity, tax]) => sku + category !== '' || quantity !== 1 || tax > 0)
  const slip = {
    ...(shipping !== undefined && { shipping }),
    ...(tips !== undefined && { tips }),
    ...(tenders !== undefined && { tenders }),
    ...(windowStartsAt !== undefined && { windowStartsAt }),
    ...(hasItems && { items }),
  }
  return Object.keys(slip).length > 0 ? { slip } : {}
}

type Known = Pick<AwardedReceipt, 'memberId' | 'amount' | 'currency' | 'purchasedAt' | 'lines' | 'slip'>

/** The purchase as it was sent. A row from before slips were kept tells only what each of its lines charged. */
export function purchaseAgain(
  { amount, currency, purchasedAt, lines, slip = {} }: Known,
  place: Pick<PurchaseInput, 'storeId' | 'receiptNumber'> & { readonly memberId: string },
): PurchaseInput {
  const { items, tenders, ...rest } = slip
  return {
    ...place,
    ...rest,
    amount: { amount, currency },
    purchasedAt,
    ...(tenders && { tenders: [...tenders] }),
    ...(lines.length > 0 && { lines: lines.map(({ charge }, index) => lineAgain(charge, items?.[index])) }),
  }
}

function lineAgain(amount: number, [sku, category, quantity, tax]: SlipItem = ['', '', 1, 0]) {
  return { ...(sku && { sku }), ...(category && { category }), quantity, amount, ...(tax > 0 && { tax }) }
}
