/** Telling an account of a proven contact: once for ever, from wherever it comes, and never by a caller's own word. */
import { describe, expect, test } from 'vitest'
import { holdMember } from '../../../functions/points/hold-member.ts'
import { verifyMember } from '../../../functions/points/verify-member.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { ourselves } from '../../support/neighbours.ts'
import { aProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { aTill } from '../../support/till.ts'

async function welcoming() {
  const till = await aTill({ program: aProgram({ enrolment: { bonus: 250 }, redemption: { reservationTtl: 'PT1H' } }) })
  const entries = async () => (await rowsOf(till.api.tables, 'Ledger')).filter(({ sk }) => sk.startsWith('E#'))
  return { till, entries, tell: () => verifyMember(ourselves(till), { memberId: till.memberId }) }
}

describe('an account that is told of a proven contact', () => {
  test('opens for spending, which the program wants a verified contact for', async () => {
    const { till, tell } = await welcoming()
    await till.buy()
    expect((await till.redeem(5)).body.code).toBe('unverified_contact')
    expect(await tell()).toEqual({ verified: true })
    expect((await till.redeem(5)).status).toBe(201)
    expect((await till.balances()).available).toBe(345)
    await expectSoundBooks(till.api.tables)
  })

  test('fifty times at once gives the bonus once', async () => {
    const { till, tell, entries } = await welcoming()
    await Promise.all(Array.from({ length: 50 }, tell))
    expect([(await till.balances()).available, (await entries()).length]).toEqual([250, 1])
    await expectSoundBooks(till.api.tables)
  })

  test('years later and under a program with another bonus gives nothing more', async () => {
    const { till, tell, entries } = await welcoming()
    await tell()
    till.api.clock.advance('P5Y')
    expect(await tell()).toEqual({ verified: true })
    expect(await entries()).toHaveLength(1)
  })

  test('costs one unit where it knows already, and six and one where it does not', async () => {
    const { till, tell } = await welcoming()
    const units = () => till.api.logs.findLast(({ operation }) => operation === 'points.verifyMember')
    // With a receipt recorded the program is kept for a while; the second finds it so.
    for (const _ of [1, 2]) await till.buy()
    await tell()
    expect(units()).toMatchObject({ writeUnits: 6, readUnits: 1 })
    await tell()
    expect(units()).toMatchObject({ writeUnits: 0, readUnits: 1 })
  })

  test('is not there for an id of nobody', async () => {
    const { till } = await welcoming()
    const told = verifyMember(ourselves(till), { memberId: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ' })
    await expect(told).rejects.toMatchObject({ code: 'not_found' })
  })
})

test('a hold is set once for one change, however often it is told, and anew for the next', async () => {
  const { till, entries } = await welcoming()
  const hold = (change: string) => holdMember(ourselves(till), { memberId: till.memberId, change })
  await Promise.all(Array.from({ length: 10 }, () => hold('7')))
  expect(await entries()).toMatchObject([{ t: 'STATE', n: 0, ch: till.api.clock.now() + 86_400_000 }])
  till.api.clock.advance('PT1H')
  await hold('8')
  expect((await entries()).map(({ ch }) => ch)).toContain(till.api.clock.now() + 86_400_000)
  await expectSoundBooks(till.api.tables)
})

test.each(['member', 'cashier', 'pos', 'manager', 'admin'] as const)(
  'neither is for %s to say, because a token proves no contact of somebody else',
  async (role) => {
    const { till } = await welcoming()
    const ctx = { ...ourselves(till), actor: { id: role, roles: [role], stores: '*' as const } }
    const { memberId } = till
    await expect(verifyMember(ctx, { memberId })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(holdMember(ctx, { memberId, change: '1' })).rejects.toMatchObject({ code: 'forbidden' })
  },
)
