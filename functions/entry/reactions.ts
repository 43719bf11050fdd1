/**
 * The Lambda function behind the ledger's stream: what was written is announced on the event bus. Whether it should have been
 * written is the auditor's business.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import middy from '@middy/core'
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { inOrder } from '../platform/each-record.ts'
import { parseEnv } from '../platform/env.ts'
import { ENTRY_RECORDED, type EntryRecorded, entryRecorded } from '../points/events.ts'

/** EventBridge takes ten events a call. */
const EVENTS_MAX = 10

const client = new EventBridgeClient({})

export const handler = middy<DynamoDBStreamEvent>().handler((event) => inOrder(event.Records, EVENTS_MAX, announce))

async function announce(records: readonly DynamoDBRecord[]): Promise<number | undefined> {
  const written = records.filter((record) => record.eventName === 'INSERT')
  if (written.length === 0) return undefined
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
