import { describe, expect, test } from 'vitest'
import { asCached, cacheAfter, LINES_MAX } from '../../web/src/offline/card-cache.ts'
import type { Card, Line } from '../../web/src/wire.ts'

const BALANCES = { available: 1280, pending: 0, reserved: 0, debt: 0 }
const card: Card = {
  name: 'Ada',
  cardNumber: '630214944645',
  memberId: 'mem_1',
  status: 'active',
  balances: BALANCES,
  expiring: [],
  maturing: [],
  tier: null,
  version: 1,
  asOf: '2026-11-23T10:00:00.000Z',
}
const line = (id: string): Line => ({
  id,
  seq: 1,
  recordedAt: '2026-11-23T10:00:00.000Z',
  type: 'EARN',
  points: 1,
  effectiveAt: '2026-11-23T10:00:00.000Z',
  because: [],
  programVersion: 1,
  balances: BALANCES,
})

describe('what a phone keeps', () => {
  test('is the card and the last lines, each when it comes', () => {
    const first = cacheAfter(undefined, 'ada', { card })
    expect(first).toEqual({ subject: 'ada', card, lines: [] })
    const second = cacheAfter(first, 'ada', { lines: [line('a')] })
    expect(second).toEqual({ subject: 'ada', card, lines: [line('a')] })
    const newer = { ...card, version: 2 }
    expect(cacheAfter(second, 'ada', { card: newer })).toEqual({ subject: 'ada', card: newer, lines: [line('a')] })
  })

  test('never carries one person’s lines or card over to another', () => {
    const ada = cacheAfter(cacheAfter(undefined, 'ada', { card }), 'ada', { lines: [line('a')] })
    expect(cacheAfter(ada, 'ben', { lines: [] })).toBeUndefined()
    expect(cacheAfter(ada, 'ben', { card })).toEqual({ subject: 'ben', card, lines: [] })
  })

  test('is bounded, so that a long history does not fill a phone', () => {
    const lines = Array.from({ length: LINES_MAX + 5 }, (_, index) => line(String(index)))
    expect(cacheAfter(undefined, 'ada', { card, lines })?.lines).toHaveLength(LINES_MAX)
  })

  test('is read back only whole: anything else is as if there were nothing', () => {
    const kept = { subject: 'ada', card, lines: [] }
    expect(asCached(structuredClone(kept))).toEqual(kept)
    for (const broken of [
      undefined,
      null,
      'x',
      {},
      { ...kept, card: {} },
      { ...kept, lines: 1 },
      { ...kept, subject: 1 },
    ]) {
      expect(asCached(broken)).toBeUndefined()
    }
  })
})
