/**
 * What the template deploys, in the words of the local run. Each type of resource is either read here, property by
 * property, or listed as knowingly left out; any other type or property stops the run.
 */
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { type Authorizer, type Cors, type Route, readRoutes } from './deployment-api.ts'
import { type PageRule, readPageRules, readPools } from './deployment-pages.ts'
import { type AsyncSpec, readAsyncSpecs, readSchedules, type ScheduleSpec } from './deployment-schedules.ts'
import type { PoolSpec } from './sign-in-trigger.ts'
import { type Resource, readAssembly, type Settings } from './template.ts'

/** Deployed, and without a part to play on one machine. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudFront::CachePolicy',
  'AWS::CloudFront::Function',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::OriginRequestPolicy',
  'AWS::CloudWatch::Alarm',
  'AWS::Cognito::ManagedLoginBranding',
  'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Cognito::UserPoolResourceServer',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  // Copies the pages into their bucket; here they are served from where they were built.
  'Custom::CDKBucketDeployment',
])

/** A property that changes nothing here: protection, encryption, logging, description. */
const leftOut = z.unknown().optional()

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
const Table = z.strictObject({
  TableName: leftOut,
  KeySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema,
        Projection: z.strictObject({
          ProjectionType: z.string(),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
        ContributorInsightsSpecification: leftOut,
      }),
    )
    .optional(),
  StreamSpecification: z.strictObject({ StreamViewType: z.string() }).optional(),
  DeletionProtectionEnabled: leftOut,
  PointInTimeRecoverySpecification: leftOut,
  SSESpecification: leftOut,
  ContributorInsightsSpecification: leftOut,
  Tags: leftOut,
  // Nothing here lives long enough to be swept; correctness never depends on it.
  TimeToLiveSpecification: leftOut,
})

const LambdaFunction = z.strictObject({
  FunctionName: leftOut,
  Handler: z.string().regex(/^[\w-]+\.[\w-]+$/),
  Runtime: z.literal('nodejs24.x'),
  Timeout: z.int().min(1).max(900),
  MemorySize: z.int(),
  ReservedConcurrentExecutions: z.int().min(0).optional(),
  // Where what was invoked asynchronously and failed to the end is kept.
  DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).optional(),
  Architectures: leftOut,
  Code: leftOut,
  Description: leftOut,
  LoggingConfig: leftOut,
  Role: leftOut,
  Tags: leftOut,
  TracingConfig: leftOut,
})

const Mapping = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  BatchSize: z.int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
  ParallelizationFactor: z.int().min(1).max(10).default(1),
  MaximumRetryAttempts: z.int().min(-1).max(10_000).default(-1),
  MaximumRecordAgeInSeconds: z.int().min(-1).max(604_800).default(-1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })) }).optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }).optional(),
  Enabled: z.literal(true).optional(),
  Tags: leftOut,
})

const Queue = z.strictObject({
  QueueName: leftOut,
  KmsMasterKeyId: leftOut,
  MessageRetentionPeriod: leftOut,
  SqsManagedSseEnabled: leftOut,
  Tags: leftOut,
})

const Secret = z.strictObject({
  Name: leftOut,
  Description: leftOut,
  KmsKeyId: leftOut,
  Tags: leftOut,
  GenerateSecretString: z.strictObject({
    PasswordLength: z.int().min(1).max(4096).default(32),
    ExcludePunctuation: z.literal(true),
  }),
})

const EventBus = z.strictObject({ Name: z.string(), Description: leftOut, KmsKeyIdentifier: leftOut, Tags: leftOut })

export type TableSpec = { readonly name: string } & z.infer<typeof Table>
export type FunctionSpec = {
  readonly name: string
  /** What people call it: `points`. */
  readonly label: string
  readonly arn: string
  /** The file that holds the handler and the name of its export. */
  readonly bundle: string
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMegabytes: number
  readonly concurrencyMax: number | undefined
  readonly deadLetterQueue: string | undefined
  readonly environment: Readonly<Record<string, string>>
}
export type MappingSpec = {
  readonly id: string
  readonly table: string
  readonly functionName: string
  readonly failureQueue: string | undefined
} & Omit<z.infer<typeof Mapping>, 'DestinationConfig' | 'FunctionName'>
export type SecretSpec = { readonly id: string; readonly name: string; readonly length: number }

export type Deployment = {
  readonly tables: readonly TableSpec[]
  readonly functions: readonly FunctionSpec[]
  readonly mappings: readonly MappingSpec[]
  readonly queues: readonly string[]
  readonly secrets: readonly SecretSpec[]
  readonly buses: readonly string[]
  readonly schedules: readonly ScheduleSpec[]
  /** By name of the function. */
  readonly asyncSpecs: ReadonlyMap<string, AsyncSpec>
  readonly routes: readonly Route[]
  readonly authorizers: ReadonlyMap<string, Authorizer>
  readonly cors: Cors | undefined
  readonly pools: readonly PoolSpec[]
  /** Undefined when the template serves no pages. */
  readonly pageRules: readonly PageRule[] | undefined
}

