/** Least privilege, read from the template: each function may do what its capability needs and nothing beside it. */
import { describe, expect, it } from 'vitest'
import {
  FOLLOWERS,
  FUNCTIONS,
  NAMES,
  type Name,
  type Permission,
  permissionsOf,
  permissionsOfRole,
  roleOf,
  SCHEDULED,
} from './permissions.ts'
import { resourcesOf, theResource } from './synthesized.ts'

function permitted(name: Name, wanted: (permission: Permission) => boolean): string[] {
  const lines = permissionsOf('prod', name)
    .filter(wanted)
    .map(({ action, resource }) => `${action} ${resource}`)
  return lines.sort()
}

const onTable = (table: string) => (permission: Permission) =>
  permission.action.startsWith('dynamodb:') && permission.resource.startsWith(`${table}.`)

const allowed = (resource: string, ...actions: string[]) => actions.map((action) => `dynamodb:${action} ${resource}`)

describe('what a function may do to a table', () => {
  it('lets program touch Operations only, so that publishing a program can move no points', () => {
    expect(permitted('program', ({ action }) => action.startsWith('dynamodb:'))).toEqual(
      [
        ...allowed('Operations.Arn', 'BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        ...allowed('Operations.Arn/index/byKind', 'Query'),
      ].sort(),
    )
  })

  it('lets members write profiles and add to the ledger what enrolment begins with and a proven contact means', () => {
    expect(permitted('members', onTable('Members'))).toEqual(
      allowed(
        'Members.Arn',
        'BatchGetItem',
        'ConditionCheckItem',
        'DeleteItem',
        'GetItem',
        'PutItem',
        'Query',
        'UpdateItem',
      ),
    )
    expect(permitted('members', onTable('Ledger'))).toEqual(
      allowed('Ledger.Arn', 'BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'),
    )
    expect(permitted('members', onTable('Operations'))).toEqual(
      allowed('Operations.Arn', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    )
  })

  it('lets points add to the ledger and read names and consents, so that it can neither delete an entry nor change a profile', () => {
    const readAndAdd = ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem']
    expect(permitted('points', onTable('Ledger'))).toEqual(allowed('Ledger.Arn', ...readAndAdd))
    expect(permitted('points', onTable('Operations'))).toEqual(allowed('Operations.Arn', ...readAndAdd))
    expect(permitted('points', onTable('Members'))).toEqual(allowed('Members.Arn', 'BatchGetItem', 'GetItem', 'Query'))
  })

  it('lets reactions follow the stream and put lines of reports, so that what follows from an entry cannot rewrite it', () => {
    expect(permitted('reactions', ({ action }) => action.startsWith('dynamodb:'))).toEqual(
      [
        ...allowed('Ledger.StreamArn', 'DescribeStream', 'GetRecords', 'GetShardIterator'),
        ...allowed('*', 'ListStreams'),
        ...allowed('Operations.Arn', 'GetItem', 'PutItem', 'Query'),
      ].sort(),
    )
  })

  it('lets reports read what was written for them, so that they see neither points nor people', () => {
    expect(permitted('reports', ({ action }) => action.startsWith('dynamodb:'))).toEqual(
      allowed('Operations.Arn', 'GetItem', 'Query'),
    )
  })

  it('lets the auditors and the sweep add entries, and read and change nothing about people', () => {
    const commit = ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem']
    expect(permitted('auditor', onTable('Ledger'))).toEqual(
      [
        ...allowed('Ledger.Arn', ...commit),
        ...allowed('Ledger.StreamArn', 'DescribeStream', 'GetRecords', 'GetShardIterator'),
      ].sort(),
    )
    expect(permitted('audit', onTable('Ledger'))).toEqual(
      allowed('Ledger.Arn', 'BatchGetItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'),
    )
    expect(permitted('sweep', onTable('Ledger'))).toEqual(
      [...allowed('Ledger.Arn', ...commit), ...allowed('Ledger.Arn/index/due', 'Query')].sort(),
    )
    for (const name of ['auditor', 'audit'] as const) {
      expect(permitted(name, onTable('Operations'))).toEqual(allowed('Operations.Arn', 'GetItem', 'PutItem', 'Query'))
    }
    expect(permitted('sweep', onTable('Operations'))).toEqual(allowed('Operations.Arn', 'GetItem', 'Query'))
    for (const name of ['auditor', 'audit', 'sweep', 'reactions'] as const) {
      expect(permitted(name, onTable('Members'))).toEqual([])
    }
  })

  it('lets signing in find a member, mark a contact and tell the ledger once, and the staff’s only read a record', () => {
    expect(permitted('sign-in', onTable('Members'))).toEqual(
      allowed('Members.Arn', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'),
    )
    expect(permitted('sign-in', onTable('Ledger'))).toEqual(
      allowed('Ledger.Arn', 'BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
    )
    expect(permitted('sign-in', onTable('Operations'))).toEqual(allowed('Operations.Arn', 'GetItem', 'Query'))
    expect(permitted('staff-sign-in', ({ action }) => action.startsWith('dynamodb:'))).toEqual(
      allowed('Operations.Arn', 'GetItem', 'PutItem'),
    )
  })

  it('gives nobody a way to delete, bulk-write or alter the ledger, so that history stays', () => {
    const forbidden = /:(DeleteItem|BatchWriteItem|PartiQL\w*|UpdateTable|DeleteTable|\*)$/
    for (const name of NAMES) {
      const lines = permissionsOf('prod', name).filter(({ resource }) => /^(Ledger|\*)/.test(resource))
      expect(lines.filter(({ action }) => forbidden.test(action))).toEqual([])
    }
  })

  it('lets the nightly audit alone scan a table, because whoever scans pays for all of it', () => {
    const scanners = NAMES.filter((name) => permitted(name, ({ action }) => action === 'dynamodb:Scan').length > 0)
    expect(scanners).toEqual(['audit'])
  })

  it('gives the sweep and rewards the one index that they find what is over by, program that of approvals, and nobody another', () => {
    const lines = NAMES.map((name) => [name, permitted(name, ({ resource }) => resource.includes('index'))])
    const due = allowed('Ledger.Arn/index/due', 'Query')
    expect(lines.filter(([, actions]) => actions?.length)).toEqual([
      ['program', allowed('Operations.Arn/index/byKind', 'Query')],
      ['rewards', due],
      ['sweep', due],
    ])
  })

  it('lets rewards spend points and keep the catalogue, and of people read what names them', () => {
    const keeps = ['GetItem', 'PutItem', 'Query', 'UpdateItem']
    expect(permitted('rewards', onTable('Ledger'))).toEqual(
      [...allowed('Ledger.Arn', 'BatchGetItem', ...keeps), ...allowed('Ledger.Arn/index/due', 'Query')].sort(),
    )
    expect(permitted('rewards', onTable('Operations'))).toEqual(allowed('Operations.Arn', ...keeps))
    expect(permitted('rewards', onTable('Members'))).toEqual(allowed('Members.Arn', 'GetItem'))
  })

  it('lets members, and signing in for them, write Members, so that contact data has one writer', () => {
    const writes = /^dynamodb:(Put|Update|Delete|BatchWrite)/
    const writers = NAMES.filter((name) => permitted(name, onTable('Members')).some((line) => writes.test(line)))
    expect(writers).toEqual(['sign-in', 'members'])
  })
})

describe('keys, secret, bus and queue', () => {
  const keyActions = (name: Name, key: string) =>
    permitted(name, ({ resource }) => resource === `${key}.Arn`).map((line) => line.split(' ')[0])
  const reads = ['kms:Decrypt', 'kms:DescribeKey']
  const writes = [
    ...reads,
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ]

  it('gives a key to those who use its table, so that program can decrypt neither points nor people', () => {
    expect(keyActions('program', 'LedgerKey')).toEqual([])
    expect(keyActions('program', 'MembersKey')).toEqual([])
    expect(keyActions('members', 'LedgerKey')).toEqual(writes)
    expect(keyActions('members', 'MembersKey')).toEqual(writes)
    expect(keyActions('points', 'LedgerKey')).toEqual(writes)
    expect(keyActions('points', 'MembersKey')).toEqual(reads)
    expect(keyActions('reactions', 'LedgerKey')).toEqual(reads)
    expect(keyActions('reactions', 'MembersKey')).toEqual([])
  })

  it('lets API functions use a key through DynamoDB only, so that a copied backup stays closed to them', () => {
    const used = ['members', 'points'] as const
    const uses = used.flatMap((name) => permissionsOf('prod', name)).filter(({ action }) => action.startsWith('kms:'))
    for (const { condition } of uses) expect(JSON.stringify(condition)).toContain('kms:ViaService')
    expect(uses.length).toBeGreaterThan(0)
  })

  it('shows the secret to the functions that answer people only, because they digest contacts and sign cursors', () => {
    const readers = NAMES.filter((name) => permitted(name, ({ resource }) => resource === 'ContactSecret').length > 0)
    expect(readers).toEqual(['program', 'sign-in', 'members', 'points', 'rewards', 'reports'])
    expect(permitted('points', ({ resource }) => resource === 'ContactSecret')).toEqual([
      'secretsmanager:DescribeSecret ContactSecret',
      'secretsmanager:GetSecretValue ContactSecret',
    ])
  })

  it('lets reactions alone announce, so that an event always has an entry behind it', () => {
    const senders = NAMES.filter((name) => permitted(name, ({ action }) => action === 'events:PutEvents').length > 0)
    expect(senders).toEqual(['reactions'])
  })

  it('lets each worker fail into its own queue and read from none, so that nothing is lost or taken by a neighbour', () => {
    for (const name of NAMES) {
      const isWorker = [...FOLLOWERS, ...SCHEDULED].some((worker) => worker === name)
      const sends = permissionsOf('prod', name).filter(({ action }) => action === 'sqs:SendMessage')
      const queue = theQueueOf(name)
      expect(sends.map(({ resource }) => resource)).toEqual(isWorker ? [`${queue}.Arn`] : [])
      expect(permitted(name, ({ action }) => action === 'sqs:ReceiveMessage')).toEqual([])
    }
  })
})

function theQueueOf(name: Name): string | undefined {
  const queues = resourcesOf('prod', 'AWS::SQS::Queue').map(({ id }) => id)
  return queues.find((id) => id.startsWith(`${FUNCTIONS[name]}Failures`))
}

describe('schedules', () => {
  it.each(SCHEDULED)('of %s may invoke that function and report that it could not, and nothing else', (name) => {
    const schedule = theResource('prod', 'AWS::Scheduler::Schedule', `${FUNCTIONS[name]}Tick`)
    const role = theResource('prod', 'AWS::IAM::Role', `${FUNCTIONS[name]}Tick`)
    expect(JSON.stringify(schedule.Properties.Target)).toContain(`"RoleArn":{"Fn::GetAtt":["${role.id}","Arn"]}`)
    const lambda = theResource('prod', 'AWS::Lambda::Function', `${FUNCTIONS[name]}Function`).id
    expect(permissionsOfRole('prod', role.id).map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `lambda:InvokeFunction ${lambda}.Arn`,
      `sqs:SendMessage ${theQueueOf(name)}.Arn`,
    ])
    const trust = JSON.stringify(role.Properties.AssumeRolePolicyDocument)
    expect(trust).toContain('"Service":"scheduler.amazonaws.com"')
    expect(trust).toContain('"aws:SourceAccount"')
  })
})

describe('roles', () => {
  it('gives each function a role of its own, so that a right granted to one is not lent to another', () => {
    const roles = NAMES.map((name) => roleOf('prod', name))
    expect(new Set(roles).size).toBe(NAMES.length)
    expect(resourcesOf('prod', 'AWS::Lambda::Function')).toHaveLength(Object.keys(FUNCTIONS).length)
    const ofSchedules = SCHEDULED.map((name) => theResource('prod', 'AWS::IAM::Role', `${FUNCTIONS[name]}Tick`).id)
    const all = resourcesOf('prod', 'AWS::IAM::Role').map(({ id }) => id)
    expect(all.sort()).toEqual([...roles, ...ofSchedules].sort())
  })

  it('attaches no managed policy, because those grant more than we name', () => {
    for (const role of resourcesOf('prod', 'AWS::IAM::Role')) {
      expect(Object.keys(role.Properties)).toEqual(['AssumeRolePolicyDocument'])
    }
  })

  it('has no wildcard in an action, and one resource wildcard that AWS demands of what follows a stream', () => {
    const all = NAMES.flatMap((name) => permissionsOf('prod', name))
    expect(all.filter(({ action }) => action.includes('*'))).toEqual([])
    expect(all.filter(({ resource }) => resource.includes('*')).map(({ action }) => action)).toEqual([
      ...FOLLOWERS.map(() => 'dynamodb:ListStreams'),
    ])
  })

  it('lets a function write to its own log group only, so that no log can be forged by a neighbour', () => {
    for (const name of NAMES) {
      const groups = permissionsOf('prod', name).filter(({ action }) => action.startsWith('logs:'))
      for (const { resource } of groups) expect(resource).toMatch(new RegExp(`^${FUNCTIONS[name]}Logs`))
      expect(groups).toHaveLength(2)
    }
  })
})
