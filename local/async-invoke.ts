/**
 * Lambda's asynchronous invocation, which is how a schedule calls: a function that fails is called again, and what still
 * fails goes to the destination that the template gives the function, or is gone but for the log.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { AsyncSpec } from './deployment-schedules.ts'
import type { Outcome } from './function-worker.ts'

/** Lambda waits a minute, then two; short here, because people wait for a clock to move. */
const BACKOFF_MS = 25
const DEFAULT: AsyncSpec = { retriesMax: 2, failureQueue: undefined }

export type AsyncParts = {
  readonly functionArn: string
  readonly spec: AsyncSpec | undefined
  /** Receives the event itself, where the destination of `spec` receives all that is known of the failure. */
  readonly deadLetterQueue: string | undefined
  readonly invoke: (payload: string, requestId: string) => Promise<Outcome>
  readonly sendFailure: (queue: string, body: string) => void
  readonly now: () => number
}

export type AsyncOutcome = { readonly outcome: Outcome; readonly tries: number }

/** @returns the last outcome; a failure has reached its queue by then, if it has one. */
export async function invokeAsync(parts: AsyncParts, payload: string): Promise<AsyncOutcome> {
  const { retriesMax, failureQueue } = parts.spec ?? DEFAULT
  const { deadLetterQueue, sendFailure } = parts
  const requestId = randomUUID()
  for (let tries = 1; ; tries += 1) {
    const outcome = await parts.invoke(payload, requestId)
    if (outcome.ok) return { outcome, tries }
    if (tries > retriesMax) {
      if (deadLetterQueue !== undefined) sendFailure(deadLetterQueue, payload)
      const failed = { payload, requestId, outcome, tries }
      if (failureQueue !== undefined) sendFailure(failureQueue, failureBody(parts, failed))
      return { outcome, tries }
    }
    await wait(BACKOFF_MS * tries)
  }
}

type Failed = {
  readonly payload: string
  readonly requestId: string
  readonly outcome: Outcome & { ok: false }
  readonly tries: number
}

function failureBody({ functionArn, now }: AsyncParts, { payload, requestId, outcome, tries }: Failed): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(now()).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: tries,
    },
    requestPayload: JSON.parse(payload),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: outcome.errorType, errorMessage: outcome.errorMessage },
  })
}
