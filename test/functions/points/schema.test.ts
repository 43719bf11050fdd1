import { describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { findings } from '../../../functions/platform/validation.ts'
import {
  AccountQuery,
  AdjustmentInput,
  CaptureInput,
  PurchaseInput,
  RedemptionInput,
  RedemptionQuoteInput,
  RefundInput,
  ReservationInput,
  VoidInput,
} from '../../../functions/points/schema.ts'
import { MEMBER_ID } from '../../support/account.ts'

const money = { amount: 10_000, currency: 'GBP' }
const RSV = 'rsv_01J9ZZZZZZZZZZZZZZZZZZZZZZ'
const GOOD = {
  purchase: {
    memberId: MEMBER_ID,
    storeId: 'central',
    receiptNumber: '536365',
    amount: money,
    purchasedAt: '2026-11-22T04:26:00Z',
  },
  refund: {
    storeId: 'central',
    receiptNumber: '1',
    refundNumber: 'r',
    amount: money,
    refundedAt: '2026-11-22T04:26:00Z',
  },
  redemption: { memberId: MEMBER_ID, points: 1, storeId: 'central' },
  quote: { memberId: MEMBER_ID, storeId: 'central', total: money },
  reservation: { memberId: MEMBER_ID, points: 1, storeId: 'central' },
  capture: { reservationId: RSV },
  void: { reservationId: RSV },
  adjustment: { memberId: MEMBER_ID, points: -5, reason: 'goodwill', note: 'Sorry' },
  account: { memberId: MEMBER_ID },
}
const SCHEMAS: Record<keyof typeof GOOD, z.ZodType> = {
  purchase: PurchaseInput,
  refund: RefundInput,
  redemption: RedemptionInput,
  quote: RedemptionQuoteInput,
  reservation: ReservationInput,
  capture: CaptureInput,
  void: VoidInput,
  adjustment: AdjustmentInput,
  account: AccountQuery,
}
const NAMES = Object.keys(GOOD) as (keyof typeof GOOD)[]

function codes(name: keyof typeof GOOD, fields: object): string[] {
  const raw = { ...GOOD[name], ...fields }
  const parsed = SCHEMAS[name].safeParse(raw)
  return parsed.success ? [] : findings(parsed.error, raw).map(({ pointer, code }) => `${pointer} ${code}`)
}

const line = (amount: unknown, more: object = {}) => ({ amount, ...more })

describe('every input', () => {
  test.each(NAMES)('%s is taken as documented', (name) => {
    expect(codes(name, {})).toEqual([])
  })

  test.each(NAMES)('%s refuses a field that it does not know', (name) => {
    expect(codes(name, { balances: {} })).toEqual(['/balances unknown_field'])
  })

  test.each(NAMES)('%s wants each of its fields', (name) => {
    for (const field of Object.keys(GOOD[name])) {
      expect(codes(name, { [field]: undefined }).map((found) => found.split(' ')[0])).toContain(`/${field}`)
    }
  })
})

describe('numbers', () => {
  test.each([0, -1, 1.5, '100', true, null, 1_000_000_001, {}])(
    'points of %j are refused where they are spent',
    (points) => {
      const code = typeof points === 'number' && Number.isInteger(points) ? 'out_of_range' : 'invalid_value'
      expect(codes('redemption', { points })).toEqual([`/points ${code}`])
      expect(codes('reservation', { points })).toEqual([`/points ${code}`])
      expect(codes('capture', { points })).toEqual([`/points ${code}`])
    },
  )

  test('points up to a billion are taken', () => {
    expect([codes('redemption', { points: 1_000_000_000 }), codes('adjustment', { points: -1_000_000_000 })]).toEqual([
      [],
      [],
    ])
  })

  test.each([0, 1_000_000_001, -1_000_000_001])('an adjustment of %i is refused', (points) => {
    expect(codes('adjustment', { points })).toEqual(['/points out_of_range'])
  })

  test.each<[unknown, string]>([
    [-1, 'out_of_range'],
    [1_000_000_000_001, 'out_of_range'],
    [10.5, 'invalid_value'],
    ['10', 'invalid_value'],
    [null, 'invalid_value'],
  ])('an amount of %j is refused', (amount, code) => {
    expect(codes('purchase', { amount: { amount, currency: 'GBP' } })).toEqual([`/amount/amount ${code}`])
  })

  test.each([10_000, '10000', null, []])('money is an object and not %j', (amount) => {
    expect(codes('purchase', { amount })).toEqual(['/amount invalid_value'])
  })

  test.each(['XX', 'gbp', 'POUND', 7, ''])('a currency is three capitals and not %j', (currency) => {
    expect(codes('purchase', { amount: { amount: 1, currency } })).toEqual(['/amount/currency currency_mismatch'])
  })

  test.each([59, 604_801, 60.5])('a reservation does not last %i seconds', (expiresInSeconds) => {
    expect(codes('reservation', { expiresInSeconds })[0]).toMatch(/^\/expiresInSeconds /)
    expect(codes('reservation', { expiresInSeconds: 60 })).toEqual([])
    expect(codes('reservation', { expiresInSeconds: 604_800 })).toEqual([])
  })
})

describe('names and numbers of papers', () => {
  test.each(['', '#', 'a b', '😀', 'x'.repeat(65), 7, '1/2', 'é'])('a receipt is not called %j', (number) => {
    expect(codes('purchase', { receiptNumber: number })).toHaveLength(1)
    expect(codes('refund', { refundNumber: number })).toHaveLength(1)
    expect(codes('redemption', { orderNumber: number })).toHaveLength(1)
    expect(codes('capture', { receiptNumber: number })).toHaveLength(1)
  })

  test.each(['x'.repeat(64), 'A-1_2.3:4', '0'])('but %j', (number) => {
    expect([codes('purchase', { receiptNumber: number }), codes('refund', { refundNumber: number })]).toEqual([[], []])
  })

  test.each(['Central', 'a'.repeat(33), '-a', '', 'a_b'])('a store is not called %j', (storeId) => {
    expect(codes('purchase', { storeId })).toHaveLength(1)
  })

  test('exactly one name says who the member is', () => {
    expect(codes('purchase', { memberId: undefined, externalId: '17850' })).toEqual([])
    expect(codes('purchase', { memberId: undefined, cardNumber: '630012345678' })).toEqual([])
    expect(codes('purchase', { memberId: undefined })).toEqual(['/memberId required_field'])
    expect(codes('purchase', { externalId: '17850' })).toEqual(['/externalId invalid_value'])
    expect(codes('purchase', { memberId: undefined, externalId: '1', cardNumber: '2' })).toEqual([
      '/cardNumber invalid_value',
    ])
  })
})

describe('a purchase', () => {
  test.each<[string, object, string[]]>([
    ['lines that sum', { lines: [line(6_000), line(4_000)] }, []],
    ['lines that do not', { lines: [line(6_000), line(3_999)] }, ['/amount total_mismatch']],
    ['lines, shipping and tips that sum', { lines: [line(9_000)], shipping: 600, tips: 400 }, []],
    ['lines that sum without the shipping', { lines: [line(10_000)], shipping: 1 }, ['/amount total_mismatch']],
    ['shipping above a typed total', { shipping: 9_000, tips: 1_001 }, ['/amount total_mismatch']],
    ['tenders above the total', { tenders: [{ kind: 'card', amount: 10_001 }] }, ['/amount total_mismatch']],
    ['tenders of a part', { tenders: [{ kind: 'points', amount: 20 }] }, []],
    ['tax above the line', { lines: [line(10_000, { tax: 10_001 })] }, ['/lines/0/tax out_of_range']],
    ['a negative line', { lines: [line(10_001), line(-1)] }, ['/lines/1/amount out_of_range']],
    ['no lines in a list', { lines: [] }, ['/lines out_of_range']],
    ['500 lines', { lines: Array.from({ length: 500 }, () => line(20)) }, []],
    ['501 lines', { lines: Array.from({ length: 501 }, () => line(20)) }, ['/lines out_of_range']],
    [
      'eleven tenders',
      { tenders: Array.from({ length: 11 }, () => ({ kind: 'card', amount: 1 })) },
      ['/tenders out_of_range'],
    ],
    ['an unknown field in a line', { lines: [line(10_000, { price: 1 })] }, ['/lines/0/price unknown_field']],
    ['points', { points: 500 }, ['/points unknown_field']],
  ])('with %s', (_, fields, expected) => {
    expect(codes('purchase', fields)).toEqual(expected)
  })

  test.each(['2026-11-22T04:26:00', '2026-02-30T10:00:00Z', 'now', '', 1_763_785_560, null])(
    'was not paid at %j',
    (purchasedAt) => {
      expect(codes('purchase', { purchasedAt })).toEqual(['/purchasedAt receipt_date_invalid'])
    },
  )

  test('counts one unit of a line that says nothing else', () => {
    const parsed = PurchaseInput.parse({ ...GOOD.purchase, lines: [line(10_000)] })
    expect(parsed.lines).toEqual([{ quantity: 1, amount: 10_000 }])
  })
})

describe('a refund', () => {
  test.each<[string, object, string[]]>([
    ['lines as a part of it', { lines: [{ line: 1, amount: 9_999 }] }, []],
    ['lines beyond it', { lines: [{ line: 1, amount: 10_001 }] }, ['/amount total_mismatch']],
    [
      'a line twice',
      {
        lines: [
          { line: 1, amount: 1 },
          { line: 1, amount: 2 },
        ],
      },
      ['/lines duplicate_id'],
    ],
    ['line 0', { lines: [{ line: 0, amount: 1 }] }, ['/lines/0/line out_of_range']],
    ['a day that is not', { purchasedOn: '2026-02-29' }, ['/purchasedOn invalid_value']],
  ])('with %s', (_, fields, expected) => {
    expect(codes('refund', fields)).toEqual(expected)
  })
})

test.each(['', 'x'.repeat(501), 'a\u0000b', 'a\nb', 7])('an adjustment’s note is not %j', (note) => {
  expect(codes('adjustment', { note })).toHaveLength(1)
  expect(codes('adjustment', { internalNote: note })).toHaveLength(1)
})
