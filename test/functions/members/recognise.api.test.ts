/** Who a person is that has just signed in: by a proven address alone, once told to the ledger, and never twice. */
import { describe, expect, test } from 'vitest'
import { recognise } from '../../../functions/members/recognise.ts'
import { contextOf } from '../../../functions/platform/context.ts'
import { rowsOf } from '../../support/tables.ts'
import { allRows, aMember, CANARY, PROGRAM, shop, signedIn, unitsOf } from './member-api.ts'

const BONUS = { ...PROGRAM, enrolment: { bonus: 250 } }

async function enrolled(fields: Record<string, unknown> = CANARY) {
  const api = await shop(BONUS)
  const { id } = await aMember(api, fields)
  return { api, id, entries: () => entriesOf(api) }
}

async function entriesOf(api: Awaited<ReturnType<typeof shop>>) {
  return (await rowsOf(api.tables, 'Ledger')).filter(({ sk }) => sk.startsWith('E#'))
}

describe('a first sign-in with the address given at the counter', () => {
  test('is that member, whose address is proven from now on and whose welcome bonus comes once', async () => {
    const { api, id, entries } = await enrolled()
    expect(await signedIn(api, CANARY.email)).toEqual({ memberId: id, verified: true })
    expect(await signedIn(api, CANARY.email)).toEqual({ memberId: id, verified: false })
    expect(await entries()).toMatchObject([{ t: 'GRANT', n: 250, vc: true }])
    const { body } = await api.as('admin').get(`/v1/members/${id}`)
    expect(body).toMatchObject({ email: CANARY.email, emailVerified: true })
  })

  test('finds the address however it is written, because a contact has one normal form', async () => {
    const { api, id } = await enrolled()
    expect((await signedIn(api, CANARY.email.toUpperCase())).memberId).toBe(id)
  })

  test('fifty times at once is one proof and one bonus', async () => {
    const { api, id, entries } = await enrolled()
    const seen = await Promise.all(Array.from({ length: 50 }, (_, n) => signedIn(api, CANARY.email, `subject-${n}`)))
    expect(new Set(seen.map(({ memberId }) => memberId))).toEqual(new Set([id]))
    expect(await entries()).toHaveLength(1)
    expect((await api.as('admin').get(`/v1/members/${id}`)).headers.etag).toBe('"2"')
  })

  test('keeps nothing of the sign-in but a keyed hash, so that a stolen table names no account of the pool', async () => {
    const { api } = await enrolled()
    await signedIn(api, CANARY.email, 'subject-of-canaria')
    const rows = await allRows(api, 'Members', 'Ledger', 'Operations')
    expect(rows).not.toContain('subject-of-canaria')
    expect(rows).toContain('provenBy')
  })

  test('is told again after the ledger was not reached, so that a crash in between costs nobody the bonus', async () => {
    const { api, id, entries } = await enrolled()
    const ctx = systemContext(api)
    expect(await recognise(ctx, { subject: 's', email: CANARY.email })).toEqual({ memberId: id, verified: true })
    expect(await entries()).toEqual([])
    expect(await signedIn(api, CANARY.email)).toEqual({ memberId: id, verified: true })
    expect(await entries()).toHaveLength(1)
  })
})

function systemContext(api: Awaited<ReturnType<typeof shop>>) {
  const actor = { id: 'system', roles: ['system'], stores: '*' } as const
  return contextOf(api.services, { actor, now: api.clock.now(), requestId: 'r', language: 'en' })
}

describe('nobody is', () => {
  test.each([
    ['an address of no member', 'nobody@example.com'],
    ['what is no address', 'nobody'],
  ])('%s', async (_, email) => {
    const { api } = await enrolled()
    const before = await allRows(api, 'Members', 'Ledger')
    expect(await signedIn(api, email)).toEqual({ verified: false })
    expect(await allRows(api, 'Members', 'Ledger')).toBe(before)
  })

  test('a sign-in without a proven address, which could be anybody’s', async () => {
    const { api } = await enrolled()
    expect(await recognise(systemContext(api), { subject: 'subject-1' })).toEqual({ verified: false })
  })

  test('a member whose account is closed', async () => {
    const { api, id } = await enrolled()
    await api.as('admin').post(`/v1/members/${id}/close`, { reason: 'Asked for it' })
    expect(await signedIn(api, CANARY.email)).toEqual({ verified: false })
  })

  test('the one who had the address before staff gave the member another', async () => {
    const { api, id } = await enrolled()
    await signedIn(api, CANARY.email)
    const path = `/v1/members/${id}`
    await api.as('admin').patch(path, { email: 'new@example.com' }, { ifMatch: '"2"' })
    expect(await signedIn(api, CANARY.email)).toEqual({ verified: false })
    expect((await api.as('admin').get(path)).body).toMatchObject({ email: 'new@example.com', emailVerified: false })
    expect(await signedIn(api, 'new@example.com')).toEqual({ memberId: id, verified: false })
    expect((await api.as('admin').get(path)).body.emailVerified).toBe(true)
  })
})

test('of a merged member the survivor is recognised, because there the points are', async () => {
  const { api, id } = await enrolled()
  const { id: into } = await aMember(api, { name: 'Bea' })
  const asked = await api.as('manager').post(`/v1/members/${id}/merge`, { into })
  const { approvalId } = asked.body
  const decision = { decision: 'approve', reason: 'One person' }
  await api.as('admin', { id: 'other' }).post(`/v1/program/approvals/${approvalId}/decision`, decision)
  expect((await api.as('manager').post(`/v1/members/${id}/merge`, { into, approvalId })).status).toBe(201)
  expect(await signedIn(api, CANARY.email)).toEqual({ memberId: into, verified: true })
})

test('costs two units when nothing is new, because it is asked at every sign-in and every renewal', async () => {
  const { api } = await enrolled()
  await signedIn(api, CANARY.email)
  await signedIn(api, CANARY.email)
  expect(unitsOf(api, 'members.recognise')).toEqual({ requests: 2, writeUnits: 0, readUnits: 2 })
})

test.each(['member', 'cashier', 'pos', 'manager', 'admin'] as const)('is not for %s to ask', async (role) => {
  const { api } = await enrolled()
  const ctx = { ...systemContext(api), actor: { id: role, roles: [role], stores: '*' as const } }
  await expect(recognise(ctx, { subject: 's', email: CANARY.email })).rejects.toMatchObject({ code: 'forbidden' })
})
