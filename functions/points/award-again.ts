/** What correcting a receipt and giving it to another member have in common: the award that takes the first one's place. */
import type { Context } from '../platform/context.ts'
import { InvariantBroken, type Write } from '../platform/transact.ts'
import type { AwardAgain } from './correcting.ts'
import { type Counted, countersOf } from './earning.ts'
import type { Entry } from './entry.ts'
import { purchaseFingerprint } from './purchase.ts'
import type { AwardedReceipt } from './receipt.ts'
import { type Found, historyAfter } from './receipt-change.ts'
import { type RoomByMember, roomTaken, withoutRoom, withRoom } from './room.ts'
import type { PurchaseInput } from './schema.ts'
import { purchaseAgain } from './slip.ts'
import { counterWrites, type Label, loadCounters } from './store.ts'

/** The purchase as it was first sent, for this member. */
export function purchaseOfReceipt(
  receipt: AwardedReceipt,
  { storeId, receiptNumber, memberId }: Pick<PurchaseInput, 'storeId' | 'receiptNumber'> & { memberId: string },
): PurchaseInput {
  return purchaseAgain(receipt, { storeId, receiptNumber, memberId })
}

/** Read after the account, like every counter. */
export async function roomAgain(ctx: Context, { receipt, entry, version }: Found, memberId: string) {
  const program = version.document
  const counters = countersOf(program, receipt.purchasedAt)
  const taken = roomTaken(receipt, entry, { counters, program })
  const own = taken[memberId]
  const free = withoutRoom(await loadCounters(ctx, memberId, counters), own)
  return {
    free,
    takenBy(counted: Counted): { readonly room: RoomByMember; readonly writes: readonly Write<Label>[] } {
      const after = withRoom({ before: free, after: counted, own })
      return { room: { ...taken, [memberId]: after.own }, writes: counterWrites(memberId, after.counted) }
    },
  }
}

type Again = {
  readonly purchase: PurchaseInput
  readonly decision: AwardAgain
  readonly main: Entry | undefined
  readonly room: RoomByMember
}

/** The receipt with its new award. */
export function awardedAgain(found: Found, { purchase, decision, main, room }: Again) {
  if (main === undefined) throw new InvariantBroken('an award without its entry')
  const { key, receipt } = found
  const after: AwardedReceipt = {
    ...decision.receipt,
    key,
    revision: receipt.revision + 1,
    fingerprint: purchaseFingerprint(purchase, purchase.memberId ?? main.memberId, found.version.document.zone),
    entrySeq: main.seq,
    at: main.at,
    history: historyAfter(found, { counted: room }),
  }
  return { receipt: after, earned: { memberId: main.memberId, seq: main.seq } }
}
