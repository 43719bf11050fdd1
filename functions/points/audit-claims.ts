/**
 * What entries and the rows beside them say of each other. Every operation has exactly one guard that names its entry, every
 * open reservation is open on its account, and points that leave one account arrive at another: each is claimed by
 * both sides, so a claim that only one side makes is a row that is missing, doubled or changed (I6, I8, I13).
 */

import type { Claim } from '../shared/sketch.ts'
import type { Account } from './account.ts'
import { MOVES, unbooked } from './auditing.ts'
import type { Entry } from './entry.ts'
import type { Receipt } from './receipt-row-schema.ts'
import type { Decided, Reservation } from './row-schema.ts'

/** `G` a guard and its entry, `R` a reservation that is open, `S` points that paid for a receipt, `M` points that moved. */
export type ClaimKind = 'G' | 'R' | 'S' | 'M'

function guardClaim(memberId: string, seq: number, tag: string): Claim {
  return { kind: 'G', name: memberId, number: seq, ref: '', tag }
}

/** Entries that come with another entry of their operation, or that nobody asked for. */
const UNGUARDED: ReadonlySet<Entry['type']> = new Set(['SETTLE', 'RESTORE', 'TRANSFER_IN', 'MERGE_IN'])

/** Points come back with a refund, whose REVERSE has the guard, or with a returned reward, which is a command of its own. */
function isOwnReturn({ type, operation }: Entry): boolean {
  return type === 'RESTORE' && operation.startsWith('O#')
}

/** Where the guards of an entry stand, and what each of them claims. */
export type Guarding = { readonly claim: Claim } & (
  | { readonly row: 'operation' }
  | { readonly row: 'receipt' }
  | { readonly row: 'refund'; readonly refundNumber: string }
  | { readonly row: 'reservation'; readonly reservationId: string }
)

export function guardsOf(entry: Entry): Guarding[] {
  const { type, memberId, seq, operation, changes, receipt } = entry
  if (UNGUARDED.has(type) && !isOwnReturn(entry)) return []
  const claim = (tag: string) => guardClaim(memberId, seq, `${operation}\n${tag}`)
  const reservationGuard = (reservationId: string): Guarding => ({
    row: 'reservation',
    reservationId,
    claim: claim(reservationId),
  })
  if (type === 'EARN') return [{ row: 'receipt', claim: claim(`RECEIPT\n${changes.lifetime?.earned ?? 0}`) }]
  if (type === 'REVERSE') {
    const refundNumber = receipt?.refundNumber ?? ''
    return [{ row: 'refund', refundNumber, claim: claim(`REFUND#${refundNumber}`) }]
  }
  if (type === 'CAPTURE' || type === 'VOID') return [reservationGuard(entry.reservation ?? '')]
  const ended = type === 'CLOSE' ? Object.keys(changes.reservations ?? {}) : []
  return [{ row: 'operation', claim: claim('OP') }, ...ended.map(reservationGuard)]
}

/** When the claim was made, where the row tells; only claims from before a pass can be seen from both sides. */
export type RowClaim = { readonly claim: Claim; readonly at?: number | undefined }

type Named = Pick<Decided, 'memberId' | 'seq' | 'at'>

function rowClaims({ memberId, seq, at }: Named, tag: string): RowClaim[] {
  return memberId === undefined || seq === undefined ? [] : [{ claim: guardClaim(memberId, seq, tag), at }]
}

export function operationClaims(operation: string, decided: Named): RowClaim[] {
  return rowClaims(decided, `${operation}\nOP`)
}

export function receiptClaims(receipt: Receipt): RowClaim[] {
  if (receipt.state === 'WAITING') return []
  const { memberId, entrySeq: seq, at, key, awarded } = receipt
  return rowClaims({ memberId, seq, at }, `${key}\nRECEIPT\n${awarded}`)
}

/** `sort` is the sort key of the refund: `REFUND#` and its number. */
export function refundClaims(key: string, sort: string, decided: Named & Pick<Decided, 'was'>): RowClaim[] {
  return [...rowClaims(decided, `${key}\n${sort}`), ...formerAwardClaims(key, decided)]
}

