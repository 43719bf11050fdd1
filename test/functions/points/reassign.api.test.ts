import { beforeEach, describe, expect, test } from 'vitest'
import { aProgram } from '../../support/programs.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'
import { anotherMember, availableOf, corrected, expectSound, mend, reassigned, undone } from './mending.ts'

let till: Till
let right: string
beforeEach(async () => {
  till = await aTill()
  right = await anotherMember(till)
})

async function bought(one: Till = till, fields: object = {}): Promise<string> {
  const receiptNumber = one.next()
  accepted(await one.buy({ receiptNumber, ...fields }))
  return receiptNumber
}

const both = async (one = till, other = right) => [await availableOf(one, one.memberId), await availableOf(one, other)]

describe('POST /v1/points/purchases/{storeId}/{receiptNumber}/reassign', () => {
  test('moves the award to the right member, both entries or none', async () => {
    const receipt = await bought()
    const { status, body } = await reassigned(till, receipt, right)
    expect(status).toBe(201)
    expect(body.entry).toMatchObject({ type: 'EARN', points: 100 })
    expect(body.reversed).toMatchObject({ type: 'REVERSE', points: -100 })
    expect(body.balances.available).toBe(100)
    expect(await both()).toEqual([0, 100])
    await expectSound(till)
  })

  test('sent again or 20 times at once has one effect, and back again is a change of its own', async () => {
    const receipt = await bought()
    const replies = await Promise.all(Array.from({ length: 20 }, () => reassigned(till, receipt, right)))
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    accepted(await reassigned(till, receipt, till.memberId))
    expect(await both()).toEqual([100, 0])
    expect(outcome(await reassigned(till, receipt, right))).toBe('409 receipt_conflict')
    await expectSound(till)
  })

  test('to two members at once belongs to one of them', async () => {
    const third = await anotherMember(till)
    const receipt = await bought()
    await Promise.all([right, third].map(async (member) => accepted(await reassigned(till, receipt, member))))
    expect([await availableOf(till, right), await availableOf(till, third)].sort()).toEqual([0, 100])
    expect(await availableOf(till, till.memberId)).toBe(0)
    await expectSound(till)
  })

  test('names the member like any command at the desk, and only one who is there', async () => {
    const receipt = await bought()
    const code = accepted(await till.api.as('member', { memberId: right }).get('/v1/me/code')).body.code
    const to = mend(till, receipt, 'reassign')
    expect(outcome(await to({ externalId: 'nobody' }))).toBe('404 member_not_found')
    expect(outcome(await to({}))).toBe('422 required_field')
    expect(outcome(await to({ memberId: till.memberId }))).toBe('422 invalid_value')
    till.api.clock.advance('PT2M')
    expect(outcome(await to({ code }))).toBe('409 code_expired')
    accepted(await to({ cardNumber: code.split('.')[0] }))
    expect(await both()).toEqual([0, 100])
  })

  test('calculates the same purchase for the other member, articles and all', async () => {
    const paint = { id: 'paint', kind: 'item' as const, points: 15, match: { skus: ['PAINT'] } }
    const { rules } = aProgram().earning
    const earning = { ...aProgram().earning, rules: [...rules, paint], stacking: 'sum' as const }
    const shop = await aTill({ program: aProgram({ earning }) })
    const other = await anotherMember(shop)
    const lines = [
      { sku: 'PAINT', quantity: 3, amount: 6_000 },
      { category: 'tools', amount: 4_000 },
    ]
    const receipt = await bought(shop, { amount: 10_000, lines })
    const before = await availableOf(shop, shop.memberId)
    expect(before).toBe(145)
    expect(accepted(await reassigned(shop, receipt, other)).body.entry.points).toBe(145)
    expect(await both(shop, other)).toEqual([0, 145])
    await expectSound(shop)
  })

  test('counts under the caps of the right member, and gives the wrong one no room back', async () => {
    const caps = [{ id: 'daily', per: 'day' as const, points: 150, behaviour: 'cap' as const }]
    const shop = await aTill({ program: aProgram({ earning: { ...aProgram().earning, caps } }) })
    const other = await anotherMember(shop)
    accepted(await shop.buy({ memberId: other }))
    const receipt = await bought(shop)
    expect(accepted(await reassigned(shop, receipt, other)).body.entry.points).toBe(50)
    expect(accepted(await shop.buy()).body.entry.points).toBe(50)
    expect(accepted(await reassigned(shop, receipt, shop.memberId)).body.entry.points).toBe(100)
    await expectSound(shop)
  })

  test('leaves debt with who has spent the points, and none with who gets them', async () => {
    const receipt = await bought()
    accepted(await till.redeem(80))
    accepted(await reassigned(till, receipt, right))
    expect((await till.balances()).debt).toBe(80)
    expect(await availableOf(till, right)).toBe(100)
    await expectSound(till)
  })

  test('after an undo only awards, and after it corrections and undo are about the right member', async () => {
    const receipt = await bought()
    accepted(await undone(till, receipt))
    expect(accepted(await reassigned(till, receipt, right)).body.reversed).toBeNull()
    accepted(await corrected(till, receipt, 3_000))
    expect(await both()).toEqual([0, 30])
    accepted(await till.refund(receipt, { amount: 1_000 }))
    accepted(await undone(till, receipt, { key: 'again' }))
    expect(await both()).toEqual([0, 0])
    await expectSound(till)
  })

  test('is refused after a refund, from a closed account and to one', async () => {
    const [refunded, receipt] = [await bought(), await bought()]
    accepted(await till.refund(refunded, { amount: 1 }))
    expect(outcome(await reassigned(till, refunded, right))).toBe('409 receipt_refunded')
    accepted(await till.client.post(`/v1/members/${right}/close`, { reason: 'Asked to leave' }))
    expect(outcome(await reassigned(till, receipt, right))).toBe('410 account_closed')
    accepted(await till.client.post(`/v1/members/${till.memberId}/close`, { reason: 'Asked to leave' }))
    expect(outcome(await reassigned(till, receipt, await anotherMember(till)))).toBe('410 account_closed')
  })

  test('of a member who was merged takes the points from the survivor', async () => {
    const receipt = await bought()
    const survivor = await anotherMember(till)
    const path = `/v1/members/${till.memberId}/merge`
    const { approvalId } = (await till.client.post(path, { into: survivor })).body
    const decision = { decision: 'approve', reason: 'One person' }
    accepted(
      await till.api.as('admin', { id: 'second' }).post(`/v1/program/approvals/${approvalId}/decision`, decision),
    )
    accepted(await till.client.post(path, { into: survivor, approvalId }))
    expect(outcome(await reassigned(till, receipt, survivor))).toBe('422 invalid_value')
    accepted(await reassigned(till, receipt, right))
    expect([await availableOf(till, survivor), await availableOf(till, right)]).toEqual([0, 100])
    await expectSound(till)
  })
})

