import { beforeEach, describe, expect, test } from 'vitest'
import { onEntry } from '../../../functions/reports/on-entry.ts'
import type { Client } from '../../support/api.ts'
import { aProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'
import { systemContext } from '../points/audit-ledger.ts'
import { corrected, undone } from '../points/mending.ts'

let till: Till
let may: Client
beforeEach(async () => {
  till = await aTill({ program: aProgram({ staff: { undoWindow: 'PT15M' } }) })
  may = till.api.as('cashier', { id: 'may', stores: ['central'] })
})

/** All entries so far, in an order that the stream might have. */
async function follow(turn: <T>(rows: T[]) => T[] = (rows) => rows): Promise<void> {
  const entries = turn((await rowsOf(till.api.tables, 'Ledger')).filter(({ sk }) => String(sk).startsWith('E#')))
  for (const row of entries) await onEntry(systemContext(till.api), { rows: [row] })
}

const shift = (query = 'storeId=central', by: Client = may) => by.get(`/v1/reports/shift?${query}`)

async function bought(by: Client = may, fields: object = {}): Promise<string> {
  const receiptNumber = till.next()
  accepted(await till.by(by).buy({ receiptNumber, ...fields }))
  till.api.clock.advance('PT1S')
  return receiptNumber
}

describe('GET /v1/reports/shift', () => {
  test('sums the day of one store and lists its deeds newest first, own ones marked', async () => {
    const first = await bought()
    const other = await bought(till.client)
    accepted(await till.refund(other, { amount: 4_000 }))
    till.api.clock.advance('PT1S')
    accepted(await till.redeem(30))
    till.api.clock.advance('PT1S')
    accepted(await till.capture(accepted(await till.reserve(20)).body.id))
    await bought(till.client, { storeId: 'north' })
    await follow()
    const { body } = accepted(await shift())
    expect(body).toMatchObject({
      storeId: 'central',
      date: '2026-11-23',
      totals: {
        awards: { count: 2, points: 200 },
        refunds: { count: 1, points: -40 },
        redemptions: { count: 2, points: -50 },
      },
      nextCursor: null,
    })
    expect(body.items.map(({ type, own }: Record<string, unknown>) => [type, own])).toEqual([
      ['CAPTURE', false],
      ['REDEEM', false],
      ['REVERSE', false],
      ['EARN', false],
      ['EARN', true],
    ])
    expect(body.items.at(-1)).toEqual({
      entryId: expect.stringMatching(/^ent_/),
      memberId: till.memberId,
      type: 'EARN',
      points: 100,
      receiptNumber: first,
      purchasedOn: '2026-11-23',
      at: '2026-11-23T10:00:00.000Z',
      by: 'may',
      own: true,
      undoUntil: '2026-11-23T10:15:00.000Z',
    })
  })

  test('is the same whatever order the stream brings, and however often', async () => {
    for (const by of [may, till.client, may]) await bought(by)
    await follow((rows) => rows.toReversed())
    const once = (await shift()).body
    await follow()
    await follow((rows) => rows.toReversed())
    expect((await shift()).body).toEqual(once)
    expect(once.totals.awards).toEqual({ count: 3, points: 300 })
  })

  test('tells which award can still be undone, and until when counts from the first award', async () => {
    const [wrong, gone] = [await bought(), await bought()]
    accepted(await corrected(till, wrong, 5_000, { by: may }))
    till.api.clock.advance('PT1S')
    accepted(await undone(till, gone, { by: may }))
    await follow()
    const awards = (await shift()).body.items.filter(({ type }: { type: string }) => type === 'EARN')
    expect(
      awards.map(({ receiptNumber, points, undone, undoUntil }: Record<string, unknown>) => [
        receiptNumber,
        points,
        undone,
        undoUntil,
      ]),
    ).toEqual([
      [wrong, 50, undefined, '2026-11-23T10:15:00.000Z'],
      [gone, 100, true, undefined],
      [wrong, 100, true, undefined],
    ])
  })

  test('counts by the local day of recording, which in summer begins an hour before midnight UTC', async () => {
    till.api.clock.set('2027-06-30T22:59:59.999Z')
    accepted(await till.buy())
    till.api.clock.set('2027-06-30T23:00:00Z')
    accepted(await till.buy({ purchasedAt: '2027-06-30T20:00:00Z' }))
    await follow()
    expect((await shift('storeId=central&date=2027-06-30')).body.totals.awards.count).toBe(1)
    expect((await shift('storeId=central&date=2027-07-01')).body.totals.awards.count).toBe(1)
    expect((await shift()).body.date).toBe('2027-07-01')
  })

  test('comes in pages, each line once, with the sums of the whole day on each page', async () => {
    for (let sold = 0; sold < 5; sold += 1) await bought()
    await follow()
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 3; page += 1) {
      const { body } = accepted(await shift(`storeId=central&limit=2${cursor}`))
      expect(body.totals.awards.count).toBe(5)
      seen.push(...body.items.map(({ receiptNumber }: { receiptNumber: string }) => receiptNumber))
      cursor = `&cursor=${body.nextCursor}`
    }
    expect([seen.length, new Set(seen).size, cursor]).toEqual([5, 5, '&cursor=null'])
  })

  test('shows nobody the shift of another store, and nobody a shift of a store that is none', async () => {
    const elsewhere = till.api.as('manager', { stores: ['north'] })
    expect(outcome(await shift('storeId=central', elsewhere))).toBe('403 store_out_of_scope')
    expect(outcome(await shift('storeId=nowhere', till.client))).toBe('404 store_not_found')
    expect(outcome(await shift('date=2026-11-23'))).toBe('422 required_field')
    expect(outcome(await shift('storeId=central&date=2026-02-30'))).toBe('422 invalid_value')
  })

  test('keeps lines without a word about people, and for 90 days', async () => {
    const named = { name: 'Canaria Vogel', phone: '+85291234567', storeId: 'central' }
    const { id } = accepted(await till.client.post('/v1/members', named, { key: till.next() })).body
    await bought(may, { memberId: id })
    await follow()
    const [line] = (await rowsOf(till.api.tables, 'Operations')).filter(({ pk }) => String(pk).startsWith('SHIFT#'))
    expect(JSON.stringify(line)).not.toMatch(/Canaria|9123/)
    expect(line?.removeAt).toBe(Date.parse('2027-02-21T10:00:00Z') / 1000)
  })

  test('costs one request of half a unit, however the day was, because its lines lie together', async () => {
    await bought()
    await follow()
    await shift()
    accepted(await shift())
    const line = till.api.logs.findLast(({ operation }) => operation === 'reports.shift')
    expect([line?.requests, line?.readUnits]).toEqual([1, 0.5])
  })
})
