/** What the issuers' thread may ask, answered from the pools, the mailbox and the functions of this run. */
import type { LocalFunction } from './functions.ts'
import type { IssuersHost } from './issuers-host.ts'
import type { Mailbox } from './mailbox.ts'
import type { People } from './people.ts'
import { askSignIn, type PoolSpec } from './sign-in-trigger.ts'

export type HostParts = {
  readonly people: People
  readonly mailbox: Mailbox
  readonly pools: readonly PoolSpec[]
  readonly functions: ReadonlyMap<string, Pick<LocalFunction, 'invoke'>>
}

export function issuersHost({ people, mailbox, pools, functions }: HostParts): IssuersHost {
  const invoke = (name: string, payload: string) => {
    const target = functions.get(name)
    if (!target) throw new Error(`No function is called ${name}`)
    return target.invoke(payload)
  }
  return {
    shown: async (pool) => people.list(pool).filter(({ isShown, isEnabled }) => isShown && isEnabled),
    personBySub: async (pool, sub) => people.bySub(pool, sub),
    personByEmail: async (pool, email) => people.byEmail(pool, email),
    admit: async (email) => people.admit('members', { email }),
    isWelcome: async (pool, sub, signedInAt) => people.isWelcome(pool, sub, signedInAt),
    claims: async (question) => {
      const person = people.bySub(question.pool, question.sub)
      if (!person) return { isAllowed: false, message: 'User does not exist.' }
      return askSignIn({ pools, invoke }, question, person)
    },
    mail: async (mail) => {
      mailbox.put(mail)
    },
  }
}
