import { describe, expect, test } from 'vitest'
import {
  dueKey,
  entrySort,
  entrySortPrefix,
  entrySortRange,
  keys,
  receiptKey,
} from '../../../functions/platform/table-design.ts'

describe('keys', () => {
  test('of different things never meet', () => {
    const all = [
      keys.account('mem_1'),
      keys.entry('mem_1', 1),
      keys.entry('mem_1', 2),
      keys.counter('mem_1', 'day', '2026-11-23'),
      keys.receipt(receiptKey('central', '1')),
      keys.receipt(receiptKey('central', '1', '2026')),
      keys.receipt(receiptKey('central', '1', '2026-11-23')),
      keys.receipt(receiptKey('north', '1')),
      keys.refund(receiptKey('central', '1'), 'r1'),
      keys.spent(receiptKey('central', '1'), 'rsv_1'),
      keys.operation('O#x'),
      keys.reservation('rsv_1'),
      keys.referralCode('ABC'),
      keys.audit('ent_1'),
      keys.approval('apr_1'),
      keys.approvalRequest('apr_1'),
    ].map(({ pk, sk }) => `${pk} ${sk}`)
    expect(new Set(all).size).toBe(all.length)
  })

  test('of entries sort as numbers do, within the range that is queried', () => {
    const sorted = [1, 9, 10, 99, 100, 999_999, 1_000_000, 999_999_999_999].map(entrySort)
    expect(sorted.toSorted()).toEqual(sorted)
    expect(sorted.every((sort) => entrySortRange.first < sort && sort <= entrySortRange.last)).toBe(true)
  })

  test('of entries are told from all others by their sort key alone, because that is what the stream is filtered by', () => {
    const isEntry = ({ sk }: { sk: string }) => sk.startsWith(entrySortPrefix)
    expect(isEntry(keys.entry('mem_1', 1))).toBe(true)
    const others = [
      keys.account('mem_1'),
      keys.counter('mem_1', 'a', 'b'),
      keys.receipt('R#a#E#1'),
      keys.refund('R#a#1', 'E#1'),
    ]
    expect(
      [...others, keys.spent('R#a#1', 'E#1'), keys.operation('O#1'), keys.reservation('rsv_1')].some(isEntry),
    ).toBe(false)
  })

  test('of the due index spread one day over sixteen shards and keep a member on one of them', () => {
    const shards = new Set(Array.from({ length: 500 }, (_, index) => dueKey('2026-11-23', `mem_${index}`)))
    expect(shards.size).toBe(16)
    expect([...shards].every((key) => /^DUE#20261123#(\d|1[0-5])$/.test(key))).toBe(true)
    expect(dueKey('2026-11-23', 'mem_1')).toBe(dueKey('2026-11-23', 'mem_1'))
  })
})
