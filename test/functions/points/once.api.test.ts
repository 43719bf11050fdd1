import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, test } from 'vitest'
import { keys } from '../../../functions/platform/table-design.ts'
import type { Client, Reply } from '../../support/api.ts'
import { ALL, type Deed, KEYED, POINTS, PROGRAM, RECEIPTS, senderOf, VOID } from '../../support/deeds.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'

const NONE = { available: 0, pending: 0, reserved: 0, debt: 0 }
const named = (deeds: readonly Deed[]) => deeds.map((deed) => [deed.name, deed] as const)
const bytes = ({ body }: Reply) => JSON.stringify(body)
const isReplay = ({ headers }: Reply) => headers['idempotency-replayed'] === 'true'

let till: Till
beforeAll(async () => {
  till = await aTill({ program: PROGRAM })
  accepted(await till.buy({ amount: POINTS * 100_000 }))
})

async function change(run: () => Promise<void>): Promise<object> {
  const before = await till.balances()
  await run()
  const after = await till.balances()
  return Object.fromEntries(Object.keys(NONE).map((part) => [part, after[part] - before[part]]))
}

describe('every command that moves points is effective once for ever', () => {
  test.each(named(ALL))('%s sent 50 times at once has one effect and one answer', async (_, deed) => {
    const { prepare, effect } = deed
    const send = await prepare(till)
    const client = senderOf(deed, till)
    const key = till.next()
    let replies: Reply[] = []
    const moved = await change(async () => {
      replies = await Promise.all(Array.from({ length: 50 }, () => send(client, key)))
    })
    expect(moved).toEqual({ ...NONE, ...effect })
    expect(new Set(replies.map(bytes)).size).toBe(1)
    expect(replies.filter((reply) => !isReplay(reply)).map(({ status }) => status)).toEqual([201])
    expect(replies.filter(isReplay)).toHaveLength(49)
  })

  test.each(named(ALL))('%s sent again after 31 days and after 5 years gives the first answer', async (_, deed) => {
    const { prepare, effect } = deed
    const send = await prepare(till)
    const client = senderOf(deed, till)
    const key = till.next()
    const start = till.api.clock.now()
    const first = await send(client, key)
    expect(first.status).toBe(201)
    const now = await till.balances()
    for (const later of ['P31D', 'P5Y']) {
      till.api.clock.advance(later)
      const again = await send(client, key)
      expect([bytes(again), isReplay(again)]).toEqual([bytes(first), true])
    }
    till.api.clock.set(new Date(start).toISOString())
    expect(await till.balances()).toEqual(now)
    expect(Object.keys(effect).length).toBeGreaterThan(0)
  })

  test.each(named(ALL.filter(({ other }) => Object.keys(other).length > 0)))(
    '%s with other content is refused and changes nothing',
    async (name, deed) => {
      const { prepare, other } = deed
      const send = await prepare(till)
      const client = senderOf(deed, till)
      const key = till.next()
      expect((await send(client, key)).status).toBe(201)
      const isReceipt = RECEIPTS.some((deed) => deed.name === name)
      const moved = await change(async () => {
        const refused = await send(client, key, other)
        expect(outcome(refused)).toBe(isReceipt ? '409 receipt_conflict' : '422 idempotency_key_reused')
      })
      expect(moved).toEqual(NONE)
      expect(isReplay(await send(client, key))).toBe(true)
    },
  )

  test.each(named(ALL))('%s of the same content in other words is a repeat', async (_, deed) => {
    const { prepare } = deed
    const send = await prepare(till)
    const client = senderOf(deed, till)
    const key = till.next()
    const first = await send(client, key)
    const turned: Client = {
      ...client,
      post: (path, body, options) =>
        client.send('POST', path, {
          ...options,
          raw: JSON.stringify(Object.fromEntries(Object.entries(body ?? {}).reverse()), null, 3),
        }),
    }
    expect(bytes(await send(turned, key))).toBe(bytes(first))
  })
})

