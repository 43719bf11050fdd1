/**
 * The application: who is connected to whom, and nothing else. What a part looks like is said in `constructs/`;
 * which data it may touch, in the table of `ledger-tables.ts`.
 */
import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { Construct } from 'constructs'
import type { FunctionEnv, FunctionName } from '../functions/platform/env.ts'
import { Alarms } from './constructs/alarms.ts'
import { CapabilityFunction, type CapabilityFunctionProps } from './constructs/capability-function.ts'
import { FailureQueue } from './constructs/failure-queue.ts'
import { type Issuer, RevisitHttpApi } from './constructs/http-api.ts'
import { followLedger } from './constructs/ledger-follower.ts'
import { HourlyTick } from './constructs/schedules.ts'
import type { DataStack } from './data-stack.ts'
import type { Release } from './release.ts'
import type { Stage } from './stages.ts'

/** Shorter than the 29 s of the gateway, so that the caller hears from us and not from it. */
const API_TIMEOUT_SECONDS = 10
const STREAM_TIMEOUT_SECONDS = 60
/** The longest that Lambda lets anything run; what is left then is done by the next tick. */
const SCHEDULED_TIMEOUT_SECONDS = 900

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
    const auditor = this.#worker('Auditor', 'auditor')
    const { ledger } = this.#data.tables
    const failures = { reactions: followLedger(this, ledger, reactions), auditor: followLedger(this, ledger, auditor) }
    // Some minutes after the hour, when the rest of the world's schedules have begun.
    const sweep = this.#scheduled('Sweep', 'sweep', 7)
    const audit = this.#scheduled('Audit', 'audit', 23)
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
      followers: { Reactions: reactions.lambda, Auditor: auditor.lambda },
      failureQueues: { ...failures, sweep: sweep.failures, audit: audit.failures },
      auditLog: audit.capability.logGroup,
      ledgerLogs: {
        Members: members.logGroup,
        Points: points.logGroup,
        Auditor: auditor.logGroup,
        Audit: audit.capability.logGroup,
        Sweep: sweep.capability.logGroup,
      },
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

  #worker<N extends 'auditor' | 'audit' | 'sweep'>(
    id: string,
    name: N,
    failures?: FailureQueue,
  ): CapabilityFunction<N> {
    const { tables } = this.#data
    // One type for all three: each is given the same two tables.
    const environment: FunctionEnv<'auditor' | 'audit' | 'sweep'> = {
      LEDGER_TABLE: tables.nameOf('Ledger'),
      OPERATIONS_TABLE: tables.nameOf('Operations'),
    }
    const timeoutSeconds = failures ? SCHEDULED_TIMEOUT_SECONDS : STREAM_TIMEOUT_SECONDS
    return this.#capability(id, { name, environment, timeoutSeconds, ...(failures && { failures }) })
  }

  /** A function that is ticked every hour. What fails for good, the tick or the work, ends in one queue. */
  #scheduled<N extends 'audit' | 'sweep'>(id: string, name: N, minute: number) {
    const failures = new FailureQueue(this, `${id}Failures`)
    const capability = this.#worker(id, name, failures)
    new HourlyTick(this, `${id}Tick`, { target: capability.lambda, minute, failures })
    return { capability, failures }
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
