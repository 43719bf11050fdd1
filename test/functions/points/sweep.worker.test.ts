/** The daily sweep writes down what time did, and nothing depends on when it runs, how often, or how far it comes. */
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import type { Context } from '../../../functions/platform/context.ts'
import { dueKey, keys } from '../../../functions/platform/table-design.ts'
import { rowFromAccount } from '../../../functions/points/row-schema.ts'
import { settleAccount } from '../../../functions/points/settle-account.ts'
import { sweep } from '../../../functions/points/sweep.ts'
import { saveMark } from '../../../functions/points/sweep-store.ts'
import { addToDate, localDate, startOfDay } from '../../../functions/shared/dates.ts'
import { anAccount } from '../../support/account.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { aNeighbour, mergeInto, ourselves, stand } from '../../support/neighbours.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, type Till } from '../../support/till.ts'
import { costOf, watchWire } from '../../support/wire.ts'

const MONTH: GivenProgram['expiry'] = { mode: 'rolling', period: 'P1M', roundUp: 'none', restoreGrace: 'P7D' }
const ENOUGH = 60_000

type Start = { readonly start?: string; readonly program?: Partial<GivenProgram>; readonly swept?: string }

/** A shop that was swept up to a day, the one before unless told otherwise, as in any deployment but a new one. */
async function shop({ start, program, swept }: Start = {}): Promise<Till> {
  const till = await aTill({ program: aProgram({ expiry: MONTH, ...program }), ...(start !== undefined && { start }) })
  accepted(await till.buy({ amount: 0 }))
  const { zone } = aProgram(program)
  await saveMark(ourselves(till), swept ?? addToDate(localDate(till.api.clock.now(), zone), '-P1D'))
  return till
}

const run = (till: Till, milliseconds = ENOUGH) => sweep(ourselves(till), { milliseconds })

async function sweepOn(till: Till, time: string) {
  till.api.clock.set(time)
  return run(till)
}

async function settledEntries({ api }: Till): Promise<string[]> {
  const rows = (await rowsOf(api.tables, 'Ledger')).filter(({ t }) => t === 'SETTLE')
  return rows.map(({ pk, n }) => `${pk} ${n}`).sort()
}

async function accountRow({ api }: Till, memberId: string) {
  return (await rowsOf(api.tables, 'Ledger')).find(({ pk, sk }) => pk === `A#${memberId}` && sk === 'ACCOUNT')
}

