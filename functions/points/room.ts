/**
 * How much of the room under caps and visit limits one receipt has taken. Reversals give no room back, but a receipt that
 * is corrected takes its own room only once: what it took before does not stand in its way, and only what it takes more
 * is counted.
 */
import type { ProgramDocument } from '../program/schema.ts'
import type { Because } from './account.ts'
import { type Counted, type Counter, counterName } from './earning.ts'
import type { AwardedReceipt } from './receipt.ts'

export type Room = Readonly<Record<string, number>>
export type RoomByMember = Readonly<Record<string, Room>>

/** What an award has taken, as its entry tells; remembered by the receipt once it was changed. */
export function roomTaken(
  { history, awarded }: Pick<AwardedReceipt, 'history' | 'awarded'>,
  entry: { readonly memberId: string; readonly because: readonly Because[] },
  { counters, program }: { readonly counters: readonly Counter[]; readonly program: ProgramDocument },
): RoomByMember {
  if (history) return history.counted
  const room: Record<string, number> = {}
  for (const counter of counters) {
    const isCap = program.earning.caps.some(({ id }) => id === counter.ruleId)
    const isVisited = entry.because.some(({ rule, code }) => rule === counter.ruleId && code === 'visit')
    const ofCap = counter.counts === 'points' ? awarded : Math.min(1, awarded)
    const taken = isCap ? ofCap : Number(isVisited)
    if (taken > 0) room[counterName(counter)] = taken
  }
  return { [entry.memberId]: room }
}

/** The counters as if this receipt had never been. */
export function withoutRoom(counted: Counted, own: Room = {}): Counted {
  return new Map([...counted].map(([name, used]) => [name, Math.max(0, used - (own[name] ?? 0))]))
}

type Counting = { readonly before: Counted; readonly after: Counted; readonly own?: Room | undefined }

/** @param before as `withoutRoom` gives them. @returns the counters to write, and the room that the receipt has taken now. */
export function withRoom({ before, after, own = {} }: Counting): { readonly counted: Counted; readonly own: Room } {
  const counted = new Map<string, number>()
  const taken: Record<string, number> = { ...own }
  for (const [name, used] of after) {
    const free = before.get(name) ?? 0
    const most = Math.max(own[name] ?? 0, used - free)
    if (most === (own[name] ?? 0)) continue
    taken[name] = most
    counted.set(name, free + most)
  }
  return { counted, own: taken }
}
