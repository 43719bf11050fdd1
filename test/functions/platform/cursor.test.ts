import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { CURSOR_MAX, pageQuery, readCursor, writeCursor } from '../../../functions/platform/cursor.ts'
import { aContext } from '../../support/context.ts'

const FILTER = ['entries', 'mem_1']

describe('a cursor', () => {
  test('reads back as the position it was made for', async () => {
    const { ctx } = aContext()
    for (const position of ['', '42', 'central/陳 .?&']) {
      const cursor = await writeCursor(ctx, FILTER, position)
      expect(cursor).toMatch(/^[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{43}$/)
      expect(await readCursor(ctx, FILTER, cursor)).toBe(position)
    }
  })

  test('is refused for every changed character, so that nobody turns pages that are not theirs', async () => {
    const { ctx } = aContext()
    const cursor = await writeCursor(ctx, FILTER, '42')
    const changed = [...cursor].map(
      (_, at) => `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`,
    )
    const others = [
      '',
      '.',
      cursor.slice(1),
      cursor.slice(0, -1),
      `${cursor}A`,
      cursor.split('.')[0] ?? '',
      `x.${cursor}`,
    ]
    for (const forged of [...changed, ...others]) {
      await expect(readCursor(ctx, FILTER, forged), forged).rejects.toMatchObject({ code: 'invalid_cursor' })
    }
  })

  test('is one caller’s, one filter’s and one deployment’s', async () => {
    const { ctx } = aContext()
    const cursor = await writeCursor(ctx, FILTER, '42')
    const otherCaller = aContext({ actor: { ...ctx.actor, id: 'till-2' } }).ctx
    const otherSecret = aContext({ secret: async () => 'another' }).ctx
    const refused = { code: 'invalid_cursor' }
    await expect(readCursor(otherCaller, FILTER, cursor)).rejects.toMatchObject(refused)
    await expect(readCursor(otherSecret, FILTER, cursor)).rejects.toMatchObject(refused)
    await expect(readCursor(ctx, ['entries', 'mem_2'], cursor)).rejects.toMatchObject(refused)
    await expect(readCursor(ctx, ['proof', 'mem_1'], cursor)).rejects.toMatchObject(refused)
  })
})

describe('the query of a page', () => {
  const Query = z.strictObject(pageQuery)

  test('has a limit from 1 to 100, 25 where none is given', () => {
    expect(Query.parse({})).toEqual({ limit: 25 })
    expect(['1', '99', '100'].map((limit) => Query.parse({ limit }).limit)).toEqual([1, 99, 100])
  })

  test.each(['0', '-1', '101', '1e1', '01', '+1', '1.0', ' 1', '', '１'])('refuses the limit %j', (limit) => {
    expect(Query.safeParse({ limit }).error?.issues[0]?.message).toBe('out_of_range')
  })

  test('refuses a cursor longer than any of ours', () => {
    expect(Query.safeParse({ cursor: 'x'.repeat(CURSOR_MAX + 1) }).error?.issues[0]?.message).toBe('invalid_cursor')
  })
})
