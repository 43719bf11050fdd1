/** The door between functions and AWS: what passes, what is answered here, and what is refused by name. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disturbances } from '../../local/disturbances.ts'
import { type Door, openDoor } from '../../local/door.ts'
import { Events } from '../../local/events.ts'
import { close, listen } from '../../local/listen.ts'
import { Mailbox } from '../../local/mailbox.ts'
import { People } from '../../local/people.ts'
import { Secrets } from '../../local/secrets.ts'

const SECRET = {
  id: 'arn:aws:secretsmanager:eu-west-2:000000000000:secret:data-Pepper',
  name: 'data-Pepper',
  length: 64,
}
const NOW = Date.parse('2026-11-22T12:00:00.500Z')

let folder: string
let engine: Server
let relayed: { target: string; body: string }[]
let writes: number
let events: Events
let door: Door
let people: People
let mailbox: Mailbox

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'revisit-door-'))
  relayed = []
  writes = 0
  engine = createServer((incoming, outgoing) => {
    let body = ''
    incoming.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    incoming.once('end', () => {
      relayed.push({ target: String(incoming.headers['x-amz-target']), body })
      outgoing.writeHead(body.includes('refuse') ? 400 : 200, { 'x-engine': 'yes' }).end(`answer to ${body}`)
    })
  })
  const port = await listen(engine, 0)
  events = newEvents()
  door = await openDoor({
    engineEndpoint: `http://127.0.0.1:${port}`,
    events,
    secrets: new Secrets(folder, [SECRET]),
    cognito: cognitoParts(folder),
    disturbances: new Disturbances(),
    keyNames: () => ['pk', 'sk'],
    onWrite: () => {
      writes += 1
    },
  })
})
afterEach(async () => {
  await door.close()
  await close(engine)
  events.close()
  rmSync(folder, { recursive: true, force: true })
})

function newEvents(): Events {
  return new Events({ dataDir: folder, buses: ['main'], now: () => NOW })
}

function cognitoParts(dataDir: string) {
  const now = () => NOW
  const pools = [{ pool: 'staff' as const, id: 'pool-staff', functionName: undefined }]
  people = new People({ dataDir, now })
  mailbox = new Mailbox({ dataDir, now })
  return { pools, people, mailbox, now }
}

/** What the SDK finds in the environment of a function. */
function config() {
  const credentials = { accessKeyId: 'LOCAL-points', secretAccessKey: 'local' }
  return { endpoint: door.url, region: 'eu-west-2', credentials, maxAttempts: 1 }
}

function callDynamo(target: string, body: string): Promise<Response> {
  return fetch(door.url, { method: 'POST', body, headers: { 'x-amz-target': `DynamoDB_20120810.${target}` } })
}

describe('DynamoDB', () => {
  test('is passed on and back byte for byte', async () => {
    const reply = await callDynamo('GetItem', '{"Key":"ü"}')
    expect(reply.headers.get('x-engine')).toBe('yes')
    expect(await reply.text()).toBe('answer to {"Key":"ü"}')
    expect(relayed).toEqual([{ target: 'DynamoDB_20120810.GetItem', body: '{"Key":"ü"}' }])
  })

  test('tells the streams of writes that succeeded, and of nothing else', async () => {
    await callDynamo('Query', '{}')
    await callDynamo('PutItem', '{"refuse":1}')
    expect(writes).toBe(0)
    await callDynamo('TransactWriteItems', '{}')
    expect(writes).toBe(1)
  })

  test('that went away is a broken connection, as it would be in AWS', async () => {
    await close(engine)
    await expect(callDynamo('GetItem', '{}')).rejects.toThrow('fetch failed')
  })
})

describe('EventBridge', () => {
  const entry = {
    Source: 'revisit.points',
    DetailType: 'points.entry.recorded',
    Detail: '{"id":"ent_1"}',
    EventBusName: 'main',
  }

  test('records an event, and it is still there after a restart', async () => {
    await new EventBridgeClient(config()).send(new PutEventsCommand({ Entries: [entry] }))
    const expected = [
      {
        'detail-type': 'points.entry.recorded',
        source: 'revisit.points',
        detail: { id: 'ent_1' },
        time: '2026-11-22T12:00:00Z',
      },
    ]
    expect(events.list({ type: 'points.entry.recorded', limit: 10 })).toMatchObject(expected)
    expect(events.list({ type: 'other', limit: 10 })).toEqual([])
    const again = newEvents()
    expect(again.list({ type: undefined, limit: 10 })).toMatchObject(expected)
    again.close()
  })

  test('refuses entries one by one, so that a sender who looks at the call only is found out', async () => {
    const bad = [
      { ...entry, EventBusName: 'elsewhere' },
      { ...entry, Detail: '[1]' },
      { ...entry, Source: undefined },
    ]
    const answer = await new EventBridgeClient(config()).send(new PutEventsCommand({ Entries: [entry, ...bad] }))
    expect(answer.FailedEntryCount).toBe(3)
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'ResourceNotFoundException',
      'MalformedDetail',
      'InvalidArgument',
    ])
    expect(events.list({ type: undefined, limit: 10 })).toHaveLength(1)
  })

  test('refuses more than ten entries at once', async () => {
    const call = new EventBridgeClient(config()).send(new PutEventsCommand({ Entries: Array(11).fill(entry) }))
    await expect(call).rejects.toMatchObject({ name: 'ValidationException' })
  })
})

