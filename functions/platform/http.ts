/**
 * The HTTP edge that all API functions share: what a request may look like, what every answer carries, and the one place
 * where a refusal becomes a status. Routes stay one line each.
 */
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda'
import { Hono, type Context as HonoContext, type MiddlewareHandler } from 'hono'
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Answer, REPLAYED } from './answer.ts'
import { ANYONE, actorFromClaims } from './auth.ts'
import { type Command, requireRole } from './command.ts'
import { type Context, contextOf, type Services } from './context.ts'
import { causeOf, log } from './log.ts'
import { type Language, problemDocument, Refusal, refuseFields } from './problem.ts'
import { parseStrictJson } from './strict-json.ts'
import { signalOf } from './transact.ts'
import { pointer } from './validation.ts'

export type HttpEnv = {
  Bindings: { event: APIGatewayProxyEventV2WithJWTAuthorizer; lambdaContext: LambdaContext }
  Variables: { ctx: Context }
}
export type Http = HonoContext<HttpEnv>
export type Routes = Hono<HttpEnv>

const BODY_MAX_BYTES = 64 * 1024
const SECURITY_HEADERS = {
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
} as const

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Mounts a capability's routes under `/v1` and makes the Lambda handler of them. */
export function createApi(services: () => Services, routes: Routes) {
  const app = new Hono<HttpEnv>()
  app.use(withContext(services))
  app.route('/v1', routes)
  app.notFound((c) => {
    const offered = METHODS.filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method !== 'ALL'),
    )
    if (offered.length === 0) return problem(c, new Refusal('not_found'))
    return problem(c, new Refusal('method_not_allowed'), { Allow: offered.join(', ') })
  })
  app.onError((error, c) => problem(c, asRefusal(error, c)))
  const handler = handle(app)
  return (event: LambdaEvent, context?: LambdaContext) => handler(withoutIdleBody(withPlainPath(event)), context)
}

/** The body of a GET means nothing, and the adapter would throw at it. */
function withoutIdleBody(event: LambdaEvent): LambdaEvent {
  const { http } = event.requestContext as { http?: { method: string } }
  return http?.method === 'GET' || http?.method === 'HEAD' ? { ...event, body: null } : event
}

/** What our ids and numbers are made of. The gateway hands paths over decoded, and a URL would cut or resolve the rest. */
const PLAIN_PATH = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~:@!$&'()*+,;=-]*)+$/

/** Nothing of ours is at any other path, so it is answered as the root, where nothing is. */
function withPlainPath(event: LambdaEvent): LambdaEvent {
  return 'rawPath' in event && !PLAIN_PATH.test(event.rawPath) ? { ...event, rawPath: '/' } : event
}

function withContext(services: () => Services): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const claims = c.env.event.requestContext.authorizer?.jwt?.claims
    // From the event, because the adapter drops an empty header and escapes what is not ASCII.
    const idempotencyKey = c.env.event.headers['idempotency-key']
    const request = {
      actor: claims === undefined ? ANYONE : actorFromClaims(claims),
      now: Date.now(),
      requestId: c.env.event.requestContext.requestId,
      language: languageOf(c),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    }
    c.set('ctx', contextOf(services(), request))
    requireJsonAccepted(c.req.header('accept'))
    refuseRepeatedParameters(c)
    await next()
  }
}

/**
 * Calls a verb with the request's context and answers what it returns. The input is read after the role was checked, so
 * that who may not call a route learns nothing about what it wants:
 * `routes.post('/points/purchases', (c) => answer(c, award, () => bodyOf(c)))`
 */
export async function answer<Input, Output>(
  c: Http,
  verb: Command<Input, Output>,
  read: () => Promise<unknown> | unknown,
): Promise<Response> {
  requireRole(c.var.ctx, verb.allow)
  const output = await verb(c.var.ctx, await read())
  if (output instanceof Answer) return c.json(output.body, output.status, { ...SECURITY_HEADERS, ...output.headers })
  return c.json(output, 200, SECURITY_HEADERS)
}

/**
 * The JSON object in the body together with the parameters of the path.
 * @throws Refusal `unsupported_media_type`, `payload_too_large`, those of `parseStrictJson`, `validation_failed` for
 * anything but an object, `unknown_field` for a body that repeats a path parameter and for any query parameter.
 */