/** A change of the receipt remembers the award whose place another one took, so that its entry keeps a guard. */
export function formerAwardClaims(key: string, { was }: Pick<Decided, 'was'>): RowClaim[] {
  return was ? rowClaims(was, `${key}\nRECEIPT\n${was.awarded}`) : []
}

/** The guard of what ended it. */
export function reservationClaims({ id, memberId, done }: Reservation): RowClaim[] {
  return done ? rowClaims({ memberId, seq: done.seq, at: done.at }, `${done.operation}\n${id}`) : []
}

/**
 * Whether a reservation was open at a moment, as its own row says; what became of it since is not asked, so that an audit
 * reads the same before and after. Of rows that tell no time it is taken that all of it happened long ago.
 */
export function heldClaims(reservation: Reservation, moment: number): Claim[] {
  const { id, memberId, points, state, done, at = 0, expiredAt = 0 } = reservation
  const ended = state === 'RESERVED' ? Number.POSITIVE_INFINITY : (done?.at ?? expiredAt)
  return at < moment && ended >= moment ? [openClaim(memberId, id, points)] : []
}

/** The same as the entries of one account say: they opened it before the moment and did not end it before. */
export class OpenedFold {
  readonly #moment: number
  readonly #open = new Map<string, number>()

  constructor(moment: number) {
    this.#moment = moment
  }

  entry({ at, changes }: Entry): void {
    if (at >= this.#moment) return
    for (const [id, open] of Object.entries(changes.reservations ?? {})) {
      if (open === null) this.#open.delete(id)
      else this.#open.set(id, open.points)
    }
  }

  claims(memberId: string): Claim[] {
    return [...this.#open].map(([id, points]) => openClaim(memberId, id, points))
  }
}

function openClaim(memberId: string, id: string, points: number): Claim {
  return { kind: 'R', name: memberId, number: points, ref: id, tag: '' }
}

/** What is open now. */
export function openClaims({ memberId, reservations }: Account): Claim[] {
  return Object.entries(reservations).map(([id, { points }]) => openClaim(memberId, id, points))
}

export type Payment = { readonly id: string; readonly memberId: string; readonly points: number }

export function paymentClaim({ id, memberId, points }: Payment): Claim {
  return { kind: 'S', name: memberId, number: points, ref: id, tag: '' }
}

/** What a capture says of the receipt that it paid for. */
export function paidClaims({ type, memberId, points, reservation = '', receipt }: Entry): Claim[] {
  return type === 'CAPTURE' && receipt ? [paymentClaim({ id: reservation, memberId, points: Math.abs(points) })] : []
}

/** The leg of a transfer or a merge; what went out of the one books came into the other. */
export function moveClaim({
  type,
  operation,
  changes,
}: Entry): { readonly claim: Claim; readonly isOut: boolean } | undefined {
  if (!MOVES.has(type)) return undefined
  const isOut = type.endsWith('_OUT')
  const net = isOut ? unbooked(changes) : 0 - unbooked(changes)
  const claim = { kind: 'M', name: '', number: Math.abs(net), ref: '', tag: `${operation}\n${net < 0}` }
  return { claim, isOut }
}

/** A piece is taken with the points for it, and goes back with them. */
const PIECES: Readonly<Partial<Record<Entry['type'], number>>> = {
  ...{ REDEEM: 1, RESERVE: 1 },
  ...{ VOID: -1, SETTLE: -1, CLOSE: -1, RESTORE: -1 },
}

/** What an entry drew from a stock or a budget; pieces of the one, points of the other. Negative where it gave back. */
export function drawsOf({ type, points, because }: Entry): { readonly shard: string; readonly amount: number }[] {
  return because.flatMap(({ params = {} }) => {
    const { subject, shard } = params
    if (typeof subject !== 'string' || typeof shard !== 'number') return []
    return [{ shard: shardName(subject, shard), amount: type === 'GRANT' ? points : (PIECES[type] ?? 0) }]
  })
}

export function shardName(subject: string, shard: number): string {
  return `${subject}#${shard}`
}
