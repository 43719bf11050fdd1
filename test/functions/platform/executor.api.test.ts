import { randomUUID } from 'node:crypto'
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { entrySort } from '../../../functions/platform/table-design.ts'
import { ALL, POINTS, PROGRAM, senderOf } from '../../support/deeds.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'
import { type Fault, type Wire, watchWire } from '../../support/wire.ts'

const WRITE = 'TransactWriteItems'

let till: Till
let waits: number[]
beforeEach(async () => {
  till = await aTill({ program: PROGRAM })
  waits = []
  Object.assign(till.api.services, {
    wait: async (milliseconds: number) => {
      waits.push(milliseconds)
    },
  })
})

const error = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more })
const canceled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'canceled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  })

/** The first `count` transactions are answered with an error, after they were committed or without being sent. */
function failing(make: () => Error, { count = 1, isCommitted = false } = {}): Fault {
  return async ({ name, nth, send }) => {
    if (name !== WRITE || nth > count) return send()
    if (isCommitted) await send()
    throw make()
  }
}

const LOST: readonly [string, () => Error][] = [
  ['a time-out', () => error('TimeoutError')],
  ['a reset', () => error('Error', { code: 'ECONNRESET' })],
  ['a 500', () => error('InternalServerError', { $metadata: { httpStatusCode: 500 } })],
  ['a 503', () => error('ServiceUnavailable', { $metadata: { httpStatusCode: 503 } })],
]
const BUSY: readonly [string, () => Error][] = [
  ['a transaction in progress', () => error('TransactionInProgressException')],
  ['throttling', () => error('ThrottlingException')],
  ['throttled throughput', () => error('ProvisionedThroughputExceededException')],
  ['a throttled item', () => canceled('None', 'ThrottlingError', 'None')],
  ['too many requests', () => error('RequestLimitExceeded')],
]
const UNSENT: readonly [string, () => Error][] = [
  ['a refused connection', () => error('Error', { code: 'ECONNREFUSED' })],
  ['an unknown host', () => error('Error', { code: 'ENOTFOUND' })],
]

const tokens = (wire: Wire) => wire.sent.filter(({ name }) => name === WRITE).map(({ token }) => token)
const entries = async () =>
  (await rowsOf(till.api.tables, 'Ledger')).filter(({ sk }) => String(sk).startsWith('E#')).length

describe('an answer that was lost after the commit', () => {
  test.each(ALL.map((deed) => [deed.name, deed] as const))(
    'of %s has one effect and gives the answer',
    async (_, deed) => {
      accepted(await till.buy({ amount: POINTS * 100 }))
      const send = await deed.prepare(till)
      const sender = senderOf(deed, till)
      const before = { balances: await till.balances(), entries: await entries() }
      using wire = watchWire(till.api.tables)
      wire.spoil(failing(() => error('TimeoutError'), { isCommitted: true }))
      const first = await send(sender, 'k')
      expect(first.status).toBe(201)
      expect(await entries()).toBe(before.entries + (deed.entries ?? 1))
      const after = await till.balances()
      for (const [part, points] of Object.entries(deed.effect)) expect(after[part] - before.balances[part]).toBe(points)
      expect((await send(sender, 'k')).body).toEqual(first.body)
    },
  )

  test.each(LOST)('by %s is asked for again with the same token', async (_, make) => {
    using wire = watchWire(till.api.tables)
    wire.spoil(failing(make, { isCommitted: true }))
    expect(outcome(await till.buy())).toBe('201')
    expect(tokens(wire)).toHaveLength(2)
    expect(new Set(tokens(wire)).size).toBe(1)
    expect((await till.balances()).available).toBe(100)
  })

  test('and whose token is forgotten meanwhile is found by its guard and given again', async () => {
    using wire = watchWire(till.api.tables)
    wire.spoil(async ({ name, nth, input, send }) => {
      if (name !== WRITE) return send()
      if (nth === 2) input.ClientRequestToken = randomUUID()
      const answer = await send()
      if (nth === 1) throw error('TimeoutError')
      return answer
    })
    const first = await till.redeem(1, {}, 'k')
    expect(outcome(first)).toBe('409 insufficient_points')
    const bought = await till.buy({ receiptNumber: '1', purchasedAt: '2026-11-23T09:00:00Z' })
    expect([bought.status, bought.body.entry.points, bought.headers['idempotency-replayed']]).toEqual([
      200,
      100,
      'true',
    ])
    expect((await till.balances()).available).toBe(100)
  })

  test('of a receipt that never comes is looked up by the receipt itself', async () => {
    using wire = watchWire(till.api.tables)
    wire.spoil(failing(() => error('TimeoutError'), { count: 100, isCommitted: true }))
    const bought = await till.buy()
    expect([bought.status, bought.body.entry.points]).toEqual([200, 100])
    expect(new Set(tokens(wire)).size).toBe(1)
    expect((await till.account()).version).toBe(1)
  })

  test.each([true, false])(
    'is told as unknown when none comes in time (written: %s), and the same request settles it',
    async (isCommitted) => {
      accepted(await till.buy())
      using wire = watchWire(till.api.tables)
      wire.spoil(failing(() => error('TimeoutError'), { count: 100, isCommitted }))
      const unknown = await till.redeem(30, {}, 'k')
      expect([outcome(unknown), unknown.body.retryable, unknown.headers['retry-after']]).toEqual([
        '503 outcome_unknown',
        true,
        '1',
      ])
      wire.spoil(({ send }) => send())
      const again = await till.redeem(30, {}, 'k')
      expect([again.status, again.body.balances.available]).toEqual([201, 70])
      expect((await till.account()).version).toBe(2)
    },
  )
})

