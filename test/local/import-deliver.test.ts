/** What the import sends and how it counts the answers, against a server that is a plain function. */
import { expect, test } from 'vitest'
import { type Answer, type ApiClient, type ApiRequest, ImportStopped } from '../../local/import-client.ts'
import { type DeliveryOptions, deliver } from '../../local/import-deliver.ts'
import type { HistoryRow } from '../../local/import-rows.ts'

type Sent = ApiRequest & { readonly body?: Record<string, unknown> }
type Reply = Partial<Answer> | undefined

const COMMON = { file: 'r.csv', atMs: 0, at: '2026-01-02T03:04:05Z' }
const receipt = (receiptNo: string, memberNo = 'm1', line = 2): HistoryRow => {
  return { kind: 'receipt', ...COMMON, line, receiptNo, memberNo, pence: 1_000 }
}
const refund = (refundNo: string, receiptNo: string, memberNo = 'm1'): HistoryRow => {
  return { kind: 'refund', ...COMMON, line: 2, refundNo, receiptNo, memberNo, pence: 100 }
}

/** Answers 201 to all, except what the test says; every answer comes a few turns of the event loop later. */
function aServer(reply: (sent: Sent) => Reply = () => undefined) {
  const sent: Sent[] = []
  const load = { now: 0, most: 0 }
  const client: ApiClient = {
    requestsSent: () => sent.length,
    async send(request) {
      const seen = request as Sent
      sent.push(seen)
      load.now += 1
      load.most = Math.max(load.most, load.now)
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
      load.now -= 1
      const body = request.path === '/v1/members' ? { id: `mem_${seen.body?.externalId}` } : {}
      return { status: 201, replayed: false, body, ...reply(seen) }
    },
  }
  return { client, sent, load, to: (path: string) => sent.filter((request) => request.path === path) }
}

const run = (client: ApiClient, rows: readonly HistoryRow[], options: Partial<DeliveryOptions> = {}) => {
  return deliver({
    client,
    rows,
    storeId: 'central',
    currency: 'GBP',
    concurrency: 4,
    keepMemberOrder: true,
    ...options,
  })
}

test('enrols each member once, by a key that is the same in every run, then sends the purchase and the refund', async () => {
  const rows = [receipt('r1'), receipt('r2'), refund('c1', 'r1'), receipt('r3', 'm2')]
  const [server, again] = [aServer(), aServer()]
  const outcome = await run(server.client, rows)
  await run(again.client, rows)
  expect(server.to('/v1/members').map((request) => request.body)).toEqual([
    { externalId: 'm1', storeId: 'central' },
    { externalId: 'm2', storeId: 'central' },
  ])
  const keys = server.to('/v1/members').map((request) => request.idempotencyKey)
  expect(again.to('/v1/members').map((request) => request.idempotencyKey)).toEqual(keys)
  expect(new Set(keys).size).toBe(2)
  expect(server.to('/v1/points/purchases')[0]?.body).toEqual({
    memberId: 'mem_m1',
    storeId: 'central',
    receiptNumber: 'r1',
    amount: { amount: 1_000, currency: 'GBP' },
    purchasedAt: '2026-01-02T03:04:05Z',
  })
  expect(server.to('/v1/points/refunds')[0]?.body).toEqual({
    storeId: 'central',
    receiptNumber: 'r1',
    refundNumber: 'c1',
    amount: { amount: 100, currency: 'GBP' },
    refundedAt: '2026-01-02T03:04:05Z',
  })
  expect(outcome).toMatchObject({
    members: { enrolled: 2 },
    receipts: { awarded: 3 },
    refunds: { reversed: 1 },
    done: 4,
  })
  expect(outcome.stoppedBecause).toBeUndefined()
})

test('counts what was there already, so that a second import shows that it changed nothing', async () => {
  const { client } = aServer(() => ({ status: 200, replayed: true }))
  const outcome = await run(client, [receipt('r1'), refund('c1', 'r1')])
  expect(outcome.members).toEqual({ enrolled: 0, known: 1, refused: 0 })
  expect(outcome.receipts).toEqual({ awarded: 0, replayed: 1, refused: 0 })
  expect(outcome.refunds).toEqual({ reversed: 0, waiting: 0, replayed: 1, refused: 0 })
})

test.each([
  ['beside the code', { code: 'contact_in_use', memberId: 'mem_old' }],
  ['among the values', { code: 'contact_in_use', params: { memberId: 'mem_old' } }],
])('goes on with the member who has the number already, named %s', async (_, body) => {
  const { client, to } = aServer((sent) => (sent.path === '/v1/members' ? { status: 409, body } : undefined))
  const outcome = await run(client, [receipt('r1')])
  expect(outcome.members.known).toBe(1)
  expect(to('/v1/points/purchases')[0]?.body).toMatchObject({ memberId: 'mem_old' })
})

test('counts a refund that waits for its purchase as accepted', async () => {
  const { client } = aServer((sent) => (sent.path === '/v1/points/refunds' ? { status: 202 } : undefined))
  expect((await run(client, [refund('c1', 'r9')])).refunds).toMatchObject({ waiting: 1, refused: 0 })
})

