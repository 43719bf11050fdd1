/** Part A of the catalogue: tokens that an attacker, a wrong issuer or a careless client could send. */
import { createHmac, createPublicKey } from 'node:crypto'
import { base64url, generateKeyPair, importJWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import type { GatewayRun } from './gateway-run.ts'

export type Forged = {
  /** Of the catalogue. */
  readonly number: number
  readonly what: string
  /** The values of all Authorization headers. */
  readonly authorization: readonly string[]
  readonly status: 401 | 403
}

export type Make = Partial<JWTPayload> & Readonly<Record<string, unknown>>
export type Pool = 'staff' | 'members'

export class Mint {
  readonly #run: GatewayRun
  readonly #foreign = generateKeyPair('RS256')

  constructor(run: GatewayRun) {
    this.#run = run
  }

  staffClaims(more: Make = {}): JWTPayload {
    const now = Math.floor(Date.now() / 1000)
    const who = { sub: 'eve', scope: 'loyalty/staff', roles: ['admin'], stores: '*' }
    const issued = { iss: `${this.#run.url}/oidc/staff`, aud: 'staff-page', iat: now, exp: now + 600 }
    return defined({ ...who, ...issued, ...more })
  }

  memberClaims(memberId: string, more: Make = {}): JWTPayload {
    const issued = { iss: `${this.#run.url}/oidc/members`, aud: 'member-page', scope: 'loyalty/member' }
    return this.staffClaims({ ...issued, sub: memberId, roles: undefined, stores: undefined, ...more })
  }

  /** Of somebody who may do everything that people of this pool can do. */
  claims(pool: Pool, more: Make = {}): JWTPayload {
    return pool === 'staff' ? this.staffClaims(more) : this.memberClaims('mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ', more)
  }

  /** Signed by the issuer itself, with whatever it would never say. */
  async staff(more: Make = {}, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
    return this.sign('staff', this.staffClaims(more), header)
  }

  async member(memberId: string, more: Make = {}): Promise<string> {
    return this.sign('members', this.memberClaims(memberId, more))
  }

  /** Signed by a key of the attacker's own. */
  async foreign(header: Partial<JWTHeaderParameters> = {}, claims = this.staffClaims()): Promise<string> {
    const { privateKey } = await this.#foreign
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', ...header }).sign(privateKey)
  }

  async foreignJwk(): Promise<Record<string, unknown>> {
    const { publicKey } = await this.#foreign
    const { exportJWK } = await import('jose')
    return { ...(await exportJWK(publicKey)), kid: 'eve', alg: 'RS256', use: 'sig' }
  }

  /** `alg: none` in any spelling, with or without somebody's signature. */
  unsigned(alg: string, signature = '', claims = this.staffClaims()): string {
    return `${encoded({ alg, typ: 'JWT' })}.${encoded(claims)}.${signature}`
  }

  /** The public key taken for a shared secret. */
  withPublicKey(form: 'pem' | 'der' | 'n', alg = 'HS256', pool: Pool = 'staff'): string {
    const jwk = this.#run.keys[pool]
    const key = createPublicKey({ key: { kty: jwk.kty, n: jwk.n, e: jwk.e }, format: 'jwk' })
    const secrets = {
      pem: key.export({ type: 'spki', format: 'pem' }),
      der: key.export({ type: 'spki', format: 'der' }),
      n: String(jwk.n),
    }
    const content = `${encoded({ alg, kid: jwk.kid })}.${encoded(this.claims(pool))}`
    return `${content}.${createHmac('sha256', secrets[form]).update(content).digest('base64url')}`
  }

  kidOf(pool: Pool): string {
    return String(this.#run.keys[pool].kid)
  }

  async sign(pool: Pool, claims: JWTPayload, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
    const key = this.#run.keys[pool]
    const alg = header.alg ?? 'RS256'
    // The key says what it is for; a forger does not care.
    const { alg: _, ...anyUse } = key
    const signer = await importJWK(anyUse, alg)
    return new SignJWT(claims).setProtectedHeader({ typ: 'at+jwt', kid: String(key.kid), ...header, alg }).sign(signer)
  }
}

function bearer(number: number, what: string, token: string, status: 401 | 403 = 401): Forged {
  return { number, what, authorization: [`Bearer ${token}`], status }
}

/** @param trap an address of the attacker's that must never be fetched */
export async function forgedTokens(mint: Mint, trap: string): Promise<Forged[]> {
  return [...(await signedByOthers(mint, trap)), ...(await spoiled(mint))]
}

async function signedByOthers(mint: Mint, trap: string): Promise<Forged[]> {
  const now = Math.floor(Date.now() / 1000)
  const [, , signature = ''] = (await mint.staff()).split('.')
  const none = ['none', 'None', 'NONE', 'nOnE', ''].map((alg) => bearer(2, `alg ${alg}`, mint.unsigned(alg)))
  const jwk = await mint.foreignJwk()
  return [
    { number: 1, what: 'no token', authorization: [], status: 401 },
    ...none,
    bearer(2, 'alg none with a signature of ours', mint.unsigned('none', signature)),
    ...(['pem', 'der', 'n'] as const).map((form) =>
      bearer(3, `HS256 by the public key as ${form}`, mint.withPublicKey(form)),
    ),
    bearer(3, 'RS256 in the header, HMAC by the public key', mint.withPublicKey('pem', 'RS256')),
    bearer(3, 'RS512 by the key of the issuer', await mint.staff({}, { alg: 'RS512' })),
    bearer(3, 'PS256 by the key of the issuer', await mint.staff({}, { alg: 'PS256' })),
    bearer(4, 'expired', await mint.staff({ exp: now - 1 })),
    bearer(4, 'without an end', await mint.staff({ exp: undefined })),
    bearer(5, 'not valid yet', await mint.staff({ nbf: now + 300 })),
    bearer(5, 'issued in the future', await mint.staff({ iat: now + 300 })),
    bearer(6, 'of another issuer', await mint.staff({ iss: 'https://issuer.evil.example' })),
    bearer(6, 'of the issuer of members', await mint.staff({ iss: new URL('/oidc/members', trapless(mint)).href })),
    bearer(6, 'of an issuer almost ours', await mint.staff({ iss: `${mint.staffClaims().iss}/` })),
    bearer(6, 'of no issuer', await mint.staff({ iss: undefined })),
    bearer(7, 'for another audience', await mint.staff({ aud: 'member-page' })),
    bearer(7, 'for other audiences', await mint.staff({ aud: ['a', 'b'] })),
    bearer(7, 'for no audience', await mint.staff({ aud: undefined })),
    bearer(7, 'of another client', await mint.staff({ aud: undefined, client_id: 'other' })),
    bearer(8, 'an unknown kid', await mint.foreign({ kid: 'eve' })),
    bearer(8, 'our kid, another key', await mint.foreign({ kid: mint.kidOf('staff') })),
    bearer(8, 'no kid, another key', await mint.foreign()),
    bearer(8, 'keys at an address of its own', await mint.foreign({ kid: 'eve', jku: `${trap}/jwks.json` })),
    bearer(8, 'a certificate at an address of its own', await mint.foreign({ kid: 'eve', x5u: `${trap}/x.pem` })),
    bearer(8, 'a key of its own', await mint.foreign({ kid: 'eve', jwk })),
    bearer(8, 'a kid that is a path', await mint.foreign({ kid: '../../../../dev/null' })),
  ]
}

async function spoiled(mint: Mint): Promise<Forged[]> {
  const good = await mint.staff()
  const [head = '', claims = '', signature = ''] = good.split('.')
  return [
    bearer(9, 'cut', good.slice(0, -20)),
    bearer(9, 'without its signature', `${head}.${claims}.`),
    bearer(9, 'without the dot of its signature', `${head}.${claims}`),
    bearer(9, 'with one bit of the signature changed', `${head}.${claims}.${flipped(signature)}`),
    bearer(9, 'with other claims', `${head}.${encoded(mint.staffClaims({ sub: 'root' }))}.${signature}`),
    bearer(9, 'with a part too many', `${good}.${signature}`),
    bearer(9, 'garbage', 'garbage'),
    bearer(9, 'dots', '..'),
    bearer(9, 'of 9 KB', `${good}${'A'.repeat(9 * 1024 - good.length)}`),
    bearer(9, 'empty', ''),
    { number: 9, what: 'basic credentials', authorization: ['Basic YWRtaW46YWRtaW4='], status: 401 },
    { number: 10, what: 'two good tokens', authorization: [`Bearer ${good}`, `Bearer ${good}`], status: 401 },
    { number: 10, what: 'a good token behind a bad one', authorization: ['Bearer x', `Bearer ${good}`], status: 401 },
    { number: 10, what: 'two tokens in one header', authorization: [`Bearer ${good}, Bearer ${good}`], status: 401 },
    bearer(11, 'an ID token', await mint.staff({ scope: undefined, nonce: 'n' }), 403),
    bearer(11, 'scopes of others', await mint.staff({ scope: 'openid profile email' }), 403),
    bearer(11, 'a scope almost ours', await mint.staff({ scope: 'loyalty/staff2 Loyalty/Staff xloyalty/staff' }), 403),
    bearer(12, 'a member’s token', await mint.member('mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ')),
    bearer(
      12,
      'a member’s token that claims the scope of staff',
      await mint.member('mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ', { scope: 'loyalty/staff' }),
    ),
    bearer(
      13,
      'a machine without its scope',
      await mint.staff({ sub: 'm', client_id: 'm', scope: '', roles: undefined }),
      403,
    ),
    bearer(13, 'a member scope from the issuer of staff', await mint.staff({ scope: 'loyalty/member' }), 403),
  ]
}

function trapless(mint: Mint): string {
  return String(mint.staffClaims().iss)
}

export function encoded(value: unknown): string {
  return base64url.encode(JSON.stringify(value))
}

function defined(claims: Readonly<Record<string, unknown>>): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}

/** Another first character: its bits all count. */
function flipped(signature: string): string {
  return `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
}
