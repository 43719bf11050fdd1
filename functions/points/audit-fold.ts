/**
 * Folds the rows of one scan, partition by partition as they come, into what the audit wants to know of them: which
 * accounts and receipts do not add up, what they claim of one another, and the leaf of each account. It keeps one
 * partition at a time and is told nothing but rows.
 */
import { leafHash } from '../shared/merkle.ts'
import type { Claim, Sketch } from '../shared/sketch.ts'
import type { Account } from './account.ts'
import { AccountFold, readable, type StoredRow, unreadable } from './audit-account.ts'
import {
  drawsOf,
  guardsOf,
  heldClaims,
  moveClaim,
  OpenedFold,
  operationClaims,
  paidClaims,
  paymentClaim,
  type RowClaim,
  receiptClaims,
  refundClaims,
  reservationClaims,
  shardName,
} from './audit-claims.ts'
import { type Fault, unbooked, type ZoneOf } from './auditing.ts'
import type { Entry } from './entry.ts'
import { total } from './receipt.ts'
import { receiptFromRow, SpentRow } from './receipt-row-schema.ts'
import { DecidedRow, type Reservation, ReservationRow } from './row-schema.ts'

export type AuditCounts = { accounts: number; entries: number; rows: number }

/** What a pass over the whole ledger adds up; it lives through as many parts as the pass has. */
export type Sums = {
  readonly counts: AuditCounts
  readonly sketch: Sketch
  /** What was recorded from this moment on is left out of what two places say, because the other side may not be seen. */
  readonly before: number
  /** Points of entries, issued less where they went, over all accounts (I13). */
  trial: number
  /** By shard: drawn as its row says, and drawn as entries say, of which `old` are older than the pass. */
  readonly shards: Map<string, ShardSums>
}
export type ShardSums = { initial?: number; left?: number; old: number; all: number }

export type Suspect = {
  readonly kind: 'account' | 'receipt' | 'row'
  readonly key: string
  readonly faults: readonly Fault[]
}

export type FoldOptions = {
  readonly sums: Sums
  readonly zoneOf: ZoneOf
  readonly leaf: (leaf: Uint8Array) => void
}

/** Takes the rows of one segment in the order of the scan. */
export class LedgerFold {
  readonly #options: FoldOptions
  #partition = ''
  #account: { readonly fold: AccountFold; readonly opened: OpenedFold } | undefined
  #receipt: { row?: StoredRow; refunds: number } | undefined

  constructor(options: FoldOptions) {
    this.#options = options
  }

  /** @returns what does not add up in the partition that ended, or in this row. */
  add(row: StoredRow): Suspect[] {
    const partition = String(row.pk)
    const suspects = partition === this.#partition ? [] : this.end()
    this.#partition = partition
    this.#options.sums.counts.rows += 1
    const kind = partition.slice(0, 2)
    if (kind === 'A#') this.#addToAccount(row, partition.slice(2))
    else if (kind === 'R#') suspects.push(...this.#guarded(row, () => this.#addToReceipt(row)))
    else if (kind === 'O#' || kind === 'V#' || kind === 'K#')
      suspects.push(...this.#guarded(row, () => this.#addRow(row, kind)))
    return suspects
  }

  end(): Suspect[] {
    const [account, receipt, key] = [this.#account, this.#receipt, this.#partition]
    this.#account = undefined
    this.#receipt = undefined
    if (account) return this.#endAccount(account)
    const faults = receipt ? receiptFaults(receipt) : []
    return faults.length > 0 ? [{ kind: 'receipt', key, faults }] : []
  }

  #addToAccount(row: StoredRow, memberId: string): void {
    const { sums, zoneOf } = this.#options
    this.#account ??= { fold: new AccountFold(memberId, zoneOf), opened: new OpenedFold(sums.before) }
    const { fold, opened } = this.#account
    const sort = String(row.sk)
    if (sort === 'ACCOUNT') {
      sums.counts.accounts += 1
      fold.account(row)
    } else if (sort.startsWith('E#')) {
      sums.counts.entries += 1
      const entry = fold.entry(row)
      if (entry === undefined) return
      addEntry(sums, entry)
      opened.entry(entry)
    }
  }

  #endAccount({ fold, opened }: { readonly fold: AccountFold; readonly opened: OpenedFold }): Suspect[] {
    const { stored, faults } = fold.end()
    if (stored) {
      this.#options.leaf(leafHash(leafOf(stored)))
      // That the account itself holds what its entries opened is a fault of its own, if it does not (I1).
      for (const claim of opened.claims(fold.memberId)) this.#options.sums.sketch.add(claim)
    }
    return faults.length > 0 ? [{ kind: 'account', key: fold.memberId, faults }] : []
  }

  #addToReceipt(row: StoredRow): void {
    this.#receipt ??= { refunds: 0 }
    const sort = String(row.sk)
    if (sort === 'RECEIPT') {
      this.#receipt.row = row
      this.#take(receiptClaims(receiptFromRow(row)))
    } else if (sort.startsWith('REFUND#')) {
      const refund = DecidedRow.parse(row)
      if (refund.refusal === undefined) this.#receipt.refunds += 1
      this.#take(refundClaims(this.#partition, sort, refund))
    } else {
      const { memberId, points, at } = SpentRow.parse(row)
      this.#take([{ claim: paymentClaim({ id: sort.slice('RECEIPT#SPENT#'.length), memberId, points }), at }])
    }
  }

