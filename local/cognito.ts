/**
 * Cognito's administration of users, as far as the product uses it, on the people of this run. An invitation is a message
 * in the mailbox.
 */
import * as z from 'zod'
import { AwsRefusal } from './aws.ts'
import type { Mailbox } from './mailbox.ts'
import type { People, Person, PersonChange } from './people.ts'
import type { PoolSpec } from './sign-in-trigger.ts'

export const COGNITO = 'AWSCognitoIdentityProviderService.'

const Attributes = z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([])
const Call = z.object({
  UserPoolId: z.string(),
  Username: z.string().min(1).max(254).default(''),
  UserAttributes: Attributes,
  MessageAction: z.enum(['RESEND', 'SUPPRESS']).optional(),
  GroupName: z.string().max(64).default(''),
  Filter: z.string().max(512).optional(),
  Limit: z.int().min(1).max(60).default(60),
})
type Call = z.infer<typeof Call>
const FILTER = /^"?(email|sub|username)"?\s*=\s*"([^"]*)"$/

export type CognitoParts = {
  readonly pools: readonly PoolSpec[]
  readonly people: People
  readonly mailbox: Mailbox
  readonly now: () => number
}

type Action = (on: { readonly pool: PoolSpec['pool']; readonly call: Call; readonly parts: CognitoParts }) => unknown

const ACTIONS: Readonly<Record<string, Action>> = {
  AdminCreateUser: createUser,
  AdminGetUser: (on) => {
    const { attributes, ...rest } = shownUser(found(on))
    return { ...rest, UserAttributes: attributes }
  },
  AdminDisableUser: (on) => changed(on, { isEnabled: false }),
  AdminEnableUser: (on) => changed(on, { isEnabled: true }),
  AdminUserGlobalSignOut: (on) => changed(on, { signedOutAt: on.parts.now() }),
  AdminUpdateUserAttributes: (on) => changed(on, attributesOf(on.call)),
  AdminDeleteUser: (on) => {
    on.parts.people.remove(on.pool, found(on).sub)
    return {}
  },
  AdminAddUserToGroup: (on) => changed(on, { groups: [...new Set([...found(on).groups, on.call.GroupName])] }),
  AdminRemoveUserFromGroup: (on) =>
    changed(on, { groups: found(on).groups.filter((group) => group !== on.call.GroupName) }),
  AdminListGroupsForUser: (on) => ({
    Groups: found(on).groups.map((GroupName) => ({ GroupName, UserPoolId: on.call.UserPoolId })),
  }),
  ListUsers: listUsers,
}

/** @returns undefined for an action that is not answered here. @throws AwsRefusal as Cognito refuses. */
export function answerCognito(parts: CognitoParts, action: string, input: unknown): unknown {
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  if (!act) return undefined
  const parsed = Call.safeParse(input)
  if (!parsed.success) throw new AwsRefusal('InvalidParameterException', z.prettifyError(parsed.error))
  const call = parsed.data
  const pool = parts.pools.find(({ id }) => id === call.UserPoolId)?.pool
  if (!pool) throw new AwsRefusal('ResourceNotFoundException', `User pool ${call.UserPoolId} does not exist.`)
  return act({ pool, call, parts })
}

function createUser({ pool, call, parts }: Parameters<Action>[0]): unknown {
  const { people, mailbox } = parts
  const { email = call.Username, name } = attributesOf(call)
  const known = people.byEmail(pool, email)
  if (known && call.MessageAction !== 'RESEND') {
    throw new AwsRefusal('UsernameExistsException', 'User account already exists')
  }
  if (!z.email().safeParse(email).success) {
    throw new AwsRefusal('InvalidParameterException', 'Username should be an email.')
  }
  const person = known ?? people.admit(pool, { email, name, isShown: true })
  if (call.MessageAction !== 'SUPPRESS') {
    const text = `${name ?? 'You'}: you have been invited to the staff page. Sign in with ${email}; here no password is needed.`
    mailbox.put({ to: person.email, subject: 'Your invitation', text })
  }
  const { attributes, ...rest } = shownUser(person)
  return { User: { ...rest, UserStatus: 'FORCE_CHANGE_PASSWORD', Attributes: attributes } }
}

function listUsers({ pool, call, parts }: Parameters<Action>[0]): unknown {
  const [, name, value] = FILTER.exec(call.Filter ?? '') ?? []
  if (call.Filter !== undefined && name === undefined) {
    throw new AwsRefusal('InvalidParameterException', `The local run does not understand the filter ${call.Filter}`)
  }
  const users = parts.people.list(pool).filter(({ sub, email }) => {
    if (name === undefined) return true
    return name === 'email' ? email === value?.toLowerCase() : sub === value
  })
  return {
    Users: users.slice(0, call.Limit).map((person) => {
      const { attributes, ...rest } = shownUser(person)
      return { ...rest, Attributes: attributes }
    }),
  }
}

/** @throws AwsRefusal when nobody has this id or address */
function found({ pool, call, parts }: Parameters<Action>[0]): Person {
  const person = parts.people.bySub(pool, call.Username) ?? parts.people.byEmail(pool, call.Username)
  if (!person) throw new AwsRefusal('UserNotFoundException', 'User does not exist.')
  return person
}

function changed(on: Parameters<Action>[0], change: PersonChange): unknown {
  on.parts.people.change(on.pool, found(on).sub, change)
  return {}
}

function attributesOf({ UserAttributes }: Call): { email?: string; name?: string } {
  const attribute = (name: string) => UserAttributes.find(({ Name }) => Name === name)?.Value
  const [email, name] = [attribute('email'), attribute('name')]
  return { ...(email !== undefined && { email: email.toLowerCase() }), ...(name !== undefined && { name }) }
}

function shownUser({ sub, email, name, isEnabled, createdAt, changedAt }: Person) {
  return {
    Username: sub,
    Enabled: isEnabled,
    UserStatus: 'CONFIRMED',
    UserCreateDate: createdAt / 1000,
    UserLastModifiedDate: changedAt / 1000,
    attributes: [
      { Name: 'sub', Value: sub },
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: 'true' },
      ...(name === undefined ? [] : [{ Name: 'name', Value: name }]),
    ],
  }
}
