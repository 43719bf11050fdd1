/**
 * Rows as released versions wrote them. The code of today reads each of them and gives it back unchanged: rows are never
 * rewritten, so a row of the first day must be read on the last. A row is added for what a release adds, and none is changed.
 */
import { describe, expect, test } from 'vitest'
import { hashOf } from '../../../functions/points/entry.ts'
import { ChangeRow, receiptFromRow, rowFromReceipt, SpentRow } from '../../../functions/points/receipt-row-schema.ts'
import {
  accountFromRow,
  DecidedRow,
  entryFromRow,
  ReservationRow,
  rowFromAccount,
  rowFromEntry,
} from '../../../functions/points/row-schema.ts'
import { ShardRow } from '../../../functions/points/shard-store.ts'

const ENTRIES: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  [
    'EARN',
    {
      pk: 'A#mem_01J9FR0M000000000000000000',
      sk: 'E#000000000001',
      rv: 1,
      id: 'ent_01J9GAVE000000000000000000',
      t: 'EARN',
      op: 'R#central#536365',
      n: 100,
      d: { available: 100 },
      l: { '2028-11-30': 100 },
      y: { earned: 100 },
      b: [100, 0, 0, 0],
      w: [
        {
          rule: 'spend',
          code: 'spend',
          params: { points: 1, perMinor: 100, baseMinor: 10000, currency: 'GBP' },
          points: 100,
        },
      ],
      g: 1,
      u: 'mona',
      at: 1_795_428_000_000,
      ef: 1_795_428_000_000,
      rc: ['central', '536365'],
      x: '2028-11-30',
      h: '',
      k: 'y_bAjB_3Fju7p4KBSzkfKLmyoreJTJV6Ttc3Ua8XDpc',
    },
  ],
  [
    'RESERVE',
    {
      pk: 'A#mem_01J9FR0M000000000000000000',
      sk: 'E#000000000002',
      rv: 1,
      id: 'ent_01J9GAVE000000000000000000',
      t: 'RESERVE',
      op: 'R#central#536365',
      n: -5,
      d: { available: -5, reserved: 5 },
      l: { '2028-11-30': -5 },
      o: { rsv_01J9HE1D000000000000000000: [5, 1_795_428_060_000] },
      b: [95, 0, 5, 0],
      w: [{ rule: 'redemption', points: -5, code: 'reserved' }],
      g: 1,
      u: 'mona',
      at: 1_795_428_000_000,
      ef: 1_795_428_000_000,
      st: 'central',
      rs: 'rsv_01J9HE1D000000000000000000',
      h: 'y_bAjB_3Fju7p4KBSzkfKLmyoreJTJV6Ttc3Ua8XDpc',
      k: 'zJmW2bW9XnpTZjkAbNwAgD34njl6Oga2g6T9loJXsI4',
    },
  ],
  [
    'TRANSFER_OUT',
    {
      pk: 'A#mem_01J9FR0M000000000000000000',
      sk: 'E#000000000003',
      rv: 1,
      id: 'ent_01J9GAVE000000000000000000',
      t: 'TRANSFER_OUT',
      op: 'R#central#536365',
      n: -6,
      d: { available: -6 },
      l: { '2028-11-30': -6 },
      sn: ['2026-11', 6],
      b: [89, 0, 5, 0],
      w: [{ rule: 'transfer', points: -6, code: 'sent' }],
      g: 1,
      u: 'mona',
      at: 1_795_428_000_000,
      ef: 1_795_428_000_000,
      h: 'zJmW2bW9XnpTZjkAbNwAgD34njl6Oga2g6T9loJXsI4',
      k: 'mk0PmfBMEsQeKcPeb95axz5d3B4ISn90Lv9ufNF3G-0',
    },
  ],
  [
    'MERGE_OUT',
    {
      pk: 'A#mem_01J9FR0M000000000000000000',
      sk: 'E#000000000004',
      rv: 1,
      id: 'ent_01J9GAVE000000000000000000',
      t: 'MERGE_OUT',
      op: 'R#central#536365',
      n: -89,
      d: { available: -89 },
      l: { '2028-11-30': -89 },
      s: 'CLOSED',
      mi: 'mem_01J9NT00000000000000000000',
      b: [0, 0, 0, 0],
      w: [{ rule: 'merge', points: -89, code: 'merged' }],
      g: 1,
      u: 'mona',
      at: 1_795_428_000_000,
      ef: 1_795_428_000_000,
      h: 'mk0PmfBMEsQeKcPeb95axz5d3B4ISn90Lv9ufNF3G-0',
      k: 'Y5HMEZGUT0PkR59QsFp6AAGQcIoZLNqAVCWG6-yzSpg',
    },
  ],
  [
    'SETTLE that reached a level',
    {
      pk: 'A#mem_01J9FR0M000000000000000000',
      sk: 'E#000000000003',
      rv: 1,
      id: 'ent_01J9GAVE000000000000000000',
      t: 'SETTLE',
      op: 'SWEEP',
      n: 0,
      d: {},
      q: { '2026-11s': 2_000_000, '2026-12-07|2026-11s': -2_000_000 },
      tv: 'gold',
      tu: '2027-12-31',
      tr: '2028-01-31',
      b: [95, 0, 5, 0],
      w: [
        {
          rule: 'tiers',
          points: 0,
          code: 'tier_up',
          params: { from: 'silver', level: 'gold', until: '2027-12-31' },
        },
      ],
      g: 1,
      u: 'system',
      at: 1_795_428_000_000,
      ef: 1_795_428_000_000,
      h: 'zJmW2bW9XnpTZjkAbNwAgD34njl6Oga2g6T9loJXsI4',
      k: 'zK2EywBu8veZrpnDS-VzM4C7ccZT3oF885sWx1AAlNQ',
    },
  ],
  [
    'SETTLE that ended one, and a contact that was verified',
    {
      pk: 'A#mem_01J9FR0M000000000000000000',
      sk: 'E#000000000004',
      rv: 1,
      id: 'ent_01J9GAVE000000000000000000',
      t: 'SETTLE',
      op: 'SWEEP',
      n: 0,
      d: {},
      vc: true,
      tv: 'silver',
      tu: null,
      tr: null,
      b: [95, 0, 5, 0],
      w: [{ rule: 'tiers', points: 0, code: 'tier_down' }],
      g: 1,
      u: 'system',
      at: 1_795_428_000_000,
      ef: 1_795_428_000_000,
      h: 'zJmW2bW9XnpTZjkAbNwAgD34njl6Oga2g6T9loJXsI4',
      k: 'f2Nkwmzrrhj-qg9b91fDn98KPUrZ_wEbFMz33CozCxY',
    },
  ],
]
const ACCOUNTS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  [
    'one with an open reservation',
    {
      pk: 'A#mem_01J9FR0M000000000000000000',
      sk: 'ACCOUNT',
      rv: 1,
      v: 2,
      s: 'ACTIVE',
      a: 95,
      p: 0,
      r: 5,
      d: 0,
      l: { '2028-11-30': 95 },
      m: {},
      o: { rsv_01J9HE1D000000000000000000: [5, 1_795_428_060_000] },
      y: [100, 0, 0, 0],
      q: {},
      j: 1_763_900_000_000,
      vc: true,
      h: 'zJmW2bW9XnpTZjkAbNwAgD34njl6Oga2g6T9loJXsI4',
    },
  ],
  [
    'one that was merged',
    {
      pk: 'A#mem_01J9FR0M000000000000000000',
      sk: 'ACCOUNT',
      rv: 1,
      v: 4,
      s: 'CLOSED',
      a: 0,
      p: 0,
      r: 0,
      d: 0,
      l: {},
      m: {},
      o: {},
      y: [100, 0, 0, 0],
      q: {},
      sn: ['2026-11', 6],
      mi: 'mem_01J9NT00000000000000000000',
      j: 1_763_900_000_000,
      vc: true,
      h: 'Y5HMEZGUT0PkR59QsFp6AAGQcIoZLNqAVCWG6-yzSpg',
    },
  ],
  [
    'one with a level',
    {
      pk: 'A#mem_01J9FR0M000000000000000000',
      sk: 'ACCOUNT',
      rv: 1,
      v: 3,
      s: 'ACTIVE',
      a: 95,
      p: 0,
      r: 0,
      d: 0,
      l: { '2028-11-30': 95 },
      m: {},
      o: {},
      y: [100, 0, 0, 0],
      t: 'gold',
      tu: '2027-12-31',
      tr: '2028-01-31',
      q: { '2026-11s': 2_000_000, '2027-01-10|2026-12s': 500 },
      j: 1_763_900_000_000,
      vc: true,
      h: 'Y5HMEZGUT0PkR59QsFp6AAGQcIoZLNqAVCWG6-yzSpg',
    },
  ],
]
/** As enrolment has always written it. */
const ENROLLED = {
  pk: 'A#mem_1',
  sk: 'ACCOUNT',
  rv: 1,
  v: 0,
  s: 'ACTIVE',
  a: 0,
  p: 0,
  r: 0,
  d: 0,
  j: 1_763_900_000_000,
}

