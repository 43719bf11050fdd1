/** Requests and responses as API Gateway hands them over in payload format 2.0. */
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { eventOf, type RequestFacts, responseOf } from '../../local/http-event.ts'

const NOW = Date.parse('2026-03-12T19:03:58.123Z')

function anEvent(parts: { headers?: string[]; text?: string } & Partial<RequestFacts> = {}) {
  const { headers = [], text = '', ...facts } = parts
  const incoming = {
    method: 'POST',
    httpVersion: '1.1',
    rawHeaders: ['Host', 'localhost:8787', ...headers],
    socket: { remoteAddress: '127.0.0.1', localPort: 8787 },
  } as unknown as IncomingMessage
  return eventOf({
    incoming,
    body: Buffer.from(text),
    match: {
      route: { key: 'ANY /v1/points/{proxy+}', functionName: 'points', authorizer: undefined, scopes: [] },
      pathParameters: { proxy: 'purchases' },
    },
    path: '/v1/points/purchases',
    query: '',
    requestId: 'request-1',
    now: NOW,
    authorizer: undefined,
    ...facts,
  })
}

describe('the event', () => {
  test('tells route, path, method, time and caller in the words of format 2.0', () => {
    expect(anEvent({ authorizer: { claims: { sub: 'pos' }, scopes: ['loyalty/pos'] } })).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /v1/points/{proxy+}',
      rawPath: '/v1/points/purchases',
      rawQueryString: '',
      pathParameters: { proxy: 'purchases' },
      isBase64Encoded: false,
      requestContext: {
        apiId: 'local',
        authorizer: { jwt: { claims: { sub: 'pos' }, scopes: ['loyalty/pos'] } },
        domainName: 'localhost:8787',
        http: {
          method: 'POST',
          path: '/v1/points/purchases',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: '',
        },
        requestId: 'request-1',
        stage: '$default',
        time: '12/Mar/2026:19:03:58 +0000',
        timeEpoch: NOW,
      },
    })
  })

  test('has header names in lower case, repeated ones joined, cookies apart', () => {
    const headers = ['X-A', '1', 'x-a', '2', 'Cookie', 'one=1; two=2', 'Connection', 'keep-alive']
    const event = anEvent({ headers }) as { headers: Record<string, string>; cookies: string[] }
    expect(event.headers['x-a']).toBe('1,2')
    expect(event.cookies).toEqual(['one=1', 'two=2'])
    expect(Object.keys(event.headers)).not.toContain('cookie')
    expect(Object.keys(event.headers)).not.toContain('connection')
  })

  test('says itself where the request came from, whatever the client claims', () => {
    const headers = ['X-Forwarded-For', '10.0.0.1', 'X-Forwarded-Proto', 'https', 'X-Forwarded-Port', '1']
    expect(anEvent({ headers })).toMatchObject({
      headers: { 'x-forwarded-for': '10.0.0.1, 127.0.0.1', 'x-forwarded-proto': 'http', 'x-forwarded-port': '8787' },
    })
  })

  test('keeps the query as sent and joins repeated parameters', () => {
    expect(anEvent({ query: 'limit=1&limit=2&q=a%20b' })).toMatchObject({
      rawQueryString: 'limit=1&limit=2&q=a%20b',
      queryStringParameters: { limit: '1,2', q: 'a b' },
    })
  })

  test.each([
    ['application/json', '{}', false],
    ['application/json; charset=utf-8', '{}', false],
    ['application/problem+json', '{}', false],
    ['text/plain', 'x', false],
    ['application/x-www-form-urlencoded', 'a=1', true],
    ['application/octet-stream', 'x', true],
    ['', 'x', true],
  ])('carries a body of type "%s" as text or as base64', (type, text, isBase64Encoded) => {
    const event = anEvent({ headers: type === '' ? [] : ['Content-Type', type], text })
    expect(event).toMatchObject({
      isBase64Encoded,
      body: isBase64Encoded ? Buffer.from(text).toString('base64') : text,
    })
  })

  test('carries a compressed body as base64, so that no byte is lost', () => {
    const headers = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip']
    expect(anEvent({ headers, text: 'x' })).toMatchObject({ isBase64Encoded: true })
  })

  test('has no body where the request had none', () => {
    expect(anEvent()).not.toHaveProperty('body')
  })
})

describe('the response', () => {
  const answer = (value: unknown) => responseOf(JSON.stringify(value))

  test('has the status, headers, cookies and body of the function', () => {
    const result = { statusCode: 201, headers: { ETag: '"1"', Count: 2 }, cookies: ['a=1', 'b=2'], body: 'x' }
    expect(answer(result)).toEqual({
      status: 201,
      headers: { etag: '"1"', count: '2', 'set-cookie': ['a=1', 'b=2'], 'content-type': 'text/plain;charset=utf-8' },
      body: Buffer.from('x'),
    })
  })

  test('is decoded when the function says that it is base64', () => {
    expect(answer({ statusCode: 200, body: 'eA==', isBase64Encoded: true })?.body.toString()).toBe('x')
  })

  test('leaves length and connection to the gateway', () => {
    const headers = { 'Content-Length': '999', Connection: 'close', 'Transfer-Encoding': 'chunked', Date: 'never' }
    expect(answer({ statusCode: 204, headers })?.headers).toEqual({})
  })

  test('is 200 and JSON when the function answers without a status', () => {
    expect(answer({ a: 1 })).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"a":1}'),
    })
  })

  test.each([[{ statusCode: 'x' }], [{ statusCode: 99 }], [{ statusCode: 200, body: {} }]])(
    'is none for %j, so that the gateway answers 500',
    (result) => {
      expect(answer(result)).toBeUndefined()
    },
  )
})
