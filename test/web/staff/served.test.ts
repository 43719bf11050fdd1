/** What the desk reads out of answers and tokens: hints, the rail, outcomes of an award, and who is signed in. */
import { describe, expect, test } from 'vitest'
import { newRow, type OutboxRow } from '../../../web/src/offline/outbox.ts'
import { Problem } from '../../../web/src/problem.ts'
import { personOf, rememberedPerson } from '../../../web/src/staff/claims.ts'
import { hintsOf } from '../../../web/src/staff/desk/hints.ts'
import { failedOutcome, outcomeOf, priorOf, sentOutcome } from '../../../web/src/staff/desk/outcome.ts'
import { isBehind, isUndoable, railRows } from '../../../web/src/staff/desk/rail-rows.ts'
import type { Awarded, DeskReward, ShiftItem } from '../../../web/src/staff/wire.ts'

const TODAY = '2026-11-23'
const NONE = { member: undefined, account: undefined, rewards: [], today: TODAY }
const BALANCES = { available: 600, pending: 0, reserved: 0, debt: 0 }
const tier = (value: number, missing: number) => ({
  ...{ id: 'silver', name: 'Silver', multiplier: { num: 1, den: 1 }, perks: [] },
  measure: { kind: 'spend' as const, value, waiting: 0 },
  next: { id: 'gold', name: 'Gold', missing },
})
const reward = (id: string, points: number, available = true): DeskReward => ({
  ...{ id, name: { en: id }, kind: 'goods', points, fulfilment: 'instant', available },
  ...{ window: { from: null, until: null }, stores: null, terms: null, reasons: [] },
})

describe('hints', () => {
  test.each([
    [{ month: 11, day: 23 }, 1],
    [{ month: 11, day: 30 }, 1],
    [{ month: 12, day: 1 }, 0],
    [{ month: 11, day: 22 }, 0],
  ])('name a birthday %j within a week', (birthday, count) => {
    expect(hintsOf({ ...NONE, member: { birthday } })).toHaveLength(count)
  })

  test('name points that expire within thirty days, and the dearest reward that can be had', () => {
    const account = { balances: BALANCES, expiring: [{ on: '2026-12-23', points: 200 }], tier: null }
    const rewards = [reward('coffee', 500), reward('tea', 300), reward('lamp', 900), reward('gone', 590, false)]
    expect(hintsOf({ ...NONE, account, rewards })).toEqual([
      { kind: 'expiring', points: 200, on: '2026-12-23' },
      { kind: 'reward', name: { en: 'coffee' }, points: 500 },
    ])
    expect(hintsOf({ ...NONE, account: { ...account, expiring: [{ on: '2026-12-24', points: 200 }] } })).toEqual([])
  })

  test.each([
    [900, 100, 1],
    [899, 101, 0],
  ])('name the next tier where %i are reached and %i are missing', (value, missing, count) => {
    const account = { balances: BALANCES, expiring: [], tier: tier(value, missing) }
    expect(hintsOf({ ...NONE, account })).toHaveLength(count)
  })

  test('are three at most, so that they are read', () => {
    const account = { balances: BALANCES, expiring: [{ on: TODAY, points: 1 }], tier: tier(900, 100) }
    const member = { birthday: { month: 11, day: 24 } }
    expect(hintsOf({ member, account, rewards: [reward('tea', 1)], today: TODAY }).map(({ kind }) => kind)).toEqual([
      'birthday',
      'expiring',
      'reward',
    ])
  })
})

const AWARDED: Awarded = {
  entry: {
    ...{
      id: 'ent_1',
      seq: 1,
      recordedAt: '2026-11-23T04:03:00Z',
      type: 'EARN',
      points: 168,
      because: [],
      programVersion: 1,
    },
    effectiveAt: '2026-11-23T04:03:00Z',
  },
  balances: BALANCES,
}

