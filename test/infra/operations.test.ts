/** What keeps the deployed product operable: stream settings, failure queue, logs, alarms and their runbook. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { FUNCTION_ENV } from '../../functions/platform/env.ts'
import { FOLLOWERS, FUNCTIONS, NAMES, SCHEDULED } from './permissions.ts'
import { pointsAt, resourcesOf, theResource } from './synthesized.ts'

const RUNBOOK = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8')
/** Seconds: answers beat the gateway's limit, batches the patience of a stream, and what time sets off has the most there is. */
const SECONDS = {
  program: 10,
  members: 10,
  points: 10,
  rewards: 10,
  reports: 10,
  'sign-in': 5,
  'staff-sign-in': 5,
  reactions: 60,
  auditor: 60,
  audit: 900,
  sweep: 900,
} as const

describe('functions', () => {
  it.each(NAMES)('%s receives exactly the variables that it parses, and none of them is a secret', (name) => {
    const lambda = theResource('prod', 'AWS::Lambda::Function', `${FUNCTIONS[name]}Function`)
    const environment = z.object({ Variables: z.record(z.string(), z.unknown()) }).parse(lambda.Properties.Environment)
    expect(Object.keys(environment.Variables).sort()).toEqual(Object.keys(FUNCTION_ENV[name].shape).sort())
    expect(JSON.stringify(environment)).not.toMatch(/resolve:(secretsmanager|ssm)/)
    const { SECRET_ID } = environment.Variables
    if (SECRET_ID !== undefined) expect(pointsAt('prod', SECRET_ID)).toBe('ContactSecret')
  })

  it('run on Node 24 on arm64 with bounded memory and time, so that what was tested is what runs', () => {
    for (const name of NAMES) {
      expect(theResource('prod', 'AWS::Lambda::Function', `${FUNCTIONS[name]}Function`).Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: SECONDS[name],
      })
    }
  })

  it('tell the local run where their bundle lies, so that it runs what is deployed', () => {
    for (const lambda of resourcesOf('dev', 'AWS::Lambda::Function')) {
      expect(lambda.Metadata['aws:asset:path']).toMatch(/^asset\.[0-9a-f]{64}$/)
    }
  })
})

describe.each(FOLLOWERS)('the ledger stream of %s', (name) => {
  const mapping = theResource('prod', 'AWS::Lambda::EventSourceMapping', `${FUNCTIONS[name]}Function`).Properties

  it('begins with its oldest record and comes in small batches that fail one record at a time', () => {
    expect(pointsAt('prod', mapping.EventSourceArn)).toBe('Ledger.StreamArn')
    expect(mapping).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
  })

  it('gives up after 10 tries or 6 hours into a queue of its own, so that one bad record cannot block a shard', () => {
    const queue = theResource('prod', 'AWS::SQS::Queue', `${FUNCTIONS[name]}Failures`).id
    expect(mapping).toMatchObject({
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue, 'Arn'] } } },
    })
  })

  it('delivers every record of an entry and of nothing else, so that an illegal change of one is seen', () => {
    const { Filters } = z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).parse(mapping.FilterCriteria)
    const patterns = Filters.map(({ Pattern }) => JSON.parse(Pattern))
    expect(patterns).toEqual([{ dynamodb: { Keys: { sk: { S: [{ prefix: 'E#' }] } } } }])
  })
})

it('has two readers on the stream of the ledger, because more would slow one another down', () => {
  expect(resourcesOf('prod', 'AWS::Lambda::EventSourceMapping')).toHaveLength(FOLLOWERS.length)
})

describe.each(SCHEDULED)('the schedule of %s', (name) => {
  const lambda = theResource('prod', 'AWS::Lambda::Function', `${FUNCTIONS[name]}Function`).id
  const queue = theResource('prod', 'AWS::SQS::Queue', `${FUNCTIONS[name]}Failures`).id
  const schedule = theResource('prod', 'AWS::Scheduler::Schedule', `${FUNCTIONS[name]}Tick`).Properties

  it('ticks every hour in UTC, so that work that was not finished goes on within the hour', () => {
    expect(schedule.ScheduleExpression).toMatch(/^cron\(\d+ \* \* \* \? \*\)$/)
    expect(schedule).toMatchObject({
      ScheduleExpressionTimezone: 'Etc/UTC',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
    })
  })

  it('tells its failure queue of a tick that could not be handed over', () => {
    expect(schedule.Target).toMatchObject({
      Arn: { 'Fn::GetAtt': [lambda, 'Arn'] },
      RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 1_800 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } },
    })
  })

  it('ends in the same queue when the function failed three times', () => {
    expect(
      theResource('prod', 'AWS::Lambda::EventInvokeConfig', `${FUNCTIONS[name]}Function`).Properties,
    ).toMatchObject({
      FunctionName: { Ref: lambda },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue, 'Arn'] } } },
    })
  })
})

describe('queues', () => {
  it.each(resourcesOf('prod', 'AWS::SQS::Queue').map(({ id }) => id))(
    '%s is encrypted and refuses plain HTTP',
    (id) => {
      const queue = theResource('prod', 'AWS::SQS::Queue', id)
      expect(queue.Properties.SqsManagedSseEnabled).toBe(true)
      expect(queue.Properties.MessageRetentionPeriod).toBe(14 * 86_400)
      const policies = resourcesOf('prod', 'AWS::SQS::QueuePolicy').filter(({ Properties }) =>
        JSON.stringify(Properties.Queues).includes(id),
      )
      expect(JSON.stringify(policies)).toContain('"aws:SecureTransport":"false"')
    },
  )
})

