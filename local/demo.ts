/**
 * Loads the demo business into a run through its public API, as a business with a history would. Every request carries its
 * own once-only key and every time counts from one remembered moment, so a load that was interrupted is simply repeated.
 */
import { join } from 'node:path'
import * as z from 'zod'
import { DEMO_SEED, generateMembers } from './demo-generate.ts'
import { type DemoPerson, NAMED } from './demo-people.ts'
import { DEMO_REWARDS, DEMO_STAFF } from './demo-program.ts'
import { demoCalls } from './demo-steps.ts'
import { type JsonCall, requestJson } from './json-request.ts'
import { Remedy } from './remedy.ts'
import { readState, writeState } from './state.ts'

export type DemoRole = 'admin' | 'marketer' | 'pos'
export type DemoOptions = {
  readonly port: number
  readonly dataDir: string
  readonly now: () => number
  readonly token: (role: DemoRole) => Promise<string>
  /** What the member pool does when somebody signs in. */
  readonly signIn: (sub: string) => Promise<void>
}

const Kept = z.object({ loadedAt: z.int(), isLoaded: z.boolean() })
/** Members are apart from each other; more at once would only wait for each other. */
const AT_ONCE = 4
const MINUTE_MS = 60_000

type Send = (role: DemoRole, call: Omit<JsonCall, 'port' | 'headers'>, more?: SendMore) => Promise<unknown>
type SendMore = { readonly key?: string; readonly ifMatch?: string; readonly alsoFine?: readonly number[] }

/** Once per data folder. @throws Remedy when the API refuses any of it. */
export async function loadDemo(options: DemoOptions): Promise<void> {
  const file = join(options.dataDir, 'demo.json')
  const kept = readState(file, Kept)
  if (kept?.isLoaded) return
  const loadedAt = kept?.loadedAt ?? Math.floor(options.now() / MINUTE_MS) * MINUTE_MS
  writeState(file, { loadedAt, isLoaded: false })
  const send = await sender(options)
  await hire(options, send)
  const people: (DemoPerson & { readonly why?: string })[] = [...NAMED, ...generateMembers(DEMO_SEED)]
  const waiting = people.values()
  const loadSome = async () => {
    for (const person of waiting) await loadPerson({ ...options, loadedAt, send }, person)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, loadSome))
  await offerRewards(send)
  writeState(file, { loadedAt, isLoaded: true })
}

async function sender({ port, token }: DemoOptions): Promise<Send> {
  const [admin, marketer, pos] = await Promise.all([token('admin'), token('marketer'), token('pos')])
  const tokens = { admin, marketer, pos }
  return async (role, call, { key, ifMatch, alsoFine = [] } = {}) => {
    const headers = {
      authorization: `Bearer ${tokens[role]}`,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    }
    const { status, body } = await requestJson({ port, headers, ...call })
    if ((status < 200 || status > 299) && !alsoFine.includes(status)) {
      const answer = `${call.method} ${call.path} gave ${status} ${JSON.stringify(body)}`
      throw new Remedy(
        `The demo business could not be loaded (${answer}); begin anew with npm start -- --demo --fresh.`,
      )
    }
    return body
  }
}

/** Somebody with a record already was hired by a load that was interrupted. */
async function hire({ port }: DemoOptions, send: Send): Promise<void> {
  const { note, ...record } = DEMO_STAFF
  await admit(port, { pool: 'staff', name: record.name, email: record.email, note, groups: record.roles })
  await send('admin', { method: 'POST', path: '/v1/program/staff', body: record }, { key: 'demo-staff-kit' })
}

const Admitted = z.object({ sub: z.string() })
const Enrolled = z.object({ id: z.string() })

async function admit(port: number, body: unknown): Promise<string> {
  const answer = await requestJson({ port, method: 'POST', path: '/local/people', body })
  if (answer.status !== 200) throw new Remedy(`A person of the demo was not taken in: ${JSON.stringify(answer.body)}`)
  return Admitted.parse(answer.body).sub
}

export const emailOf = ({ key }: Pick<DemoPerson, 'key'>) => `${key}@hearth.example`

type Loading = DemoOptions & { readonly loadedAt: number; readonly send: Send }

async function loadPerson(
  { port, send, signIn, loadedAt }: Loading,
  person: DemoPerson & { readonly why?: string },
): Promise<void> {
  const { key, name, locale, storeId, phone, birthday, acceptsMail = false, hasSignedIn, why } = person
  const email = emailOf(person)
  const body = {
    ...{ name, email, locale, storeId, externalId: `demo-${key}` },
    ...(phone !== undefined && { phone }),
    ...(birthday && { birthday }),
    ...(acceptsMail && { consents: { marketing: { email: true } } }),
  }
  const enrolled = await send('pos', { method: 'POST', path: '/v1/members', body }, { key: `demo-enrol-${key}` })
  const isShown = why !== undefined
  const sub = await admit(port, { pool: 'members', email, name, isShown, ...(isShown && { note: why }) })
  if (hasSignedIn) await signIn(sub)
  for (const { role, key: once, ...call } of demoCalls(person, { memberId: Enrolled.parse(enrolled).id, loadedAt })) {
    await send(role, { method: 'POST', ...call }, { ...(once !== undefined && { key: once }) })
  }
}

const Made = z.object({ id: z.string(), version: z.int() })

/** A marketer drafts and an admin publishes. 412 is a reward that an interrupted load has published already. */
async function offerRewards(send: Send): Promise<void> {
  for (const { key, ...content } of DEMO_REWARDS) {
    const draft = { method: 'POST', path: '/v1/rewards', body: content } as const
    const { id, version } = Made.parse(await send('marketer', draft, { key: `demo-reward-${key}` }))
    const publish = { method: 'PUT', path: `/v1/rewards/${id}`, body: { ...content, state: 'active' } } as const
    await send('admin', publish, { ifMatch: `"${version}"`, alsoFine: [412] })
  }
}

/** Who is there to be signed in as, and what each of them shows. */
export function demoGuide(): string {
  const width = Math.max(...NAMED.map((person) => emailOf(person).length))
  const lines = NAMED.map((person) => `    ${emailOf(person).padEnd(width)}  ${person.why}`)
  return `  Hearth Club; members to sign in as:\n${lines.join('\n')}\n    ${DEMO_STAFF.email.padEnd(width)}  staff: ${DEMO_STAFF.note}`
}
