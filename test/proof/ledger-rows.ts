/** The ledger as it lies in the table, read once at the end of a run by their short names and with nothing of the product's code. */
import type { Row, Tables } from '../../functions/platform/table.ts'
import { rowsOf } from '../support/tables.ts'

export type Numbers = Readonly<Record<string, number>>

export type AccountRow = Row & {
  readonly pk: string
  readonly v: number
  readonly s: string
  readonly a: number
  readonly p: number
  readonly r: number
  readonly d: number
  /** When the member joined. */
  readonly j: number
  readonly h?: string
  readonly y?: readonly number[]
  readonly o?: Readonly<Record<string, readonly [points: number, until: number]>>
  readonly l?: Numbers
  readonly m?: Numbers
}

export type EntryRow = Row & {
  readonly pk: string
  readonly sk: string
  readonly id: string
  readonly t: string
  readonly op: string
  readonly n: number
  readonly b: readonly [available: number, pending: number, reserved: number, debt: number]
  readonly at: number
  readonly ef: number
  readonly h: string
  readonly k: string
  readonly d: Numbers
  readonly rc?: readonly string[]
  readonly rs?: string
  readonly w: readonly {
    readonly code: string
    readonly points: number
    readonly params?: Readonly<Record<string, unknown>>
  }[]
}

export type ReceiptRow = Row & {
  readonly pk: string
  readonly state: 'AWARDED' | 'WAITING'
  readonly amount: number
  readonly purchasedAt: number
  readonly awarded: number
  readonly taken: number
  readonly memberId: string
  readonly seq: number
  readonly history?: { readonly first: { readonly memberId: string; readonly entrySeq: number } }
  readonly refunded: { readonly byLine: Numbers; readonly bare: number }
}

export type GuardRow = Row & {
  readonly pk: string
  readonly sk: string
  readonly memberId?: string
  readonly seq?: number
  readonly refusal?: { readonly code: string }
  /** Of a change of a receipt: what it was, by which key, the new award and the one before. */
  readonly deed?: 'undo' | 'correct' | 'reassign'
  readonly key?: string
  readonly earned?: { readonly memberId: string; readonly seq: number }
  readonly was?: { readonly memberId: string; readonly seq: number; readonly awarded: number }
}

export type ReservationRow = Row & {
  readonly pk: string
  readonly state: 'RESERVED' | 'CAPTURED' | 'VOIDED' | 'EXPIRED'
  readonly points: number
  readonly done?: { readonly operation: string; readonly seq: number }
}

/** A voucher, or what becomes of a reward that was set aside. */
export type RedemptionRow = Row & { readonly pk: string; readonly id: string; readonly state: string }

export type ShardRow = Row & { readonly pk: string; readonly initial: number; readonly left: number }

export type Ledger = {
  readonly accounts: ReadonlyMap<string, AccountRow>
  /** In order of their numbers. */
  readonly entries: ReadonlyMap<string, readonly EntryRow[]>
  readonly receipts: ReadonlyMap<string, ReceiptRow>
  /** By receipt and refund number. */
  readonly refunds: ReadonlyMap<string, GuardRow>
  readonly operations: ReadonlyMap<string, GuardRow>
  readonly reservations: ReadonlyMap<string, ReservationRow>
  readonly shards: readonly ShardRow[]
  readonly redemptions: readonly RedemptionRow[]
  /** By member: how often limits of rewards have counted, by reward and period. */
  readonly counts: ReadonlyMap<string, Numbers>
}

export async function readLedger(tables: Tables): Promise<Ledger> {
  const rows = await rowsOf(tables, 'Ledger')
  const of = <T extends Row>(isMeant: (pk: string, sk: string) => boolean) =>
    rows.filter((row): row is T => isMeant(String(row.pk), String(row.sk)))
  const entries = of<EntryRow>((_, sk) => sk.startsWith('E#')).sort((a, b) => (a.sk < b.sk ? -1 : 1))
  const refunds = of<GuardRow>((_, sk) => sk.startsWith('REFUND#'))
  return {
    accounts: new Map(of<AccountRow>((_, sk) => sk === 'ACCOUNT').map((row) => [row.pk.slice(2), row])),
    entries: Map.groupBy(entries, (row) => row.pk.slice(2)),
    receipts: new Map(of<ReceiptRow>((_, sk) => sk === 'RECEIPT').map((row) => [row.pk, row])),
    refunds: new Map(refunds.map((row) => [`${row.pk} ${row.sk}`, row])),
    operations: new Map(of<GuardRow>((_, sk) => sk === 'OP').map((row) => [row.pk, row])),
    reservations: new Map(of<ReservationRow>((_, sk) => sk === 'RESERVATION').map((row) => [row.pk.slice(2), row])),
    shards: of<ShardRow>((pk) => pk.startsWith('K#')),
    redemptions: of<RedemptionRow>((_, sk) => sk.startsWith('W#')),
    counts: countsIn(of<CountRow>((_, sk) => sk.startsWith('N#rwd_'))),
  }
}

type CountRow = Row & { readonly pk: string; readonly sk: string; readonly n: number }

function countsIn(rows: readonly CountRow[]): ReadonlyMap<string, Numbers> {
  const byMember = Map.groupBy(rows, ({ pk }) => pk.slice(2))
  return new Map(
    [...byMember].map(([member, own]) => [member, Object.fromEntries(own.map(({ sk, n }) => [sk.slice(2), n]))]),
  )
}

export function seqOf({ sk }: EntryRow): number {
  return Number(sk.slice(2))
}
