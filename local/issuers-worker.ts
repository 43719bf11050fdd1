/**
 * The issuers themselves, in a thread of their own: discovery, keys, sign-in pages and tokens, on the virtual clock.
 * They start at the first request for them, because most runs only ever ask for a token of `npm run token`.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { JWK } from 'jose'
import { ICON, STYLESHEET } from './html.ts'
import type { IssuerName } from './identity.ts'
import { hostBehind } from './issuers-host.ts'
import { createProvider } from './issuers-provider.ts'
import { signInHandler } from './issuers-sign-in.ts'
import { IssuerStore } from './issuers-store.ts'
import { listen } from './listen.ts'

export type IssuersData = {
  readonly clock: SharedArrayBuffer
  readonly issuers: readonly IssuerData[]
}
export type IssuerData = {
  readonly name: IssuerName
  /** `http://localhost:8787`, where the pages are too. */
  readonly origin: string
  readonly issuer: string
  readonly audience: string
  readonly key: JWK
  readonly cookieKey: string
  readonly machineTokenSeconds: number
  readonly machines: readonly { readonly clientId: string; readonly secret: string; readonly scope: string }[]
  /** Where sessions and tokens are kept. */
  readonly storeFile: string
}

const { issuers } = workerData as IssuersData
if (!parentPort) throw new Error('The issuers run in a thread of the local run')
const host = hostBehind(parentPort)

type Handle = (request: IncomingMessage, response: ServerResponse) => unknown

const mounted = issuers.map((data): { mount: string; handle: Handle } => {
  const store = new IssuerStore(data.storeFile)
  const provider = createProvider({ data, store, host })
  const signIn = signInHandler({ data, provider, store, host })
  const callback = provider.callback()
  return {
    mount: new URL(data.issuer).pathname,
    handle: (request, response) =>
      signIn.isFor(request) ? signIn.handle(request, response) : callback(request, response),
  }
})

const FILES: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  [STYLESHEET]: { type: 'text/css; charset=utf-8', text: readFileSync(join(import.meta.dirname, 'page.css'), 'utf8') },
  [ICON]: { type: 'image/svg+xml', text: readFileSync(join(import.meta.dirname, 'icon.svg'), 'utf8') },
}

const server = createServer((request, response) => {
  const url = request.url ?? '/'
  const file = FILES[url]
  if (file) return response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-cache' }).end(file.text)
  const found = mounted.find(({ mount }) => url === mount || url.startsWith(`${mount}/`))
  if (!found) return response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}')
  // The provider works out its own addresses from the two.
  Object.assign(request, { originalUrl: url, url: url.slice(found.mount.length) || '/' })
  return found.handle(request, response)
})

parentPort.postMessage({ port: await listen(server, 0) })
