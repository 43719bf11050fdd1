/** A generated history must be repeatable and must be one that a shop could have had. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { seededRandom, shuffled } from '../../local/chance.ts'
import { expectedBalances } from '../../local/history-balances.ts'
import { generateHistory, SIZES, writeHistory } from '../../local/history-generate.ts'
import { readHistory } from '../../local/import-rows.ts'

const history = generateHistory({ ...SIZES.full, seed: 7 })

test('gives the same history for the same seed and another for another', () => {
  expect(generateHistory({ ...SIZES.quick, seed: 3 })).toEqual(generateHistory({ ...SIZES.quick, seed: 3 }))
  expect(generateHistory({ ...SIZES.quick, seed: 4 })).not.toEqual(generateHistory({ ...SIZES.quick, seed: 3 }))
})

test('draws the published numbers of mulberry32', () => {
  const random = seededRandom(1)
  expect([random(), random()].map((draw) => Math.floor(draw * 2 ** 32))).toEqual([2_693_262_067, 11_749_833])
})

test('shuffles by seed, losing and inventing nothing', () => {
  const items = Array.from({ length: 100 }, (_, index) => index)
  const order = shuffled(items, seededRandom(5))
  expect(order).not.toEqual(items)
  expect([...order].sort((a, b) => a - b)).toEqual(items)
  expect(shuffled(items, seededRandom(5))).toEqual(order)
})

describe('the full history', () => {
  test('has exactly the sizes asked for, and each number once', () => {
    expect(history.receipts).toHaveLength(7_409)
    expect(history.refunds).toHaveLength(1_445)
    expect(new Set(history.receipts.map((row) => row.memberNo)).size).toBe(2_718)
    expect(new Set(history.receipts.map((row) => row.receiptNo)).size).toBe(7_409)
    expect(new Set(history.refunds.map((row) => `${row.refundNo} ${row.receiptNo}`)).size).toBe(1_445)
  })

  test('refunds only what was bought before, never more than was paid, and by the same member', () => {
    const left = new Map(history.receipts.map((row) => [row.receiptNo, { ...row }]))
    for (const refund of history.refunds) {
      const receipt = left.get(refund.receiptNo)
      expect(receipt?.memberNo).toBe(refund.memberNo)
      expect(refund.pence).toBeGreaterThan(0)
      expect(refund.atMs).toBeGreaterThan(receipt?.atMs ?? Number.POSITIVE_INFINITY)
      if (receipt !== undefined) receipt.pence -= refund.pence
    }
    expect(Math.min(...[...left.values()].map((row) => row.pence))).toBeGreaterThanOrEqual(0)
  })

  test('has a long tail: many members come once, the keenest hundred bring a fifth of the receipts', () => {
    const visits = Object.values(Object.groupBy(history.receipts, (row) => row.memberNo))
      .map((rows) => rows?.length ?? 0)
      .sort((a, b) => b - a)
    expect(visits.filter((count) => count === 1).length).toBeGreaterThan(2_718 / 4)
    expect(visits.slice(0, 100).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(7_409 / 5)
  })

  test('has refunds in several parts, whole refunds, and documents that touch several receipts', () => {
    const parts = Object.values(Object.groupBy(history.refunds, (row) => row.receiptNo))
    const paid = new Map(history.receipts.map((row) => [row.receiptNo, row.pence]))
    const whole = history.refunds.filter((row) => row.pence === paid.get(row.receiptNo))
    expect(parts.filter((rows) => (rows?.length ?? 0) > 1).length).toBeGreaterThan(50)
    expect(whole.length).toBeGreaterThan(50)
    expect(new Set(history.refunds.map((row) => row.refundNo)).size).toBeLessThan(1_400)
  })
})

test('is written as files that the import reads without a refusal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'revisit-generate-'))
  try {
    await writeHistory(folder, generateHistory({ ...SIZES.quick, seed: 1 }))
    const read = await readHistory([join(folder, 'receipts.csv'), join(folder, 'refunds.csv')])
    expect(read.refused).toEqual([])
    expect(expectedBalances(read.receipts, read.refunds).size).toBe(SIZES.quick.members)
    const header = 'receipt_no,member_no,purchased_at,country,amount_pence,line_count\n'
    expect(await readFile(join(folder, 'receipts.csv'), 'utf8')).toMatch(header)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('refuses sizes that no shop can have', () => {
  expect(() => generateHistory({ members: 10, receipts: 9, refunds: 0, seed: 1 })).toThrow(RangeError)
  expect(() => generateHistory({ members: 0, receipts: 9, refunds: 0, seed: 1 })).toThrow(RangeError)
  expect(() => generateHistory({ members: 1, receipts: 9, refunds: 10, seed: 1 })).toThrow(RangeError)
})
