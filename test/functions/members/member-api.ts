/** A shop with two stores whose members are enrolled, and what its tables must never show. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { type Recognised, recognise } from '../../../functions/members/recognise.ts'
import { SYSTEM } from '../../../functions/platform/auth.ts'
import { contextOf } from '../../../functions/platform/context.ts'
import type { TableName } from '../../../functions/platform/table-design.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { verifyMember } from '../../../functions/points/verify-member.ts'
import { canonicalJson } from '../../../functions/shared/canonical.ts'
import { type Reply, type TestApi, testApi } from '../../support/api.ts'
import { aProgram, type GivenProgram, setUpProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'

export const PROGRAM = aProgram({
  enrolment: { birthdayEdit: 'P1Y' },
  privacy: { consentText: '2026-11', retention: 'P36M', reEnrolGuard: 'none', eraseWithin: 'P30D' },
})

export async function shop(program: GivenProgram = PROGRAM): Promise<TestApi> {
  const api = await testApi()
  await setUpProgram(api, program, { central: { name: 'Central' }, north: { name: 'North' } })
  return api
}

/** Made up, and looked for afterwards wherever they must not be. */
export const CANARY = {
  name: 'Canaria Vogel',
  phone: '+85291234567',
  email: 'canary.bird+shop@example.com',
  birthday: { month: 2, day: 29 },
}

let members = 0

/** A member of the store `central` with a phone number of its own. */
export async function aMember(api: TestApi, fields: Record<string, unknown> = {}): Promise<Reply['body']> {
  members += 1
  const body = { name: 'Ann', phone: `+4420794600${String(members % 100).padStart(2, '0')}`, storeId: 'central' }
  const key = `member-${members}`
  const reply = await api.as('admin').post('/v1/members', { ...body, ...fields }, { key })
  if (reply.status !== 201) throw new Error(JSON.stringify(reply.body))
  return reply.body
}

export async function allRows(api: TestApi, ...tables: readonly TableName[]): Promise<string> {
  const rows = await Promise.all(tables.map((table) => rowsOf(api.tables, table)))
  return JSON.stringify(
    rows
      .flat()
      .map((row) => canonicalJson(row))
      .sort(),
  )
}

/** As the pool's trigger does at a sign-in: who it is, and the ledger is told where it does not know. */
export async function signedIn(api: TestApi, email: string, subject = 'subject-1'): Promise<Recognised> {
  const request = { actor: SYSTEM, now: api.clock.now(), requestId: 'sign-in', language: 'en' } as const
  const ctx = contextOf({ ...api.services, wait: async () => {} }, request)
  const recognised = await recognise(ctx, { subject, email })
  if (recognised.verified && recognised.memberId !== undefined) {
    await verifyMember(ctx, { memberId: recognised.memberId })
  }
  return recognised
}

/** Somebody who has proven an address and is no member, or not yet known as one. */
export function person(api: TestApi, contact: string, subject = 'subject-1') {
  return api.as('member', { id: subject, contact })
}

/** Nobody can be made an account manager through the API yet. */
export async function giveOwner(api: TestApi, memberId: string, ownerId: string): Promise<void> {
  await api.tables.reader.send(
    new UpdateCommand({
      TableName: api.tables.names.Members,
      Key: keys.profile(memberId),
      UpdateExpression: 'SET ownerId = :owner',
      ExpressionAttributeValues: { ':owner': ownerId },
    }),
  )
}

export function unitsOf(api: TestApi, operation: string) {
  const line = api.logs.findLast((log) => log.operation === operation)
  return { requests: line?.requests, writeUnits: line?.writeUnits, readUnits: line?.readUnits }
}
