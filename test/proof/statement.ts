/**
 * What the ledger says in the end, as the checker of histories takes it: effects in the order of their account, each one
 * transaction with the operation that it belongs to. No sums are made here.
 */
import { type EntryRow, type Ledger, seqOf } from './ledger-rows.ts'
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
  for (const member of ledger.accounts.keys()) {
    const groups = transactionsOf(ledger.entries.get(member) ?? [])
    const own = groups.map((group) => effectOf(member, group))
    effects.set(
      member,
      own.filter((effect) => typeof effect !== 'string'),
    )
    violations.push(...own.filter((effect) => typeof effect === 'string'))
  }
  const sold = [...ledger.receipts].filter(([, { state }]) => state === 'AWARDED')
  const waiting = [...ledger.refunds].filter(([, { seq }]) => seq === undefined)
  const refused = [...ledger.operations].flatMap(([id, { refusal }]) => (refusal ? [[id, refusal.code] as const] : []))
  return {
    effects,
    sold: new Map(sold.map(([key, { amount, purchasedAt }]) => [key, { amount, at: purchasedAt }])),
    waiting: new Set(waiting.map(([id]) => id)),
    refused: new Map(refused),
    lifetimes: new Map([...ledger.accounts].map(([member, { y = [0, 0, 0, 0] }]) => [member, y])),
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

/** Entries that follow one another, of one operation at one time, with one among them that was told. */
function transactionsOf(entries: readonly EntryRow[]): EntryRow[][] {
  const groups: EntryRow[][] = []
  for (const entry of entries) {
    const group = groups.at(-1)
    const before = group?.at(-1)
    const isSame = before !== undefined && before.op === entry.op && before.at === entry.at
    const isNext = !BESIDE.has(entry.t) && group?.some(({ t }) => !BESIDE.has(t))
    if (isSame && !isNext) group?.push(entry)
    else groups.push([entry])
  }
  return groups
}

function effectOf(member: string, group: readonly EntryRow[]): Effect | string {
  const main = group.find(({ t }) => !BESIDE.has(t)) ?? group.find(({ op }) => op === 'SWEEP')
  const [first] = group
  const last = group.at(-1)
  if (main === undefined || first === undefined || last === undefined) {
    return `entries ${group.map(({ sk }) => sk)} of ${member} belong to nothing that was told`
  }
  return {
    member,
    id: main.t === 'REVERSE' ? `${main.op} REFUND#${main.rc?.[2]}` : main.op,
    first: seqOf(first),
    last: seqOf(last),
    entry: main.id,
    seq: seqOf(main),
    type: main.t,
    points: main.n,
    told: balancesOf(main),
    after: balancesOf(last),
    at: main.at,
    ...(main.rs !== undefined && { reservation: main.rs }),
  }
}

function balancesOf({ b: [available, pending, reserved, debt] }: EntryRow): Balances {
  return { available, pending, reserved, debt }
}
