/**
 * What must hold of one account and its entries, checked from nothing but the rows: each entry follows the one before it,
 * and all of them together are the account. The names I1 to I13 are those of the ledger's invariants everywhere.
 */
import { canonicalJson, type Json } from '../shared/canonical.ts'
import { isoTime, localDate } from '../shared/dates.ts'
import { type Account, apply, BALANCES, type Balances, brokenInvariant, type Changes, sum } from './account.ts'
import { type Entry, hashOf } from './entry.ts'

export const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I13'] as const
export type Invariant = (typeof INVARIANTS)[number]
export type Fault = { readonly invariant: Invariant; readonly what: string; readonly seq?: number }
/** The zone of a version of the program, in which its days begin. */
export type ZoneOf = (program: number) => string | undefined

const NOTHING: Balances = { available: 0, pending: 0, reserved: 0, debt: 0 }

/** What is wrong with an entry, known from itself and the one before it; `undefined` before the first. */
export function entryFaults(entry: Entry, previous: Entry | undefined): Fault[] {
  const faults: Fault[] = []
  const found = (invariant: Invariant, what: string) => faults.push({ invariant, what, seq: entry.seq })
  const expected = (previous?.seq ?? 0) + 1
  if (entry.seq !== expected) found('I4', `entry ${entry.seq - 1} before it is missing`)
  if (entry.hash !== hashOf(entry)) found('I5', 'its hash is not that of its content')
  const follows = entry.seq === expected
  if (follows && entry.previous !== (previous?.hash ?? '')) found('I5', 'it does not link to the entry before it')
  const { after, changes } = entry
  const before = previous?.after ?? NOTHING
  const wrong = BALANCES.filter((name) => after[name] !== before[name] + (changes.delta[name] ?? 0))
  if (follows && wrong.length > 0) found('I1', `${wrong.join(', ')} after it are not those before it and its change`)
  for (const what of partsApart(changes)) found('I2', what)
  if (BALANCES.some((name) => after[name] < 0)) found('I3', 'a balance after it is negative')
  if (after.debt > 0 && after.available > 0) found('I3', 'there is debt after it although points are available')
  return faults
}

/** Lots, waiting and reserved points change as the balances that they sum to. */
function partsApart({ delta, lots = {}, maturing = {}, reservations = {} }: Changes): string[] {
  const opened = Object.values(reservations).filter((open) => open !== null)
  const isOnlyOpening = opened.length === Object.keys(reservations).length
  const held = sum(opened.map(({ points }) => points))
  return [
    sum(Object.values(lots)) === (delta.available ?? 0) ? '' : 'its lots do not sum to its change of available',
    sum(Object.values(maturing)) === (delta.pending ?? 0)
      ? ''
      : 'its waiting points do not sum to its change of pending',
    isOnlyOpening && held !== (delta.reserved ?? 0) ? 'its reservations do not sum to its change of reserved' : '',
  ].filter((what) => what !== '')
}

/** What is wrong with an entry, known from the account that the entries before it lead to. */
export function replayFaults(before: Account, entry: Entry, zoneOf: ZoneOf): Fault[] {
  const faults: Fault[] = []
  const found = (invariant: Invariant, what: string) => faults.push({ invariant, what, seq: entry.seq })
  const broken = brokenInvariant(replayed(before, entry))
  if (broken !== undefined) found(broken.startsWith('I2') ? 'I2' : 'I3', `after it: ${broken.slice(3)}`)
  for (const what of reservationFaults(before, entry)) found('I8', what)
  for (const what of timeFaults(entry, zoneOf)) found('I9', what)
  if (!MOVES.has(entry.type) && unbooked(entry.changes) !== 0) found('I13', 'points came or went outside the books')
  return faults
}

/** Points leave one account and arrive at another, so that only both entries together balance. */
export const MOVES: ReadonlySet<Entry['type']> = new Set(['TRANSFER_OUT', 'TRANSFER_IN', 'MERGE_OUT', 'MERGE_IN'])

