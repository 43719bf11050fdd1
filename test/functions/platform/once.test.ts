import { describe, expect, test } from 'vitest'
import {
  fingerprintOf,
  givenAgain,
  operationId,
  StoredRefusal,
  storedRefusal,
} from '../../../functions/platform/once.ts'
import { Refusal } from '../../../functions/platform/problem.ts'
import { aContext } from '../../support/context.ts'

const keyed = (idempotencyKey: string, actorId = 'till-1') =>
  aContext({ idempotencyKey, actor: { id: actorId, roles: ['pos'], stores: '*' } }).ctx

describe('the operation', () => {
  test('is one per caller, command and key', () => {
    const ids = [
      operationId(keyed('a'), 'points.redeem'),
      operationId(keyed('b'), 'points.redeem'),
      operationId(keyed('a', 'till-2'), 'points.redeem'),
      operationId(keyed('a'), 'points.reserve'),
    ]
    expect(new Set(ids).size).toBe(4)
    expect(operationId(keyed('a'), 'points.redeem')).toBe(ids[0])
    expect(ids[0]).toMatch(/^O#[A-Za-z0-9_-]{43}$/)
  })

  test('needs a key of 1 to 255 visible ASCII characters', () => {
    expect(() => operationId(aContext().ctx, 'x')).toThrow(
      expect.objectContaining({ code: 'idempotency_key_required' }),
    )
    for (const key of ['', ' ', 'a b', 'x'.repeat(256), 'é', 'a\u0000', 'a\n', '\u007f', '陳']) {
      expect(() => operationId(keyed(key), 'x'), key).toThrow(
        expect.objectContaining({ code: 'idempotency_key_invalid' }),
      )
    }
    for (const key of ['x', '~!"#$%&\'()*+,-./', 'x'.repeat(255)]) expect(operationId(keyed(key), 'x')).toMatch(/^O#/)
  })
})

describe('the fingerprint', () => {
  test('is blind to the order of fields and to fields that are absent', () => {
    expect(fingerprintOf({ a: 1, b: { c: 2, d: undefined } })).toBe(fingerprintOf({ b: { c: 2 }, a: 1 }))
  })

  test('sees every value', () => {
    const prints = [{}, { a: 1 }, { a: '1' }, { a: [1] }, { a: { 0: 1 } }, { b: 1 }, { a: null }, { a: 2 }].map(
      fingerprintOf,
    )
    expect(new Set(prints).size).toBe(prints.length)
  })
})

test('a refusal that was recorded is given again with the request that was refused first', () => {
  const first = new Refusal('insufficient_points', {
    reasons: ['insufficient_points'],
    params: { available: 1, missing: 2 },
  })
  const again = givenAgain(StoredRefusal.parse(JSON.parse(JSON.stringify(storedRefusal(aContext().ctx, first)))))
  expect([again.code, again.details, again.firstInstance]).toEqual([first.code, first.details, 'request-1'])
  expect(StoredRefusal.safeParse({ code: 'no_such_code', details: {}, instance: 'x' }).success).toBe(false)
})
