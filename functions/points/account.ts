/**
 * The account and its entries as the rules see them. Every change is made on a working copy and recorded as the
 * difference, so that an entry says exactly what happened and replaying the entries gives the account.
 */
import type { LocalDate } from '../shared/dates.ts'

export const BALANCES = ['available', 'pending', 'reserved', 'debt'] as const
export const LIFETIME = ['earned', 'redeemed', 'expired', 'reversed'] as const
export type Balances = Record<(typeof BALANCES)[number], number>
export type Lifetime = Record<(typeof LIFETIME)[number], number>

/** Last valid day of a lot, or `never`; sorts in the order in which points are spent. */
export type Expiry = LocalDate | 'never'
export type Lots = Record<Expiry, number>
/** Keyed by `release|expiry`. */
export type Maturing = Record<string, number>
export type OpenReservation = { readonly points: number; readonly expiresAt: number }
export type Status = 'ACTIVE' | 'FROZEN' | 'CLOSED'
/** Points sent to other members in one local month, `2026-11`; the last month in which any were sent. */
export type Sent = { readonly month: string; readonly points: number }

export type Account = {
  readonly memberId: string
  /** Sequence number of the last entry. */
  readonly version: number
  readonly status: Status
  /** The member who took everything over; closed since. */
  readonly mergedInto?: string
  readonly balances: Balances
  readonly lots: Lots
  readonly maturing: Maturing
  readonly reservations: Record<string, OpenReservation>
  readonly lifetime: Lifetime
  /** The day on which the debt last grew; absent without debt. */
  readonly debtSince?: LocalDate
  /** Reached level of the tier program, and the last day it is held. */
  readonly tier?: string
  readonly tierUntil?: LocalDate
  /** The day on which the level is reviewed. */
  readonly tierReview?: LocalDate
  /** The tier measure, by keys that tiers.ts makes: what counts by month, and what waits by the day of its release too. */
  readonly qualifying: Record<string, number>
  readonly sent?: Sent
  readonly joinedAt: number
  readonly hasVerifiedContact: boolean
  /** Until when nothing is spent or sent, because the member's contact was changed; milliseconds. */
  readonly contactHoldUntil?: number
  /** Hash of the last entry; empty before the first. */
  readonly head: string
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
/** A copy that the rules may change; versions and hashes are not theirs. */
export type Work = Writable<Omit<Account, 'version' | 'head' | 'memberId'>>

export const ENTRY_TYPES = [
  ...(['EARN', 'GRANT', 'SETTLE', 'REDEEM', 'RESERVE', 'CAPTURE', 'VOID', 'REVERSE', 'RESTORE', 'ADJUST'] as const),
  ...(['TRANSFER_OUT', 'TRANSFER_IN', 'MERGE_OUT', 'MERGE_IN', 'STATE', 'CLOSE'] as const),
] as const
export type EntryType = (typeof ENTRY_TYPES)[number]

export type Because = {
  readonly rule: string
  readonly points: number
  readonly code: string
  readonly params?: Readonly<Record<string, string | number>>
}

export type ReceiptName = {
  readonly storeId: string
  readonly receiptNumber: string
  readonly refundNumber?: string
}

/** What an entry changes: differences only, parts that did not change are left out. */
export type Changes = {
  readonly delta: Partial<Balances>
  readonly lots?: Record<string, number>
  readonly maturing?: Record<string, number>
  /** `null` closes a reservation. */
  readonly reservations?: Record<string, OpenReservation | null>
  readonly lifetime?: Partial<Lifetime>
  readonly debtSince?: LocalDate | null
  readonly qualifying?: Record<string, number>
  /** What replaces the value before it. */
  readonly status?: Status
  readonly mergedInto?: string
  readonly sent?: Sent
  readonly verified?: true
  readonly contactHoldUntil?: number
  readonly tier?: string
  /** `null` ends them: the level has no end. */
  readonly tierUntil?: LocalDate | null
  readonly tierReview?: LocalDate | null
}

/** An entry before it has its place in the ledger. `effective` is business time in milliseconds. */
export type Posting = {
  readonly type: EntryType
  /** As shown on the statement: what came in or went out. */
  readonly points: number
  readonly because: readonly Because[]
  readonly effective: number
  readonly receipt?: ReceiptName
  readonly storeId?: string
  readonly reservation?: string
  readonly expiresOn?: Expiry
  readonly changes: Changes
  readonly after: Balances
}

export type Step = { readonly account: Account; readonly posting: Posting }

/** Runs a change on a copy of the account and records it as a posting. */
export function post(
  account: Account,
  about: Omit<Posting, 'changes' | 'after' | 'because' | 'points'>,
  change: (work: Work) => Pick<Posting, 'because' | 'points'> & Partial<Pick<Posting, 'expiresOn'>>,
): Step {
  const { version, head, memberId, ...rest } = account
  const work: Work = copyOf(rest)
  const told = change(work)
  for (const part of [work.lots, work.maturing, work.qualifying]) dropZeros(part)
  if (work.balances.debt === 0) work.debtSince = undefined
  const after: Account = { ...work, version, head, memberId }
  return {
    account: after,
    posting: { ...about, ...told, changes: difference(account, after), after: { ...after.balances } },
  }
}

/** As deep as the rules write; a general copy takes four times as long. */
function copyOf(account: Omit<Account, 'version' | 'head' | 'memberId'>): Work {
  const { balances, lots, maturing, reservations, lifetime, qualifying } = account
  return {
    ...account,
    balances: { ...balances },
    lots: { ...lots },
    maturing: { ...maturing },
    reservations: { ...reservations },
    lifetime: { ...lifetime },
    qualifying: { ...qualifying },
  }
}

/** Applies what an entry changed; the fold of all entries over an empty account is the account. */
export function apply(account: Account, changes: Changes): Account {
  const reservations = { ...account.reservations }
  for (const [id, reservation] of Object.entries(changes.reservations ?? {})) {
    if (reservation === null) delete reservations[id]
    else reservations[id] = reservation
  }
  const { status, mergedInto, sent, verified, contactHoldUntil, tier } = changes
  const { debtSince, tierUntil, tierReview, ...rest } = account
  return {
    ...rest,
    ...(status !== undefined && { status }),
    ...(mergedInto !== undefined && { mergedInto }),
    ...(sent !== undefined && { sent }),
    ...(verified && { hasVerifiedContact: true }),
    ...(contactHoldUntil !== undefined && { contactHoldUntil }),
    ...(tier !== undefined && { tier }),
    balances: added(account.balances, changes.delta),
    lots: dropZeros(added(account.lots, changes.lots)),
    maturing: dropZeros(added(account.maturing, changes.maturing)),
    lifetime: added(account.lifetime, changes.lifetime),
    qualifying: dropZeros(added(account.qualifying, changes.qualifying)),
    reservations,
    ...dayAfter('debtSince', debtSince, changes.debtSince),
    ...dayAfter('tierUntil', tierUntil, changes.tierUntil),
    ...dayAfter('tierReview', tierReview, changes.tierReview),
  }
}

/** A day that an entry may set or end; absent where there is none. */
function dayAfter<Name extends string>(
  name: Name,
  before: LocalDate | undefined,
  change: LocalDate | null | undefined,
) {
  const day = change === undefined ? before : change
  return day === undefined || day === null ? {} : singleField(name, day)
}

/** A computed name widens to any string; this is the record of just that name. */
function singleField<Name extends string>(name: Name, day: LocalDate): Record<Name, LocalDate> {
  return { [name]: day } as Record<Name, LocalDate>
}

function difference(before: Account, after: Account): Changes {
  const lots = differences(before.lots, after.lots)
  const maturing = differences(before.maturing, after.maturing)
  const lifetime = differences(before.lifetime, after.lifetime)
  const qualifying = differences(before.qualifying, after.qualifying)
  const reservations: Record<string, OpenReservation | null> = {}
  for (const id of Object.keys(before.reservations)) if (!after.reservations[id]) reservations[id] = null
  for (const [id, open] of Object.entries(after.reservations)) if (!before.reservations[id]) reservations[id] = open
  return {
    delta: differences(before.balances, after.balances),
    ...(isFilled(lots) && { lots }),
    ...(isFilled(maturing) && { maturing }),
    ...(isFilled(reservations) && { reservations }),
    ...(isFilled(lifetime) && { lifetime }),
    ...(before.debtSince !== after.debtSince && { debtSince: after.debtSince ?? null }),
    ...(isFilled(qualifying) && { qualifying }),
    ...(before.status !== after.status && { status: after.status }),
    ...(before.mergedInto !== after.mergedInto && { mergedInto: after.mergedInto }),
    ...(isNewSum(before.sent, after.sent) && { sent: after.sent }),
    ...(before.hasVerifiedContact !== after.hasVerifiedContact && { verified: true }),
    ...(before.contactHoldUntil !== after.contactHoldUntil && { contactHoldUntil: after.contactHoldUntil }),
    ...(before.tier !== after.tier && { tier: after.tier }),
    ...(before.tierUntil !== after.tierUntil && { tierUntil: after.tierUntil ?? null }),
    ...(before.tierReview !== after.tierReview && { tierReview: after.tierReview ?? null }),
  }
}

function isNewSum(before: Sent | undefined, after: Sent | undefined): boolean {
  return before?.month !== after?.month || before?.points !== after?.points
}

function isFilled(record: object): boolean {
  return Object.keys(record).length > 0
}

function differences(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const result: Record<string, number> = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = (after[key] ?? 0) - (before[key] ?? 0)
    if (change !== 0) result[key] = change
  }
  return result
}

