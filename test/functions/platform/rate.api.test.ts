import { describe, expect, test } from 'vitest'
import { contextOf } from '../../../functions/platform/context.ts'
import { type Rate, requireRoom, takeTry } from '../../../functions/platform/rate.ts'
import { rowsOf } from '../../support/tables.ts'
import { shop } from '../members/member-api.ts'

const RATE: Rate = { policy: 'voucher', subject: '+85291234567', most: 3, seconds: 60 }

async function counter() {
  const api = await shop()
  const ctx = () => {
    const actor = { id: 'till', roles: ['pos'], stores: '*' } as const
    return contextOf(api.services, { actor, now: api.clock.now(), requestId: 'request', language: 'en' })
  }
  const told = async (deed: () => Promise<void>, done: string) => {
    try {
      await deed()
      return done
    } catch (error) {
      return (error as { code?: string }).code
    }
  }
  const take = (rate = RATE) => told(() => takeTry(ctx(), rate), 'taken')
  return { api, ctx, take, look: () => told(() => requireRoom(ctx(), RATE), 'room') }
}

async function takeThree(take: () => Promise<string | undefined>) {
  return [await take(), await take(), await take()]
}

describe('a limited number of tries', () => {
  test('is taken to the last and refused one beyond it', async () => {
    const { take } = await counter()
    expect([...(await takeThree(take)), await take()]).toEqual(['taken', 'taken', 'taken', 'too_many_attempts'])
  })

  test('is counted before the try, so that fifty at once are not more than three', async () => {
    const { take } = await counter()
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => take()))
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(3)
    expect(new Set(outcomes)).toEqual(new Set(['taken', 'too_many_attempts']))
  })

  test('begins anew when its time is over, and not a moment before', async () => {
    const { api, take } = await counter()
    await takeThree(take)
    api.clock.advance('PT59.999S')
    expect(await take()).toBe('too_many_attempts')
    api.clock.advance('PT0.001S')
    expect(await takeThree(take)).toEqual(['taken', 'taken', 'taken'])
  })

  test('is only looked at by what did not go wrong, however often, and refuses that too while it is full', async () => {
    const { api, take, look } = await counter()
    for (let times = 0; times < 9; times += 1) expect(await look()).toBe('room')
    await take()
    await take()
    expect([await look(), await take(), await look()]).toEqual(['room', 'taken', 'too_many_attempts'])
    api.clock.advance('PT60S')
    expect(await look()).toBe('room')
  })

  test('is one’s own: neither another caller nor another kind of try uses it up', async () => {
    const { take } = await counter()
    await takeThree(take)
    expect(await take({ ...RATE, subject: 'somebody else' })).toBe('taken')
    expect(await take({ ...RATE, policy: 'lookup' })).toBe('taken')
  })

  test('leaves a row without the contact it is about, which may be removed soon after its time', async () => {
    const { api, take } = await counter()
    await take()
    const rows = (await rowsOf(api.tables, 'Operations')).filter(({ pk }) => pk.startsWith('RATE#'))
    expect(rows).toMatchObject([{ n: 1, endsAt: api.clock.now() + 60_000 }])
    expect(JSON.stringify(rows)).not.toContain('91234567')
    const life = Number(rows[0]?.removeAt) * 1_000 - api.clock.now()
    expect([life > 60_000, life < 86_400_000]).toEqual([true, true])
  })
})
