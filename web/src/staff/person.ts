/**
 * Who stands at the desk, read from the access token for what is shown and offered; what may be done is decided where the
 * token is checked. The subject is kept on the device, so that awards can be written down before the network is back.
 */
import { useEffect, useState } from 'react'
import { keptIn } from '../offline/kept.ts'
import { useSession } from '../page.tsx'
import type { StaffRole } from './wire.ts'

export type Person = {
  readonly sub: string
  readonly name: string
  readonly roles: readonly StaffRole[]
  readonly stores: '*' | readonly string[]
}

const ROLES: readonly StaffRole[] = ['cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor']
export const kept = keptIn('revisit-staff')
const SUBJECT = 'subject'

/** @returns undefined until the session is known and for who signed out; where it only ended, the desk stays as it is. */
export function usePerson(): Person | undefined {
  const { now, token } = useSession()
  const [person, setPerson] = useState<Person>()
  useEffect(() => {
    let isCurrent = true
    const take = (next: Person | undefined) => isCurrent && setPerson(next)
    if (now.status === 'in') {
      token().then((text) => {
        const read = text === undefined ? undefined : personOf(text)
        take(read)
        if (read) kept.set(SUBJECT, { sub: read.sub, stores: read.stores })
      })
    } else if (now.status === 'away') {
      kept.get(SUBJECT).then((value) => take(rememberedPerson(value)))
    } else if (now.status === 'out' && now.hasEnded !== true) take(undefined)
    return () => {
      isCurrent = false
    }
  }, [now.status, now.hasEnded, token])
  return person
}

export function forgetPerson(): Promise<unknown> {
  return kept.remove(SUBJECT)
}

export function isAny(person: Person, ...roles: readonly StaffRole[]): boolean {
  return person.roles.some((role) => roles.includes(role))
}

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

function rememberedPerson(value: unknown): Person | undefined {
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
