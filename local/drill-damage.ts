/**
 * Takes back what a restore may take back: of some rows everything that was written after some moment. And says, by
 * counting rows and with none of the product's own code, whose rows no longer agree and who was released wrongly.
 */
import type { Row } from '../functions/platform/table.ts'
import { type Random, shuffled } from './chance.ts'
import type { Rows, Version } from './drill-shop.ts'

export type Damage = { readonly rows: Rows; readonly tornRows: number; readonly tornTransactions: number }

/** `share` of the rows that were written lately, each back to what it was before one of its writes, chosen by chance. */
export function tear(
  whole: Rows,
  { versions, before }: { readonly versions: ReadonlyMap<string, readonly Version[]>; readonly before: Rows },
  { share, random }: { readonly share: number; readonly random: Random },
): Damage {
  const rows: Rows = new Map(whole)
  const transactions = new Set<number>()
  const names = shuffled([...versions.keys()].sort(), random)
  const torn = names.slice(0, Math.max(1, Math.round(names.length * share)))
  for (const name of torn) {
    const written = versions.get(name) ?? []
    const cut = Math.floor(random() * written.length)
    for (const { transaction } of written.slice(cut)) transactions.add(transaction)
    const row = cut === 0 ? before.get(name) : written[cut - 1]?.row
    if (row === undefined) rows.delete(name)
    else rows.set(name, row)
  }
  return { rows, tornRows: torn.length, tornTransactions: transactions.size }
}

type Entry = {
  readonly pk: string
  readonly seq: number
  readonly type: string
  readonly operation: string
  readonly row: Row
}

/** Members of whom some row disagrees with another one. */
export function affected(rows: Rows): Set<string> {
  const found = new Set<string>()
  const all = [...rows.values()]
  const entries = all.filter(({ sk }) => String(sk).startsWith('E#')).map(entryOf)
  const byMember = Map.groupBy(entries, ({ pk }) => pk.slice(2))
  for (const [memberId, own] of byMember) {
    const version = Number(rows.get(`A#${memberId} ACCOUNT`)?.v ?? 0)
    const seqs = own.map(({ seq }) => seq).sort((a, b) => a - b)
    if (seqs.length !== version || seqs.some((seq, index) => seq !== index + 1)) found.add(memberId)
  }
  for (const { pk, sk, v } of all) {
    const memberId = String(pk).slice(2)
    if (sk === 'ACCOUNT' && Number(v) > 0 && !byMember.has(memberId)) found.add(memberId)
  }
  for (const entry of entries) if (!isGuarded(entry, rows)) found.add(entry.pk.slice(2))
  for (const row of all) {
    const memberId = namedInVain(row, rows)
    if (memberId !== undefined) found.add(memberId)
  }
  for (const memberId of [...openWithout(all, rows), ...receiptsApart(all), ...oneLegged(entries)]) found.add(memberId)
  return found
}

function entryOf(row: Row): Entry {
  const { pk, sk, t, op } = row
  return { pk: String(pk), seq: Number(String(sk).slice(2)), type: String(t), operation: String(op), row }
}

const BY_OPERATION = new Set(['REDEEM', 'RESERVE', 'ADJUST', 'TRANSFER_OUT', 'MERGE_OUT', 'STATE', 'GRANT', 'CLOSE'])

function isGuarded({ type, operation, seq, row }: Entry, rows: Rows): boolean {
  const names = (guard: Row | undefined) => guard?.seq === seq && `A#${String(guard.memberId)}` === row.pk
  if (type === 'EARN') return names(rows.get(`${operation} RECEIPT`)) || formerAwards(operation, rows).some(names)
  if (type === 'REVERSE') return names(rows.get(`${operation} REFUND#${String(row.rc?.[2])}`))
  if (type === 'CAPTURE' || type === 'VOID') {
    const reservation = rows.get(`V#${String(row.rs)} RESERVATION`)
    const isNamed = reservation?.done?.operation === operation && reservation.done.seq === seq
    const isPaid =
      row.rc === undefined || rows.has(`R#${String(row.rc[0])}#${String(row.rc[1])} RECEIPT#SPENT#${String(row.rs)}`)
    return isNamed && isPaid
  }
  if (BY_OPERATION.has(type) && !names(rows.get(`${operation} OP`))) return false
  const ended = type === 'CLOSE' ? Object.keys(row.o ?? {}) : []
  return ended.every((id) => {
    const done = rows.get(`V#${id} RESERVATION`)?.done
    return done?.operation === operation && done.seq === seq
  })
}

