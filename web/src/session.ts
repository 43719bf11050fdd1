/**
 * Who is signed in. Tokens live in this module and nowhere else; what stays in the browser is that somebody was signed in,
 * so that the next visit returns silently, without a frame and without a popup.
 */
import type { OidcClient, SigninResponse } from 'oidc-client-ts'
import { config, type Issuer } from './config.ts'
import { whenMoved } from './navigation.tsx'

export type SessionState = {
  /** `away`: signed in before, not yet again on this visit, because the network or a limit forbids it now. */
  readonly status: 'starting' | 'in' | 'out' | 'away'
  readonly subject?: string
  /** The session ended while the page was open. */
  readonly hasEnded?: boolean
  /** The issuer would not let this person in. */
  readonly isRefused?: boolean
}

export type SessionArea = {
  readonly issuer: 'members' | 'staff'
  /** Where the page starts, with a slash at its end. */
  readonly home: string
  readonly scope: string
  /** While true the page is not sent away: something is open or half typed. */
  readonly isBusy: () => boolean
  readonly language: () => string
}

type SignIn = { readonly prompt?: 'none' | 'login'; readonly returnTo?: string; readonly hint?: string }

const SILENT_EVERY_MS = 60_000
const HEALTH_MS = 1_500
const RENEW_BEFORE_MS = 60_000

export class Session {
  readonly #area: SessionArea
  readonly #flag: string
  readonly #silentAt: string
  /** That somebody signed out here: the issuer may not have heard it, so the next one to come is asked who they are. */
  readonly #left: string
  readonly #redirectPath: string
  readonly #listeners = new Set<() => void>()
  #state: SessionState = { status: 'starting' }
  #tokens: SigninResponse | undefined
  #renewing: Promise<void> | undefined
  #isReturning = false

