/** Points that members send to one another: both accounts change or neither does, and nobody learns about the other. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import { keys } from '../../../functions/platform/table-design.ts'
import { sum } from '../../../functions/points/account.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { aNeighbour, mergeInto, neighbours, type Standing, stand } from '../../support/neighbours.ts'
import { aProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'
import { watchWire } from '../../support/wire.ts'

const TRANSFER = { enabled: true, minPoints: 10, maxPointsPerMonth: 500 }
const NOBODY = { id: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }

/** Ann has 1,000 points and Bob none. */
async function street(sections: object = {}) {
  const till = await aTill({ program: aProgram({ transfer: TRANSFER, ...sections }) })
  const [ann, bob] = await neighbours(till)
  accepted(await ann.buy({ amount: 100_000 }))
  return { till, ann, bob }
}
const available = async (...members: readonly { balances: Till['balances'] }[]) =>
  Promise.all(members.map(async ({ balances }) => (await balances()).available))

describe('a transfer', () => {
  test('answers the sender’s entry and balances and is an entry of both, with nobody’s name in either', async () => {
    const { till, ann, bob } = await street()
    const { status, body } = await ann.send(bob, 300)
    expect([status, body.entry.type, body.entry.points, body.balances.available]).toEqual([
      201,
      'TRANSFER_OUT',
      -300,
      700,
    ])
    expect(await available(ann, bob)).toEqual([700, 300])
    const statement = accepted(await till.client.get(`/v1/points/accounts/${bob.id}/entries`)).body.items
    expect(statement).toMatchObject([{ type: 'TRANSFER_IN', points: 300 }])
    expect(JSON.stringify([body, statement])).not.toContain(ann.id)
    expect(JSON.stringify(body)).not.toContain(bob.id)
    await expectSoundBooks(till.api.tables)
  })

  test('costs ten write units and two read units, whatever both have behind them', async () => {
    const { till, ann, bob } = await street()
    accepted(await ann.send(bob, 10))
    accepted(await ann.send(bob, 10))
    const line = till.api.logs.findLast(({ operation }) => operation === 'points.transfer')
    expect(line).toMatchObject({ requests: 3, writeUnits: 10, readUnits: 2 })
  })

  test('is for members alone, because staff have adjustments that leave a note', async () => {
    const { till, bob } = await street()
    for (const role of ['cashier', 'manager', 'admin', 'pos'] as const) {
      const reply = await till.api.as(role).post('/v1/me/transfers', { to: bob.id, points: 10 }, { key: till.next() })
      expect(outcome(reply)).toBe('403 forbidden')
    }
  })

  test('to a member who was merged reaches the survivor, who is one and the same person', async () => {
    const { till, ann, bob } = await street()
    const cleo = await aNeighbour(till)
    await mergeInto(till, bob, cleo)
    accepted(await ann.send(bob, 40))
    expect(await available(cleo, bob)).toEqual([40, 40])
    expect((await expectSoundBooks(till.api.tables)).get(bob.id)?.balances.available).toBe(0)
  })
})

describe('a transfer is refused', () => {
  test('to oneself, also by way of an account that was merged into one’s own', async () => {
    const { till, ann, bob } = await street()
    expect(outcome(await ann.send(ann, 10))).toBe('422 invalid_value')
    await mergeInto(till, bob, ann)
    const reply = await ann.send(bob, 10)
    expect([outcome(reply), reply.body.errors[0].pointer]).toEqual(['422 invalid_value', '/to'])
    expect((await ann.balances()).available).toBe(1_000)
  })

  test('to nobody we know, and below the program’s least', async () => {
    const { ann, bob } = await street()
    expect(outcome(await ann.send(NOBODY, 10))).toBe('404 member_not_found')
    expect(outcome(await ann.send(bob, 9))).toBe('422 out_of_range')
    expect(outcome(await ann.send(bob, 10))).toBe('201')
  })

  test('where the program has none', async () => {
    const { ann, bob } = await street({ transfer: { ...TRANSFER, enabled: false } })
    expect(outcome(await ann.send(bob, 10))).toBe('409 transfer_disabled')
  })

  test('with one code for a receiver who is frozen, closed or in debt, so that nobody learns which', async () => {
    const { till, ann } = await street()
    const deeds: Record<string, (id: string) => Promise<unknown>> = {
      frozen: (id) => stand(till, id, 'freeze'),
      closed: (id) => stand(till, id, 'close'),
      debt: (id) => till.adjust(-5, { memberId: id, allowDebt: true }),
    }
    const told = new Set<string>()
    for (const make of Object.values(deeds)) {
      const receiver = await aNeighbour(till)
      await make(receiver.id)
      const { instance: _, ...body } = (await ann.send(receiver, 10)).body
      told.add(JSON.stringify(body))
    }
    expect([...told].map((text) => JSON.parse(text).code)).toEqual(['receiver_unavailable'])
    expect((await ann.balances()).available).toBe(1_000)
  })

  test.each<[Standing, string]>([
    ['freeze', '409 account_frozen'],
    ['close', '410 account_closed'],
  ])('after a %s of the sender: %s', async (deed, expected) => {
    const { till, ann, bob } = await street()
    accepted(await stand(till, ann.id, deed))
    expect(outcome(await ann.send(bob, 10))).toBe(expected)
  })

  test('beyond the month’s sum until the month ends in the program’s zone, and that refusal stays under its key', async () => {
    const { till, ann, bob } = await street({ zone: 'Asia/Hong_Kong' })
    till.api.clock.set('2026-11-30T15:59:59Z')
    accepted(await ann.send(bob, 495))
    const first = await ann.send(bob, 10, 'late')
    expect([outcome(first), first.body.params]).toEqual(['409 transfer_limit', { limit: 500, sent: 495 }])
    till.api.clock.set('2026-11-30T16:00:00Z')
    const again = await ann.send(bob, 10, 'late')
    expect([outcome(again), again.body, again.headers['idempotency-replayed']]).toEqual([
      '409 transfer_limit',
      first.body,
      'true',
    ])
    expect(outcome(await ann.send(bob, 500))).toBe('201')
    expect(outcome(await ann.send(bob, 10))).toBe('409 insufficient_points')
  })

  test('beyond the sum of both accounts after they were merged, so that a second account gives no second limit', async () => {
    const { till, ann, bob } = await street()
    const cleo = await aNeighbour(till)
    accepted(await ann.send(cleo, 300))
    accepted(await bob.buy({ amount: 100_000 }))
    accepted(await bob.send(cleo, 150))
    await mergeInto(till, ann, bob)
    expect(outcome(await bob.send(cleo, 51))).toBe('409 transfer_limit')
    expect(outcome(await bob.send(cleo, 50))).toBe('201')
  })
})

