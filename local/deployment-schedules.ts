/** The schedules of the template, and what becomes of an asynchronous invocation that fails. */
import * as z from 'zod'
import type { ApiSource } from './deployment-api.ts'
import { type ScheduleTimes, scheduleTimes } from './schedule-times.ts'
import type { Resource } from './template.ts'

const leftOut = z.unknown().optional()

const Schedule = z.strictObject({
  Name: z.string().optional(),
  Description: leftOut,
  GroupName: leftOut,
  KmsKeyArn: leftOut,
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  Target: z.strictObject({
    Arn: z.string(),
    Input: z.string().optional(),
    RoleArn: leftOut,
    // For events that cannot be handed over to Lambda, which does not happen on one machine.
    RetryPolicy: z
      .strictObject({ MaximumRetryAttempts: z.int().min(0), MaximumEventAgeInSeconds: z.int().min(60) })
      .partial()
      .optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  }),
})

const ScheduleGroup = z.strictObject({ Name: leftOut, Tags: leftOut })

const EventInvokeConfig = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: z.int().min(0).max(2).default(2),
  // Nothing waits that long here: one try follows the other at once.
  MaximumEventAgeInSeconds: leftOut,
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }).optional(),
})

export type ScheduleSpec = {
  readonly name: string
  readonly arn: string
  readonly functionName: string
  readonly expression: string
  readonly zone: string
  readonly isEnabled: boolean
  readonly times: ScheduleTimes
  /** What the function is given; undefined for the event that EventBridge makes up. */
  readonly input: string | undefined
}

export type AsyncSpec = { readonly retriesMax: number; readonly failureQueue: string | undefined }

export type ScheduleSource = Pick<ApiSource, 'read' | 'functions'> & {
  readonly nameOf: (resource: Resource) => string
  readonly arnOf: (resource: Resource) => string
}

/** @throws when a schedule has an expression or a target that is not understood */
export function readSchedules({ read, functions, nameOf, arnOf }: ScheduleSource): ScheduleSpec[] {
  read('AWS::Scheduler::ScheduleGroup', ScheduleGroup, () => undefined)
  return read('AWS::Scheduler::Schedule', Schedule, (properties, resource) => {
    const { Target, ScheduleExpression: expression, ScheduleExpressionTimezone: zone } = properties
    const target = functions.find(({ arn }) => arn === Target.Arn)
    if (!target) throw new Error(`${resource.logicalId} invokes ${Target.Arn}, which is no function`)
    return {
      name: nameOf(resource),
      arn: arnOf(resource),
      functionName: target.name,
      expression,
      zone,
      isEnabled: properties.State === 'ENABLED',
      times: timesOf(resource.logicalId, expression, zone),
      input: Target.Input,
    }
  })
}

function timesOf(logicalId: string, expression: string, zone: string): ScheduleTimes {
  try {
    return scheduleTimes(expression, zone)
  } catch (error) {
    throw new Error(`${logicalId} has a schedule that is not understood: ${String(error)}`)
  }
}

/** By name of the function; the others have what Lambda has by default. */
export function readAsyncSpecs({ read }: Pick<ScheduleSource, 'read'>): ReadonlyMap<string, AsyncSpec> {
  return new Map(
    read('AWS::Lambda::EventInvokeConfig', EventInvokeConfig, (properties) => [
      properties.FunctionName.split(':').at(-1) ?? '',
      {
        retriesMax: properties.MaximumRetryAttempts,
        failureQueue: properties.DestinationConfig?.OnFailure.Destination.split(':').at(-1),
      },
    ]),
  )
}
