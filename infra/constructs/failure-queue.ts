/**
 * Where work ends that was tried often enough: the last stop, encrypted, kept for 14 days. Nothing consumes it; an alarm
 * rings at its first message.
 */
import { Duration, Validations } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

export class FailureQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) })
    const reason =
      'This queue is itself the failure queue: an alarm rings at its first message and nothing consumes it.'
    Validations.of(this).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-SQS3', reason },
      { id: 'Serverless::Serverless-SQSRedrivePolicy', reason },
    )
  }
}
