/**
 * The Lambda function that watches the ledger's stream: every entry is checked against the one before it, and an entry that was
 * changed or removed raises the alarm, because entries never change.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import middy from '@middy/core'
import type { DynamoDBRecord, DynamoDBStreamEvent, Context as LambdaContext } from 'aws-lambda'
import type { Context } from '../platform/context.ts'
import { inOrder } from '../platform/each-record.ts'
import { parseEnv } from '../platform/env.ts'
import { checkWritten, reportChange } from '../points/audit-stream.ts'
import { workerContext } from './worker-services.ts'

/** Entries that are checked together; each of them may cost a read. */
const TOGETHER_MAX = 25

const contextFor = workerContext(() => parseEnv('auditor', process.env))

export const handler = middy<DynamoDBStreamEvent>().handler((event, lambda: LambdaContext) => {
  const ctx = contextFor(lambda.awsRequestId)
  return inOrder(event.Records, TOGETHER_MAX, (records) => check(ctx, records))
})

async function check(ctx: Context, records: readonly DynamoDBRecord[]): Promise<undefined> {
  const written = records.filter(({ eventName }) => eventName === 'INSERT')
  for (const record of records) if (record.eventName !== 'INSERT') await reportChange(ctx, changeOf(record))
  await checkWritten(ctx, written.map(imageOf))
}

/** The stream's images have the shape that the client reads; the two libraries only name the type twice. */
function imageOf(record: DynamoDBRecord) {
  return unmarshall((record.dynamodb?.NewImage ?? {}) as Record<string, AttributeValue>)
}

function changeOf({ eventName, dynamodb }: DynamoDBRecord) {
  const { pk, sk } = dynamodb?.Keys ?? {}
  return {
    memberId: String(pk?.S).slice('A#'.length),
    seq: Number(String(sk?.S).slice('E#'.length)),
    isRemoved: eventName === 'REMOVE',
  }
}
