import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Account, apply, type Posting } from '../../../functions/points/account.ts'
import { decideAdjustment } from '../../../functions/points/adjusting.ts'
import { decideAward } from '../../../functions/points/awarding.ts'
import { canonicalEntry, type Entry, hashOf, seal } from '../../../functions/points/entry.ts'
import { AdjustmentInput } from '../../../functions/points/schema.ts'
import { decideCapture, decideRedemption, decideReservation, decideVoid } from '../../../functions/points/spending.ts'
import { sha256 } from '../../../functions/shared/canonical.ts'
import { anAccount, MEMBER_ID } from '../../support/account.ts'
import { aDocument, aPurchase, aRefund, awardTerms, keptReceipt, NOW, refunded } from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'

const PROGRAM = aDocument({ expiry: { mode: 'rolling', period: 'P12M', roundUp: 'month', restoreGrace: 'P7D' } })
const terms = { now: NOW, program: PROGRAM, lapsed: {} }
const empty = () => anAccount({ version: 0, head: '' })

const sealing = () => {
  let ids = 0
  return { operation: 'O#1', program: 3, actor: 'till-1', at: NOW, newId: () => `ent_${++ids}` }
}

/** One of every kind of posting, each on the account that the one before left behind. */
function everyKind() {
  const postings: Posting[] = []
  let account: Account = empty()
  const keep = <Decision extends { account: Account; postings: readonly Posting[] }>(decision: Decision): Decision => {
    postings.push(...decision.postings)
    account = decision.account
    return decision
  }
  const spend = (points: number) => ({ points, storeId: 'central', orderNumber: 'A-1' })
  const adjust = (points: number) => ({
    input: AdjustmentInput.parse({ memberId: MEMBER_ID, points, reason: 'other', note: 'x' }),
    actor: { id: 'a', roles: ['admin'] as const, stores: '*' as const },
  })
  const award = keep(decideAward(account, aPurchase({ purchasedAt: '2026-11-22T23:30:00+01:00' }), awardTerms(PROGRAM)))
  keep(decideAdjustment(account, adjust(30), terms))
  keep(decideRedemption(account, spend(20), terms))
  const one = keep(decideReservation(account, { ...spend(40), id: 'rsv_1', expiresAt: NOW + 60_000 }, terms))
  const held = (id: string, points: number, lots: Record<string, number>) => ({ id, storeId: 'central', points, lots })
  keep(decideCapture(account, { held: held('rsv_1', 40, one.lots), points: 15, receiptNumber: '7' }, terms))
  const two = keep(decideReservation(account, { ...spend(10), id: 'rsv_2', expiresAt: NOW + 60_000 }, terms))
  keep(decideVoid(account, held('rsv_2', 10, two.lots), terms))
  keep(refunded(account, { receipt: keptReceipt(award), program: PROGRAM }, aRefund()))
  keep(decideAdjustment(account, adjust(12), terms))
  return { postings, account }
}

describe('sealing', () => {
  const { postings, account } = everyKind()
  const sealed = seal(empty(), postings, sealing())

  test('numbers without a gap and links each entry to the one before (I4, I5)', () => {
    expect(sealed.entries.map(({ seq }) => seq)).toEqual(postings.map((_, index) => index + 1))
    let previous = ''
    for (const entry of sealed.entries) {
      expect(entry.previous).toBe(previous)
      expect(entry.hash).toBe(sha256(previous + canonicalEntry(entry)))
      previous = entry.hash
    }
    expect([sealed.account.head, sealed.account.version]).toEqual([previous, postings.length])
  })

  test('leads to the account that was decided, so that the entries are the balances (I1)', () => {
    expect({ ...sealed.account, version: 0, head: '' }).toEqual({ ...account, version: 0, head: '' })
    const folded = sealed.entries.reduce((so, { changes }) => apply(so, changes), empty())
    expect(folded.balances).toEqual(account.balances)
    expect(sealed.entries.map(({ after }) => after).at(-1)).toEqual(account.balances)
  })

  test('goes on after the account’s last entry', () => {
    const [first] = seal(anAccount({ version: 41, head: 'h41' }), postings.slice(0, 1), sealing()).entries
    expect([first?.seq, first?.previous]).toEqual([42, 'h41'])
  })

  test('of nothing changes nothing', () => {
    expect(seal(empty(), [], sealing())).toEqual({ entries: [], account: empty() })
  })
})