describe('what a till hears of the award before', () => {
  test('a conflict tells when, by whom, how many points and whose, masked, as it stands after a change', async () => {
    const receiptNumber = await bought()
    accepted(await corrected(till, receiptNumber, 4_000))
    const clash = await till.buy({ receiptNumber, amount: 1_000 })
    expect([outcome(clash), clash.body.prior]).toEqual([
      '409 receipt_conflict',
      { recordedAt: '2026-11-23T10:00:00.000Z', by: 'local-admin', points: 40, member: { name: '••' } },
    ])
  })

  test('a repeat is the first answer to the byte, with who awarded it beside it for people at the desk', async () => {
    const receiptNumber = till.next()
    const purchasedAt = new Date(till.api.clock.now()).toISOString()
    const by = (role: 'cashier' | 'pos', id: string) => till.by(till.api.as(role, { id, stores: ['central'] }))
    const first = accepted(await by('cashier', 'may').buy({ receiptNumber, purchasedAt }))
    const seen = await by('cashier', 'june').buy({ receiptNumber, purchasedAt })
    expect([seen.body, seen.headers['awarded-by']]).toEqual([first.body, 'may'])
    expect((await by('pos', 'till').buy({ receiptNumber, purchasedAt })).headers['awarded-by']).toBeUndefined()
  })

  test('machines hear no name, and another store hears nothing at all', async () => {
    const named = { name: 'Ada Moreno', phone: '+442079460001', storeId: 'central' }
    const { id } = accepted(await till.client.post('/v1/members', named, { key: till.next() })).body
    const receiptNumber = await bought(till, { memberId: id })
    const clash = (role: 'cashier' | 'pos', stores: string[]) =>
      till.by(till.api.as(role, { stores })).buy({ receiptNumber, amount: 1_000 })
    expect((await clash('cashier', ['central'])).body.prior.member).toEqual({ name: 'A••' })
    expect((await clash('pos', ['central'])).body.prior.member).toEqual({ name: null })
    const foreign = await clash('cashier', ['north'])
    expect([outcome(foreign), foreign.body.prior]).toEqual(['403 store_out_of_scope', undefined])
  })
})
