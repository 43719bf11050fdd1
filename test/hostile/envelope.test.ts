import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENVELOPE } from './catalogue-envelope.ts'
import { Checker } from './check.ts'
import { openShop } from './shop.ts'

let checker: Checker
beforeAll(async () => {
  checker = new Checker(await openShop())
})
afterAll(() => {
  expect({}).not.toHaveProperty('isAdmin')
  console.info(`envelope: ${ENVELOPE.reduce((sum, { routes }) => sum + routes.length, 0)} hostile requests`)
})

describe.each(ENVELOPE.map((row) => [row.number, row.what, row] as const))('%s %s', (_number, _what, row) => {
  const [status, code = ''] = row.expect
  test.each(row.routes.map((route) => [route.method, route.path, route] as const))(
    `%s %s answers ${status} ${code}`,
    (_method, _path, route) => checker.check(row, route),
  )
})
