/** Route choice of the local HTTP API, against the order that API Gateway documents. */
import { describe, expect, test } from 'vitest'
import { routeMatcher } from '../../local/http-routes.ts'

const KEYS = [
  '$default',
  'ANY /v1/{proxy+}',
  'ANY /v1/points/{proxy+}',
  'GET /v1/points/{id}',
  'GET /v1/points/all',
  'ANY /v1/points/all',
  'POST /v1/stores/{store}/staff/{id}',
]

function matched(keys: readonly string[], method: string, path: string) {
  const routes = keys.map((key) => ({ key, functionName: 'f', authorizer: undefined, scopes: [] }))
  const found = routeMatcher(routes)(method, path)
  return found && { key: found.route.key, parameters: found.pathParameters }
}

describe('the route', () => {
  test.each([
    ['GET', '/v1/points/all', 'GET /v1/points/all', undefined],
    ['POST', '/v1/points/all', 'ANY /v1/points/all', undefined],
    ['GET', '/v1/points/7', 'GET /v1/points/{id}', { id: '7' }],
    ['POST', '/v1/points/7', 'ANY /v1/points/{proxy+}', { proxy: '7' }],
    ['GET', '/v1/points/7/entries', 'ANY /v1/points/{proxy+}', { proxy: '7/entries' }],
    ['GET', '/v1/points', 'ANY /v1/{proxy+}', { proxy: 'points' }],
    ['POST', '/v1/stores/north/staff/9', 'POST /v1/stores/{store}/staff/{id}', { store: 'north', id: '9' }],
    ['GET', '/v1/stores/north/staff/9', 'ANY /v1/{proxy+}', { proxy: 'stores/north/staff/9' }],
    ['GET', '/other', '$default', undefined],
    ['GET', '/', '$default', undefined],
  ])('of %s %s is %s: exact before variable before greedy before $default', (method, path, key, parameters) => {
    expect(matched(KEYS, method, path)).toEqual({ key, parameters })
  })

  test.each([
    ['GET', '/v1/health/'],
    ['GET', '/v1'],
    ['POST', '/v1/health'],
    ['GET', '/V1/health'],
    ['GET', '/v1/me/'],
  ])('of %s %s is none without a $default, so that the gateway answers 404 itself', (method, path) => {
    expect(matched(['GET /v1/health', 'ANY /v1/me/{proxy+}'], method, path)).toBeUndefined()
  })

  test('does not depend on the order in the template', () => {
    const path = '/v1/points/all'
    expect(matched([...KEYS].reverse(), 'GET', path)).toEqual(matched(KEYS, 'GET', path))
  })

  test('refuses a greedy variable before the end, as AWS does', () => {
    expect(() => matched(['GET /v1/{proxy+}/x'], 'GET', '/v1/a/x')).toThrow(/greedy variable before its end/)
  })
})
