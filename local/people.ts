/**
 * The two user pools of a local run, kept in the data folder: who may sign in, and whether somebody has been disabled or
 * signed out everywhere. What a person may do is never said here; the sign-in function of the template says it.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import * as z from 'zod'
import { AwsRefusal } from './aws.ts'
import type { IssuerName } from './identity.ts'
import { DEFAULT_PEOPLE } from './people-default.ts'
import { readState, writeState } from './state.ts'

const PEOPLE_MAX = 10_000

const Email = z
  .email()
  .max(254)
  .transform((email) => email.toLowerCase())

const Person = z.object({
  /** The pool's id of the person, which is `sub` in tokens. */
  sub: z.string().min(1).max(128),
  email: Email,
  name: z.string().max(200).optional(),
  /** Groups of the pool, which are roles. */
  groups: z.array(z.string().max(64)).max(10).default([]),
  isEnabled: z.boolean().default(true),
  /** Offered on the sign-in page for one click. */
  isShown: z.boolean().default(false),
  /** What the sign-in page says beside the name. */
  note: z.string().max(200).optional(),
  createdAt: z.int(),
  changedAt: z.int(),
  /** Whoever signed in before has to sign in again. */
  signedOutAt: z.int().optional(),
})
export type Person = z.infer<typeof Person>

const Kept = z.object({ members: z.array(Person), staff: z.array(Person) })

/** A wish to add somebody: `POST /local/people`. */
export const NewPerson = z.strictObject({
  pool: z.enum(['members', 'staff']),
  email: Email,
  name: z.string().min(1).max(200).optional(),
  note: z.string().min(1).max(200).optional(),
  groups: z.array(z.string().min(1).max(64)).max(10).default([]),
  isShown: z.boolean().default(true),
})

export type PersonChange = Partial<Omit<Person, 'sub' | 'createdAt'>>

export class People {
  readonly #file: string
  readonly #now: () => number
  readonly #people: Readonly<Record<IssuerName, Person[]>>

  constructor({ dataDir, now }: { readonly dataDir: string; readonly now: () => number }) {
    this.#file = join(dataDir, 'people.json')
    this.#now = now
    this.#people = readState(this.#file, Kept) ?? {
      members: [],
      staff: DEFAULT_PEOPLE.map((given) => this.#made(given)),
    }
  }

  list(pool: IssuerName): readonly Person[] {
    return this.#people[pool]
  }

  bySub(pool: IssuerName, sub: string): Person | undefined {
    return this.#people[pool].find((person) => person.sub === sub)
  }

  byEmail(pool: IssuerName, email: string): Person | undefined {
    const wanted = email.toLowerCase()
    return this.#people[pool].find((person) => person.email === wanted)
  }

  /** The same person again when the address is known. @throws AwsRefusal when the pool is full. */
  admit(pool: IssuerName, given: Partial<Person> & Pick<Person, 'email'>): Person {
    const known = this.byEmail(pool, given.email)
    if (known) return known
    if (this.#people[pool].length >= PEOPLE_MAX) {
      throw new AwsRefusal('LimitExceededException', `A local pool holds at most ${PEOPLE_MAX} people.`)
    }
    const person = this.#made(given)
    this.#people[pool].push(person)
    writeState(this.#file, this.#people)
    return person
  }

  change(pool: IssuerName, sub: string, change: PersonChange): Person | undefined {
    const person = this.bySub(pool, sub)
    if (!person) return undefined
    Object.assign(person, change, { changedAt: this.#now() })
    writeState(this.#file, this.#people)
    return person
  }

  remove(pool: IssuerName, sub: string): void {
    const all = this.#people[pool]
    const index = all.findIndex((person) => person.sub === sub)
    if (index >= 0) all.splice(index, 1)
    writeState(this.#file, this.#people)
  }

  /** Nobody has disabled the person, or signed them out everywhere since. @param signedInAt seconds, as in tokens */
  isWelcome(pool: IssuerName, sub: string, signedInAt: number): boolean {
    const person = this.bySub(pool, sub)
    return person?.isEnabled === true && signedInAt >= Math.floor((person.signedOutAt ?? 0) / 1000)
  }

  #made(given: Partial<Person> & Pick<Person, 'email'>): Person {
    const now = this.#now()
    return Person.parse({ sub: randomUUID(), createdAt: now, changedAt: now, ...given })
  }
}
