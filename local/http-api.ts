/**
 * The HTTP API of the template: chooses the route, checks the token, calls the function. Every answer that is not the
 * function's is the gateway's own, with the body that API Gateway gives.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authorize } from './authorizer.ts'
import { corsFor } from './cors.ts'
import type { Deployment } from './deployment.ts'
import type { Outcome } from './function-worker.ts'
import type { LocalFunction } from './functions.ts'
import { eventOf, type Response, responseOf } from './http-event.ts'
import { routeMatcher } from './http-routes.ts'

/** Limits of API Gateway and Lambda. */
const BODY_MAX_BYTES = 10 * 1024 * 1024
const PAYLOAD_MAX_BYTES = 6 * 1024 * 1024
const HEADERS_MAX_BYTES = 10_240
const INTEGRATION_MAX_MS = 30_000

export type HttpApiParts = {
  readonly deployment: Pick<Deployment, 'routes' | 'cors'>
  readonly functions: ReadonlyMap<string, LocalFunction>
  readonly authorize: Authorize
  readonly now: () => number
}

export type HttpHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

export function createHttpApi(parts: HttpApiParts): HttpHandler {
  const match = routeMatcher(parts.deployment.routes)
  const cors = corsFor(parts.deployment.cors)

  async function answer(incoming: IncomingMessage, requestId: string): Promise<Response> {
    const { method = 'GET', url = '/' } = incoming
    if (headerBytes(incoming) > HEADERS_MAX_BYTES) return own(431, 'Request Header Fields Too Large')
    const preflight = cors.preflight(incoming)
    if (preflight) return preflight
    const [encodedPath = '/', query = ''] = url.split(/\?(.*)/s)
    const path = decodePath(encodedPath)
    if (path === undefined) return own(400, 'Bad Request')
    const found = match(method, path)
    const target = found && parts.functions.get(found.route.functionName)
    if (!found || !target) return own(404, 'Not Found')
    const decision = await parts.authorize(found.route, incoming.headersDistinct.authorization ?? [])
    if (decision.kind === 'unauthorized') return own(401, 'Unauthorized', { 'www-authenticate': decision.challenge })
    if (decision.kind === 'forbidden') return own(403, 'Forbidden', { 'www-authenticate': decision.challenge })
    const body = await bodyOf(incoming)
    if (!body) return own(413, 'Request Entity Too Large', { connection: 'close' })
    const authorizer = decision.kind === 'allowed' ? { claims: decision.claims, scopes: decision.scopes } : undefined
    const facts = { incoming, body, match: found, path, query, requestId, now: parts.now(), authorizer }
    const payload = JSON.stringify(eventOf(facts))
    if (Buffer.byteLength(payload) > PAYLOAD_MAX_BYTES) return own(413, 'Request Entity Too Large')
    return fromOutcome(await withinTime(target.invoke(payload, requestId)))
  }

  return async (incoming, outgoing) => {
    const requestId = randomBytes(11).toString('base64url')
    const response = await answer(incoming, requestId)
    outgoing.writeHead(response.status, {
      date: new Date(parts.now()).toUTCString(),
      'content-length': response.body.length,
      ...response.headers,
      ...cors.headers(incoming),
      'apigw-requestid': requestId,
    })
    outgoing.end(incoming.method === 'HEAD' ? undefined : response.body)
  }
}

function own(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  const body = Buffer.from(JSON.stringify({ message }))
  return { status, headers: { 'content-type': 'application/json', ...headers }, body }
}

const UNAVAILABLE = 'Service Unavailable'
const FAILED = 'Internal Server Error'

function fromOutcome(outcome: Outcome | 'late'): Response {
  if (outcome === 'late') return own(503, UNAVAILABLE)
  if (!outcome.ok) {
    return outcome.errorType === 'TooManyRequestsException' ? own(503, UNAVAILABLE) : own(500, FAILED)
  }
  if (Buffer.byteLength(outcome.payload) > PAYLOAD_MAX_BYTES) return own(500, FAILED)
  return responseOf(outcome.payload) ?? own(500, FAILED)
}

async function withinTime(work: Promise<Outcome>): Promise<Outcome | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), INTEGRATION_MAX_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * API Gateway hands the path to the function decoded, and ends it at a question mark that was encoded.
 * @returns undefined when it is not percent-encoded text
 */
function decodePath(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded).split('?')[0]
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** Request line and header values, which is what the limit is about. */
function headerBytes({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, method.length + url.length)
}

/** @returns undefined for a body that is too large; the rest of it is not read. */
function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= BODY_MAX_BYTES) return chunks.push(chunk)
      incoming.pause()
      resolve(undefined)
    })
    incoming.once('end', () => resolve(Buffer.concat(chunks)))
    incoming.once('error', reject)
  })
}
