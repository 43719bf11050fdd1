import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { command } from '../../../functions/platform/command.ts'
import type { Context } from '../../../functions/platform/context.ts'
import { causeOf } from '../../../functions/platform/log.ts'
import { Refusal } from '../../../functions/platform/problem.ts'
import { InvariantBroken, LostRace } from '../../../functions/platform/transact.ts'
import { aContext, type ContextSeen } from '../../support/context.ts'

const table = { usage: { requests: 2, writeUnits: 6, readUnits: 1 } } as Context['table']
const Input = z.strictObject({ points: z.int().min(1) })

function aVerb(run: (ctx: Context, input: { points: number }) => Promise<unknown> = async (_, { points }) => points) {
  return command({ name: 'points.test', input: Input, allow: ['pos'], run })
}

const seen = (given: Partial<Context> = {}): ContextSeen => aContext({ table, ...given })

describe('the door', () => {
  test('hands parsed input to the verb and its answer back', async () => {
    expect(await aVerb()(seen().ctx, { points: 7 })).toBe(7)
  })

  test('asks for the role before it looks at the input, so that who may not call learns nothing', async () => {
    const { ctx } = seen({ actor: { id: 'u', roles: ['cashier', 'auditor'], stores: '*' } })
    await expect(aVerb()(ctx, { nonsense: 1 })).rejects.toMatchObject({ code: 'forbidden' })
    const nobody = seen({ actor: { id: '', roles: [], stores: [] } }).ctx
    await expect(aVerb()(nobody, { points: 1 })).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('lets anyone in where a verb says so', async () => {
    const open = command({ name: 'open', input: Input, allow: 'anyone', run: async () => 'in' })
    expect(await open(seen({ actor: { id: '', roles: [], stores: [] } }).ctx, { points: 1 })).toBe('in')
  })

  test('refuses input by the field', async () => {
    await expect(aVerb()(seen().ctx, { points: 0 })).rejects.toMatchObject({
      code: 'out_of_range',
      details: { errors: [{ pointer: '/points', code: 'out_of_range' }] },
    })
    await expect(aVerb()(seen().ctx, undefined)).rejects.toBeInstanceOf(Refusal)
  })

  test('carries what its routes and tests read', () => {
    const verb = aVerb()
    expect([verb.name, verb.allow, verb.input]).toEqual(['points.test', ['pos'], Input])
  })
})

describe('a lost race', () => {
  const losing = (times: number) => {
    let lost = 0
    return aVerb(async () => {
      if (lost++ < times) throw new LostRace()
      return 'won'
    })
  }

  test('is decided again, a bounded number of times', async () => {
    const { ctx, waits } = seen()
    expect(await losing(23)(ctx, { points: 1 })).toBe('won')
    expect(waits).toHaveLength(23)
    await expect(losing(24)(seen().ctx, { points: 1 })).rejects.toMatchObject({ code: 'try_again' })
  })

  test('is given up after three seconds, however few the tries', async () => {
    let time = 0
    const { ctx, waits } = seen({ elapsed: () => (time += 1_600) })
    await expect(losing(24)(ctx, { points: 1 })).rejects.toMatchObject({ code: 'try_again' })
    expect(waits.length).toBeLessThanOrEqual(2)
  })

  test('waits longer each time, within its bounds', async () => {
    const { ctx, waits } = seen({ random: (below) => below - 1 })
    await losing(7)(ctx, { points: 1 })
    expect(waits).toEqual([20, 40, 80, 160, 200, 200, 200])
    const least = seen({ random: () => 0 })
    await losing(7)(least.ctx, { points: 1 })
    expect(new Set(least.waits)).toEqual(new Set([10]))
  })
})

describe('the log', () => {
  const lineOf = async (run: Parameters<typeof aVerb>[0], input: unknown = { points: 1 }) => {
    const { ctx, logs } = seen()
    await aVerb(run)(ctx, input).catch((error: unknown) => error)
    return logs
  }

  test('has one line per command with its outcome, its tries and what it consumed', async () => {
    expect(await lineOf(undefined)).toEqual([
      {
        level: 'info',
        message: 'command',
        requestId: 'request-1',
        principal: 'till-1',
        operation: 'points.test',
        outcome: 'ok',
        tries: 1,
        ms: 0,
        requests: 2,
        writeUnits: 6,
        readUnits: 1,
      },
    ])
  })

  test('names a refusal by its code and calls everything else a bug, without its words', async () => {
    const refused = await lineOf(async () => {
      throw new Refusal('insufficient_points')
    })
    const broken = await lineOf(async () => {
      throw new Error('Canaria Vogel')
    })
    expect([refused[0]?.outcome, broken[0]?.outcome]).toEqual(['insufficient_points', 'bug'])
    expect(JSON.stringify(broken)).not.toContain('Canaria')
    expect((await lineOf(undefined, { points: 'Canaria' }))[0]).toMatchObject({ outcome: 'invalid_value', tries: 0 })
  })

  test('raises the alarm for a broken invariant', async () => {
    const logs = await lineOf(async () => {
      throw new InvariantBroken('I2 lots sum to available')
    })
    expect(logs[0]).toMatchObject({ level: 'error', metric: 'LedgerInvariant', message: 'I2 lots sum to available' })
  })

  test('says where a bug happened and not what it said', () => {
    const cause = causeOf(new TypeError('phone +85291234567\n    at nowhere'))
    expect(cause).toContain('TypeError | at ')
    expect(cause).not.toContain('+85291234567')
    expect(causeOf('thrown text')).toBe('string')
  })
})
