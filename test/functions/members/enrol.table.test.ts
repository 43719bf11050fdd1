import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import { cardNumber } from '../../../functions/members/card-number.ts'
import { enrol } from '../../../functions/members/enrol.ts'
import { referralCode } from '../../../functions/members/referral-code.ts'
import { type Context, contextOf } from '../../../functions/platform/context.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { rowsOf } from '../../support/tables.ts'
import { allRows, aMember, CANARY, shop } from './member-api.ts'

type Api = Awaited<ReturnType<typeof shop>>

function contextFor(api: Api, key: string, chance: Partial<Pick<Context, 'random' | 'newId'>> = {}): Context {
  const actor = { id: 'till', roles: ['pos'], stores: '*' } as const
  const request = { actor, now: api.clock.now(), requestId: 'request', language: 'en', idempotencyKey: key } as const
  return contextOf({ ...api.services, wait: async () => {}, ...chance }, request)
}

/** Draws these numbers one after the other. */
function drawing(...numbers: number[]): Context['random'] {
  return () => numbers.shift() ?? 0
}

describe('an enrolment whose numbers are taken', () => {
  test.each([
    // A card and a code are drawn, then a pause, then both again.
    ['card', [7, 2, 0, 8, 3], { cardNumber: cardNumber(8), referralCode: referralCode(3) }],
    ['referral code', [8, 1, 0, 9, 4], { cardNumber: cardNumber(9), referralCode: referralCode(4) }],
  ])('draws again when the %s is, so that a number names one member', async (_, draws, expected) => {
    const api = await shop()
    await enrol(contextFor(api, 'first', { random: drawing(7, 1) }), { externalId: '1' })
    const answer = await enrol(contextFor(api, 'second', { random: drawing(...draws) }), { externalId: '2' })
    expect(answer.body).toMatchObject(expected)
    expect(api.logs.at(-1)).toMatchObject({ operation: 'members.enrol', outcome: 'ok', tries: 2 })
    expect((await rowsOf(api.tables, 'Members')).filter(({ sk }) => sk === 'PROFILE')).toHaveLength(2)
  })

  test('gives up with 503 when it keeps drawing taken numbers, and has written nothing', async () => {
    const api = await shop()
    await enrol(contextFor(api, 'first', { random: () => 0 }), { externalId: '1' })
    const before = await allRows(api, 'Ledger', 'Members')
    const again = enrol(contextFor(api, 'second', { random: () => 0 }), { externalId: '2' })
    await expect(again).rejects.toMatchObject({ code: 'try_again' })
    expect(await allRows(api, 'Ledger', 'Members')).toBe(before)
  })

  test('stops with an alarm when a new id exists already, because that cannot be', async () => {
    const api = await shop()
    const { id } = await aMember(api, CANARY)
    const before = await allRows(api, 'Ledger', 'Members')
    const enrolled = enrol(contextFor(api, 'k', { newId: () => id }), { externalId: '1' })
    await expect(enrolled).rejects.toMatchObject({ name: 'InvariantBroken' })
    expect(api.logs).toContainEqual(expect.objectContaining({ level: 'error', metric: 'LedgerInvariant' }))
    expect(await allRows(api, 'Ledger', 'Members')).toBe(before)
  })
})

test('an enrolment sent again after the member was erased answers 410, because its answer died with the profile', async () => {
  const api = await shop()
  const { body } = await enrol(contextFor(api, 'k'), CANARY)
  await api.tables.reader.send(new DeleteCommand({ TableName: api.tables.names.Members, Key: keys.profile(body.id) }))
  await expect(enrol(contextFor(api, 'k'), CANARY)).rejects.toMatchObject({ code: 'account_closed' })
})

test('a stored row of an unknown version is refused loudly and never half read', async () => {
  const api = await shop()
  const { id } = await aMember(api)
  const [row] = (await rowsOf(api.tables, 'Members')).filter(({ sk }) => sk === 'PROFILE')
  await api.tables.reader.send(new PutCommand({ TableName: api.tables.names.Members, Item: { ...row, rv: 2 } }))
  const reply = await api.as('admin').get(`/v1/members/${id}`)
  expect([reply.status, reply.body.code]).toEqual([500, 'internal_error'])
})
