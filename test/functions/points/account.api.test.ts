import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import { seal } from '../../../functions/points/entry.ts'
import { rowFromAccount, rowFromEntry } from '../../../functions/points/row-schema.ts'
import { sha256 } from '../../../functions/shared/canonical.ts'
import { anAccount } from '../../support/account.ts'
import type { Client, Reply } from '../../support/api.ts'
import { aProgram } from '../../support/programs.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'

const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'docs', 'verify-proof.mjs')
const path = ({ memberId }: Till, part = '') => `/v1/points/accounts/${memberId}${part}`

/** What the script of the documents says of proofs, and whether it is content. */
function verified(...proofs: unknown[]): { said: string; isSound: boolean } {
  const file = join(mkdtempSync(join(tmpdir(), 'proof-')), 'proof.json')
  writeFileSync(file, JSON.stringify(proofs))
  try {
    return { said: execFileSync(process.execPath, [SCRIPT, file], { encoding: 'utf8' }), isSound: true }
  } catch (error) {
    return { said: String((error as { stdout?: string }).stdout), isSound: false }
  }
}

async function aBusyTill(): Promise<Till> {
  const till = await aTill({
    program: aProgram({ expiry: { mode: 'rolling', period: 'P12M', roundUp: 'month', restoreGrace: 'P7D' } }),
  })
  await till.buy({ receiptNumber: '1' })
  await till.adjust(30, { note: 'For the long wait' })
  await till.redeem(20)
  const { id } = accepted(await till.reserve(40)).body
  await till.capture(id, { points: 15 })
  await till.reserve(10)
  till.api.clock.advance('PT15M')
  await till.refund('1')
  return till
}

describe('an account', () => {
  test('shows balances, lifetime, what expires and matures, its version and as of when', async () => {
    const till = await aBusyTill()
    expect(await till.account()).toEqual({
      memberId: till.memberId,
      status: 'active',
      balances: { available: 0, pending: 0, reserved: 0, debt: 5 },
      lifetime: { earned: 130, redeemed: 35, expired: 0, reversed: 100 },
      expiring: [],
      maturing: [],
      tier: null,
      version: 8,
      asOf: '2026-11-23T10:15:00.000Z',
    })
  })

  test('of a member who was just enrolled is empty', async () => {
    const till = await aTill()
    expect(await till.account()).toMatchObject({
      balances: { available: 0, pending: 0, reserved: 0, debt: 0 },
      version: 0,
    })
    expect((await till.client.get(path(till, '/entries'))).body).toEqual({ items: [], nextCursor: null })
    expect((await till.client.get(path(till, '/proof'))).body).toEqual({
      memberId: till.memberId,
      version: 0,
      head: '',
      entries: [],
      nextCursor: null,
    })
  })

  test.each(['', '/entries', '/proof'])('%s of nobody is not found, and takes no unknown parameter', async (part) => {
    const till = await aTill()
    expect(outcome(await till.client.get(`/v1/points/accounts/mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ${part}`))).toBe(
      '404 not_found',
    )
    expect(outcome(await till.client.get(`${path(till, part)}?year=2026`))).toBe('422 unknown_field')
  })
})

describe('the statement', () => {
  const walk = async (client: Client, start: string, limit: number) => {
    const pages: Reply['body'][] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: Reply = accepted(await client.get(`${start}?limit=${limit}${cursor && `&cursor=${cursor}`}`))
      pages.push(body.items)
      cursor = body.nextCursor
    }
    return pages
  }

  test('is newest first, each line with its reasons and the balances after it, and the member sees the note', async () => {
    const till = await aBusyTill()
    const { items, nextCursor } = (await till.client.get(path(till, '/entries'))).body
    expect(nextCursor).toBeNull()
    expect(items.map(({ seq, type, points }: Record<string, unknown>) => [seq, type, points])).toEqual([
      [8, 'REVERSE', -100],
      [7, 'SETTLE', 10],
      [6, 'RESERVE', -10],
      [5, 'CAPTURE', -15],
      [4, 'RESERVE', -40],
      [3, 'REDEEM', -20],
      [2, 'ADJUST', 30],
      [1, 'EARN', 100],
    ])
    expect(items[6]).toMatchObject({ note: 'For the long wait', balances: { available: 130 } })
    expect(items[3].because.map(({ code }: { code: string }) => code)).toEqual(['captured', 'returned'])
  })

  test.each([1, 3, 4, 7, 8, 100])('in pages of %i shows every line once', async (limit) => {
    const till = await aBusyTill()
    const pages = await walk(till.client, path(till, '/entries'), limit)
    expect(pages.flat().map(({ seq }) => seq)).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
    expect(pages.every((page) => page.length <= limit && page.length > 0)).toBe(true)
  })

  test('goes on where it was, also when entries were added meanwhile', async () => {
    const till = await aBusyTill()
    const { nextCursor } = (await till.client.get(`${path(till, '/entries')}?limit=5`)).body
    await till.buy()
    const { items } = (await till.client.get(`${path(till, '/entries')}?limit=5&cursor=${nextCursor}`)).body
    expect(items.map(({ seq }: { seq: number }) => seq)).toEqual([3, 2, 1])
  })

  test('turns no page with a cursor of another member, caller or kind, or one that was changed', async () => {
    const till = await aBusyTill()
    const { nextCursor } = (await till.client.get(`${path(till, '/entries')}?limit=1`)).body
    const other = accepted(await till.client.post('/v1/members', { externalId: '2', storeId: 'central' }, { key: 'o' }))
      .body.id
    const tries = [
      till.client.get(`/v1/points/accounts/${other}/entries?cursor=${nextCursor}`),
      till.api.as('cashier').get(`${path(till, '/entries')}?cursor=${nextCursor}`),
      till.client.get(`${path(till, '/proof')}?cursor=${nextCursor}`),
      till.client.get(`${path(till, '/entries')}?cursor=${nextCursor}x`),
      till.client.get(`${path(till, '/entries')}?cursor=`),
      till.client.get(`${path(till, '/entries')}?cursor=${'x'.repeat(513)}`),
    ]
    for (const reply of await Promise.all(tries)) expect(outcome(reply)).toMatch(/^4\d\d invalid_cursor$/)
  })

  test('is said in the reader’s language', async () => {
    const till = await aBusyTill()
    const { items } = (await till.client.get(path(till, '/entries'), { headers: { 'accept-language': 'zh-CN' } })).body
    expect(items.at(-1).because[0].text).toBe('每消费 £1.00 得 1 积分')
  })
})

