/**
 * The three tables: their keys, indexes and protection, and every key that is ever built.
 * Keys hold ids and hashes only, never a name, phone number or mail address.
 */

/** How a table is deployed. `infra/` builds it from this, the tests create it from this. */
export type TableDesign = {
  readonly stream?: 'NEW_IMAGE' | 'NEW_AND_OLD_IMAGES'
  readonly ttlAttribute?: string
  readonly indexes: Readonly<Record<string, { readonly partition: string; readonly sort?: string }>>
}

export const PARTITION = 'pk'
export const SORT = 'sk'

/** All keys and index keys are strings; every index projects keys only. */
export const TABLES = {
  Ledger: {
    stream: 'NEW_AND_OLD_IMAGES',
    indexes: { due: { partition: 'due', sort: PARTITION } },
  },
  Members: { indexes: {} },
  Operations: {
    stream: 'NEW_IMAGE',
    ttlAttribute: 'removeAt',
    indexes: { due: { partition: 'due', sort: PARTITION }, byKind: { partition: 'kind', sort: SORT } },
  },
} as const satisfies Record<string, TableDesign>

export type TableName = keyof typeof TABLES
export type Key = { readonly pk: string; readonly sk: string }

/** Sort keys of ledger entries begin with this; the stream's filter uses it too. */
export const entrySortPrefix = 'E#'
const SEQ_DIGITS = 12

export const receiptSort = 'RECEIPT'
export const redemptionSortPrefix = 'W#'

export const keys = {
  account: (memberId: string): Key => ({ pk: `A#${memberId}`, sk: 'ACCOUNT' }),
  entry: (memberId: string, seq: number): Key => ({ pk: `A#${memberId}`, sk: entrySort(seq) }),
  /** Points or receipts of one cap or visit rule counted in one local period; permanent, so that receipts may arrive in any order. */
  counter: (memberId: string, ruleId: string, period: string): Key => ({
    pk: `A#${memberId}`,
    sk: `N#${ruleId}#${period}`,
  }),
  receipt: (receipt: string): Key => ({ pk: receipt, sk: receiptSort }),
  /** Points that were captured as payment of a receipt; sorts beside the receipt, so that one query reads both. */
  spent: (receipt: string, reservationId: string): Key => ({
    pk: receipt,
    sk: `${receiptSort}#SPENT#${reservationId}`,
  }),
  refund: (receipt: string, refundNumber: string): Key => ({ pk: receipt, sk: `REFUND#${refundNumber}` }),
  operation: (operationId: string): Key => ({ pk: operationId, sk: 'OP' }),
  reservation: (id: string): Key => ({ pk: `V#${id}`, sk: 'RESERVATION' }),
  /** One part of a stock or a budget; a partition of its own, so that many can be drawn from at once. */
  shard: (subject: string, shard: number): Key => ({
    pk: `K#${subject}#${String(shard).padStart(2, '0')}`,
    sk: 'SHARD',
  }),
  /** A member's redemption of a reward; `id` is that of the reservation or the voucher, so they sort by time. */
  redemption: (memberId: string, id: string): Key => ({
    pk: `A#${memberId}`,
    sk: `${redemptionSortPrefix}${id.slice(4)}`,
  }),
  /** Leads from a voucher's code to the redemption; `digest` is a keyed hash of the code. */
  voucher: (digest: string): Key => ({ pk: `Y#${digest}`, sk: 'VOUCHER' }),
  /** What the audit of a day has sealed: a row for each segment, and `ROOT` over them all. */
  anchor: (day: string, part: string): Key => ({ pk: `ANCHOR#${day}`, sk: part }),
  /** How far the audit of the day has come. */
  auditProgress: (): Key => ({ pk: 'AUDIT', sk: 'PROGRESS' }),
  /** How far the sweep has come. */
  sweep: (): Key => ({ pk: 'SWEEP', sk: 'MARK' }),
  referralCode: (code: string): Key => ({ pk: `C#${code}`, sk: 'CODE' }),
  profile: (memberId: string): Key => ({ pk: `M#${memberId}`, sk: 'PROFILE' }),
  consent: (memberId: string, changeId: string): Key => ({ pk: `M#${memberId}`, sk: `CONSENT#${changeId}` }),
  /** Members who asked for the end of their membership; few at any time, so one partition lists them. */
  closeRequest: (memberId: string): Key => ({ pk: 'CLOSE#REQUESTS', sk: memberId }),
  /** `digest` is a keyed hash of the contact, external id or card number. */
  claim: (digest: string): Key => ({ pk: `G#${digest}`, sk: 'CLAIM' }),
  programHead: (): Key => ({ pk: 'PROGRAM', sk: 'HEAD' }),
  programVersion: (version: number): Key => ({ pk: 'PROGRAM', sk: `V#${String(version).padStart(6, '0')}` }),
  store: (storeId: string): Key => ({ pk: 'STORES', sk: storeId }),
  reward: (id: string): Key => ({ pk: 'REWARDS', sk: id }),
  /** A reward as it was published; never changed. */
  rewardVersion: (id: string, version: number): Key => ({
    pk: `REWARD#${id}`,
    sk: `V#${String(version).padStart(6, '0')}`,
  }),
  /** The subject of a person in the pool of the staff. */
  staff: (id: string): Key => ({ pk: 'STAFF', sk: id }),
  /** What must hold among all of the staff; every change of a record passes through it. */
  staffHead: (): Key => ({ pk: 'STAFF#HEAD', sk: 'HEAD' }),
  /** Sorts by its id, hence by time, in the index that lists approvals. */
  approval: (id: string): Key => ({ pk: `APPROVAL#${id}`, sk: id }),
  /** `digest` stands for one person's request of one command. */
  approvalRequest: (digest: string): Key => ({ pk: `REQUEST#${digest}`, sk: 'LATEST' }),
  /** One line of a store's local day; sorts by time, and within one moment as its account counts. */
  shiftLine: (place: ShiftPlace, line: { at: string; seq: number; entryId: string }): Key => ({
    pk: `SHIFT#${place.storeId}#${place.day}`,
    sk: `${line.at}#${String(line.seq).padStart(SEQ_DIGITS, '0')}#${line.entryId}`,
  }),
  /** `digest` is a keyed hash of what is limited and for whom. */
  rate: (digest: string): Key => ({ pk: `RATE#${digest}`, sk: 'BUCKET' }),
  /** The audit trail's row of one entry: who did it, and the notes that must stay out of the ledger. */
  audit: (entryId: string): Key => ({ pk: `AUDIT#${entryId}`, sk: 'ENTRY' }),
} as const

