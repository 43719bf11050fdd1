/**
 * How an issuer behaves: which clients it knows, how long what it gives lasts, and where the words of a token come from.
 * People sign in by code and PKCE; what their tokens say is the answer of the template's sign-in function.
 */
import type { IncomingMessage } from 'node:http'
import Provider, {
  type ClientMetadata,
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
  type ResourceServer,
} from 'oidc-provider'
import { PAGE_HEADERS } from './html.ts'
import { AUDIENCES, type IssuerName } from './identity.ts'
import type { ClaimsAnswer, IssuersHost } from './issuers-host.ts'
import { adapterOf, type IssuerStore } from './issuers-store.ts'
import type { IssuerData } from './issuers-worker.ts'
import { messagePage, signOutPage } from './sign-in-page.ts'
import { languageOf } from './sign-in-words.ts'

const HOUR = 60 * 60
const DAY = 24 * HOUR

/** What the page of an issuer's people is. The lifetimes are those of the deployed pools. */
export const PAGES = {
  members: { clientId: AUDIENCES.members, scope: 'loyalty/member', base: '/', lifeSeconds: 30 * DAY },
  staff: { clientId: AUDIENCES.staff, scope: 'loyalty/staff', base: '/staff/', lifeSeconds: 12 * HOUR },
} as const satisfies Record<IssuerName, unknown>

const ACCESS_TOKEN_SECONDS = HOUR
/** Nothing can be done with a grant alone; it must only outlive what was given under it. */
const GRANT_SECONDS = 400 * DAY
const INTERACTION_SECONDS = HOUR

export type ProviderParts = { readonly data: IssuerData; readonly store: IssuerStore; readonly host: IssuersHost }

export function createProvider(parts: ProviderParts): Provider {
  const { data, store } = parts
  const { scope } = PAGES[data.name]
  const scopes = [scope, ...data.machines.map((machine) => machine.scope)]
  return new Provider(data.issuer, {
    adapter: adapterOf(store),
    jwks: { keys: [{ ...data.key, kty: 'RSA' }] },
    cookies: {
      keys: [data.cookieKey],
      names: { session: 'sid', interaction: 'step', resume: 'resume' },
      // The two issuers share a host, and a session of one is none of the other's business.
      long: { httpOnly: true, sameSite: 'lax', path: new URL(data.issuer).pathname },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    clients: [pageClient(data), ...machineClients(data)],
    clientBasedCORS: (_, origin) => origin === data.origin,
    scopes: ['openid', 'email', ...scopes],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    responseTypes: ['code'],
    conformIdTokenClaims: false,
    pkce: { required: (_, client) => client.clientAuthMethod === 'none' },
    ttl: lifetimes(data),
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    expiresWithSession: async () => false,
    findAccount: (ctx, sub, token) => accountOf(parts, { ctx, sub, signedInAt: token?.iat }),
    loadExistingGrant: (ctx) => grantFor(ctx, data),
    interactions: { policy: policyOf(parts), url: (_, { uid }) => `${new URL(data.issuer).pathname}/sign-in/${uid}` },
    // Machines of the local run act for every store.
    extraTokenClaims: (_, token) => (token.kind === 'ClientCredentials' ? { stores: '*' } : undefined),
    formats: { customizers: { jwt: (ctx, token, jwt) => fillToken(parts, { ctx, kind: token.kind, jwt }) } },
    renderError: (ctx, out) => showError(ctx, out),
    features: featuresOf(data, scopes),
  })
}

function pageClient({ name, origin }: IssuerData): ClientMetadata {
  const { clientId, base, scope } = PAGES[name]
  return {
    client_id: clientId,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: [`${origin}${base}signed-in`],
    post_logout_redirect_uris: [`${origin}${base}`],
    scope: name === 'members' ? `openid email ${scope}` : `openid ${scope}`,
  }
}

function machineClients({ machines }: IssuerData): ClientMetadata[] {
  return machines.map(({ clientId, secret, scope }) => ({
    client_id: clientId,
    client_secret: secret,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope,
  }))
}

/** A sign-in lasts from the moment of signing in; using it does not make it longer. */
function lifetimes({ name, machineTokenSeconds }: IssuerData): Configuration['ttl'] {
  const { lifeSeconds } = PAGES[name]
  return {
    AccessToken: ACCESS_TOKEN_SECONDS,
    IdToken: ACCESS_TOKEN_SECONDS,
    ClientCredentials: machineTokenSeconds,
    Grant: GRANT_SECONDS,
    Interaction: INTERACTION_SECONDS,
    RefreshToken: (ctx) => ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? lifeSeconds,
    Session: (_, session) => Math.max(1, (session.loginTs ?? now()) + lifeSeconds - now()),
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}

function featuresOf(data: IssuerData, scopes: readonly string[]): Configuration['features'] {
  const resourceServer: ResourceServer = {
    audience: data.audience,
    scope: scopes.join(' '),
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  }
  return {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => signOut(ctx, form),
      postLogoutSuccessSource: (ctx) =>
        show(ctx, messagePage(languageIn(ctx), { kind: 'signedOut', base: PAGES[data.name].base })),
    },
    resourceIndicators: {
      enabled: true,
      // A resource must be named by an address; the tokens carry the plain audience.
      defaultResource: () => data.issuer,
      getResourceServerInfo: () => resourceServer,
      useGrantedResource: () => true,
    },
  }
}

type AccountQuestion = {
  readonly ctx: KoaContextWithOIDC
  readonly sub: string
  readonly signedInAt: number | undefined
}

/** @returns nobody when the person was disabled, or signed out everywhere since the sign-in that is used here */
async function accountOf({ data, host }: ProviderParts, { ctx, sub, signedInAt }: AccountQuestion) {
  const since = signedInAt ?? ctx.oidc.session?.loginTs ?? now()
  if (!(await host.isWelcome(data.name, sub, since))) return undefined
  const person = await host.personBySub(data.name, sub)
  return {
    accountId: sub,
    claims: async () => ({ sub, email: person?.email, email_verified: true, name: person?.name }),
  }
}

/** Nobody is asked to allow their own page something: it gets what it may have. */
async function grantFor({ oidc }: KoaContextWithOIDC, data: IssuerData) {
  const clientId = oidc.client?.clientId ?? ''
  const accountId = oidc.account?.accountId ?? ''
  const grantId = oidc.session?.grantIdFor(clientId)
  const known = grantId === undefined ? undefined : await oidc.provider.Grant.find(grantId)
  if (known?.accountId === accountId) return known
  const grant = new oidc.provider.Grant({ accountId, clientId })
  grant.addOIDCScope('openid email')
  grant.addResourceScope(data.issuer, PAGES[data.name].scope)
  await grant.save()
  return grant
}

/** Sign in where nobody is signed in any more; then the sign-in function may still say no. */
function policyOf(parts: ProviderParts): interactionPolicy.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy
  const policy = base()
  policy.remove('consent')
  policy
    .get('login')
    ?.checks.add(
      new Check('gone', 'the person has to sign in again', 'login_required', ({ oidc }) =>
        Boolean(oidc.session?.accountId && !oidc.account),
      ),
    )
  policy.add(
    new Prompt(
      { name: 'admission', requestable: false },
      new Check('refused', 'the sign-in was refused', async ({ oidc }) => {
        const answer = await askClaims(parts, {
          sub: oidc.account?.accountId ?? '',
          clientId: oidc.client?.clientId ?? '',
          source: 'TokenGeneration_HostedAuth',
        })
        if (!answer.isAllowed) throw new errors.AccessDenied(answer.message)
        return false
      }),
    ),
  )
  return policy
}

