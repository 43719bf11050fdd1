import { afterAll, beforeAll, describe, test } from 'vitest'
import { VALUES } from './catalogue-values.ts'
import { Checker } from './check.ts'
import { openShop } from './shop.ts'

let checker: Checker
beforeAll(async () => {
  checker = new Checker(await openShop())
})
afterAll(() => console.info(`values: ${VALUES.reduce((sum, { routes }) => sum + routes.length, 0)} hostile requests`))

const cells = VALUES.flatMap((row) => row.routes.map((route) => [`${route.method} ${route.path}`, row, route] as const))
const byRoute = Map.groupBy(cells, ([name]) => name)

describe.each([...byRoute])('%s', (_name, ofRoute) => {
  test.each(ofRoute.map(([, row, route]) => [row.number, row.what, row.expect.join(' '), row, route] as const))(
    '%s %s answers %s',
    (_number, _what, _answer, row, route) => checker.check(row, route),
  )
})