describe('what is due', () => {
  test('is written as one SETTLE entry by the product itself, and the account is no longer listed', async () => {
    const till = await shop({ swept: '2026-12-23' })
    accepted(await till.buy())
    expect(await sweepOn(till, '2026-12-24T00:00:00Z')).toEqual({
      state: 'done',
      day: '2026-12-24',
      settled: 1,
      failed: 0,
    })
    const [entry] = (await rowsOf(till.api.tables, 'Ledger')).filter(({ t }) => t === 'SETTLE')
    expect(entry).toMatchObject({ n: -100, u: 'system', op: 'SWEEP', b: [0, 0, 0, 0] })
    expect((await accountRow(till, till.memberId))?.due).toBeUndefined()
    await expectSoundBooks(till.api.tables)
  })

  test.each<[string, Start & { readonly last: string; readonly due: string }]>([
    [
      'the night on which the clock goes back',
      { start: '2026-09-25T10:00:00Z', last: '2026-10-25', due: '2026-10-26T00:00:00Z' },
    ],
    [
      'the night on which it goes forward',
      { start: '2027-02-28T10:00:00Z', last: '2027-03-28', due: '2027-03-28T23:00:00Z' },
    ],
    ['29 February', { start: '2028-01-29T10:00:00Z', last: '2028-02-29', due: '2028-03-01T00:00:00Z' }],
    [
      '28 February of an ordinary year',
      { start: '2027-01-31T10:00:00Z', last: '2027-02-28', due: '2027-03-01T00:00:00Z' },
    ],
    [
      'a midnight eight hours before ours',
      {
        start: '2026-11-10T10:00:00Z',
        program: { zone: 'Asia/Hong_Kong' },
        last: '2026-12-10',
        due: '2026-12-10T16:00:00Z',
      },
    ],
    [
      'a day whose midnight does not exist',
      {
        start: '2026-08-05T12:00:00Z',
        program: { zone: 'America/Santiago' },
        last: '2026-09-05',
        due: '2026-09-06T04:00:00Z',
      },
    ],
  ])('after %s is due with the local day and not a moment before', async (_, { start, program, last, due }) => {
    const till = await shop({ start, program, swept: addToDate(last, '-P1D') })
    expect((await till.buy()).body.entry.expiresOn).toBe(last)
    const justBefore = new Date(Date.parse(due) - 1).toISOString()
    expect(await sweepOn(till, justBefore)).toMatchObject({ state: 'done', day: last, settled: 0 })
    expect(await sweepOn(till, due)).toMatchObject({ state: 'done', day: addToDate(last, 'P1D'), settled: 1 })
    expect((await till.account()).lifetime.expired).toBe(100)
  })

  test('of a reservation is due the day after its last second, and its row says that it expired', async () => {
    const till = await shop({ program: { expiry: { mode: 'none' } } })
    accepted(await till.buy())
    const { id } = accepted(await till.reserve(30, { expiresInSeconds: 60 })).body
    expect(await sweepOn(till, '2026-11-23T23:59:59Z')).toMatchObject({ settled: 0 })
    expect(await sweepOn(till, '2026-11-24T00:00:00Z')).toMatchObject({ settled: 1 })
    const rows = await rowsOf(till.api.tables, 'Ledger')
    expect(rows.find(({ pk }) => pk === keys.reservation(id).pk)?.state).toBe('EXPIRED')
    await expectSoundBooks(till.api.tables)
  })

  test('is written for frozen accounts too, and nobody looks at closed and merged ones', async () => {
    const till = await shop({ swept: '2026-12-23' })
    const [frozen, closed, merged] = [await aNeighbour(till), await aNeighbour(till), await aNeighbour(till)]
    for (const { buy } of [till, frozen, closed, merged]) accepted(await buy())
    accepted(await stand(till, frozen.id, 'freeze'))
    accepted(await stand(till, closed.id, 'close'))
    await mergeInto(till, merged, till.memberId === merged.id ? frozen : { id: till.memberId })
    expect(await sweepOn(till, '2026-12-24T00:00:00Z')).toMatchObject({ settled: 2, failed: 0 })
    expect(await settledEntries(till)).toEqual([`A#${till.memberId} -200`, `A#${frozen.id} -100`].sort())
  })
})

describe('whether it is swept daily, late or not at all', () => {
  /** Points that mature, expire, are owed and come back from a reservation, over two months. */
  async function story(sweeping: 'daily' | 'late' | 'never') {
    const till = await shop({
      program: {
        earning: { ...aProgram().earning, pending: 'return_window', returnWindow: 'P14D' },
        refund: { policy: 'debt', maxDebt: 500 },
      },
    })
    const at = async (day: string, deed: () => Promise<unknown>) => {
      for (let next = localDate(till.api.clock.now(), 'Europe/London'); next < day; ) {
        next = addToDate(next, 'P1D')
        till.api.clock.set(`${next}T01:00:00Z`)
        if (sweeping === 'daily') await run(till)
      }
      till.api.clock.set(`${day}T10:00:00Z`)
      await deed()
    }
    accepted(await till.buy({ receiptNumber: 'a' }))
    await at('2026-12-08', async () => accepted(await till.reserve(40, { expiresInSeconds: 604_800 })))
    await at('2026-12-10', async () => accepted(await till.redeem(50)))
    await at('2026-12-11', async () => accepted(await till.buy({ amount: 4_000 })))
    await at('2026-12-12', async () => accepted(await till.refund('a', { refundedAt: '2026-12-12T09:00:00Z' })))
    await at('2027-01-20', async () =>
      sweeping === 'late' ? expect(await run(till)).toMatchObject({ settled: 1 }) : null,
    )
    const { version: _, ...seen } = await till.account()
    await expectSoundBooks(till.api.tables)
    return { seen, row: await accountRow(till, till.memberId) }
  }

  test('the balances, lots and lifetime sums are the same, because settling is the same function at any time', async () => {
    const [daily, late, never] = [await story('daily'), await story('late'), await story('never')]
    expect(daily.seen).toMatchObject({ lifetime: { earned: 140, redeemed: 50, reversed: 100 } })
    expect([late.seen, never.seen].map(withoutMember)).toEqual([daily.seen, daily.seen].map(withoutMember))
    const stored = ({ row }: typeof daily) => [row?.a, row?.p, row?.r, row?.d, row?.l, row?.m, row?.o, row?.y, row?.ds]
    expect(stored(late)).toEqual(stored(daily))
    expect(stored(never)).not.toEqual(stored(daily))
  }, 30_000)
})

