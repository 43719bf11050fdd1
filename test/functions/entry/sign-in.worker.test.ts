/** What a token of a person says: the user pools ask before each is made, at sign-in and at every renewal. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Context as LambdaContext } from 'aws-lambda'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { handler as memberSignIn } from '../../../functions/entry/sign-in.ts'
import { handler as staffSignIn } from '../../../functions/entry/staff-sign-in.ts'
import { TEST_SECRET } from '../../support/api.ts'
import { engine } from '../../support/engine.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, type Till } from '../../support/till.ts'

const SUBJECT = '7d0c4bd8-0f5b-4c7e-9a52-4f5c2a3a2f11'
const LAMBDA = { awsRequestId: 'sign-in-1' } as LambdaContext
const secrets = mockClient(SecretsManagerClient)
let till: Till

/** One shop for all tests, because a function makes its clients once. */
beforeEach(async () => {
  till ??= await aTill()
  const { Ledger, Members, Operations } = till.api.tables.names
  const { endpoint } = await engine()
  const env = {
    ...{ LEDGER_TABLE: Ledger, MEMBERS_TABLE: Members, OPERATIONS_TABLE: Operations, SECRET_ID: 'the-secret' },
    ...{ AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_REGION: 'us-east-1' },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  secrets.reset()
  secrets.on(GetSecretValueCommand).resolves({ SecretString: TEST_SECRET })
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** As Cognito sends it, version 2. */
function event(attributes: object, more: { groups?: string[]; source?: string } = {}) {
  return {
    version: '2',
    triggerSource: more.source ?? 'TokenGeneration_HostedAuth',
    region: 'us-east-1',
    userPoolId: 'us-east-1_AbCdEfGhI',
    userName: SUBJECT,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '1a2b3c' },
    request: {
      userAttributes: { sub: SUBJECT, 'cognito:user_status': 'CONFIRMED', ...attributes },
      groupConfiguration: { groupsToOverride: more.groups ?? [], iamRolesToOverride: [], preferredRole: null },
      scopes: ['openid', 'email', 'loyalty/member'],
    },
    response: { claimsAndScopeOverrideDetails: null },
  }
}

/** The claims that are added to the access token, and the event's own parts as they came. */
async function claimsOf(answer: Promise<unknown>): Promise<unknown> {
  const { response, ...rest } = (await answer) as { response: Record<string, unknown> }
  expect(rest).toMatchObject({ version: '2', userPoolId: 'us-east-1_AbCdEfGhI' })
  const details = response.claimsAndScopeOverrideDetails as { accessTokenGeneration: Record<string, unknown> }
  expect(Object.keys(details)).toEqual(['accessTokenGeneration'])
  return details.accessTokenGeneration.claimsToAddOrOverride
}

const signedIn = (email: string, isVerified = 'true') =>
  claimsOf(memberSignIn(event({ email, email_verified: isVerified }), LAMBDA))
const signedInStaff = (groups: string[], attributes: object = {}) =>
  claimsOf(staffSignIn(event(attributes, { groups }), LAMBDA))

async function newcomer(email: string): Promise<string> {
  return accepted(
    await till.client.post('/v1/members', { name: 'Ann', email, storeId: 'central' }, { key: till.next() }),
  ).body.id
}
const statesOf = async (memberId: string) =>
  (await rowsOf(till.api.tables, 'Ledger')).filter(({ pk, t }) => pk === `A#${memberId}` && t === 'STATE')

describe('a member', () => {
  test('who was enrolled at the counter is found by the address that the pool has proven, in any case', async () => {
    const id = await newcomer('ann@example.com')
    expect(await signedIn('Ann@Example.com')).toEqual({ email: 'ann@example.com', member_id: id })
  })

  test('is told to the ledger as verified once, however often they sign in and renew', async () => {
    const id = await newcomer('bea@example.com')
    await signedIn('bea@example.com')
    await claimsOf(
      memberSignIn(
        event({ email: 'bea@example.com', email_verified: 'true' }, { source: 'TokenGeneration_RefreshTokens' }),
        LAMBDA,
      ),
    )
    expect(await statesOf(id)).toHaveLength(1)
  })

  test('is one entry in the ledger also where two sign-ins come at once', async () => {
    const id = await newcomer('cat@example.com')
    await Promise.all([signedIn('cat@example.com'), signedIn('cat@example.com')])
    expect(await statesOf(id)).toHaveLength(1)
  })

  test('is nobody by an address that was not proven, so that a claim is no key', async () => {
    const id = await newcomer('dan@example.com')
    expect(await signedIn('dan@example.com', 'false')).toEqual({})
    expect(await statesOf(id)).toEqual([])
  })

  test('who has not joined gets a token that names the address and no member', async () => {
    expect(await signedIn('new@example.com')).toEqual({ email: 'new@example.com' })
  })
})

describe('a person of the staff', () => {
  test('has what the record says', async () => {
    const { api } = till
    api.pool.calls.length = 0
    const hand = { name: 'May Reed', email: 'may@staff.example', roles: ['cashier'], stores: ['central'] }
    const { id } = accepted(await api.as('admin').post('/v1/program/staff', hand, { key: till.next() })).body
    const claims = await claimsOf(staffSignIn(event({ sub: id }, { groups: ['admin'] }), LAMBDA))
    expect(claims).toEqual({ roles: ['cashier'], stores: ['central'], name: 'May Reed' })
    const disabled = await api.as('admin').patch(`/v1/program/staff/${id}`, { disabled: true }, { ifMatch: '"2"' })
    expect(disabled.status).toBe(200)
    await expect(staffSignIn(event({ sub: id }), LAMBDA)).rejects.toThrow('Your access was ended.')
  })

  test('without a record has the roles of their groups, which is how the first admin comes in', async () => {
    expect(await signedInStaff(['admin'], { name: 'Ada' })).toEqual({ roles: ['admin'], stores: '*', name: 'Ada' })
    expect(await signedInStaff([])).toEqual({ roles: [], stores: [] })
  })

  test('is nobody at all without a subject', async () => {
    await expect(staffSignIn(event({ sub: '' }), LAMBDA)).rejects.toThrow('a sign-in without a subject')
  })
})

test('a machine acts for every store; its scope says as what', async () => {
  const { request: _, ...rest } = event({})
  const machine = { ...rest, version: '3', triggerSource: 'TokenGeneration_ClientCredentials' }
  const request = { scopes: ['loyalty/pos'], userAttributes: {}, groupConfiguration: {} }
  expect(await staffSignIn({ ...machine, request }, LAMBDA)).toMatchObject({
    response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { stores: '*' } } } },
  })
})
