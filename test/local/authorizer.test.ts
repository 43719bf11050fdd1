/** The local JWT authorizer against the attacks that a gateway must stop before a function sees them. */
import { createHmac, createPublicKey } from 'node:crypto'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAuthorizer, type Decision, renderClaims } from '../../local/authorizer.ts'

const ISSUER = 'http://localhost:8787/oidc/staff'
const NOW = Date.parse('2026-11-22T12:00:00Z')
const SECONDS = NOW / 1000
const ROUTE = {
  key: 'ANY /v1/points/{proxy+}',
  functionName: 'points',
  authorizer: 'staff',
  scopes: ['loyalty/staff', 'loyalty/pos'],
}
const CLAIMS = {
  iss: ISSUER,
  aud: 'revisit-staff',
  sub: 'local-cashier',
  scope: 'openid loyalty/staff',
  iat: SECONDS - 5,
  exp: SECONDS + 60,
}

type Keys = Awaited<ReturnType<typeof generateKeyPair>>
let keys: Keys
let strangers: Keys
let publicPem: string
let clock = NOW
let authorize: ReturnType<typeof createAuthorizer>

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true })
  strangers = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(keys.publicKey)), alg: 'RS256', use: 'sig', kid: 'ours' }
  publicPem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
  authorize = createAuthorizer({
    authorizers: new Map([['staff', { name: 'Staff', issuer: ISSUER, audiences: ['revisit-staff', 'pos-client'] }]]),
    keysOf: (issuer) => {
      if (issuer !== ISSUER) throw new Error(`asked for keys of ${issuer}`)
      return createLocalJWKSet({ keys: [jwk] })
    },
    now: () => clock,
  })
})

function sign(claims: JWTPayload, header: Record<string, unknown> = {}, by: Keys = keys): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'ours', ...header }).sign(by.privateKey)
}

function forged(header: Record<string, unknown>, signature: (text: string) => string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part(header)}.${part(CLAIMS)}`
  return `${text}.${signature(text)}`
}

async function decide(token: string, route: typeof ROUTE = ROUTE): Promise<Decision> {
  return authorize(route, [`Bearer ${token}`])
}

describe('the authorizer lets through', () => {
  test('a token of the issuer, its claims as text and all its scopes', async () => {
    const decision = await decide(await sign({ ...CLAIMS, roles: ['cashier', 'manager'], stores: '*' }))
    expect(decision).toMatchObject({
      kind: 'allowed',
      claims: { sub: 'local-cashier', roles: '[cashier manager]', stores: '*', exp: String(SECONDS + 60) },
      scopes: ['openid', 'loyalty/staff'],
    })
  })

  test('a token without the word Bearer, as API Gateway does', async () => {
    expect(await authorize(ROUTE, [await sign(CLAIMS)])).toMatchObject({ kind: 'allowed' })
  })

  test('a machine whose client id is an audience, when it has no audience of its own', async () => {
    const { aud: _, ...claims } = CLAIMS
    const machine = { ...claims, client_id: 'pos-client', scope: 'loyalty/pos' }
    expect(await decide(await sign(machine))).toMatchObject({ kind: 'allowed' })
    expect(await decide(await sign({ ...machine, aud: 'elsewhere' }))).toMatchObject({ kind: 'unauthorized' })
  })

  test('anybody on a public route, whatever they send', async () => {
    expect(await authorize({ ...ROUTE, authorizer: undefined }, ['Bearer nonsense'])).toEqual({ kind: 'public' })
  })

  test('no scopes to the function where the route asks for none', async () => {
    expect(await decide(await sign(CLAIMS), { ...ROUTE, scopes: [] })).toMatchObject({ kind: 'allowed', scopes: null })
  })
})

describe('the authorizer answers 401 to', () => {
  test('no token, so that the caller learns how to ask', async () => {
    expect(await authorize(ROUTE, [])).toEqual({ kind: 'unauthorized', challenge: 'Bearer' })
  })

  test('two Authorization headers, so that nobody chooses which one is checked', async () => {
    const token = `Bearer ${await sign(CLAIMS)}`
    expect(await authorize(ROUTE, [token, token])).toMatchObject({ kind: 'unauthorized' })
  })

  test('alg none, whatever its claims', async () => {
    expect(await decide(forged({ alg: 'none', kid: 'ours' }, () => ''))).toMatchObject({ kind: 'unauthorized' })
  })

  test('HS256 keyed with the public key, so that a public key is never a secret', async () => {
    const token = forged({ alg: 'HS256', kid: 'ours' }, (text) =>
      createHmac('sha256', publicPem).update(text).digest('base64url'),
    )
    expect(await decide(token)).toMatchObject({ kind: 'unauthorized' })
  })

  test('a stranger with his own key in the header, of which nothing is fetched', async () => {
    const jwk = await exportJWK(strangers.publicKey)
    const url = 'http://127.0.0.1:1/keys'
    for (const header of [{ jwk }, { jku: url }, { x5u: url }, { kid: 'theirs', jwk }]) {
      expect(await decide(await sign(CLAIMS, header, strangers))).toMatchObject({ kind: 'unauthorized' })
    }
  })

  test('a key id that the issuer does not have', async () => {
    expect(await decide(await sign(CLAIMS, { kid: 'unknown' }))).toMatchObject({ kind: 'unauthorized' })
  })

  test.each([
    ['expired', { exp: SECONDS }, 'the token has expired'],
    ['without an end', { exp: undefined }, 'invalid exp claim'],
    ['not valid yet', { nbf: SECONDS + 1 }, 'nbf'],
    ['issued in the future', { iat: SECONDS + 1 }, 'issued in the future'],
    ['of another issuer', { iss: 'http://localhost:8787/oidc/members' }, 'invalid iss claim'],
    ['for another audience', { aud: 'revisit-members' }, 'valid audience'],
    ['for nobody', { aud: undefined }, 'valid audience'],
  ])('a token that is %s', async (_, change, description) => {
    const decision = await decide(await sign({ ...CLAIMS, ...change }))
    expect(decision).toMatchObject({ kind: 'unauthorized', challenge: expect.stringContaining(description) })
  })

  test('garbage of any shape and size', async () => {
    const token = await sign(CLAIMS)
    const broken = [token.slice(0, -3), token.replace('.', ''), 'x', '..', ' ', 'a.b.c', 'x'.repeat(9_000), `${token}A`]
    for (const text of broken) expect(await decide(text)).toMatchObject({ kind: 'unauthorized' })
  })

  test('a token that was good a minute ago, although it is remembered', async () => {
    const token = await sign(CLAIMS)
    expect(await decide(token)).toMatchObject({ kind: 'allowed' })
    clock = NOW + 60_000
    expect(await decide(token)).toMatchObject({ kind: 'unauthorized' })
    clock = NOW
  })
})

describe('the authorizer answers 403 to', () => {
  test.each([['openid'], [''], ['loyalty/member'], ['loyalty/staffx']])('the scope "%s"', async (scope) => {
    expect(await decide(await sign({ ...CLAIMS, scope }))).toMatchObject({
      kind: 'forbidden',
      challenge: expect.stringContaining('insufficient_scope'),
    })
  })
})

test('claims become text exactly as API Gateway writes them', () => {
  expect(
    renderClaims({
      text: 'a b',
      number: 1795408598,
      yes: true,
      none: null,
      list: ['a', 2],
      empty: [],
      map: { b: [1], a: 'x' },
    }),
  ).toEqual({
    text: 'a b',
    number: '1795408598',
    yes: 'true',
    none: '<nil>',
    list: '[a 2]',
    empty: '[]',
    map: 'map[a:x b:[1]]',
  })
})
