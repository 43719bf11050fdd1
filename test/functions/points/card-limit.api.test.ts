import { beforeEach, describe, expect, test } from 'vitest'
import type { Role } from '../../../functions/platform/auth.ts'
import { aProgram } from '../../support/programs.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'

const LIMIT = 50
const redemption = { ...aProgram().redemption, cardOnlyMaxPoints: LIMIT }

let till: Till
let cardNumber: string
beforeEach(async () => {
  till = await aTill({ program: aProgram({ redemption }) })
  accepted(await till.buy({ amount: 100_000 }))
  cardNumber = accepted(await till.client.get(`/v1/members/${till.memberId}`)).body.cardNumber
})

async function shownCode(): Promise<string> {
  return accepted(await till.api.as('member', { memberId: till.memberId }).get('/v1/me/code')).body.code
}

const spend = (path: string, name: object, points: number, key = till.next()) =>
  till.client.post(`/v1/points/${path}`, { ...name, points, storeId: 'central' }, { key })

describe('GET /v1/me/code', () => {
  test('tells the code, the card number in it, and when it ends', async () => {
    const { body } = await till.api.as('member', { memberId: till.memberId }).get('/v1/me/code')
    expect(body).toEqual({
      code: expect.stringMatching(new RegExp(`^${cardNumber}\\.[0-9A-Z]{8}$`)),
      cardNumber,
      expiresAt: '2026-11-23T10:01:00.000Z',
    })
  })

  test('is not there for who is no member, so that a token alone makes no card', async () => {
    const stranger = till.api.as('member', { memberId: 'mem_01M83XJ880B0B0B0B0B0B0B0B0' })
    expect(outcome(await stranger.get('/v1/me/code'))).toBe('404 not_found')
  })
})

describe('a member is named by the code', () => {
  test.each([
    ['look-up', (code: string) => till.client.post('/v1/members/lookup', { code })],
    ['a purchase', (code: string) => till.buy({ memberId: undefined, code })],
    ['a quote', (code: string) => till.quote({ memberId: undefined, code })],
    ['a redemption', (code: string) => spend('redemptions', { code }, 5)],
    ['a reservation', (code: string) => spend('reservations', { code }, 5)],
    [
      'a payment quote',
      (code: string) =>
        till.client.post('/v1/points/redemptions/quotes', {
          code,
          storeId: 'central',
          total: { amount: 10_000, currency: 'GBP' },
        }),
    ],
  ] as const)('in %s for a minute at most, so that a photo of it is soon worthless', async (_, send) => {
    const code = await shownCode()
    expect((await send(code)).status).toBeLessThan(300)
    till.api.clock.advance('PT1M')
    expect(outcome(await send(code))).toBe('409 code_expired')
    expect(outcome(await send(`${cardNumber}.00000000`))).toBe('409 code_expired')
  })

  test('and the same purchase with another code, the card or the id is a repeat, also when the first code has ended', async () => {
    const receiptNumber = till.next()
    const purchasedAt = new Date(till.api.clock.now()).toISOString()
    const code = await shownCode()
    const first = accepted(await till.buy({ memberId: undefined, code, receiptNumber, purchasedAt }))
    till.api.clock.advance('PT10M')
    for (const name of [{ code }, { code: await shownCode() }, { cardNumber }, { memberId: till.memberId }]) {
      const again = await till.buy({ memberId: undefined, ...name, receiptNumber, purchasedAt })
      expect([again.status, again.body]).toEqual([200, first.body])
    }
  })

  test('and a redemption sent again with its code that has ended gives the first answer, so that a till may retry', async () => {
    const code = await shownCode()
    const first = accepted(await spend('redemptions', { code }, 80, 'k'))
    till.api.clock.advance('PT10M')
    const again = await spend('redemptions', { code }, 80, 'k')
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true'])
    expect((await till.balances()).available).toBe(1_000 - 80)
  })

  test('but not by two names at once, nor by a code of another form', async () => {
    const code = await shownCode()
    expect(outcome(await spend('redemptions', { code, cardNumber }, 5))).toBe('422 invalid_value')
    expect(outcome(await spend('redemptions', {}, 5))).toBe('422 required_field')
    expect(outcome(await spend('redemptions', { code: cardNumber }, 5))).toBe('422 invalid_value')
  })

  test('and a code whose card nobody has finds nobody', async () => {
    const code = '630000000008.ABCDEFGH'
    expect(outcome(await spend('redemptions', { code }, 5))).toBe('404 member_not_found')
    expect((await till.client.post('/v1/members/lookup', { code })).body).toEqual({ items: [] })
  })
})

describe('redemption.cardOnlyMaxPoints', () => {
  test.each(['cashier', 'manager', 'admin', 'pos'] as const)(
    'binds %s at the limit and one above',
    async (role: Role) => {
      const desk = till.by(till.api.as(role, { stores: ['central'] }))
      accepted(await desk.redeem(LIMIT - 1))
      expect(outcome(await desk.redeem(2))).toBe('409 card_only_limit')
      accepted(await desk.redeem(1))
      const over = await desk.redeem(1)
      expect([outcome(over), over.body.params]).toEqual(['409 card_only_limit', { limit: LIMIT, used: LIMIT, left: 0 }])
    },
  )

  test('counts what is set aside and what is spent together, by whatever the member was named', async () => {
    accepted(await till.reserve(20))
    accepted(await spend('redemptions', { cardNumber }, 20))
    accepted(await spend('redemptions', { externalId: '17850' }, 10))
    expect(outcome(await till.reserve(1))).toBe('409 card_only_limit')
  })

  test('does not bind who shows the code, and what goes with it takes no room from the card', async () => {
    accepted(await spend('redemptions', { code: await shownCode() }, 400))
    accepted(await till.redeem(LIMIT))
    accepted(await spend('redemptions', { code: await shownCode() }, 400))
  })

  test('begins anew at midnight of the program, not a moment before', async () => {
    till.api.clock.set('2026-11-23T23:59:59.999Z')
    accepted(await till.redeem(LIMIT))
    expect(outcome(await till.redeem(1))).toBe('409 card_only_limit')
    till.api.clock.set('2026-11-24T00:00:00Z')
    accepted(await till.redeem(LIMIT))
  })

  test('holds among 20 at once, so that no race spends more than one after the other', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => till.redeem(5)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
    expect((await till.balances()).available).toBe(1_000 - LIMIT)
  })

  test('is part of the quote, so that the desk asks for the code before the customer hears a number', async () => {
    const quote = (name: object) =>
      till.client.post('/v1/points/redemptions/quotes', {
        ...name,
        storeId: 'central',
        total: { amount: 10_000, currency: 'GBP' },
      })
    expect((await quote({ cardNumber })).body).toMatchObject({ points: LIMIT, cardOnlyLeft: LIMIT })
    accepted(await till.redeem(30))
    expect((await quote({ cardNumber })).body).toMatchObject({ points: 20, cardOnlyLeft: 20 })
    const shown = (await quote({ code: await shownCode() })).body
    expect([shown.points, shown.cardOnlyLeft]).toEqual([970, undefined])
  })

  test('costs nothing where the program has no such limit', async () => {
    const plain = await aTill()
    accepted(await plain.buy())
    // The first one reads the program and the store, which are kept.
    for (const points of [1, 2]) accepted(await plain.redeem(points))
    const line = plain.api.logs.findLast(({ operation }) => operation === 'points.redeem')
    expect([line?.writeUnits, line?.readUnits]).toEqual([6, 1])
  })
})
