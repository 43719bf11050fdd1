/**
 * Who stands at the desk, read from the access token for what is shown and offered; what may be done is decided where the
 * token is checked. The subject is kept on the device, so that awards can be written down before the network is back.
 */
import { useEffect, useState } from 'react'
import { keptIn } from '../offline/kept.ts'
import { useSession } from '../page.tsx'
import { type Person, personOf, rememberedPerson } from './claims.ts'
import type { StaffRole } from './wire.ts'

export type { Person }

export const kept = keptIn('revisit-staff')
export const DRAFT = 'draft'
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

/** Also what was half typed: it is not for whoever signs in next. */
export function forgetPerson(): Promise<unknown> {
  return Promise.all([kept.remove(SUBJECT), kept.remove(DRAFT)])
}

export function isAny(person: Person, ...roles: readonly StaffRole[]): boolean {
  return person.roles.some((role) => roles.includes(role))
}
