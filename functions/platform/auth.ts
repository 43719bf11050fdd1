/**
 * Who is calling, read from the claims that the gateway has already verified. Functions hold no keys and check no
 * signatures; they only ask what the caller may do.
 */
import { Refusal } from './problem.ts'

export const ROLES = ['member', 'cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor', 'pos'] as const
/** `system` is what runs by schedule or from a stream; no token ever gives it. */
export type Role = (typeof ROLES)[number] | 'system'

/** `stores` is `*` or the ids of the stores that the caller may act for. `memberId` is set for members only. */
export type Actor = {
  readonly id: string
  readonly roles: readonly Role[]
  readonly stores: '*' | readonly string[]
  readonly memberId?: string
}

const SCOPE_ROLES: Readonly<Record<string, Role>> = { 'loyalty/pos': 'pos', 'loyalty/admin': 'admin' }
const STAFF_ROLES: readonly string[] = ['cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor']

export type Claims = Readonly<Record<string, unknown>>

export function actorFromClaims(claims: Claims): Actor {
  const scopes = list(claims.scope ?? claims.scp)
  const subject = text(claims.sub) || text(claims.client_id)
  if (scopes.includes('loyalty/member')) {
    const memberId = text(claims.member_id) || subject
    return { id: memberId, roles: ['member'], stores: [], memberId }
  }
  const machineRoles = scopes.flatMap((scope) => SCOPE_ROLES[scope] ?? [])
  const personRoles = scopes.includes('loyalty/staff')
    ? list(claims.roles).filter((role): role is Role => STAFF_ROLES.includes(role))
    : []
  const stores = list(claims.stores)
  return {
    id: subject,
    roles: [...new Set([...machineRoles, ...personRoles])],
    stores: stores.includes('*') ? '*' : stores,
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
