/**
 * Physics and faults for clients of the SDK. What they refuse or lose reaches the caller as the very errors that the SDK
 * raises, and inside the client's own retries, so that a client which repeats by itself does so here as well.
 *
 *     using mounted = sdkPhysics([tables.reader, tables.writer], { physics, faults, now, wait })
 */
import {
  InternalServerError,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { callOf, type DynamoCall } from './dynamo-call.ts'
import type { CallFault, Faults } from './faults.ts'
import type { Physics } from './physics.ts'
import type { Refused } from './refusals.ts'

export type SdkPhysics = {
  readonly physics?: Pick<Physics, 'begin' | 'end'>
  readonly faults?: Pick<Faults, 'drawCall'>
  /** Milliseconds; virtual in tests. */
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  /** How long a caller waits for an answer that does not come; by default as long as the functions do. */
  readonly timeoutMs?: number
  /** Told of each fault before it strikes. */
  readonly onFault?: (fault: CallFault, call: DynamoCall) => void
}

const NAME = 'sdkPhysics'
const TIMEOUT_MS = 2_000

/** For clients that have no physics yet. A fault drawn comes before the physics, as a broken line does. */
export function sdkPhysics(clients: readonly DynamoDBDocumentClient[], parts: SdkPhysics): Disposable {
  for (const { middlewareStack } of clients) {
    middlewareStack.add(
      (next, context) => async (args) => {
        const call = callOf(String(context.commandName), args.input)
        return pass(parts, call, async () => {
          const result = await next(args)
          return { result, units: unitsOf(result.output) }
        })
      },
      // Innermost of the steps that a retry repeats.
      { step: 'finalizeRequest', priority: 'low', name: NAME },
    )
  }
  return {
    [Symbol.dispose]: () => {
      for (const { middlewareStack } of clients) middlewareStack.remove(NAME)
    },
  }
}

type Sent<R> = { readonly result: R; readonly units: number | undefined }

async function pass<R>(parts: SdkPhysics, call: DynamoCall, send: () => Promise<Sent<R>>): Promise<R> {
  const fault = parts.faults?.drawCall(call)
  if (fault === undefined) return settle(parts, call, send)
  parts.onFault?.(fault, call)
  if (fault.effect === 'refused') throw sdkError(fault.refused)
  // Whatever the engine said, nobody hears it.
  if (fault.effect === 'lost') await Promise.allSettled([settle(parts, call, send)])
  if (fault.kind === 'timeout') await parts.wait(parts.timeoutMs ?? TIMEOUT_MS)
  throw brokenLine(fault.kind)
}

async function settle<R>(
  { physics, now, wait }: SdkPhysics,
  call: DynamoCall,
  send: () => Promise<Sent<R>>,
): Promise<R> {
  if (physics === undefined) return (await send()).result
  const verdict = physics.begin(now(), call)
  if (verdict.kind === 'refuse') throw sdkError(verdict.refused)
  let units: number | undefined
  try {
    const rest = verdict.until - now()
    if (rest > 0) await wait(rest)
    const sent = await send()
    units = sent.units
    return sent.result
  } finally {
    physics.end(now(), verdict.ticket, units)
  }
}

function unitsOf(output: object): number | undefined {
  const consumed = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined
  const isOne = typeof consumed === 'object' && consumed !== null && 'CapacityUnits' in consumed
  return isOne ? Number(consumed.CapacityUnits) : undefined
}

/** The exception that the SDK makes of such an answer. */
export function sdkError({ name, message, reasons }: Refused): Error {
  const about = { message, $metadata: { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 } }
  switch (name) {
    case 'TransactionCanceledException':
      return new TransactionCanceledException({
        ...about,
        Message: message,
        ...(reasons && { CancellationReasons: [...reasons] }),
      })
    case 'TransactionConflictException':
      return new TransactionConflictException(about)
    case 'TransactionInProgressException':
      return new TransactionInProgressException({ ...about, Message: message })
    case 'ThrottlingException':
      return new ThrottlingException(about)
  }
}

type Broken = Exclude<CallFault, { effect: 'refused' }>['kind']

/** What the SDK's HTTP handler rejects with when there is no answer, or the exception it makes of a status 500. */
export function brokenLine(kind: Broken): Error {
  switch (kind) {
    case 'timeout':
      return Object.assign(new Error('the request took longer than its time-out'), { name: 'TimeoutError' })
    case 'reset':
      return Object.assign(new Error('read ECONNRESET'), { name: 'TimeoutError', code: 'ECONNRESET' })
    case 'serverError':
      return new InternalServerError({ message: 'Internal server error', $metadata: { httpStatusCode: 500 } })
    case 'connectionRefused':
      return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    case 'nameNotFound':
      return Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
  }
}
