/** Who a token is about, and who was remembered on this device: read for what is shown and offered, never for what is allowed. */
import type { StaffRole } from './wire.ts'

export type Person = {
  readonly sub: string
  readonly name: string
  readonly roles: readonly StaffRole[]
  readonly stores: '*' | readonly string[]
}

const ROLES: readonly StaffRole[] = ['cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor']

/** @returns undefined for what is no token of ours. */
export function personOf(token: string): Person | undefined {
  const claims = claimsOf(token)
  const { sub, name } = claims
  if (typeof sub !== 'string') return undefined
  const roles = wordsOf(claims.roles)
  const stores = claims.stores === '*' ? '*' : wordsOf(claims.stores)
  return {
    sub,
    name: typeof name === 'string' ? name : '',
    roles: ROLES.filter((role) => roles.includes(role)),
    stores: stores !== '*' && stores.includes('*') ? '*' : stores,
  }
}

/** Of somebody remembered only what an award on this device needs is known. */
export function rememberedPerson(value: unknown): Person | undefined {
  const { sub, stores } = recordOf(value)
  if (typeof sub !== 'string') return undefined
  return { sub, name: '', roles: ['cashier'], stores: stores === '*' ? '*' : wordsOf(stores) }
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload = ''] = token.split('.')
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    )
    return recordOf(JSON.parse(new TextDecoder().decode(bytes)))
  } catch {
    return {}
  }
}

function wordsOf(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.filter((item) => typeof item === 'string')
  return typeof claim === 'string' ? claim.split(/[\s,]+/).filter((word) => word !== '') : []
}

/** Safe because an object has text keys and nothing is claimed of what they hold. */
function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