/** Awards that a change of their receipt has put another in the place of, as each change remembers. */
function formerAwards(receipt: string, rows: Rows): Row[] {
  const former: Row[] = []
  for (let n = 1; ; n += 1) {
    const change = rows.get(`${receipt} REFUND#~${String(n).padStart(2, '0')}`)
    if (change === undefined) return former
    if (change.was) former.push(change.was)
  }
}

/** The member of a row that speaks of an entry which is not there, or belongs to another operation. */
function namedInVain(row: Row, rows: Rows): string | undefined {
  const isGuard = row.sk === 'OP' || row.sk === 'RECEIPT' || String(row.sk).startsWith('REFUND#')
  const seq = row.sk === 'RESERVATION' ? row.done?.seq : isGuard ? row.seq : undefined
  if (typeof row.memberId !== 'string') return undefined
  if (seq !== undefined) {
    const entry = rows.get(`A#${row.memberId} E#${String(seq).padStart(12, '0')}`)
    return entry?.op === (row.done?.operation ?? row.pk) ? undefined : row.memberId
  }
  if (!String(row.sk).startsWith('RECEIPT#SPENT#')) return undefined
  const id = String(row.sk).slice('RECEIPT#SPENT#'.length)
  const captured = [...rows.values()].some((entry) => entry.t === 'CAPTURE' && entry.rs === id)
  return captured ? undefined : row.memberId
}

/** Reservations that only the account or only their own row holds open. */
function openWithout(all: readonly Row[], rows: Rows): string[] {
  return all.flatMap((row) => {
    if (row.sk === 'ACCOUNT') {
      const open = Object.keys(row.o ?? {})
      const isApart = open.some((id) => rows.get(`V#${id} RESERVATION`)?.state !== 'RESERVED')
      return isApart ? [String(row.pk).slice(2)] : []
    }
    if (row.sk !== 'RESERVATION' || row.state !== 'RESERVED') return []
    const memberId = String(row.memberId)
    const isOpen = rows.get(`A#${memberId} ACCOUNT`)?.o?.[String(row.pk).slice(2)] !== undefined
    return isOpen ? [] : [memberId]
  })
}

/** Receipts that do not count the refunds that stand beside them. */
function receiptsApart(all: readonly Row[]): string[] {
  const receipts = Map.groupBy(
    all.filter(({ pk }) => String(pk).startsWith('R#')),
    ({ pk }) => String(pk),
  )
  return [...receipts.values()].flatMap((rows) => {
    const refunds = rows.filter(({ sk }) => String(sk).startsWith('REFUND#'))
    const receipt = rows.find(({ sk }) => sk === 'RECEIPT')
    const changes = receipt === undefined ? 0 : Number(receipt.n)
    const expected = refunds.length + (receipt?.state === 'AWARDED' ? 1 : 0)
    const memberId = receipt?.memberId ?? refunds[0]?.memberId
    return changes === expected || memberId === undefined ? [] : [String(memberId)]
  })
}

function oneLegged(entries: readonly Entry[]): string[] {
  const moves = entries.filter(({ type }) => /^(TRANSFER|MERGE)_/.test(type))
  const operations = Map.groupBy(moves, ({ operation }) => operation)
  return [...operations.values()].flatMap((legs) => (legs.length === 2 ? [] : legs.map(({ pk }) => pk.slice(2))))
}

/** Members whom the recovery let go although somebody else had frozen them. */
export function releasedWrongly(rows: Rows): string[] {
  const states = [...rows.values()].filter(({ sk, t }) => String(sk).startsWith('E#') && t === 'STATE')
  const byMember = Map.groupBy(states, ({ pk }) => String(pk).slice(2))
  return [...byMember].flatMap(([memberId, own]) => {
    const actors = own.sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1)).map(({ u }) => String(u))
    return actors.some((actor, index) => actor === 'restore' && actors[index - 1] !== 'system') ? [memberId] : []
  })
}
