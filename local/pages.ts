/**
 * The built pages, as the distribution serves them: files with the headers of their area, the area's own page for every
 * other address below it, and nothing from outside the folder.
 */
import { createHash } from 'node:crypto'
import { type Dirent, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { PageRule } from './deployment-pages.ts'
import { isMissing } from './state.ts'

const compress = promisify(gzip)
const COMPRESS_MIN_BYTES = 1_000
const IMMUTABLE = 'public, max-age=31536000, immutable'
const NO_CACHE = 'no-cache'
const LISTED_FOR_MS = 500

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}
const TEXTS = /^(?:text\/|application\/(?:json|manifest|wasm)|image\/svg)/

export type PageParts = {
  /** `dist/web` */
  readonly folder: string
  readonly rules: readonly PageRule[]
  /** What `/config.json` says. */
  readonly config: unknown
}

/** @returns whether this request was one for a page, and has been answered */
export type PageHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<boolean>

/** Areas that are no pages. */
const OTHERS = /^\/(?:v1|oidc|local|docs)(?:\/|$)/

export function createPages(parts: PageParts): PageHandler {
  const files = listing(parts.folder)
  const config = JSON.stringify(parts.config)
  return async (incoming, outgoing) => {
    const [sent = '/'] = (incoming.url ?? '/').split('?')
    const path = decoded(sent)
    if (OTHERS.test(sent) || (path !== undefined && OTHERS.test(path))) return false
    const headers = parts.rules.find(({ pattern }) => pattern.test(path ?? '/'))?.headers ?? {}
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
      outgoing.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end()
      return true
    }
    const found = path === undefined ? undefined : fileFor(path, files(), { folder: parts.folder, config })
    if (found) await answer({ incoming, outgoing, headers }, found)
    else
      outgoing
        .writeHead(404, { ...headers, 'content-type': 'text/plain', 'cache-control': 'no-store' })
        .end('Not Found')
    return true
  }
}

type Found = { readonly name: string; readonly read: () => Buffer; readonly caching: string }

/** Only names that were found by listing the folder are read, so no path leads out of it. */
function fileFor(
  path: string,
  files: ReadonlySet<string>,
  from: { folder: string; config: string },
): Found | undefined {
  const found = (name: string, caching: string): Found | undefined =>
    files.has(name) ? { name, caching, read: () => readFileSync(join(from.folder, name)) } : undefined
  const name = path.slice(1)
  if (name === 'config.json') return { name, caching: NO_CACHE, read: () => Buffer.from(from.config) }
  if (/^(?:staff\/)?assets\//.test(name)) return found(name, IMMUTABLE)
  if (files.has(name)) return name.includes('.vite/') ? undefined : found(name, NO_CACHE)
  // What looks like a file and is none is missing; every other address is one of the page's own.
  if (/\.[a-z0-9]+$/i.test(name) && !/^(?:c|r)\//.test(name)) return undefined
  return found(/^staff(?:\/|$)/.test(name) ? 'staff/index.html' : 'index.html', NO_CACHE)
}

type Exchange = {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly headers: Readonly<Record<string, string>>
}

async function answer({ incoming, outgoing, headers }: Exchange, { name, read, caching }: Found): Promise<void> {
  const body = read()
  const type = TYPES[extname(name)] ?? 'application/octet-stream'
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const own = { ...headers, 'content-type': type, 'cache-control': caching, etag, vary: 'Accept-Encoding' }
  if (isSame(incoming.headers['if-none-match'], etag)) {
    outgoing.writeHead(304, own).end()
    return
  }
  const isSmaller = body.length >= COMPRESS_MIN_BYTES && TEXTS.test(type) && takesGzip(incoming)
  const sent = isSmaller ? await compress(body) : body
  outgoing.writeHead(200, { ...own, ...(isSmaller && { 'content-encoding': 'gzip' }), 'content-length': sent.length })
  outgoing.end(incoming.method === 'HEAD' ? undefined : sent)
}

function isSame(given: string | undefined, etag: string): boolean {
  return (given ?? '').split(/\s*,\s*/).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)
}

function takesGzip({ headers }: IncomingMessage): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(String(headers['accept-encoding'] ?? ''))
}

/** @returns undefined when it is not percent-encoded text */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** The names of all files of the folder, looked at again after a moment, because a build may replace them meanwhile. */
function listing(folder: string): () => ReadonlySet<string> {
  let listed: ReadonlySet<string> = new Set()
  let listedAt = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - listedAt > LISTED_FOR_MS) {
      listed = new Set(filesOf(folder))
      listedAt = performance.now()
    }
    return listed
  }
}

function filesOf(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    // A link could point anywhere, and is no file.
    return entries.filter((entry) => entry.isFile()).map((entry) => nameOf(folder, entry))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function nameOf(folder: string, entry: Dirent): string {
  return relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')
}