function withoutMember({ memberId: _, ...account }: Record<string, unknown>) {
  return account
}

describe('once a day', () => {
  test('is enough: a second run reads one row and does nothing', async () => {
    const till = await shop({ swept: '2026-12-22' })
    accepted(await till.buy())
    await sweepOn(till, '2026-12-24T00:00:00Z')
    const ctx = ourselves(till)
    expect(await sweep(ctx, { milliseconds: ENOUGH })).toMatchObject({ state: 'nothing', settled: 0 })
    expect(ctx.table.usage).toEqual({ requests: 1, writeUnits: 0, readUnits: 1 })
  })

  test('costs 32 queries of half a unit where nobody is due, beside the mark read and written', async () => {
    const till = await shop({ swept: '2026-12-23' })
    accepted(await till.buy())
    till.api.clock.set('2026-12-24T00:00:00Z')
    await settleAccount(ourselves(till), { memberId: till.memberId })
    const ctx = ourselves(till)
    expect(await sweep(ctx, { milliseconds: ENOUGH })).toMatchObject({ state: 'done', settled: 0 })
    expect(ctx.table.usage).toEqual({ requests: 32 + 2, writeUnits: 1, readUnits: 16 + 1 })
  })

  test('begins with the last day once more, for what was written after the sweep had passed', async () => {
    const till = await shop({ swept: '2026-12-22' })
    await sweepOn(till, '2026-12-24T00:00:00Z')
    await plant(till, 1, '2026-12-24')
    expect(await run(till)).toMatchObject({ state: 'nothing' })
    expect(await sweepOn(till, '2026-12-25T00:00:00Z')).toMatchObject({ state: 'done', settled: 1 })
  })

  test('catches up on days without a run', async () => {
    const till = await shop()
    for (const day of ['2026-11-24', '2026-12-01', '2026-12-31']) await plant(till, 2, day)
    expect(await sweepOn(till, '2026-12-31T00:00:00Z')).toMatchObject({ day: '2026-12-31', settled: 6 })
  })

  test('never takes the mark back, so that a slow run cannot undo what a faster one has finished', async () => {
    const till = await shop({ swept: '2026-12-23' })
    await sweepOn(till, '2026-12-24T00:00:00Z')
    await saveMark(ourselves(till), '2026-12-01')
    expect(await run(till)).toMatchObject({ state: 'nothing', day: '2026-12-24' })
  })

  test('looks back 31 days where there was never a run, and older points are settled by their next visitor', async () => {
    const till = await aTill({ program: aProgram({ expiry: MONTH }) })
    const today = localDate(till.api.clock.now(), 'Europe/London')
    await plant(till, 1, addToDate(today, '-P31D'))
    const [tooOld = ''] = await plant(till, 1, addToDate(today, '-P32D'))
    expect(await run(till)).toMatchObject({ state: 'done', settled: 1 })
    const { body } = await till.client.get(`/v1/points/accounts/${tooOld}`)
    expect(body).toMatchObject({ balances: { available: 0 }, lifetime: { expired: 10 } })
  })

  test('does nothing before a program was ever published', async () => {
    const till = await aTill()
    const names = { ...till.api.tables.names, Operations: till.api.tables.names.Members }
    const ctx = ourselves(till)
    const empty = { ...ctx, table: { ...ctx.table, names } }
    expect(await sweep(empty, { milliseconds: ENOUGH })).toEqual({ state: 'nothing', day: null, settled: 0, failed: 0 })
  })
})

