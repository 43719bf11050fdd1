/** The staff's pool as Cognito's client is asked: what is sent, who is taken over, and which failures mean nothing. */
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  TooManyRequestsException,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, expect, test } from 'vitest'
import { cognitoStaffPool } from '../../../functions/entry/staff-pool.ts'

const client = new CognitoIdentityProviderClient({ region: 'us-east-1' })
const cognito = mockClient(client)
const pool = cognitoStaffPool(() => 'the-pool', client)
const MAY = { email: 'may@staff.example', name: 'May Reed' }
const failure = { $metadata: {}, message: 'no' }
beforeEach(() => {
  cognito.reset()
})

test('invites by mail under the address, which counts as proven because the invitation goes there', async () => {
  cognito.on(AdminCreateUserCommand).resolves({ User: { Attributes: [{ Name: 'sub', Value: 's-1' }] } })
  expect(await pool.invite(MAY)).toBe('s-1')
  expect(cognito.commandCalls(AdminCreateUserCommand)[0]?.args[0].input).toEqual({
    UserPoolId: 'the-pool',
    Username: MAY.email,
    DesiredDeliveryMediums: ['EMAIL'],
    UserAttributes: [
      { Name: 'email', Value: MAY.email },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'name', Value: MAY.name },
    ],
  })
})

test('takes over who is in the pool already, so that a repeat after a lost answer goes on', async () => {
  cognito.on(AdminCreateUserCommand).rejects(new UsernameExistsException(failure))
  cognito.on(AdminGetUserCommand).resolves({ Username: 's-1', UserAttributes: [{ Name: 'sub', Value: 's-1' }] })
  expect(await pool.invite(MAY)).toBe('s-1')
})

test('ends every session with the access', async () => {
  cognito.on(AdminDisableUserCommand).resolves({})
  cognito.on(AdminUserGlobalSignOutCommand).resolves({})
  await pool.disable('s-1')
  const asked = { UserPoolId: 'the-pool', Username: 's-1' }
  expect(cognito.calls().map(({ args }) => args[0].input)).toEqual([asked, asked])
})

test('is content with somebody who is gone, because they cannot sign in', async () => {
  cognito.on(AdminDisableUserCommand).rejects(new UserNotFoundException(failure))
  await expect(pool.disable('s-1')).resolves.toBeUndefined()
})

test('does not pretend to give access back to somebody who is gone', async () => {
  cognito.on(AdminEnableUserCommand).rejects(new UserNotFoundException(failure))
  await expect(pool.enable('s-1')).rejects.toMatchObject({ code: 'not_found' })
})

test('says that it is busy where the pool says so, so that the caller tries again', async () => {
  cognito.on(AdminCreateUserCommand).rejects(new TooManyRequestsException(failure))
  await expect(pool.invite(MAY)).rejects.toMatchObject({ code: 'try_again' })
})

test('takes no answer without a subject for one, because a record would stand under nothing', async () => {
  cognito.on(AdminCreateUserCommand).resolves({ User: {} })
  await expect(pool.invite(MAY)).rejects.toThrow('the pool told no subject')
})
