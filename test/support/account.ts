/** Accounts as the rules see them. Only what matters to a test is written in it; the balances follow from the parts. */
import { expect } from 'vitest'
import {
  type Account,
  apply,
  brokenInvariant,
  type Lifetime,
  type Posting,
  sum,
} from '../../functions/points/account.ts'
import { TEST_START } from './clock.ts'

export const MEMBER_ID = 'mem_01J9MEMBER0000000000000000'
const DAY_MS = 86_400_000

export type GivenAccount = Partial<Omit<Account, 'balances' | 'lifetime'>> & {
  /** Points that never expire; `lots` says more. */
  readonly available?: number
  readonly debt?: number
  readonly lifetime?: Partial<Lifetime>
}

/** Joined a year ago, with a verified contact and nothing on it. */
export function anAccount({ available, debt = 0, lifetime = {}, ...given }: GivenAccount = {}): Account {
  const lots = given.lots ?? (available ? { never: available } : {})
  const maturing = given.maturing ?? {}
  const reservations = given.reservations ?? {}
  return {
    memberId: MEMBER_ID,
    version: 7,
    status: 'ACTIVE',
    joinedAt: Date.parse(TEST_START) - 365 * DAY_MS,
    hasVerifiedContact: true,
    head: 'head',
    qualifying: {},
    ...given,
    lots,
    maturing,
    reservations,
    balances: {
      available: sum(Object.values(lots)),
      pending: sum(Object.values(maturing)),
      reserved: sum(Object.values(reservations).map(({ points }) => points)),
      debt,
    },
    lifetime: { earned: 0, redeemed: 0, expired: 0, reversed: 0, ...lifetime },
  }
}

type Decided = { readonly account: Account; readonly postings: readonly Posting[] }

/**
 * What must hold of every decision: the postings lead from the account before to the one after (I1), each says the
 * balances after it, nothing is negative (I2, I3), and nothing was issued or lost outside the books (I13).
 */
export function expectSound(before: Account, decision: Decided): void {
  expectSoundTogether([before, decision])
}

/** The same of a decision on several accounts, where what leaves one arrives at another. */
export function expectSoundTogether(...parts: readonly (readonly [before: Account, decision: Decided])[]): void {
  for (const [before, { account: after, postings }] of parts) {
    let account = before
    for (const posting of postings) {
      account = apply(account, posting.changes)
      expect(posting.after).toEqual(account.balances)
      expect(brokenInvariant(account)).toBeUndefined()
      expect(account.debtSince !== undefined && account.balances.debt === 0).toBe(false)
    }
    expect(account).toEqual(after)
  }
  const issued = sum(parts.map(([before]) => unbooked(before)))
  expect(sum(parts.map(([, { account }]) => unbooked(account)))).toBe(issued)
}

/** Issued less where it went; the same before and after whatever is decided. */
export function unbooked({ balances, lifetime }: Account): number {
  const { available, pending, reserved, debt } = balances
  const { earned, redeemed, expired, reversed } = lifetime
  return earned - (available + pending + reserved - debt + redeemed + expired + reversed)
}
