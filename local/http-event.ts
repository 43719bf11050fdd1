/** Between HTTP and a function: a request as event of payload format 2.0, and its result as a response. */
import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import * as z from 'zod'
import { ACCOUNT } from './aws.ts'
import type { Match } from './http-routes.ts'

export type RequestFacts = {
  readonly incoming: IncomingMessage
  readonly body: Buffer
  readonly match: Match
  readonly path: string
  readonly query: string
  readonly requestId: string
  readonly now: number
  readonly authorizer:
    | { readonly claims: Readonly<Record<string, string>>; readonly scopes: string[] | null }
    | undefined
}

/** Sent on as text; everything else, forms included, is base64. */
const TEXT = /^(text\/[^;]*|application\/(json|xml|javascript|([^;]*\+)?(json|xml)))\s*(;|$)/i

export function eventOf(facts: RequestFacts): Record<string, unknown> {
  const { incoming, body, match, path, query } = facts
  const { headers, cookies } = headersOf(incoming, facts.now)
  const isNamedText = TEXT.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined
  // Bytes that are no text must reach the function as they came, whatever they call themselves.
  const isText = isNamedText && isUtf8(body)
  return {
    version: '2.0',
    routeKey: match.route.key,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query !== '' && { queryStringParameters: queryParameters(query) }),
    requestContext: requestContext(facts, headers),
    ...(match.pathParameters && { pathParameters: match.pathParameters }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

function requestContext(facts: RequestFacts, headers: Readonly<Record<string, string>>): Record<string, unknown> {
  const { incoming, match, path, requestId, now, authorizer } = facts
  // The API's own name, whatever host the request names.
  const domainName = `localhost:${incoming.socket.localPort ?? 0}`
  return {
    accountId: ACCOUNT,
    apiId: 'local',
    ...(authorizer && { authorizer: { jwt: authorizer } }),
    domainName,
    domainPrefix: 'localhost',
    http: {
      method: incoming.method,
      path,
      protocol: `HTTP/${incoming.httpVersion}`,
      sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
      userAgent: headers['user-agent'] ?? '',
    },
    requestId,
    routeKey: match.route.key,
    stage: '$default',
    time: commonLogTime(now),
    timeEpoch: now,
  }
}

/** Lower-cased, repeated ones joined by commas, cookies apart; what the gateway itself adds cannot be sent by a client. */
function headersOf(incoming: IncomingMessage, now: number): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {}
  const cookies: string[] = []
  const raw = incoming.rawHeaders
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = raw[index + 1] ?? ''
    if (name === 'cookie') cookies.push(...value.split(/;\s*/))
    else if (!HOP_BY_HOP.has(name)) headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`
  }
  const client = incoming.socket.remoteAddress ?? '127.0.0.1'
  const before = headers['x-forwarded-for']
  headers['x-forwarded-for'] = before === undefined ? client : `${before}, ${client}`
  headers['x-forwarded-port'] = String(incoming.socket.localPort ?? '')
  headers['x-forwarded-proto'] = 'http'
  headers['x-amzn-trace-id'] ??= `Root=1-${seconds(now)}-${randomBytes(12).toString('hex')}`
  return { headers, cookies }
}

const seconds = (now: number) => Math.floor(now / 1000).toString(16)

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value
  }
  return parameters
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}

const Result = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

export type Response = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer
}

/** @returns undefined when the function answered something that the gateway cannot make a response of. */
export function responseOf(payload: string): Response | undefined {
  const value: unknown = JSON.parse(payload)
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(payload) }
  }
  const parsed = Result.safeParse(value)
  if (!parsed.success) return undefined
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data
  const answered: Record<string, string | string[]> = {}
  for (const [name, given] of Object.entries(headers ?? {})) {
    const key = name.toLowerCase()
    if (!HOP_BY_HOP.has(key) && !OWN.has(key)) answered[key] = String(given)
  }
  if (cookies && cookies.length > 0) answered['set-cookie'] = cookies
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > 0) answered['content-type'] ??= 'text/plain;charset=utf-8'
  return { status: statusCode, headers: answered, body: bytes }
}

/** The gateway's to say. */
const OWN = new Set(['content-length', 'date'])
