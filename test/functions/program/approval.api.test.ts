import { describe, expect, test } from 'vitest'
import { ApprovalRow } from '../../../functions/program/approval-schema.ts'
import { aProgram } from '../../support/programs.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'

const PROGRAM = aProgram({ staff: { adjustApproveOver: 100, approvalExpires: 'P7D' } })
const LIST = '/v1/program/approvals'
const NOWHERE = 'apr_01J9ZZZZZZZZZZZZZZZZZZZZZZ'

const shop = () => aTill({ program: PROGRAM })

/** What Mona, a manager of `central`, asks for a second later; each number of points is a request of its own. */
async function request(till: Till, points = 101, who: { id: string; stores?: readonly string[] } = { id: 'mona' }) {
  const reply = await till.by(till.api.as('manager', { stores: ['central'], ...who })).adjust(points)
  expect(outcome(reply)).toBe('403 approval_required')
  till.api.clock.advance('PT1S')
  return String(reply.body.approvalId)
}

const ida = (till: Till, id = 'ida') => till.api.as('admin', { id })
const decide = (till: Till, approvalId: string, body: object = {}, by = ida(till)) =>
  by.post(`${LIST}/${approvalId}/decision`, { decision: 'approve', reason: 'Fair', ...body })

describe('GET /v1/program/approvals', () => {
  test('shows what was asked for, by whom and about whom, in numbers and ids, because words stay with the command', async () => {
    const till = await shop()
    const approvalId = await request(till)
    const { body } = accepted(await ida(till).get(LIST))
    expect(body).toEqual({
      items: [
        {
          id: approvalId,
          state: 'requested',
          action: 'points.adjust',
          memberId: till.memberId,
          storeId: 'central',
          summary: { points: 101, reason: 'goodwill' },
          requestedBy: 'mona',
          requestedAt: '2026-11-23T10:00:00.000Z',
          expiresAt: '2026-11-30T10:00:00.000Z',
          decidedBy: null,
          decidedAt: null,
          reason: null,
        },
      ],
      nextCursor: null,
    })
  })

  test('shows managers what concerns their stores and what they asked for themselves, and auditors all', async () => {
    const till = await shop()
    const own = await request(till, 101, { id: 'mona' })
    const foreign = await request(till, 102, { id: 'nora', stores: ['north'] })
    const seen = async (role: 'manager' | 'auditor', who: { id?: string; stores?: readonly string[] }) =>
      accepted(await till.api.as(role, who).get(LIST)).body.items.map(({ id }: { id: string }) => id)
    expect(await seen('manager', { id: 'max', stores: ['central'] })).toEqual([foreign, own])
    expect(await seen('manager', { id: 'nora', stores: ['north'] })).toEqual([foreign])
    expect(await seen('manager', { id: 'max', stores: ['north'] })).toEqual([])
    expect(await seen('auditor', { stores: [] })).toEqual([foreign, own])
  })

  test('shows a manager of all stores also what concerns none', async () => {
    const till = await shop()
    const { id } = accepted(await till.client.post('/v1/members', { externalId: '2' }, { key: 'second' })).body
    const body = { memberId: id, points: 101, reason: 'other', note: 'x' }
    await till.api.as('manager', { id: 'mona' }).post('/v1/points/adjustments', body, { key: 'ask' })
    const count = async (stores: '*' | readonly string[]) =>
      accepted(await till.api.as('manager', { id: 'max', stores }).get(LIST)).body.items.length
    expect([await count('*'), await count(['central'])]).toEqual([1, 0])
  })

  test('keeps by state and by store, and shows what still waits first', async () => {
    const till = await shop()
    const ids = [await request(till, 101), await request(till, 102), await request(till, 103), await request(till, 104)]
    const [used = '', approved = '', rejected = '', waiting = ''] = ids
    accepted(await decide(till, used))
    accepted(await decide(till, approved))
    accepted(await decide(till, rejected, { decision: 'reject' }))
    const mona = till.by(till.api.as('manager', { id: 'mona', stores: ['central'] }))
    accepted(await mona.adjust(101, { approvalId: used }))
    const listed = async (query: string) =>
      accepted(await ida(till).get(`${LIST}${query}`)).body.items.map(({ id }: { id: string }) => id)
    expect(await listed('')).toEqual([waiting, rejected, approved, used])
    expect(await listed('?state=requested')).toEqual([waiting])
    expect(await listed('?state=approved')).toEqual([approved])
    expect(await listed('?state=rejected')).toEqual([rejected])
    expect(await listed('?state=used')).toEqual([used])
    expect(await listed('?storeId=central&state=requested')).toEqual([waiting])
    expect(await listed('?storeId=north')).toEqual([])
    till.api.clock.advance('P7D')
    expect(await listed('?state=requested')).toEqual([])
    expect(await listed('?state=expired')).toEqual([waiting])
  })

  test.each([1, 2, 3, 100])('turns pages of %i without losing or repeating one', async (limit) => {
    const till = await shop()
    const asked: string[] = []
    for (const points of [101, 102, 103, 104, 105]) asked.push(await request(till, points))
    for (const id of asked.slice(0, 3)) accepted(await decide(till, id))
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = accepted(await ida(till).get(`${LIST}?limit=${limit}${cursor && `&cursor=${cursor}`}`))
      seen.push(...body.items.map(({ id }: { id: string }) => id))
      expect(body.items.length).toBeLessThanOrEqual(limit)
      cursor = body.nextCursor
    }
    const [first, second, third, fourth, fifth] = asked
    expect(seen).toEqual([fifth, fourth, third, second, first])
  })

  test('stops looking after a while where little is to be seen, and says where to go on', async () => {
    const till = await shop()
    const first = await request(till, 101, { id: 'nora', stores: ['north'] })
    for (const points of Array.from({ length: 25 }, (_, index) => 200 + index)) await request(till, points)
    const nora = till.api.as('manager', { id: 'nora', stores: ['north'] })
    const page = accepted(await nora.get(`${LIST}?limit=1`)).body
    expect([page.items, typeof page.nextCursor]).toEqual([[], 'string'])
    const next = accepted(await nora.get(`${LIST}?limit=1&cursor=${page.nextCursor}`)).body
    expect([next.items.map(({ id }: { id: string }) => id), next.nextCursor]).toEqual([[first], null])
  })

  test.each([
    ['?state=open', 422, 'invalid_value'],
    ['?storeId=A%20B', 422, 'invalid_value'],
    ['?since=1', 422, 'unknown_field'],
    ['?limit=0', 422, 'out_of_range'],
    ['?cursor=abc', 400, 'invalid_cursor'],
  ])('refuses %s with %i %s', async (query, status, code) => {
    const till = await shop()
    const reply = await ida(till).get(`${LIST}${query}`)
    expect([reply.status, reply.body.code]).toEqual([status, code])
  })

  test('takes no cursor of another filter, which would skip what nobody saw', async () => {
    const till = await shop()
    for (const points of [101, 102]) await request(till, points)
    const { nextCursor } = accepted(await ida(till).get(`${LIST}?limit=1`)).body
    expect(outcome(await ida(till).get(`${LIST}?limit=1&state=requested&cursor=${nextCursor}`))).toBe(
      '400 invalid_cursor',
    )
  })
})

