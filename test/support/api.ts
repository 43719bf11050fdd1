/**
 * The API as its callers see it: real gateway events go to the handlers of all capabilities over tables of their own,
 * with a clock that the test moves. `(await testApi()).as('cashier').post('/v1/members', {…})`
 */
import type { LambdaContext } from 'hono/aws-lambda'
import { memberRoutes } from '../../functions/members/routes.ts'
import type { Role } from '../../functions/platform/auth.ts'
import { processServices, type Services } from '../../functions/platform/context.ts'
import { createApi, type Routes } from '../../functions/platform/http.ts'
import type { LogLine } from '../../functions/platform/log.ts'
import type { Tables } from '../../functions/platform/table.ts'
import { pointsRoutes } from '../../functions/points/routes.ts'
import { tellLedger } from '../../functions/points/tell-ledger.ts'
import { programRoutes } from '../../functions/program/routes.ts'
import { reportRoutes } from '../../functions/reports/routes.ts'
import { rewardRoutes } from '../../functions/rewards/routes.ts'
import { type Clock, controlClock } from './clock.ts'
import { type Caller, type GatewayEvent, gatewayEvent, type Method, type RequestOptions } from './gateway-event.ts'
import { aStaffPool, type PoolSeen } from './staff-pool.ts'
import { freshTables } from './tables.ts'

/** What a member's account becomes is an entry of the ledger, so points answers it. */
const STANDING = /^\/v1\/members\/[^/]+\/(freeze|unfreeze|close|merge)$/

const OWN_REWARDS = ['/v1/me/rewards', '/v1/me/redemptions', '/v1/me/reservations', '/v1/me/vouchers']

/** Which handler answers a path; the first prefix that fits. */
const capabilities = (
  pool: PoolSeen,
): readonly (readonly [prefixes: readonly (string | RegExp)[], routes: Routes])[] => [
  [['/v1/program', '/v1/health', '/v1/problems'], programRoutes(() => ({ version: '0.0.0', commit: 'test' }), pool)],
  [
    ['/v1/points', '/v1/me/card', '/v1/me/entries', '/v1/me/export', '/v1/me/proof', '/v1/me/transfers', STANDING],
    pointsRoutes,
  ],
  [['/v1/rewards', ...OWN_REWARDS], rewardRoutes],
  [['/v1/reports'], reportRoutes],
  [['/v1/members', '/v1/me'], memberRoutes(tellLedger)],
]

export const TEST_SECRET = 'the secret of the tests'

/** `body` is parsed where the answer is JSON. The tests look into it freely, hence the open type. */
export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  // biome-ignore lint/suspicious/noExplicitAny: a test names the fields it expects and fails where they are missing
  readonly body: any
}

export type Client = {
  get(path: string, options?: RequestOptions): Promise<Reply>
  delete(path: string, options?: RequestOptions): Promise<Reply>
  post(path: string, body?: unknown, options?: RequestOptions): Promise<Reply>
  put(path: string, body?: unknown, options?: RequestOptions): Promise<Reply>
  patch(path: string, body?: unknown, options?: RequestOptions): Promise<Reply>
  send(method: Method, path: string, options?: RequestOptions): Promise<Reply>
}

export type TestApi = {
  readonly clock: Clock
  readonly tables: Tables
  readonly services: Services
  readonly pool: PoolSeen
  /** Every line logged through a context, oldest first. */
  readonly logs: readonly LogLine[]
  /** `anyone` calls without a token, as public routes allow. */
  as(role: Role | 'anyone', who?: Omit<Caller, 'role'>): Client
}

export async function testApi(start?: string): Promise<TestApi> {
  const tables = await freshTables()
  const logs: LogLine[] = []
  const services: Services = {
    ...processServices(
      (usage) => ({ ...tables, usage }),
      async () => TEST_SECRET,
    ),
    log: (line) => {
      logs.push(line)
    },
  }
  const pool = aStaffPool()
  const handlers = capabilities(pool).map(([prefixes, routes]) => ({
    prefixes,
    handler: createApi(() => services, routes),
  }))
  const deliver = (event: GatewayEvent) => {
    const found = handlers.find(({ prefixes }) => prefixes.some((prefix) => isUnder(prefix, event.rawPath)))
    if (!found) throw new Error(`no capability of test/support/api.ts answers ${event.rawPath}`)
    return found.handler(event, LAMBDA_CONTEXT)
  }
  return {
    clock: controlClock(start),
    tables,
    services,
    pool,
    logs,
    as: (role, who = {}) => clientOf({ ...who, role }, deliver),
  }
}

type Deliver = (event: GatewayEvent) => Promise<unknown>

function clientOf(caller: Caller, deliver: Deliver): Client {
  const send: Client['send'] = async (method, path, options = {}) =>
    replyOf(await deliver(gatewayEvent({ caller, method, path, options })))
  const withBody = (method: Method) => (path: string, body?: unknown, options?: RequestOptions) =>
    send(method, path, { ...(body !== undefined && { body }), ...options })
  return {
    send,
    get: (path, options) => send('GET', path, options),
    delete: (path, options) => send('DELETE', path, options),
    post: withBody('POST'),
    put: withBody('PUT'),
    patch: withBody('PATCH'),
  }
}

function replyOf(answer: unknown): Reply {
  const { statusCode, headers, body } = answer as { statusCode: number; headers: Record<string, string>; body: string }
  const isJson = /json/.test(headers['content-type'] ?? '')
  return { status: statusCode, headers, body: isJson ? JSON.parse(body) : body }
}

function isUnder(prefix: string | RegExp, path: string): boolean {
  if (prefix instanceof RegExp) return prefix.test(path)
  return path === prefix || path.startsWith(`${prefix}/`)
}

/** What Lambda hands over besides the event; nothing in the functions reads more than the request id. */
const LAMBDA_CONTEXT: LambdaContext = {
  awsRequestId: 'test',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
  memoryLimitInMB: '512',
  logGroupName: 'test',
  logStreamName: 'test',
  getRemainingTimeInMillis: () => 10_000,
}
