/** An award at the desk by keyboard alone, and how soon the member sees it. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import {
  cardNumberOf,
  closeFlow,
  everythingKept,
  expectAccessible,
  expectReadable,
  type Flow,
  joinAsMember,
  newEmail,
  openFlow,
  signInAsStaff,
} from '../support/pages.ts'
import { shoot } from '../support/shots.ts'

let browser: Browser
const open: Flow[] = []

beforeAll(async () => {
  browser = await launchBrowser()
})
beforeEach(() => {
  open.length = 0
})
afterEach(async ({ task }) => {
  for (const flow of open) await closeFlow(flow, task)
})
afterAll(async () => {
  await browser.close()
})

const PHONE = { width: 390, height: 844 }
const TILL = { width: 1280, height: 800 }
/** What is promised to somebody who stands at the till. */
const SEEN_WITHIN_MS = 2_000
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\./

async function opened(options: Parameters<typeof openFlow>[1]): Promise<Flow> {
  const flow = await openFlow(browser, options)
  open.push(flow)
  return flow
}

const newReceipt = () => `R${Date.now()}`

test('a card number, a receipt and an amount are one award, and the member sees it before leaving the till', async () => {
  const member = await opened({ area: 'member', viewport: PHONE, locale: 'zh-Hant', colorScheme: 'dark' })
  await joinAsMember(member, { email: newEmail('chan'), name: 'Chan Siu Ming' })
  const cardNumber = await cardNumberOf(member)
  const till = await opened({ area: 'staff', viewport: TILL, locale: 'en' })
  await signInAsStaff(till, { name: 'May Chan' })
  await expectAccessible(till.page)
  await shoot(till.page, 'desk-empty')

  const { page } = till
  await page.keyboard.type(cardNumber)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Chan Siu Ming' }).waitFor()
  await page.keyboard.type(newReceipt())
  await page.keyboard.press('Enter')
  await page.keyboard.type('4250')
  await expectAccessible(page)
  await shoot(page, 'desk-typed')
  await page.keyboard.press('Enter')
  await page.locator('.banner-balance').getByText('42', { exact: true }).waitFor()
  const told = performance.now()
  await member.page.locator('.balance-number').getByText('42', { exact: true }).waitFor({ timeout: 10_000 })
  const waited = performance.now() - told
  await shoot(page, 'desk-done')
  await shoot(member.page, 'card-after-award')
  expect(waited).toBeLessThan(SEEN_WITHIN_MS)
  expect(await page.evaluate(() => document.activeElement?.id), 'the next customer can be typed').toBe('query')
  await expectReadable(page)
  await expectAccessible(page)
  await expectAccessible(member.page)
  expect(await everythingKept(page)).not.toMatch(TOKEN)
  till.expectClean()
  member.expectClean()
})

test('an unknown phone number becomes a member and an award in one go, because the customer is there now', async () => {
  const till = await opened({ area: 'staff', viewport: TILL, locale: 'zh-Hans', colorScheme: 'dark' })
  const { page, say } = till
  await signInAsStaff(till, { name: 'Nora Lind', store: 'North' })
  await expectAccessible(page)
  // These numbers are kept for rehearsals and belong to nobody.
  await page.keyboard.type(`07700 900${String(Date.now()).slice(-3)}`)
  await page.locator('#query-says').getByText('+44 7700 900').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText(say('omnibox.enrolPhone').split('{phone}')[0] ?? '').waitFor()
  await shoot(page, 'desk-nobody-zh-Hans')
  await page.keyboard.press('Enter')
  await page.getByLabel(say('enrol.name')).fill('Grace Hall')
  await expectAccessible(page)
  await shoot(page, 'desk-enrol-zh-Hans')
  await page.getByRole('button', { name: say('enrol.commit') }).click()
  await page.getByRole('heading', { name: 'Grace Hall' }).waitFor()
  await page.keyboard.type(newReceipt())
  await page.keyboard.press('Enter')
  await page.keyboard.type('1000')
  await page.keyboard.press('Enter')
  await page.locator('.banner-balance').getByText('10', { exact: true }).waitFor()
  await shoot(page, 'desk-done-zh-Hans')
  await expectAccessible(page)
  till.expectClean()
})
