import { describe, expect, test } from 'vitest'
import { isCardNumber } from '../../../functions/members/card-number.ts'
import { isReferralCode } from '../../../functions/members/referral-code.ts'
import { sha256 } from '../../../functions/shared/canonical.ts'
import { rowsOf } from '../../support/tables.ts'
import { allRows, aMember, CANARY, shop, unitsOf } from './member-api.ts'

describe('POST /v1/members', () => {
  test('answers 201 with card, code and masked contacts, so that the till can greet and nobody reads along', async () => {
    const api = await shop()
    const reply = await api.as('cashier', { stores: ['central'] }).post(
      '/v1/members',
      {
        name: '陳美玲',
        phone: '+852 9123 4567',
        email: 'MeiLing@example.com',
        birthday: { month: 2, day: 29 },
        locale: 'zh-Hant',
        storeId: 'central',
        referralCode: 'M4Y7K2QX',
        externalId: '17850',
        consents: { marketing: { email: true, sms: false }, revisit: { phone: true } },
      },
      { key: 'a' },
    )
    expect(reply.status).toBe(201)
    const { id, cardNumber, referralCode, links, ...rest } = reply.body
    expect(id).toMatch(/^mem_[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(isCardNumber(cardNumber)).toBe(true)
    expect(isReferralCode(referralCode)).toBe(true)
    expect(links).toEqual({ self: `/v1/members/${id}`, account: `/v1/points/accounts/${id}` })
    expect(rest).toEqual({
      name: '陳美玲',
      phone: '+852••••4567',
      email: 'm•••@example.com',
      locale: 'zh-Hant',
      tier: null,
      referral: null,
      joinedAt: '2026-11-23T10:00:00.000Z',
      externalId: '17850',
      storeId: 'central',
    })
  })

  test('writes an empty account and the referral code beside the profile, so that points find both', async () => {
    const api = await shop()
    const { id, referralCode } = await aMember(api)
    const rows = await rowsOf(api.tables, 'Ledger')
    expect(rows).toContainEqual(expect.objectContaining({ pk: `A#${id}`, sk: 'ACCOUNT', v: 0, s: 'ACTIVE', a: 0 }))
    expect(rows).toContainEqual({ pk: `C#${referralCode}`, sk: 'CODE', rv: 1, memberId: id })
  })

  test('costs 14 write units and no read with phone and mail, in one request', async () => {
    const api = await shop()
    const { name, phone, email } = CANARY
    await api.as('pos').post('/v1/members', { name, phone, email, storeId: 'central' }, { key: 'first' })
    await api.as('pos').post('/v1/members', { name, phone: '+85291234568', email: 'b@example.com' }, { key: 'second' })
    expect(unitsOf(api, 'members.enrol')).toEqual({ requests: 1, writeUnits: 14, readUnits: 0 })
  })

  test('costs two more with every field given, for the record of consents, because the profile stays under 1 KB', async () => {
    const api = await shop()
    const everyone = { marketing: { email: true, sms: true }, survey: { email: true }, revisit: { phone: true } }
    await aMember(api, {
      ...CANARY,
      name: 'Bartholomew Featherstonehaugh-Cholmondeley',
      email: 'bartholomew.featherstonehaugh@mail.example.com',
      locale: 'zh-Hant',
      externalId: '0123456789012345',
      consents: everyone,
    })
    expect(unitsOf(api, 'members.enrol').writeUnits).toBe(18)
  })

  test('keeps personal data out of the ledger, the log and every key', async () => {
    const api = await shop()
    await aMember(api, { ...CANARY, externalId: 'shop-17850' })
    await api.as('pos').post('/v1/members', { ...CANARY, name: 'Canaria' }, { key: 'again' })
    const canaries = ['Canaria', '91234567', 'canary.bird', 'shop-17850', '+852••••4567', sha256(CANARY.phone)]
    const members = await rowsOf(api.tables, 'Members')
    const places = [
      await allRows(api, 'Ledger', 'Operations'),
      JSON.stringify(members.map(({ pk, sk }) => [pk, sk])),
      JSON.stringify(api.logs),
    ]
    for (const place of places) for (const canary of canaries) expect(place).not.toContain(canary)
    expect(JSON.stringify(members)).toContain('Canaria')
  })

  test('takes an external id alone, as imports and machines know no more', async () => {
    const api = await shop()
    const reply = await api.as('pos').post('/v1/members', { externalId: '17850', storeId: 'central' }, { key: 'a' })
    expect(reply.status).toBe(201)
    expect(reply.body).toMatchObject({ name: null, phone: null, email: null, externalId: '17850' })
  })

  test.each([
    [{}, 422, 'validation_failed'],
    [{ name: 'Ann' }, 422, 'required_field'],
    [{ name: 'Ann', phone: '+1 (415) 555' }, 422, 'invalid_value'],
    [{ name: 'Ann', phone: '+85291234567', tier: 'gold' }, 422, 'unknown_field'],
    [{ name: 'Ann', phone: '+85291234567', birthday: { month: 2, day: 30 } }, 422, 'invalid_value'],
    [{ name: 'Ann', phone: '+85291234567', storeId: 'nowhere' }, 404, 'store_not_found'],
  ])('refuses %j and writes nothing', async (body, status, code) => {
    const api = await shop()
    const before = await allRows(api, 'Ledger', 'Members', 'Operations')
    const reply = await api.as('cashier').post('/v1/members', body, { key: 'a' })
    expect([reply.status, reply.body.code]).toEqual([status, code])
    expect(await allRows(api, 'Ledger', 'Members', 'Operations')).toBe(before)
  })

  test.each(['member', 'marketer', 'caller', 'auditor', 'anyone'] as const)('refuses %s with 403', async (role) => {
    const api = await shop()
    const reply = await api.as(role).post('/v1/members', { name: 'Ann', phone: '+85291234567' }, { key: 'a' })
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden'])
  })

  test('refuses a store that is not among the caller’s, so that no store enrols for another', async () => {
    const api = await shop()
    const body = { name: 'Ann', phone: '+85291234567', storeId: 'north' }
    const reply = await api.as('cashier', { stores: ['central'] }).post('/v1/members', body, { key: 'a' })
    expect([reply.status, reply.body.code]).toEqual([403, 'store_out_of_scope'])
  })
})