/** @throws Error naming the first resource of which a type, property or value is unknown here. */
export function readDeployment(folder: string, settings: Settings): Deployment {
  const assembly = readAssembly(folder, settings)
  const byType = Map.groupBy(resourcesOfRun(assembly.resources), (resource) => resource.type)
  const known = new Set<string>()

  function read<T, S extends z.ZodType>(
    type: string,
    shape: S,
    make: (properties: z.infer<S>, resource: Resource) => T,
  ) {
    known.add(type)
    return (byType.get(type) ?? []).map((resource) => {
      const parsed = shape.safeParse(assembly.propertiesOf(resource))
      if (!parsed.success) throw unsupported(resource, parsed.error)
      return make(parsed.data, resource)
    })
  }

  const functions = read('AWS::Lambda::Function', LambdaFunction, (properties, resource) =>
    functionSpec(properties, {
      name: assembly.nameOf(resource),
      label: labelOf(resource),
      arn: assembly.arnOf(resource),
      assetFolder: resolve(folder, z.string().parse(resource.metadata['aws:asset:path'])),
    }),
  )
  const source = {
    read,
    functions,
    refOf: (resource: Resource) => assembly.refOf(resource),
    nameOf: (resource: Resource) => assembly.nameOf(resource),
    arnOf: (resource: Resource) => assembly.arnOf(resource),
  }
  const deployment = {
    tables: read('AWS::DynamoDB::Table', Table, (properties, resource) => ({
      name: assembly.nameOf(resource),
      ...properties,
    })),
    functions,
    mappings: read('AWS::Lambda::EventSourceMapping', Mapping, (properties, resource) =>
      mappingSpec(properties, `${resource.stack.name}-${resource.logicalId}`),
    ),
    queues: read('AWS::SQS::Queue', Queue, (_, resource) => assembly.nameOf(resource)),
    secrets: read('AWS::SecretsManager::Secret', Secret, (properties, resource) => ({
      id: assembly.refOf(resource),
      name: assembly.nameOf(resource),
      length: properties.GenerateSecretString.PasswordLength,
    })),
    buses: read('AWS::Events::EventBus', EventBus, (properties) => properties.Name),
    schedules: readSchedules(source),
    asyncSpecs: readAsyncSpecs(source),
    ...readRoutes(source),
    pools: readPools(source),
    pageRules: readPageRules(source),
  }
  refuseUnknown(assembly.resources, known)
  return deployment
}

const Deploys = z.object({ ServiceToken: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }) })

/** All but the functions that only CloudFormation calls, while it deploys. */
function resourcesOfRun(resources: readonly Resource[]): readonly Resource[] {
  const deployers = resources
    .filter(({ type }) => type.startsWith('Custom::'))
    .map(({ properties }) => Deploys.parse(properties).ServiceToken['Fn::GetAtt'][0])
  return resources.filter(({ logicalId }) => !deployers.includes(logicalId))
}

function unsupported({ logicalId, type }: Resource, error: z.ZodError): Error {
  return new Error(`The local run does not support ${logicalId} (${type}): ${z.prettifyError(error)}`)
}

function refuseUnknown(resources: readonly Resource[], known: ReadonlySet<string>): void {
  for (const { type, logicalId } of resources) {
    if (!known.has(type) && !LEFT_OUT.has(type)) throw new Error(`The local run does not know ${type} (${logicalId})`)
  }
}

function functionSpec(
  properties: z.infer<typeof LambdaFunction>,
  of: { readonly name: string; readonly label: string; readonly arn: string; readonly assetFolder: string },
): FunctionSpec {
  const [file = '', handler = ''] = properties.Handler.split('.')
  return {
    name: of.name,
    label: of.label,
    arn: of.arn,
    bundle: join(of.assetFolder, `${file}.mjs`),
    handler,
    timeoutSeconds: properties.Timeout,
    memoryMegabytes: properties.MemorySize,
    concurrencyMax: properties.ReservedConcurrentExecutions,
    deadLetterQueue: properties.DeadLetterConfig && lastPart(properties.DeadLetterConfig.TargetArn),
    environment: properties.Environment?.Variables ?? {},
  }
}

/** `App/Points/Function/Resource` is `points` to everybody but CloudFormation. */
function labelOf({ metadata, logicalId }: Resource): string {
  const path = metadata['aws:cdk:path']
  return (typeof path === 'string' ? path.split('/')[1] : undefined)?.toLowerCase() ?? logicalId
}

function mappingSpec({ DestinationConfig, FunctionName, ...rest }: z.infer<typeof Mapping>, id: string): MappingSpec {
  const table = /^arn:aws:dynamodb:[^:]+:\d+:table\/([^/]+)\/stream\//.exec(rest.EventSourceArn)?.[1]
  if (table === undefined) throw new Error(`The local run follows streams of tables only, not ${rest.EventSourceArn}`)
  return {
    ...rest,
    id,
    table,
    functionName: lastPart(FunctionName),
    failureQueue: DestinationConfig && lastPart(DestinationConfig.OnFailure.Destination),
  }
}

/** The name at the end of an ARN, or the name itself. */
function lastPart(nameOrArn: string): string {
  return nameOrArn.split(':').at(-1) ?? nameOrArn
}
