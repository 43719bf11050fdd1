/**
 * What wakes someone, and what may wait until morning. Each alarm names the section of `docs/runbook.md` that tells
 * what to do, so that nobody reads an alarm at night and wonders.
 */
import { Aws, Duration } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

const RUNBOOK = 'docs/runbook.md'
const INVARIANT = 'LedgerInvariant'
const MINUTE = Duration.minutes(1)

type Rule = {
  readonly level: 'page' | 'ticket'
  readonly what: string
  /** Anchor of the section in the runbook. */
  readonly section: string
  readonly metric: IMetric
} & (
  | { readonly above: number }
  /** Rings when each of so many periods in a row stayed below it, silence included. */
  | { readonly below: number; readonly periods: number }
)

/** What it means that a worker failed for good, and where the runbook tells what to do. */
const GIVEN_UP = {
  Reactions: { what: 'Reactions gave up on a part of the ledger stream.', section: 'failure-queue' },
  Auditor: { what: 'The auditor gave up on a part of the ledger stream.', section: 'failure-queue' },
  Sweep: { what: 'The daily sweep failed three times in a row.', section: 'sweep-failed' },
  Audit: { what: 'The nightly audit failed three times in a row.', section: 'audit-not-finished' },
} as const
const AUDIT_METRICS = ['AuditDeviation', 'AuditSealed', 'AnchorMissing'] as const

export type AlarmsProps = {
  readonly api: HttpApi
  /** What follows the ledger's stream, by name. */
  readonly followers: Readonly<Record<string, IFunction>>
  /** Where each of them ends that failed for good, by name. */
  readonly failureQueues: Readonly<Record<keyof typeof GIVEN_UP, IQueue>>
  readonly auditLog: ILogGroup
  /** Logs of every function that commits to the ledger or audits it. */
  readonly ledgerLogs: Readonly<Record<string, ILogGroup>>
  readonly namespace: string
}

export class Alarms extends Construct {
  /** Where every alarm rings. */
  readonly topic: Topic

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { enforceSSL: true })
    // Demanding TLS replaces the default policy of a topic, and with it the leave of CloudWatch to publish.
    this.topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    )
    this.#countInvariants(props)
    this.#add('LedgerInvariant', {
      level: 'page',
      what: 'Two guards of the ledger disagreed, or an entry does not follow the one before it.',
      section: 'ledger-invariant',
      metric: new Metric({ namespace: props.namespace, metricName: INVARIANT, statistic: Stats.SUM, period: MINUTE }),
      above: 0,
    })
    this.#watchAudit(props)
    for (const [name, queue] of Object.entries(props.failureQueues)) this.#watchFailures(name, queue)
    for (const [name, follower] of Object.entries(props.followers)) this.#watchStream(name, follower)
    this.#watchAnswers(props.api)
    this.#watchTries(props)
  }

  #watchFailures(name: string, queue: IQueue): void {
    const told = Object.entries(GIVEN_UP).find(([known]) => known === name)?.[1]
    if (told === undefined) throw new Error(`nobody knows what it means that ${name} failed`)
    const metric = queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: MINUTE })
    this.#add(`${name}Failed`, { level: 'page', ...told, metric, above: 0 })
  }

  /** `AuditSealed` comes once a day; 26 hours without it mean that nobody audits, or that it never finishes. */
  #watchAudit({ auditLog, namespace }: AlarmsProps): void {
    for (const metricName of AUDIT_METRICS) {
      const filterPattern = FilterPattern.stringValue('$.metric', '=', metricName)
      const about = { metricNamespace: namespace, metricValue: '1' }
      new MetricFilter(this, `${metricName}Count`, { ...about, logGroup: auditLog, filterPattern, metricName })
    }
    const metric = (metricName: string, period: Duration) =>
      new Metric({ namespace, metricName, statistic: Stats.SUM, period })
    this.#add('AuditDeviation', {
      level: 'page',
      what: 'The nightly audit found rows that do not agree; their accounts are frozen.',
      section: 'audit-deviation',
      metric: metric('AuditDeviation', MINUTE),
      above: 0,
    })
    this.#add('AnchorMissing', {
      level: 'page',
      what: 'A day ended without the seal of its audit.',
      section: 'audit-not-finished',
      metric: metric('AnchorMissing', MINUTE),
      above: 0,
    })
    this.#add('AuditOverdue', {
      level: 'page',
      what: 'No audit was finished for 26 hours.',
      section: 'audit-not-finished',
      metric: metric('AuditSealed', Duration.hours(1)),
      below: 1,
      periods: 26,
    })
  }

  #watchStream(name: string, follower: IFunction): void {
    const metric = follower.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE })
    const what = (age: string) => `${name} is more than ${age} behind the ledger.`
    const section = 'falling-behind'
    this.#add(`${name}HourLate`, { level: 'page', what: what('an hour'), section, metric, above: 3_600_000 })
    this.#add(`${name}MinuteLate`, { level: 'ticket', what: what('a minute'), section, metric, above: 60_000 })
  }

  #watchAnswers(api: HttpApi): void {
    this.#add('ServerErrors', {
      level: 'page',
      what: 'More than 1% of the answers of five minutes were server errors.',
      section: 'server-errors',
      metric: new MathExpression({
        expression: 'IF(requests > 0, 100 * failures / requests, 0)',
        usingMetrics: {
          failures: api.metricServerError({ statistic: Stats.SUM }),
          requests: api.metricCount({ statistic: Stats.SUM }),
        },
        period: Duration.minutes(5),
      }),
      above: 1,
    })
  }

  /** `tries` is how often a command was decided before it was written; more than a few mean that many wait for one item. */
  #watchTries({ ledgerLogs, namespace }: AlarmsProps): void {
    for (const [name, logGroup] of Object.entries(ledgerLogs)) {
      new MetricFilter(this, `Tries${name}`, {
        logGroup,
        filterPattern: FilterPattern.stringValue('$.message', '=', 'command'),
        metricNamespace: namespace,
        metricName: 'Tries',
        metricValue: '$.tries',
      })
    }
    this.#add('HotItem', {
      level: 'ticket',
      what: 'One command in a hundred was decided more than four times, because many met at one account, stock or budget.',
      section: 'hot-item',
      metric: new Metric({ namespace, metricName: 'Tries', statistic: Stats.p(99), period: Duration.minutes(5) }),
      above: 4,
    })
  }

  #countInvariants(props: AlarmsProps): void {
    for (const [name, logGroup] of Object.entries(props.ledgerLogs)) {
      new MetricFilter(this, `Invariant${name}`, {
        logGroup,
        filterPattern: FilterPattern.stringValue('$.metric', '=', INVARIANT),
        metricNamespace: props.namespace,
        metricName: INVARIANT,
        metricValue: '1',
      })
    }
  }

  #add(id: string, rule: Rule): void {
    const isAbove = 'above' in rule
    const alarm = new Alarm(this, id, {
      alarmDescription: `${rule.level}: ${rule.what} What to do: ${RUNBOOK}#${rule.section}`,
      metric: rule.metric,
      threshold: isAbove ? rule.above : rule.below,
      comparisonOperator: isAbove ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: isAbove ? 1 : rule.periods,
      treatMissingData: isAbove ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
  }
}
