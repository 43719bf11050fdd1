/** The way of a new member: from the first page to a card with a code, and back again without another code. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import {
  closeFlow,
  everythingKept,
  expectAccessible,
  expectReadable,
  type Flow,
  joinAsMember,
  LOOKS,
  newEmail,
  openFlow,
  signInByEmail,
} from '../support/pages.ts'
import { shoot } from '../support/shots.ts'

let browser: Browser
let flow: Flow

beforeAll(async () => {
  browser = await launchBrowser()
})
afterEach(({ task }) => closeFlow(flow, task))
afterAll(async () => {
  await browser.close()
})

const PHONE = { width: 390, height: 844 }
/** Three parts of a signed token: what must never lie where another script or person finds it. */
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\./

describe.each(LOOKS)('joining in $locale', (look) => {
  test('leads by a code from the mailbox to a card, because nobody wants one more password', async () => {
    flow = await openFlow(browser, { area: 'member', viewport: PHONE, ...look })
    const { page, say } = flow
    await page.goto('/')
    await page.getByRole('button', { name: say('welcome.join'), exact: true }).waitFor()
    await expectAccessible(page)
    await shoot(page, `welcome-${look.locale}`)
    await joinAsMember(flow, { email: newEmail('lin'), name: 'Lin Mei' })
    await page.getByText('Lin Mei').waitFor()
    await expectAccessible(page)
    await expectReadable(page)
    await shoot(page, `card-${look.locale}`)
    await page.getByRole('button', { name: say('card.showCode') }).click()
    await page.getByRole('img', { name: say('code.qr') }).waitFor()
    await expectAccessible(page)
    await shoot(page, `code-${look.locale}`)
    flow.expectClean()
  })
})

test('a name that is missing is asked for in the language of the page, and not in that of the browser', async () => {
  flow = await openFlow(browser, { area: 'member', viewport: PHONE, locale: 'zh-Hant' })
  const { page, say, expectFailures } = flow
  expectFailures(/\/v1\/me/)
  await page.goto('/')
  await page.getByRole('button', { name: say('welcome.join'), exact: true }).click()
  await signInByEmail(flow, newEmail('nameless'))
  const name = page.getByLabel(say('join.name'))
  await name.waitFor()
  await page.getByRole('button', { name: say('join.start'), exact: true }).click()
  await page.locator('.field-error').getByText(say('problem.required_field')).waitFor()
  expect(await name.evaluate((field) => field === document.activeElement)).toBe(true)
  await expectAccessible(page)
  await shoot(page, 'join-nameless-zh-Hant')
  await name.fill('林美')
  await page.getByRole('button', { name: say('join.start'), exact: true }).click()
  await page.getByRole('button', { name: say('card.showCode') }).waitFor()
  flow.expectClean()
})

test('a reload and a new visit are signed in without a code, and no token is kept that somebody could take', async () => {
  flow = await openFlow(browser, { area: 'member', viewport: PHONE, locale: 'en' })
  const { page, say } = flow
  await joinAsMember(flow, { email: newEmail('ada'), name: 'Ada Moreno' })
  await page.reload()
  await page.getByText('Ada Moreno').waitFor()
  // Who returns is sent round by the sign-in; a visit begins where that has ended.
  await page.getByRole('link', { name: say('me.title') }).click()
  await page.getByRole('heading', { name: say('me.title'), level: 1 }).waitFor()
  await page
    .getByText(/ada-.*@example\.com/)
    .first()
    .waitFor()
  const kept = await everythingKept(page)
  expect(kept).toContain('Ada Moreno')
  expect(kept).not.toMatch(TOKEN)
  expect(kept).not.toMatch(/refresh_token|access_token|id_token/)
  flow.expectClean()
})

test('the way in is told where it is wrong: a code that was not sent opens nothing', async () => {
  flow = await openFlow(browser, { area: 'member', viewport: PHONE, locale: 'en' })
  const { page, say } = flow
  const email = newEmail('eve')
  flow.expectFailures(/\/oidc\/members\/|\/v1\/me/)
  await page.goto('/')
  await page.getByRole('button', { name: say('welcome.join'), exact: true }).click()
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=email]').press('Enter')
  await page.locator('input[name=code]').fill('000000')
  await page.locator('input[name=code]').press('Enter')
  await page.getByRole('alert').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Use another address' }).click()
  await signInByEmail(flow, email)
  await page.getByLabel(say('join.name')).waitFor()
  flow.expectClean()
})
