/**
 * One capability as one Lambda function with its own role and its own log group. The role starts empty, and the
 * environment has the type that the function parses, so a forgotten variable does not compile.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Duration, Validations } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { FunctionEnv, FunctionName } from '../../functions/platform/env.ts'
import type { Stage } from '../stages.ts'
import { removalPolicyOf } from './ledger-tables.ts'

const BUNDLES = join(import.meta.dirname, '..', '..', 'dist', 'functions')

export type CapabilityFunctionProps<N extends FunctionName> = {
  readonly name: N
  readonly environment: FunctionEnv<N>
  readonly timeoutSeconds: number
  readonly stage: Stage
  /** For what a schedule invokes: where an event ends that failed three times. */
  readonly failures?: IQueue
}

export class CapabilityFunction<N extends FunctionName> extends Construct {
  readonly lambda: LambdaFunction
  readonly logGroup: LogGroup

  constructor(scope: Construct, id: string, props: CapabilityFunctionProps<N>) {
    super(scope, id)
    const { name, stage } = props
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: stage.logRetentionDays,
      removalPolicy: removalPolicyOf(stage),
    })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    this.logGroup.grantWrite(role)
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundleOf(name),
      handler: 'index.handler',
      memorySize: stage.memoryMegabytes,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: props.environment,
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...(props.failures && { onFailure: new SqsDestination(props.failures), retryAttempts: 2 }),
    })
    Validations.of(this).acknowledge({
      id: 'Serverless::Serverless-LambdaTracing',
      reason:
        'Active tracing needs a write permission on every resource; one log line per request carries the trace id.',
    })
    Validations.of(this).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason: props.failures
        ? 'What fails asynchronously goes to an on-failure destination, which tells more than a dead letter; the check knows only the latter.'
        : 'Invoked only by the HTTP API and by an event source mapping with its own failure queue, never asynchronously.',
    })
  }
}

function bundleOf(name: FunctionName): Code {
  const folder = join(BUNDLES, name)
  if (!existsSync(folder)) throw new Error(`dist/functions/${name} is missing: run \`npm run build\` first`)
  return Code.fromAsset(folder)
}
