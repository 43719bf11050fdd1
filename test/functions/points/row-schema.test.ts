import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyAccountRow } from '../../../functions/platform/table-design.ts'
import { type Account, ENTRY_TYPES, type Posting } from '../../../functions/points/account.ts'
import { canonicalEntry, hashOf, seal } from '../../../functions/points/entry.ts'
import { type Receipt, receiptFromRow, rowFromReceipt } from '../../../functions/points/receipt-row-schema.ts'
import { accountFromRow, entryFromRow, rowFromAccount, rowFromEntry } from '../../../functions/points/row-schema.ts'
import { anAccount, MEMBER_ID } from '../../support/account.ts'
import { holds } from '../../support/seed.ts'

/** What comes back from the table: absent fields are gone, numbers are numbers, and maps have lost their order. */
function stored(row: object): Record<string, unknown> {
  const written = unmarshall(marshall(row, { removeUndefinedValues: true }))
  return Object.fromEntries(Object.entries(written).reverse())
}

const day = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
const expiry = fc.oneof(day, fc.constant('never'))
const points = fc.integer({ min: 1, max: 1_000_000_000 })
const change = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 })
const open = fc.record({ points, expiresAt: fc.nat() })
const id = fc.stringMatching(/^rsv_[0-9A-Z]{6}$/)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const sent = fc.record({ month: day.map((date) => date.slice(0, 7)), points })
const status = fc.constantFrom('ACTIVE' as const, 'FROZEN' as const, 'CLOSED' as const)
const without = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T

const accounts: fc.Arbitrary<Account> = fc
  .record({
    lots: fc.dictionary(expiry, points),
    maturing: fc.dictionary(
      fc.tuple(day, expiry).map(([release, last]) => `${release}|${last}`),
      points,
    ),
    reservations: fc.dictionary(id, open, { maxKeys: 10 }),
    version: fc.nat(),
    status,
    mergedInto: maybe(fc.constant('mem_01J9NT00000000000000000000')),
    sent: maybe(sent),
    qualifying: fc.dictionary(
      day.map((date) => date.slice(0, 7)),
      points,
    ),
    joinedAt: fc.nat(),
    hasVerifiedContact: fc.boolean(),
    head: fc.string(),
    debt: fc.nat(),
    lifetime: fc.record({ earned: fc.nat(), redeemed: fc.nat(), expired: fc.nat(), reversed: fc.nat() }),
    debtSince: maybe(day),
    tier: maybe(fc.constant('gold')),
    tierUntil: maybe(day),
    tierReview: maybe(day),
  })
  .map((given) => without(anAccount(given)))

const balances = fc.record({ available: fc.nat(), pending: fc.nat(), reserved: fc.nat(), debt: fc.nat() })
const some = <Name extends string>(...names: Name[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, change])) as Record<Name, typeof change>, {
    requiredKeys: [],
  })
const postings: fc.Arbitrary<Posting> = fc
  .record({
    type: fc.constantFrom(...ENTRY_TYPES),
    points: change,
    because: fc.array(
      fc
        .record({
          rule: fc.string(),
          points: change,
          code: fc.string(),
          params: maybe(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), change))),
        })
        .map(without),
      { maxLength: 4 },
    ),
    effective: fc.integer({ min: -1_000_000_000_000, max: 4_000_000_000_000 }),
    receipt: maybe(
      fc.record({ storeId: fc.string(), receiptNumber: fc.string(), refundNumber: maybe(fc.string()) }).map(without),
    ),
    storeId: maybe(fc.constant('central')),
    reservation: maybe(id),
    expiresOn: maybe(expiry),
    changes: fc
      .record({
        delta: some('available', 'pending', 'reserved', 'debt'),
        lots: maybe(fc.dictionary(expiry, change)),
        maturing: maybe(fc.dictionary(expiry, change)),
        reservations: maybe(fc.dictionary(id, fc.oneof(open, fc.constant(null)))),
        lifetime: maybe(some('earned', 'redeemed', 'expired', 'reversed')),
        debtSince: maybe(fc.oneof(day, fc.constant(null))),
        qualifying: maybe(
          fc.dictionary(
            day.map((date) => date.slice(0, 7)),
            change,
          ),
        ),
        status: maybe(status),
        mergedInto: maybe(fc.constant('mem_01J9NT00000000000000000000')),
        sent: maybe(sent),
        verified: maybe(fc.constant(true as const)),
        tier: maybe(fc.constant('gold')),
        tierUntil: maybe(fc.oneof(day, fc.constant(null))),
        tierReview: maybe(fc.oneof(day, fc.constant(null))),
      })
      .map(without),
    after: balances,
  })
  .map(without)

