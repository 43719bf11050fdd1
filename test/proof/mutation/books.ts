/**
 * Whether the books of a story balance, from the rows alone: entries numbered without a gap, linked by hash, and summing
 * to the account; nothing issued that is nowhere. Shares no code with the product but its published proof of a history.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Row } from '../../../functions/platform/table.ts'
import { getProof } from '../../../functions/points/proof.ts'
import type { Shop } from './shop.ts'

type Proof = {
  readonly head: string
  readonly entries: readonly { readonly canonical: string; readonly hash: string }[]
}

export async function expectBalanced(shop: Shop): Promise<void> {
  const rows = await shop.rows()
  const accounts = rows.filter(({ sk }) => sk === 'ACCOUNT')
  for (const account of accounts) {
    const entries = rows
      .filter(({ pk, sk }) => pk === account.pk && String(sk).startsWith('E#'))
      .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1))
    expectFolded(account, entries)
    if (entries.length > 0) await expectLinked(shop, account, entries)
  }
  assert.equal(unbooked(accounts), 0, 'what was issued is not where it should be')
}

function expectFolded(account: Row, entries: readonly Row[]): void {
  assert.deepEqual(
    entries.map(({ sk }) => Number(String(sk).slice(2))),
    Array.from({ length: Number(account.v) }, (_, index) => index + 1),
    'the entries are not numbered from 1 to the version',
  )
  for (const [part, name] of [
    ['a', 'available'],
    ['p', 'pending'],
    ['r', 'reserved'],
    ['d', 'debt'],
  ] as const) {
    const sum = entries.reduce((before, { d }) => before + Number(d[name] ?? 0), 0)
    assert.equal(account[part], sum, `${name} is not the sum of the entries`)
  }
  const sumOf = (lots: Record<string, number> = {}) => Object.values(lots).reduce((a, b) => a + b, 0)
  const open = Object.values((account.o ?? {}) as Record<string, [number, number]>)
  assert.equal(account.a, sumOf(account.l), 'the lots do not sum to what is available')
  assert.equal(account.p, sumOf(account.m), 'what matures does not sum to what is pending')
  assert.equal(
    account.r,
    open.reduce((sum, [points]) => sum + points, 0),
    'the open reservations do not sum',
  )
}

async function expectLinked(shop: Shop, account: Row, entries: readonly Row[]): Promise<void> {
  let previous = ''
  for (const entry of entries) {
    assert.equal(entry.h, previous, 'an entry does not name the one before it')
    previous = String(entry.k)
  }
  assert.equal(account.h, previous, 'the account does not name its last entry')
  const { body } = await shop.ask(getProof, { memberId: String(account.pk).slice(2) })
  const proof = body as Proof
  let hash = ''
  for (const entry of proof.entries) {
    hash = createHash('sha256')
      .update(hash + entry.canonical)
      .digest('base64url')
    assert.equal(entry.hash, hash, 'a hash does not cover the one before it')
  }
  assert.equal(proof.head, hash)
}

/** Issued less where it went, over all members. */
function unbooked(accounts: readonly Row[]): number {
  return accounts.reduce((sum, { a, p, r, d, y = [0, 0, 0, 0] }) => {
    const [earned, redeemed, expired, reversed] = y
    return sum + earned - (a + p + r - d + redeemed + expired + reversed)
  }, 0)
}