type Asked = Pick<Parameters<IssuersHost['claims']>[0], 'sub' | 'clientId' | 'source'>

function askClaims({ data, host }: ProviderParts, asked: Asked): Promise<ClaimsAnswer> {
  return host.claims({ pool: data.name, scopes: ['openid', PAGES[data.name].scope], ...asked })
}

type TokenToFill = {
  readonly ctx: KoaContextWithOIDC
  readonly kind: string
  readonly jwt: { payload?: Record<string, unknown> | undefined }
}

/** Puts into an access token what the sign-in function says, as the pool does. */
async function fillToken(parts: ProviderParts, { ctx, kind, jwt }: TokenToFill): Promise<void> {
  if (kind !== 'AccessToken' || !jwt.payload) return
  const { RefreshToken, RotatedRefreshToken, AuthorizationCode } = ctx.oidc.entities
  const answer = await askClaims(parts, {
    sub: String(jwt.payload.sub),
    clientId: String(jwt.payload.client_id),
    source: AuthorizationCode ? 'TokenGeneration_HostedAuth' : 'TokenGeneration_RefreshTokens',
  })
  if (!answer.isAllowed) throw new errors.InvalidGrant(answer.message)
  const given = String(jwt.payload.scope ?? '').split(' ')
  const scopes = [...new Set([...given, ...answer.scopes])].filter((scope) => !answer.withoutScopes.includes(scope))
  const authTime = (AuthorizationCode ?? RotatedRefreshToken ?? RefreshToken)?.authTime
  Object.assign(jwt.payload, { auth_time: authTime }, answer.claims, { scope: scopes.join(' ') })
  for (const name of answer.withoutClaims) delete jwt.payload[name]
}

/** A page that proves who signs out is believed; whoever was only sent here is asked first. */
async function signOut(ctx: KoaContextWithOIDC, form: string): Promise<void> {
  const { session, provider, entities } = ctx.oidc
  const state = session?.state as { secret?: string; postLogoutRedirectUri?: string; state?: string } | undefined
  const hinted: unknown = (entities.IdTokenHint as { payload?: { sub?: unknown } } | undefined)?.payload?.sub
  if (!session || hinted !== session.accountId || !state?.postLogoutRedirectUri) {
    const action = /action="([^"]+)"/.exec(form)?.[1] ?? ''
    return show(ctx, signOutPage(languageIn(ctx), { action, secret: state?.secret ?? '' }))
  }
  for (const { grantId } of Object.values(session.authorizations ?? {})) {
    if (grantId === undefined) continue
    await provider.RefreshToken.revokeByGrantId(grantId)
    await (await provider.Grant.find(grantId))?.destroy()
  }
  await session.destroy()
  const target = new URL(state.postLogoutRedirectUri)
  if (state.state !== undefined) target.searchParams.set('state', state.state)
  ctx.status = 303
  ctx.redirect(target.href)
}

function showError(
  ctx: KoaContextWithOIDC,
  { error_description, error }: { error: string; error_description?: string },
) {
  const base = ctx.path.includes('/oidc/staff') ? '/staff/' : '/'
  show(ctx, messagePage(languageIn(ctx), { kind: 'failed', detail: error_description ?? error, base }))
}

function show(ctx: KoaContextWithOIDC, text: string): void {
  ctx.set(PAGE_HEADERS)
  ctx.body = text
}

function languageIn(ctx: { readonly req: IncomingMessage }) {
  const { searchParams } = new URL(ctx.req.url ?? '/', 'http://localhost')
  return languageOf(searchParams.get('ui_locales'), ctx.req.headers['accept-language'])
}
