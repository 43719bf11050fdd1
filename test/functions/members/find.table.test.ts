import { describe, expect, test } from 'vitest'
import { findMemberId, memberBrief } from '../../../functions/members/find.ts'
import { type Context, contextOf } from '../../../functions/platform/context.ts'
import type { TestApi } from '../../support/api.ts'
import { aMember, CANARY, shop } from './member-api.ts'

function contextFor(api: TestApi): Context {
  const actor = { id: 'till', roles: ['pos'], stores: '*' } as const
  return contextOf(api.services, { actor, now: api.clock.now(), requestId: 'request', language: 'en' })
}

describe('other capabilities', () => {
  test('find a member by card and by external id, also the instant after enrolment', async () => {
    const api = await shop()
    const { id, cardNumber } = await aMember(api, { ...CANARY, externalId: '17850' })
    const ctx = contextFor(api)
    expect(await findMemberId(ctx, { cardNumber })).toBe(id)
    expect(await findMemberId(ctx, { externalId: '17850' })).toBe(id)
  })

  test.each([{ cardNumber: '630000000008' }, { externalId: '17850' }])(
    'are told that there is none by %j',
    async (by) => {
      const api = await shop()
      await expect(findMemberId(contextFor(api), by)).rejects.toMatchObject({ code: 'member_not_found' })
    },
  )

  test('are told of a member what may stand beside the points', async () => {
    const api = await shop()
    const { id, cardNumber } = await aMember(api, { ...CANARY, locale: 'en' })
    expect(await memberBrief(contextFor(api), id)).toEqual({
      storeId: 'central',
      ownerId: undefined,
      name: CANARY.name,
      maskedName: 'C••',
      cardNumber,
      locale: 'en',
    })
    expect(await memberBrief(contextFor(api), 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ')).toBeUndefined()
  })
})
