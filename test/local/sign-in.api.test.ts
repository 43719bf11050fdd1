/** Signing in at the local issuers, as the pages do it: code and PKCE, the code from the mailbox, refresh and sign-out. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Clock } from '../../local/clock.ts'
import type { Outcome } from '../../local/function-worker.ts'
import { Identity } from '../../local/identity.ts'
import { Issuers } from '../../local/issuers.ts'
import { close, listen } from '../../local/listen.ts'
import { Mailbox } from '../../local/mailbox.ts'
import { People } from '../../local/people.ts'
import { issuersHost } from '../../local/people-host.ts'
import { Browser } from './browser.ts'

const MEMBER_SCOPE = 'openid email loyalty/member'
const STAFF_SCOPE = 'openid loyalty/staff'

let folder: string
let server: Server
let origin: string
let clock: Clock
let identity: Identity
let people: People
let mailbox: Mailbox
let issuers: Issuers
let refusal: string | undefined
const events: Record<string, unknown>[] = []

/** The sign-in function as the pools call it. */
async function signIn(payload: string): Promise<Outcome> {
  const event = JSON.parse(payload)
  events.push(event)
  if (refusal !== undefined) return { ok: false, errorType: 'Error', errorMessage: refusal, stack: '' }
  const { email } = event.request.userAttributes
  const roles = event.request.groupConfiguration.groupsToOverride
  const isStaff = event.userPoolId === 'pool-staff'
  const claimsToAddOrOverride = isStaff
    ? { roles, stores: ['central'], sub: 'somebody-else', exp: 1 }
    : { email, member_id: 'mem_01ARZ3NDEKTSV4RRFFQ69G5FAV' }
  const details = { accessTokenGeneration: { claimsToAddOrOverride } }
  return { ok: true, payload: JSON.stringify({ ...event, response: { claimsAndScopeOverrideDetails: details } }) }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'revisit-sign-in-'))
  server = createServer((incoming, outgoing) => {
    issuers.handle(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error))
  })
  origin = `http://localhost:${await listen(server, 0)}`
  clock = new Clock(folder)
  const now = () => clock.now()
  identity = await Identity.open({ dataDir: folder, origin, now })
  people = new People({ dataDir: folder, now })
  mailbox = new Mailbox({ dataDir: folder, now })
  start()
})
afterAll(async () => {
  await issuers.stop()
  await close(server)
  rmSync(folder, { recursive: true, force: true })
})

function start(): void {
  const poolOf = (pool: 'members' | 'staff') => ({ pool, id: `pool-${pool}`, functionName: 'sign-in' })
  const pools = [poolOf('members'), poolOf('staff')]
  const functions = new Map([['sign-in', { invoke: signIn }]])
  const host = issuersHost({ people, mailbox, pools, functions })
  issuers = new Issuers({ identity, clock, dataDir: folder, host, onOutput: () => undefined })
}

type Wish = { pool?: 'members' | 'staff'; more?: Record<string, string | undefined> }

/** The address at which a page begins, and the secret that it keeps. */
function begin({ pool = 'members', more = {} }: Wish = {}) {
  const verifier = randomBytes(32).toString('base64url')
  const isStaff = pool === 'staff'
  const params = {
    client_id: isStaff ? 'staff-page' : 'member-page',
    redirect_uri: `${origin}${isStaff ? '/staff/' : '/'}signed-in`,
    response_type: 'code',
    scope: isStaff ? STAFF_SCOPE : MEMBER_SCOPE,
    state: 'kept',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }
  const given = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { url: `${origin}/oidc/${pool}/auth?${new URLSearchParams(given)}`, verifier, params, pool }
}

type Begun = ReturnType<typeof begin>

async function exchange({ pool, params, verifier }: Begun, code: string, more: Record<string, string> = {}) {
  const body = { grant_type: 'authorization_code', code, redirect_uri: params.redirect_uri, code_verifier: verifier }
  return tokenCall(pool, { client_id: params.client_id, ...body, ...more })
}

async function tokenCall(pool: string, body: Record<string, string>) {
  const reply = await fetch(`${origin}/oidc/${pool}/token`, { method: 'POST', body: new URLSearchParams(body) })
  return { status: reply.status, body: (await reply.json()) as Record<string, string> }
}

function claimsOf(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString())
}

function codeFor(email: string): string {
  return /\d{6}/.exec(mailbox.list(email)[0]?.subject ?? '')?.[0] ?? ''
}

