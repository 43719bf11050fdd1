/** The static server of the pages, over real HTTP: headers as the template says, nothing from outside, no API shadowed. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { readPageRules, readPools } from '../../local/deployment-pages.ts'
import { close, listen } from '../../local/listen.ts'
import { createPages } from '../../local/pages.ts'
import type { Resource } from '../../local/template.ts'

const CONFIG = { issuers: { members: { authority: 'http://localhost:1/oidc/members', clientId: 'member-page' } } }
const SCRIPT = `export const text = '${'x'.repeat(2_000)}'`

let folder: string
let server: Server
let port: number

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'revisit-pages-'))
  const dist = join(folder, 'web')
  for (const path of ['assets', 'staff/assets', 'staff/.vite']) mkdirSync(join(dist, path), { recursive: true })
  const files = {
    'index.html': '<!doctype html><title>member</title>',
    'worker.js': 'self.name',
    'assets/main-1.js': SCRIPT,
    'staff/index.html': '<!doctype html><title>staff</title>',
    'staff/assets/desk-1.css': 'body{}',
    'staff/.vite/manifest.json': '{}',
    '../secret.txt': 'a secret',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dist, name), text)
  symlinkSync(join(folder, 'secret.txt'), join(dist, 'assets', 'link.txt'))
  const rules = readPageRules(source()) ?? []
  const pages = createPages({ folder: dist, rules, config: CONFIG })
  server = createServer(async (incoming, outgoing) => {
    if (!(await pages(incoming, outgoing))) outgoing.writeHead(404, { 'x-api': 'yes' }).end('{"message":"Not Found"}')
  })
  port = await listen(server, 0)
})
afterAll(async () => {
  await close(server)
  rmSync(folder, { recursive: true, force: true })
})

type Properties = Record<string, unknown>

/** What the reader gets of a template: the properties of its resources by type, already resolved. */
function source(change: Record<string, [string, Properties][]> = {}) {
  const policy = (csp: string, custom: Properties[]): Properties => ({
    ResponseHeadersPolicyConfig: {
      Name: csp,
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: csp, Override: true },
        ContentTypeOptions: { Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'same-origin', Override: true },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000, IncludeSubdomains: true, Override: true },
      },
      CustomHeadersConfig: { Items: custom },
    },
  })
  const behavior = (PathPattern: string, ResponseHeadersPolicyId?: string) => ({
    PathPattern,
    TargetOriginId: 'x',
    ResponseHeadersPolicyId,
  })
  const resources: Record<string, [string, Properties][]> = {
    'AWS::CloudFront::ResponseHeadersPolicy': [
      [
        'MemberHeaders',
        policy("default-src 'self'", [{ Header: 'Permissions-Policy', Value: 'x=()', Override: true }]),
      ],
      ['StaffHeaders', policy("default-src 'none'", [])],
    ],
    'AWS::CloudFront::Distribution': [
      [
        'Site',
        {
          DistributionConfig: {
            DefaultCacheBehavior: { TargetOriginId: 'x', ResponseHeadersPolicyId: 'MemberHeaders' },
            CacheBehaviors: [behavior('/v1/*'), behavior('/staff*', 'StaffHeaders')],
          },
        },
      ],
    ],
    ...change,
  }
  function read<T, S extends z.ZodType>(type: string, shape: S, make: (p: z.infer<S>, resource: Resource) => T): T[] {
    return (resources[type] ?? []).map(([logicalId, properties]) => make(shape.parse(properties), aResource(logicalId)))
  }
  return {
    read,
    refOf: ({ logicalId }: Resource) => logicalId,
    functions: [{ name: 'sign-in', arn: 'arn:sign-in' }],
  }
}

function aResource(logicalId: string): Resource {
  const stack = { name: 'one', Parameters: {}, Resources: {}, Outputs: {} }
  return { stack, logicalId, type: 'x', properties: {}, metadata: {} }
}

type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
      })
    })
    call.once('error', reject).end()
  })
}

describe('an address', () => {
  test.each([
    ['/', 'member'],
    ['/rewards', 'member'],
    ['/signed-in?code=x', 'member'],
    ['/c/630012345678.K7Q2M4XZ', 'member'],
    ['/staff', 'staff'],
    ['/staff/', 'staff'],
    ['/staff/shift', 'staff'],
    ['/staffing', 'member'],
  ])('%s is the page of its area (%s), so that a link into it works', async (path, area) => {
    const { status, headers, body } = await get(path)
    expect({ status, type: headers['content-type'], caching: headers['cache-control'] }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
      caching: 'no-cache',
    })
    expect(body.toString()).toContain(`<title>${area}</title>`)
  })

  test.each([['/v1'], ['/v1/me'], ['/oidc/members/auth'], ['/local/clock'], ['/docs'], ['/%76%31/me']])(
    '%s belongs to somebody else and is not answered by a page',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 404, headers: { 'x-api': 'yes' } })
    },
  )

  test.each([
    ['/assets/old-1.js'],
    ['/assets/'],
    ['/staff/assets/desk-2.css'],
    ['/missing.png'],
    ['/staff/.vite/manifest.json'],
    ['/../secret.txt'],
    ['/assets/../../secret.txt'],
    ['/%2e%2e/secret.txt'],
    ['/..%2fsecret.txt'],
    ['/assets/..%5c..%5csecret.txt'],
    ['/assets/link.txt'],
    ['/%00.js'],
    ['/%zz.js'],
  ])('%s is missing, and no page in its place and nothing from outside', async (path) => {
    const { status, body } = await get(path)
    expect({ status, body: body.toString() }).toEqual({ status: 404, body: 'Not Found' })
  })
})

