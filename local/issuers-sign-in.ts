/**
 * The steps of a sign-in: members prove an address by a code from the mailbox, staff and demo people are chosen. A code
 * is good for ten minutes and five tries, and belongs to the browser that asked for it.
 */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors } from 'oidc-provider'
import * as z from 'zod'
import { PAGE_HEADERS } from './html.ts'
import type { ProviderParts } from './issuers-provider.ts'
import { PAGES } from './issuers-provider.ts'
import type { Person } from './people.ts'
import { codePage, messagePage, type SignInFault, whoPage } from './sign-in-page.ts'
import { languageOf, type PageLanguage, WORDS } from './sign-in-words.ts'

const CODE_SECONDS = 10 * 60
const TRIES_MAX = 5
const CODES_MAX = 5
const BODY_MAX_BYTES = 4_096

const PATH = /^\/sign-in\/[\w-]{1,64}(?:\?|$)/
const Email = z.email().max(254)
const Step = z.union([
  z.object({ step: z.literal('email'), email: z.string().max(300) }),
  z.object({ step: z.literal('code'), code: z.string().max(100) }),
  z.object({ step: z.literal('person'), sub: z.string().max(128) }),
  z.object({ step: z.enum(['again', 'restart']) }),
])
const Pending = z.object({
  email: z.string(),
  digest: z.string(),
  exp: z.int(),
  tries: z.int(),
  sent: z.int(),
  isOpen: z.boolean(),
})
type Pending = z.infer<typeof Pending>

type Parts = ProviderParts & { readonly provider: import('oidc-provider').default }
type Visit = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly uid: string
  readonly language: PageLanguage
  readonly loginHint: string
}
type Turn = { readonly fault?: SignInFault | undefined; readonly email?: string }

