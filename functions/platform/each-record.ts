/**
 * Works through the records of a stream batch in order and reports the first that failed, so that the stream repeats from
 * there and nothing after it overtakes. What was done before it is done again at most once more.
 */
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda'
import { causeOf, log } from './log.ts'

/** @param run settles up to `size` records. @returns the index of the first that failed, or undefined. */
export async function inOrder(
  records: readonly DynamoDBRecord[],
  size: number,
  run: (records: readonly DynamoDBRecord[]) => Promise<number | undefined>,
): Promise<DynamoDBBatchResponse> {
  for (let start = 0; start < records.length; start += size) {
    const batch = records.slice(start, start + size)
    const failed = batch[(await firstFailure(batch, run)) ?? batch.length]
    const itemIdentifier = failed?.dynamodb?.SequenceNumber
    if (itemIdentifier !== undefined) return { batchItemFailures: [{ itemIdentifier }] }
  }
  return { batchItemFailures: [] }
}

/** A batch that throws is tried one by one, so that one poisonous record cannot hold up those before it. */
async function firstFailure(
  batch: readonly DynamoDBRecord[],
  run: (records: readonly DynamoDBRecord[]) => Promise<number | undefined>,
): Promise<number | undefined> {
  try {
    return await run(batch)
  } catch (error) {
    const recordId = batch[0]?.eventID
    log({
      level: 'error',
      message: 'record failed',
      cause: causeOf(error),
      ...(recordId !== undefined && { recordId }),
    })
    if (batch.length === 1) return 0
  }
  for (const [index, record] of batch.entries()) if ((await firstFailure([record], run)) !== undefined) return index
  return undefined
}