describe('Secrets Manager', () => {
  test('gives a secret by ARN and by name, the same one after a restart', async () => {
    const client = new SecretsManagerClient(config())
    const byId = await client.send(new GetSecretValueCommand({ SecretId: SECRET.id }))
    const byName = await client.send(new GetSecretValueCommand({ SecretId: SECRET.name }))
    expect(byId.SecretString).toMatch(/^[A-Za-z0-9]{64}$/)
    expect(byName.SecretString).toBe(byId.SecretString)
    expect(new Secrets(folder, [SECRET]).get({ SecretId: SECRET.id })).toMatchObject({
      SecretString: byId.SecretString,
    })
  })

  test('knows no other secret', async () => {
    const call = new SecretsManagerClient(config()).send(new GetSecretValueCommand({ SecretId: 'other' }))
    await expect(call).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('Cognito', () => {
  const UserPoolId = 'pool-staff'
  const email = 'New.Hand@Shop.example'
  const invite = new AdminCreateUserCommand({
    UserPoolId,
    Username: email,
    UserAttributes: [
      { Name: 'email', Value: email },
      { Name: 'name', Value: 'New Hand' },
    ],
  })

  test('invites a person by a message in the mailbox, who is then known by id and by address, also after a restart', async () => {
    const client = new CognitoIdentityProviderClient(config())
    const { User } = await client.send(invite)
    expect(User).toMatchObject({ Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD', UserCreateDate: new Date(NOW) })
    const found = await client.send(new AdminGetUserCommand({ UserPoolId, Username: email }))
    expect(found).toMatchObject({ Username: User?.Username, UserAttributes: User?.Attributes })
    expect(mailbox.list('new.hand@shop.example')).toMatchObject([{ subject: 'Your invitation' }])
    const Filter = 'email = "new.hand@shop.example"'
    const { Users } = await client.send(new ListUsersCommand({ UserPoolId, Filter }))
    expect(Users).toMatchObject([{ Username: User?.Username }])
    const restarted = new People({ dataDir: folder, now: () => NOW })
    expect(restarted.bySub('staff', User?.Username ?? '')).toMatchObject({ name: 'New Hand' })
  })

  test('says that somebody is there already, and sends no second invitation', async () => {
    const client = new CognitoIdentityProviderClient(config())
    await client.send(invite)
    await expect(client.send(invite)).rejects.toMatchObject({ name: 'UsernameExistsException' })
    expect(mailbox.list()).toHaveLength(1)
  })

  test('disables, enables and signs out a person, whose earlier sign-in then counts for nothing', async () => {
    const client = new CognitoIdentityProviderClient(config())
    const of = { UserPoolId, Username: 'may@staff.example' }
    const before = NOW / 1000 - 1
    const welcome = () => people.isWelcome('staff', 'local-may', before)
    await client.send(new AdminDisableUserCommand(of))
    const disabled = [welcome(), (await client.send(new AdminGetUserCommand(of))).Enabled]
    await client.send(new AdminEnableUserCommand(of))
    const enabled = [welcome(), (await client.send(new AdminGetUserCommand(of))).Enabled]
    await client.send(new AdminUserGlobalSignOutCommand(of))
    const signedOut = [welcome(), people.isWelcome('staff', 'local-may', NOW / 1000)]
    expect({ disabled, enabled, signedOut }).toEqual({
      disabled: [false, false],
      enabled: [true, true],
      signedOut: [false, true],
    })
  })

  test('says which groups a person is in', async () => {
    const client = new CognitoIdentityProviderClient(config())
    const { Groups } = await client.send(new AdminListGroupsForUserCommand({ UserPoolId, Username: 'local-ada' }))
    expect(Groups).toMatchObject([{ GroupName: 'admin' }])
  })

  test('knows no other person, no other pool, and no other action', async () => {
    const client = new CognitoIdentityProviderClient(config())
    const get = (pool: string, Username: string) => client.send(new AdminGetUserCommand({ UserPoolId: pool, Username }))
    await expect(get(UserPoolId, 'nobody')).rejects.toMatchObject({ name: 'UserNotFoundException' })
    await expect(get('other', 'local-may')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await expect(client.send(new DeleteUserPoolCommand({ UserPoolId }))).rejects.toThrow('does not answer cognito-idp')
  })
})

describe('everything else', () => {
  test('is refused with service, action and caller, so that a missing part of the local run has a name', async () => {
    const list = new SecretsManagerClient(config()).send(new ListSecretsCommand({}))
    await expect(list).rejects.toThrow('The local run does not answer secretsmanager ListSecrets (called by points)')
    const queue = new SQSClient(config()).send(new GetQueueUrlCommand({ QueueName: 'x' }))
    await expect(queue).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } })
  })
})
