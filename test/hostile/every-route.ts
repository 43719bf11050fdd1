/**
 * Every way into the product that a token guards, as the template has them, and one token for each way of being wrong. What
 * is new in the template is tried without anybody having to think of it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { MATRIX } from '../support/matrix.ts'
import { encoded, type Make, type Mint, type Pool } from './tokens.ts'

const TEMPLATE = join(import.meta.dirname, '..', '..', 'cdk.out', 'App.template.json')
const MISSING = 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'
const SOMEBODY = 'mem_01J9YYYYYYYYYYYYYYYYYYYYYY'

const Ref = z.object({ Ref: z.string() })
const Resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) })
const Template = z.object({ Resources: z.record(z.string(), Resource) })
const Authorizer = z.object({ Name: z.enum(['Staff', 'Member']) })
const Route = z.object({ RouteKey: z.string(), AuthorizerId: Ref.optional() })

/** `pool` is whose tokens open it; a public one has none. */
export type Target = { readonly method: string; readonly path: string; readonly pool: Pool | undefined }

/** As the local run serves it, which brings the template up to date before it begins. */
function routesOfTemplate(): Target[] {
  const { Resources } = Template.parse(JSON.parse(readFileSync(TEMPLATE, 'utf8')))
  const poolOf = (id: string): Pool =>
    Authorizer.parse(Resources[id]?.Properties).Name === 'Staff' ? 'staff' : 'members'
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .flatMap(({ Properties }) => {
      const { RouteKey, AuthorizerId } = Route.parse(Properties)
      const [method = '', key = ''] = RouteKey.split(' ')
      const path = key.replace('{proxy+}', 'x').replace(/\{\w+\}/g, MISSING)
      const pool = AuthorizerId && poolOf(AuthorizerId.Ref)
      const methods = method === 'ANY' ? ['GET', 'POST', 'DELETE'] : [method]
      return methods.map((each) => ({ method: each, path, pool }))
    })
}

/** The routes of the functions themselves, which the template does not name one by one. */
function routesOfFunctions(): Target[] {
  return MATRIX.map(({ method, path, may }) => ({
    method,
    path: `/v1${path.replace(/:code/, 'forbidden').replace(/:\w+/g, MISSING)}`,
    pool: may === 'anyone' ? undefined : /^\/me(\/|$)/.test(path) ? 'members' : 'staff',
  }))
}

export function everyRoute(): Target[] {
  return [...routesOfTemplate(), ...routesOfFunctions()]
}

export type Spoiled = {
  readonly what: string
  /** The values of all Authorization headers. */
  readonly authorization: readonly string[]
  readonly status: 401 | 403
}

function spoiled(what: string, token: string, status: 401 | 403 = 401): Spoiled {
  return { what, authorization: [`Bearer ${token}`], status }
}

/** Each would open the routes of this pool but for the one thing that is wrong. */
export async function spoiledTokens(mint: Mint, pool: Pool): Promise<Spoiled[]> {
  const now = Math.floor(Date.now() / 1_000)
  const other: Pool = pool === 'staff' ? 'members' : 'staff'
  const scopes = { staff: 'loyalty/staff', members: 'loyalty/member' }
  const signed = (more: Make, header = {}) => mint.sign(pool, mint.claims(pool, more), header)
  const good = await signed({})
  const [head = '', , signature = ''] = good.split('.')
  const { iss, aud } = mint.claims(other)
  const scoped = mint.claims(other, { scope: scopes[pool] })
  const replaced = encoded(mint.claims(pool, { sub: SOMEBODY }))
  const kid = mint.kidOf(pool)
  return [
    { what: 'no token', authorization: [], status: 401 },
    { what: 'two good tokens', authorization: [`Bearer ${good}`, `Bearer ${good}`], status: 401 },
    spoiled('expired', await signed({ exp: now - 1 })),
    spoiled('without an end', await signed({ exp: undefined })),
    spoiled('not valid yet', await signed({ nbf: now + 600 })),
    spoiled('of another issuer', await signed({ iss: 'https://issuer.evil.example' })),
    spoiled('that names the issuer of the other pool', await signed({ iss: iss ?? '' })),
    spoiled('of the other pool', await mint.sign(other, mint.claims(other))),
    spoiled('of the other pool with the scope of this one', await mint.sign(other, scoped)),
    spoiled('of the other pool with all claims of this one', await mint.sign(other, mint.claims(pool))),
    spoiled('for the audience of the other pool', await signed({ aud: aud ?? '' })),
    spoiled('of another client', await signed({ aud: undefined, client_id: 'other' })),
    spoiled('without a scope', await signed({ scope: 'openid email' }), 403),
    spoiled('with the scope of the other pool', await signed({ scope: scopes[other] }), 403),
    spoiled('an ID token', await signed({ scope: undefined, token_use: 'id', nonce: 'n' }), 403),
    spoiled('alg none', mint.unsigned('none', '', mint.claims(pool))),
    spoiled('alg none with a signature of ours', mint.unsigned('none', signature, mint.claims(pool))),
    spoiled('HS256 by the public key', mint.withPublicKey('pem', 'HS256', pool)),
    spoiled('RS512 by the key of the issuer', await signed({}, { alg: 'RS512' })),
    spoiled('with other claims under a good signature', `${head}.${replaced}.${signature}`),
    spoiled('under the kid of the other pool', await signed({}, { kid: mint.kidOf(other) })),
    spoiled(
      'by the key of the other pool under the kid of this one',
      await mint.sign(other, mint.claims(pool), { kid }),
    ),
    spoiled('by a stranger under our kid', await mint.foreign({ kid }, mint.claims(pool))),
    spoiled('with a key of its own', await mint.foreign({ jwk: await mint.foreignJwk() }, mint.claims(pool))),
  ]
}
