/**
 * What time sets off. A tick only asks the function to do what is left of today, so one that is late, lost or doubled
 * changes nothing.
 */
import { Duration, TimeZone } from 'aws-cdk-lib'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler'
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

/** The next tick comes within the hour, so a tick that cannot be delivered is not worth more. */
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
    new Schedule(this, 'Schedule', {
      schedule: ScheduleExpression.cron({ minute: String(minute), timeZone: TimeZone.ETC_UTC }),
      target: new LambdaInvoke(target, {
        input: ScheduleTargetInput.fromObject({ tick: 'hourly' }),
        deadLetterQueue: failures,
        retryAttempts: TRIES,
        maxEventAge: AGE_MAX,
      }),
    })
  }
}
