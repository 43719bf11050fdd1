/** What a verb answers when status or headers matter. Apart from the HTTP edge, so that a worker does not carry that. */
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Anything else that a verb returns is a body with status 200. */
export class Answer<Body> {
  readonly status: ContentfulStatusCode
  readonly body: Body
  readonly headers: Readonly<Record<string, string>>

  constructor(status: ContentfulStatusCode, body: Body, headers: Readonly<Record<string, string>> = {}) {
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export const REPLAYED = { 'Idempotency-Replayed': 'true' } as const
