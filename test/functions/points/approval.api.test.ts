import { describe, expect, test } from 'vitest'
import { aProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, type Commands, outcome, type Till } from '../../support/till.ts'

const PROGRAM = aProgram({ staff: { adjustApproveOver: 100, approvalExpires: 'P7D' } })

type Desk = Till & {
  /** Mona, a manager, as she adjusts. */
  readonly mona: Commands
  readonly decide: (approvalId: string, decision?: 'approve' | 'reject') => Promise<unknown>
}

async function desk(): Promise<Desk> {
  const till = await aTill({ program: PROGRAM })
  const mona = till.by(till.api.as('manager', { id: 'mona' }))
  const decide = async (approvalId: string, decision = 'approve') =>
    accepted(
      await till.api
        .as('admin', { id: 'ida' })
        .post(`/v1/program/approvals/${approvalId}/decision`, { decision, reason: 'Fair' }),
    )
  return { ...till, mona, decide }
}

/** Asks for 500 points. @returns the approval's id */
async function asked({ mona }: Desk): Promise<string> {
  const reply = await mona.adjust(500)
  expect(outcome(reply)).toBe('403 approval_required')
  return reply.body.approvalId
}

async function stateOf({ client }: Desk, approvalId: string): Promise<string> {
  const { items } = accepted(await client.get('/v1/program/approvals?limit=100')).body
  return items.find(({ id }: { id: string }) => id === approvalId)?.state
}

describe('an adjustment above the limit', () => {
  test('is done once an admin agreed, and the approval is used up with it', async () => {
    const shop = await desk()
    const approvalId = await asked(shop)
    await shop.decide(approvalId)
    const done = accepted(await shop.mona.adjust(500, { approvalId }, 'k'))
    expect([done.status, done.body.balances.available]).toEqual([201, 500])
    expect(await stateOf(shop, approvalId)).toBe('used')
    const again = await shop.mona.adjust(500, { approvalId }, 'k')
    expect([again.status, again.headers['idempotency-replayed'], again.body]).toEqual([201, 'true', done.body])
  })

  test('tells what the limit is and which approval to wait for, and moves nothing', async () => {
    const shop = await desk()
    const reply = await shop.mona.adjust(-500, { allowDebt: true })
    expect([reply.status, reply.body.code]).toEqual([409, 'insufficient_points'])
    const { body } = await shop.mona.adjust(101)
    expect([body.params, /^apr_[0-9A-Z]{26}$/.test(body.approvalId)]).toEqual([{ limit: 100 }, true])
    expect((await shop.balances()).available).toBe(0)
  })

  test('asks for one approval however often the same person sends it, with whatever key and at the same time', async () => {
    const shop = await desk()
    const replies = await Promise.all(Array.from({ length: 8 }, () => shop.mona.adjust(500)))
    const ids = new Set([...replies, await shop.mona.adjust(500)].map(({ body }) => body.approvalId))
    expect([ids.size, replies.map(outcome)]).toEqual([1, Array.from(replies, () => '403 approval_required')])
    await shop.decide([...ids].join())
    expect((await shop.mona.adjust(500)).body.approvalId).toBe([...ids].join())
  })

  test('asks anew where another person, other points or other words are meant', async () => {
    const shop = await desk()
    const nina = shop.by(shop.api.as('manager', { id: 'nina' }))
    const ids = [
      await asked(shop),
      (await nina.adjust(500)).body.approvalId,
      (await shop.mona.adjust(501)).body.approvalId,
      (await shop.mona.adjust(500, { note: 'Very sorry' })).body.approvalId,
    ]
    expect(new Set(ids).size).toBe(4)
  })

  test.each(['used', 'rejected', 'expired'] as const)('asks anew after the one before was %s', async (state) => {
    const shop = await desk()
    const approvalId = await asked(shop)
    if (state !== 'expired') await shop.decide(approvalId, state === 'used' ? 'approve' : 'reject')
    if (state === 'used') accepted(await shop.mona.adjust(500, { approvalId }))
    if (state === 'expired') shop.api.clock.advance('P7D')
    expect(await stateOf(shop, approvalId)).toBe(state)
    expect(await asked(shop)).not.toBe(approvalId)
  })

  test('is not recorded under its key while it waits, so that the same key can carry it out', async () => {
    const shop = await desk()
    const { approvalId } = (await shop.mona.adjust(500, {}, 'one-key')).body
    const waiting = await shop.mona.adjust(500, { approvalId }, 'one-key')
    expect([outcome(waiting), waiting.body.approvalId]).toEqual(['403 approval_required', approvalId])
    await shop.decide(approvalId)
    expect(outcome(await shop.mona.adjust(500, { approvalId }, 'one-key'))).toBe('201')
  })

  test('needs another admin where an admin asks', async () => {
    const shop = await desk()
    const ivo = shop.by(shop.api.as('admin', { id: 'ivo' }))
    const { approvalId } = (await ivo.adjust(500)).body
    expect(outcome(await ivo.adjust(500, { approvalId }))).toBe('403 approval_required')
    await shop.decide(approvalId)
    expect(outcome(await ivo.adjust(500, { approvalId }))).toBe('201')
  })

  test('leaves the approval in the audit trail beside the notes', async () => {
    const shop = await desk()
    const approvalId = await asked(shop)
    await shop.decide(approvalId)
    const { entry } = accepted(await shop.mona.adjust(500, { approvalId })).body
    const rows = await rowsOf(shop.api.tables, 'Operations')
    expect(rows.find(({ pk }) => pk === `AUDIT#${entry.id}`)).toMatchObject({
      approvalId,
      action: 'points.adjust',
      note: 'Sorry',
      actor: 'mona',
      points: 500,
    })
    expect(JSON.stringify(await rowsOf(shop.api.tables, 'Ledger'))).not.toContain(approvalId)
  })

  test('costs ten write units and one read unit, with the approval used in the same transaction', async () => {
    const shop = await desk()
    // From then on the program is kept in memory.
    accepted(await shop.buy())
    const approvalId = await asked(shop)
    await shop.decide(approvalId)
    accepted(await shop.mona.adjust(500, { approvalId }))
    const line = shop.api.logs.findLast(({ operation }) => operation === 'points.adjust')
    expect(line).toMatchObject({ requests: 2, writeUnits: 10, readUnits: 1 })
  })
})

