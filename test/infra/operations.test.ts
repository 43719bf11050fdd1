/** What keeps the deployed product operable: stream settings, failure queue, logs, alarms and their runbook. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { FUNCTION_ENV } from '../../functions/platform/env.ts'
import { FUNCTIONS } from './permissions.ts'
import { pointsAt, resourcesOf, theResource } from './synthesized.ts'

const RUNBOOK = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8')
const NAMES = ['program', 'members', 'points', 'reactions'] as const

describe('functions', () => {
  it.each(NAMES)('%s receives exactly the variables that it parses, and none of them is a secret', (name) => {
    const lambda = theResource('prod', 'AWS::Lambda::Function', FUNCTIONS[name])
    const environment = z.object({ Variables: z.record(z.string(), z.unknown()) }).parse(lambda.Properties.Environment)
    expect(Object.keys(environment.Variables).sort()).toEqual(Object.keys(FUNCTION_ENV[name].shape).sort())
    expect(JSON.stringify(environment)).not.toMatch(/resolve:(secretsmanager|ssm)/)
    const { SECRET_ID } = environment.Variables
    if (SECRET_ID !== undefined) expect(pointsAt('prod', SECRET_ID)).toBe('ContactSecret')
  })

  it('run on Node 24 on arm64 with bounded memory and time, so that what was tested is what runs', () => {
    for (const name of NAMES) {
      expect(theResource('prod', 'AWS::Lambda::Function', FUNCTIONS[name]).Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: name === 'reactions' ? 60 : 10,
      })
    }
  })

  it('tell the local run where their bundle lies, so that it runs what is deployed', () => {
    for (const lambda of resourcesOf('dev', 'AWS::Lambda::Function')) {
      expect(lambda.Metadata['aws:asset:path']).toMatch(/^asset\.[0-9a-f]{64}$/)
    }
  })
})

describe('ledger stream', () => {
  const mapping = theResource('prod', 'AWS::Lambda::EventSourceMapping', 'Reactions').Properties

  it('reaches reactions from its oldest record in small batches that fail one record at a time', () => {
    expect(pointsAt('prod', mapping.EventSourceArn)).toBe('Ledger.StreamArn')
    expect(mapping).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
  })

  it('gives up after 10 tries or 6 hours into the failure queue, so that one bad record cannot block a shard', () => {
    const queue = theResource('prod', 'AWS::SQS::Queue', 'ReactionsFailures').id
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
      expect(groups).toHaveLength(5)
      for (const { Properties } of groups) expect(Properties.RetentionInDays).toBe(days[stage])
    }
  })

  it('are the ones the functions write to, so that none appears that never ends', () => {
    for (const name of NAMES) {
      const { LoggingConfig } = theResource('prod', 'AWS::Lambda::Function', FUNCTIONS[name]).Properties
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
    const filters = resourcesOf('prod', 'AWS::Logs::MetricFilter')
    const watched = filters.map(({ Properties }) => pointsAt('prod', Properties.LogGroupName).replace(/Logs.*/, ''))
    expect(watched.sort()).toEqual(['Members', 'Points', 'Reactions'])
    for (const { Properties } of filters) {
      expect(Properties.FilterPattern).toBe('{ $.metric = "LedgerInvariant" }')
      expect(Properties.MetricTransformations).toEqual([
        { MetricName: 'LedgerInvariant', MetricNamespace: alarm('LedgerInvariant').Namespace, MetricValue: '1' },
      ])
    }
    expect(alarm('LedgerInvariant')).toMatchObject({ MetricName: 'LedgerInvariant', Statistic: 'Sum', Threshold: 0 })
  })

  it('ring at the first message of the failure queue, at a late stream and at 1% of server errors', () => {
    expect(alarm('FailureQueue')).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 0 })
    expect(alarm('IteratorAgeMinute')).toMatchObject({ MetricName: 'IteratorAge', Threshold: 60_000 })
    expect(alarm('IteratorAgeHour')).toMatchObject({ MetricName: 'IteratorAge', Threshold: 3_600_000 })
    expect(alarm('ServerErrors')).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 })
    for (const { Properties } of alarms) expect(Properties.ComparisonOperator).toBe('GreaterThanThreshold')
  })

  it('stay silent in dev, where nobody is on call', () => {
    expect(resourcesOf('dev', 'AWS::CloudWatch::Alarm')).toEqual([])
    expect(resourcesOf('staging', 'AWS::CloudWatch::Alarm')).toHaveLength(alarms.length)
  })
})
