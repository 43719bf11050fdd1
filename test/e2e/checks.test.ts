/** The checks of the flows themselves: each of them must be able to fail, and Chinese must have letters to be checked. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { closeFlow, expectAccessible, expectReadable, type Flow, openFlow } from '../support/pages.ts'
import { COLOURS, inaccessible } from '../support/screen-checks.ts'

let browser: Browser
let flow: Flow

beforeAll(async () => {
  browser = await launchBrowser()
})
beforeEach(async () => {
  flow = await openFlow(browser, { area: 'member', locale: 'zh-Hant' })
  await flow.page.goto('/')
  await flow.page.getByRole('heading', { level: 1 }).waitFor()
})
afterEach(({ task }) => closeFlow(flow, task))
afterAll(() => browser.close())

test('a picture without words is found, or nobody would hear what is missing', async () => {
  await expectAccessible(flow.page)
  await flow.page.evaluate(() => document.querySelector('main')?.append(document.createElement('img')))
  await expect(expectAccessible(flow.page)).rejects.toThrow('image-alt')
})

test('of one screen in two looks the second is judged by its colours alone, and words that nobody can read are found in both', async () => {
  expect(await inaccessible(flow.page)).toEqual([])
  expect(await inaccessible(flow.page, COLOURS)).toEqual([])
  await flow.page.evaluate(() => {
    const pale = document.createElement('p')
    pale.style.cssText = 'color: #eee; background: #fff'
    pale.textContent = 'pale'
    document.querySelector('main')?.append(pale, document.createElement('img'))
  })
  const idsIn = (found: readonly string[]) => found.map((each) => each.split(' ')[0])
  expect(idsIn(await inaccessible(flow.page))).toEqual(expect.arrayContaining(['color-contrast', 'image-alt']))
  expect(idsIn(await inaccessible(flow.page, COLOURS))).toEqual(['color-contrast'])
})

test('a page that is too wide is found', async () => {
  await expectReadable(flow.page)
  await flow.page.evaluate(() => {
    const wide = document.createElement('p')
    wide.style.width = '200vw'
    wide.textContent = 'wide'
    document.body.append(wide)
  })
  await expect(expectReadable(flow.page)).rejects.toThrow('pixels too wide')
})

test('a script of somebody else is refused by the page and reported, because the policy is part of the product', async () => {
  flow.expectClean()
  await flow.page.evaluate(() => {
    const foreign = document.createElement('script')
    foreign.src = 'https://elsewhere.example/a.js'
    document.body.append(foreign)
  })
  await expect.poll(() => flow.findings.join('\n')).toContain('https://elsewhere.example/a.js')
  expect(() => flow.expectClean()).toThrow('seen in the browser')
})

test('an error of the page and a missing answer are reported', async () => {
  await flow.page.evaluate(() => {
    queueMicrotask(() => {
      throw new Error('torn')
    })
    return fetch('/v1/no-such-thing')
  })
  await expect.poll(() => flow.findings.join('\n')).toContain('torn')
  await expect.poll(() => flow.findings.join('\n')).toMatch(/console: .*40[134]/)
})

test('Chinese letters have glyphs, or no width and no picture would prove anything', async () => {
  const widths = await flow.page.evaluate(async () => {
    await Promise.all(['Noto Sans TC', 'Noto Sans SC'].map((family) => document.fonts.load(`16px "${family}"`, '永')))
    return ['Noto Sans TC', 'Noto Sans SC'].map((family) => document.fonts.check(`16px "${family}"`, '永'))
  })
  expect(widths).toEqual([true, true])
})
