/**
 * The application: who is connected to whom, and nothing else. What a part looks like is said in `constructs/`;
 * which data it may touch, in the table of `ledger-tables.ts`.
 */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { Construct } from 'constructs'
import type { FunctionEnv, FunctionName } from '../functions/platform/env.ts'
import { Alarms } from './constructs/alarms.ts'
import { CapabilityFunction, type CapabilityFunctionProps } from './constructs/capability-function.ts'
import { FailureQueue } from './constructs/failure-queue.ts'
import { RevisitHttpApi } from './constructs/http-api.ts'
import { Identity } from './constructs/identity.ts'
import { followLedger } from './constructs/ledger-follower.ts'
import { HourlyTick } from './constructs/schedules.ts'
import { WebSite } from './constructs/web-site.ts'
import type { DataStack } from './data-stack.ts'
import type { Release } from './release.ts'
import type { Stage } from './stages.ts'

/** Shorter than the 29 s of the gateway, so that the caller hears from us and not from it. */
const API_TIMEOUT_SECONDS = 10
/** Cognito waits no longer for an answer. */
const TRIGGER_TIMEOUT_SECONDS = 5
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
    const { identity, signIn } = this.#identity(names)
    const program = this.#program(identity, props.release)
    const { members, points, rewards, reports } = this.#apiFunctions(names)

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
      functions: {
        program: program.lambda,
        members: members.lambda,
        points: points.lambda,
        rewards: rewards.lambda,
        reports: reports.lambda,
      },
    })
    const { origin } = new WebSite(this, 'Site', { stage: this.#stage, api: door.api })
    door.open(identity.addClients(origin))
    new CfnOutput(this, 'ApiUrl', { value: door.api.apiEndpoint })
    if (!this.#stage.alarms) return
    const alarms = new Alarms(this, 'Alarms', {
      api: door.api,
      followers: { Reactions: reactions.lambda, Auditor: auditor.lambda },
      failureQueues: { ...followed, Sweep: sweep.failures, Audit: audit.failures },
      auditLog: audit.logGroup,
      ledgerLogs: {
        SignIn: signIn.logGroup,
        Members: members.logGroup,
        Points: points.logGroup,
        Rewards: rewards.logGroup,
        Auditor: auditor.logGroup,
        Audit: audit.logGroup,
        Sweep: sweep.logGroup,
      },
      namespace: `Revisit/${this.stackName}`,
    })
    new CfnOutput(this, 'AlarmTopicArn', { value: alarms.topic.topicArn, description: 'Subscribe whoever is on call' })
  }

  #apiFunctions(names: FunctionEnv<'points'>) {
    const { OPERATIONS_TABLE, SECRET_ID } = names
    return {
      members: this.#apiFunction('Members', 'members', names),
      points: this.#apiFunction('Points', 'points', names),
      rewards: this.#apiFunction('Rewards', 'rewards', names),
      reports: this.#apiFunction('Reports', 'reports', { OPERATIONS_TABLE, SECRET_ID }),
    }
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
      environment: { EVENT_BUS: bus.eventBusName, OPERATIONS_TABLE: this.#data.tables.nameOf('Operations') },
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

  /** The one function that knows the staff's pool and the release. */
  #program(identity: Identity, release: Release): CapabilityFunction<'program'> {
    const program = this.#apiFunction('Program', 'program', {
      OPERATIONS_TABLE: this.#data.tables.nameOf('Operations'),
      SECRET_ID: this.#data.secret.secretArn,
      STAFF_POOL_ID: identity.staff.userPoolId,
      VERSION: release.version,
      COMMIT: release.commit,
    })
    identity.grantStaffAdministration(program.lambda)
    return program
  }

  /** The functions that the user pools call before they make a token. */
  #identity(names: FunctionEnv<'members'>) {
    const timeoutSeconds = TRIGGER_TIMEOUT_SECONDS
    const members = this.#capability('SignIn', { name: 'sign-in', environment: names, timeoutSeconds })
    this.#data.secret.grantRead(members.lambda)
    const { OPERATIONS_TABLE } = names
    const staff = this.#capability('StaffSignIn', {
      name: 'staff-sign-in',
      environment: { OPERATIONS_TABLE },
      timeoutSeconds,
    })
    const signIn = { members: members.lambda, staff: staff.lambda }
    return { identity: new Identity(this, 'Identity', { stage: this.#stage, signIn }), signIn: members }
  }
}
