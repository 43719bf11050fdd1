import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import { keys } from '../../../functions/platform/table-design.ts'
import { aProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'

const total = (amount: number) => ({ total: { amount, currency: 'GBP' } })

async function aRichTill(given: Parameters<typeof aTill>[0] = {}): Promise<Till> {
  const till = await aTill(given)
  accepted(await till.buy({ receiptNumber: 'start' }))
  return till
}

/** Nobody can be frozen through the API yet. */
async function setStatus({ api, memberId }: Till, status: 'FROZEN' | 'CLOSED'): Promise<void> {
  const change = { UpdateExpression: 'SET s = :status', ExpressionAttributeValues: { ':status': status } }
  await api.tables.reader.send(
    new UpdateCommand({ TableName: api.tables.names.Ledger, Key: keys.account(memberId), ...change }),
  )
}

async function reservationRow({ api }: Till, id: string) {
  return (await rowsOf(api.tables, 'Ledger')).find(({ pk }) => pk === `V#${id}`)
}

describe('a redemption', () => {
  test('answers the entry and the balances after it', async () => {
    const till = await aRichTill()
    const { status, body } = await till.redeem(30, { orderNumber: 'A-1', ...total(5_000) })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      entry: {
        seq: 2,
        type: 'REDEEM',
        points: -30,
        storeId: 'central',
        because: [{ code: 'redeemed', params: { orderNumber: 'A-1', totalMinor: 5_000 } }],
      },
      balances: { available: 70, pending: 0, reserved: 0, debt: 0 },
    })
    expect((await till.account()).lifetime).toEqual({ earned: 100, redeemed: 30, expired: 0, reversed: 0 })
  })

  test('of the whole balance sent twice at once under two keys: one spends it, one is told what is missing', async () => {
    const till = await aRichTill()
    const answers = await Promise.all([till.redeem(100), till.redeem(100)])
    expect(answers.map(outcome).sort()).toEqual(['201', '409 insufficient_points'])
    const refused = answers.find(({ status }) => status === 409)?.body
    expect([refused.reasons, refused.params]).toEqual([
      ['insufficient_points'],
      { needed: 100, available: 0, missing: 100 },
    ])
    expect((await till.balances()).available).toBe(0)
  })

  test('by many tills at once spends every point once', async () => {
    const till = await aRichTill()
    const answers = await Promise.all(Array.from({ length: 8 }, () => till.redeem(30)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    expect((await till.balances()).available).toBe(10)
  })

  test.each<[string, unknown, object, string]>([
    ['an unknown member', 1, { memberId: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }, '404 member_not_found'],
    ['an unknown store', 1, { storeId: 'nowhere' }, '404 store_not_found'],
    ['no points', 0, {}, '422 out_of_range'],
    ['a fraction', 1.5, {}, '422 invalid_value'],
    ['another currency', 1, { total: { amount: 100, currency: 'EUR' } }, '422 currency_mismatch'],
  ])('for %s is refused and changes nothing', async (_, points, fields, refusal) => {
    const till = await aRichTill()
    const before = await rowsOf(till.api.tables, 'Ledger')
    expect(outcome(await till.redeem(Number(points), fields))).toBe(refusal)
    expect(outcome(await till.reserve(Number(points), fields))).toBe(refusal)
    expect(await rowsOf(till.api.tables, 'Ledger')).toEqual(before)
  })

  test('needs points that are there, not such as are pending or reserved', async () => {
    const program = aProgram({ earning: { ...aProgram().earning, pending: 'return_window', returnWindow: 'P14D' } })
    const till = await aTill({ program })
    await till.buy()
    expect((await till.balances()).pending).toBe(100)
    expect(outcome(await till.redeem(1))).toBe('409 insufficient_points')
    await till.adjust(10)
    await till.reserve(10)
    expect(outcome(await till.redeem(1))).toBe('409 insufficient_points')
  })

  test('is refused with every reason at once', async () => {
    const program = aProgram({
      redemption: { ...aProgram().redemption, newMemberHold: 'PT24H', requireVerifiedContact: true },
    })
    const till = await aTill({ program })
    expect((await till.redeem(1)).body.reasons).toEqual([
      'insufficient_points',
      'unverified_contact',
      'new_member_hold',
    ])
    till.api.clock.advance('PT24H')
    expect((await till.redeem(1)).body.reasons).toEqual(['insufficient_points', 'unverified_contact'])
  })

  test('is refused on a frozen account and on a closed one', async () => {
    const till = await aRichTill()
    await setStatus(till, 'FROZEN')
    expect(outcome(await till.redeem(1))).toBe('409 account_frozen')
    expect(outcome(await till.buy())).toBe('201')
    expect(outcome(await till.refund('start'))).toBe('201')
    expect(outcome(await till.adjust(1))).toBe('201')
    await setStatus(till, 'CLOSED')
    for (const send of [
      till.redeem(1),
      till.reserve(1),
      till.buy(),
      till.refund('start', { amount: 0 }),
      till.adjust(1),
    ]) {
      expect(outcome(await send)).toBe('410 account_closed')
    }
  })

  test('that pays for a receipt obeys the program, and its quote says how far', async () => {
    const payWithPoints = {
      enabled: true as const,
      ratio: { points: 10, minor: 100 },
      minPoints: 20,
      stepPoints: 10,
      maxShare: { num: 1, den: 2 },
    }
    const till = await aRichTill({ program: aProgram({ redemption: { ...aProgram().redemption, payWithPoints } }) })
    const quote = (amount: number) =>
      till.client.post('/v1/points/redemptions/quotes', {
        memberId: till.memberId,
        storeId: 'central',
        ...total(amount),
      })
    const before = await rowsOf(till.api.tables, 'Ledger')
    expect((await quote(1_790)).body).toMatchObject({
      points: 80,
      amount: { amount: 800, currency: 'GBP' },
      reasons: [],
      balances: { available: 100 },
    })
    expect((await quote(300)).body).toMatchObject({ points: 0, amount: { amount: 0 } })
    expect((await quote(100_000)).body).toMatchObject({ points: 100 })
    expect(await rowsOf(till.api.tables, 'Ledger')).toEqual(before)
    const refused = await till.redeem(90, total(1_790))
    expect([outcome(refused), refused.body.params]).toEqual([
      '409 pay_with_points_refused',
      { largest: 80, minPoints: 20, stepPoints: 10 },
    ])
    expect(outcome(await till.redeem(85, total(1_800)))).toBe('409 pay_with_points_refused')
    expect(outcome(await till.redeem(80, total(1_790)))).toBe('201')
  })

  test('is quoted as nothing, with the reasons, to whom may not redeem', async () => {
    const till = await aRichTill()
    await setStatus(till, 'FROZEN')
    const { body } = await till.client.post('/v1/points/redemptions/quotes', {
      memberId: till.memberId,
      storeId: 'central',
      ...total(100),
    })
    expect([body.points, body.reasons]).toEqual([0, ['account_frozen']])
  })
})

describe('a reservation', () => {
  test('sets points aside until it ends', async () => {
    const till = await aRichTill()
    const { status, body } = await till.reserve(60)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^rsv_[0-9A-Z]{26}$/),
      state: 'reserved',
      points: 60,
      storeId: 'central',
      expiresAt: '2026-11-23T10:15:00.000Z',
      entry: { type: 'RESERVE', points: -60, reservationId: body.id },
      balances: { available: 40, pending: 0, reserved: 60, debt: 0 },
    })
    expect(outcome(await till.redeem(41))).toBe('409 insufficient_points')
  })

  test('captured twice is captured once, and with other content refused', async () => {
    const till = await aRichTill()
    const { id } = (await till.reserve(60)).body
    const first = await till.capture(id, { points: 25 })
    expect(first.body).toMatchObject({ id, state: 'captured', points: 25, balances: { available: 75, reserved: 0 } })
    const again = await till.capture(id, { points: 25 })
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true'])
    expect(outcome(await till.capture(id, { points: 26 }))).toBe('409 reservation_captured')
    expect(outcome(await till.capture(id))).toBe('409 reservation_captured')
    expect(outcome(await till.release(id))).toBe('409 reservation_captured')
    expect((await till.balances()).available).toBe(75)
  })

  test('is captured whole where nothing is said, or said in other words', async () => {
    const till = await aRichTill()
    const { id } = (await till.reserve(60)).body
    const first = await till.client.send('POST', `/v1/points/reservations/${id}/capture`, { key: 'k' })
    expect(first.body).toMatchObject({ state: 'captured', points: 60, balances: { available: 40, reserved: 0 } })
    expect((await till.capture(id, { points: 60 }, 'k')).body).toEqual(first.body)
  })

  test('is not captured beyond its points, which leaves it open', async () => {
    const till = await aRichTill()
    const { id } = (await till.reserve(60)).body
    expect(outcome(await till.capture(id, { points: 61 }, 'k'))).toBe('422 out_of_range')
    expect(outcome(await till.capture(id, { points: 60 }, 'k'))).toBe('201')
  })

  test('voided gives everything back, once', async () => {
    const till = await aRichTill()
    const { id } = (await till.reserve(60)).body
    const first = await till.release(id)
    expect(first.body).toMatchObject({ id, state: 'voided', points: 60, balances: { available: 100, reserved: 0 } })
    expect((await till.release(id)).body).toEqual(first.body)
    expect(outcome(await till.capture(id))).toBe('409 reservation_voided')
    expect((await till.balances()).available).toBe(100)
  })

  test('captured and voided at once ends one way', async () => {
    const till = await aRichTill()
    for (let round = 0; round < 5; round += 1) {
      const { id } = accepted(await till.reserve(10)).body
      const answers = await Promise.all([till.capture(id, { points: 1 }), till.release(id)])
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
      const [captured] = answers
      expect(outcome(answers.find(({ status }) => status !== 201) ?? captured)).toBe(
        captured.status === 201 ? '409 reservation_captured' : '409 reservation_voided',
      )
    }
    const { balances, lifetime } = await till.account()
    expect([balances.reserved, balances.available + lifetime.redeemed]).toEqual([0, 100])
  })

  test.each([
    [60, '2026-11-23T10:01:00Z'],
    [604_800, '2026-11-30T10:00:00Z'],
  ])('of %i seconds ends at its very instant and gives its points back', async (expiresInSeconds, end) => {
    const till = await aRichTill()
    const { id } = (await till.reserve(60, { expiresInSeconds })).body
    till.api.clock.set(new Date(Date.parse(end) - 1).toISOString())
    expect((await till.balances()).reserved).toBe(60)
    till.api.clock.set(end)
    expect(await till.balances()).toMatchObject({ available: 100, reserved: 0 })
    expect(outcome(await till.capture(id))).toBe('409 reservation_expired')
    expect(outcome(await till.release(id))).toBe('409 reservation_expired')
    expect(await till.balances()).toMatchObject({ available: 100, reserved: 0 })
  })

  test('is captured in its last moment', async () => {
    const till = await aRichTill()
    const { id } = (await till.reserve(60)).body
    till.api.clock.set('2026-11-23T10:14:59.999Z')
    expect(outcome(await till.capture(id))).toBe('201')
  })

  test('that timed out becomes EXPIRED with whatever touches the account next, in one transaction', async () => {
    const till = await aRichTill()
    const { id } = (await till.reserve(60)).body
    till.api.clock.advance('PT15M')
    expect(await reservationRow(till, id)).toMatchObject({ state: 'RESERVED' })
    const { body } = await till.redeem(100)
    expect([body.entry.seq, body.balances.available]).toEqual([4, 0])
    expect(await reservationRow(till, id)).toMatchObject({ state: 'EXPIRED' })
    const { items } = (await till.client.get(`/v1/points/accounts/${till.memberId}/entries`)).body
    expect(items[1]).toMatchObject({
      type: 'SETTLE',
      points: 60,
      because: [{ code: 'reservation_expired', params: { reservation: id } }],
    })
    expect(outcome(await till.capture(id))).toBe('409 reservation_expired')
    expect((await till.account()).version).toBe(4)
  })

  test('that timed out makes room for another one of the ten', async () => {
    const till = await aRichTill()
    const open = await Promise.all(Array.from({ length: 3 }, () => till.reserve(1)))
    expect(open.map(outcome)).toEqual(['201', '201', '201'])
    for (let count = 3; count < 10; count += 1) expect(outcome(await till.reserve(1))).toBe('201')
    const refused = await till.reserve(1)
    expect([outcome(refused), refused.body.reasons]).toEqual(['409 too_many_reservations', ['too_many_reservations']])
    till.api.clock.advance('PT15M')
    expect(outcome(await till.reserve(1))).toBe('201')
    expect(await till.balances()).toMatchObject({ available: 99, reserved: 1 })
  })

  test('captured and timed out at the same moment by two commands has one winner', async () => {
    const till = await aRichTill()
    const { id } = (await till.reserve(60)).body
    till.api.clock.set('2026-11-23T10:14:59.999Z')
    const captured = till.capture(id)
    till.api.clock.set('2026-11-23T10:15:00Z')
    const [capture, redeemed] = await Promise.all([captured, till.redeem(100)])
    const wins = [capture, redeemed].filter(({ status }) => status === 201)
    expect(wins).toHaveLength(1)
    const { balances, lifetime } = await till.account()
    expect([balances.reserved, lifetime.redeemed]).toEqual([0, capture.status === 201 ? 60 : 100])
  })

  test('of nobody is not found', async () => {
    const till = await aRichTill()
    expect(outcome(await till.capture('rsv_01J9ZZZZZZZZZZZZZZZZZZZZZZ'))).toBe('404 not_found')
    expect(outcome(await till.release('rsv_01J9ZZZZZZZZZZZZZZZZZZZZZZ'))).toBe('404 not_found')
  })
})
