/** Part E of the catalogue: balances, reservations, refunds and corrections, and the ids that a body may name. */
import { expect } from 'vitest'
import { MATRIX } from '../support/matrix.ts'
import { aProgram } from '../support/programs.ts'
import type { Act, Scene } from './catalogue.ts'
import { ADJUST, adjust, balanceOf, make, money, NOBODY, REDEEM, RESERVE, scene, spend, unreachable } from './deeds.ts'
import { enrolled, fullReceipt, reserved, type Shop } from './shop.ts'

const { earning, redemption } = aProgram()
const PENDING = { ...earning, returnWindow: 'P14D', pending: 'return_window' as const }
const HELD = aProgram({ redemption: { ...redemption, newMemberHold: 'PT24H', requireVerifiedContact: true } })

const MONTHLY = {
  mode: 'rolling' as const,
  period: 'P1M',
  roundUp: 'none' as const,
  restoreGrace: 'P7D',
  reminders: [],
}

const SPENDING = [REDEEM, RESERVE].flatMap((path) => [
  scene(
    65,
    `${path}: one point more than there is`,
    [409, 'insufficient_points'],
    async (shop) => {
      const memberId = await enrolled(shop, 10_000)
      return () => spend(shop, { path, memberId, points: 101 })
    },
    { isRecorded: true, body: { reasons: ['insufficient_points'] } },
  ),
  scene(
    65,
    `${path}: only with what is pending`,
    [409, 'insufficient_points'],
    async (shop) => {
      const memberId = await enrolled(shop, 10_000)
      expect(await balanceOf(shop, memberId)).toMatchObject({ available: 0, pending: 100 })
      return () => spend(shop, { path, memberId, points: 50 })
    },
    { isRecorded: true, isAlone: true, program: aProgram({ earning: PENDING }) },
  ),
  scene(
    65,
    `${path}: only with what is reserved`,
    [409, 'insufficient_points'],
    async (shop) => {
      const memberId = await enrolled(shop, 10_000)
      await reserved(shop, { memberId, points: 60 })
      return () => spend(shop, { path, memberId, points: 41 })
    },
    { isRecorded: true },
  ),
  scene(
    73,
    `${path}: of a frozen member`,
    [409, 'account_frozen'],
    async (shop) => {
      const memberId = await enrolled(shop)
      await make(shop, memberId, 'freeze')
      return () => spend(shop, { path, memberId, points: 1 })
    },
    { isRecorded: true, body: { reasons: ['account_frozen'] } },
  ),
  scene(
    82,
    `${path}: of somebody new, without points or verified contact`,
    [409, 'insufficient_points'],
    async (shop) => {
      const memberId = await enrolled(shop, 0)
      return () => spend(shop, { path, memberId, points: 1 })
    },
    {
      isRecorded: true,
      isAlone: true,
      program: HELD,
      body: { reasons: ['insufficient_points', 'unverified_contact', 'new_member_hold'] },
    },
  ),
])

/** What needs a store and no member. */
const NAMES_NOBODY = ['/members', '/points/refunds', '/rewards/vouchers/:code/consume'] as const

const UNKNOWN = MATRIX.filter(({ hasStore }) => hasStore).flatMap((row) => {
  const named =
    (field: string, value: string) =>
    async (shop: Shop): Promise<Act> => {
      const { path, options } = await row.request(shop)
      return () =>
        shop.admin.send(row.method, path, { ...options, body: { ...(options.body as object), [field]: value } })
    }
  const route = `${row.method} ${row.path}`
  const member = NAMES_NOBODY.some((path) => path === row.path) ? [] : [row]
  return [
    scene(17, `${route}: a store that is not there`, [404, 'store_not_found'], named('storeId', 'nowhere')),
    ...member.map(() =>
      scene(17, `${route}: a member who is not there`, [404, 'member_not_found'], named('memberId', NOBODY)),
    ),
    ...member.map(() =>
      scene(
        36,
        `${route}: an id of another kind for a member`,
        [422, 'invalid_value'],
        named('memberId', NOBODY.replace('mem', 'rsv')),
      ),
    ),
    ...member.map(() =>
      scene(
        36,
        `${route}: a member’s id in lower case`,
        [422, 'invalid_value'],
        named('memberId', NOBODY.toLowerCase()),
      ),
    ),
    scene(36, `${route}: a store in upper case`, [422, 'invalid_value'], named('storeId', 'CENTRAL')),
    scene(36, `${route}: a store that climbs`, [422, 'invalid_value'], named('storeId', '../north')),
    scene(36, `${route}: a store with the mark of a key`, [422, 'invalid_value'], named('storeId', 'central#n-1')),
  ]
})