const RECEIPT = {
  pk: 'R#central#536365',
  sk: 'RECEIPT',
  rv: 1,
  state: 'AWARDED',
  n: 2,
  fp: 'f',
  memberId: 'mem_01J9FR0M000000000000000000',
  seq: 1,
  amount: 10_000,
  currency: 'GBP',
  purchasedAt: 1_763_900_000_000,
  awarded: 100,
  taken: 40,
  refunded: { byLine: { 1: 4_000 }, bare: 0 },
  lines: [[10_000, 100]],
  lot: '2028-11-30',
  release: '2026-12-07',
  program: 1,
}

/** What the table makes of a row: fields without a value are left out. */
const stored = (row: object) => JSON.parse(JSON.stringify(row))

describe('a row of a released version', () => {
  test.each(ENTRIES)('of %s is read, its hash still holds, and it is written as it was', (_, row) => {
    const entry = entryFromRow(row)
    expect(hashOf(entry)).toBe(row.k)
    expect(stored(rowFromEntry(entry))).toEqual(row)
  })

  test.each(ACCOUNTS)('of an account, %s, is read and written as it was', (_, row) => {
    const account = accountFromRow('mem_01J9FR0M000000000000000000', row)
    expect(stored(rowFromAccount(account, undefined))).toEqual(row)
  })

  test('of an account that has done nothing since its enrolment is read as one without points', () => {
    expect(accountFromRow('mem_1', ENROLLED)).toMatchObject({ version: 0, status: 'ACTIVE', lots: {}, qualifying: {} })
  })

  test('of a guard is read with and without the time of its entry, which older ones do not have', () => {
    const guard = { rv: 1, fp: 'f', memberId: 'mem_1', seq: 7 }
    expect(DecidedRow.parse(guard)).toEqual(guard)
    expect(DecidedRow.parse({ ...guard, at: 1 })).toEqual({ ...guard, at: 1 })
    const refusal = { code: 'insufficient_points', details: { reasons: ['insufficient_points'] }, instance: 'r-1' }
    expect(DecidedRow.parse({ rv: 1, fp: 'f', refusal })).toEqual({ rv: 1, fp: 'f', refusal })
  })

  test('of a reservation is read whatever became of it', () => {
    const open = {
      rv: 1,
      state: 'RESERVED',
      memberId: 'mem_1',
      storeId: 'central',
      points: 5,
      lots: { never: 5 },
      expiresAt: 9,
    }
    expect(ReservationRow.parse(open)).toEqual(open)
    const captured = { ...open, state: 'CAPTURED', done: { operation: 'O#1', fp: 'f', seq: 3 } }
    expect(ReservationRow.parse(captured)).toEqual(captured)
    const voided = { ...open, state: 'VOIDED', done: { operation: 'O#1', fp: 'f', seq: 3, at: 1 } }
    expect(ReservationRow.parse(voided)).toEqual(voided)
    const expired = { ...open, state: 'EXPIRED', at: 1, expiredAt: 9 }
    expect(ReservationRow.parse(expired)).toEqual(expired)
  })

  test('of points that paid for a receipt is read with and without the time of their capture', () => {
    const row = { rv: 1, n: 1, memberId: 'mem_1', points: 5, lots: { never: 5 }, restored: 0 }
    expect(SpentRow.parse(row)).toEqual(row)
    expect(SpentRow.parse({ ...row, at: 1 })).toEqual({ ...row, at: 1 })
  })

  test('of a receipt from before guards had a time is read and written as it was', () => {
    expect(stored(rowFromReceipt(receiptFromRow(RECEIPT)))).toEqual(RECEIPT)
  })

  test('of a receipt that counts for a level is read and written as it was', () => {
    const row = { ...RECEIPT, q: ['2026-11s', 1, 9_000, '2026-12-07', [9_000]] }
    expect(stored(rowFromReceipt(receiptFromRow(row)))).toEqual(row)
    expect(receiptFromRow(row)).toMatchObject({ measured: { key: '2026-11s', value: 9_000, release: '2026-12-07' } })
  })

  test('of a receipt that tells its slip and what became of it is read and written as it was', () => {
    const slip = { tips: 5, tenders: [{ kind: 'cash', amount: 9 }], windowStartsAt: 1, items: [['lamp', '', 2, 0]] }
    const first = { fingerprint: 'f', memberId: 'mem_1', entrySeq: 1, at: 9 }
    const history = { changes: 2, first, undone: 0, counted: { mem_1: { 'daily#2026-11-23': 5 } } }
    const row = { ...RECEIPT, slip, history }
    expect(stored(rowFromReceipt(receiptFromRow(row)))).toEqual(row)
    expect(() => receiptFromRow({ ...RECEIPT, history: { ...history, changes: 'two' } })).toThrow()
    expect(() => receiptFromRow({ ...RECEIPT, slip: { ...slip, items: [['lamp']] } })).toThrow()
  })

  test('of a change of a receipt is read, alone and as the guard of its entry', () => {
    const was = { memberId: 'mem_1', seq: 1, awarded: 100, at: 9 }
    const guard = { rv: 1, fp: 'f', memberId: 'mem_1', seq: 3, at: 10, was }
    const change = { ...guard, deed: 'correct', key: 'O#1', earned: { memberId: 'mem_1', seq: 2 } }
    expect(ChangeRow.parse(change)).toEqual(change)
    expect(DecidedRow.parse(change)).toEqual(guard)
  })

  test('of a shard is read', () => {
    const row = { rv: 1, of: 4, initial: 25, left: 5 }
    expect(ShardRow.parse(row)).toEqual(row)
  })
})