/** Accounts of 10 points each that are due on a day, all in one part of the index. @returns the members */
async function plant({ api, next }: Till, count: number, due: string): Promise<string[]> {
  const members: string[] = []
  for (let number = Number(next().slice(1)) * 10_000; members.length < count; number += 1) {
    const memberId = `mem_01J9${String(number).padStart(22, '0')}`
    if (dueKey(due, memberId) !== dueKey(due, `mem_01J9${'0'.repeat(22)}`)) continue
    const lots = { [addToDate(due, '-P1D')]: 10 }
    const account = anAccount({ memberId, version: 0, head: '', lots, lifetime: { earned: 10 } })
    const Item = JSON.parse(JSON.stringify(rowFromAccount(account, dueKey(due, memberId))))
    await api.tables.reader.send(new PutCommand({ TableName: api.tables.names.Ledger, Item }))
    members.push(memberId)
  }
  return members
}

/** A context whose time passes with every look at it. */
function inAHurry(till: Till, perLook: number): Context {
  let looks = 0
  return { ...ourselves(till), elapsed: () => perLook * ++looks }
}

describe('a run', () => {
  const DAY = '2026-12-24'
  const NIGHT = '2026-12-24T00:30:00Z'

  test('that is out of time stops, and the next goes on where it stopped, without settling anybody twice', async () => {
    const till = await shop({ swept: '2026-12-23' })
    const members = await plant(till, 90, DAY)
    till.api.clock.set(NIGHT)
    const runs = []
    for (let count = 0; count < 200 && runs.at(-1)?.state !== 'done'; count += 1) {
      runs.push(await sweep(inAHurry(till, 5), { milliseconds: 1_000 }))
    }
    expect(runs.slice(0, -1).every(({ state }) => state === 'paused')).toBe(true)
    expect([runs.length > 1, runs.at(-1)?.state, runs.reduce((sum, { settled }) => sum + settled, 0)]).toEqual([
      true,
      'done',
      90,
    ])
    expect(await settledEntries(till)).toEqual(members.map((id) => `A#${id} -10`).sort())
    expect(await run(till)).toMatchObject({ state: 'nothing' })
  })

  test('reads page after page, because more are due on a day than one page holds', async () => {
    const till = await shop({ swept: '2026-12-23' })
    await plant(till, 95, DAY)
    expect(await sweepOn(till, NIGHT)).toEqual({ state: 'done', day: DAY, settled: 95, failed: 0 })
  })

  test('that meets an account it cannot read settles the others, names it, and keeps the day open', async () => {
    const till = await shop({ swept: '2026-12-23' })
    const [bad = '', ...others] = await plant(till, 12, DAY)
    const spoil = async (rv: number) => {
      const Item = { ...(await accountRow(till, bad)), rv }
      await till.api.tables.reader.send(new PutCommand({ TableName: till.api.tables.names.Ledger, Item }))
    }
    await spoil(9)
    expect(await sweepOn(till, NIGHT)).toEqual({ state: 'done', day: DAY, settled: 11, failed: 1 })
    expect(till.api.logs.filter(({ message }) => message === 'account not settled')).toMatchObject([
      { level: 'error', memberId: bad },
    ])
    expect(await settledEntries(till)).toEqual(others.map((id) => `A#${id} -10`).sort())
    expect(await run(till)).toMatchObject({ state: 'done', settled: 0, failed: 1 })
    expect(await sweepOn(till, '2026-12-26T00:30:00Z')).toMatchObject({ state: 'done', failed: 1 })
    await spoil(1)
    expect(await run(till)).toEqual({ state: 'done', day: '2026-12-26', settled: 1, failed: 0 })
    expect(await run(till)).toMatchObject({ state: 'nothing' })
  })

  test('whose writes fail for a moment leaves them to the next, and what was settled stays', async () => {
    const till = await shop({ swept: '2026-12-23' })
    await plant(till, 10, DAY)
    till.api.clock.set(NIGHT)
    {
      using wire = watchWire(till.api.tables)
      wire.spoil(async ({ name, nth, send }) => {
        if (name === 'TransactWriteItems' && nth > 4) throw new Error('AccessDenied')
        return send()
      })
      expect(await run(till)).toMatchObject({ settled: 4, failed: 6 })
    }
    expect(await run(till)).toMatchObject({ state: 'done', settled: 6, failed: 0 })
    expect(await settledEntries(till)).toHaveLength(10)
  })

  test('beside another and beside customers settles everybody once, and loses no race for good', async () => {
    const till = await shop({ swept: '2026-12-23' })
    const members = await plant(till, 30, DAY)
    till.api.clock.set(NIGHT)
    const visits = members.slice(0, 10).map((memberId) => till.buy({ memberId }))
    const [one, other] = await Promise.all([run(till), run(till), ...visits])
    expect([one, other]).toMatchObject([{ failed: 0 }, { failed: 0 }])
    expect(await settledEntries(till)).toEqual(members.map((id) => `A#${id} -10`).sort())
  })

  test('costs four write units and one read unit for each account, and one of the index', async () => {
    const till = await shop({ swept: '2026-12-23' })
    await plant(till, 10, DAY)
    till.api.clock.set(NIGHT)
    await settleAccount(ourselves(till), { memberId: till.memberId })
    const ctx = ourselves(till)
    using wire = watchWire(till.api.tables)
    expect(await sweep(ctx, { milliseconds: ENOUGH })).toMatchObject({ settled: 10 })
    const settling = wire.sent.filter(({ name }) => name === 'TransactWriteItems')
    expect(costOf(settling)).toMatchObject({ items: 20, writes: 40, index: 10 })
    const reading = wire.sent.filter(
      ({ name, capacity }) => name === 'GetItem' && /Ledger/.test(String(capacity[0]?.TableName)),
    )
    expect(costOf(reading).reads).toBe(10 + 1)
    expect(ctx.table.usage.writeUnits).toBe(40 + 10 + 1)
  })

  test('is the product’s own, whatever role a token gives', async () => {
    const till = await shop({ swept: '2026-12-23' })
    for (const role of ['admin', 'auditor', 'pos'] as const) {
      const ctx = { ...ourselves(till), actor: { id: role, roles: [role], stores: '*' as const } }
      await expect(sweep(ctx, { milliseconds: ENOUGH })).rejects.toMatchObject({ code: 'forbidden' })
      await expect(settleAccount(ctx, { memberId: till.memberId })).rejects.toMatchObject({ code: 'forbidden' })
    }
  })
})

test('settling an account on which nothing is due writes nothing, so that it may be asked for at any time', async () => {
  const till = await shop({ swept: '2026-12-23' })
  accepted(await till.buy())
  const before = await rowsOf(till.api.tables, 'Ledger')
  till.api.clock.set(new Date(startOfDay('2026-12-24', 'Europe/London') - 1).toISOString())
  expect(await settleAccount(ourselves(till), { memberId: till.memberId })).toEqual({ isSettled: false })
  expect(await rowsOf(till.api.tables, 'Ledger')).toEqual(before)
  till.api.clock.set('2026-12-24T00:00:00Z')
  expect(await settleAccount(ourselves(till), { memberId: till.memberId })).toEqual({ isSettled: true })
  expect(await settleAccount(ourselves(till), { memberId: till.memberId })).toEqual({ isSettled: false })
})
