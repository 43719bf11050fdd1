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
/** After the hour, when the rest of the world's schedules have begun, and not at the same time. */
const TICK_MINUTES = { sweep: 7, audit: 23 } as const

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
    const workerTables = { LEDGER_TABLE: names.LEDGER_TABLE, OPERATIONS_TABLE: names.OPERATIONS_TABLE }
    const auditor = this.#capability('Auditor', {
      name: 'auditor',
      environment: workerTables,
      timeoutSeconds: STREAM_TIMEOUT_SECONDS,
    })
    const { ledger } = this.#data.tables
    const followed = { Reactions: followLedger(this, ledger, reactions), Auditor: followLedger(this, ledger, auditor) }
    const sweep = this.#scheduled('Sweep', 'sweep', workerTables)
    const audit = this.#scheduled('Audit', 'audit', workerTables)
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
      failureQueues: { ...followed, Sweep: sweep.failures, Audit: audit.failures },
      auditLog: audit.logGroup,
      ledgerLogs: {
        Members: members.logGroup,
        Points: points.logGroup,
        Auditor: auditor.logGroup,
        Audit: audit.logGroup,
        Sweep: sweep.logGroup,
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

  /** A function that is ticked every hour. What fails for good, the tick or the work, ends in one queue. */
  #scheduled<N extends 'audit' | 'sweep'>(id: string, name: N, environment: FunctionEnv<N>) {
    const failures = new FailureQueue(this, `${id}Failures`)
    const timeoutSeconds = SCHEDULED_TIMEOUT_SECONDS
    const capability = this.#capability(id, { name, environment, timeoutSeconds, failures })
    new HourlyTick(this, `${id}Tick`, { target: capability.lambda, minute: TICK_MINUTES[name], failures })
    return { lambda: capability.lambda, logGroup: capability.logGroup, failures }
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