describe('POST /v1/program/approvals/{approvalId}/decision', () => {
  test('answers who decided, when and why, and the same again to the same person, so that it can be retried', async () => {
    const till = await shop()
    const approvalId = await request(till)
    const first = accepted(await decide(till, approvalId))
    expect(first.body).toMatchObject({
      id: approvalId,
      state: 'approved',
      decidedBy: 'ida',
      decidedAt: '2026-11-23T10:00:01.000Z',
      reason: 'Fair',
    })
    till.api.clock.advance('P1D')
    const mona = till.by(till.api.as('manager', { id: 'mona', stores: ['central'] }))
    accepted(await mona.adjust(101, { approvalId }))
    expect((await decide(till, approvalId)).body).toEqual(first.body)
  })

  test('is final: nothing else is said about it afterwards, by anybody', async () => {
    const till = await shop()
    const approvalId = await request(till)
    accepted(await decide(till, approvalId, { decision: 'reject' }))
    const tries = [
      decide(till, approvalId),
      decide(till, approvalId, { decision: 'reject', reason: 'Unfair' }),
      decide(till, approvalId, { decision: 'reject' }, ida(till, 'ivo')),
    ]
    expect((await Promise.all(tries)).map(outcome)).toEqual(Array.from(tries, () => '409 approval_decided'))
  })

  test('is not for who asked, because two people must agree', async () => {
    const till = await shop()
    const asked = await till.by(ida(till)).adjust(101)
    expect(outcome(await decide(till, asked.body.approvalId))).toBe('403 own_request')
    expect(outcome(await decide(till, asked.body.approvalId, {}, ida(till, 'ivo')))).toBe('200')
  })

  test('comes too late after the days that the program allows, counted on the calendar', async () => {
    const till = await shop()
    const [late, just] = [await request(till, 101), await request(till, 102)]
    till.api.clock.set('2026-11-30T10:00:00Z')
    expect(outcome(await decide(till, just))).toBe('200')
    expect(outcome(await decide(till, late))).toBe('409 approval_expired')
  })

  test('is possible for ever where the program sets no end', async () => {
    const till = await aTill({ program: aProgram({ staff: { adjustApproveOver: 100 } }) })
    const approvalId = await request(till)
    till.api.clock.advance('P5Y')
    expect(accepted(await decide(till, approvalId)).body).toMatchObject({ state: 'approved', expiresAt: null })
  })

  test('of two at the same time stands once: one admin decides and the other is told', async () => {
    const till = await shop()
    const approvalId = await request(till)
    const replies = await Promise.all([
      decide(till, approvalId),
      decide(till, approvalId, { decision: 'reject' }, ida(till, 'ivo')),
    ])
    expect(replies.map(outcome).sort()).toEqual(['200', '409 approval_decided'])
  })

  test.each([
    [{ decision: 'maybe' }, 'invalid_value'],
    [{ reason: '' }, 'out_of_range'],
    [{ reason: 'x'.repeat(501) }, 'out_of_range'],
    [{ reason: 'a\nb' }, 'invalid_value'],
    [{ note: 'x' }, 'unknown_field'],
    [{ approvalId: NOWHERE }, 'unknown_field'],
  ])('refuses %j with 422 %s and decides nothing', async (body, code) => {
    const till = await shop()
    const approvalId = await request(till)
    expect(outcome(await decide(till, approvalId, body))).toBe(`422 ${code}`)
    expect(outcome(await decide(till, approvalId))).toBe('200')
  })

  test('of what nobody asked for is 404', async () => {
    const till = await shop()
    expect(outcome(await decide(till, NOWHERE))).toBe('404 not_found')
  })

  test.each(['manager', 'auditor', 'cashier', 'marketer'] as const)('is not for a %s', async (role) => {
    const till = await shop()
    const approvalId = await request(till)
    expect(outcome(await decide(till, approvalId, {}, till.api.as(role)))).toBe('403 forbidden')
  })
})

test('a row of an unknown version is refused, because a right half read is a right given away', () => {
  const row = {
    rv: 1,
    id: NOWHERE,
    action: 'points.adjust',
    fingerprint: 'f',
    memberId: 'm',
    summary: {},
    requestedBy: 'a',
    requestedAt: 1,
    state: 'requested',
  }
  expect(ApprovalRow.safeParse(row).success).toBe(true)
  for (const other of [{ rv: 2 }, { state: 'waiting' }, { action: 'points.award' }, { requestedBy: undefined }]) {
    expect(ApprovalRow.safeParse({ ...row, ...other }).success).toBe(false)
  }
})