describe('an answer', () => {
  test('has the headers that the template gives its area, also when nothing is there', async () => {
    const member = {
      'content-security-policy': "default-src 'self'",
      'permissions-policy': 'x=()',
      'referrer-policy': 'same-origin',
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'x-content-type-options': 'nosniff',
    }
    for (const path of ['/', '/assets/main-1.js', '/assets/none.js', '/config.json'])
      expect((await get(path)).headers).toMatchObject(member)
    for (const path of ['/staff', '/staff/shift', '/staff/assets/desk-1.css']) {
      const { headers } = await get(path)
      expect(headers['content-security-policy']).toBe("default-src 'none'")
      expect(headers).not.toHaveProperty('permissions-policy')
    }
  })

  test('for a built file may be kept for ever, and for what keeps its name never unasked', async () => {
    const caching = async (path: string) => (await get(path)).headers['cache-control']
    expect(await caching('/assets/main-1.js')).toBe('public, max-age=31536000, immutable')
    expect(await caching('/staff/assets/desk-1.css')).toBe('public, max-age=31536000, immutable')
    expect([await caching('/worker.js'), await caching('/config.json')]).toEqual(['no-cache', 'no-cache'])
  })

  test('is 304 for whoever has it already', async () => {
    const { headers } = await get('/')
    const again = await get('/', { 'if-none-match': `W/${String(headers.etag)}` })
    expect(again).toMatchObject({ status: 304, headers: { etag: headers.etag } })
    expect(again.body).toHaveLength(0)
    expect((await get('/', { 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('is compressed for whoever takes that', async () => {
    const packed = await get('/assets/main-1.js', { 'accept-encoding': 'br, gzip' })
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
    expect(gunzipSync(packed.body).toString()).toBe(SCRIPT)
    const plain = await get('/assets/main-1.js', { 'accept-encoding': 'gzip;q=0' })
    expect(plain.headers).not.toHaveProperty('content-encoding')
  })

  test('to HEAD is the same without a body, and to anything else 405', async () => {
    const head = await get('/', {}, 'HEAD')
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '36' } })
    expect(head.body).toHaveLength(0)
    expect(await get('/', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  })

  test('to /config.json names the issuers of this run', async () => {
    expect(JSON.parse((await get('/config.json')).body.toString())).toEqual(CONFIG)
  })
})

describe('the template', () => {
  test('without a distribution serves no pages', () => {
    expect(readPageRules(source({ 'AWS::CloudFront::Distribution': [] }))).toBeUndefined()
  })

  test('with headers of an unknown kind stops the run, so that none is forgotten', () => {
    const SecurityHeadersConfig = { XSSProtection: { Protection: true, Override: true } }
    const policy = { ResponseHeadersPolicyConfig: { Name: 'x', SecurityHeadersConfig } }
    const change = { 'AWS::CloudFront::ResponseHeadersPolicy': [['Odd', policy] as [string, Properties]] }
    expect(() => readPageRules(source(change))).toThrow('XSSProtection')
  })

  test('tells the two pools apart by the page that signs in there, and which function they call', () => {
    const LambdaConfig = { PreTokenGenerationConfig: { LambdaArn: 'arn:sign-in', LambdaVersion: 'V2_0' } }
    const clients: [string, Properties][] = [
      ['A', { UserPoolId: 'One', ClientName: 'staff-page' }],
      ['B', { UserPoolId: 'One', ClientName: 'pos' }],
      ['C', { UserPoolId: 'Two', ClientName: 'member-page' }],
    ]
    const pools: [string, Properties][] = [
      ['One', { LambdaConfig }],
      ['Two', {}],
    ]
    const given = { 'AWS::Cognito::UserPoolClient': clients, 'AWS::Cognito::UserPool': pools }
    expect(readPools(source(given))).toEqual([
      { pool: 'staff', id: 'One', functionName: 'sign-in' },
      { pool: 'members', id: 'Two', functionName: undefined },
    ])
    const lost = { ...given, 'AWS::Cognito::UserPoolClient': [] }
    expect(() => readPools(source(lost))).toThrow('One has no client called member-page or staff-page')
  })
})
