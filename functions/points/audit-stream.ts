/**
 * Checks entries as they come from the stream, each against the entry before it. It remembers nothing, so records that come
 * twice, out of order or late change nothing; what it finds is read again before anybody is woken.
 */
import type { Context } from '../platform/context.ts'
import { readable } from './audit-account.ts'
import { freezeRed } from './audit-freeze.ts'
import { entryRowsAt } from './audit-store.ts'
import { entryFaults, type Fault } from './auditing.ts'
import type { Entry } from './entry.ts'
import { entryFromRow } from './row-schema.ts'

export type StreamedEntry = Readonly<Record<string, unknown>>

/**
 * Entries that were written, at most 100. One that is wrong raises the alarm, and its account is frozen.
 * @throws for a row that cannot be read
 */
export async function checkWritten(ctx: Context, rows: readonly StreamedEntry[]): Promise<void> {
  const entries = rows.map(entryFromRow)
  const known = new Map<string, Entry | undefined>(entries.map((entry) => [placeOf(entry), entry]))
  const before = entries.map(({ memberId, seq }) => ({ memberId, seq: seq - 1 })).filter(({ seq }) => seq > 0)
  const unseen = [...new Map(before.map((place) => [placeOf(place), place])).values()].filter(
    (place) => !known.has(placeOf(place)),
  )
  // Committed before its successor or with it, hence there when the stream shows the successor.
  for (const row of await entryRowsAt(ctx, unseen)) {
    const place = { memberId: String(row.pk).slice(2), seq: Number(String(row.sk).slice(2)) }
    known.set(
      placeOf(place),
      readable(() => entryFromRow(row)),
    )
  }
  const red = new Set<string>()
  for (const entry of entries) {
    const faults = entryFaults(entry, known.get(placeOf({ ...entry, seq: entry.seq - 1 })))
    if (faults.length > 0) red.add(entry.memberId)
    for (const fault of faults) report(ctx, entry.memberId, fault)
  }
  for (const memberId of red) await freezeRed(ctx, memberId)
}

/** An entry that was changed or removed: nothing that is allowed to do so exists. */
export async function reportChange(
  ctx: Context,
  change: { readonly memberId: string; readonly seq: number; readonly isRemoved: boolean },
): Promise<void> {
  const { memberId, seq, isRemoved } = change
  report(ctx, memberId, { invariant: 'I5', seq, what: `the entry was ${isRemoved ? 'removed' : 'changed'}` })
  await freezeRed(ctx, memberId)
}

function placeOf({ memberId, seq }: Pick<Entry, 'memberId' | 'seq'>): string {
  return `${memberId} ${seq}`
}

function report(ctx: Context, memberId: string, { invariant, what, seq }: Fault): void {
  const where = { memberId, ...(seq !== undefined && { seq }) }
  const message = `auditor: ${invariant} ${what}`
  ctx.log({ level: 'error', message, requestId: ctx.requestId, metric: 'LedgerInvariant', ...where })
}
