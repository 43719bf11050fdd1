/**
 * The Lambda function behind the ledger's stream: what was written goes into the reports and is announced on the event bus.
 * Whether it should have been written is the auditor's business.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import middy from '@middy/core'
import type { DynamoDBRecord, DynamoDBStreamEvent, Context as LambdaContext } from 'aws-lambda'
import type { Context } from '../platform/context.ts'
import { inOrder } from '../platform/each-record.ts'
import { parseEnv } from '../platform/env.ts'
import { ENTRY_RECORDED, type EntryRecorded, entryRecorded } from '../points/events.ts'
import { onEntry } from '../reports/on-entry.ts'
import { workerContext } from './worker-services.ts'

/** EventBridge takes ten events a call. */
const EVENTS_MAX = 10

const client = new EventBridgeClient({})

const contextFor = workerContext(() => parseEnv('reactions', process.env))

export const handler = middy<DynamoDBStreamEvent>().handler((event, lambda: LambdaContext) => {
  const ctx = contextFor(lambda.awsRequestId)
  return inOrder(event.Records, EVENTS_MAX, (records) => follow(ctx, records))
})

async function follow(ctx: Context, records: readonly DynamoDBRecord[]): Promise<number | undefined> {
  const written = records.filter((record) => record.eventName === 'INSERT')
  if (written.length === 0) return undefined
  await onEntry(ctx, { rows: written.map(imageOf) })
  return announce(records, written)
}

async function announce(
  records: readonly DynamoDBRecord[],
  written: readonly DynamoDBRecord[],
): Promise<number | undefined> {
  const { EVENT_BUS } = parseEnv('reactions', process.env)
  const Entries = written.map((record) => busEntry(EVENT_BUS, entryRecorded(imageOf(record))))
  const answer = await client.send(new PutEventsCommand({ Entries }))
  const failed = written.find((_, index) => answer.Entries?.[index]?.ErrorCode !== undefined)
  return failed && records.indexOf(failed)
}

function busEntry(EventBusName: string, detail: EntryRecorded) {
  const Time = new Date(detail.recordedAt)
  return { EventBusName, Source: 'revisit.points', DetailType: ENTRY_RECORDED, Detail: JSON.stringify(detail), Time }
}

/** The stream's images have the shape that the client reads; the two libraries only name the type twice. */
function imageOf(record: DynamoDBRecord) {
  return unmarshall((record.dynamodb?.NewImage ?? {}) as Record<string, AttributeValue>)
}
