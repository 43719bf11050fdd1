import { describe, expect, test } from 'vitest'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'

const PENDING: Partial<GivenProgram> = {
  earning: { ...aProgram().earning, pending: 'return_window', returnWindow: 'P14D' },
  expiry: { mode: 'rolling', period: 'P1M', roundUp: 'none', restoreGrace: 'P7D' },
}
const AT_ONCE: Partial<GivenProgram> = {
  expiry: { mode: 'rolling', period: 'P1M', roundUp: 'none', restoreGrace: 'P7D' },
}
const kinds = async ({ client, memberId }: Till) =>
  (await client.get(`/v1/points/accounts/${memberId}/entries`)).body.items.map(
    ({ type, points }: { type: string; points: number }) => `${type} ${points}`,
  )

describe('points that wait for the return window', () => {
  test('become available at 00:00 of its last day in the program’s zone', async () => {
    const till = await aTill({ program: aProgram(PENDING) })
    const { body } = await till.buy({ purchasedAt: '2026-11-23T09:00:00Z' })
    expect([body.balances.pending, body.entry.expiresOn]).toEqual([100, '2026-12-23'])
    expect((await till.account()).maturing).toEqual([{ on: '2026-12-07', points: 100 }])
    till.api.clock.set('2026-12-06T23:59:59.999Z')
    expect(outcome(await till.redeem(100))).toBe('409 insufficient_points')
    till.api.clock.set('2026-12-07T00:00:00Z')
    expect(await till.balances()).toMatchObject({ available: 100, pending: 0 })
    expect(outcome(await till.redeem(100))).toBe('201')
    expect(await kinds(till)).toEqual(['REDEEM -100', 'SETTLE 100', 'EARN 100'])
  })

  test('wait from the later start that the receipt names', async () => {
    const till = await aTill({ program: aProgram(PENDING) })
    await till.buy({ purchasedAt: '2026-11-23T09:00:00Z', windowStartsAt: '2026-11-30T09:00:00Z' })
    expect((await till.account()).maturing).toEqual([{ on: '2026-12-14', points: 100 }])
  })

  test('are available at once where the receipt arrives after the window', async () => {
    const till = await aTill({ program: aProgram(PENDING) })
    expect((await till.buy({ purchasedAt: '2026-11-09T23:59:59Z' })).body.balances).toMatchObject({
      available: 100,
      pending: 0,
    })
    expect((await till.buy({ purchasedAt: '2026-11-10T00:00:00Z' })).body.balances).toMatchObject({
      available: 100,
      pending: 100,
    })
  })

  test('are taken back by a refund before anything else', async () => {
    const till = await aTill({ program: aProgram(PENDING) })
    await till.adjust(50)
    await till.buy({ receiptNumber: '1' })
    const { body } = await till.refund('1', { amount: 5_000 })
    expect(body.balances).toEqual({ available: 50, pending: 50, reserved: 0, debt: 0 })
    till.api.clock.set('2026-12-10T00:00:00Z')
    await till.refund('1', { amount: 5_000 })
    expect((await till.account()).balances).toEqual({ available: 50, pending: 0, reserved: 0, debt: 0 })
  })

  test('repay debt when they become available', async () => {
    const till = await aTill({ program: aProgram(PENDING) })
    await till.buy({ receiptNumber: '1' })
    till.api.clock.set('2026-12-07T00:00:00Z')
    await till.redeem(100)
    await till.buy({ amount: 3_000 })
    expect((await till.refund('1')).body.balances).toEqual({ available: 0, pending: 30, reserved: 0, debt: 100 })
    till.api.clock.set('2026-12-21T00:00:00Z')
    expect(await till.balances()).toEqual({ available: 0, pending: 0, reserved: 0, debt: 70 })
  })
})

