import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import { sweep } from '../../../functions/points/sweep.ts'
import { saveMark } from '../../../functions/points/sweep-store.ts'
import type { Tiers } from '../../../functions/points/tiers.ts'
import { localDate } from '../../../functions/shared/dates.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { aNeighbour, mergeInto, ourselves, stand } from '../../support/neighbours.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { LEVELS, someTiers } from '../../support/tiers.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'
import { auditOf } from './audit-ledger.ts'

type Earning = Partial<GivenProgram['earning']>

/** Silver, gold from £10.00 and platinum from £50.00 in a calendar year; what is bought counts two weeks later. */
async function shop(tiers: Partial<Tiers> = {}, earning: Earning = {}): Promise<Till> {
  const period = { kind: 'calendar_year' } as const
  return aTill({
    program: aProgram({
      tiers: someTiers({ period, ...tiers }),
      earning: { ...aProgram().earning, returnWindow: 'P14D', ...earning },
    }),
  })
}

async function tierOf(till: Till, memberId = till.memberId) {
  return accepted(await till.client.get(`/v1/points/accounts/${memberId}`)).body.tier
}

async function told({ client, memberId }: Till): Promise<string[]> {
  const { items } = accepted(await client.get(`/v1/points/accounts/${memberId}/entries`)).body
  return items.map(
    ({ type, because }: { type: string; because: { code: string }[] }) =>
      `${type} ${because.map(({ code }) => code).join(' ')}`,
  )
}

async function rowOf({ api, memberId }: Till) {
  return (await rowsOf(api.tables, 'Ledger')).find(({ pk, sk }) => pk === `A#${memberId}` && sk === 'ACCOUNT')
}

async function sweepOn(till: Till, time: string) {
  till.api.clock.set(time)
  return sweep(ourselves(till), { milliseconds: 60_000 })
}

/** Everything about the rows holds, and the audit of the product finds so too. */
async function expectSound(till: Till): Promise<void> {
  await expectSoundBooks(till.api.tables)
  expect(await auditOf(till.api)).toEqual([])
}

describe('the level on an account', () => {
  test('is the first until purchases count, and tells what waits and what is missing', async () => {
    const till = await shop()
    accepted(await till.buy({ amount: 900 }))
    expect(await tierOf(till)).toEqual({
      id: 'silver',
      name: 'Silver',
      multiplier: { num: 2, den: 2 },
      perks: ['silver perk'],
      measure: { kind: 'spend', value: 0, waiting: 900 },
      next: { id: 'gold', name: 'Gold', missing: 1_000 },
    })
    till.api.clock.set('2026-12-07T00:00:00Z')
    expect(await tierOf(till)).toMatchObject({
      measure: { value: 900, waiting: 0 },
      next: { id: 'gold', missing: 100 },
    })
    await expectSound(till)
  })

  test('is reached on the day on which the return window ends, with its last day and what keeps it', async () => {
    const till = await shop()
    accepted(await till.buy({ amount: 1_200 }))
    till.api.clock.set('2026-12-07T00:00:00Z')
    expect(await tierOf(till)).toMatchObject({
      id: 'gold',
      until: '2027-12-31',
      measure: { kind: 'spend', value: 1_200, waiting: 0 },
      next: { id: 'platinum', missing: 3_800 },
      keep: { missing: 1_000, by: '2027-12-31' },
    })
    accepted(await till.buy({ amount: 100 }))
    expect(await told(till)).toEqual(['EARN spend multiplier', 'SETTLE tier_counted tier_up', 'EARN spend'])
    expect((await rowOf(till))?.t).toBe('gold')
    await expectSound(till)
  })

  test('multiplies points from the very next purchase, also the one that comes on that day first', async () => {
    const till = await shop()
    accepted(await till.buy({ amount: 1_200 }))
    expect((await till.buy({ amount: 10_000, receiptNumber: 'same' })).body.entry.points).toBe(100)
    till.api.clock.set('2026-12-07T09:00:00Z')
    expect((await till.quote({ amount: 10_000 })).body.entry.points).toBe(200)
    expect((await till.buy({ amount: 10_000 })).body.entry.points).toBe(200)
    await expectSound(till)
  })

  test('is shown on the member’s own card in the member’s language', async () => {
    const till = await shop()
    const own = till.api.as('member', { memberId: till.memberId })
    const card = async (language: string) =>
      accepted(await own.get('/v1/me/card', { headers: { 'accept-language': language } })).body.tier
    expect(await card('zh-Hant')).toMatchObject({ id: 'silver', name: 'silver 卡', next: { name: 'gold 卡' } })
    expect(await card('zh-Hans')).toMatchObject({ name: 'Silver' })
  })

  test('is not there in a program without levels', async () => {
    expect(await tierOf(await aTill())).toBeNull()
  })

  test('lets rules be for some levels only', async () => {
    const match = { tiers: ['gold'] }
    const vip = { id: 'vip', kind: 'visit' as const, points: 7, minBaseMinor: 1, match }
    const till = await shop({}, { rules: [...aProgram().earning.rules, vip] })
    expect((await till.buy({ amount: 1_200 })).body.entry.points).toBe(12)
    till.api.clock.set('2026-12-07T09:00:00Z')
    expect((await till.buy({ amount: 100 })).body.entry.because.map(({ code }: { code: string }) => code)).toContain(
      'visit',
    )
  })
})

