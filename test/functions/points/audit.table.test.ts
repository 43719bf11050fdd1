import { describe, expect, test } from 'vitest'
import { keys } from '../../../functions/platform/table-design.ts'
import { accepted } from '../../support/till.ts'
import { aShop, auditOf, entryKey, named, passOver, type Shop } from './audit-ledger.ts'

const account = ({ memberId }: Shop) => keys.account(memberId)
/** The trial balance over all members, which names none. */
const ALL = 'I13 of all'
type Damage = readonly [name: string, named: readonly string[], plant: (shop: Shop) => Promise<void>]

/** Each damage and the invariants that the audit names, all of the member whose rows were changed. */
const ENTRIES: readonly Damage[] = [
  [
    'a changed amount',
    ['I1', 'I2', 'I5', 'I13', ALL],
    (shop) => shop.change(entryKey(shop, 2), (row) => ({ ...row, d: { available: 1_000 } })),
  ],
  ['a changed reason', ['I5'], (shop) => shop.change(entryKey(shop, 2), (row) => ({ ...row, u: 'somebody' }))],
  [
    'a foreign hash',
    ['I5'],
    async (shop) => {
      const { k } = await shop.row(entryKey(shop, 3))
      await shop.change(entryKey(shop, 2), (row) => ({ ...row, k }))
    },
  ],
  ['a foreign link', ['I5'], (shop) => shop.change(entryKey(shop, 2), (row) => ({ ...row, h: row.k }))],
  [
    'two entries that changed places',
    ['I1', 'I5', 'I6'],
    async (shop) => {
      const [second, third] = [await shop.row(entryKey(shop, 2)), await shop.row(entryKey(shop, 3))]
      await shop.change(entryKey(shop, 2), () => ({ ...third, ...entryKey(shop, 2) }))
      await shop.change(entryKey(shop, 3), () => ({ ...second, ...entryKey(shop, 3) }))
    },
  ],
  ['an entry that is missing', ['I1', 'I4', 'I6'], (shop) => shop.remove(entryKey(shop, 3))],
  ['the last entry missing', ['I1', 'I4', 'I6', ALL], (shop) => shop.remove(entryKey(shop, 9))],
  [
    'an entry too many',
    ['I4', 'I6', ALL],
    async (shop) => {
      await shop.plant({ ...(await shop.row(entryKey(shop, 9))), ...entryKey(shop, 10) })
    },
  ],
  [
    'a negative balance after an entry',
    ['I1', 'I3', 'I4', 'I6'],
    (shop) => shop.change(entryKey(shop, 2), (row) => ({ ...row, b: [-1, 0, 0, 0] })),
  ],
  [
    'an entry that cannot be read',
    ['I1', 'I4', 'I6'],
    (shop) => shop.change(entryKey(shop, 2), (row) => ({ ...row, rv: 9 })),
  ],
]
const ACCOUNTS: readonly Damage[] = [
  ['a negative lot', ['I1', 'I3'], (shop) => shop.change(account(shop), (row) => ({ ...row, l: { never: -5 } }))],
  [
    'a balance that its lots do not sum to',
    ['I1', 'I2'],
    (shop) => shop.change(account(shop), (row) => ({ ...row, a: Number(row.a) + 1 })),
  ],
  ['a stale account', ['I1', 'I4', 'I5'], (shop) => shop.change(account(shop), (row) => ({ ...row, v: 8 }))],
  ['a wrong head', ['I5'], (shop) => shop.change(account(shop), (row) => ({ ...row, h: 'wrong' }))],
  ['a status that no entry gave', ['I1'], (shop) => shop.change(account(shop), (row) => ({ ...row, s: 'FROZEN' }))],
  ['an account that is gone', ['I1', 'I8'], (shop) => shop.remove(account(shop))],
]
const GUARDS: readonly Damage[] = [
  ['a receipt that is missing', ['I6'], (shop) => shop.remove(keys.receipt('R#central#A'))],
  [
    'a receipt of which another number was awarded',
    ['I6'],
    (shop) => shop.change(keys.receipt('R#central#A'), (row) => ({ ...row, awarded: 1 })),
  ],
  ['a refund that is missing', ['I6', 'I7'], (shop) => shop.remove(keys.refund('R#central#B', 'B1'))],
  [
    'a receipt that forgot its refund',
    ['I7'],
    (shop) => shop.change(keys.receipt('R#central#B'), (row) => ({ ...row, n: 1 })),
  ],
  ['a reservation that is missing', ['I6'], (shop) => shop.remove(keys.reservation(shop.capturedId))],
  [
    'an ended reservation that is open again',
    ['I6', 'I8'],
    (shop) => shop.change(keys.reservation(shop.capturedId), ({ done: _, ...row }) => ({ ...row, state: 'RESERVED' })),
  ],
  [
    'an open reservation that is ended',
    ['I8'],
    (shop) => shop.change(keys.reservation(shop.openId), (row) => ({ ...row, state: 'VOIDED' })),
  ],
  ['a payment that its receipt forgot', ['I8'], (shop) => shop.remove(keys.spent('R#central#C', shop.capturedId))],
  [
    'a payment of other points, whatever time its row tells',
    ['I8'],
    (shop) =>
      shop.change(keys.spent('R#central#C', shop.capturedId), (row) => ({
        ...row,
        points: 7,
        at: Number.MAX_SAFE_INTEGER,
      })),
  ],
  [
    'a payment of other points, of a row without a time',
    ['I8'],
    async (shop) => {
      await forgetTimes(shop)
      await shop.change(keys.spent('R#central#C', shop.capturedId), (row) => ({ ...row, points: 7 }))
    },
  ],
  [
    'an open reservation that is ended, of a row without a time',
    ['I8'],
    async (shop) => {
      await forgetTimes(shop)
      await shop.change(keys.reservation(shop.openId), (row) => ({ ...row, state: 'EXPIRED' }))
    },
  ],
  [
    'a second guard',
    ['I6'],
    async (shop) => {
      await shop.plant({ ...(await shop.row(keys.receipt('R#central#A'))), ...keys.receipt('R#central#Z') })
    },
  ],
]

