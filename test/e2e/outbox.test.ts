/** A desk without a network: awards wait on the device and count exactly once, whatever is reloaded, opened or refused. */
import type { BrowserContext, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  expectAccessible,
  type Flow,
  flowOpener,
  type Locale,
  ownOrigin,
  serve,
  signInAsStaff,
} from '../support/pages.ts'
import { type Enrolled, newReceipt, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'
import { outboxRows, watchAwards } from './kept-rows.ts'
import { endSession, type Session, watchSession } from './sessions.ts'

const TILL = { width: 1280, height: 800 }
/** Also a row that waits its full minute between two tries. */
const SENT = { timeout: 75_000 }

const open = flowOpener()
const shop = shopAt(ownOrigin())

async function openDesk(locale: Locale): Promise<Flow & { readonly session: Session }> {
  const flow = await open({ area: 'staff', viewport: TILL, locale, withWorker: true })
  // Without a network every request fails, and the desk must do without.
  flow.expectFailures(/^http/)
  const session = watchSession(flow.context)
  await signInAsStaff(flow, { name: 'May Chan' })
  await flow.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  return { ...flow, session }
}

/** Never sent round by a sign-in, so that it can be asked at any moment what the device holds. */
async function openObserver(context: BrowserContext): Promise<Page> {
  const observer = await context.newPage()
  await observer.goto('/terms')
  await observer.getByRole('heading', { level: 1 }).waitFor()
  return observer
}

test('five awards without a network, a reload and a second desk beside it are five entries in the ledger', async () => {
  const [one, other] = [await shop.enrol({ name: 'Olga Prins' }), await shop.enrol({ name: 'Lok Yin' })]
  const flow = await openDesk('zh-Hant')
  const { page, context } = flow
  const sent = watchAwards(context)
  const observer = await openObserver(context)
  await context.setOffline(true)
  const receipts = Array.from({ length: 5 }, () => newReceipt())
  const sale = (index: number, who: Enrolled) => ({
    cardNumber: who.cardNumber,
    receipt: receipts[index] ?? '',
    minor: 1_000 * (index + 1),
  })
  await serve(page, sale(0, one))
  await serve(page, sale(1, other))
  await page.getByText(flow.say('banner.savedOffline').split('{u}')[0] ?? '').waitFor()
  await expect.poll(() => outboxRows(observer)).toHaveLength(2)
  await shoot(page, 'desk-offline-zh-Hant')
  await expectAccessible(page)
  await page.reload()
  await serve(page, sale(2, one))
  await serve(page, sale(3, one))
  const second = await context.newPage()
  await second.goto('/staff/')
  await serve(second, sale(4, other))
  await expect.poll(() => outboxRows(observer)).toHaveLength(5)
  const kept = await outboxRows(observer)
  expect(new Set(kept.map(({ state }) => state))).toEqual(new Set(['waiting']))
  expect(await shop.receiptsOf(one.id)).toEqual([])

  await context.setOffline(false)
  await expect
    .poll(async () => (await outboxRows(observer)).map(({ state }) => state), SENT)
    .toEqual(receipts.map(() => 'sent'))
  expect(await shop.receiptsOf(one.id)).toEqual([receipts[0], receipts[2], receipts[3]].toSorted())
  expect(await shop.receiptsOf(other.id)).toEqual([receipts[1], receipts[4]].toSorted())
  const written = new Map(kept.map(({ key, body }) => [key, body]))
  for (const { key, body } of sent) expect(body, 'the same request at each try').toBe(written.get(key))
  expect(new Set(sent.map(({ key }) => key)), 'each under the key it was written down with').toEqual(
    new Set(kept.map(({ key }) => key)),
  )
  await page.getByRole('heading', { name: flow.say('rail.title') }).waitFor()
  await expect.poll(() => page.locator('.strip').count()).toBe(0)
  flow.expectClean()
})

test('an award that is refused when it is sent waits with its reason, because nothing of a customer is dropped silently', async () => {
  const [owner, other] = [await shop.enrol({ name: 'Ines Faro' }), await shop.enrol({ name: 'Bo Tan' })]
  const receipt = await shop.award(owner.cardNumber, 2_000)
  const flow = await openDesk('zh-Hant')
  const { page, context, say } = flow
  const observer = await openObserver(context)
  await context.setOffline(true)
  await serve(page, { cardNumber: other.cardNumber, receipt, minor: 3_000 })
  await expect.poll(() => outboxRows(observer)).toHaveLength(1)
  await context.setOffline(false)
  await expect.poll(async () => (await outboxRows(observer))[0]?.state, SENT).toBe('refused')
  await page.locator('.status-refused').click()
  const refused = page.getByRole('alert').filter({ hasText: receipt })
  await refused.getByText(say('problem.receipt_conflict')).waitFor()
  await expectAccessible(page)
  await shoot(page, 'desk-refused-zh-Hant')
  await refused.getByRole('button', { name: say('queue.correct') }).click()
  await expect.poll(() => page.locator('#receipt').inputValue()).toBe(receipt)
  expect(await page.locator('#amount').inputValue()).toBe('30.00')
  const right = newReceipt()
  await page.locator('#receipt').fill(right)
  await page.locator('#amount').press('Enter')
  await page.locator('.banner-balance').getByText('30', { exact: true }).waitFor()
  expect(await shop.receiptsOf(other.id)).toEqual([right])
  expect(await shop.receiptsOf(owner.id)).toEqual([receipt])
  await expect.poll(() => page.locator('.status-refused').count()).toBe(0)
  flow.expectClean()
})

test('what must be answered while the customer stands there is not begun without a network, and the desk says why', async () => {
  const member = await shop.enrol({ name: 'Ruth Adeyemi' })
  const flow = await openDesk('en')
  const { page, context, say } = flow
  const receipt = newReceipt()
  await serve(page, { cardNumber: member.cardNumber, receipt, minor: 1_500 })
  await page.locator('.rail').getByText(receipt).waitFor()
  await page.locator('#query:focus').waitFor()
  await context.setOffline(true)
  await page.getByText(say('strip.offline')).waitFor()
  for (const [key, title] of [
    ['F3', 'panel.redeem'],
    ['F4', 'panel.enrol'],
    ['F9', 'panel.refund'],
  ] as const) {
    await page.keyboard.press(key)
    const panel = page.getByRole('region', { name: say(title) })
    await panel.getByText(say('panel.offline')).waitFor()
    await panel.getByText(say('panel.offlineText')).waitFor()
    expect(await panel.getByRole('textbox').count(), 'nothing to fill in for nothing').toBe(0)
    await panel.getByRole('button', { name: say('panel.close') }).click()
    await panel.waitFor({ state: 'detached' })
  }
  await page.keyboard.press('F8')
  await page.locator('.desk-rail').getByText(say('rail.offline')).waitFor()
  await page.locator('#query').focus()
  await page.keyboard.type('07700 900123')
  await page.keyboard.press('Enter')
  await page.locator('#query-says').getByText(say('omnibox.offline')).waitFor()
  await expectAccessible(page)
  expect(await shop.receiptsOf(member.id)).toEqual([receipt])
  expect((await shop.balances(member.id)).available).toBe(15)
  flow.expectClean()
})

test('awards that wait when the session ends are sent after the next sign-in, once, and the desk says what it waits for', async () => {
  const member = await shop.enrol({ name: 'Pia Holm' })
  const flow = await openDesk('zh-Hans')
  const { page, context, say, session } = flow
  const sent = watchAwards(context)
  await context.setOffline(true)
  const receipts = [newReceipt(), newReceipt()]
  for (const [index, receipt] of receipts.entries()) {
    await serve(page, { cardNumber: member.cardNumber, receipt, minor: 1_000 + index })
  }
  await expect.poll(() => outboxRows(page)).toHaveLength(2)
  const last = newReceipt()
  await page.keyboard.type(member.cardNumber)
  await page.keyboard.press('Enter')
  await page.locator('#receipt:focus').waitFor()
  await page.keyboard.type(last)
  await page.keyboard.press('Enter')
  await page.locator('#amount:focus').waitFor()
  await endSession(shop, session)
  await context.setOffline(false)
  await page.getByText(say('strip.signInToSend', { count: '2' })).waitFor()
  await page.keyboard.type('1002')
  await page.keyboard.press('Enter')
  receipts.push(last)
  await page.getByText(say('banner.savedSignIn').split('{u}')[0] ?? '').waitFor()
  const strip = page.getByRole('status').filter({ hasText: say('strip.signInToSend', { count: '3' }) })
  await strip.waitFor()
  const kept = await outboxRows(page)
  expect(await shop.receiptsOf(member.id)).toEqual([])
  await expectAccessible(page)
  await shoot(page, 'desk-sign-in-to-send')
  await strip.getByRole('button', { name: say('action.signIn') }).click()
  await expect.poll(() => shop.receiptsOf(member.id), SENT).toEqual(receipts.toSorted())
  await strip.waitFor({ state: 'detached' })
  expect(new Set(sent.map(({ key }) => key))).toEqual(new Set(kept.map(({ key }) => key)))
  flow.expectClean()
})