/** Enters an address and its code. @returns the browser and where it was sent at the end */
async function memberSignsIn(email: string, browser = new Browser(origin)) {
  const begun = begin()
  const first = await browser.open(begun.url)
  await browser.submit(first, { step: 'email', email })
  const end = await browser.submit(first, { step: 'code', code: codeFor(email) })
  return { browser, begun, first, end, code: end.url.searchParams.get('code') ?? '' }
}

async function staffSignsIn(sub = 'local-may', browser = new Browser(origin)) {
  const begun = begin({ pool: 'staff' })
  const end = await browser.submit(await browser.open(begun.url), { step: 'person', sub })
  return { browser, begun, end, code: end.url.searchParams.get('code') ?? '' }
}

describe('a member', () => {
  test('signs in by the code of the mailbox, and the token says what the sign-in function said', async () => {
    const { begun, end, code } = await memberSignsIn('Ada@Example.com')
    expect(end.url.pathname).toBe('/signed-in')
    expect(end.url.searchParams.get('state')).toBe('kept')
    const { status, body } = await exchange(begun, code)
    expect(status).toBe(200)
    const person = people.byEmail('members', 'ada@example.com')
    const claims = claimsOf(body.access_token)
    expect(claims).toMatchObject({
      iss: `${origin}/oidc/members`,
      aud: 'member-page',
      sub: person?.sub,
      scope: 'loyalty/member',
      email: 'ada@example.com',
      member_id: 'mem_01ARZ3NDEKTSV4RRFFQ69G5FAV',
      auth_time: expect.any(Number),
    })
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600)
    expect(claimsOf(body.id_token)).toMatchObject({ sub: person?.sub, email: 'ada@example.com' })
    expect(body.refresh_token).toEqual(expect.any(String))
  })

  test('is known by the same id at the next sign-in, from another browser', async () => {
    await memberSignsIn('again@example.com')
    const person = people.byEmail('members', 'again@example.com')
    const { begun, code } = await memberSignsIn('again@example.com')
    expect(claimsOf((await exchange(begun, code)).body.access_token).sub).toBe(person?.sub)
  })

  test('sees the same page for an address that is known and one that is not', async () => {
    await memberSignsIn('known@example.com')
    const seen = ['known@example.com', 'never@example.com'].map(async (email) => {
      const browser = new Browser(origin)
      const first = await browser.open(begin().url)
      const { text, status } = await browser.submit(first, { step: 'email', email })
      return { status, text: text.replaceAll(email, '') }
    })
    const [known, unknown] = await Promise.all(seen)
    expect(known).toEqual(unknown)
  })

  test('is locked out of a code after five wrong tries, also with the right one, until a new one is sent', async () => {
    const browser = new Browser(origin)
    const first = await browser.open(begin().url)
    await browser.submit(first, { step: 'email', email: 'lock@example.com' })
    const right = codeFor('lock@example.com')
    const wrong = right === '000000' ? '000001' : '000000'
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await browser.submit(first, { step: 'code', code: wrong })).status).toBe(422)
    }
    expect(await browser.submit(first, { step: 'code', code: right })).toMatchObject({ status: 422 })
    await browser.submit(first, { step: 'again' })
    const end = await browser.submit(first, { step: 'code', code: codeFor('lock@example.com') })
    expect(end.url.pathname).toBe('/signed-in')
  })

  test('cannot use a code after ten minutes, and may paste it with spaces before', async () => {
    const browser = new Browser(origin)
    const first = await browser.open(begin().url)
    await browser.submit(first, { step: 'email', email: 'late@example.com' })
    const code = codeFor('late@example.com')
    clock.set(clock.now() + 10 * 60_000)
    const late = await browser.submit(first, { step: 'code', code })
    clock.set(clock.now() - 10 * 60_000)
    expect(late.text).toContain('This code is too old')
    const end = await browser.submit(first, { step: 'code', code: ` ${code.slice(0, 3)} ${code.slice(3)} ` })
    expect(end.url.pathname).toBe('/signed-in')
  })

  test('gets no more than five codes for one sign-in, so that nobody floods a mailbox', async () => {
    const browser = new Browser(origin)
    const first = await browser.open(begin().url)
    await browser.submit(first, { step: 'email', email: 'flood@example.com' })
    for (let count = 0; count < 6; count += 1) await browser.submit(first, { step: 'again' })
    expect(mailbox.list('flood@example.com')).toHaveLength(5)
  })

  test('cannot finish a sign-in that another browser began', async () => {
    const first = await new Browser(origin).open(begin().url)
    const other = await new Browser(origin).submit(first, { step: 'email', email: 'thief@example.com' })
    expect(other.status).toBe(400)
    expect(mailbox.list('thief@example.com')).toEqual([])
  })
})