describe('points that expire', () => {
  test('spend in the last second of their last valid day and not one second later', async () => {
    const till = await aTill({ program: aProgram(AT_ONCE) })
    const { body } = await till.buy({ purchasedAt: '2026-11-23T09:00:00Z' })
    expect([body.entry.expiresOn, (await till.account()).expiring]).toEqual([
      '2026-12-23',
      [{ on: '2026-12-23', points: 100 }],
    ])
    till.api.clock.set('2026-12-23T23:59:59Z')
    expect(outcome(await till.redeem(40))).toBe('201')
    till.api.clock.set('2026-12-24T00:00:00Z')
    expect(outcome(await till.redeem(1))).toBe('409 insufficient_points')
    expect(await till.account()).toMatchObject({ balances: { available: 0 }, lifetime: { redeemed: 40, expired: 60 } })
    await till.adjust(5)
    expect(await kinds(till)).toEqual(['ADJUST 5', 'SETTLE -60', 'REDEEM -40', 'EARN 100'])
  })

  test('end with the local day also on the night on which the clock goes back', async () => {
    const till = await aTill({ program: aProgram(AT_ONCE), start: '2026-09-25T10:00:00Z' })
    expect((await till.buy()).body.entry.expiresOn).toBe('2026-10-25')
    till.api.clock.set('2026-10-25T23:59:59Z')
    expect((await till.balances()).available).toBe(100)
    till.api.clock.set('2026-10-26T00:00:00Z')
    expect((await till.balances()).available).toBe(0)
  })

  test('end with the local day in summer, an hour before midnight UTC', async () => {
    const till = await aTill({ program: aProgram(AT_ONCE), start: '2026-05-30T22:56:00Z' })
    expect((await till.buy()).body.entry.expiresOn).toBe('2026-06-30')
    expect((await till.buy({ purchasedAt: '2026-05-30T22:59:59Z' })).body.entry.expiresOn).toBe('2026-06-30')
    till.api.clock.set('2026-06-30T22:59:59Z')
    expect((await till.balances()).available).toBe(200)
    till.api.clock.set('2026-06-30T23:00:00Z')
    expect((await till.balances()).available).toBe(0)
  })

  test('that were due before a purchase arrived are gone with it, and one that arrives too late leaves nothing', async () => {
    const till = await aTill({ program: aProgram(AT_ONCE) })
    await till.buy({ purchasedAt: '2026-11-23T09:00:00Z' })
    till.api.clock.set('2027-01-10T00:00:00Z')
    await till.buy({ purchasedAt: '2026-12-01T09:00:00Z', amount: 5_000 })
    expect(await kinds(till)).toEqual(['SETTLE -50', 'EARN 50', 'SETTLE -100', 'EARN 100'])
    expect(await till.account()).toMatchObject({ balances: { available: 0 }, lifetime: { earned: 150, expired: 150 } })
  })

  test('stay usable while they are reserved, and come back from a void with the grace', async () => {
    const till = await aTill({ program: aProgram(AT_ONCE) })
    await till.buy({ purchasedAt: '2026-11-23T09:00:00Z' })
    till.api.clock.set('2026-12-23T23:00:00Z')
    const { id } = accepted(await till.reserve(100, { expiresInSeconds: 172_800 })).body
    till.api.clock.set('2026-12-24T10:00:00Z')
    expect((await till.capture(id, { points: 10 })).body.balances).toMatchObject({ available: 90, reserved: 0 })
    expect((await till.account()).expiring).toEqual([{ on: '2026-12-31', points: 90 }])
  })

  test('come back with the grace when a reservation times out after their day, counted from that day', async () => {
    const till = await aTill({ program: aProgram(AT_ONCE) })
    await till.buy({ purchasedAt: '2026-11-23T09:00:00Z' })
    till.api.clock.set('2026-12-23T23:00:00Z')
    await till.reserve(100, { expiresInSeconds: 172_800 })
    till.api.clock.set('2027-01-01T23:59:59Z')
    expect((await till.account()).expiring).toEqual([{ on: '2027-01-01', points: 100 }])
    till.api.clock.set('2027-01-02T00:00:00Z')
    expect((await till.balances()).available).toBe(0)
  })

  test('of a year’s silence settle like those of somebody who looks every week', async () => {
    const shop = async (looksEveryWeek: boolean) => {
      const till = await aTill({ program: aProgram({ ...PENDING, refund: { policy: 'debt', forgiveAfter: 'P60D' } }) })
      await till.buy({ receiptNumber: '1', purchasedAt: '2026-11-23T09:00:00Z' })
      await till.buy({ purchasedAt: '2026-11-20T09:00:00Z', amount: 7_000 })
      till.api.clock.set('2026-12-08T10:00:00Z')
      await till.redeem(150)
      await till.reserve(20, { expiresInSeconds: 604_800 })
      await till.refund('1')
      for (let week = 0; week < 20; week += 1) {
        till.api.clock.advance('P7D')
        if (looksEveryWeek) accepted(await till.buy({ amount: 0 }))
      }
      const { balances, lifetime } = await till.account()
      return { balances, lifetime }
    }
    expect(await shop(true)).toEqual(await shop(false))
  })
})

describe('the due index', () => {
  test('lists an account on the first day on which a sweep finds something to do', async () => {
    const till = await aTill({ program: aProgram(PENDING) })
    const due = async () => (await rowsOf(till.api.tables, 'Ledger')).find(({ sk }) => sk === 'ACCOUNT')?.due
    expect(await due()).toBeUndefined()
    await till.buy({ purchasedAt: '2026-11-23T09:00:00Z' })
    expect(await due()).toMatch(/^DUE#20261207#\d+$/)
    await till.adjust(5, { expiresOn: '2026-12-01' })
    expect(await due()).toMatch(/^DUE#20261202#\d+$/)
    await till.reserve(5)
    expect(await due()).toMatch(/^DUE#20261124#\d+$/)
  })
})
