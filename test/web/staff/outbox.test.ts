import { describe, expect, test } from 'vitest'
import {
  afterTry,
  isSpent,
  kindOfAnswer,
  newRow,
  nextDueAt,
  nextToSend,
  type OutboxRow,
  resumed,
  roomFor,
  waitSeconds,
} from '../../../web/src/offline/outbox.ts'

const HOUR_MS = 3_600_000
const ANSWER = { points: 1, available: 1, pending: 0, entryId: 'ent_1', recordedAt: '2026-11-23T10:00:00Z' }

function rowOf(id: string, more: Partial<OutboxRow> = {}): OutboxRow {
  const made = {
    ...{ id, key: `key-${id}`, body: `{"receiptNumber":"${id}"}`, sub: 'may', storeId: 'central', device: 'till-1' },
    ...{ member: 'mem_a', receiptNumber: id, minor: 100, purchasedAt: '2026-11-23T10:00:00Z', madeAt: Number(id) },
  }
  return { ...newRow(made), ...more }
}

describe('an answer', () => {
  test.each([
    [201, '', 'sent'],
    [200, '', 'sent'],
    [0, 'no_answer', 'again'],
    [408, '', 'again'],
    [429, 'rate_limited', 'again'],
    [500, 'internal_error', 'again'],
    [503, 'outcome_unknown', 'again'],
    [409, 'request_in_progress', 'again'],
    [401, 'signed_out', 'stopped'],
    [409, 'receipt_conflict', 'refused'],
    [403, 'forbidden', 'refused'],
    [404, 'member_not_found', 'refused'],
    [422, 'receipt_date_invalid', 'refused'],
  ])('%i %s is %s', (status, code, kind) => {
    expect(kindOfAnswer(status, code)).toBe(kind)
  })

  test('that says nothing keeps key and bytes and waits longer each time', () => {
    const first = rowOf('1')
    const second = afterTry(first, { kind: 'again', isNetwork: true }, { now: 0, chance: 0 })
    const third = afterTry(second, { kind: 'again', isNetwork: true }, { now: 0, chance: 0 })
    expect([second.nextTryAt, third.nextTryAt]).toEqual([1_000, 2_000])
    expect(third).toMatchObject({ state: 'waiting', key: first.key, body: first.body, tries: 2 })
  })

  test('that names a time is waited for at least so long', () => {
    expect(
      afterTry(rowOf('1'), { kind: 'again', afterSeconds: 30, isNetwork: false }, { now: 0, chance: 0 }).nextTryAt,
    ).toBe(30_000)
  })
})

test('waiting grows to a minute and is spread, so that all tills do not come back in one second', () => {
  expect([1, 2, 3, 6, 7, 50].map((tries) => waitSeconds(tries, 0))).toEqual([1, 2, 4, 32, 60, 60])
  expect(waitSeconds(7, 1)).toBe(45)
})

describe('the next to send', () => {
  const NOW = { sub: 'may', now: 1_000 }

  test('is the oldest, and of one member never a later one before', () => {
    const rows = [rowOf('2'), rowOf('1', { nextTryAt: 5_000 }), rowOf('3', { member: 'mem_b' })]
    expect(nextToSend(rows, NOW)?.id).toBe('3')
  })

  test('is of whom somebody waits for, after the older ones of the same member', () => {
    const rows = [rowOf('1', { member: 'mem_b' }), rowOf('2', { nextTryAt: 9_000 }), rowOf('3')]
    expect(nextToSend(rows, { ...NOW, first: '3' })?.id).toBe('2')
    expect(
      nextToSend([{ ...rowOf('2'), state: 'sent' }, rowOf('1', { member: 'mem_b' }), rowOf('3')], {
        ...NOW,
        first: '3',
      })?.id,
    ).toBe('3')
  })

  test('is never one of somebody else, because the ledger names who awarded', () => {
    expect(nextToSend([rowOf('1', { sub: 'ken' })], NOW)).toBeUndefined()
  })

  test('is also one that a tab left while sending: the lock says that nobody sends it', () => {
    expect(nextToSend([rowOf('1', { state: 'sending' })], NOW)?.id).toBe('1')
  })

  test('is nothing settled, whatever was forced', () => {
    const rows = [rowOf('1', { state: 'sent' }), rowOf('2', { state: 'refused' })]
    expect(nextToSend(rows, { ...NOW, isForced: true })).toBeUndefined()
  })

  test('comes back to what waits when that is forced, and passes what was tried', () => {
    const rows = [rowOf('1', { nextTryAt: 9_000 }), rowOf('2', { nextTryAt: 9_000, member: 'mem_b' })]
    expect(nextToSend(rows, NOW)).toBeUndefined()
    expect(nextToSend(rows, { ...NOW, isForced: true, tried: new Set(['1']) })?.id).toBe('2')
    expect(nextDueAt(rows, 'may')).toBe(9_000)
  })
})

test('what stopped for a sign-in goes on only for who made it', () => {
  const rows = [rowOf('1', { state: 'stopped' }), rowOf('2', { state: 'stopped', sub: 'ken' })]
  expect(resumed(rows, 'may').map(({ id, state }) => [id, state])).toEqual([['1', 'waiting']])
})

describe('room', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => rowOf(String(index), { madeAt: 0 }))

  test.each([
    [0, 0, 'free'],
    [159, 0, 'free'],
    [160, 0, 'nearly_full'],
    [199, 0, 'nearly_full'],
    [200, 0, 'full'],
    [1, 57, 'free'],
    [1, 58, 'nearly_full'],
    [1, 72, 'too_old'],
  ])('with %i rows, the oldest of %i hours, is %s', (count, hours, state) => {
    expect(roomFor(many(count), hours * HOUR_MS).state).toBe(state)
  })

  test('ends with the age that the program takes, because an older receipt would be refused', () => {
    expect(roomFor(many(1), 24 * HOUR_MS, 24).state).toBe('too_old')
  })

  test('is not taken by what is settled', () => {
    expect(roomFor([rowOf('1', { state: 'sent' })], 100 * HOUR_MS)).toEqual({ state: 'free', waiting: 0 })
  })
})

describe('a row leaves the device', () => {
  test.each<[string, Partial<OutboxRow>, boolean]>([
    ['a day after it was sent', { state: 'sent', settledAt: 0, answer: ANSWER }, true],
    ['not while it is refused and nobody looked', { state: 'refused', settledAt: 0 }, false],
    ['a day after it was put away', { state: 'refused', settledAt: 0, discarded: 'typed twice' }, true],
    ['never while it waits', { state: 'waiting' }, false],
  ])('%s', (_, more, isGone) => {
    expect(isSpent(rowOf('1', more), 25 * HOUR_MS)).toBe(isGone)
    expect(isSpent(rowOf('1', more), 23 * HOUR_MS)).toBe(false)
  })
})