describe('the proof', () => {
  test('satisfies the script of the documents, with all that ever happened', async () => {
    const till = await aBusyTill()
    const { body } = accepted(await till.api.as('auditor').get(path(till, '/proof')))
    expect(body).toMatchObject({ memberId: till.memberId, version: 8, nextCursor: null })
    const { said, isSound } = verified(body)
    expect([isSound, said.trim()]).toEqual([
      true,
      `${till.memberId} ok 8 {"available":0,"debt":5,"pending":0,"reserved":0}`,
    ])
  })

  test('does not satisfy it when an entry was changed, dropped, added or forged with its hash', async () => {
    const till = await aBusyTill()
    const { body } = accepted(await till.api.as('auditor').get(path(till, '/proof')))
    const [first, second] = body.entries
    const more = first.canonical.replace('"points":100', '"points":900')
    const spoiled = [
      [{ ...first, canonical: more }, ...body.entries.slice(1)],
      body.entries.slice(1),
      body.entries.slice(0, -1),
      [...body.entries, body.entries.at(-1)],
      [second, first, ...body.entries.slice(2)],
      [{ canonical: more, hash: sha256(more) }, ...body.entries.slice(1)],
    ]
    for (const entries of spoiled) expect(verified({ ...body, entries }).isSound).toBe(false)
  })

  test('of more than a thousand entries comes in pages that together hold', async () => {
    const till = await aTill()
    const { client, memberId, api } = till
    const posting = {
      type: 'EARN' as const,
      points: 1,
      because: [],
      effective: api.clock.now(),
      changes: { delta: { available: 1 }, lots: { never: 1 }, lifetime: { earned: 1 } },
    }
    const postings = Array.from({ length: 1_030 }, (_, index) => ({
      ...posting,
      after: { available: index + 1, pending: 0, reserved: 0, debt: 0 },
    }))
    const sealing = { operation: 'O#planted', program: 1, actor: 'test', at: api.clock.now(), newId: () => 'ent_1' }
    const sealed = seal(anAccount({ memberId, version: 0, head: '' }), postings, sealing)
    const rows = [...sealed.entries.map(rowFromEntry), rowFromAccount(sealed.account, undefined)]
    for (let start = 0; start < rows.length; start += 25) {
      const puts = rows.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }))
      await api.tables.reader.send(new BatchWriteCommand({ RequestItems: { [api.tables.names.Ledger]: puts } }))
    }
    const first = accepted(await client.get(path(till, '/proof'))).body
    expect(first.entries).toHaveLength(1_000)
    const second = accepted(await client.get(`${path(till, '/proof')}?cursor=${first.nextCursor}`)).body
    expect([second.entries.length, second.nextCursor]).toEqual([30, null])
    expect(verified(first, second).isSound).toBe(true)
    expect([verified(first).isSound, verified(second).isSound]).toEqual([false, false])
  })
})

describe('a member', () => {
  test('sees the own card, statement and proof, as staff see them', async () => {
    const till = await aBusyTill()
    const me = till.api.as('member', { memberId: till.memberId })
    const { name, cardNumber, ...account } = (await me.get('/v1/me/card')).body
    expect([name, cardNumber]).toEqual([null, expect.stringMatching(/^\d{12}$/)])
    expect(account).toEqual(await till.account())
    expect((await me.get('/v1/me/entries')).body).toEqual((await till.client.get(path(till, '/entries'))).body)
    expect((await me.get('/v1/me/proof')).body).toEqual((await till.client.get(path(till, '/proof'))).body)
    const pages = (await me.get('/v1/me/entries?limit=1')).body
    expect((await me.get(`/v1/me/entries?limit=2&cursor=${pages.nextCursor}`)).body.items[0].seq).toBe(7)
  })

  test('that is not there sees nothing', async () => {
    const till = await aTill()
    const nobody = till.api.as('member', { memberId: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ' })
    for (const own of ['card', 'entries', 'proof'])
      expect(outcome(await nobody.get(`/v1/me/${own}`))).toBe('404 not_found')
  })
})
