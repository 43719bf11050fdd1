/**
 * The JWT authorizer of an HTTP API: RS256 only, with keys of the configured issuer only. Whatever a token says about
 * its own key is ignored. What passed once is remembered, and its times are looked at again at every use.
 */
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Authorizer, Route } from './deployment-api.ts'

const REMEMBERED_MAX = 10_000
const TOKEN_MAX_LENGTH = 8_192

export type Decision =
  | { readonly kind: 'public' }
  | { readonly kind: 'allowed'; readonly claims: Readonly<Record<string, string>>; readonly scopes: string[] | null }
  | { readonly kind: 'unauthorized'; readonly challenge: string }
  | { readonly kind: 'forbidden'; readonly challenge: string }

export type AuthorizerParts = {
  readonly authorizers: ReadonlyMap<string, Authorizer>
  /** The public keys of an issuer, by its address. */
  readonly keysOf: (issuer: string) => JWTVerifyGetKey
  readonly now: () => number
}

type Verified = {
  readonly payload: JWTPayload
  readonly claims: Readonly<Record<string, string>>
  readonly scopes: readonly string[]
}

/** @param authorization every Authorization header of the request */
export type Authorize = (route: Route, authorization: readonly string[]) => Promise<Decision>

export function createAuthorizer(parts: AuthorizerParts): Authorize {
  const remembered = new Map<string, Verified>()

  async function verify(id: string, token: string): Promise<Verified | string> {
    const key = `${id} ${token}`
    let verified = remembered.get(key)
    if (!verified) {
      const fresh = await check(parts, id, token)
      if (typeof fresh === 'string') return fresh
      verified = fresh
      if (remembered.size >= REMEMBERED_MAX) remembered.clear()
      remembered.set(key, verified)
    }
    return wrongTime(verified.payload, Math.floor(parts.now() / 1000)) ?? verified
  }

  return async (route, authorization) => {
    if (route.authorizer === undefined) return { kind: 'public' }
    const [header, second] = authorization
    if (!header || second !== undefined) return { kind: 'unauthorized', challenge: 'Bearer' }
    const verified = await verify(route.authorizer, header.replace(/^bearer\s+/i, ''))
    const scope = `scope="${route.scopes.join(' ')}"`
    if (typeof verified === 'string') {
      const challenge = `Bearer ${scope} error="invalid_token" error_description="${verified}"`
      return { kind: 'unauthorized', challenge }
    }
    if (route.scopes.length > 0 && !route.scopes.some((wanted) => verified.scopes.includes(wanted))) {
      const description = 'the token does not have any of the required scopes'
      const challenge = `Bearer ${scope} error="insufficient_scope" error_description="${description}"`
      return { kind: 'forbidden', challenge }
    }
    const scopes = route.scopes.length > 0 ? [...verified.scopes] : null
    return { kind: 'allowed', claims: verified.claims, scopes }
  }
}

/** @returns what is wrong with the token, in words for the challenge, when something is. */
async function check(parts: AuthorizerParts, id: string, token: string): Promise<Verified | string> {
  const authorizer = parts.authorizers.get(id)
  if (!authorizer) throw new Error(`No authorizer is called ${id}`)
  if (token.length > TOKEN_MAX_LENGTH) return 'the token is too long'
  try {
    const { payload } = await jwtVerify(token, parts.keysOf(authorizer.issuer), {
      algorithms: ['RS256'],
      issuer: authorizer.issuer,
      requiredClaims: ['exp'],
      currentDate: new Date(parts.now()),
    })
    if (!audiencesOf(payload).some((audience) => authorizer.audiences.includes(audience))) {
      return 'the token does not have a valid audience'
    }
    return { payload, claims: renderClaims(payload), scopes: scopesOf(payload) }
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'the token has expired'
    if (error instanceof errors.JWTClaimValidationFailed) return `the token has an invalid ${error.claim} claim`
    // Everything that this library throws about a token is a token that is no good.
    if (error instanceof errors.JOSEError) return 'the token is invalid'
    throw error
  }
}

function wrongTime({ exp = 0, nbf = 0, iat = 0 }: JWTPayload, now: number): string | undefined {
  if (exp <= now) return 'the token has expired'
  if (nbf > now) return 'the token is not valid yet'
  if (iat > now) return 'the token was issued in the future'
  return undefined
}

/** AWS looks at `client_id` only where there is no audience. */
function audiencesOf({ aud, client_id }: JWTPayload): string[] {
  if (aud !== undefined) return [aud].flat()
  return typeof client_id === 'string' ? [client_id] : []
}

function scopesOf({ scope, scp }: JWTPayload): string[] {
  const given = scope ?? scp
  if (Array.isArray(given)) return given.map(String)
  return typeof given === 'string' ? given.split(' ').filter((item) => item !== '') : []
}

/** Every claim as the text that AWS makes of it: an array is `[a b]`, an object `map[a:b]`. */
export function renderClaims(payload: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, render(value)]))
}

function render(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(render).join(' ')}]`
  if (value === null) return '<nil>'
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([key, item]) => `${key}:${render(item)}`).join(' ')}]`
}
