/** One test for each screen of a page: everything that holds on it, in every language, look and size. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { type Flow, openFlow } from './pages.ts'
import { seeWhole, withoutGlyph } from './screen-checks.ts'
import type { Journey } from './screens.ts'
import { shoot } from './shots.ts'

type Whole<Route extends string> = {
  readonly area: 'member' | 'staff'
  readonly viewport: { readonly width: number; readonly height: number }
  /** The page's own table, so that no screen can be forgotten. */
  readonly paths: Readonly<Record<Route, string>>
  readonly journeys: readonly Journey<Route>[]
}

export function seeEveryScreen<Route extends string>({ area, viewport, paths, journeys }: Whole<Route>): void {
  const han = new Set<string>()
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  describe.each(journeys)('$who', ({ enter, stops }) => {
    let flow: Flow
    beforeAll(async () => {
      flow = await openFlow(browser, { area, viewport, locale: 'en' })
      await enter(flow)
    })
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail')
        await shoot(flow.page, `failed-${area}-${task.name.replaceAll(/\W+/g, '-').slice(0, 60)}`)
    })
    afterAll(() => flow.context.close())

    test.each(stops)('$route $name can be used by everybody, in every language, look and size', async ({ reach }) => {
      const before = flow.findings.length
      await reach(flow)
      const seen = await seeWhole(flow, () => reach(flow))
      for (const letter of seen.han) han.add(letter)
      expect([...seen.findings, ...flow.findings.slice(before)]).toEqual([])
    })
  })

  test('no screen of the page was left out', () => {
    const seen = new Set<string>(journeys.flatMap(({ stops }) => stops.map(({ route }) => route)))
    expect(Object.keys(paths).filter((route) => !seen.has(route))).toEqual([])
  })

  test('every Chinese letter that was shown has a glyph, or nothing above would prove anything about it', async () => {
    const flow = await openFlow(browser, { area, locale: 'zh-Hant' })
    await flow.page.goto(area === 'staff' ? '/staff/' : '/')
    await flow.page.locator('h1').first().waitFor()
    expect(await withoutGlyph(flow.page, ['永', '\u{10FFFE}'])).toEqual(['\u{10FFFE}'])
    expect(han.size).toBeGreaterThan(200)
    expect(await withoutGlyph(flow.page, [...han])).toEqual([])
    await flow.context.close()
  })
}
