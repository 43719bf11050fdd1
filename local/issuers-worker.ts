/**
 * The issuers themselves, in a thread of their own: discovery, keys and client credentials, on the virtual clock.
 * They start at the first request for them, because most runs only ever ask for a token of `npm run token`.
 */
import { createServer } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import type { JWK } from 'jose'
import Provider, { type Configuration, type ResourceServer } from 'oidc-provider'
import { listen } from './listen.ts'

export type IssuersData = {
  readonly clock: SharedArrayBuffer
  readonly issuers: readonly IssuerData[]
}
export type IssuerData = {
  readonly issuer: string
  readonly audience: string
  readonly key: JWK
  readonly cookieKey: string
  readonly tokenSeconds: number
  readonly machines: readonly { readonly clientId: string; readonly secret: string; readonly scope: string }[]
}

const { issuers } = workerData as IssuersData

const providers = issuers.map((data) => ({
  mount: new URL(data.issuer).pathname,
  callback: new Provider(data.issuer, configurationOf(data)).callback(),
}))

const server = createServer((request, response) => {
  const url = request.url ?? '/'
  const found = providers.find(({ mount }) => url === mount || url.startsWith(`${mount}/`))
  if (!found) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}')
    return
  }
  // The provider works out its own addresses from the two.
  Object.assign(request, { originalUrl: url, url: url.slice(found.mount.length) || '/' })
  found.callback(request, response)
})

parentPort?.postMessage({ port: await listen(server, 0) })

function configurationOf(data: IssuerData): Configuration {
  const resourceServer: ResourceServer = {
    audience: data.audience,
    scope: data.machines.map(({ scope }) => scope).join(' '),
    accessTokenFormat: 'jwt',
    accessTokenTTL: data.tokenSeconds,
    jwt: { sign: { alg: 'RS256' } },
  }
  return {
    jwks: { keys: [{ ...data.key, kty: 'RSA' }] },
    cookies: { keys: [data.cookieKey] },
    clients: data.machines.map(({ clientId, secret, scope }) => ({
      client_id: clientId,
      client_secret: secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope,
    })),
    scopes: ['openid', ...data.machines.map(({ scope }) => scope)],
    ttl: { ClientCredentials: data.tokenSeconds },
    // Machines of the local run act for every store.
    extraTokenClaims: () => ({ stores: '*' }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        // A resource must be named by an address; the tokens carry the plain audience.
        defaultResource: () => data.issuer,
        getResourceServerInfo: () => resourceServer,
      },
    },
  }
}