function added<T extends Record<string, number>>(before: T, changes: Partial<T> = {}): T {
  const result: Record<string, number> = { ...before }
  for (const [key, change] of Object.entries(changes)) result[key] = (result[key] ?? 0) + (change ?? 0)
  return result as T
}

function dropZeros(record: Record<string, number>): Record<string, number> {
  for (const [key, value] of Object.entries(record)) if (value === 0) delete record[key]
  return record
}

/** The inline assertions I2 and I3, in production too. @returns the name of the broken invariant, if any. */
export function brokenInvariant(account: Account): string | undefined {
  const { available, pending, reserved, debt } = account.balances
  const open = Object.values(account.reservations).map((reservation) => reservation.points)
  const parts = [account.lots, account.maturing, account.lifetime, account.qualifying].flatMap(Object.values<number>)
  const numbers = [available, pending, reserved, debt, ...parts, ...open]
  if (numbers.some((number) => !Number.isSafeInteger(number) || number < 0)) return 'I3 nothing negative'
  if (debt > 0 && available > 0) return 'I3 debt only at available 0'
  if (sum(Object.values(account.lots)) !== available) return 'I2 lots sum to available'
  if (sum(Object.values(account.maturing)) !== pending) return 'I2 maturing sums to pending'
  return sum(open) === reserved ? undefined : 'I2 reservations sum to reserved'
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