describe('the canonical entry', () => {
  const [entry] = seal(empty(), everyKind().postings, sealing()).entries

  test('is one spelling of everything an entry says, without its links', () => {
    expect(entry && canonicalEntry(entry)).toBe(
      '{"actor":"till-1","after":{"available":100,"debt":0,"pending":0,"reserved":0},"at":"2026-11-23T10:00:00.000Z",' +
        '"because":[{"code":"spend","params":{"baseMinor":10000,"currency":"GBP","perMinor":100,"points":1},"points":100,"rule":"spend"}],' +
        '"delta":{"available":100},"effective":"2026-11-22T22:30:00.000Z","expiresOn":"2027-11-30","id":"ent_1",' +
        '"lifetime":{"earned":100},"lots":{"2027-11-30":100},"memberId":"mem_01J9MEMBER0000000000000000","operation":"O#1",' +
        '"points":100,"program":3,"receipt":{"receiptNumber":"536365","storeId":"central"},"seq":1,"type":"EARN"}',
    )
  })

  test.each<[string, (entry: Entry) => Partial<Entry>]>([
    ['seq', ({ seq }) => ({ seq: seq + 1 })],
    ['type', () => ({ type: 'ADJUST' })],
    ['points', ({ points }) => ({ points: points + 1 })],
    ['actor', () => ({ actor: 'somebody' })],
    ['operation', () => ({ operation: 'O#2' })],
    ['program', ({ program }) => ({ program: program + 1 })],
    ['at', ({ at }) => ({ at: at + 1 })],
    ['effective', ({ effective }) => ({ effective: effective + 1 })],
    ['member', () => ({ memberId: 'mem_2' })],
    ['id', () => ({ id: 'ent_9' })],
    ['after', ({ after }) => ({ after: { ...after, available: 101 } })],
    ['delta', ({ changes }) => ({ changes: { ...changes, delta: { available: 101 } } })],
    ['lots', ({ changes }) => ({ changes: { ...changes, lots: { never: 100 } } })],
    ['lifetime', ({ changes }) => ({ changes: { ...changes, lifetime: { earned: 101 } } })],
    ['maturing', ({ changes }) => ({ changes: { ...changes, maturing: { 'a|b': 1 } } })],
    ['reservations', ({ changes }) => ({ changes: { ...changes, reservations: { rsv_1: null } } })],
    ['debtSince', ({ changes }) => ({ changes: { ...changes, debtSince: '2026-11-23' } })],
    ['because', () => ({ because: [] })],
    ['receipt', () => ({ receipt: { storeId: 'central', receiptNumber: '536366' } })],
    ['store', () => ({ storeId: 'north' })],
    ['reservation', () => ({ reservation: 'rsv_9' })],
    ['expiresOn', () => ({ expiresOn: 'never' })],
    ['previous', () => ({ previous: 'x' })],
  ])('changes its hash when somebody changes %s', (_, change) => {
    if (!entry) throw new Error('no entry')
    expect(hashOf({ ...entry, ...change(entry) })).not.toBe(entry.hash)
  })
})

test('a chain without one of its entries, or with two of them swapped, does not hold', () => {
  const { entries } = seal(empty(), everyKind().postings, sealing())
  const isWhole = (chain: readonly Entry[]) =>
    chain.every((entry, index) => entry.previous === (chain[index - 1]?.hash ?? '') && hashOf(entry) === entry.hash)
  expect(isWhole(entries)).toBe(true)
  holds(
    fc.property(fc.nat(entries.length - 2), (at) => {
      expect(isWhole(entries.filter((_, index) => index !== at))).toBe(false)
      const [a, b] = [entries[at], entries[at + 1]]
      if (!a || !b) throw new Error('no pair')
      expect(isWhole(entries.with(at, b).with(at + 1, a))).toBe(false)
    }),
    20,
  )
})
