/**
 * Passes calls for DynamoDB on to the engine and its answers back, byte for byte; and where faults or physics are in
 * force, answers in DynamoDB's own words, or not at all.
 */
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Disturbances } from './disturbances.ts'
import { callOf, type DynamoCall, type KeyNames } from './dynamo-call.ts'
import type { CallFault } from './faults.ts'
import type { Refused } from './refusals.ts'

const ENGINE_MAX_MS = 30_000
const WRITES = /^(TransactWriteItems|PutItem|UpdateItem|DeleteItem|BatchWriteItem)$/
const JSON_TYPE = 'application/x-amz-json-1.0'
const ERRORS = 'com.amazonaws.dynamodb.v20120810#'

export type RelayParts = {
  readonly engineEndpoint: string
  readonly disturbances: Disturbances
  readonly keyNames: KeyNames
  /** Something may have been written: a stream is worth a look. */
  readonly onWrite: () => void
}

export type Exchange = {
  readonly operation: string
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly body: Buffer
}
/** Undefined: the engine does not answer. */
type Answer = { readonly status: number; readonly headers: string[]; readonly body: Buffer } | undefined

export class Relay {
  readonly #parts: RelayParts
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })

  constructor(parts: RelayParts) {
    this.#parts = parts
  }

  close(): void {
    this.#agent.destroy()
  }

  async pass(exchange: Exchange): Promise<void> {
    const { faults, physics } = this.#parts.disturbances
    if (faults === undefined && physics === undefined) return give(exchange, await this.#ask(exchange))
    const call = callOf(exchange.operation, parsed(exchange.body), this.#parts.keyNames)
    const fault = faults?.drawCall(call)
    if (fault === undefined) return give(exchange, await this.#settle(exchange, call))
    await this.#strike(exchange, call, fault)
  }

  async #strike(exchange: Exchange, call: DynamoCall, fault: CallFault): Promise<void> {
    if (fault.effect === 'refused') return give(exchange, refusal(fault.refused))
    if (fault.effect === 'lost') await this.#settle(exchange, call)
    if (fault.kind === 'serverError') return give(exchange, serverError())
    // Left open: the caller waits until its own time-out.
    if (fault.kind !== 'timeout') exchange.outgoing.socket?.resetAndDestroy()
  }

  async #settle(exchange: Exchange, call: DynamoCall): Promise<Answer> {
    const { physics } = this.#parts.disturbances
    const verdict = physics?.begin(performance.now(), call)
    if (verdict === undefined) return this.#ask(exchange)
    if (verdict.kind === 'refuse') return refusal(verdict.refused)
    try {
      const rest = verdict.until - performance.now()
      if (rest > 0) await wait(rest)
      return await this.#ask(exchange)
    } finally {
      physics?.end(performance.now(), verdict.ticket)
    }
  }

  #ask({ incoming, body, operation }: Exchange): Promise<Answer> {
    const { engineEndpoint, onWrite } = this.#parts
    return new Promise((resolve) => {
      const broken = () => resolve(undefined)
      const call = request(engineEndpoint, {
        method: 'POST',
        path: '/',
        agent: this.#agent,
        headers: incoming.rawHeaders,
        timeout: ENGINE_MAX_MS,
      })
      call.once('timeout', () => call.destroy(new Error('the engine took too long')))
      call.once('error', broken)
      call.once('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', broken)
        response.once('end', () => {
          const status = response.statusCode ?? 500
          if (status === 200 && WRITES.test(operation)) onWrite()
          resolve({ status, headers: response.rawHeaders, body: Buffer.concat(chunks) })
        })
      })
      call.end(body)
    })
  }
}

function give({ outgoing }: Exchange, answer: Answer): void {
  // A reset is what a function would see if DynamoDB went away.
  if (answer === undefined) outgoing.destroy()
  else outgoing.writeHead(answer.status, answer.headers).end(answer.body)
}

/** @returns undefined for what is no JSON; the engine will say so. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function refusal({ name, message, reasons }: Refused): Answer {
  return said(400, {
    __type: ERRORS + name,
    message,
    Message: message,
    ...(reasons && { CancellationReasons: reasons }),
  })
}

function serverError(): Answer {
  return said(500, { __type: `${ERRORS}InternalServerError`, message: 'Internal server error' })
}

function said(status: number, content: unknown): Answer {
  const body = Buffer.from(JSON.stringify(content))
  return { status, headers: ['content-type', JSON_TYPE, 'content-length', String(body.length)], body }
}