describe('staff', () => {
  test('choose a person and get the roles and stores of the sign-in function, and no claim that pools protect', async () => {
    const { begun, code, end } = await staffSignsIn()
    expect(end.url.pathname).toBe('/staff/signed-in')
    expect(claimsOf((await exchange(begun, code)).body.access_token)).toMatchObject({
      sub: 'local-may',
      aud: 'staff-page',
      scope: 'loyalty/staff',
      roles: ['cashier'],
      stores: ['central'],
    })
  })

  test('reach the function as the user pool would call it', async () => {
    events.length = 0
    await staffSignsIn('local-nora')
    expect(events).toEqual([
      expect.objectContaining({
        version: '2',
        triggerSource: 'TokenGeneration_HostedAuth',
        userPoolId: 'pool-staff',
        userName: 'local-nora',
        callerContext: expect.objectContaining({ clientId: 'staff-page' }),
        request: expect.objectContaining({
          userAttributes: expect.objectContaining({ sub: 'local-nora', email: 'nora@staff.example' }),
          groupConfiguration: expect.objectContaining({ groupsToOverride: ['manager'] }),
        }),
      }),
    ])
  })

  test('whom the function refuses are sent back with its reason', async () => {
    refusal = 'the principal is disabled'
    const { end } = await staffSignsIn('local-tom')
    refusal = undefined
    expect(end.url.pathname).toBe('/staff/signed-in')
    expect(Object.fromEntries(end.url.searchParams)).toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining('the principal is disabled'),
    })
  })

  test('who are disabled cannot sign in, refresh, or return in silence', async () => {
    const { browser, begun, code } = await staffSignsIn('local-cal')
    const { body } = await exchange(begun, code)
    people.change('staff', 'local-cal', { isEnabled: false })
    const again = await browser.open(begin({ pool: 'staff', more: { prompt: 'none' } }).url)
    const fresh = await staffSignsIn('local-cal')
    const refreshed = await refresh('staff', body.refresh_token)
    people.change('staff', 'local-cal', { isEnabled: true })
    expect(again.url.searchParams.get('error')).toBe('login_required')
    expect(fresh.end.status).toBe(422)
    expect(refreshed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })
})

function refresh(pool: 'members' | 'staff', token: string | undefined) {
  const client_id = pool === 'staff' ? 'staff-page' : 'member-page'
  return tokenCall(pool, { grant_type: 'refresh_token', client_id, refresh_token: token ?? '' })
}

