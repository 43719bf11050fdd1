/**
 * The stored rows of accounts, entries, operations and reservations. Names are short because an item
 * of up to 1 KB costs half of one that is larger. A row of an unknown version is refused, never half read.
 */
import * as z from 'zod'
import { StoredRefusal } from '../platform/once.ts'
import { keys } from '../platform/table-design.ts'
import { type Account, type Because, type Changes, ENTRY_TYPES } from './account.ts'
import type { Entry } from './entry.ts'

export const Count = z.int().min(0)
const Counts = z.record(z.string(), z.int())
export const ROW_VERSION = { rv: z.literal(1) }

const STATUS = z.enum(['ACTIVE', 'FROZEN', 'CLOSED'])

const AccountRow = z.object({
  ...ROW_VERSION,
  v: Count,
  s: STATUS,
  a: Count,
  p: Count,
  r: Count,
  d: Count,
  /** Lots, maturing, and open reservations as [points, expiresAt]. */
  l: Counts.default({}),
  m: Counts.default({}),
  o: z.record(z.string(), z.tuple([Count, Count])).default({}),
  /** Lifetime earned, redeemed, expired, reversed. */
  y: z.tuple([Count, Count, Count, Count]).default([0, 0, 0, 0]),
  ds: z.string().optional(),
  t: z.string().optional(),
  tu: z.string().optional(),
  tr: z.string().optional(),
  q: Counts.default({}),
  /** Month and points sent in it. */
  sn: z.tuple([z.string(), Count]).optional(),
  mi: z.string().optional(),
  j: Count,
  vc: z.boolean().default(false),
  ch: Count.optional(),
  h: z.string().default(''),
})

export function accountFromRow(memberId: string, row: unknown): Account {
  const { v, s, a, p, r, d, l, m, o, y, ds, t, tu, tr, q, sn, mi, j, vc, ch, h } = AccountRow.parse(row)
  return {
    memberId,
    version: v,
    status: s,
    balances: { available: a, pending: p, reserved: r, debt: d },
    lots: l,
    maturing: m,
    reservations: Object.fromEntries(Object.entries(o).map(([id, [points, expiresAt]]) => [id, { points, expiresAt }])),
    lifetime: { earned: y[0], redeemed: y[1], expired: y[2], reversed: y[3] },
    qualifying: q,
    joinedAt: j,
    hasVerifiedContact: vc,
    ...(ch !== undefined && { contactHoldUntil: ch }),
    head: h,
    ...(ds !== undefined && { debtSince: ds }),
    ...(t !== undefined && { tier: t }),
    ...(tu !== undefined && { tierUntil: tu }),
    ...(tr !== undefined && { tierReview: tr }),
    ...(sn && { sent: { month: sn[0], points: sn[1] } }),
    ...(mi !== undefined && { mergedInto: mi }),
  }
}

export function rowFromAccount(account: Account, due: string | undefined) {
  const { balances, lifetime } = account
  const open = Object.entries(account.reservations).map(([id, { points, expiresAt }]) => [id, [points, expiresAt]])
  const row: z.input<typeof AccountRow> = {
    rv: 1,
    v: account.version,
    s: account.status,
    a: balances.available,
    p: balances.pending,
    r: balances.reserved,
    d: balances.debt,
    l: account.lots,
    m: account.maturing,
    o: Object.fromEntries(open),
    y: [lifetime.earned, lifetime.redeemed, lifetime.expired, lifetime.reversed],
    ds: account.debtSince,
    t: account.tier,
    tu: account.tierUntil,
    tr: account.tierReview,
    q: account.qualifying,
    sn: account.sent && [account.sent.month, account.sent.points],
    mi: account.mergedInto,
    j: account.joinedAt,
    vc: account.hasVerifiedContact,
    ch: account.contactHoldUntil,
    h: account.head,
  }
  return { ...keys.account(account.memberId), ...row, due }
}

const BecauseRow = z.object({
  rule: z.string(),
  points: z.int(),
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})
const PartialCounts = <K extends string>(...names: K[]) =>
  z.custom<Partial<Record<K, number>>>((value) => Counts.safeParse(value).success && names.length > 0)

const EntryRow = z.object({
  ...ROW_VERSION,
  pk: z.string(),
  sk: z.string(),
  id: z.string(),
  t: z.enum(ENTRY_TYPES),
  op: z.string(),
  n: z.int(),
  d: PartialCounts('available', 'pending', 'reserved', 'debt'),
  l: Counts.optional(),
  m: Counts.optional(),
  o: z.record(z.string(), z.tuple([Count, Count]).nullable()).optional(),
  y: PartialCounts('earned', 'redeemed', 'expired', 'reversed').optional(),
  ds: z.string().nullable().optional(),
  q: Counts.optional(),
  s: STATUS.optional(),
  mi: z.string().optional(),
  sn: z.tuple([z.string(), Count]).optional(),
  vc: z.literal(true).optional(),
  ch: Count.optional(),
  /** Level, its last day and the day of its review. */
  tv: z.string().optional(),
  tu: z.string().nullable().optional(),
  tr: z.string().nullable().optional(),
  /** Balances after: available, pending, reserved, debt. */
  b: z.tuple([Count, Count, Count, Count]),
  w: z.array(BecauseRow),
  g: Count,
  u: z.string(),
  at: Count,
  ef: z.int(),
  /** Store, receipt number and, for a refund, its number. */
  rc: z.union([z.tuple([z.string(), z.string()]), z.tuple([z.string(), z.string(), z.string()])]).optional(),
  st: z.string().optional(),
  rs: z.string().optional(),
  x: z.string().optional(),
  h: z.string(),
  k: z.string(),
})