type ShiftPlace = { readonly storeId: string; readonly day: string }

export const entrySortRange = {
  first: `${entrySortPrefix}${'0'.repeat(SEQ_DIGITS)}`,
  last: `${entrySortPrefix}${'9'.repeat(SEQ_DIGITS)}`,
}

/** `R#<store>#<receipt>`, with `@<period>` where the store's numbers restart. */
export function receiptKey(storeId: string, receiptNumber: string, period?: string): string {
  return period === undefined ? `R#${storeId}#${receiptNumber}` : `R#${storeId}#${receiptNumber}@${period}`
}

export function entrySort(seq: number): string {
  return `${entrySortPrefix}${String(seq).padStart(SEQ_DIGITS, '0')}`
}

export const DUE_SHARDS = 16

/** Partition of the `due` index for the day on which something must be done on this account. */
export function dueKey(day: string, memberId: string): string {
  let sum = 0
  for (const character of memberId) sum = (sum * 31 + character.charCodeAt(0)) % 65_536
  return duePartition(day, sum % DUE_SHARDS)
}

export function duePartition(day: string, shard: number): string {
  return `DUE#${day.replaceAll('-', '')}#${shard}`
}

/**
 * The account row that enrolment writes, before anything was earned. Short names keep the item under 1 KB; the schema of
 * points says what each one means.
 */
export function emptyAccountRow(memberId: string, joinedAt: number) {
  return { ...keys.account(memberId), rv: 1, v: 0, s: 'ACTIVE', a: 0, p: 0, r: 0, d: 0, j: joinedAt }
}