function rowOf(more: Partial<OutboxRow> = {}): OutboxRow {
  const made = {
    ...{
      id: 'k1',
      key: 'k1',
      body: '{"memberId":"mem_a"}',
      sub: 'may',
      storeId: 'central',
      device: '',
      member: 'mem_a',
    },
    ...{ receiptNumber: '536365', minor: 16800, purchasedAt: '2026-11-23T04:03:00Z', madeAt: 1 },
  }
  return { ...newRow(made), ...more }
}

describe('an answer to an award', () => {
  const answered = (tries: number, isReplay: boolean, isUndone = false) => {
    const outcome = sentOutcome({ isReplay, body: AWARDED, by: 'May', isUndone }, tries)
    return outcomeOf(
      outcome.kind === 'sent' ? rowOf({ state: 'sent', answer: outcome.answer }) : rowOf(),
      undefined,
      true,
    )
  }

  test('given again on the first try was somebody’s award before', () => {
    expect(answered(0, true)).toMatchObject({ kind: 'duplicate', prior: { by: 'May', points: 168 } })
  })

  test('given again on a later try is our own that was not heard', () => {
    expect(answered(1, true)).toMatchObject({ kind: 'done', result: { points: 168, available: 600 } })
    expect(answered(0, false)).toMatchObject({ kind: 'done' })
  })

  test('that was undone since is told so, also where it was our own', () => {
    for (const tries of [0, 1]) {
      expect(answered(tries, true, true)).toMatchObject({ kind: 'duplicate', prior: { by: 'May', isUndone: true } })
    }
    expect(answered(0, true)).toMatchObject({ prior: expect.not.objectContaining({ isUndone: true }) })
    const prior = { recordedAt: '2026-11-23T04:03:00Z', by: 'May', points: 168, member: { name: '陳••' }, undone: true }
    const problem = new Problem({ code: 'receipt_conflict', status: 409, body: { prior } })
    expect(priorOf(problem)).toMatchObject({ isUndone: true })
  })

  test('that refuses for another award carries what is in the way', () => {
    const prior = { recordedAt: '2026-11-23T04:03:00Z', by: 'May', points: 168, member: { name: '陳••' } }
    const problem = new Problem({ code: 'receipt_conflict', status: 409, body: { prior } })
    expect(priorOf(problem)).toMatchObject({ by: 'May', points: 168, memberName: '陳••' })
    const refused = rowOf({ state: 'refused', refusal: { code: 'receipt_conflict', params: {} } })
    expect(outcomeOf(refused, priorOf(problem), true).kind).toBe('conflict')
    expect(outcomeOf(refused, undefined, true)).toEqual({ kind: 'refused', code: 'receipt_conflict', params: {} })
  })

  test('that did not come is not known; without a network it waits', () => {
    expect(failedOutcome(new Problem({ code: 'no_answer', status: 0 }))).toEqual({ kind: 'again', isNetwork: true })
    expect(outcomeOf(rowOf({ tries: 1 }), undefined, true)).toEqual({ kind: 'unsure' })
    expect(outcomeOf(rowOf({ tries: 1 }), undefined, false)).toEqual({ kind: 'queued' })
    expect(outcomeOf(rowOf({ state: 'stopped' }), undefined, true)).toEqual({ kind: 'queued' })
  })
})

