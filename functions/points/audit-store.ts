/**
 * What the audit reads, page by page and never without a bound, and what it leaves behind: how far it has come, and the
 * anchors of each day, which nothing ever overwrites.
 */
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Context } from '../platform/context.ts'
import { CAPACITY, countRead, getItem, getItems, putIf, putIfAbsent, queryPage, type Row } from '../platform/table.ts'
import { entrySortRange, type Key, keys, receiptKey, receiptSort } from '../platform/table-design.ts'
import { LostRace } from '../platform/transact.ts'
import type { LocalDate } from '../shared/dates.ts'
import { Sketch } from '../shared/sketch.ts'
import type { ReceiptName } from './account.ts'
import {
  formerAwardClaims,
  type Guarding,
  operationClaims,
  type RowClaim,
  receiptClaims,
  refundClaims,
  reservationClaims,
} from './audit-claims.ts'
import type { Sums } from './audit-fold.ts'
import { receiptFromRow } from './receipt-row-schema.ts'
import { reservationFromRow } from './reservation-store.ts'
import { DecidedRow } from './row-schema.ts'

/** More than fit into the 1 MB that a page may read, so that a page costs one request and is always full. */
const SCAN_LIMIT = 4_000
const QUERY_LIMIT = 1_000

export type Segment = {
  readonly segment: number
  readonly total: number
  /** Twice the price, for a ledger that nobody writes to meanwhile. */
  readonly isStrong?: boolean
}

/**
 * All rows of one segment, page by page; the next page is under way while one is worked on. The rows of a partition
 * come together and sorted.
 */
export async function* scanPages(ctx: Context, about: Segment): AsyncGenerator<readonly Row[]> {
  let next: Promise<ScanPage> | undefined = scanPage(ctx, about)
  while (next !== undefined) {
    const page: ScanPage = await next
    next = page.last && scanPage(ctx, about, page.last)
    // Whoever stops reading leaves the page that is under way to itself.
    next?.catch(() => undefined)
    yield page.rows
  }
}

type ScanPage = { readonly rows: readonly Row[]; readonly last?: Row }

async function scanPage(ctx: Context, { segment, total, isStrong = false }: Segment, from?: Row): Promise<ScanPage> {
  const answer = await ctx.table.reader.send(
    new ScanCommand({
      TableName: ctx.table.names.Ledger,
      Segment: segment,
      TotalSegments: total,
      Limit: SCAN_LIMIT,
      ConsistentRead: isStrong,
      ...CAPACITY,
      ...(from && { ExclusiveStartKey: from }),
    }),
  )
  countRead(ctx.table, answer.ConsumedCapacity)
  return { rows: answer.Items ?? [], ...(answer.LastEvaluatedKey && { last: answer.LastEvaluatedKey }) }
}

export function accountRow(ctx: Context, memberId: string): Promise<Row | undefined> {
  return getItem(ctx.table, 'Ledger', keys.account(memberId))
}

export function entryRow(ctx: Context, memberId: string, seq: number): Promise<Row | undefined> {
  return getItem(ctx.table, 'Ledger', keys.entry(memberId, seq))
}

/** Those that are there, in no particular order. */
export async function entryRowsAt(
  ctx: Context,
  places: readonly { readonly memberId: string; readonly seq: number }[],
): Promise<Row[]> {
  if (places.length === 0) return []
  const wanted = places.map(({ memberId, seq }) => keys.entry(memberId, seq))
  return getItems(ctx.table, 'Ledger', wanted)
}

export async function entryRows(ctx: Context, memberId: string): Promise<Row[]> {
  const { first, last } = entrySortRange
  return partition(ctx, 'pk = :pk AND sk BETWEEN :first AND :last', {
    ':pk': keys.account(memberId).pk,
    ':first': first,
    ':last': last,
  })
}

/** The receipt, its refunds and its payments with points. */
export function receiptRows(ctx: Context, key: string): Promise<Row[]> {
  return partition(ctx, 'pk = :pk', { ':pk': key })
}

async function partition(ctx: Context, condition: string, values: Record<string, string>): Promise<Row[]> {
  const rows: Row[] = []
  let from: Key | undefined
  do {
    const page = await queryPage(ctx.table, 'Ledger', {
      KeyConditionExpression: condition,
      ExpressionAttributeValues: values,
      Limit: QUERY_LIMIT,
      ...(from && { ExclusiveStartKey: from }),
    })
    rows.push(...page.rows)
    from = page.last
  } while (from !== undefined)
  return rows
}

/** What the guard of an entry claims, or nothing where there is no guard. */
export async function loadGuard(ctx: Context, operation: string, guarding: Guarding): Promise<RowClaim[]> {
  if (guarding.row === 'receipt') return awardClaims(await receiptRows(ctx, operation), operation)
  const row = await getItem(ctx.table, 'Ledger', guardKey(operation, guarding))
  if (row === undefined) return []
  if (guarding.row === 'reservation') return reservationClaims(reservationFromRow(row))
  return guarding.row === 'refund'
    ? refundClaims(operation, String(row.sk), DecidedRow.parse(row))
    : operationClaims(operation, DecidedRow.parse(row))
}

