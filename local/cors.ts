/** CORS as an HTTP API does it: only from configuration, the functions' own headers replaced, nothing without it. */
import type { IncomingMessage } from 'node:http'
import type { Cors } from './deployment-api.ts'
import type { Response } from './http-event.ts'

export type CorsRules = {
  /** The gateway's answer to OPTIONS, which never reaches a function. */
  readonly preflight: (incoming: IncomingMessage) => Response | undefined
  readonly headers: (incoming: IncomingMessage) => Readonly<Record<string, string>>
}

const NONE = {}

export function corsFor(cors: Cors | undefined): CorsRules {
  if (!cors) return { preflight: () => undefined, headers: () => NONE }
  const any = cors.AllowOrigins.includes('*')
  const originFor = ({ headers: { origin } }: IncomingMessage) =>
    origin !== undefined && (any || cors.AllowOrigins.includes(origin)) ? (any ? '*' : origin) : undefined
  const common = (origin: string): Record<string, string> => ({
    'access-control-allow-origin': origin,
    ...(any ? {} : { vary: 'Origin' }),
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
  })
  return {
    preflight: (incoming) => {
      if (incoming.method !== 'OPTIONS') return undefined
      const origin = originFor(incoming)
      const isAsked = incoming.headers['access-control-request-method'] !== undefined
      if (origin === undefined || !isAsked) return { status: 204, headers: {}, body: Buffer.alloc(0) }
      const headers = {
        ...common(origin),
        'access-control-allow-methods': cors.AllowMethods.join(','),
        'access-control-allow-headers': cors.AllowHeaders.join(','),
        ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
      }
      return { status: 204, headers, body: Buffer.alloc(0) }
    },
    headers: (incoming) => {
      const origin = incoming.method === 'OPTIONS' ? undefined : originFor(incoming)
      if (origin === undefined) return NONE
      const exposed = cors.ExposeHeaders.join(',')
      return { ...common(origin), ...(exposed !== '' && { 'access-control-expose-headers': exposed }) }
    },
  }
}