const NUMBERS = [
  scene(
    40,
    'points 1e3 are 1000',
    [201],
    async (shop) => {
      const { id } = { id: shop.member.id }
      const raw = `{"memberId":"${id}","points":1e3,"storeId":"central"}`
      return () => shop.admin.post(REDEEM, undefined, { raw, key: shop.next() })
    },
    { writes: true, body: { entry: { points: -1000 } } },
  ),
  scene(
    40,
    'money 1e3 is 1000',
    [201],
    async (shop) => {
      const { lines: _, shipping: __, tips: ___, tenders: ____, ...receipt } = fullReceipt(shop)
      const raw = JSON.stringify({ ...receipt, amount: money(1_000) }).replace('1000,"currency"', '1.0E3,"currency"')
      return () => shop.admin.post('/v1/points/purchases', undefined, { raw })
    },
    { writes: true, body: { entry: { points: 10 } } },
  ),
  scene(
    46,
    'a receipt over nothing',
    [201],
    async (shop) => {
      const { lines: _, shipping: __, tips: ___, tenders: ____, ...receipt } = fullReceipt(shop)
      return () => shop.admin.post('/v1/points/purchases', { ...receipt, amount: money(0) })
    },
    { writes: true, body: { entry: { points: 0, because: [{ code: 'nothing_eligible', points: 0 }] } } },
  ),
]

const CORRECTIONS = [
  scene(
    78,
    'an adjustment above the limit',
    [403, 'approval_required'],
    async (shop) => () => adjust(shop, { points: 100_001 }),
  ),
  scene(
    78,
    'a taking above the limit',
    [403, 'approval_required'],
    async (shop) => () => adjust(shop, { points: -100_001 }),
  ),
  scene(78, 'an adjustment above the limit by a manager', [403, 'approval_required'], async (shop) => {
    const body = { memberId: shop.member.id, points: 100_001, reason: 'other', note: 'x' }
    return () => shop.api.as('manager').post(ADJUST, body, { key: shop.next() })
  }),
  scene(
    79,
    'a taking below zero',
    [409, 'insufficient_points'],
    async (shop) => {
      const memberId = await enrolled(shop, 10_000)
      return () => adjust(shop, { memberId, points: -101 })
    },
    { isRecorded: true },
  ),
  scene(
    79,
    'a taking below zero that a manager calls a debt',
    [409, 'insufficient_points'],
    async (shop) => {
      const memberId = await enrolled(shop, 10_000)
      const body = { memberId, points: -101, reason: 'other', note: 'x', allowDebt: true }
      return () => shop.api.as('manager').post(ADJUST, body, { key: shop.next() })
    },
    { isRecorded: true },
  ),
  ...['2026-11-22', '9999-12-31', '2025-01-01'].map((expiresOn) =>
    scene(
      79,
      `points that end on ${expiresOn}`,
      [422, 'out_of_range'],
      async (shop) => () => adjust(shop, { points: 1, expiresOn }),
      {
        isAlone: true,
        program: aProgram({ expiry: MONTHLY }),
      },
    ),
  ),
]

/** Points of 23 November last until 23 December in London, where that is the zone of the clock. */
const LAST_DAYS = ['2026-12-23T23:59:59Z', '2026-12-24T00:00:00Z'].map((time, index) =>
  scene(
    77,
    `a redemption at ${time} of points that last until the 23rd`,
    index === 0 ? [201] : [409, 'insufficient_points'],
    async (shop) => {
      const memberId = await enrolled(shop, 10_000)
      shop.api.clock.set(time)
      return () => spend(shop, { memberId, points: 100 })
    },
    { isAlone: true, program: aProgram({ expiry: MONTHLY }), ...(index === 0 && { writes: true }) },
  ),
)

const CLOSED = [
  ['purchases', (shop: Shop, memberId: string) => ({ ...fullReceipt(shop), memberId })],
  ['quotes', (shop: Shop, memberId: string) => ({ ...fullReceipt(shop), memberId })],
  ['redemptions', (_: Shop, memberId: string) => ({ memberId, points: 1, storeId: 'central' })],
  ['reservations', (_: Shop, memberId: string) => ({ memberId, points: 1, storeId: 'central' })],
  ['redemptions/quotes', (_: Shop, memberId: string) => ({ memberId, storeId: 'central', total: money(1) })],
  ['adjustments', (_: Shop, memberId: string) => ({ memberId, points: 1, reason: 'other', note: 'x' })],
] as const

const TWICE = [
  scene(
    66,
    'two redemptions of the whole balance at once',
    [201],
    async (shop) => {
      const memberId = await enrolled(shop, 10_000)
      return async () => {
        const both = [
          spend(shop, { memberId, points: 100 }),
          spend(shop, { memberId, points: 100, by: shop.api.as('pos') }),
        ]
        const replies = await Promise.all(both)
        expect(replies.map(({ status, body }) => [status, body.code]).sort()).toEqual([
          [201, undefined],
          [409, 'insufficient_points'],
        ])
        expect(await balanceOf(shop, memberId)).toMatchObject({ available: 0, debt: 0 })
        return replies.find(({ status }) => status === 201) ?? unreachable()
      }
    },
    { writes: true },
  ),
]

export const POINTS: readonly Scene[] = [
  ...UNKNOWN,
  ...NUMBERS,
  ...SPENDING,
  ...TWICE,
  ...CORRECTIONS,
  ...LAST_DAYS,
  ...CLOSED.map(([path, body]) =>
    scene(74, `${path} of a closed account`, [410, 'account_closed'], async (shop) => {
      const memberId = await enrolled(shop)
      await make(shop, memberId, 'close')
      return () => shop.admin.post(`/v1/points/${path}`, body(shop, memberId), { key: shop.next() })
    }),
  ),
]