describe('logs', () => {
  it('end after the days of their stage, so that nothing about people is kept by accident', () => {
    const days = { dev: 7, staging: 30, prod: 90 } as const
    for (const stage of ['dev', 'staging', 'prod'] as const) {
      const groups = resourcesOf(stage, 'AWS::Logs::LogGroup')
      expect(groups).toHaveLength(NAMES.length + 1)
      for (const { Properties } of groups) expect(Properties.RetentionInDays).toBe(days[stage])
    }
  })

  it('are the ones the functions write to, so that none appears that never ends', () => {
    for (const name of NAMES) {
      const { LoggingConfig } = theResource('prod', 'AWS::Lambda::Function', `${FUNCTIONS[name]}Function`).Properties
      const { LogGroup } = z.object({ LogGroup: z.unknown() }).parse(LoggingConfig)
      expect(pointsAt('prod', LogGroup)).toMatch(new RegExp(`^${FUNCTIONS[name]}Logs`))
    }
  })
})

describe('alarms', () => {
  const alarms = resourcesOf('prod', 'AWS::CloudWatch::Alarm')
  const alarm = (id: string) => theResource('prod', 'AWS::CloudWatch::Alarm', `Alarms${id}`).Properties
  const sections = RUNBOOK.split('\n')
    .filter((line) => line.startsWith('## '))
    .map((line) => line.slice(3).toLowerCase().replaceAll(' ', '-'))

  it.each(alarms.map(({ id, Properties }) => [id, String(Properties.AlarmDescription)]))(
    '%s names a section that the runbook has, so that nobody reads it at night and wonders',
    (_id, description) => {
      expect(description).toMatch(/^(page|ticket): /)
      expect(sections).toContain(description.split('docs/runbook.md#')[1])
    },
  )

  it('reach a topic that CloudWatch may publish to, so that an alarm is not rung in silence', () => {
    const topic = theResource('prod', 'AWS::SNS::Topic', 'Alarms').id
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual([{ Ref: topic }])
    const policy = JSON.stringify(theResource('prod', 'AWS::SNS::TopicPolicy', 'Alarms').Properties.PolicyDocument)
    expect(policy).toContain('{"Service":"cloudwatch.amazonaws.com"}')
    expect(policy).toContain('"aws:SourceAccount"')
  })

  it('ring at the first broken invariant, wherever the ledger is written or audited', () => {
    const filters = resourcesOf('prod', 'AWS::Logs::MetricFilter').filter(({ id }) => id.includes('Invariant'))
    const watched = filters.map(({ Properties }) => pointsAt('prod', Properties.LogGroupName).replace(/Logs.*/, ''))
    expect(watched.sort()).toEqual(['Audit', 'Auditor', 'Members', 'Points', 'Rewards', 'SignIn', 'Sweep'])
    for (const { Properties } of filters) {
      expect(Properties.FilterPattern).toBe('{ $.metric = "LedgerInvariant" }')
      expect(Properties.MetricTransformations).toEqual([
        { MetricName: 'LedgerInvariant', MetricNamespace: alarm('LedgerInvariant').Namespace, MetricValue: '1' },
      ])
    }
    expect(alarm('LedgerInvariant')).toMatchObject({ MetricName: 'LedgerInvariant', Statistic: 'Sum', Threshold: 0 })
  })

  it.each([...FOLLOWERS, ...SCHEDULED])('ring at the first message in the failure queue of %s', (name) => {
    const queue = theResource('prod', 'AWS::SQS::Queue', `${FUNCTIONS[name]}Failures`).id
    expect(alarm(`${FUNCTIONS[name]}Failed`)).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }],
    })
  })

  it('watch every queue there is, so that no work disappears unseen', () => {
    const watched = alarms.filter(({ Properties }) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible')
    expect(watched).toHaveLength(resourcesOf('prod', 'AWS::SQS::Queue').length)
  })

  it.each(FOLLOWERS)('ring when %s is late, and at 1%% of server errors', (name) => {
    expect(alarm(`${FUNCTIONS[name]}MinuteLate`)).toMatchObject({ MetricName: 'IteratorAge', Threshold: 60_000 })
    expect(alarm(`${FUNCTIONS[name]}HourLate`)).toMatchObject({ MetricName: 'IteratorAge', Threshold: 3_600_000 })
    expect(alarm('ServerErrors')).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 })
  })

  it.each(['AuditDeviation', 'AnchorMissing'])('ring at the first %s that the audit logs', (metric) => {
    const filter = theResource('prod', 'AWS::Logs::MetricFilter', `Alarms${metric}Count`).Properties
    expect(filter).toMatchObject({
      FilterPattern: `{ $.metric = "${metric}" }`,
      MetricTransformations: [{ MetricName: metric, MetricNamespace: alarm(metric).Namespace, MetricValue: '1' }],
    })
    expect(pointsAt('prod', filter.LogGroupName)).toMatch(/^AuditLogs/)
    expect(alarm(metric)).toMatchObject({ MetricName: metric, Threshold: 0, TreatMissingData: 'notBreaching' })
  })

  it('ring when no audit was sealed for 26 hours, also when nothing runs at all', () => {
    expect(alarm('AuditOverdue')).toMatchObject({
      MetricName: 'AuditSealed',
      Period: 3_600,
      EvaluationPeriods: 26,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    })
    const others = alarms.filter(({ id }) => !id.includes('AuditOverdue'))
    for (const { Properties } of others) expect(Properties.ComparisonOperator).toBe('GreaterThanThreshold')
  })

  it('stay silent in dev, where nobody is on call', () => {
    expect(resourcesOf('dev', 'AWS::CloudWatch::Alarm')).toEqual([])
    expect(resourcesOf('staging', 'AWS::CloudWatch::Alarm')).toHaveLength(alarms.length)
  })
})
