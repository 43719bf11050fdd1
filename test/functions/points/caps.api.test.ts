import { describe, expect, test } from 'vitest'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { aTill, outcome } from '../../support/till.ts'

const program = (earning: Partial<GivenProgram['earning']>) =>
  aProgram({ earning: { ...aProgram().earning, ...earning } })
const pointsOf = (reply: { body: { entry: { points: number } } }) => reply.body.entry.points

describe('caps', () => {
  test('hold for receipts of one day that arrive shuffled among those of other days', async () => {
    const till = await aTill({ program: program({ caps: [{ id: 'day', per: 'day', points: 250, behaviour: 'cap' }] }) })
    const days = ['21', '23', '22', '21', '23', '21', '22', '21', '23']
    const granted: number[] = []
    for (const day of days) granted.push(pointsOf(await till.buy({ purchasedAt: `2026-11-${day}T08:00:00Z` })))
    expect(granted).toEqual([100, 100, 100, 100, 100, 50, 100, 0, 50])
  })

  test('hold for receipts that arrive all at once', async () => {
    const till = await aTill({ program: program({ caps: [{ id: 'day', per: 'day', points: 250, behaviour: 'cap' }] }) })
    const answers = await Promise.all(Array.from({ length: 6 }, () => till.buy()))
    const granted = answers.filter(({ status }) => status === 201).map(pointsOf)
    expect(granted.reduce((a, b) => a + b, 0)).toBe(250)
    expect((await till.balances()).available).toBe(250)
  })

  test('say what was asked for and what was cut', async () => {
    const till = await aTill({
      program: program({ caps: [{ id: 'each', per: 'receipt', points: 60, behaviour: 'cap' }] }),
    })
    const { body } = await till.buy()
    expect(body.entry.because.map(({ rule, code, points }: Record<string, unknown>) => [rule, code, points])).toEqual([
      ['spend', 'spend', 100],
      ['each', 'cap', -40],
    ])
    expect(body.entry.because[1].text).toBe('40 points less, a limit was reached')
  })

  test('that reject let the receipt in with 0 points, so that it is shown and known', async () => {
    const till = await aTill({
      program: program({ caps: [{ id: 'slips', per: 'day', receipts: 1, behaviour: 'reject' }] }),
    })
    expect(pointsOf(await till.buy({ receiptNumber: '1' }))).toBe(100)
    const second = await till.buy({ receiptNumber: '2', purchasedAt: '2026-11-23T09:00:00Z' })
    expect([second.status, pointsOf(second)]).toEqual([201, 0])
    till.api.clock.advance('P1D')
    expect(outcome(await till.buy({ receiptNumber: '2', purchasedAt: '2026-11-23T09:00:00Z' }))).toBe('200')
    expect(pointsOf(await till.buy())).toBe(100)
  })

  test('are not given back by a refund', async () => {
    const till = await aTill({ program: program({ caps: [{ id: 'day', per: 'day', points: 100, behaviour: 'cap' }] }) })
    await till.buy({ receiptNumber: '1' })
    expect((await till.refund('1')).body.balances.available).toBe(0)
    expect(pointsOf(await till.buy())).toBe(0)
  })

  test('are not used up by a quote, a repeat or a refused receipt', async () => {
    const till = await aTill({ program: program({ caps: [{ id: 'day', per: 'day', points: 150, behaviour: 'cap' }] }) })
    const receipt = { receiptNumber: '1', purchasedAt: '2026-11-23T09:00:00Z' }
    await till.quote(receipt)
    await till.buy(receipt)
    await till.buy(receipt)
    await till.buy({ ...receipt, amount: 99 })
    expect(pointsOf(await till.quote())).toBe(50)
    expect(pointsOf(await till.buy())).toBe(50)
    expect(pointsOf(await till.buy())).toBe(0)
  })

  test('of visits count each local day by itself', async () => {
    const rules: GivenProgram['earning']['rules'] = [
      { id: 'visit', kind: 'visit', points: 5, minBaseMinor: 1_000, maxPerDay: 1 },
    ]
    const till = await aTill({ program: program({ rules }) })
    const granted = []
    for (const time of ['22T23:59:59', '22T08:00:00', '23T00:00:00', '23T09:00:00']) {
      granted.push(pointsOf(await till.buy({ purchasedAt: `2026-11-${time}Z` })))
    }
    expect(granted).toEqual([5, 0, 5, 0])
  })
})

describe('a quote', () => {
  test('is the award, but for what only a record has, and writes nothing', async () => {
    const { rowsOf } = await import('../../support/tables.ts')
    const till = await aTill({
      program: aProgram({
        earning: { ...aProgram().earning, pending: 'return_window', returnWindow: 'P14D' },
        expiry: { mode: 'rolling', period: 'P12M', roundUp: 'month' },
      }),
    })
    await till.adjust(40, { expiresOn: '2026-11-30' })
    till.api.clock.set('2026-12-01T10:00:00Z')
    const receipts = [
      { receiptNumber: 'a', amount: 13_912 },
      { receiptNumber: 'b', purchasedAt: '2026-11-24T09:00:00Z', lines: [{ amount: 9_500 }], shipping: 500 },
      { receiptNumber: 'c', amount: 0 },
      { receiptNumber: 'd', purchasedAt: '2026-01-01T09:00:00Z' },
    ]
    for (const receipt of receipts) {
      const before = await rowsOf(till.api.tables, 'Ledger')
      const quote = await till.quote(receipt)
      expect(await rowsOf(till.api.tables, 'Ledger')).toEqual(before)
      const { body } = await till.buy(receipt)
      const { id: _id, seq: _seq, recordedAt: _at, ...entry } = body.entry
      expect([quote.status, quote.body]).toEqual([200, { entry, balances: body.balances }])
    }
  })

  test('knows of refunds that came first', async () => {
    const till = await aTill()
    await till.refund('1', { amount: 4_000 })
    expect(pointsOf(await till.quote({ receiptNumber: '1' }))).toBe(60)
  })

  test.each<[string, object, string]>([
    ['an unknown member', { memberId: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }, '404 member_not_found'],
    ['another currency', { amount: { amount: 100, currency: 'EUR' } }, '422 currency_mismatch'],
    ['a time ahead', { purchasedAt: '2026-11-24T10:00:00Z' }, '422 receipt_date_invalid'],
    ['an unknown field', { price: 1 }, '422 unknown_field'],
  ])('refuses what the award refuses: %s', async (_, fields, refusal) => {
    const till = await aTill()
    expect([outcome(await till.quote(fields)), outcome(await till.buy(fields))]).toEqual([refusal, refusal])
  })
})
