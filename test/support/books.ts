/**
 * The whole ledger proven from its rows alone: every account from its entries (I1 to I5), all accounts together (I13), open
 * reservations (I8), and stocks and budgets from what the entries drew from them (I10, I11).
 */
import { expect } from 'vitest'
import type { Row, Tables } from '../../functions/platform/table.ts'
import { type Account, apply, brokenInvariant, sum } from '../../functions/points/account.ts'
import { type Entry, hashOf } from '../../functions/points/entry.ts'
import { accountFromRow, entryFromRow, ReservationRow } from '../../functions/points/row-schema.ts'
import { ShardRow } from '../../functions/points/shard-store.ts'
import { anAccount, unbooked } from './account.ts'
import { rowsOf } from './tables.ts'

/** @returns the accounts by member. */
export async function expectSoundBooks(tables: Tables): Promise<ReadonlyMap<string, Account>> {
  const rows = await rowsOf(tables, 'Ledger')
  const accounts = rows.filter(({ sk }) => sk === 'ACCOUNT').map((row) => accountFromRow(named(row), row))
  const entries = rows.filter(({ sk }) => String(sk).startsWith('E#')).map(entryFromRow)
  for (const account of accounts) {
    const own = entries.filter(({ memberId }) => memberId === account.memberId).sort((a, b) => a.seq - b.seq)
    expectFolded(account, own)
  }
  expect(sum(accounts.map(unbooked))).toBe(0)
  expectReservations(rows, accounts)
  expectShards(rows, entries)
  return new Map(accounts.map((account) => [account.memberId, account]))
}

const named = ({ pk }: Row) => String(pk).slice('A#'.length)

function expectFolded(account: Account, entries: readonly Entry[]): void {
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: account.version }, (_, index) => index + 1))
  const { memberId, joinedAt, hasVerifiedContact } = account
  let folded = anAccount({ memberId, version: 0, head: '', joinedAt, hasVerifiedContact })
  for (const entry of entries) {
    expect([entry.previous, entry.hash]).toEqual([folded.head, hashOf(entry)])
    folded = { ...apply(folded, entry.changes), version: entry.seq, head: entry.hash }
    expect(folded.balances).toEqual(entry.after)
    expect(brokenInvariant(folded)).toBeUndefined()
  }
  expect(folded).toEqual(account)
}

function expectReservations(rows: readonly Row[], accounts: readonly Account[]): void {
  const open = rows
    .filter(({ sk, state }) => sk === 'RESERVATION' && state === 'RESERVED')
    .map((row) => [String(row.pk).slice(2), ReservationRow.parse(row).memberId, ReservationRow.parse(row).points])
  const held = accounts.flatMap(({ memberId, reservations }) =>
    Object.entries(reservations).map(([id, { points }]) => [id, memberId, points]),
  )
  expect(open.sort()).toEqual(held.sort())
}

/** A gift draws its points, a reward one piece; both name the shard in their reasons. */
function expectShards(rows: readonly Row[], entries: readonly Entry[]): void {
  const drawn = new Map<string, number>()
  for (const { type, because } of entries) {
    for (const { points, params } of because) {
      if (params?.shard === undefined) continue
      const name = `K#${params.subject}#${String(params.shard).padStart(2, '0')}`
      drawn.set(name, (drawn.get(name) ?? 0) + (type === 'GRANT' ? points : isTaken(type) ? 1 : -1))
    }
  }
  const shards = rows.filter(({ sk }) => sk === 'SHARD')
  for (const row of shards) {
    const { initial, left } = ShardRow.parse(row)
    expect([row.pk, initial - left]).toEqual([row.pk, drawn.get(String(row.pk)) ?? 0])
    drawn.delete(String(row.pk))
  }
  expect([...drawn.keys()]).toEqual([])
}

/** A piece is taken with the points for it; any other entry that names its shard gives it back. */
function isTaken(type: Entry['type']): boolean {
  return type === 'REDEEM' || type === 'RESERVE'
}
