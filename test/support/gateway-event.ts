/**
 * The event that API Gateway's HTTP API sends to a function (payload 2.0): header names in lower case, claims as text,
 * arrays in claims as `[a b]`, bodies that are not text in base64.
 */
import type { LambdaEvent } from 'hono/aws-lambda'
import type { Role } from '../../functions/platform/auth.ts'

export type GatewayEvent = Extract<LambdaEvent, { rawPath: string }>
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'

export type Caller = {
  readonly role: Role | 'anyone'
  /** `*` unless told otherwise; members have none. */
  readonly stores?: '*' | readonly string[]
  /** Whose token a member carries. */
  readonly memberId?: string
  /** Another person or machine of the same role. */
  readonly id?: string
  /** The mail address that the issuer has proven. */
  readonly contact?: string
  /** Seconds since 1970 of the sign-in; just now unless told otherwise. */
  readonly authTime?: number
}

export type RequestOptions = {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, in place of `body`; content type JSON unless `headers` say otherwise. */
  readonly raw?: string | Uint8Array
  /** The Idempotency-Key header. */
  readonly key?: string
  /** The If-Match header. */
  readonly ifMatch?: string
}

const shared = globalThis as { revisitTestRequests?: number }

export function gatewayEvent(request: {
  caller: Caller
  method: Method
  path: string
  options: RequestOptions
}): GatewayEvent {
  const { caller, method, options } = request
  const [rawPath = '', rawQueryString = ''] = request.path.split('?')
  const content = contentOf(options)
  shared.revisitTestRequests = (shared.revisitTestRequests ?? 0) + 1
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: headersOf(options, content !== undefined),
    requestContext: {
      accountId: '000000000000',
      apiId: 'test',
      domainName: 'api.example.test',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: `request-${shared.revisitTestRequests}`,
      routeKey: '$default',
      stage: '$default',
      time: new Date().toUTCString(),
      timeEpoch: Date.now(),
      ...(caller.role !== 'anyone' && {
        authorizer: { jwt: { claims: claimsOf(caller, caller.role), scopes: [scopeOf(caller.role)] } },
      }),
    },
    ...(content !== undefined && { body: content.text }),
    isBase64Encoded: content?.isBase64 ?? false,
  }
  // The adapter's type wants fields of other kinds of gateways and knows no event without an authorizer or a body.
  return event as unknown as GatewayEvent
}

function contentOf(options: RequestOptions): { text: string; isBase64: boolean } | undefined {
  if (options.raw instanceof Uint8Array) {
    return { text: Buffer.from(options.raw).toString('base64'), isBase64: true }
  }
  if (options.raw !== undefined) return { text: options.raw, isBase64: false }
  return options.body === undefined ? undefined : { text: JSON.stringify(options.body), isBase64: false }
}

function headersOf(options: RequestOptions, hasContent: boolean): Record<string, string> {
  const given = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
  return {
    host: 'api.example.test',
    accept: '*/*',
    ...(hasContent && { 'content-type': 'application/json' }),
    ...(options.key !== undefined && { 'idempotency-key': options.key }),
    ...(options.ifMatch !== undefined && { 'if-match': options.ifMatch }),
    ...Object.fromEntries(given),
  }
}

function scopeOf(role: Role): string {
  if (role === 'member') return 'loyalty/member'
  return role === 'pos' ? 'loyalty/pos' : 'loyalty/staff'
}

function claimsOf(caller: Caller, role: Role): Record<string, string> {
  const { stores = '*' } = caller
  const issuer = role === 'member' ? 'members' : 'staff'
  const subject = caller.memberId ?? caller.id ?? (role === 'pos' ? 'pos-local' : `local-${role}`)
  return {
    iss: `https://issuer.example.test/${issuer}`,
    aud: `revisit-${issuer}`,
    sub: subject,
    iat: String(Math.floor(Date.now() / 1000)),
    exp: String(Math.floor(Date.now() / 1000) + 3600),
    scope: scopeOf(role),
    ...(role === 'member' && { auth_time: String(caller.authTime ?? Math.floor(Date.now() / 1000)) }),
    ...(caller.contact !== undefined && { email: caller.contact }),
    ...(role === 'pos' && { client_id: subject }),
    ...(role !== 'member' && { stores: stores === '*' ? '*' : `[${stores.join(' ')}]` }),
    ...(role !== 'member' && role !== 'pos' && { roles: `[${role}]` }),
  }
}
