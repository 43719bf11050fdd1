/**
 * What the ledger says in the end, as the checker of histories takes it: effects in the order of their account, each one
 * transaction with the operation that it belongs to. No sums are made here.
 */
import {
  type AccountRow,
  type EntryRow,
  type GuardRow,
  type Ledger,
  type Numbers,
  type ReceiptRow,
  seqOf,
} from './ledger-rows.ts'
import type { Balances } from './model-book.ts'

/** What one transaction wrote to one account. */
export type Effect = {
  readonly member: string
  /** What must have one effect: a receipt, a refund, an operation; `SWEEP` for what time alone did. */
  readonly id: string
  readonly first: number
  readonly last: number
  /** The entry that the caller was told. */
  readonly entry: string
  readonly seq: number
  readonly type: string
  readonly points: number
  /** Balances after the entry that was told, and after the whole transaction. */
  readonly told: Balances
  readonly after: Balances
  /** When it was decided. */
  readonly at: number
  readonly reservation?: string
  readonly voucher?: string
  /** How it changed which receipt, as the how-manyeth change of it. */
  readonly change?: { readonly deed: string; readonly receipt: string; readonly n: number }
}

export type Sold = { readonly amount: number; readonly at: number }

export type Statement = {
  readonly effects: ReadonlyMap<string, readonly Effect[]>
  readonly sold: ReadonlyMap<string, Sold>
  /** Ids of refunds that came before their receipt. */
  readonly waiting: ReadonlySet<string>
  readonly refused: ReadonlyMap<string, string>
  /** Earned, redeemed, expired and reversed in all, by member. */
  readonly lifetimes: ReadonlyMap<string, readonly number[]>
  /** By member: level, its last day, and what is kept of each month. */
  readonly levels: ReadonlyMap<string, { readonly level: string; readonly until: string; readonly months: Numbers }>
  /** How often limits of rewards have counted, by member: the reward and its period. */
  readonly had: ReadonlyMap<string, Numbers>
  /** By member: the time that new members wait from. */
  readonly joined: ReadonlyMap<string, number>
  /** By subject: what is left in each shard. */
  readonly left: ReadonlyMap<string, readonly number[]>
  readonly violations: readonly string[]
}

const BESIDE = new Set(['SETTLE', 'RESTORE'])

export function statementOf(ledger: Ledger): Statement {
  const violations: string[] = []
  const effects = new Map<string, readonly Effect[]>()
  const changes = changesOf(ledger)
  for (const member of ledger.accounts.keys()) {
    const changeOf = (entry: EntryRow) => changes.get(`${member} ${seqOf(entry)}`)
    const groups = transactionsOf(ledger.entries.get(member) ?? [], changeOf)
    const own = groups.map((group) => effectOf(member, group, changeOf))
    effects.set(
      member,
      own.filter((effect) => typeof effect !== 'string'),
    )
    violations.push(...own.filter((effect) => typeof effect === 'string'))
  }
  const sold = [...ledger.receipts].filter(([, { state }]) => state === 'AWARDED')
  const waiting = [...ledger.refunds].filter(([, { seq, deed }]) => seq === undefined && deed === undefined)
  const refused = [...ledger.operations].flatMap(([id, { refusal }]) => (refusal ? [[id, refusal.code] as const] : []))
  return {
    effects,
    sold: new Map(sold.map(([key, receipt]) => [key, soldOf(ledger, receipt)])),
    waiting: new Set(waiting.map(([id]) => id)),
    refused: new Map(refused),
    lifetimes: new Map([...ledger.accounts].map(([member, { y = [0, 0, 0, 0] }]) => [member, y])),
    levels: new Map([...ledger.accounts].map(([member, row]) => [member, levelOf(row)])),
    had: new Map([...ledger.accounts.keys()].map((member) => [member, ledger.counts.get(member) ?? {}])),
    joined: new Map([...ledger.accounts].map(([member, { j }]) => [member, j])),
    left: new Map(
      [...Map.groupBy(ledger.shards, ({ pk }) => pk.split('#')[1] ?? '')].map(([subject, shards]) => [
        subject,
        shards.map(({ left }) => left),
      ]),
    ),
    violations,
  }
}

