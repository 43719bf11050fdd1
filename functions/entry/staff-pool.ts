/** The staff's user pool in Cognito, as the records of the staff ask it. */
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  TooManyRequestsException,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider'
import { Refusal } from '../platform/problem.ts'
import type { StaffPool } from '../program/staff-schema.ts'

/** @param poolId read at the first use, because importing a handler asks for nothing */
export function cognitoStaffPool(
  poolId: () => string,
  client: CognitoIdentityProviderClient = new CognitoIdentityProviderClient({}),
): StaffPool {
  const user = (Username: string) => ({ UserPoolId: poolId(), Username })
  return {
    invite: (person) =>
      orBusy(async () => {
        try {
          return await created(client, { ...user(person.email), person })
        } catch (error) {
          if (!(error instanceof UsernameExistsException)) throw error
          const known = await client.send(new AdminGetUserCommand(user(person.email)))
          return subjectOf(known.UserAttributes)
        }
      }),
    disable: (id) =>
      orBusy(async () => {
        try {
          await client.send(new AdminDisableUserCommand(user(id)))
          await client.send(new AdminUserGlobalSignOutCommand(user(id)))
        } catch (error) {
          // Who is gone from the pool cannot sign in.
          if (!(error instanceof UserNotFoundException)) throw error
        }
      }),
    enable: (id) =>
      orBusy(async () => {
        try {
          await client.send(new AdminEnableUserCommand(user(id)))
        } catch (error) {
          throw error instanceof UserNotFoundException ? new Refusal('not_found') : error
        }
      }),
  }
}

type Creation = { UserPoolId: string; Username: string; person: { email: string; name: string } }

/** The invitation goes by mail, with a password that must be changed within days. */
async function created(client: CognitoIdentityProviderClient, { person, ...user }: Creation): Promise<string> {
  const answer = await client.send(
    new AdminCreateUserCommand({
      ...user,
      DesiredDeliveryMediums: ['EMAIL'],
      UserAttributes: [
        { Name: 'email', Value: person.email },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'name', Value: person.name },
      ],
    }),
  )
  return subjectOf(answer.User?.Attributes)
}

function subjectOf(attributes: readonly AttributeType[] | undefined): string {
  const subject = attributes?.find(({ Name }) => Name === 'sub')?.Value
  if (subject === undefined) throw new Error('the pool told no subject')
  return subject
}

async function orBusy<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    throw error instanceof TooManyRequestsException ? new Refusal('try_again') : error
  }
}
