/** A token outlives the access it was given for; these are the seconds in between. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Client, Reply } from '../../support/api.ts'
import { aProgram } from '../../support/programs.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'

let till: Till
let id: string
let reservationId: string
async function open(program = aProgram()): Promise<void> {
  till = await aTill({ program })
  accepted(await till.buy())
  reservationId = (await till.reserve(10)).body.id
  const hand = { name: 'May Reed', email: 'may@staff.example', roles: ['admin'], stores: '*' }
  id = (await admin().post('/v1/program/staff', hand, { key: 'invite' })).body.id
}

beforeEach(() => open())

const admin = () => till.api.as('admin', { id: 'first-admin' })
const may = () => till.api.as('admin', { id })
const change = (changes: object) => admin().patch(`/v1/program/staff/${id}`, changes, { ifMatch: '"1"' })

/** Every command of a person that moves value, makes an account that can hold some, or says what value is. */
const DEEDS: Readonly<Record<string, (by: Client) => Promise<Reply>>> = {
  award: (by) => till.by(by).buy(),
  refund: (by) => till.by(by).refund('no-such-receipt'),
  redeem: (by) => till.by(by).redeem(1),
  reserve: (by) => till.by(by).reserve(1),
  capture: (by) => till.by(by).capture(reservationId),
  void: (by) => till.by(by).release(reservationId),
  adjust: (by) => till.by(by).adjust(1),
  freeze: (by) => by.post(`/v1/members/${till.memberId}/freeze`, { reason: 'Lost' }),
  close: (by) => by.post(`/v1/members/${till.memberId}/close`, { reason: 'Asked' }),
  merge: (by) => by.post(`/v1/members/${till.memberId}/merge`, { into: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }),
  enrol: (by) => by.post('/v1/members', { externalId: 'x-1' }, { key: 'enrol-1' }),
  'draft a reward': (by) =>
    by.post('/v1/rewards', { name: { en: 'Mug' }, kind: 'goods', points: 1, fulfilment: 'instant' }),
  'publish a program': (by) => by.put('/v1/program', {}, { ifMatch: '"1"' }),
  'change a store': (by) => by.put('/v1/program/stores/central', { name: 'Central' }, { ifMatch: '"1"' }),
  undo: (by) => by.post('/v1/points/purchases/central/no-such-receipt/undo', {}),
}

describe('somebody whose access was ended', () => {
  test.each(Object.keys(DEEDS))('cannot %s with a token that is still good', async (deed) => {
    expect((await change({ disabled: true })).status).toBe(200)
    const reply = await DEEDS[deed]?.(may())
    expect([reply?.status, reply?.body.code]).toEqual([403, 'principal_disabled'])
  })

  test('is stopped within ten seconds of having worked, because that long a record is kept', async () => {
    accepted(await till.by(may()).buy())
    await change({ disabled: true })
    till.api.clock.advance('PT11S')
    expect((await till.by(may()).buy()).body.code).toBe('principal_disabled')
  })

  test('can work again once access is given back', async () => {
    await change({ disabled: true })
    expect((await till.by(may()).buy()).status).toBe(403)
    await admin().patch(`/v1/program/staff/${id}`, { disabled: false }, { ifMatch: '"2"' })
    till.api.clock.advance('PT11S')
    expect((await till.by(may()).buy()).status).toBe(201)
  })
})