  #addRow(row: StoredRow, kind: 'O#' | 'V#' | 'K#'): void {
    if (kind === 'K#') {
      Object.assign(sumsOf(this.#options.sums.shards, shardOf(this.#partition)), shardNumbers(row))
      return
    }
    if (kind === 'O#') this.#take(operationClaims(this.#partition, DecidedRow.parse(row)))
    else this.#addReservation(reservationOf(row))
  }

  #addReservation(reservation: Reservation): void {
    const { sketch, before } = this.#options.sums
    this.#take(reservationClaims(reservation))
    for (const claim of heldClaims(reservation, before)) sketch.take(claim)
  }

  #take(claims: readonly RowClaim[]): void {
    const { sketch, before } = this.#options.sums
    for (const { claim, at = 0 } of claims) if (at < before) sketch.take(claim)
  }

  /** Rows beside the accounts are few kinds; one that cannot be read is named and the rest goes on. */
  #guarded(row: StoredRow, add: () => void): Suspect[] {
    const isRead = readable(() => {
      add()
      return true
    })
    return isRead ? [] : [{ kind: 'row', key: `${String(row.pk)} ${String(row.sk)}`, faults: [unreadable(row)] }]
  }
}

function addEntry(sums: Sums, entry: Entry): void {
  const isOld = entry.at < sums.before
  addDraws(sums.shards, entry, isOld)
  if (!isOld) return
  for (const { claim } of guardsOf(entry)) sums.sketch.add(claim)
  for (const claim of paidClaims(entry)) sums.sketch.add(claim)
  sums.trial += unbooked(entry.changes)
  const move = moveClaim(entry)
  if (move) put(sums.sketch, move.claim, move.isOut)
}

function put(sketch: Sketch, claim: Claim, isAdded: boolean): void {
  if (isAdded) sketch.add(claim)
  else sketch.take(claim)
}

/** The very row that a leaf stands for. */
export function leafOf({ memberId, version, head }: Account): string {
  return `${memberId}\n${version}\n${head}`
}

/** A receipt's row counts its changes: one for the purchase and one for each refund (I7). */
export function receiptFaults({ row, refunds }: { readonly row?: StoredRow; readonly refunds: number }): Fault[] {
  if (row === undefined) return refunds === 0 ? [] : [{ invariant: 'I7', what: 'there are refunds and no receipt' }]
  const receipt = readable(() => receiptFromRow(row))
  if (receipt === undefined) return [unreadable(row)]
  const isAwarded = receipt.state === 'AWARDED'
  const changes = refunds + (isAwarded ? 1 : 0)
  const faults: Fault[] = []
  const found = (what: string) => faults.push({ invariant: 'I7', what })
  if (receipt.revision !== changes)
    found(`the receipt has changed ${receipt.revision} times and ${changes} changes are there`)
  if (isAwarded && receipt.taken > receipt.awarded) found('more was taken back than was awarded')
  if (isAwarded && total(receipt.refunded) > receipt.amount) found('more was refunded than was paid')
  return faults
}

function reservationOf(row: StoredRow): Reservation {
  return { ...ReservationRow.parse(row), id: String(row.pk).slice(2) }
}

function sumsOf(shards: Map<string, ShardSums>, key: string): ShardSums {
  const sums = shards.get(key) ?? { old: 0, all: 0 }
  shards.set(key, sums)
  return sums
}

function shardNumbers(row: StoredRow): { initial: number; left: number } {
  return { initial: Number(row.initial), left: Number(row.left) }
}

/** `K#winter#07` is shard 7 of winter. */
function shardOf(partition: string): string {
  const end = partition.lastIndexOf('#')
  return shardName(partition.slice(2, end), Number(partition.slice(end + 1)))
}

function addDraws(shards: Map<string, ShardSums>, entry: Entry, isOld: boolean): void {
  for (const { shard, amount } of drawsOf(entry)) {
    const sums = sumsOf(shards, shard)
    sums.all += amount
    if (isOld) sums.old += amount
  }
}
