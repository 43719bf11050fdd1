import type { DynamoDBRecord } from 'aws-lambda'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { inOrder } from '../../../functions/platform/each-record.ts'

const records = (count: number): DynamoDBRecord[] =>
  Array.from({ length: count }, (_, index) => ({ eventID: `e${index}`, dynamodb: { SequenceNumber: String(index) } }))
const failures = (...numbers: number[]) => ({
  batchItemFailures: numbers.map((number) => ({ itemIdentifier: String(number) })),
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe('records in order', () => {
  test('are done in batches of the size asked for, each once', async () => {
    const seen: string[][] = []
    const answer = await inOrder(records(5), 2, async (batch) => {
      seen.push(batch.map(({ eventID }) => eventID ?? ''))
      return undefined
    })
    expect(answer).toEqual(failures())
    expect(seen).toEqual([['e0', 'e1'], ['e2', 'e3'], ['e4']])
  })

  test('stop at the first that failed, so that nothing after it overtakes', async () => {
    let batches = 0
    const answer = await inOrder(records(9), 3, async () => {
      batches += 1
      return batches === 2 ? 1 : undefined
    })
    expect([answer, batches]).toEqual([failures(4), 2])
  })

  test('of a batch that throws are tried one by one, so that one poisonous record holds up none before it', async () => {
    const lines: string[] = []
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
    const done: string[] = []
    const answer = await inOrder(records(4), 4, async (batch) => {
      if (batch.some(({ eventID }) => eventID === 'e2')) throw new TypeError('secret of a customer')
      done.push(...batch.map(({ eventID }) => eventID ?? ''))
      return undefined
    })
    expect([answer, done]).toEqual([failures(2), ['e0', 'e1']])
    expect(lines.join('')).toContain('"recordId":"e2"')
    expect(lines.join('')).not.toContain('secret of a customer')
  })

  test('of nothing is nothing', async () => {
    expect(await inOrder([], 10, async () => 0)).toEqual(failures())
  })
})