describe('a transfer sent again', () => {
  test('gives the first answer also after either side was merged or closed, and moves nothing', async () => {
    const { till, ann, bob } = await street()
    const cleo = await aNeighbour(till)
    const first = accepted(await ann.send(bob, 100, 'k'))
    const expectFirst = async () => {
      const again = await ann.send(bob, 100, 'k')
      expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true'])
    }
    accepted(await stand(till, bob.id, 'close'))
    await expectFirst()
    await mergeInto(till, ann, cleo)
    await expectFirst()
    accepted(await stand(till, cleo.id, 'close'))
    await expectFirst()
    expect(outcome(await ann.send(bob, 101, 'k'))).toBe('422 idempotency_key_reused')
    expect(outcome(await ann.send(bob, 100, 'k2'))).toBe('410 account_closed')
    await expectSoundBooks(till.api.tables)
  })
})

describe('at the same time', () => {
  test('two members who send to one another forty times lose and make nothing', async () => {
    const { till, ann, bob } = await street()
    accepted(await bob.buy({ amount: 100_000 }))
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? ann.send(bob, 11) : bob.send(ann, 10))),
    )
    const done = replies.map(({ status }, index) => (status === 201 ? (index % 2 ? 11 : -10) : 0))
    const net = sum(done)
    expect(replies.every(({ status }) => status === 201 || status === 503)).toBe(true)
    expect(replies.filter(({ status }) => status === 201).length).toBeGreaterThan(10)
    expect(await available(ann, bob)).toEqual([1_000 - net, 1_000 + net])
    await expectSoundBooks(till.api.tables)
  })

  test('one member’s transfers never exceed the month’s sum', async () => {
    const { till, ann, bob } = await street()
    const replies = await Promise.all(Array.from({ length: 12 }, () => ann.send(bob, 100)))
    const sent = replies.filter(({ status }) => status === 201).length
    expect(sent).toBeLessThanOrEqual(5)
    const accounts = await expectSoundBooks(till.api.tables)
    expect([accounts.get(ann.id)?.sent?.points, (await bob.balances()).available]).toEqual([sent * 100, sent * 100])
  })

  test.each<[Standing, string]>([
    ['freeze', '409 receiver_unavailable'],
    ['close', '409 receiver_unavailable'],
  ])(
    'a %s of the receiver between decision and transaction is seen, because both statuses are conditions',
    async (deed, expected) => {
      const { till, ann, bob } = await street()
      using wire = watchWire(till.api.tables)
      let isFirst = true
      wire.spoil(async ({ name, send }) => {
        if (name !== 'TransactWriteItems' || !isFirst) return send()
        isFirst = false
        accepted(await stand(till, bob.id, deed))
        return send()
      })
      expect(outcome(await ann.send(bob, 100))).toBe(expected)
      expect((await ann.balances()).available).toBe(1_000)
    },
  )

  test('a status that changed without a new version is seen too, as the second guard of one fact', async () => {
    const { till, ann, bob } = await street()
    const { tables } = till.api
    using wire = watchWire(tables)
    let isFirst = true
    wire.spoil(async ({ name, send }) => {
      if (name !== 'TransactWriteItems' || !isFirst) return send()
      isFirst = false
      await setStatus(till, bob.id, 'FROZEN')
      return send()
    })
    expect(outcome(await ann.send(bob, 100))).toBe('409 receiver_unavailable')
    const rows = await rowsOf(tables, 'Ledger')
    expect(rows.filter(({ t }) => String(t).startsWith('TRANSFER'))).toEqual([])
  })
})

async function setStatus({ api }: Till, memberId: string, status: string): Promise<void> {
  await api.tables.reader.send(
    new UpdateCommand({
      TableName: api.tables.names.Ledger,
      Key: keys.account(memberId),
      UpdateExpression: 'SET s = :status',
      ExpressionAttributeValues: { ':status': status },
    }),
  )
}