describe('a page that comes back', () => {
  test('without a session hears login_required, and with one gets a code in silence', async () => {
    const stranger = await new Browser(origin).open(begin({ more: { prompt: 'none' } }).url)
    expect(stranger.url.searchParams.get('error')).toBe('login_required')
    const { browser } = await memberSignsIn('back@example.com')
    const silent = begin({ more: { prompt: 'none' } })
    const end = await browser.open(silent.url)
    expect(await exchange(silent, end.url.searchParams.get('code') ?? '')).toMatchObject({ status: 200 })
  })

  test('is asked again when it wants a fresh sign-in, and the address is filled in', async () => {
    const { browser } = await memberSignsIn('fresh@example.com')
    const page = await browser.open(begin({ more: { prompt: 'login', login_hint: 'fresh@example.com' } }).url)
    expect(page.text).toContain('value="fresh@example.com"')
  })

  test('is remembered for 30 days as a member and for 12 hours as staff', async () => {
    const member = await memberSignsIn('days@example.com')
    const staff = await staffSignsIn()
    const errors = async (days: number) => {
      clock.set(clock.now() + days * 86_400_000)
      const ends = [
        await member.browser.open(begin({ more: { prompt: 'none' } }).url),
        await staff.browser.open(begin({ pool: 'staff', more: { prompt: 'none' } }).url),
      ]
      clock.set(clock.now() - days * 86_400_000)
      return ends.map(({ url }) => url.searchParams.get('error'))
    }
    expect(await errors(0.49)).toEqual([null, null])
    expect(await errors(0.51)).toEqual([null, 'login_required'])
    expect(await errors(29)).toEqual([null, 'login_required'])
    expect(await errors(31)).toEqual(['login_required', 'login_required'])
  })

  test('renews its token once per refresh token; used twice, the whole sign-in ends', async () => {
    const { begun, code } = await memberSignsIn('renew@example.com')
    const first = (await exchange(begun, code)).body
    const second = await refresh('members', first.refresh_token)
    expect(second.status).toBe(200)
    expect(claimsOf(second.body.access_token)).toMatchObject({ auth_time: claimsOf(first.access_token).auth_time })
    expect(second.body.refresh_token).not.toBe(first.refresh_token)
    expect(await refresh('members', first.refresh_token)).toMatchObject({ status: 400 })
    expect(await refresh('members', second.body.refresh_token)).toMatchObject({ status: 400 })
  })

  test('stays signed in when the run is started anew', async () => {
    const { browser, begun, code } = await memberSignsIn('restart@example.com')
    await issuers.stop()
    start()
    const { status, body } = await exchange(begun, code)
    expect(status).toBe(200)
    await issuers.stop()
    start()
    const silent = begin({ more: { prompt: 'none' } })
    expect((await browser.open(silent.url)).url.searchParams.get('code')).toEqual(expect.any(String))
    expect(await refresh('members', body.refresh_token)).toMatchObject({ status: 200 })
  })

  test('that signs out with its id token is signed out at once, everywhere in this browser', async () => {
    const { browser, begun, code } = await memberSignsIn('out@example.com')
    const { body } = await exchange(begun, code)
    const hint = new URLSearchParams({
      id_token_hint: body.id_token ?? '',
      post_logout_redirect_uri: `${origin}/`,
    })
    const end = await browser.open(`${origin}/oidc/members/session/end?${hint}`)
    expect(end.url.href).toBe(`${origin}/`)
    const silent = await browser.open(begin({ more: { prompt: 'none' } }).url)
    expect(silent.url.searchParams.get('error')).toBe('login_required')
    expect(await refresh('members', body.refresh_token)).toMatchObject({ status: 400 })
  })

  test('that signs out without proof is asked first, so that no link signs anybody out', async () => {
    const { browser } = await memberSignsIn('ask@example.com')
    const page = await browser.open(`${origin}/oidc/members/session/end`)
    expect(page.text).toContain('Sign out?')
    const silent = await browser.open(begin({ more: { prompt: 'none' } }).url)
    expect(silent.url.searchParams.get('error')).toBeNull()
  })
})

describe('the issuer refuses', () => {
  test('a code that was used, and ends what it gave', async () => {
    const { begun, code } = await memberSignsIn('replay@example.com')
    const { body } = await exchange(begun, code)
    expect(await exchange(begun, code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await refresh('members', body.refresh_token)).toMatchObject({ status: 400 })
  })

  test('a code with another verifier', async () => {
    const { begun, code } = await memberSignsIn('verifier@example.com')
    const answer = await exchange(begun, code, { code_verifier: 'x'.repeat(43) })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test('a code at the issuer of the other page', async () => {
    const { begun, code } = await memberSignsIn('other@example.com')
    const wrong = { ...begun, pool: 'staff' as const, params: { ...begun.params, client_id: 'staff-page' } }
    expect((await exchange(wrong, code)).status).toBe(400)
  })

  test.each([
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge in clear', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a token without a code', { response_type: 'token' }, 'unsupported_response_type'],
  ])('%s', async (_, more, error) => {
    const { url } = await new Browser(origin).open(begin({ more }).url)
    expect(url.pathname).toBe('/signed-in')
    const given = new URLSearchParams(url.search || url.hash.slice(1))
    expect(given.get('error')).toBe(error)
  })

  test('staff a scope that only machines have', async () => {
    const more = { scope: 'openid loyalty/staff loyalty/admin' }
    const { url } = await new Browser(origin).open(begin({ pool: 'staff', more }).url)
    expect(url.searchParams.get('error')).toBe('invalid_scope')
  })

  test('to send a browser anywhere but back to the page', async () => {
    const page = await new Browser(origin).open(begin({ more: { redirect_uri: 'https://evil.example/signed-in' } }).url)
    expect(page).toMatchObject({ status: 400, url: { origin } })
    expect(page.headers.get('location')).toBeNull()
  })
})
