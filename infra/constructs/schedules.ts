/**
 * What time sets off. A tick only asks the function to do what is left of today, so one that is late, lost or doubled
 * changes nothing.
 */
import { Aws, Duration, TimeZone } from 'aws-cdk-lib'
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

/** The next tick comes within the hour, so one that cannot be handed over is not worth more. */
const TRIES = 3
const AGE_MAX = Duration.minutes(30)

export type HourlyTickProps = {
  readonly target: IFunction
  readonly minute: number
  readonly failures: IQueue
}

export class HourlyTick extends Construct {
  constructor(scope: Construct, id: string, { target, minute, failures }: HourlyTickProps) {
    super(scope, id)
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    })
    // The usual grant would add every version and alias of the function.
    Grant.addToPrincipal({ grantee: role, actions: ['lambda:InvokeFunction'], resourceArns: [target.functionArn] })
    Grant.addToPrincipal({ grantee: role, actions: ['sqs:SendMessage'], resourceArns: [failures.queueArn] })
    new Schedule(this, 'Schedule', {
      schedule: ScheduleExpression.cron({ minute: String(minute), timeZone: TimeZone.ETC_UTC }),
      target: {
        bind: () => ({
          arn: target.functionArn,
          role,
          input: ScheduleTargetInput.fromObject({ tick: 'hourly' }),
          retryPolicy: { maximumRetryAttempts: TRIES, maximumEventAgeInSeconds: AGE_MAX.toSeconds() },
          deadLetterConfig: { arn: failures.queueArn },
        }),
      },
    })
  }
}