/** Issued less where it went; 0 for every entry that stands for itself. */
export function unbooked({ delta, lifetime = {} }: Changes): number {
  const { available = 0, pending = 0, reserved = 0, debt = 0 } = delta
  const { earned = 0, redeemed = 0, expired = 0, reversed = 0 } = lifetime
  return earned - (available + pending + reserved - debt + redeemed + expired + reversed)
}

function reservationFaults(before: Account, { type, changes, reservation }: Entry): string[] {
  const changed = Object.entries(changes.reservations ?? {})
  const strange = changed.flatMap(([id, open]) => {
    const isOpen = before.reservations[id] !== undefined
    if (open === null) return isOpen ? [] : [`it ends reservation ${id}, which is not open`]
    return isOpen ? [`it opens reservation ${id} a second time`] : []
  })
  const held = before.reservations[reservation ?? '']?.points ?? 0
  const isTooMuch = type === 'CAPTURE' && (changes.lifetime?.redeemed ?? 0) > held
  return isTooMuch ? [...strange, 'it captures more than was reserved'] : strange
}

const SPENDING: ReadonlySet<Entry['type']> = new Set(['REDEEM', 'RESERVE', 'TRANSFER_OUT'])
const TWO_DAYS_MS = 2 * 86_400_000

/** Days are compared with the clock first, and with the calendar of the zone only where they are near. */
function timeFaults({ type, changes, at, program }: Entry, zoneOf: ZoneOf): string[] {
  const near = isoTime(at + TWO_DAYS_MS).slice(0, 10)
  const taken = (part: Readonly<Record<string, number>> = {}) => Object.keys(part).filter((key) => (part[key] ?? 0) < 0)
  const zone = zoneOf(program)
  if (zone === undefined) return []
  const spent = SPENDING.has(type) ? taken(changes.lots).filter((day) => day < near) : []
  const far = isoTime(at - TWO_DAYS_MS).slice(0, 10)
  const released = type === 'SETTLE' ? taken(changes.maturing).filter((key) => key > far) : []
  if (spent.length === 0 && released.length === 0) return []
  const today = localDate(at, zone)
  return [
    ...spent.filter((day) => day < today).map((day) => `it spends points that were valid until ${day}`),
    ...released.filter((key) => key.slice(0, 10) > today).map((key) => `it releases points of ${key} too early`),
  ]
}

export function replayed(before: Account, entry: Entry): Account {
  return { ...apply(before, entry.changes), version: entry.seq, head: entry.hash }
}

/** An account before its first entry: what entries do not tell is taken from the row. */
export function unwritten(stored: Account): Account {
  const { memberId, joinedAt, hasVerifiedContact } = stored
  const empty = { lots: {}, maturing: {}, reservations: {}, qualifying: {}, version: 0, head: '' }
  const lifetime = { earned: 0, redeemed: 0, expired: 0, reversed: 0 }
  return {
    ...{ memberId, joinedAt, hasVerifiedContact, status: 'ACTIVE' as const, balances: { ...NOTHING }, lifetime },
    ...empty,
  }
}

/** What is wrong with an account, known from itself and from what its entries lead to. */
export function accountFaults(stored: Account, folded: Account): Fault[] {
  const faults: Fault[] = []
  const found = (invariant: Invariant, what: string) => faults.push({ invariant, what })
  if (stored.version !== folded.version)
    found('I4', `the account has seen ${stored.version} entries and ${folded.version} are there`)
  else if (stored.head !== folded.head) found('I5', 'the head of the account is not the hash of its last entry')
  const { version: _, head: __, ...parts } = stored
  const wrong = Object.keys({ ...folded, ...parts } satisfies Partial<Account>)
    .filter((name) => name !== 'version' && name !== 'head')
    .filter((name) => spelled(stored, name) !== spelled(folded, name))
  if (wrong.length > 0) found('I1', `${wrong.join(', ')} of the account are not what its entries say`)
  const broken = brokenInvariant(stored)
  if (broken !== undefined) found(broken.startsWith('I2') ? 'I2' : 'I3', `the account: ${broken.slice(3)}`)
  return faults
}

/** An account is plain data; its fields are compared as they would be written. */
function spelled(account: Account, name: string): string {
  const value: unknown = Object.entries(account).find(([field]) => field === name)?.[1]
  return value === undefined ? '' : canonicalJson(value as Json)
}