describe('the Idempotency-Key', () => {
  const KEYS = [...KEYED, VOID]

  test.each(named(KEYS))('of %s is needed, and of a certain form', async (_, deed) => {
    const { prepare } = deed
    const send = await prepare(till)
    const client = senderOf(deed, till)
    const without: Client = { ...client, post: (path, body) => client.post(path, body) }
    const moved = await change(async () => {
      expect(outcome(await send(without, ''))).toBe('400 idempotency_key_required')
      for (const key of ['', 'x'.repeat(256), 'a b', 'é']) {
        expect(outcome(await send(client, key))).toBe('400 idempotency_key_invalid')
      }
    })
    expect(moved).toEqual(NONE)
    expect((await send(client, 'k'.repeat(255 - till.next().length) + till.next())).status).toBe(201)
  })

  test.each(named(KEYED.filter(({ name, isOwn }) => name !== 'capture' && !isOwn)))(
    'of %s belongs to its caller',
    async (_, deed) => {
      const { prepare, effect } = deed
      const send = await prepare(till)
      const client = senderOf(deed, till)
      const key = till.next()
      const twice = await change(async () => {
        expect((await send(client, key)).status).toBe(201)
        const other = await send(till.api.as('manager', { id: 'another' }), key)
        expect([other.status, isReplay(other)]).toEqual([201, false])
      })
      expect(twice).toEqual({
        ...NONE,
        ...Object.fromEntries(Object.entries(effect).map(([part, n]) => [part, 2 * n])),
      })
    },
  )

  test('of one command says nothing about another', async () => {
    const key = till.next()
    const redeemed = await till.redeem(1, {}, key)
    const reserved = await till.reserve(1, {}, key)
    const adjusted = await till.adjust(1, {}, key)
    expect([redeemed, reserved, adjusted].map((reply) => [reply.status, isReplay(reply)])).toEqual([
      [201, false],
      [201, false],
      [201, false],
    ])
  })

  test.each(named(RECEIPTS))('changes nothing for %s, which is known by its own number', async (_, deed) => {
    const { prepare } = deed
    const send = await prepare(till)
    const client = senderOf(deed, till)
    const first = await send(client, till.next())
    const again = await send(client, till.next())
    expect([again.status, bytes(again), isReplay(again)]).toEqual([200, bytes(first), true])
    const another = await prepare(till)
    expect((await another(till.client, 'used')).status).toBe(201)
    expect((await (await prepare(till))(till.client, 'used')).status).toBe(201)
  })
})

describe('a refusal that depended on the state', () => {
  async function poor(): Promise<Till> {
    const one = await aTill()
    accepted(await one.buy({ amount: 1_000 }))
    return one
  }

  test.each([
    ['redeem', (one: Till, key: string, points = 11) => one.redeem(points, {}, key)],
    ['reserve', (one: Till, key: string, points = 11) => one.reserve(points, {}, key)],
    ['adjust', (one: Till, key: string, points = 11) => one.adjust(-points, {}, key)],
  ] as const)('of %s stays, so that a late duplicate never executes, and a new key succeeds', async (_, send) => {
    const one = await poor()
    const first = await send(one, 'k')
    expect([outcome(first), isReplay(first)]).toEqual(['409 insufficient_points', false])
    accepted(await one.buy())
    for (const later of ['PT1S', 'P31D', 'P5Y']) {
      one.api.clock.advance(later)
      const again = await send(one, 'k')
      expect([again.status, bytes(again), isReplay(again)]).toEqual([409, bytes(first), true])
    }
    expect(outcome(await send(one, 'k', 12))).toBe('422 idempotency_key_reused')
    expect((await one.balances()).available).toBe(110)
    expect((await send(one, 'k2')).status).toBe(201)
  })

  test('sent 50 times at once while points arrive is one refusal or one effect, and for everybody the same', async () => {
    const one = await poor()
    const answers = await Promise.all([
      ...Array.from({ length: 25 }, () => one.redeem(11, {}, 'k')),
      one.buy(),
      ...Array.from({ length: 25 }, () => one.redeem(11, {}, 'k')),
    ])
    const redeemed = answers.filter((_, index) => index !== 25)
    expect(new Set(redeemed.map(bytes)).size).toBe(1)
    const effects = (await rowsOf(one.api.tables, 'Ledger')).filter(({ t }) => t === 'REDEEM')
    expect(effects.length).toBe(redeemed[0]?.status === 201 ? 1 : 0)
  })

  test('of a capture stays too, so that nothing is taken once the account is free again', async () => {
    const one = await poor()
    const { id } = accepted(await one.reserve(10)).body
    const freeze = (status: string) =>
      one.api.tables.reader.send(
        new UpdateCommand({
          TableName: one.api.tables.names.Ledger,
          Key: keys.account(one.memberId),
          UpdateExpression: 'SET s = :status',
          ExpressionAttributeValues: { ':status': status },
        }),
      )
    await freeze('FROZEN')
    const first = await one.capture(id, {}, 'k')
    expect(outcome(first)).toBe('409 account_frozen')
    await freeze('ACTIVE')
    const again = await one.capture(id, {}, 'k')
    expect([again.status, bytes(again)]).toEqual([409, bytes(first)])
    expect(outcome(await one.capture(id, { points: 9 }, 'k'))).toBe('422 idempotency_key_reused')
    expect((await one.capture(id, {}, 'k2')).status).toBe(201)
    expect(bytes(await one.capture(id, {}, 'k'))).toBe(bytes(first))
  })

  test('is not kept where the request itself was wrong', async () => {
    const one = await poor()
    expect(outcome(await one.redeem(5, { storeId: 'nowhere' }, 'k'))).toBe('404 store_not_found')
    expect(outcome(await one.redeem(5, { orderNumber: '#' }, 'k'))).toBe('422 invalid_value')
    expect(outcome(await one.redeem(5, { total: { amount: 100, currency: 'EUR' } }, 'k'))).toBe('422 currency_mismatch')
    expect(outcome(await one.redeem(5, {}, 'k'))).toBe('201')
  })
})
