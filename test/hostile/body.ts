/** Bodies as text, so that what JavaScript could not hold can be sent: numbers as they are spelled, keys given twice. */
import type { Sent } from '../support/matrix.ts'

const MARK = '@@token@@'

/** The request with one field spelled as told; steps that are not there are made. @param pointer RFC 6901 */
export function withToken({ path, options }: Sent, pointer: string, token: string): Sent {
  const body = structuredClone(options.body) as Record<string, unknown>
  const steps = pointer.split('/').slice(1)
  const last = steps.pop() ?? ''
  let at: Record<string, unknown> = body
  for (const step of steps) {
    at[step] ??= {}
    at = at[step] as Record<string, unknown>
  }
  at[last] = MARK
  return withRaw(
    { path, options },
    JSON.stringify(body).replace(`"${MARK}"`, () => token),
  )
}

export function withRaw({ path, options }: Sent, raw: string | Uint8Array): Sent {
  const { body: _, ...rest } = options
  return { path, options: { ...rest, raw } }
}

/** The body with more text behind its opening brace. */
export function withText(sent: Sent, text: string): Sent {
  const body = JSON.stringify(sent.options.body)
  return withRaw(sent, body === '{}' ? `{${text}}` : `{${text},${body.slice(1)}`)
}

export function withHeaders({ path, options }: Sent, headers: Readonly<Record<string, string>>): Sent {
  return { path, options: { ...options, headers: { ...options.headers, ...headers } } }
}

export function withQuery({ path, options }: Sent, query: string): Sent {
  return { path: `${path}${path.includes('?') ? '&' : '?'}${query}`, options }
}

export function nested(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`
}