export async function bodyOf(c: Http, path: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
    throw new Refusal('unsupported_media_type')
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  if (bytes.byteLength > BODY_MAX_BYTES) throw new Refusal('payload_too_large')
  const value = parseStrictJson(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('validation_failed', { errors: [{ pointer: '', code: 'invalid_value' }] })
  }
  refuseQuery(c)
  return merged(value as Record<string, unknown>, path)
}

function refuseQuery(c: Http): void {
  const names = Object.keys(c.req.query())
  if (names.length > 0) throw refuseFields(names.map((name) => ({ pointer: pointer([name]), code: 'unknown_field' })))
}

/** A body that may be left out altogether. */
export async function optionalBodyOf(
  c: Http,
  path: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  if (c.req.header('content-type') !== undefined) return bodyOf(c, path)
  if ((await c.req.arrayBuffer()).byteLength > 0) throw new Refusal('unsupported_media_type')
  return { ...path }
}

/** Query parameters as text, together with the parameters of the path. */
export function queryOf(c: Http, path: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  return merged(c.req.query(), path)
}

/**
 * A parameter of the path that must be of one form; anything else is not there.
 * @throws Refusal `not_found`
 */
export function pathOf(c: Http, name: string, form: RegExp): string {
  const value = c.req.param(name) ?? ''
  if (!form.test(value)) throw new Refusal('not_found')
  return value
}

function merged(given: Record<string, unknown>, path: Readonly<Record<string, string>>): Record<string, unknown> {
  const repeated = Object.keys(path).filter((name) => Object.hasOwn(given, name))
  if (repeated.length > 0)
    throw refuseFields(repeated.map((name) => ({ pointer: pointer([name]), code: 'unknown_field' })))
  return { ...given, ...path }
}

function problem(c: Http, refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Response {
  const { requestId, domainName } = c.env.event.requestContext
  const document = problemDocument(refusal, {
    instance: refusal.firstInstance ?? requestId,
    language: languageOf(c),
    origin: `https://${domainName}`,
  })
  return c.body(JSON.stringify(document), document.status as ContentfulStatusCode, {
    ...SECURITY_HEADERS,
    'Content-Type': 'application/problem+json',
    ...(document.retryable && { 'Retry-After': '1' }),
    ...rateHeaders(refusal),
    ...(refusal.firstInstance !== undefined && REPLAYED),
    ...headers,
  })
}

function rateHeaders({ details: { rate } }: Refusal): Record<string, string> {
  if (rate === undefined) return {}
  const { policy, most, seconds, retryAfter } = rate
  return {
    'Retry-After': String(retryAfter),
    RateLimit: `"${policy}";r=0;t=${retryAfter}`,
    'RateLimit-Policy': `"${policy}";q=${most};w=${seconds}`,
  }
}

function asRefusal(error: unknown, c: Http): Refusal {
  if (error instanceof Refusal) return error
  if (signalOf(error) !== 'defect') return new Refusal('try_again')
  const { requestId } = c.env.event.requestContext
  log({ level: 'error', message: 'unexpected error', requestId, cause: causeOf(error) })
  return new Refusal('internal_error')
}

function requireJsonAccepted(accept: string | undefined): void {
  const isAccepted =
    accept === undefined || /(^|,)\s*(\*\/\*|application\/(\*|json|problem\+json))\s*(;|,|$)/i.test(accept)
  if (!isAccepted) throw new Refusal('not_acceptable')
}

function refuseRepeatedParameters(c: Http): void {
  const repeated = Object.entries(c.req.queries()).find(([, values]) => values.length > 1)
  if (repeated) throw new Refusal('repeated_parameter', { params: { name: repeated[0].slice(0, 64) } })
}

/** The first language of the header that we speak; Chinese without a script follows the region. */
function languageOf(c: Http): Language {
  for (const range of (c.req.header('accept-language') ?? '').slice(0, 200).toLowerCase().split(',')) {
    const tag = range.split(';')[0]?.trim() ?? ''
    if (/^en(-|$)/.test(tag)) return 'en'
    if (/^zh-(hant|tw|hk|mo)(-|$)/.test(tag)) return 'zh-Hant'
    if (/^zh(-|$)/.test(tag)) return 'zh-Hans'
  }
  return 'en'
}