describe('an account', () => {
  test('comes back from its row as it was, so that nothing is forgotten between two commands', () => {
    holds(
      fc.property(accounts, maybe(fc.constant('DUE#20261123#1')), (account, due) => {
        expect(accountFromRow(account.memberId, stored(rowFromAccount(account, due)))).toEqual(account)
      }),
    )
  })

  test('of an enrolment is read as empty', () => {
    const { head, version, balances: empty, hasVerifiedContact } = accountFromRow('mem_1', emptyAccountRow('mem_1', 5))
    expect({ head, version, empty, hasVerifiedContact }).toEqual({
      head: '',
      version: 0,
      empty: { available: 0, pending: 0, reserved: 0, debt: 0 },
      hasVerifiedContact: false,
    })
  })

  test.each([
    ['another row version', { rv: 2 }],
    ['no row version', { rv: undefined }],
    ['a negative balance', { a: -1 }],
    ['a fraction', { d: 0.5 }],
    ['an unknown status', { s: 'MERGED' }],
    ['a lot that is no number', { l: { never: '5' } }],
  ])('with %s is refused loudly and never half read', (_, spoiled) => {
    const row = { ...rowFromAccount(anAccount({ available: 5 }), undefined), ...spoiled }
    expect(() => accountFromRow(MEMBER_ID, stored(row))).toThrow()
  })
})

describe('an entry', () => {
  test('comes back from its row with the very same canonical text and hash (I5)', () => {
    holds(
      fc.property(postings, fc.nat(999_999_999_998), fc.string(), (posting, version, previous) => {
        let ids = 0
        const sealing = {
          operation: 'O#1',
          program: 1,
          actor: 'till',
          at: 1_763_900_000_000,
          newId: () => `ent_${++ids}`,
        }
        const [entry] = seal(anAccount({ version, head: previous }), [posting], sealing).entries
        if (!entry) throw new Error('no entry')
        const back = entryFromRow(stored(rowFromEntry(entry)))
        expect(canonicalEntry(back)).toBe(canonicalEntry(entry))
        expect(hashOf(back)).toBe(entry.hash)
        expect(back).toEqual(entry)
      }),
      500,
    )
  })

  test.each([
    ['another row version', { rv: 2 }],
    ['a balance below zero', { b: [0, 0, 0, -1] }],
    ['no hash', { k: undefined }],
  ])('with %s is refused loudly', (_, spoiled) => {
    const sealing = { operation: 'O#1', program: 1, actor: 'till', at: 1, newId: () => 'ent_1' }
    const posting: Posting = {
      type: 'EARN',
      points: 1,
      because: [],
      effective: 1,
      changes: { delta: { available: 1 } },
      after: { available: 1, pending: 0, reserved: 0, debt: 0 },
    }
    const [entry] = seal(anAccount(), [posting], sealing).entries
    if (!entry) throw new Error('no entry')
    expect(entryFromRow(stored(rowFromEntry(entry)))).toEqual(entry)
    expect(() => entryFromRow(stored({ ...rowFromEntry(entry), ...spoiled }))).toThrow()
  })
})

describe('a receipt', () => {
  const AWARDED: Receipt = {
    state: 'AWARDED',
    key: 'R#central#1@2026',
    revision: 3,
    fingerprint: 'f',
    memberId: MEMBER_ID,
    entrySeq: 42,
    amount: 173_450,
    currency: 'GBP',
    purchasedAt: 1_763_900_000_000,
    awarded: 278,
    taken: 138,
    refunded: { byLine: { 1: 61_725 }, bare: 7 },
    lines: [
      { charge: 123_450, points: 277 },
      { charge: 50_000, points: 1 },
    ],
    lot: '2028-11-30',
    programVersion: 7,
  }
  const WAITING: Receipt = {
    state: 'WAITING',
    key: 'R#central#1',
    revision: 2,
    refunded: { byLine: {}, bare: 500 },
    refundNumbers: ['r1', 'r2'],
  }

  test.each([
    ['awarded', AWARDED],
    ['awarded and pending', { ...AWARDED, release: '2026-12-06' } satisfies Receipt],
    ['waiting', WAITING],
  ])('%s comes back from its row as it was', (_, receipt) => {
    expect(receiptFromRow(stored(rowFromReceipt(receipt)))).toEqual(receipt)
  })

  test('of another row version or state is refused loudly', () => {
    for (const spoiled of [{ rv: 2 }, { state: 'CORRECTED' }]) {
      expect(() => receiptFromRow(stored({ ...rowFromReceipt(AWARDED), ...spoiled }))).toThrow()
    }
  })
})
