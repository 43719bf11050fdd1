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
  /** The tier measure by month, `2026-11`. */
  readonly qualifying: Record<string, number>
  readonly sent?: Sent
  readonly joinedAt: number
  readonly hasVerifiedContact: boolean
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
  const { debtSince = account.debtSince, status, mergedInto, sent } = changes
  const { debtSince: _, ...rest } = account
  return {
    ...rest,
    ...(status !== undefined && { status }),
    ...(mergedInto !== undefined && { mergedInto }),
    ...(sent !== undefined && { sent }),
    balances: added(account.balances, changes.delta),
    lots: dropZeros(added(account.lots, changes.lots)),
    maturing: dropZeros(added(account.maturing, changes.maturing)),
    lifetime: added(account.lifetime, changes.lifetime),
    qualifying: dropZeros(added(account.qualifying, changes.qualifying)),
    reservations,
    ...(debtSince !== null && debtSince !== undefined && { debtSince }),
  }
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
  const parts = [account.lots, account.maturing, account.lifetime].flatMap((part) => Object.values(part))
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
