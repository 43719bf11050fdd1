/** A member in a shop without a network: the card is there at once, says how old it is, and is good for collecting. */
import { expect, test } from 'vitest'
import {
  cardNumberOf,
  everythingKept,
  expectAccessible,
  flowOpener,
  joinAsMember,
  newEmail,
  ownOrigin,
} from '../support/pages.ts'
import { shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const PHONE = { width: 390, height: 844 }

const open = flowOpener()
const shop = shopAt(ownOrigin())

test('without a network the card stands with its age, its last lines and a number to collect with, and catches up afterwards', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'zh-Hans', withWorker: true })
  const { page, context, say } = flow
  await joinAsMember(flow, { email: newEmail('offline'), name: 'Mei Ling' })
  const cardNumber = await cardNumberOf(flow)
  await shop.award(cardNumber, 4_200)
  await page.locator('.balance-number').getByText('42', { exact: true }).waitFor()
  await page.locator('.latest .entry-what').getByText(say('entry.EARN')).waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await expect.poll(() => everythingKept(page)).toContain('"available":42')
  await expect.poll(() => everythingKept(page)).toContain('"type":"EARN"')
  flow.expectFailures(/^http/)
  await context.setOffline(true)
  await page.goto('/')
  await page.locator('.balance-number').getByText('42', { exact: true }).waitFor()
  await page.getByText('Mei Ling').waitFor()
  const [before = '', after = ''] = say('state.offlineAsOf').split('{time}')
  const strip = await page.locator('.strip').textContent()
  expect(strip).toMatch(/\d\d:\d\d/)
  expect([strip?.startsWith(before), strip?.endsWith(after)], strip ?? '').toEqual([true, true])
  await page.locator('.latest .entry-what').getByText(say('entry.EARN')).waitFor()
  await expectAccessible(page)
  await shoot(page, 'card-offline-zh-Hans')
  await page.getByRole('button', { name: say('card.showCode') }).click()
  const code = page.getByRole('dialog')
  await code.getByRole('img', { name: say('code.qr') }).waitFor()
  await code.getByText(cardNumber.replace(/(\d{4})(?=\d)/g, '$1 ')).waitFor()
  await code.getByText(say('code.static')).waitFor()
  await expectAccessible(page)
  await shoot(page, 'code-offline-zh-Hans')
  await page.getByRole('button', { name: say('action.close') }).click()
  await code.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: say('activity.all') }).click()
  await page.getByText(say('activity.offline')).waitFor()
  await page.locator('.entry-what').getByText(say('entry.EARN')).waitFor()
  await page.getByRole('link', { name: say('nav.card'), exact: true }).click()

  await shop.award(cardNumber, 800)
  await context.setOffline(false)
  await page.locator('.balance-number').getByText('50', { exact: true }).waitFor()
  await expect.poll(() => page.locator('.strip').count()).toBe(0)
  flow.expectClean()
})