  constructor(area: SessionArea) {
    this.#area = area
    this.#flag = area.issuer === 'members' ? 'signedIn' : 'staffSignedIn'
    this.#silentAt = `${this.#flag}.silentAt`
    this.#left = `${this.#flag}.left`
    this.#redirectPath = `${area.home}signed-in`
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  readonly state = (): SessionState => this.#state

  /** Leaves the page for the issuer, and comes back to where the reader was or to `returnTo`. */
  readonly signIn = async ({ returnTo, hint, ...wanted }: SignIn = {}): Promise<void> => {
    const prompt = wanted.prompt ?? (localStorage.getItem(this.#left) === '1' ? 'login' : undefined)
    const { client } = await this.#identity()
    const request = await client.createSigninRequest({
      state: returnTo ?? `${location.pathname}${location.search}`,
      ui_locales: this.#area.language(),
      ...(prompt !== undefined && { prompt }),
      ...(prompt === 'login' && { max_age: 0 }),
      ...(hint !== undefined && { login_hint: hint }),
    })
    location.assign(request.url)
  }

  readonly signOut = async (): Promise<void> => {
    const idToken = this.#tokens?.id_token
    localStorage.setItem(this.#left, '1')
    localStorage.removeItem(this.#flag)
    this.#tokens = undefined
    const home = new URL(this.#area.home, location.origin).href
    const end = await this.#identity()
      .then(({ client, issuer }) =>
        client.createSignoutRequest({
          client_id: issuer.clientId,
          post_logout_redirect_uri: home,
          extraQueryParams: { logout_uri: home },
          ...(idToken !== undefined && { id_token_hint: idToken }),
        }),
      )
      // An issuer that does not offer it, or cannot be reached, keeps its own session; this page forgets in any case.
      .catch(() => undefined)
    location.assign(end?.url ?? home)
  }

  /** @param isStale asks for another one than last time. @returns undefined for who is not signed in. */
  readonly token = async (isStale = false): Promise<string | undefined> => {
    if (this.#tokens === undefined) return undefined
    const endsAt = (this.#tokens.expires_at ?? 0) * 1_000
    if (isStale || Date.now() > endsAt - RENEW_BEFORE_MS) {
      this.#renewing ??= this.#renew().finally(() => {
        this.#renewing = undefined
      })
      await this.#renewing
    }
    return this.#tokens?.access_token
  }

  /** Once per visit. @returns the path to show where the page was the return from the issuer. */
  async start(): Promise<string | undefined> {
    if (location.pathname === this.#redirectPath) return this.#finish()
    if (localStorage.getItem(this.#flag) !== '1') this.#leave()
    else await this.#returnSilently().catch(() => this.#become({ status: 'away' }))
    return undefined
  }

  /** Tries again what was not possible at the start: the network is back, or somebody looks again. */
  readonly resume = async (): Promise<void> => {
    if (this.#state.status !== 'away' || this.#isReturning) return
    this.#isReturning = true
    await this.#returnSilently().catch(() => this.#become({ status: 'away' }))
    this.#isReturning = false
  }

  /** The service does not take the token any more, and no renewal helps. */
  readonly end = (): void => this.#leave({ hasEnded: true })

  /** @returns where the reader was. */
  async #finish(): Promise<string> {
    // The code leaves the address at once; the page is painted already, and somebody may move on before the rest has loaded.
    const { href } = location
    history.replaceState(null, '', this.#area.home)
    const { client } = await this.#identity()
    const { state: kept } = await client.readSigninResponseState(href).catch(() => ({ state: undefined }))
    const before = typeof kept?.data === 'string' && this.#isInside(kept.data) ? kept.data : this.#area.home
    try {
      this.#enter(await client.processSigninResponse(href))
    } catch (error) {
      const reason = reasonOf(error)
      // Nobody is signed in at the issuer any more: the next visit need not ask again.
      if (reason !== undefined) localStorage.removeItem(this.#flag)
      this.#leave({ isRefused: reason === 'access_denied' })
    }
    return before
  }

  async #renew(): Promise<void> {
    const before = this.#tokens
    if (before?.refresh_token === undefined) return this.#leave({ hasEnded: true })
    const { client } = await this.#identity()
    try {
      const answer = await client.useRefreshToken({ state: refreshState(before, this.#area.scope) })
      const refresh_token = answer.refresh_token ?? before.refresh_token
      const id_token = answer.id_token ?? before.id_token
      this.#tokens = Object.assign(answer, { profile: before.profile, refresh_token, id_token })
    } catch (error) {
      // Without a network the old token stays; whoever needs a new one hears of the silence.
      if (reasonOf(error) !== undefined) this.#leave({ hasEnded: true })
    }
  }

  async #returnSilently(): Promise<void> {
    const last = Number(sessionStorage.getItem(this.#silentAt) ?? 0)
    const mayAsk = navigator.onLine && !this.#area.isBusy() && Date.now() - last > SILENT_EVERY_MS
    if (!mayAsk || !(await isReachable())) return this.#become({ status: 'away' })
    sessionStorage.setItem(this.#silentAt, String(Date.now()))
    const leave = () => this.signIn({ prompt: 'none' })
    // Who moves on while the page is being left comes back to where they went.
    const stop = whenMoved(leave)
    await leave().catch((error: unknown) => {
      stop()
      throw error
    })
  }

  #enter(answer: SigninResponse): void {
    this.#tokens = answer
    localStorage.setItem(this.#flag, '1')
    localStorage.removeItem(this.#left)
    // The limit is against a circle between page and issuer; who came in is in none.
    sessionStorage.removeItem(this.#silentAt)
    this.#become({ status: 'in', subject: answer.profile.sub })
  }

  #leave(more: Partial<SessionState> = {}): void {
    this.#tokens = undefined
    this.#become({ status: 'out', ...more })
  }

  #become(next: SessionState): void {
    this.#state = next
    for (const listener of this.#listeners) listener()
  }

  #isInside(path: string): boolean {
    return path.startsWith(this.#area.home) && !path.startsWith('//')
  }

  #identity(): Promise<Identity> {
    return identity(this.#area, this.#redirectPath)
  }
}

type Identity = { readonly client: OidcClient; readonly issuer: Issuer }

/** Loaded when it is needed: most visits paint the card before they ask who is there. */
async function identity(area: SessionArea, redirectPath: string): Promise<Identity> {
  const [{ OidcClient, WebStorageStateStore }, { issuers }] = await Promise.all([import('./identity.ts'), config()])
  const issuer = issuers[area.issuer]
  const client = new OidcClient({
    authority: issuer.authority,
    client_id: issuer.clientId,
    redirect_uri: new URL(redirectPath, location.origin).href,
    post_logout_redirect_uri: new URL(area.home, location.origin).href,
    scope: area.scope,
    loadUserInfo: false,
    stateStore: new WebStorageStateStore({ store: sessionStorage, prefix: 'oidc.' }),
  })
  return { client, issuer }
}

/** What a renewal needs of the sign-in before it. */
function refreshState({ refresh_token = '', id_token = '', session_state, profile }: SigninResponse, scope: string) {
  return { refresh_token, id_token, session_state, scope, profile }
}

/** What the issuer said, or undefined where it said nothing. */
function reasonOf(error: unknown): string | undefined {
  return error instanceof Error && 'error' in error && typeof error.error === 'string' ? error.error : undefined
}

async function isReachable(): Promise<boolean> {
  const answer = await fetch('/v1/health', { signal: AbortSignal.timeout(HEALTH_MS) }).catch(() => undefined)
  return answer?.ok === true
}
