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
  /** The alarm rings above it. */
  readonly above: number
}

export type AlarmsProps = {
  readonly api: HttpApi
  readonly reactions: IFunction
  readonly failureQueue: IQueue
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
      what: 'Two guards of the ledger disagreed; the command was stopped and nothing was written.',
      section: 'ledger-invariant',
      metric: new Metric({ namespace: props.namespace, metricName: INVARIANT, statistic: Stats.SUM, period: MINUTE }),
      above: 0,
    })
    this.#add('FailureQueue', {
      level: 'page',
      what: 'Reactions gave up on a part of the ledger stream; it is waiting in the failure queue.',
      section: 'failure-queue',
      metric: props.failureQueue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: MINUTE }),
      above: 0,
    })
    this.#watchStream(props.reactions)
    this.#watchAnswers(props.api)
  }

  #watchStream(reactions: IFunction): void {
    const metric = reactions.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE })
    const what = (age: string) => `Reactions are more than ${age} behind the ledger; events arrive late.`
    const section = 'reactions-fall-behind'
    this.#add('IteratorAgeHour', { level: 'page', what: what('an hour'), section, metric, above: 3_600_000 })
    this.#add('IteratorAgeMinute', { level: 'ticket', what: what('a minute'), section, metric, above: 60_000 })
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
    const alarm = new Alarm(this, id, {
      alarmDescription: `${rule.level}: ${rule.what} What to do: ${RUNBOOK}#${rule.section}`,
      metric: rule.metric,
      threshold: rule.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
  }
}
