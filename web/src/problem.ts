/**
 * What went wrong, as every screen understands it: the refusal of the product, the gateway's own answer by its status, or
 * that no answer came. The words are the page's (`problem.<code>`), so that a number can be named in the reader's language.
 */

export type Params = Readonly<Record<string, string | number | boolean | null>>
export type FieldError = { readonly pointer: string; readonly code: string }
export type Reason = { readonly code: string; readonly params?: Params }

type Facts = {
  readonly code: string
  /** 0 where no answer came. */
  readonly status: number
  readonly params?: Params
  readonly errors?: readonly FieldError[]
  readonly reasons?: readonly Reason[]
  /** Id of the request, for whoever is asked for help. */
  readonly instance?: string
  readonly retryAfterSeconds?: number
  /** The whole answer, for what only one screen reads, such as `prior`. */
  readonly body?: Readonly<Record<string, unknown>>
}

export class Problem extends Error {
  readonly facts: Facts

  constructor(facts: Facts) {
    super(facts.code)
    this.name = 'Problem'
    this.facts = facts
  }

  get code(): string {
    return this.facts.code
  }

  /** No answer, or one that says that it is not known: the same request with the same key finds out. */
  get isUnknown(): boolean {
    const { status, code } = this.facts
    return status === 0 || status >= 500 || status === 408 || code === 'request_in_progress'
  }
}

/** Codes that no function sends: what the gateway or the network says. */
export const OWN_CODES = ['offline', 'no_answer', 'signed_out', 'too_many_attempts', 'unexpected'] as const

const GATEWAY: Readonly<Record<number, string>> = {
  401: 'signed_out',
  403: 'forbidden',
  404: 'not_found',
  413: 'payload_too_large',
  429: 'too_many_attempts',
  500: 'internal_error',
  503: 'try_again',
}

/** @param body what came, parsed, or undefined where it was not JSON. */
export function problemOf(status: number, body: unknown, headers: { get(name: string): string | null }): Problem {
  const record = asRecord(body)
  const code =
    typeof record.code === 'string' ? record.code : (GATEWAY[status] ?? (status >= 500 ? 'try_again' : 'unexpected'))
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN)
  const instance = record.instance ?? headers.get('apigw-requestid')
  return new Problem({
    code,
    status,
    params: asParams(record.params),
    errors: asList(record.errors).map(asFieldError),
    reasons: asList(record.reasons).map(asReason),
    ...(typeof instance === 'string' && { instance }),
    ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
    body: record,
  })
}

/** What `fetch` throws: nothing was heard, and whether anything was done is not known. */
export function silence(isOnline: boolean): Problem {
  return new Problem({ code: isOnline ? 'no_answer' : 'offline', status: 0 })
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem({ code: 'unexpected', status: 0 })
}

function asReason(value: unknown): Reason {
  const record = asRecord(value)
  return typeof value === 'string' ? { code: value } : { code: String(record.code), params: asParams(record.params) }
}

function asFieldError(value: unknown): FieldError {
  const { pointer, code } = asRecord(value)
  return {
    pointer: typeof pointer === 'string' ? pointer : '',
    code: typeof code === 'string' ? code : 'invalid_value',
  }
}

function asParams(value: unknown): Params {
  const isPlain = (part: unknown) => part === null || ['string', 'number', 'boolean'].includes(typeof part)
  return Object.fromEntries(Object.entries(asRecord(value)).filter(([, part]) => isPlain(part))) as Params
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Safe because an object read from JSON has text keys and nothing is claimed of what they hold. */
function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
