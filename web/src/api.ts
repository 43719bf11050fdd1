/**
 * Calls of the product's API: same origin, a bearer token, eight seconds, and a `Problem` for everything that is not an
 * answer. A write is sent once per call; the key that makes it safe to repeat is made by whoever had the intent.
 */
import { Problem, problemOf, silence } from './problem.ts'

const TIMEOUT_MS = 8_000

export type Reply<T> = {
  readonly status: number
  readonly body: T
  readonly etag?: string
  /** The first answer to the same request, given again. */
  readonly isReplay: boolean
  readonly header: (name: string) => string | undefined
}

type Call = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  /** Idempotency-Key: made at the moment of intent, kept with the draft, used until the answer is final. */
  readonly key?: string
  readonly ifMatch?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export type ApiNeeds = {
  /** Undefined for who is not signed in; `isStale` asks for another one than last time. */
  readonly token: (isStale?: boolean) => Promise<string | undefined>
  readonly language: () => string
  readonly onSignedOut: () => void
}

export type Api = ReturnType<typeof apiOf>

export function apiOf({ token, language, onSignedOut }: ApiNeeds) {
  const send = async (path: string, call: Call, bearer: string | undefined): Promise<Response> => {
    const { method = 'GET', body, key, ifMatch, timeoutMs = TIMEOUT_MS, signal } = call
    const limit = AbortSignal.timeout(timeoutMs)
    const headers = {
      Accept: 'application/json',
      'Accept-Language': language(),
      ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(key !== undefined && { 'Idempotency-Key': key }),
      ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
    }
    const text = body === undefined ? undefined : JSON.stringify(body)
    const answer = await fetch(`/v1${path}`, {
      method,
      headers,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      ...(text !== undefined && { body: text }),
    }).catch(() => {
      throw silence(navigator.onLine)
    })
    noteClock(answer.headers.get('date'))
    return answer
  }

  /** @throws Problem */
  async function call<T>(path: string, options: Call = {}): Promise<Reply<T>> {
    const bearer = await token()
    let answer = await send(path, options, bearer)
    if (answer.status === 401 && bearer !== undefined) {
      const renewed = await token(true)
      if (renewed !== undefined) answer = await send(path, options, renewed)
      if (answer.status === 401) onSignedOut()
    }
    const body = await bodyOf(answer)
    if (!answer.ok) throw problemOf(answer.status, body, answer.headers)
    const etag = answer.headers.get('etag')
    return {
      status: answer.status,
      body: asWire<T>(body),
      isReplay: answer.headers.get('idempotency-replayed') === 'true',
      header: (name) => answer.headers.get(name) ?? undefined,
      ...(etag !== null && { etag }),
    }
  }

  return {
    call,
    get: async <T>(path: string, signal?: AbortSignal) => (await call<T>(path, signal ? { signal } : {})).body,
    post: async <T>(path: string, body: unknown, key: string) =>
      (await call<T>(path, { method: 'POST', body, key })).body,
  }
}

/** A key for one intent. */
export function newKey(): string {
  return crypto.randomUUID()
}

let offsetMs = 0

/** The server's time, as far as its last answer told: a device's own clock may be wrong by hours. */
export function serverNow(): number {
  return Date.now() + offsetMs
}

/** By how much the device is behind the server. */
export function clockOffsetMs(): number {
  return offsetMs
}

function noteClock(date: string | null): void {
  const at = Date.parse(date ?? '')
  if (Number.isFinite(at)) offsetMs = at - Date.now()
}

/** A body that is not JSON is the gateway's or a proxy's, and its status says all there is. */
async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text().catch(() => {
    throw silence(navigator.onLine)
  })
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    if (answer.ok) throw new Problem({ code: 'unexpected', status: answer.status })
    return undefined
  }
}

/** Safe as far as the server keeps its contract: the shapes in `wire.ts` are compared with the verbs' own when compiled. */
function asWire<T>(body: unknown): T {
  return body as T
}
