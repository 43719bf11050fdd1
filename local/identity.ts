/**
 * The two issuers of a local run: their keys, kept in the data folder so that tokens survive a restart, and the tokens
 * that `npm run token` hands out. What a token says here is what the deployed issuers say.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose'
import * as z from 'zod'
import { readState, writeState } from './state.ts'

/** For whom tokens are made: the client of the issuer's page, which is what the gateway accepts. */
export const AUDIENCES = { staff: 'staff-page', members: 'member-page' } as const
export type IssuerName = keyof typeof AUDIENCES

export const PEOPLE = ['cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor'] as const

/** Clients of the staff issuer that are machines; public knowledge, because nothing here leaves this machine. */
export const MACHINES = [
  { clientId: 'pos-local', secret: 'pos-local-secret', scope: 'loyalty/pos' },
  { clientId: 'admin-local', secret: 'admin-local-secret', scope: 'loyalty/admin' },
] as const

/** Long enough for a day at the desk. */
export const TOKEN_SECONDS = 12 * 60 * 60

const Jwk = z.record(z.string(), z.unknown())
const Kept = z.object({ staff: Jwk, members: Jwk })

const Stores = z.union([z.literal('*'), z.array(z.string().min(1).max(64)).min(1).max(100)]).default('*')
export const TokenRequest = z.union([
  z.strictObject({ role: z.enum([...PEOPLE, 'pos']), stores: Stores }),
  z.strictObject({ member: z.string().regex(/^mem_[0-9A-HJKMNP-TV-Z]{26}$/) }),
])

export class Identity {
  readonly origin: string
  readonly keys: Readonly<Record<IssuerName, JWK>>
  readonly #now: () => number
  readonly #keySets: ReadonlyMap<string, JWTVerifyGetKey>

  private constructor(options: IdentityOptions, keys: Readonly<Record<IssuerName, JWK>>) {
    this.origin = options.origin
    this.keys = keys
    this.#now = options.now
    this.#keySets = new Map(
      (['staff', 'members'] as const).map((name) => [
        this.issuer(name),
        createLocalJWKSet({ keys: [publicPart(keys[name])] }),
      ]),
    )
  }

  static async open(options: IdentityOptions): Promise<Identity> {
    const file = join(options.dataDir, 'identity.json')
    const kept = readState(file, Kept)
    if (kept) return new Identity(options, kept)
    const [staff, members] = await Promise.all([newKey(), newKey()])
    writeState(file, { staff, members })
    return new Identity(options, { staff, members })
  }

  issuer(name: IssuerName): string {
    return `${this.origin}/oidc/${name}`
  }

  /** @throws when the template names an issuer that is not one of ours: nothing is fetched from elsewhere. */
  keysOf(issuer: string): JWTVerifyGetKey {
    const keys = this.#keySets.get(issuer)
    if (!keys) throw new Error(`The local run has no issuer ${issuer}`)
    return keys
  }

  /** What a page must know to sign its people in. */
  clients(): Readonly<Record<IssuerName, { readonly authority: string; readonly clientId: string }>> {
    return {
      members: { authority: this.issuer('members'), clientId: AUDIENCES.members },
      staff: { authority: this.issuer('staff'), clientId: AUDIENCES.staff },
    }
  }

  async token(wanted: z.infer<typeof TokenRequest>): Promise<string> {
    if ('member' in wanted) return this.#sign('members', { sub: wanted.member, scope: 'loyalty/member' })
    const { role, stores } = wanted
    if (role !== 'pos')
      return this.#sign('staff', { sub: `local-${role}`, scope: 'loyalty/staff', roles: [role], stores })
    const [pos] = MACHINES
    return this.#sign('staff', { sub: pos.clientId, client_id: pos.clientId, scope: pos.scope, stores })
  }

  async #sign(name: IssuerName, claims: Record<string, unknown>): Promise<string> {
    const issuedAt = Math.floor(this.#now() / 1000)
    return new SignJWT({ ...claims, jti: randomUUID() })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: String(this.keys[name].kid) })
      .setIssuer(this.issuer(name))
      .setAudience(AUDIENCES[name])
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + TOKEN_SECONDS)
      .sign(await importJWK(this.keys[name], 'RS256'))
  }
}

export type IdentityOptions = {
  readonly dataDir: string
  /** `http://localhost:8787` */
  readonly origin: string
  readonly now: () => number
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, alg: 'RS256', use: 'sig', kid: await calculateJwkThumbprint(jwk) }
}

function publicPart({ kty, n, e, alg, use, kid }: JWK): JWK {
  return { kty, n, e, alg, use, kid }
}