test('lists a refused row with file, line, code and reason, and goes on with the next', async () => {
  const refusal = { code: 'receipt_conflict', detail: 'Other content.', errors: [{ pointer: '/amount', code: 'x' }] }
  const { client } = aServer((sent) => (sent.body?.receiptNumber === 'r1' ? { status: 409, body: refusal } : undefined))
  const outcome = await run(client, [receipt('r1', 'm1', 17), receipt('r2')])
  expect(outcome.receipts).toEqual({ awarded: 1, replayed: 0, refused: 1 })
  const reason = 'Other content. /amount x'
  expect(outcome.refused).toEqual([{ file: 'r.csv', line: 17, code: 'receipt_conflict', reason }])
})

test('refuses every row of a member who cannot be enrolled, and asks only once', async () => {
  const body = { code: 'validation_failed', detail: 'Not valid.' }
  const { client, sent } = aServer((request) => (request.path === '/v1/members' ? { status: 422, body } : undefined))
  const outcome = await run(client, [receipt('r1'), refund('c1', 'r1')])
  expect(sent).toHaveLength(1)
  expect(outcome).toMatchObject({ members: { refused: 1 }, receipts: { refused: 1 }, refunds: { refused: 1 } })
})

test.each([
  ['the gateway refuses the token', { status: 401, body: { message: 'Unauthorized' } }],
  ['the store is unknown', { status: 404, body: { code: 'store_not_found' } }],
  ['the store is not the caller’s', { status: 403, body: { code: 'store_out_of_scope' } }],
  ['the currency is another', { status: 422, body: { code: 'currency_mismatch' } }],
])('stops at once when %s, because every row would be refused alike', async (_, reply) => {
  const { client, sent } = aServer(() => reply)
  const outcome = await run(
    client,
    Array.from({ length: 500 }, (_item, index) => receipt(`r${index}`, `m${index}`)),
  )
  expect(outcome.stoppedBecause).toMatch(/refuses this caller/)
  expect(sent.length).toBeLessThanOrEqual(4)
  expect(outcome.refused).toEqual([])
})

test('reports how far it came when the server goes away', async () => {
  const gone = new ImportStopped('the server took no request for 45 s (ECONNREFUSED)')
  const { client } = aServer((sent) => {
    if (sent.body?.receiptNumber === 'r3') throw gone
    return undefined
  })
  const outcome = await run(client, [receipt('r1'), receipt('r2'), receipt('r3'), receipt('r4')], { concurrency: 1 })
  expect(outcome).toMatchObject({ stoppedBecause: gone.message, done: 2, receipts: { awarded: 2 } })
})

test('does not hide a defect of its own behind a sentence', async () => {
  const { client } = aServer(() => {
    throw new RangeError('a bug')
  })
  await expect(run(client, [receipt('r1')])).rejects.toThrow('a bug')
})

test('finishes what is in flight when stopped by hand, and sends nothing more', async () => {
  const stop = new AbortController()
  const { client, to } = aServer((sent) => {
    if (sent.body?.receiptNumber === 'r5') stop.abort()
    return undefined
  })
  const rows = Array.from({ length: 100 }, (_, index) => receipt(`r${index}`, `m${index}`))
  const outcome = await run(client, rows, { stop: stop.signal })
  expect(outcome.stoppedBecause).toBe('you stopped it')
  expect(outcome.done).toBe(to('/v1/points/purchases').length)
  expect(outcome.done).toBeLessThan(12)
})

test('keeps at most the given number in flight, and at most one of a member, in the order given', async () => {
  const rows = Array.from({ length: 60 }, (_, index) => receipt(`r${index}`, `m${index % 3}`))
  const inFlight = new Map<unknown, number>()
  const server = aServer()
  const watched: ApiClient = {
    ...server.client,
    async send(request) {
      const { memberId } = (request as Sent).body ?? {}
      inFlight.set(memberId, (inFlight.get(memberId) ?? 0) + 1)
      if (memberId !== undefined) expect(inFlight.get(memberId)).toBe(1)
      const answer = await server.client.send(request)
      inFlight.set(memberId, (inFlight.get(memberId) ?? 0) - 1)
      return answer
    },
  }
  await run(watched, rows, { concurrency: 8 })
  expect(server.load.most).toBeLessThanOrEqual(8)
  for (const member of ['m0', 'm1', 'm2']) {
    const numbers = server.to('/v1/points/purchases').filter((request) => request.body?.memberId === `mem_${member}`)
    expect(numbers.map((request) => request.body?.receiptNumber)).toEqual(
      rows.filter((row) => row.memberNo === member).map((row) => row.receiptNo),
    )
  }
})

test('lets rows of one member race where order is switched off', async () => {
  const { client, load } = aServer()
  await run(
    client,
    Array.from({ length: 40 }, (_, index) => receipt(`r${index}`)),
    { keepMemberOrder: false, concurrency: 16 },
  )
  expect(load.most).toBe(16)
})