const conflict = () => canceled('None', 'TransactionConflict', 'None')

describe('an item that another transaction holds', () => {
  test('makes a lost race, decided again with a new token after a pause, because the other one changes it', async () => {
    using wire = watchWire(till.api.tables)
    const seen: (string | undefined)[] = []
    const spoil = failing(conflict, { count: 3 })
    wire.spoil((call) => {
      if (call.name === WRITE) seen.push(call.input.ClientRequestToken)
      return spoil(call)
    })
    expect(outcome(await till.buy())).toBe('201')
    expect([seen.length, new Set(seen).size, waits.length]).toEqual([4, 4, 3])
    expect((await till.balances()).available).toBe(100)
  })

  test('for ever is given up after 24 decisions, with nothing written', async () => {
    using wire = watchWire(till.api.tables)
    let tries = 0
    wire.spoil(async ({ name, send }) => {
      if (name !== WRITE) return send()
      tries += 1
      throw conflict()
    })
    const refused = await till.buy()
    expect([outcome(refused), refused.headers['retry-after'], tries]).toEqual(['503 try_again', '1', 24])
    expect(await entries()).toBe(0)
  })
})

describe('what was not written', () => {
  test.each([...BUSY, ...UNSENT])('because of %s is sent again with the same token, after a pause', async (_, make) => {
    using wire = watchWire(till.api.tables)
    const seen: (string | undefined)[] = []
    const spoil = failing(make, { count: 3 })
    wire.spoil((call) => {
      if (call.name === WRITE) seen.push(call.input.ClientRequestToken)
      return spoil(call)
    })
    expect(outcome(await till.buy())).toBe('201')
    expect([seen.length, new Set(seen).size, waits.length]).toEqual([4, 1, 3])
    expect(waits.every((pause) => pause >= 10 && pause <= 200)).toBe(true)
    expect((await till.balances()).available).toBe(100)
  })

  test.each(BUSY)('because of %s that does not end is given up after eight tries', async (_, make) => {
    using wire = watchWire(till.api.tables)
    let tries = 0
    wire.spoil(async ({ name, send }) => {
      if (name !== WRITE) return send()
      tries += 1
      throw make()
    })
    const refused = await till.buy()
    expect([outcome(refused), refused.headers['retry-after'], tries]).toEqual(['503 try_again', '1', 8])
    expect(await entries()).toBe(0)
  })

  test('although it may have been, is told as unknown: a connection that is refused after an answer was lost', async () => {
    using wire = watchWire(till.api.tables)
    wire.spoil(async ({ name, nth, send }) => {
      if (name !== WRITE) return send()
      throw nth === 1 ? error('TimeoutError') : canceled('TransactionConflict')
    })
    expect(outcome(await till.buy())).toBe('503 outcome_unknown')
  })
})

describe('a lost race', () => {
  test('is decided again from a fresh read with a new token, so that no point is spent twice', async () => {
    accepted(await till.buy())
    using wire = watchWire(till.api.tables)
    let isFirst = true
    wire.spoil(async ({ name, send }) => {
      if (name !== WRITE || !isFirst) return send()
      isFirst = false
      accepted(await till.redeem(70))
      return send()
    })
    expect(outcome(await till.redeem(70))).toBe('409 insufficient_points')
    expect((await till.balances()).available).toBe(30)
  })

  test('sends its second decision under a token of its own, so that it is not taken for the first', async () => {
    accepted(await till.buy())
    using wire = watchWire(till.api.tables)
    const seen: (string | undefined)[] = []
    wire.spoil(async ({ name, nth, input, send }) => {
      if (name === WRITE) seen.push(input.ClientRequestToken)
      if (name === WRITE && nth === 1) accepted(await till.adjust(5))
      return send()
    })
    expect((await till.redeem(10)).body.balances.available).toBe(95)
    expect([seen.length, new Set(seen).size]).toEqual([3, 3])
  })

  test('that never ends is given up after a bounded number of decisions, each with its own token', async () => {
    using wire = watchWire(till.api.tables)
    const seen: (string | undefined)[] = []
    wire.spoil(async ({ name, input, send }) => {
      if (name !== WRITE) return send()
      seen.push(input.ClientRequestToken)
      throw canceled('None', 'ConditionalCheckFailed', 'None')
    })
    expect(outcome(await till.buy())).toBe('503 try_again')
    expect([seen.length, new Set(seen).size]).toEqual([24, 24])
  })

  test('looks at the guard first: what was decided before is answered, whatever else changed', async () => {
    const receipt = { receiptNumber: '1', purchasedAt: '2026-11-23T09:00:00Z' }
    using wire = watchWire(till.api.tables)
    let isFirst = true
    wire.spoil(async ({ name, send }) => {
      if (name !== WRITE || !isFirst) return send()
      isFirst = false
      accepted(await till.buy(receipt))
      accepted(await till.buy())
      return send()
    })
    const { status, body } = await till.buy(receipt)
    expect([status, body.entry.seq]).toEqual([200, 1])
    expect((await till.account()).version).toBe(2)
  })
})