describe('refunds', () => {
  test('that wait for their purchase leave only the rest to count', async () => {
    const till = await shop()
    accepted(await till.refund('early', { amount: 300 }))
    accepted(await till.buy({ receiptNumber: 'early', amount: 1_200 }))
    expect((await tierOf(till)).measure).toEqual({ kind: 'spend', value: 0, waiting: 900 })
    await expectSound(till)
  })

  test('lower the sum at once and the level only at its review', async () => {
    const till = await shop()
    accepted(await till.buy({ receiptNumber: '1', amount: 1_200 }))
    till.api.clock.set('2026-12-08T10:00:00Z')
    accepted(await till.refund('1', { amount: 1_200 }))
    expect(await tierOf(till)).toMatchObject({ id: 'gold', until: '2027-12-31', measure: { value: 0, waiting: 0 } })
    till.api.clock.set('2028-01-31T00:00:00Z')
    expect(await tierOf(till)).toMatchObject({ id: 'silver' })
    await expectSound(till)
  })

  test.each(['points', 'visits'] as const)('of the whole receipt leave nothing of its %s', async (measure) => {
    const till = await shop({ measure })
    accepted(await till.buy({ receiptNumber: '1' }))
    expect((await tierOf(till)).measure.waiting).toBe(measure === 'points' ? 100 : 1)
    accepted(await till.refund('1', { amount: 4_000 }))
    expect((await tierOf(till)).measure.waiting).toBe(measure === 'points' ? 60 : 1)
    accepted(await till.refund('1', { amount: 6_000 }))
    expect((await tierOf(till)).measure.waiting).toBe(0)
    await expectSound(till)
  })

  test('have nothing to take from a receipt that was awarded before there were levels', async () => {
    const till = await aTill()
    accepted(await till.buy({ receiptNumber: 'old' }))
    accepted(await till.buy({ receiptNumber: 'older' }))
    const program = { ...aProgram({ tiers: someTiers() }), effectiveFrom: '2026-11-24' }
    accepted(await till.client.put('/v1/program', program, { ifMatch: '"1"' }))
    till.api.clock.set('2026-11-25T10:00:00Z')
    accepted(await till.refund('old'))
    expect(await tierOf(till)).toMatchObject({ id: 'silver', measure: { value: 0, waiting: 0 } })
    await expectSound(till)
  })
})

describe('the sweep', () => {
  const swept = async (tiers: Partial<Tiers> = {}) => {
    const till = await shop(tiers)
    await saveMark(ourselves(till), localDate(till.api.clock.now(), 'Europe/London'))
    return till
  }

  test('lifts a member who does not come by, and lists the account for its review', async () => {
    const till = await swept()
    accepted(await till.buy({ amount: 1_200 }))
    expect((await rowOf(till))?.due).toMatch(/^DUE#20261207#/)
    expect(await sweepOn(till, '2026-12-07T00:00:00Z')).toMatchObject({ state: 'done', settled: 1, failed: 0 })
    expect(await rowOf(till)).toMatchObject({ t: 'gold', tu: '2027-12-31', tr: '2028-01-31' })
    expect((await rowOf(till))?.due).toMatch(/^DUE#20280131#/)
    expect(await told(till)).toEqual(['SETTLE tier_counted tier_up', 'EARN spend'])
    await expectSound(till)
  })

  test('reviews on the day itself, and nothing is left to wait for at the first level', async () => {
    const till = await swept({ downgrade: 'to_earned' })
    accepted(await till.buy({ amount: 1_200 }))
    await sweepOn(till, '2026-12-07T00:00:00Z')
    await saveMark(ourselves(till), '2028-01-29')
    expect(await sweepOn(till, '2028-01-30T23:59:59Z')).toMatchObject({ settled: 0 })
    expect(await sweepOn(till, '2028-01-31T00:00:00Z')).toMatchObject({ settled: 1, failed: 0 })
    const row = await rowOf(till)
    expect([row?.t, row?.tu, row?.tr, row?.due]).toEqual(['silver', undefined, undefined, undefined])
    await expectSound(till)
  })
})

describe('members that change', () => {
  test('into one have the months of both, and the level that these reach', async () => {
    const till = await shop()
    const other = await aNeighbour(till)
    accepted(await till.buy({ amount: 600 }))
    accepted(await other.buy({ amount: 600 }))
    till.api.clock.set('2026-12-08T10:00:00Z')
    accepted(await mergeInto(till, other, { id: till.memberId }))
    expect(await tierOf(till)).toMatchObject({ id: 'gold', measure: { value: 1_200, waiting: 0 } })
    await expectSound(till)
  })

  test('by closing leave no level to review', async () => {
    const till = await shop()
    accepted(await till.buy({ amount: 1_200 }))
    till.api.clock.set('2026-12-08T10:00:00Z')
    accepted(await stand(till, till.memberId, 'close'))
    const row = await rowOf(till)
    expect([row?.t, row?.tu, row?.tr, row?.q, row?.due]).toEqual(['gold', undefined, undefined, {}, undefined])
    expect(outcome(await till.buy())).toBe('410 account_closed')
    await expectSound(till)
  })

  test('while frozen climb like others, because a freeze only stops spending', async () => {
    const till = await shop()
    accepted(await stand(till, till.memberId, 'freeze'))
    accepted(await till.buy({ amount: 1_200 }))
    till.api.clock.set('2026-12-08T10:00:00Z')
    expect(await tierOf(till)).toMatchObject({ id: 'gold' })
  })
})

test('a level that is changed behind the ledger’s back is found, because entries tell every change of it', async () => {
  const till = await shop({ levels: LEVELS })
  accepted(await till.buy({ amount: 1_200 }))
  till.api.clock.set('2026-12-08T10:00:00Z')
  accepted(await till.buy({ amount: 100 }))
  const row = await rowOf(till)
  const { reader, names } = till.api.tables
  await reader.send(new PutCommand({ TableName: names.Ledger, Item: { ...row, t: 'platinum' } }))
  expect((await auditOf(till.api)).map(({ invariant, what }) => `${invariant} ${what}`)).toEqual([
    'I1 tier of the account are not what its entries say',
  ])
})
