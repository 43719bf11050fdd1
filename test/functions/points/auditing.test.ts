import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Account, type Posting, post } from '../../../functions/points/account.ts'
import {
  accountFaults,
  entryFaults,
  type Fault,
  replayed,
  replayFaults,
  unwritten,
} from '../../../functions/points/auditing.ts'
import { type Entry, hashOf, seal } from '../../../functions/points/entry.ts'
import { credit, takeEarliest } from '../../../functions/points/lots.ts'
import { anAccount } from '../../support/account.ts'
import { holds } from '../../support/seed.ts'

const NOON = Date.parse('2026-11-23T12:00:00Z')
const LONDON = () => 'Europe/London'

function aHistory(points: readonly number[]): { account: Account; entries: Entry[] } {
  let account = unwritten(anAccount({ version: 0, head: '' }))
  const entries: Entry[] = []
  for (const change of points) {
    const isSpend = change < 0 && account.balances.available >= -change
    const step = post(account, { type: isSpend ? 'REDEEM' : 'EARN', effective: NOON }, (work) => {
      if (isSpend) {
        takeEarliest(work, -change)
        work.lifetime.redeemed -= change
      } else {
        work.lifetime.earned += Math.abs(change)
        credit(work, change % 2 === 0 ? '2027-12-31' : 'never', Math.abs(change))
      }
      return { points: change, because: [] }
    })
    const sealing = {
      operation: `O#${entries.length}`,
      program: 1,
      actor: 'till',
      at: NOON,
      newId: () => `ent_${entries.length}`,
    }
    const sealed = seal(account, [step.posting], sealing)
    entries.push(...sealed.entries)
    account = sealed.account
  }
  return { account, entries }
}

function faultsOf(entries: readonly Entry[], account: Account): Fault[] {
  let folded = unwritten(account)
  const faults: Fault[] = []
  for (const [index, entry] of entries.entries()) {
    faults.push(...entryFaults(entry, entries[index - 1]), ...replayFaults(folded, entry, LONDON))
    folded = replayed(folded, entry)
  }
  return [...faults, ...accountFaults(account, folded)]
}

const invariants = (faults: readonly Fault[]) => [...new Set(faults.map(({ invariant }) => invariant))].sort()
/** Sealed again after a change, as somebody would who knows how hashes are made. */
const resealed = (entry: Entry): Entry => ({ ...entry, hash: hashOf(entry) })
const points = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 30 })

describe('a history as commands write it', () => {
  test('has no fault, whatever was earned and spent', () => {
    holds(
      fc.property(points, (changes) => {
        const { entries, account } = aHistory(changes)
        expect(faultsOf(entries, account)).toEqual([])
      }),
    )
  })

  test('has a fault when any one entry is left out, doubled or put in another place', () => {
    holds(
      fc.property(points, fc.nat(), (changes, pick) => {
        const { entries, account } = aHistory(changes)
        const at = pick % entries.length
        const entry = entries[at]
        if (entry === undefined) throw new Error('no entry')
        const others = [entries.toSpliced(at, 1), entries.toSpliced(at, 0, entry)]
        for (const other of others) expect(invariants(faultsOf(other, account))).toContain('I4')
      }),
    )
  })
})

describe('an entry', () => {
  const { entries, account } = aHistory([40, 30, -20])
  const [first, second, third] = entries
  if (!first || !second || !third) throw new Error('three entries')
  const withSecond = (entry: Entry) => faultsOf([first, entry, third], account)

  test.each<[string, readonly string[], Entry]>([
    ['of which a word was changed', ['I5'], { ...second, actor: 'somebody' }],
    [
      'of which the amount was changed and sealed again',
      ['I1', 'I2', 'I5', 'I13'],
      resealed({ ...second, changes: { ...second.changes, delta: { available: 99 } } }),
    ],
    ['that links to another entry', ['I5'], resealed({ ...second, previous: 'elsewhere' })],
    [
      'that leaves a negative balance',
      ['I1', 'I3', 'I5'],
      resealed({ ...second, after: { ...second.after, debt: -1 } }),
    ],
    [
      'that leaves debt beside points',
      ['I1', 'I3', 'I5'],
      resealed({ ...second, after: { ...second.after, debt: 5 } }),
    ],
    [
      'that makes points from nothing',
      ['I13', 'I5', 'I1'],
      resealed({ ...second, changes: { ...second.changes, lifetime: {} } }),
    ],
  ])('%s is told by its invariants', (_, expected, entry) => {
    expect(invariants(withSecond(entry))).toEqual([...expected].sort())
  })
})

describe('time and reservations', () => {
  const before = anAccount({
    lots: { '2026-11-22': 10, '2026-12-31': 10 },
    reservations: { rsv_1: { points: 5, expiresAt: NOON } },
  })
  const entryOf = (posting: Partial<Posting>): Entry => {
    const after = before.balances
    const about = { type: 'REDEEM' as const, points: 0, because: [], effective: NOON, changes: { delta: {} }, after }
    const place = { id: 'ent_1', memberId: 'mem_1', seq: 8, operation: 'O#1', program: 1, actor: 'till', at: NOON }
    return resealed({ ...about, ...posting, ...place, previous: 'head', hash: '' })
  }
  const told = (posting: Partial<Posting>) => invariants(replayFaults(before, entryOf(posting), LONDON))

  test.each<[string, string, Partial<Posting>]>([
    [
      'spends points after their last day',
      'I9',
      { changes: { delta: { available: -5 }, lots: { '2026-11-22': -5 }, lifetime: { redeemed: 5 } } },
    ],
    [
      'releases points too early',
      'I9',
      { type: 'SETTLE', changes: { delta: {}, maturing: { '2026-11-24|never': -5 } } },
    ],
    ['ends a reservation that is not open', 'I8', { changes: { delta: {}, reservations: { rsv_2: null } } }],
    [
      'opens a reservation twice',
      'I8',
      { changes: { delta: {}, reservations: { rsv_1: { points: 5, expiresAt: 0 } } } },
    ],
    [
      'captures more than was reserved',
      'I8',
      {
        type: 'CAPTURE',
        reservation: 'rsv_1',
        changes: { delta: { reserved: -5 }, reservations: { rsv_1: null }, lifetime: { redeemed: 6 } },
      },
    ],
  ])('an entry that %s is told as %s', (_, invariant, posting) => {
    expect(told(posting)).toContain(invariant)
  })

  test('an entry that spends on the last valid day of the shop is sound, also just before midnight', () => {
    const changes = { delta: { available: -5 }, lots: { '2026-12-31': -5 }, lifetime: { redeemed: 5 } }
    const late = { ...entryOf({ changes }), at: Date.parse('2026-12-31T23:59:59Z') }
    expect(invariants(replayFaults(before, late, LONDON))).toEqual([])
    expect(invariants(replayFaults(before, { ...late, at: late.at + 1_000 }, LONDON))).toEqual(['I9'])
    expect(invariants(replayFaults(before, { ...late, at: late.at + 1_000 }, () => 'America/New_York'))).toEqual([])
  })
})
