/** The yardstick itself, against balances worked out by hand. */
import { expect, test } from 'vitest'
import { AmbiguousHistory, expectedBalances } from '../../local/history-balances.ts'

const at = '2026-01-02T03:04:05Z'
const paid = (receiptNo: string, memberNo: string, pence: number) => ({ receiptNo, memberNo, pence, at })
/** Takes from the receipt `r1` of member `m` unless said otherwise. */
const refund = (refundNo: string, pence: number, { receiptNo = 'r1', memberNo = 'm' } = {}) => ({
  ...paid(receiptNo, memberNo, pence),
  refundNo,
})
const available = (balances: ReturnType<typeof expectedBalances>, memberNo: string) => balances.get(memberNo)?.available

test('awards a point per whole pound of each receipt, so that pence never add up across receipts', () => {
  const balances = expectedBalances([paid('r1', 'm', 13_912), paid('r2', 'm', 199), paid('r3', 'm', 99)], [])
  expect(balances.get('m')).toEqual({ available: 140, pending: 0, reserved: 0, debt: 0 })
})

test('takes refunds in parts cumulatively: 139 points on 139.12, back 50.00 and 30.00, leaves 60', () => {
  const refunds = [refund('c1', 5_000), refund('c2', 3_000)]
  // 139 × 8,000 / 13,912 = 79.93, rounded down 79. One by one the two would have been 49 and 29.
  expect(available(expectedBalances([paid('r1', 'm', 13_912)], refunds), 'm')).toBe(60)
})

test('leaves nothing after a whole refund, however it was cut', () => {
  const parts = [1, 99, 3_333, 10_479].map((pence, index) => refund(`c${index}`, pence))
  expect(available(expectedBalances([paid('r1', 'm', 13_912)], parts), 'm')).toBe(0)
})

test('counts a row given twice once, and one refund document for each receipt it touches', () => {
  const receipts = [paid('r1', 'm', 1_000), paid('r2', 'm', 2_000), paid('r1', 'm', 1_000)]
  const refunds = [refund('c1', 500), refund('c1', 500, { receiptNo: 'r2' }), refund('c1', 500)]
  expect(available(expectedBalances(receipts, refunds), 'm')).toBe(10 - 5 + (20 - 5))
})

test('lets the refund of an unknown receipt wait, and still knows its member', () => {
  const balances = expectedBalances([paid('r1', 'm', 1_000)], [refund('c1', 500, { receiptNo: 'r9', memberNo: 'n' })])
  expect(available(balances, 'm')).toBe(10)
  expect(available(balances, 'n')).toBe(0)
})

test('keeps a receipt of nothing at nothing', () => {
  expect(available(expectedBalances([paid('r1', 'm', 0)], []), 'm')).toBe(0)
})

test('stays exact where floating point would not', () => {
  const pence = 900_719_925_474_099
  const balances = expectedBalances([paid('r1', 'm', pence)], [refund('c1', pence - 100)])
  expect(available(balances, 'm')).toBe(1)
})

test('refuses histories whose result would depend on the order of arrival', () => {
  expect(() => expectedBalances([paid('r1', 'm', 1), paid('r1', 'm', 2)], [])).toThrow(AmbiguousHistory)
  expect(() => expectedBalances([paid('r1', 'm', 1)], [refund('c1', 2)])).toThrow(AmbiguousHistory)
})
