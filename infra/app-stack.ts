/**
 * The application: who is connected to whom, and nothing else. What a part looks like is said in `constructs/`;
 * which data it may touch, in the table of `ledger-tables.ts`.
 */
import { CfnOutput, CfnParameter, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { FunctionEnv, FunctionName } from '../functions/platform/env.ts'
import { entrySortPrefix, SORT } from '../functions/platform/table-design.ts'
import { Alarms } from './constructs/alarms.ts'
import { CapabilityFunction, type CapabilityFunctionProps } from './constructs/capability-function.ts'
import { type Issuer, RevisitHttpApi } from './constructs/http-api.ts'
import type { DataStack } from './data-stack.ts'
import type { Release } from './release.ts'
import type { Stage } from './stages.ts'

/** Shorter than the 29 s of the gateway, so that the caller hears from us and not from it. */
const API_TIMEOUT_SECONDS = 10
const STREAM_TIMEOUT_SECONDS = 60

export type AppStackProps = StackProps & {
  readonly stage: Stage
  readonly data: DataStack
  readonly release: Release
}

export class AppStack extends Stack {
  readonly #stage: Stage
  readonly #data: DataStack

  constructor(scope: Construct, id: string, props: AppStackProps) {
    super(scope, id, props)
    this.#stage = props.stage
    this.#data = props.data
    const { tables, secret } = this.#data
    const names = {
      LEDGER_TABLE: tables.nameOf('Ledger'),
      MEMBERS_TABLE: tables.nameOf('Members'),
      OPERATIONS_TABLE: tables.nameOf('Operations'),
      SECRET_ID: secret.secretArn,
    }
    const program = this.#apiFunction('Program', 'program', {
      OPERATIONS_TABLE: names.OPERATIONS_TABLE,
      SECRET_ID: names.SECRET_ID,
      VERSION: props.release.version,
      COMMIT: props.release.commit,
    })
    const members = this.#apiFunction('Members', 'members', names)
    const points = this.#apiFunction('Points', 'points', names)

    const reactions = this.#reactions()
    const failureQueue = this.#followLedger(reactions)
    const door = new RevisitHttpApi(this, 'Http', {
      name: this.stackName,
      stage: this.#stage,
      issuers: { staff: this.#issuer('Staff'), member: this.#issuer('Member') },
      functions: { program: program.lambda, members: members.lambda, points: points.lambda },
    })
    new CfnOutput(this, 'ApiUrl', { value: door.api.apiEndpoint })
    if (!this.#stage.alarms) return
    const alarms = new Alarms(this, 'Alarms', {
      api: door.api,
      reactions: reactions.lambda,
      failureQueue,
      ledgerLogs: { Members: members.logGroup, Points: points.logGroup, Reactions: reactions.logGroup },
      namespace: `Revisit/${this.stackName}`,
    })
    new CfnOutput(this, 'AlarmTopicArn', { value: alarms.topic.topicArn, description: 'Subscribe whoever is on call' })
  }

  #apiFunction<N extends FunctionName>(id: string, name: N, environment: FunctionEnv<N>): CapabilityFunction<N> {
    const capability = this.#capability(id, { name, environment, timeoutSeconds: API_TIMEOUT_SECONDS })
    this.#data.secret.grantRead(capability.lambda)
    return capability
  }

  #capability<N extends FunctionName>(
    id: string,
    props: Omit<CapabilityFunctionProps<N>, 'stage'>,
  ): CapabilityFunction<N> {
    const capability = new CapabilityFunction(this, id, { ...props, stage: this.#stage })
    this.#data.tables.grantTo(props.name, capability.lambda)
    return capability
  }

  #reactions(): CapabilityFunction<'reactions'> {
    // CloudFormation demands a name here. The name of the stack is the only one unique among the stages of an account.
    const bus = new EventBus(this, 'Events', { eventBusName: this.stackName })
    const reactions = this.#capability('Reactions', {
      name: 'reactions',
      environment: { EVENT_BUS: bus.eventBusName },
      timeoutSeconds: STREAM_TIMEOUT_SECONDS,
    })
    bus.grantPutEventsTo(reactions.lambda)
    new CfnOutput(this, 'EventBusArn', { value: bus.eventBusArn, description: 'Integrators add their rules here' })
    return reactions
  }

  /** Gives the ledger's entries to the function, and what it cannot digest to the queue that is returned. */
  #followLedger(reactions: CapabilityFunction<'reactions'>): Queue {
    const failures = new Queue(this, 'ReactionsFailures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    acknowledgeLastStop(failures)
    reactions.lambda.addEventSource(
      new DynamoEventSource(this.#data.tables.ledger, {
        // From the oldest record: what was written before the first release of this stack is news too.
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(1),
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 10,
        maxRecordAge: Duration.hours(6),
        onFailure: new SqsDlq(failures),
        filters: [
          FilterCriteria.filter({ dynamodb: { Keys: { [SORT]: { S: FilterRule.beginsWith(entrySortPrefix) } } } }),
        ],
      }),
    )
    Validations.of(reactions).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'dynamodb:ListStreams, which an event source mapping needs, knows no resource; it reveals names only.',
    })
    return failures
  }

  #issuer(caller: 'Staff' | 'Member'): Issuer {
    const url = new CfnParameter(this, `${caller}Issuer`, {
      description: 'The OIDC issuer exactly as its tokens name it in `iss`',
      allowedPattern: 'https?://\\S+',
      maxLength: 2048,
    })
    const audiences = new CfnParameter(this, `${caller}Audience`, {
      type: 'CommaDelimitedList',
      description: 'Audiences or client ids whose tokens are accepted',
    })
    return { url: url.valueAsString, audiences: audiences.valueAsList }
  }
}

function acknowledgeLastStop(queue: Queue): void {
  const reason = 'This queue is itself the failure queue: an alarm rings at its first message and nothing consumes it.'
  Validations.of(queue).acknowledge(
    { id: 'AwsSolutions::AwsSolutions-SQS3', reason },
    { id: 'Serverless::Serverless-SQSRedrivePolicy', reason },
  )
}
