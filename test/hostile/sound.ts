/**
 * Adds up what lies in the ledger, row by row and with nothing of the product's own code: whatever was sent, every
 * account must be the sum of its entries.
 */
import type { Stored } from './stored.ts'

type Numbers = Readonly<Record<string, number>>
type AccountRow = { pk: string; v: number; a: number; p: number; r: number; d: number; h?: string } & {
  readonly l?: Numbers
  readonly m?: Numbers
  readonly o?: Readonly<Record<string, readonly [points: number, expiresAt: number]>>
  /** Earned, redeemed, expired, reversed. */
  readonly y?: readonly [number, number, number, number]
}
type EntryRow = { sk: string; t: string; d: Numbers; b: readonly number[]; h: string; k: string }

const PARTS = ['available', 'pending', 'reserved', 'debt'] as const

/** @returns the invariants that do not hold, each with its account. */
export function unsound(rows: Stored): string[] {
  const accounts = [...rows].filter(([key]) => key.startsWith('Ledger A#') && key.endsWith(' ACCOUNT'))
  const entries = Map.groupBy(
    [...rows].filter(([key]) => / E#\d+$/.test(key)),
    ([key]) => key.split(' ')[1],
  )
  const sums = [...entries.values()].flat().map(([, row]) => movedBy([JSON.parse(row)]))
  const between = named([['I13 what moves between accounts cancels out', total(sums) === 0]])
  const broken = accounts.flatMap(([, text]) => {
    const account: AccountRow = JSON.parse(text)
    const own = (entries.get(account.pk) ?? []).map(([, row]): EntryRow => JSON.parse(row))
    return [...brokenSums(account, movedBy(own)), ...brokenHistory(account, own)].map(
      (name) => `${name}: ${account.pk}`,
    )
  })
  return [...between, ...broken]
}

/** What came from other accounts, less what went to them. */
function movedBy(entries: readonly EntryRow[]): number {
  const moves = entries.filter(({ t }) => /^(TRANSFER|MERGE)_/.test(t))
  return total(moves.map(({ d: { available = 0, pending = 0, debt = 0 } }) => available + pending - debt))
}

function brokenSums(account: AccountRow, moved: number): string[] {
  const { a, p, r, d, l = {}, m = {}, o = {}, y = [0, 0, 0, 0] } = account
  const [earned, redeemed, expired, reversed] = y
  return named([
    ['I2 lots', total(Object.values(l)) === a],
    ['I2 maturing', total(Object.values(m)) === p],
    ['I2 reservations', total(Object.values(o).map(([points]) => points)) === r],
    ['I3 signs', [a, p, r, d].every((part) => part >= 0) && (d === 0 || a === 0)],
    ['I13 trial balance', earned + moved === a + p + r - d + redeemed + expired + reversed],
  ])
}

function brokenHistory({ v, a, p, r, d, h = '' }: AccountRow, entries: readonly EntryRow[]): string[] {
  const inOrder = entries.toSorted((one, other) => (one.sk < other.sk ? -1 : 1))
  let [balances, head] = [[0, 0, 0, 0], '']
  const broken = new Set<string>()
  for (const [index, { sk, d: delta, b: after, h: previous, k: hash }] of inOrder.entries()) {
    balances = balances.map((part, at) => part + (delta[PARTS[at] ?? ''] ?? 0))
    if (Number(sk.slice(2)) !== index + 1) broken.add('I4 sequence')
    if (String(after) !== String(balances)) broken.add('I1 balances after an entry')
    if (previous !== head) broken.add('I5 chain')
    head = hash
  }
  const ends = named([
    ['I1 balances', String(balances) === String([a, p, r, d])],
    ['I4 version', inOrder.length === v],
    ['I5 head', head === h],
  ])
  return [...broken, ...ends]
}

function named(checks: readonly (readonly [name: string, holds: boolean])[]): string[] {
  return checks.filter(([, holds]) => !holds).map(([name]) => name)
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
