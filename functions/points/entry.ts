/**
 * An entry in its place: numbered, linked to the one before it by hash, and spelled one way (RFC 8785), so that anyone
 * can verify a history with ten lines of code.
 */
import { canonicalJson, type Json, sha256 } from '../shared/canonical.ts'
import { isoTime } from '../shared/dates.ts'
import { type Account, apply, type Balances, type Posting } from './account.ts'

export type Entry = Posting & {
  readonly id: string
  readonly memberId: string
  readonly seq: number
  /** Key of the operation item that this entry belongs to. */
  readonly operation: string
  readonly program: number
  readonly actor: string
  /** When it was recorded, in milliseconds. */
  readonly at: number
  /** Hash of the entry before, empty for the first. */
  readonly previous: string
  readonly hash: string
}

export type Sealing = {
  readonly operation: string
  readonly program: number
  readonly actor: string
  readonly at: number
  readonly newId: () => string
}

/** Numbers and links postings after the account's last entry. @returns the entries and the account that they lead to. */
export function seal(
  account: Account,
  postings: readonly Posting[],
  { newId, ...about }: Sealing,
): { readonly entries: readonly Entry[]; readonly account: Account } {
  const entries: Entry[] = []
  let current = account
  for (const posting of postings) {
    const place = {
      ...about,
      id: newId(),
      memberId: account.memberId,
      seq: current.version + 1,
      previous: current.head,
    }
    const unsealed = { ...posting, ...place }
    const entry = { ...unsealed, hash: hashOf(unsealed) }
    entries.push(entry)
    current = { ...apply(current, posting.changes), version: entry.seq, head: entry.hash }
  }
  return { entries, account: current }
}

/** SHA-256 of the previous hash followed by the canonical entry. */
export function hashOf(entry: Omit<Entry, 'hash'>): string {
  return sha256(entry.previous + canonicalEntry(entry))
}

/** Everything an entry says except its links; parts that are absent do not appear. */
export function canonicalEntry(entry: Omit<Entry, 'hash'>): string {
  const { memberId, seq, id, type, operation, points, changes, after, because, program, actor } = entry
  const content: Json = {
    memberId,
    seq,
    id,
    type,
    operation,
    points,
    ...changes,
    reservations: changes.reservations && timesOf(changes.reservations),
    contactHoldUntil: changes.contactHoldUntil === undefined ? undefined : isoTime(changes.contactHoldUntil),
    after,
    because: because as Json,
    program,
    actor,
    at: isoTime(entry.at),
    effective: isoTime(entry.effective),
    receipt: entry.receipt,
    storeId: entry.storeId,
    reservation: entry.reservation,
    expiresOn: entry.expiresOn,
  }
  return canonicalJson(content)
}

function timesOf(reservations: NonNullable<Posting['changes']['reservations']>): Json {
  return Object.fromEntries(
    Object.entries(reservations).map(([id, open]): [string, Json] => [
      id,
      open && { points: open.points, expiresAt: isoTime(open.expiresAt) },
    ]),
  )
}

export function balancesOf({ available, pending, reserved, debt }: Balances): Balances {
  return { available, pending, reserved, debt }
}