export function entryFromRow(stored: unknown): Entry {
  const row = EntryRow.parse(stored)
  const [available, pending, reserved, debt] = row.b
  const reservations =
    row.o && Object.entries(row.o).map(([id, open]) => [id, open && { points: open[0], expiresAt: open[1] }])
  const changes: Changes = {
    delta: row.d,
    ...(row.l && { lots: row.l }),
    ...(row.m && { maturing: row.m }),
    ...(reservations && { reservations: Object.fromEntries(reservations) }),
    ...(row.y && { lifetime: row.y }),
    ...(row.ds !== undefined && { debtSince: row.ds }),
    ...(row.q && { qualifying: row.q }),
    ...(row.s && { status: row.s }),
    ...(row.mi !== undefined && { mergedInto: row.mi }),
    ...(row.sn && { sent: { month: row.sn[0], points: row.sn[1] } }),
    ...(row.vc && { verified: row.vc }),
    ...(row.ch !== undefined && { contactHoldUntil: row.ch }),
    ...(row.tv !== undefined && { tier: row.tv }),
    ...(row.tu !== undefined && { tierUntil: row.tu }),
    ...(row.tr !== undefined && { tierReview: row.tr }),
  }
  return {
    id: row.id,
    memberId: row.pk.slice(2),
    seq: Number(row.sk.slice(2)),
    type: row.t,
    operation: row.op,
    points: row.n,
    changes,
    after: { available, pending, reserved, debt },
    because: row.w as readonly Because[],
    program: row.g,
    actor: row.u,
    at: row.at,
    effective: row.ef,
    previous: row.h,
    hash: row.k,
    ...(row.rc && { receipt: receiptName(row.rc) }),
    ...(row.st !== undefined && { storeId: row.st }),
    ...(row.rs !== undefined && { reservation: row.rs }),
    ...(row.x !== undefined && { expiresOn: row.x }),
  }
}

function receiptName([storeId, receiptNumber, refundNumber]: readonly [string, string, string?]) {
  return { storeId, receiptNumber, ...(refundNumber !== undefined && { refundNumber }) }
}

export function rowFromEntry(entry: Entry): z.input<typeof EntryRow> {
  const { changes, after, receipt } = entry
  const reservations = changes.reservations && Object.entries(changes.reservations)
  return {
    ...keys.entry(entry.memberId, entry.seq),
    rv: 1,
    id: entry.id,
    t: entry.type,
    op: entry.operation,
    n: entry.points,
    d: changes.delta,
    l: changes.lots,
    m: changes.maturing,
    o:
      reservations && Object.fromEntries(reservations.map(([id, open]) => [id, open && [open.points, open.expiresAt]])),
    y: changes.lifetime,
    ds: changes.debtSince,
    q: changes.qualifying,
    s: changes.status,
    mi: changes.mergedInto,
    sn: changes.sent && [changes.sent.month, changes.sent.points],
    vc: changes.verified,
    ch: changes.contactHoldUntil,
    tv: changes.tier,
    tu: changes.tierUntil,
    tr: changes.tierReview,
    b: [after.available, after.pending, after.reserved, after.debt],
    w: entry.because.map((part) => ({ ...part })),
    g: entry.program,
    u: entry.actor,
    at: entry.at,
    ef: entry.effective,
    rc: receipt && tupleOf(receipt),
    st: entry.storeId,
    rs: entry.reservation,
    x: entry.expiresOn,
    h: entry.previous,
    k: entry.hash,
  }
}

function tupleOf(receipt: NonNullable<Entry['receipt']>): [string, string] | [string, string, string] {
  const { storeId, receiptNumber, refundNumber } = receipt
  return refundNumber === undefined ? [storeId, receiptNumber] : [storeId, receiptNumber, refundNumber]
}

/** A refund or an operation: its fingerprint and what its answer is rendered from. */
export const DecidedRow = z.object({
  ...ROW_VERSION,
  fp: z.string(),
  memberId: z.string().optional(),
  seq: Count.optional(),
  /** When the entry was recorded. */
  at: Count.optional(),
  refusal: StoredRefusal.optional(),
  /** The award that is no longer the receipt's, where a correction took its place. */
  was: z.object({ memberId: z.string(), seq: Count, awarded: Count, at: Count.optional() }).optional(),
})
export type Decided = z.infer<typeof DecidedRow>

export const ReservationRow = z.object({
  ...ROW_VERSION,
  state: z.enum(['RESERVED', 'CAPTURED', 'VOIDED', 'EXPIRED']),
  memberId: z.string(),
  storeId: z.string(),
  points: Count,
  lots: z.record(z.string(), Count),
  expiresAt: Count,
  /** When its entry was recorded, and when that of its time-out; older rows do not tell. */
  at: Count.optional(),
  expiredAt: Count.optional(),
  /** The command that ended it: operation id, fingerprint and entry. */
  done: z.object({ operation: z.string(), fp: z.string(), seq: Count, at: Count.optional() }).optional(),
  /** The reward that it is for; the shard that its piece came from, the period of the member's limit, and where alone it is served. */
  reward: z
    .object({
      id: z.string(),
      shard: Count.optional(),
      period: z.string().optional(),
      stores: z.array(z.string()).optional(),
    })
    .optional(),
  /** Lists it in the index while it is open, so that a piece nobody fetched is found. */
  due: z.string().optional(),
  /** Commands that were refused while it was open, by operation id. */
  refused: z.record(z.string(), z.object({ fp: z.string(), refusal: StoredRefusal })).optional(),
})
export type Reservation = z.infer<typeof ReservationRow> & { readonly id: string }

/** A state as it is shown; `expired` from its very second, also where nobody has written it down yet. */
export type HeldState = 'reserved' | 'captured' | 'voided' | 'expired'
