/**
 * Speaks to the public API for the import: one token, and the same request again while the server is away or busy.
 * Sending again is safe because every request of the import carries its own once-only key.
 */
import { setTimeout as wait } from 'node:timers/promises'

/** Nothing further can be sent; the message is a sentence for the person. */
export class ImportStopped extends Error {}

export type Answer = { readonly status: number; readonly replayed: boolean; readonly body: Record<string, unknown> }
export type ApiRequest = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly idempotencyKey?: string
}
export type ApiClient = {
  /** Answers whatever the server finally says, also a refusal. @throws ImportStopped when it says nothing. */
  send(request: ApiRequest, stop?: AbortSignal): Promise<Answer>
  requestsSent(): number
}
export type Credentials = { readonly token: string } | { readonly clientId: string; readonly clientSecret: string }
export type ClientOptions = {
  readonly url: string
  readonly credentials: Credentials
  /** How long one request is repeated after its first failure; the default outlasts a restart of the server. */
  readonly patienceMs?: number
  readonly onWaiting?: (reason: string) => void
}

const PATIENCE_MS = 45_000
const TRY_TIMEOUT_MS = 35_000
const BACKOFF_FIRST_MS = 100
const BACKOFF_MAX_MS = 2_000
/** A 500 is a defect and not the weather: after these tries it becomes the row's reason. */
const DEFECT_TRIES_MAX = 3

type Reply = Answer & { readonly retryAfterMs: number }
type Away = { readonly away: string }

export function createApiClient({ url, credentials, patienceMs = PATIENCE_MS, onWaiting }: ClientOptions): ApiClient {
  let requests = 0
  let token: Promise<string> | undefined
  const patience = { url, patienceMs, onWaiting: onWaiting ?? (() => {}) }
  const sendOnce = async (request: ApiRequest, stop?: AbortSignal) => {
    token ??= fetchToken(url, credentials, { ...patience, stop })
    const used = token
    const bearer = await used
    const reply = await patiently(() => callApi({ url, bearer, request, onSend: () => (requests += 1) }), {
      ...patience,
      stop,
    })
    if (reply.status === 401 && token === used) token = undefined
    return reply
  }
  return {
    requestsSent: () => requests,
    async send(request, stop) {
      const reply = await sendOnce(request, stop)
      return reply.status === 401 && !('token' in credentials) ? sendOnce(request, stop) : reply
    },
  }
}

/** Asked before the first write, so that a wrong address or token is one sentence and not half an import. */
export async function programCurrency(client: ApiClient): Promise<string> {
  const { status, body } = await client.send({ method: 'GET', path: '/v1/program' })
  const { document } = body
  if (typeof document === 'object' && document !== null && 'currency' in document) return String(document.currency)
  if (status === 401 || status === 403) throw new ImportStopped(`the server does not accept this token (${status})`)
  throw new ImportStopped(`GET /v1/program shows no program (answer ${status}); name the API with --url`)
}

type Patience = {
  readonly url: string
  readonly patienceMs: number
  readonly onWaiting: (reason: string) => void
  readonly stop?: AbortSignal
}

async function patiently(
  attempt: () => Promise<Reply>,
  { url, patienceMs, onWaiting, stop }: Patience,
): Promise<Reply> {
  let deadline: number | undefined
  for (let tries = 1; ; tries += 1) {
    const result = await attempt().catch(asAway)
    if (!('away' in result) && !isPassing(result, tries)) return result
    const reason = 'away' in result ? result.away : `answer ${result.status}`
    const asked = 'away' in result ? 0 : result.retryAfterMs
    const pause = Math.max(asked, Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (tries - 1)))
    deadline ??= performance.now() + patienceMs
    if (performance.now() + pause > deadline) {
      throw new ImportStopped(
        `${url} took no request for ${Math.round(patienceMs / 1_000)} s (${reason}); start it or name another --url`,
      )
    }
    onWaiting(reason)
    await wait(pause, undefined, { signal: stop }).catch(() => {
      throw new ImportStopped('stopped while waiting for the server')
    })
  }
}

function isPassing({ status, body }: Answer, tries: number): boolean {
  if (status === 500) return tries < DEFECT_TRIES_MAX
  return [429, 502, 503, 504].includes(status) || (status === 409 && body.code === 'request_in_progress')
}

/** `fetch` rejects with a TypeError for every failure of the network, and with a DOMException for our time limit. */
function asAway(error: unknown): Away {
  if (error instanceof DOMException && error.name === 'TimeoutError') return { away: 'no answer in time' }
  if (!(error instanceof TypeError)) throw error
  const { cause } = error
  return { away: cause instanceof Error && 'code' in cause ? String(cause.code) : error.message }
}

async function fetchToken(url: string, credentials: Credentials, patience: Patience): Promise<string> {
  if ('token' in credentials) return credentials.token
  const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64')
  const { status, body } = await patiently(
    () =>
      call(`${url}/oidc/staff/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'loyalty/pos' }).toString(),
      }),
    patience,
  )
  if (status === 200 && typeof body.access_token === 'string') return body.access_token
  const why = [status, body.error_description ?? body.error].filter((part) => part !== undefined).join(' ')
  throw new ImportStopped(`the issuer at ${url}/oidc/staff gave no token (${why}); pass one with --token`)
}

type ApiCall = {
  readonly url: string
  readonly bearer: string
  readonly request: ApiRequest
  readonly onSend: () => void
}

function callApi({ url, bearer, request, onSend }: ApiCall): Promise<Reply> {
  const headers: Record<string, string> = { authorization: `Bearer ${bearer}`, accept: 'application/json' }
  if (request.body !== undefined) headers['content-type'] = 'application/json'
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey
  const body = request.body === undefined ? null : JSON.stringify(request.body)
  onSend()
  return call(`${url}${request.path}`, { method: request.method, headers, body })
}

async function call(target: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(target, { ...init, redirect: 'error', signal: AbortSignal.timeout(TRY_TIMEOUT_MS) })
  const seconds = Number(response.headers.get('retry-after') ?? 0)
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed') === 'true',
    body: parseObject(await response.text()),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : 0,
  }
}

/** What a proxy answers need not be JSON; such an answer is judged by its status alone. */
function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
