/** Makes or changes a place of sale. How its receipt numbers run is fixed with the first word on it: receipts are keyed by it. */
import * as z from 'zod'
import { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import { etagOf, ifMatchField, requireNoVersion, requireVersion } from '../platform/etag.ts'
import { refuseFields } from '../platform/problem.ts'
import { parseFields } from '../platform/validation.ts'
import { type Store, StoreInput } from './schema.ts'
import { requireActiveStaff } from './staff-current.ts'
import { commitStore, loadStore } from './store.ts'
import { StoreId } from './value-schema.ts'

const PutStoreInput = z.strictObject({
  storeId: StoreId,
  ifMatch: ifMatchField,
  store: z.record(z.string(), z.unknown()),
})

/**
 * @returns the store with its new version: 201 when it was made, 200 when it was changed.
 * Refuses: `principal_disabled`, `if_match_required`, `stale_version`, `invalid_value` for another receipt series than before.
 */
export const putStore = command({
  name: 'program.putStore',
  input: PutStoreInput,
  allow: ['admin'],
  async run(ctx, { storeId, ifMatch, store }) {
    await requireActiveStaff(ctx)
    const seen = await loadStore(ctx, storeId)
    if (seen) requireVersion(ifMatch, seen.version)
    else requireNoVersion(ifMatch)
    const given = parseFields(StoreInput, store)
    const receiptSeries = given.receiptSeries ?? seen?.receiptSeries ?? 'never'
    if (seen && receiptSeries !== seen.receiptSeries) {
      throw refuseFields([{ pointer: '/receiptSeries', code: 'invalid_value' }])
    }
    const next: Store = { ...given, id: storeId, receiptSeries, version: (seen?.version ?? 0) + 1 }
    await commitStore(ctx, seen, next)
    return new Answer(seen ? 200 : 201, next, { ETag: etagOf(next.version) })
  },
})