describe('a decision on what another asked for', () => {
  const OVER = aProgram({ staff: { adjustApproveOver: 100 } })
  const decided = (approvalId: string, by: Client) =>
    by.post(`/v1/program/approvals/${approvalId}/decision`, { decision: 'approve', reason: 'Fair' })
  const asked = async (fields: object = {}) => String((await till.by(admin()).adjust(101, fields)).body.approvalId)
  const enrolled = async (externalId: string) =>
    accepted(await admin().post('/v1/members', { externalId, storeId: 'central' }, { key: externalId })).body.id
  const merging = async (from: string, into: string) =>
    String((await admin().post(`/v1/members/${from}/merge`, { into })).body.approvalId)

  beforeEach(() => open(OVER))

  test('is not for somebody whose access was ended', async () => {
    const approvalId = await asked()
    await change({ disabled: true })
    const replies = [await decided(approvalId, may()), await decided('apr_01J9ZZZZZZZZZZZZZZZZZZZZZZ', may())]
    expect(replies.map(outcome)).toEqual(['403 principal_disabled', '403 principal_disabled'])
    expect(outcome(await decided(approvalId, till.api.as('admin', { id: 'second-admin' })))).toBe('200')
  })

  test('is not about points of one’s own home, and somebody else can make it', async () => {
    const approvalId = await asked()
    await change({ household: [till.memberId] })
    expect(outcome(await decided(approvalId, may()))).toBe('403 own_account')
    expect(outcome(await till.by(admin()).adjust(101, { approvalId }))).toBe('403 approval_required')
    expect(outcome(await decided(approvalId, till.api.as('admin', { id: 'second-admin' })))).toBe('200')
  })

  test('is about others’ points all the same', async () => {
    const approvalId = await asked()
    await change({ household: ['mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'] })
    expect(outcome(await decided(approvalId, may()))).toBe('200')
  })

  test('is not on a merger with an account of one’s own home, whichever of the two ends', async () => {
    accepted(await till.release(reservationId))
    const stranger = await enrolled('x-2')
    const both = [await merging(stranger, till.memberId), await merging(till.memberId, stranger)]
    await change({ household: [till.memberId] })
    for (const approvalId of both) expect(outcome(await decided(approvalId, may()))).toBe('403 own_account')
  })

  test('is not about points that reach one’s own home by the name of a merged member', async () => {
    accepted(await till.release(reservationId))
    const [merged, third] = [await enrolled('x-2'), await enrolled('x-3')]
    const approvalId = await merging(merged, till.memberId)
    accepted(await decided(approvalId, till.api.as('admin', { id: 'second-admin' })))
    accepted(await admin().post(`/v1/members/${merged}/merge`, { into: till.memberId, approvalId }))
    const late = [await asked({ memberId: merged }), await merging(third, merged)]
    await change({ household: [till.memberId] })
    for (const id of late) expect(outcome(await decided(id, may()))).toBe('403 own_account')
  })
})

describe('one’s own account and those of one’s home', () => {
  const OWN = ['award', 'redeem', 'reserve', 'capture', 'void', 'adjust', 'freeze', 'close', 'merge']

  test.each(OWN)('are not one’s own to %s', async (deed) => {
    expect((await change({ household: [till.memberId] })).status).toBe(200)
    const before = await till.balances()
    const reply = await DEEDS[deed]?.(may())
    expect([reply?.status, reply?.body.code]).toEqual([403, 'own_account'])
    expect(await till.balances()).toEqual(before)
  })

  test('are others’ to serve, and one may serve others', async () => {
    await change({ household: ['mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'] })
    expect((await till.by(may()).buy()).status).toBe(201)
  })

  test('a refund of the own receipt is refused too', async () => {
    const bought = await till.buy()
    await change({ household: [till.memberId] })
    const { receiptNumber } = bought.body.entry.receipt
    expect((await till.by(may()).refund(receiptNumber)).body.code).toBe('own_account')
  })

  test('are still theirs after a merger into another account', async () => {
    accepted(await till.release(reservationId))
    const other = (await admin().post('/v1/members', { externalId: 'x-2', storeId: 'central' }, { key: 'other' })).body
      .id
    const path = `/v1/members/${other}/merge`
    const { approvalId } = (await admin().post(path, { into: till.memberId })).body
    await till.api
      .as('admin', { id: 'second-admin' })
      .post(`/v1/program/approvals/${approvalId}/decision`, { decision: 'approve', reason: 'One person' })
    expect((await admin().post(path, { into: till.memberId, approvalId })).status).toBe(201)
    await change({ household: [till.memberId] })
    const reply = await till.by(may()).buy({ memberId: other })
    expect([reply.status, reply.body.code]).toEqual([403, 'own_account'])
  })
})