/** A part that waits and one that counts belong to the same month. */
function levelOf({ t, tu, q }: AccountRow) {
  const months: Record<string, number> = {}
  for (const [key, units] of Object.entries((q as Numbers | undefined) ?? {})) {
    const month = key.slice(-'2026-11s'.length, -1)
    months[month] = (months[month] ?? 0) + units
  }
  return { level: String(t ?? 't0'), until: String(tu ?? ''), months }
}

/** As the slip was sent; of a receipt that was changed its first entry tells. */
function soldOf({ entries }: Ledger, { amount, purchasedAt, history }: ReceiptRow): Sold {
  if (history === undefined) return { amount, at: purchasedAt }
  const { memberId, entrySeq } = history.first
  const first = entries.get(memberId)?.[entrySeq - 1]
  const base = first?.w.find(({ params }) => params?.baseMinor !== undefined)?.params?.baseMinor
  return { amount: Number(base ?? 0), at: purchasedAt }
}

type ChangeOf = (entry: EntryRow) => GuardRow | undefined

/** By member and number of the entry. */
function changesOf({ refunds }: Ledger): ReadonlyMap<string, GuardRow> {
  const changes = [...refunds.values()].filter(({ deed }) => deed !== undefined)
  return new Map(
    changes.flatMap((row) =>
      [row, row.earned].flatMap((at) => (at?.seq ? [[`${at.memberId} ${at.seq}`, row] as const] : [])),
    ),
  )
}

/** Entries that follow one another, of one operation at one time, with one among them that was told. */
function transactionsOf(entries: readonly EntryRow[], changeOf: ChangeOf): EntryRow[][] {
  const groups: EntryRow[][] = []
  for (const entry of entries) {
    const group = groups.at(-1)
    const before = group?.at(-1)
    const isSame = before !== undefined && before.op === entry.op && before.at === entry.at
    const others = group?.filter(({ t }) => !BESIDE.has(t)) ?? []
    const isTogether = others.every((other) => changeOf(other) !== undefined && changeOf(other) === changeOf(entry))
    const isNext = !BESIDE.has(entry.t) && !isTogether
    if (isSame && !isNext) group?.push(entry)
    else groups.push([entry])
  }
  return groups
}

function effectOf(member: string, group: readonly EntryRow[], changeOf: ChangeOf): Effect | string {
  const main = group.find(({ t }) => !BESIDE.has(t)) ?? group.find(({ t, op }) => op === 'SWEEP' || t === 'RESTORE')
  const [first] = group
  const last = group.at(-1)
  if (main === undefined || first === undefined || last === undefined) {
    return `entries ${group.map(({ sk }) => sk)} of ${member} belong to nothing that was told`
  }
  const change = changeOf(main)
  // What was taken back on the same account is part of what was told.
  const reversed = change && group.find((entry) => entry !== main && entry.t === 'REVERSE')
  const id = main.t === 'REVERSE' ? `${main.op} REFUND#${main.rc?.[2]}` : main.op
  return {
    member,
    id: change?.key ?? id,
    ...(change && { change: { deed: String(change.deed), receipt: change.pk, n: numberOf(change) } }),
    first: seqOf(first),
    last: seqOf(last),
    entry: main.id,
    seq: seqOf(main),
    type: change ? typeOfChange(change, main) : main.t,
    points: main.n,
    told: balancesOf(reversed ?? main),
    after: balancesOf(last),
    at: main.at,
    ...(main.rs !== undefined && { reservation: main.rs }),
    ...voucherOf(main),
  }
}

function voucherOf({ w }: EntryRow): { readonly voucher?: string } {
  const voucher = w.find(({ params }) => params?.voucher !== undefined)?.params?.voucher
  return voucher === undefined ? {} : { voucher: String(voucher) }
}

function numberOf({ sk }: GuardRow): number {
  return Number(sk.slice('REFUND#~'.length))
}

/** A receipt that goes from one member to another is on two accounts at once. */
function typeOfChange({ deed, seq }: GuardRow, { t }: EntryRow): string {
  if (deed !== 'reassign' || seq === undefined) return t
  return t === 'EARN' ? 'REASSIGN_IN' : 'REASSIGN_OUT'
}

function balancesOf({ b: [available, pending, reserved, debt] }: EntryRow): Balances {
  return { available, pending, reserved, debt }
}
