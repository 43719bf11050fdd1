/** Turns what the engine's stream says into what AWS would say, and leaves out what AWS would not say at all. */
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { REGION } from './aws.ts'

const Image = z.record(z.string(), z.unknown())

export const EngineRecord = z.object({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: z.object({
    Keys: Image,
    NewImage: Image.optional(),
    OldImage: Image.optional(),
    SequenceNumber: z.string(),
    SizeBytes: z.number().default(0),
    StreamViewType: z.string(),
    ApproximateCreationDateTime: z.number(),
  }),
})

export type StreamRecord = {
  /** Where the engine's stream stands after it. */
  readonly position: string
  readonly sequenceNumber: string
  /** Virtual time in milliseconds. */
  readonly createdAt: number
  readonly partition: string
  readonly record: Readonly<Record<string, unknown>>
  /** The record as JSON: it is sent more often than it is looked at. */
  readonly text: string
}

/** The engine counts from 1; AWS numbers are longer than a JavaScript number can hold. */
const SEQUENCE_START = 100_000_000_000_000_000_000n

export type StreamView = {
  /** The stream as the template names it. */
  readonly arn: string
  /** Name of the attribute by which records keep their order. */
  readonly partitionKey: string
  /** Milliseconds by which the virtual clock is ahead. */
  readonly clockOffset: number
}

/** @returns undefined for a write that changed nothing: AWS has no record of it. */
export function recordFor(raw: z.infer<typeof EngineRecord>, view: StreamView): StreamRecord | undefined {
  const { eventName, dynamodb } = raw
  if (eventName === 'MODIFY' && dynamodb.OldImage && isDeepStrictEqual(dynamodb.NewImage, dynamodb.OldImage)) {
    return undefined
  }
  const sequenceNumber = String(SEQUENCE_START + BigInt(dynamodb.SequenceNumber))
  const createdAt = dynamodb.ApproximateCreationDateTime * 1000 + view.clockOffset
  const record = {
    eventID: createHash('md5').update(`${view.arn} ${sequenceNumber}`).digest('hex'),
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: REGION,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(createdAt / 1000),
      Keys: dynamodb.Keys,
      ...(dynamodb.NewImage && { NewImage: dynamodb.NewImage }),
      ...(dynamodb.OldImage && { OldImage: dynamodb.OldImage }),
      SequenceNumber: sequenceNumber,
      SizeBytes: dynamodb.SizeBytes,
      StreamViewType: dynamodb.StreamViewType,
    },
    eventSourceARN: view.arn,
  }
  return {
    position: dynamodb.SequenceNumber,
    sequenceNumber,
    createdAt,
    partition: JSON.stringify(dynamodb.Keys[view.partitionKey]),
    record,
    text: JSON.stringify(record),
  }
}