describe('a ledger that nobody touched', () => {
  test('has no finding, whatever was done with it', async () => {
    const shop = await aShop()
    expect(await auditOf(shop.api)).toEqual([])
  })

  test('and goes on while it is read leaves the sketch empty, so that what is wrong can still be named', async () => {
    const shop = await aShop()
    const ids: string[] = []
    for (let n = 0; n < 7; n += 1) ids.push(accepted(await shop.reserve(1, { expiresInSeconds: 7_200 })).body.id)
    accepted(await shop.reserve(1, { expiresInSeconds: 3_600 }))
    shop.api.clock.advance('PT1H')
    const before = shop.api.clock.now()
    const { differences, findings } = await passOver(shop.api, { before, total: 16, meanwhile: () => busy(shop, ids) })
    expect({ differences, findings }).toEqual({ differences: 0, findings: [] })
    const entries = Number((await shop.row(account(shop))).v)
    expect(entries).toBeGreaterThan(100)
  }, 30_000)

  test('is audited also where its rows do not tell when they were written, as older ones do not', async () => {
    const shop = await aShop()
    await forgetTimes(shop)
    expect(await auditOf(shop.api)).toEqual([])
    const { differences } = await passOver(shop.api, {
      before: shop.api.clock.now() + 1,
      total: 4,
      meanwhile: async () => undefined,
    })
    expect(differences).toBe(0)
  })
})

/** Reservations old and new are captured and voided, and points come back with the refund of what they paid for. */
async function busy(shop: Shop, ids: string[]): Promise<void> {
  for (const end of ['capture', 'release'] as const) {
    const { id } = accepted(await shop.reserve(1)).body
    ids.push(id)
    const oldest = ids.shift() ?? id
    accepted(
      end === 'capture' ? await shop.capture(oldest, { receiptNumber: shop.next() }) : await shop.release(oldest),
    )
    const { id: quick } = accepted(await shop.reserve(1)).body
    accepted(await shop.capture(quick, { receiptNumber: shop.next() }))
  }
  const { id } = accepted(await shop.reserve(5)).body
  const receiptNumber = shop.next()
  accepted(await shop.capture(id, { receiptNumber }))
  accepted(await shop.buy({ receiptNumber }))
  accepted(await shop.refund(receiptNumber))
}

async function forgetTimes(shop: Shop): Promise<void> {
  const rows = [
    keys.reservation(shop.openId),
    keys.reservation(shop.capturedId),
    keys.spent('R#central#C', shop.capturedId),
  ]
  for (const key of rows) await shop.change(key, ({ at: _, ...row }) => row)
}

test('one leg of a transfer that is gone with its account is told by the trial balance', async () => {
  const shop = await aShop()
  await shop.change(keys.account(shop.friendId), ({ pk, sk, rv, s, j }) => {
    return { pk, sk, rv, s, j, v: 0, a: 0, p: 0, r: 0, d: 0 }
  })
  await shop.remove(keys.entry(shop.friendId, 1))
  const findings = await auditOf(shop.api)
  expect(findings).toEqual([
    { invariant: 'I13', what: '25 points moved with one entry of the two', key: expect.any(String) },
    { invariant: 'I13', what: 'the books of all members differ by 25 points' },
  ])
})

describe.each([
  ['entries', ENTRIES],
  ['the account', ACCOUNTS],
  ['guards', GUARDS],
])('damage of %s', (_, damages) => {
  test.each(damages)(
    '%s is named with its invariants and its member, so that nobody has to search',
    async (_name, invariants, plant) => {
      const shop = await aShop()
      await plant(shop)
      const findings = await auditOf(shop.api)
      const expected = invariants.map((invariant) => (invariant === ALL ? 'I13 ' : `${invariant} ${shop.memberId}`))
      expect(named(findings)).toEqual(expected.sort())
    },
  )
})
