import { afterEach, describe, expect, test, vi } from 'vitest'
import { apiOf, clockOffsetMs } from '../../web/src/api.ts'
import { asConfig } from '../../web/src/config.ts'
import { problemText } from '../../web/src/i18n/problem-text.ts'
import { Problem, problemOf } from '../../web/src/problem.ts'
import { toolsOf } from './catalogue.ts'

const none = new Headers()

describe('a refusal', () => {
  test('of the product keeps its code, values, fields and reasons', () => {
    const problem = problemOf(
      409,
      {
        code: 'insufficient_points',
        params: { missing: 80, odd: {} },
        errors: [{ pointer: '/name', code: 'required_field', detail: 'x' }],
        reasons: ['insufficient_points', { code: 'tier_required', params: { tier: 'Gold' } }],
        instance: 'abc',
      },
      none,
    )
    expect(problem.facts).toMatchObject({
      code: 'insufficient_points',
      status: 409,
      params: { missing: 80 },
      errors: [{ pointer: '/name', code: 'required_field' }],
      reasons: [{ code: 'insufficient_points' }, { code: 'tier_required', params: { tier: 'Gold' } }],
      instance: 'abc',
    })
    expect(problem.isUnknown).toBe(false)
  })

  test.each([
    [401, 'signed_out'],
    [403, 'forbidden'],
    [413, 'payload_too_large'],
    [429, 'too_many_attempts'],
    [502, 'try_again'],
    [418, 'unexpected'],
  ])('of the gateway, status %s, becomes %s by its status alone', (status, code) => {
    expect(problemOf(status, { message: 'x' }, none).code).toBe(code)
    expect(problemOf(status, undefined, none).code).toBe(code)
  })

  test('names its numbers as the reader writes them, and says it without them too', () => {
    const en = toolsOf('en')
    expect(problemText({ code: 'insufficient_points', params: { missing: 6720 } }, en)).toBe('6,720 to go.')
    expect(problemText({ code: 'insufficient_points' }, en)).toBe('There are not enough points.')
    const until = { until: '2026-11-24T02:00:00.000Z' }
    expect(problemText({ code: 'contact_hold', params: until }, en)).toContain('24 Nov 2026 10:00')
    expect(problemText({ code: 'tier_required', params: { tier: '金卡' } }, toolsOf('zh-Hant'))).toBe('限金卡會員。')
  })

  test('that the page has not learnt yet still is a sentence and never a code', () => {
    expect(problemText({ code: 'something_new' }, toolsOf('en'))).toBe('Something went wrong. Try again in a moment.')
  })
})

describe('a call', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  const answers = (...list: (Response | Error)[]) => {
    const seen: { url: string; headers: Headers }[] = []
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      seen.push({ url, headers: new Headers(init.headers) })
      const next = list.shift()
      if (next instanceof Response) return next
      throw next ?? new Error('no answer left')
    })
    return seen
  }
  const parts = { language: () => 'zh-Hant', onSignedOut: vi.fn() }

  test('carries token, language and the key of its intent', async () => {
    const seen = answers(
      Response.json({ ok: 1 }, { status: 201, headers: { etag: '"2"', 'idempotency-replayed': 'true' } }),
    )
    const api = apiOf({ ...parts, token: async () => 'abc' })
    const reply = await api.call('/me', { method: 'POST', body: {}, key: 'k', ifMatch: '"1"' })
    expect(reply).toMatchObject({ status: 201, body: { ok: 1 }, etag: '"2"', isReplay: true })
    expect(seen[0]?.url).toBe('/v1/me')
    expect(Object.fromEntries(seen[0]?.headers ?? [])).toMatchObject({
      authorization: 'Bearer abc',
      'accept-language': 'zh-Hant',
      'idempotency-key': 'k',
      'if-match': '"1"',
    })
  })

  test('is tried once more with a new token after 401, and then the session is over', async () => {
    const token = vi.fn(async (isStale?: boolean) => (isStale ? 'new' : 'old'))
    const seen = answers(new Response('{}', { status: 401 }), Response.json({ ok: 1 }))
    await apiOf({ ...parts, token }).call('/me')
    expect(seen.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer old', 'Bearer new'])
    expect(parts.onSignedOut).not.toHaveBeenCalled()
    answers(new Response('{}', { status: 401 }), new Response('{}', { status: 401 }))
    await expect(apiOf({ ...parts, token }).call('/me')).rejects.toMatchObject({ code: 'signed_out' })
    expect(parts.onSignedOut).toHaveBeenCalledOnce()
  })

  test('without an answer is a silence whose outcome is not known, not a failure', async () => {
    answers(new Error('reset'))
    const failed = await apiOf({ ...parts, token: async () => undefined })
      .call('/me')
      .catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Problem)
    expect(failed).toMatchObject({ isUnknown: true })
  })

  test('learns how far the clock of the device is off', async () => {
    const ahead = new Date(Date.now() + 3_600_000).toUTCString()
    answers(Response.json({}, { headers: { date: ahead } }))
    await apiOf({ ...parts, token: async () => undefined }).call('/health')
    expect(Math.abs(clockOffsetMs() - 3_600_000)).toBeLessThan(2_000)
  })
})

test('a configuration without an issuer is refused by name, so that the mistake is found where it was made', () => {
  const issuer = { authority: 'https://a', clientId: 'b' }
  expect(asConfig({ issuers: { members: issuer, staff: issuer } })).toEqual({
    issuers: { members: issuer, staff: issuer },
  })
  expect(() => asConfig({ issuers: { members: issuer } })).toThrow('issuers.staff')
})