export type SignInHandler = {
  readonly isFor: (request: IncomingMessage) => boolean
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

export function signInHandler(parts: Parts): SignInHandler {
  return {
    isFor: ({ url = '' }) => PATH.test(url),
    handle: async (request, response) => {
      try {
        await visit(parts, request, response)
      } catch (error) {
        if (!(error instanceof errors.SessionNotFound)) throw error
        const page = messagePage(languageIn(request, ''), { kind: 'expired', base: PAGES[parts.data.name].base })
        response.writeHead(400, PAGE_HEADERS).end(page)
      }
    },
  }
}

async function visit(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A page in somebody's browser may have its own name pointed at this machine; it must not sign anybody in.
  const isOurs = request.headers.host === new URL(parts.data.origin).host
  const isSameOrigin = [undefined, 'null', parts.data.origin].includes(request.headers.origin)
  if (!isOurs || !isSameOrigin) return refuse(response, 403)
  const { uid, params } = await parts.provider.interactionDetails(request, response)
  const language = languageIn(request, String(params.ui_locales ?? ''))
  const seen: Visit = { request, response, uid, language, loginHint: String(params.login_hint ?? '').slice(0, 254) }
  if (request.method === 'GET' || request.method === 'HEAD') return show(parts, seen, {})
  if (request.method !== 'POST') return refuse(response, 405)
  const step = Step.safeParse(await readForm(request))
  if (!step.success) return show(parts, seen, {})
  switch (step.data.step) {
    case 'email':
      return takeEmail(parts, seen, step.data.email.trim())
    case 'code':
      return takeCode(parts, seen, step.data.code)
    case 'person':
      return takePerson(parts, seen, step.data.sub)
    case 'again':
      return sendAgain(parts, seen)
    case 'restart':
      return restart(parts, seen)
  }
}

async function show({ data, store, host }: Parts, { response, uid, language, loginHint }: Visit, turn: Turn) {
  const pending = pendingOf(store, uid)
  const { fault } = turn
  const text =
    pending?.isOpen && turn.email === undefined
      ? codePage({ language, email: pending.email, fault })
      : whoPage({
          pool: data.name,
          language,
          email: turn.email ?? loginHint,
          fault,
          shown: await host.shown(data.name),
        })
  response.writeHead(fault === undefined ? 200 : 422, PAGE_HEADERS).end(text)
}

async function takeEmail(parts: Parts, seen: Visit, email: string): Promise<void> {
  if (!Email.safeParse(email).success) return show(parts, seen, { fault: 'emailWrong', email })
  if (parts.data.name === 'members') return sendCode(parts, seen, email.toLowerCase())
  const person = await parts.host.personByEmail('staff', email)
  if (!person) return show(parts, seen, { fault: 'nobody', email })
  return enter(parts, seen, person)
}

async function takePerson(parts: Parts, seen: Visit, sub: string): Promise<void> {
  const person = (await parts.host.shown(parts.data.name)).find((shown) => shown.sub === sub)
  if (!person) return show(parts, seen, { fault: 'nobody', email: '' })
  return enter(parts, seen, person)
}

async function sendAgain(parts: Parts, seen: Visit): Promise<void> {
  const pending = pendingOf(parts.store, seen.uid)
  return pending ? sendCode(parts, seen, pending.email) : show(parts, seen, {})
}

async function restart(parts: Parts, seen: Visit): Promise<void> {
  const pending = pendingOf(parts.store, seen.uid)
  if (pending) keep(parts, seen.uid, { ...pending, isOpen: false })
  return seeOther(seen)
}

async function sendCode(parts: Parts, seen: Visit, email: string): Promise<void> {
  const sent = pendingOf(parts.store, seen.uid)?.sent ?? 0
  if (sent >= CODES_MAX) return show(parts, seen, { fault: 'codeLimit' })
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const digest = digestOf(seen.uid, code)
  keep(parts, seen.uid, { email, digest, exp: now() + CODE_SECONDS, tries: 0, sent: sent + 1, isOpen: true })
  const words = WORDS[seen.language]
  const subject = words.mailSubject.replace('{code}', code)
  await parts.host.mail({ to: email, subject, text: words.mailText.replace('{code}', code) })
  return seeOther(seen)
}

async function takeCode(parts: Parts, seen: Visit, given: string): Promise<void> {
  const pending = pendingOf(parts.store, seen.uid)
  if (!pending?.isOpen) return show(parts, seen, {})
  if (pending.exp <= now()) return show(parts, seen, { fault: 'codeOld' })
  if (pending.tries >= TRIES_MAX) return show(parts, seen, { fault: 'codeLocked' })
  // Counted before it is looked at, so that two tries at once are two.
  keep(parts, seen.uid, { ...pending, tries: pending.tries + 1 })
  if (!isSame(pending.digest, digestOf(seen.uid, given.replace(/[\s-]/g, '')))) {
    return show(parts, seen, { fault: pending.tries + 1 >= TRIES_MAX ? 'codeLocked' : 'codeWrong' })
  }
  parts.store.set(keyOf(seen.uid), undefined)
  return enter(parts, seen, await parts.host.admit(pending.email))
}

/** The provider goes on from here: it asks the sign-in function and sends the browser back with a code. */
async function enter(parts: Parts, seen: Visit, person: Person): Promise<void> {
  if (!person.isEnabled) return show(parts, seen, { fault: 'disabled', email: person.email })
  const login = { accountId: person.sub, amr: [parts.data.name === 'members' ? 'otp' : 'user'] }
  await parts.provider.interactionFinished(seen.request, seen.response, { login }, { mergeWithLastSubmission: false })
}

function keyOf(uid: string): string {
  return `SignInCode:${uid}`
}

function pendingOf(store: Parts['store'], uid: string): Pending | undefined {
  return Pending.safeParse(store.get(keyOf(uid))).data
}

function keep({ store }: Parts, uid: string, pending: Pending): void {
  store.set(keyOf(uid), pending)
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}

function digestOf(uid: string, code: string): string {
  return createHash('sha256').update(`${uid} ${code}`).digest('hex')
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other))
}

/** After a step the page is asked for anew, so that going back or reloading repeats nothing. */
function seeOther({ request, response }: Visit): void {
  const location = (request as { originalUrl?: string }).originalUrl ?? ''
  response.writeHead(303, { location, 'content-length': 0, 'cache-control': 'no-store' }).end()
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}')
}

function languageIn({ url = '', headers }: IncomingMessage, uiLocales: string): PageLanguage {
  const chosen = new URLSearchParams(url.split('?')[1]).get('ui_locales') ?? uiLocales
  return languageOf(chosen, headers['accept-language'])
}

async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size <= BODY_MAX_BYTES) chunks.push(chunk)
  }
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')))
}