describe('the rail', () => {
  const item: ShiftItem = {
    entryId: 'ent_1',
    memberId: 'mem_a',
    type: 'EARN',
    points: 168,
    receiptNumber: '536365',
    at: '2026-11-23T04:03:01Z',
    by: 'may',
    own: true,
  }
  const answer = { points: 168, available: 600, pending: 0, entryId: 'ent_1', recordedAt: '2026-11-23T04:03:01Z' }

  test('shows an award once, from this device until the report has it', () => {
    const row = rowOf({ state: 'sent', answer })
    expect(railRows([row], { items: [] })).toMatchObject([
      { id: 'ent_1', points: 168, memberId: 'mem_a', state: 'done' },
    ])
    expect(railRows([row], { items: [item] })).toHaveLength(1)
    expect(railRows([rowOf()], { items: [item] })).toHaveLength(2)
  })

  test('leaves out what was awarded by somebody before, what was put away, and what is no award', () => {
    expect(railRows([rowOf({ state: 'sent', answer: { ...answer, priorBy: 'May' } })], { items: [] })).toEqual([])
    expect(railRows([rowOf({ state: 'refused', discarded: 'typed anew' })], { items: [] })).toEqual([])
    expect(railRows([], { items: [{ ...item, type: 'REVERSE' }] })).toEqual([])
  })

  test('knows what refunds left of an award, so that an undo asks with what it takes', () => {
    const refund = { ...item, entryId: 'ent_2', type: 'REVERSE', points: -50 }
    const other = { ...refund, entryId: 'ent_3', receiptNumber: '536366' }
    expect(railRows([], { items: [item, refund, other] })).toMatchObject([{ points: 168, left: 118 }])
    expect(railRows([rowOf({ state: 'sent', answer })], { items: [] })).toMatchObject([{ left: 168 }])
  })

  test('shows what was undone here before the report does, and asks again while the report is behind', () => {
    const undone = new Set(['ent_1'])
    expect(railRows([], { items: [item], undone })).toMatchObject([{ isUndone: true }])
    const row = rowOf({ state: 'sent', answer, settledAt: 1_000 })
    expect(isBehind([row], { items: [] }, 2_000)).toBe(true)
    expect(isBehind([row], { items: [item] }, 2_000)).toBe(false)
    expect(isBehind([row], { items: [] }, 62_000), 'a report without it is not asked for ever').toBe(false)
    expect(isBehind([], { items: [{ ...item, undone: false }], undone }, 0)).toBe(true)
    expect(isBehind([], { items: [{ ...item, undone: true }], undone }, 0)).toBe(false)
  })

  test.each<[string, Partial<ShiftItem>, boolean, boolean]>([
    ['own, without a limit', {}, false, true],
    ['own, in time', { undoUntil: '2026-11-23T04:18:00Z' }, false, true],
    ['own, too late', { undoUntil: '2026-11-23T04:03:00Z' }, false, false],
    ['of a colleague', { own: false }, false, false],
    ['of a colleague, by a manager', { own: false, undoUntil: '2026-11-23T04:03:00Z' }, true, true],
    ['undone already', { undone: true }, true, false],
  ])('offers undo: %s', (_, more, mayAll, isOffered) => {
    const [row] = railRows([], { items: [{ ...item, ...more }] })
    expect(row && isUndoable(row, { now: Date.parse('2026-11-23T04:10:00Z'), mayAll })).toBe(isOffered)
  })
})

describe('who is signed in', () => {
  const tokenOf = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`

  test('is read with every script, and with arrays and texts as issuers write them', () => {
    const person = { sub: 's1', name: '陳美玲', roles: ['cashier'], stores: ['central'] }
    expect(personOf(tokenOf(person))).toEqual(person)
    expect(personOf(tokenOf({ ...person, roles: 'cashier nobody', stores: '*' }))).toEqual({ ...person, stores: '*' })
    expect(personOf(tokenOf({ ...person, stores: ['*'] }))?.stores).toBe('*')
  })

  test('is nobody for what is no token, so that a broken one offers nothing', () => {
    expect(personOf('nonsense')).toBeUndefined()
    expect(personOf(tokenOf({ name: 'x' }))).toBeUndefined()
  })

  test('is remembered without a name and with the least role', () => {
    expect(rememberedPerson({ sub: 's1', stores: ['central'] })).toEqual({
      sub: 's1',
      name: '',
      roles: ['cashier'],
      stores: ['central'],
    })
    expect(rememberedPerson(undefined)).toBeUndefined()
  })
})
