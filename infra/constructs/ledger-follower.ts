/**
 * Gives the ledger's entries to a function, in order and in small batches that fail one record at a time; what it cannot
 * digest goes to a queue of its own.
 */
import { Duration, Validations } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Construct } from 'constructs'
import type { FunctionName } from '../../functions/platform/env.ts'
import { entrySortPrefix, SORT } from '../../functions/platform/table-design.ts'
import type { CapabilityFunction } from './capability-function.ts'
import { FailureQueue } from './failure-queue.ts'

/** A stream carries two readers well: what announces entries and what checks them. @returns the failure queue */
export function followLedger<N extends FunctionName>(
  scope: Construct,
  ledger: ITable,
  follower: CapabilityFunction<N>,
): FailureQueue {
  const failures = new FailureQueue(scope, `${follower.node.id}Failures`)
  follower.lambda.addEventSource(
    new DynamoEventSource(ledger, {
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
  Validations.of(follower).acknowledge({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason: 'dynamodb:ListStreams, which an event source mapping needs, knows no resource; it reveals names only.',
  })
  return failures
}