describe('an approval', () => {
  test('that was used allows nothing more, and that is recorded', async () => {
    const shop = await desk()
    const approvalId = await asked(shop)
    await shop.decide(approvalId)
    accepted(await shop.mona.adjust(500, { approvalId }))
    expect(outcome(await shop.mona.adjust(500, { approvalId }, 'late'))).toBe('409 approval_used')
    const again = await shop.mona.adjust(500, { approvalId }, 'late')
    expect([outcome(again), again.headers['idempotency-replayed']]).toEqual(['409 approval_used', 'true'])
    expect((await shop.balances()).available).toBe(500)
  })

  test.each([
    ['rejected', '409 approval_rejected'],
    ['expired', '409 approval_expired'],
  ])('that was %s allows nothing: %s', async (state, expected) => {
    const shop = await desk()
    const approvalId = await asked(shop)
    if (state === 'rejected') await shop.decide(approvalId, 'reject')
    else shop.api.clock.advance('P7D')
    expect(outcome(await shop.mona.adjust(500, { approvalId }))).toBe(expected)
    expect((await shop.balances()).available).toBe(0)
  })

  test('allows nothing but what was asked, and nobody but who asked', async () => {
    const shop = await desk()
    const approvalId = await asked(shop)
    await shop.decide(approvalId)
    const nina = shop.by(shop.api.as('manager', { id: 'nina' }))
    const { id } = accepted(
      await shop.client.post('/v1/members', { externalId: 'other', storeId: 'central' }, { key: 'other' }),
    ).body
    const tries = [
      shop.mona.adjust(501, { approvalId }),
      shop.mona.adjust(-500, { approvalId, allowDebt: true }),
      shop.mona.adjust(500, { approvalId, note: 'Sorry!' }),
      shop.mona.adjust(500, { approvalId, memberId: id }),
      shop.mona.adjust(5, { approvalId }),
      nina.adjust(500, { approvalId }),
    ]
    const expected = ['422 approval_mismatch', '409 insufficient_points', ...Array(4).fill('422 approval_mismatch')]
    expect((await Promise.all(tries)).map(outcome)).toEqual(expected)
    expect(await stateOf(shop, approvalId)).toBe('approved')
    expect(outcome(await shop.mona.adjust(500, { approvalId }))).toBe('201')
  })

  test.each([
    ['apr_01J9ZZZZZZZZZZZZZZZZZZZZZZ', '404 approval_not_found'],
    ['apr_x', '422 invalid_value'],
    ['mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ', '422 invalid_value'],
  ])('that is not there, %s, is said to be missing: %s', async (approvalId, expected) => {
    const shop = await desk()
    expect(outcome(await shop.mona.adjust(500, { approvalId }))).toBe(expected)
    expect(outcome(await shop.mona.adjust(5, { approvalId }))).toBe(expected)
  })

  test('that is not needed is used all the same, because two people agreed on exactly this', async () => {
    const shop = await desk()
    const approvalId = await asked(shop)
    await shop.decide(approvalId)
    const { body, headers } = await shop.client.get('/v1/program')
    const { effectiveFrom: _, ...document } = body.document
    const staff = { ...document.staff, adjustApproveOver: 1_000 }
    accepted(await shop.client.put('/v1/program', { ...document, staff }, { ifMatch: String(headers.etag) }))
    shop.api.clock.advance('P1D')
    expect(outcome(await shop.mona.adjust(500, { approvalId }))).toBe('201')
    expect(await stateOf(shop, approvalId)).toBe('used')
  })
})

describe('at the same time', () => {
  test('an approval sent twenty times under twenty keys is used once, so that one yes never pays twice', async () => {
    const shop = await desk()
    const approvalId = await asked(shop)
    await shop.decide(approvalId)
    const replies = await Promise.all(Array.from({ length: 20 }, () => shop.mona.adjust(500, { approvalId })))
    const outcomes = replies.map(outcome).sort()
    expect(outcomes).toEqual(['201', ...Array(19).fill('409 approval_used')])
    expect((await shop.balances()).available).toBe(500)
  })

  test('a decision and its use end in one order or the other, never in both', async () => {
    const shop = await desk()
    for (const decision of ['approve', 'reject'] as const) {
      const approvalId = await asked(shop)
      const [use] = await Promise.all([shop.mona.adjust(500, { approvalId }), shop.decide(approvalId, decision)])
      const [state, before] = [await stateOf(shop, approvalId), outcome(use)]
      const allowed = {
        approve: ['201 used', '403 approval_required approved'],
        reject: ['403 approval_required rejected', '409 approval_rejected rejected'],
      }
      expect(allowed[decision]).toContain(`${before} ${state}`)
      if (state === 'approved') accepted(await shop.mona.adjust(500, { approvalId }))
    }
    expect((await shop.balances()).available).toBe(500)
  })
})