/** The receipt names its award, and each change the award that was the receipt's before it. */
function awardClaims(rows: readonly Row[], key: string): RowClaim[] {
  return rows.flatMap((row) => {
    const sort = String(row.sk)
    if (sort === receiptSort) return receiptClaims(receiptFromRow(row))
    return sort.startsWith('REFUND#') ? formerAwardClaims(key, DecidedRow.parse(row)) : []
  })
}

function guardKey(operation: string, guarding: Exclude<Guarding, { row: 'receipt' }>): Key {
  if (guarding.row === 'refund') return keys.refund(operation, guarding.refundNumber)
  return guarding.row === 'reservation' ? keys.reservation(guarding.reservationId) : keys.operation(operation)
}

/**
 * What the receipt that a captured payment names knows of it. Where a store's numbers restart, the period is part of
 * the receipt's key; which of the three it is, the entry does not tell.
 */
export async function loadPayment(
  ctx: Context,
  reservationId: string,
  { storeId, receiptNumber, day }: ReceiptName & { readonly day: LocalDate },
): Promise<Row | undefined> {
  const receipts = [undefined, day.slice(0, 4), day].map((period) => receiptKey(storeId, receiptNumber, period))
  const rows = await Promise.all(receipts.map((key) => getItem(ctx.table, 'Ledger', keys.spent(key, reservationId))))
  return rows.find((row) => row !== undefined)
}

export function shardRow(ctx: Context, name: string): Promise<Row | undefined> {
  const end = name.lastIndexOf('#')
  return getItem(ctx.table, 'Ledger', keys.shard(name.slice(0, end), Number(name.slice(end + 1))))
}

const ROW_VERSION = { rv: z.literal(1) }

const RootRow = z.object({ ...ROW_VERSION, day: z.string(), root: z.string(), findings: z.int() })

/** The seal of a day, if it has one. */
export async function loadRoot(ctx: Context, day: string): Promise<z.infer<typeof RootRow> | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.anchor(day, 'ROOT'))
  return row && RootRow.parse(row)
}

const Part = z.object({
  root: z.string(),
  accounts: z.int(),
  entries: z.int(),
  findings: z.int(),
  milliseconds: z.int(),
  readUnits: z.number(),
})
/** What one segment came to. */
export type Part = z.infer<typeof Part>

export type AnchorPart = { readonly day: string; readonly part: number | 'ROOT' }

/** Once a day; a second worker that comes to the same part leaves what the first has sealed. */
export async function saveAnchor(ctx: Context, { day, part }: AnchorPart, anchor: Part): Promise<void> {
  const name = part === 'ROOT' ? part : `SEGMENT#${String(part).padStart(2, '0')}`
  await putIfAbsent(ctx.table, 'Ledger', { ...keys.anchor(day, name), rv: 1, day, at: ctx.now, ...anchor })
}

const ProgressRow = z.object({
  ...ROW_VERSION,
  /** Counts the changes of this row. */
  n: z.int(),
  day: z.string(),
  before: z.int(),
  parts: z.array(Part),
  counts: z.object({ accounts: z.int(), entries: z.int(), rows: z.int() }),
  trial: z.int(),
  sketch: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** By shard: initial and left as its row says, drawn as older and as all entries say. */
  shards: z.record(z.string(), z.tuple([z.int().nullable(), z.int().nullable(), z.int(), z.int()])),
})
type ProgressRow = z.infer<typeof ProgressRow>

export type Progress = Omit<ProgressRow, 'rv' | 'counts' | 'trial' | 'sketch' | 'shards' | 'before'> & {
  readonly sums: Sums
}

export async function loadProgress(ctx: Context): Promise<Progress | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.auditProgress())
  if (row === undefined) return undefined
  const { rv: _, counts, trial, sketch, shards, before, ...rest } = ProgressRow.parse(row)
  const sums: Sums = {
    ...{ counts, trial, before },
    sketch: new Sketch(sketch),
    shards: new Map(
      Object.entries(shards).map(([name, [initial, left, old, all]]) => [
        name,
        { ...(initial !== null && { initial }), ...(left !== null && { left }), old, all },
      ]),
    ),
  }
  return { ...rest, sums }
}

/** @throws LostRace when another worker has come further meanwhile */
export async function saveProgress(ctx: Context, { sums, n, ...rest }: Progress): Promise<Progress> {
  const { counts, trial, sketch, before, shards } = sums
  const row: ProgressRow = {
    ...rest,
    ...{ rv: 1, n: n + 1, counts, trial, before },
    sketch: sketch.bytes(),
    shards: Object.fromEntries(
      [...shards].map(([name, { initial = null, left = null, old, all }]) => [name, [initial, left, old, all]]),
    ),
  }
  const stood = await putIf(ctx.table, 'Ledger', {
    Item: { ...keys.auditProgress(), ...row },
    ConditionExpression: 'attribute_not_exists(pk) OR n = :n',
    ExpressionAttributeValues: { ':n': n },
  })
  if (stood) throw new LostRace()
  return { ...rest, n: n + 1, sums }
}