describe('an entry that stands where the version says that none can', () => {
  test('stops the command at once and raises the alarm, and nothing is skipped', async () => {
    const { api, memberId } = till
    const Item = { pk: `A#${memberId}`, sk: entrySort(1), planted: true }
    await api.tables.reader.send(new PutCommand({ TableName: api.tables.names.Ledger, Item }))
    using wire = watchWire(api.tables)
    const refused = await till.buy()
    expect([outcome(refused), refused.body.detail]).toEqual(['500 internal_error', 'Something went wrong on our side.'])
    expect(wire.sent.filter(({ name }) => name === WRITE)).toHaveLength(0)
    const alarms = api.logs.filter(({ metric }) => metric === 'LedgerInvariant')
    expect(alarms).toMatchObject([
      { level: 'error', operation: 'points.award', message: 'I4 an entry stands above the version' },
    ])
    expect((await till.account()).version).toBe(0)
  })
})

describe('an entry that failed beside a conflict', () => {
  test('says nothing of the version, so it is decided again and raises no alarm', async () => {
    using wire = watchWire(till.api.tables)
    wire.spoil(failing(() => canceled('None', 'TransactionConflict', 'ConditionalCheckFailed')))
    expect(outcome(await till.buy())).toBe('201')
    expect(till.api.logs.filter(({ metric }) => metric !== undefined)).toEqual([])
    expect((await till.account()).version).toBe(1)
  })
})

describe('our own defects', () => {
  test.each([
    ['a request that is not valid', () => error('ValidationException', { $metadata: { httpStatusCode: 400 } })],
    ['an item that is not valid', () => canceled('None', 'ValidationError', 'None')],
    ['a right that is missing', () => error('AccessDeniedException', { $metadata: { httpStatusCode: 400 } })],
    [
      'a token used with other bytes',
      () => error('IdempotentParameterMismatchException', { $metadata: { httpStatusCode: 400 } }),
    ],
    ['a table that is not there', () => error('ResourceNotFoundException', { $metadata: { httpStatusCode: 400 } })],
  ])('such as %s are answered 500 and never repeated', async (_, make) => {
    using wire = watchWire(till.api.tables)
    let tries = 0
    wire.spoil(async ({ name, send }) => {
      if (name !== WRITE) return send()
      tries += 1
      throw make()
    })
    const refused = await till.buy()
    expect([outcome(refused), tries]).toEqual(['500 internal_error', 1])
    expect(Object.keys(refused.body).sort()).toEqual([
      'code',
      'detail',
      'instance',
      'retryable',
      'status',
      'title',
      'type',
    ])
  })
})

describe('reads and records', () => {
  test('that are throttled are told to be sent again', async () => {
    using wire = watchWire(till.api.tables)
    wire.spoil(async ({ name, send }) => {
      if (name === 'GetItem') throw error('ThrottlingException')
      return send()
    })
    const refused = await till.buy()
    expect([outcome(refused), refused.headers['retry-after']]).toEqual(['503 try_again', '1'])
  })

  test('of a refusal whose answer was lost hold, so that the same key is refused and not executed', async () => {
    using wire = watchWire(till.api.tables)
    wire.spoil(async ({ name, nth, send }) => {
      const answer = await send()
      if (name === 'PutItem' && nth === 1) throw error('TimeoutError')
      return answer
    })
    expect(outcome(await till.redeem(5, {}, 'k'))).toBe('503 try_again')
    accepted(await till.buy())
    expect(outcome(await till.redeem(5, {}, 'k'))).toBe('409 insufficient_points')
    expect(outcome(await till.redeem(5, {}, 'k2'))).toBe('201')
  })
})

test('every command leaves one line with what it did and consumed', async () => {
  await till.buy()
  const { logs } = till.api
  const before = logs.length
  accepted(await till.buy())
  expect(logs.slice(before).filter(({ message }) => message === 'command')).toMatchObject([
    {
      level: 'info',
      operation: 'points.award',
      outcome: 'ok',
      tries: 1,
      requests: expect.any(Number),
      writeUnits: 6,
      principal: 'local-admin',
    },
  ])
})
