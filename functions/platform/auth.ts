/**
 * Who is calling, read from the claims that the gateway has already verified. Functions hold no keys and check no
 * signatures; they only ask what the caller may do.
 */
import { Refusal } from './problem.ts'

export const ROLES = ['member', 'cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor', 'pos'] as const
/** `system` is what runs by schedule or from a stream; no token ever gives it. */
export type Role = (typeof ROLES)[number] | 'system'

/**
 * `stores` is `*` or the ids of the stores that the caller may act for. `memberId` is set for people who are members; one
 * who has signed in and not joined yet has none.
 */
export type Actor = {
  readonly id: string
  readonly roles: readonly Role[]
  readonly stores: '*' | readonly string[]
  readonly memberId?: string
  /** The mail address that the issuer has proven, in lower case; of members only. */
  readonly contact?: string
  /** Seconds since 1970 of the last real sign-in, which a refreshed token is not; of members only. */
  readonly authTime?: number
  /** A person of the staff, and not a machine: their record says whether they may still act. */
  readonly isPerson?: true
}

const SCOPE_ROLES: Readonly<Record<string, Role>> = { 'loyalty/pos': 'pos', 'loyalty/admin': 'admin' }
export const STAFF_ROLES = [
  'cashier',
  'manager',
  'marketer',
  'caller',
  'admin',
  'auditor',
] as const satisfies readonly Role[]
const PERSON_ROLES: readonly string[] = STAFF_ROLES

export type Claims = Readonly<Record<string, unknown>>

export function actorFromClaims(claims: Claims): Actor {
  const scopes = list(claims.scope ?? claims.scp)
  const subject = text(claims.sub) || text(claims.client_id)
  if (scopes.includes('loyalty/member')) {
    return memberFrom(claims, subject)
  }
  const isPerson = scopes.includes('loyalty/staff')
  const machineRoles = scopes.flatMap((scope) => SCOPE_ROLES[scope] ?? [])
  const personRoles = isPerson ? list(claims.roles).filter((role): role is Role => PERSON_ROLES.includes(role)) : []
  const stores = list(claims.stores)
  return {
    id: subject,
    roles: [...new Set([...machineRoles, ...personRoles])],
    stores: stores.includes('*') ? '*' : stores,
    ...(isPerson && { isPerson }),
  }
}

/** The subject of an issuer's own user is not a member's id, and whoever has not joined must not pass for a member. */
function memberFrom(claims: Claims, subject: string): Actor {
  const memberId = text(claims.member_id) || (subject.startsWith('mem_') ? subject : undefined)
  const contact = text(claims.email).toLowerCase()
  const authTime = Number(text(claims.auth_time) || claims.auth_time)
  return {
    id: memberId ?? subject,
    roles: ['member'],
    stores: [],
    ...(memberId !== undefined && { memberId }),
    ...(contact !== '' && { contact }),
    ...(Number.isSafeInteger(authTime) && authTime > 0 && { authTime }),
  }
}

/** Nobody: the caller of a public route. */
export const ANYONE: Actor = { id: 'anyone', roles: [], stores: [] }

/** The product itself, on a schedule or behind the stream. */
export const SYSTEM: Actor = { id: 'system', roles: ['system'], stores: '*' }

export function hasRole(actor: Actor, ...roles: readonly Role[]): boolean {
  return actor.roles.some((role) => roles.includes(role))
}

/** @throws Refusal `store_out_of_scope` */
export function requireStore(actor: Actor, storeId: string): void {
  if (!isOwnStore(actor, storeId)) throw new Refusal('store_out_of_scope', { params: { storeId } })
}

/** Admins act for every store; everybody else for those of their claim. */
export function isOwnStore(actor: Actor, storeId: string): boolean {
  return hasRole(actor, 'admin') || actor.stores === '*' || actor.stores.includes(storeId)
}

/** What is served at one store, or where none was named at any of `stores`; at every store where both are open. */
export type Served = { readonly storeId?: string | undefined; readonly stores?: readonly string[] | undefined }

export function mayServe(actor: Actor, { storeId, stores }: Served): boolean {
  const places = storeId === undefined ? stores : [storeId]
  return places === undefined || places.some((place) => isOwnStore(actor, place))
}

/** API Gateway hands claims over as strings and writes an array as `[a b]`. */
function list(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.filter((item) => typeof item === 'string')
  return text(claim)
    .replace(/^\[|\]$/g, '')
    .split(/[\s,]+/)
    .filter((item) => item !== '')
}

function text(claim: unknown): string {
  return typeof claim === 'string' ? claim : ''
}
