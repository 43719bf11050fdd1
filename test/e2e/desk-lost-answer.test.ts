/** What the desk sends and never hears of is done once: after a closed panel, another member, a reload. The ledger is asked. */
import type { Route } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { scannerAt } from '../support/hands.ts'
import { expectAccessible, type Flow, flowOpener, newEmail, ownOrigin, serve, signInAsStaff } from '../support/pages.ts'
import { type Enrolled, newReceipt, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const TILL = { width: 1280, height: 800 }
const NAME = { en: 'Tea tin', 'zh-Hant': '茶罐', 'zh-Hans': '茶罐' }
const POINTS = 40
const Vouchers = z.object({ items: z.array(z.object({ id: z.string() })) })
const Redeemed = z.object({ voucher: z.object({ code: z.string() }) })

const open = flowOpener()
const shop = shopAt(ownOrigin())
let rewardId: string

beforeAll(async () => {
  rewardId = await shop.offer({ kind: 'goods', fulfilment: 'instant', name: NAME, points: POINTS, stores: ['central'] })
})

type Lost = { readonly flow: Flow; readonly keys: readonly string[] }

/** The service does what it is told at this address, and the first answer never arrives. */
async function deskThatLoses(locale: Flow['locale'], address: RegExp): Promise<Lost> {
  const flow = await open({ area: 'staff', viewport: TILL, locale })
  flow.expectFailures(address)
  await signInAsStaff(flow, { name: 'May Chan' })
  const keys: string[] = []
  await flow.page.route(address, async (route: Route) => {
    if (route.request().method() !== 'POST') return route.continue()
    keys.push(route.request().headers()['idempotency-key'] ?? '')
    if (keys.length > 1) return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  return { flow, keys }
}

async function withPoints(name: string, points: number): Promise<Enrolled> {
  const member = await shop.enrol({ name, email: newEmail('unheard') })
  await shop.award(member.cardNumber, points * 100)
  return member
}

const vouchersOf = async ({ id }: Enrolled) =>
  Vouchers.parse(await shop.ask({ who: { member: id }, method: 'GET', path: '/me/vouchers' })).items.length

async function openRedeem({ page }: Flow, { cardNumber }: Enrolled): Promise<void> {
  await (await scannerAt(page)).scan(cardNumber)
  await page.locator('.member-points').waitFor()
  await page.keyboard.press('F3')
}

const panelOf = ({ page, say }: Flow, name = 'redeem') => page.getByRole('region', { name: say(`panel.${name}`) })

/** First of all, with the cursor on the way to find out, and without a word of what is not known. */
async function expectOpen(flow: Flow, name?: string): Promise<void> {
  const { say } = flow
  const panel = panelOf(flow, name)
  await panel.getByText(say('unheard.text')).waitFor()
  await panel
    .getByRole('button', { name: say('answer.check') })
    .and(flow.page.locator(':focus'))
    .waitFor()
  expect(await panel.getByText(say('redeem.notDone')).count(), 'nobody knows').toBe(0)
  expect(await panel.getByRole('button', { name: say('redeem.commit') }).count()).toBe(0)
}

async function redeem(flow: Flow): Promise<void> {
  const { say, locale } = flow
  const panel = panelOf(flow)
  const row = panel.locator('.reward').filter({ hasText: NAME[locale] })
  await row.getByRole('button', { name: say('redeem.choose') }).click()
  await row.getByRole('button', { name: say('redeem.commit') }).click()
}

async function check({ page, say }: Flow, available: string, points = String(POINTS)): Promise<void> {
  await page.keyboard.press('Enter')
  await page.locator('.banner').getByText(say('banner.redeemed', { points, available })).waitFor()
}

test('a reward whose answer is lost is told first when its member is served again, and given once', async () => {
  const [member, other] = [await withPoints('Nora Lind', 100), await withPoints('Otis Gray', 100)]
  const { flow, keys } = await deskThatLoses('en', /\/v1\/rewards\/[^/]+\/redemptions$/)
  const { page } = flow
  await openRedeem(flow, member)
  await redeem(flow)
  await expectOpen(flow)
  await expect
    .poll(() => page.locator('.member-points').textContent(), { message: 'the balance is read again' })
    .toBe('60')
  await expectAccessible(page)
  await shoot(page, 'desk-redeem-unheard')
  await page.keyboard.press('Escape')
  await panelOf(flow).waitFor({ state: 'detached' })

  await openRedeem(flow, other)
  await panelOf(flow).getByText(NAME.en).waitFor()
  await page.keyboard.press('Escape')
  await openRedeem(flow, member)
  await expectOpen(flow)
  await check(flow, '60')
  expect(new Set(keys).size, 'one key').toBe(1)
  expect(await vouchersOf(member)).toBe(1)
  expect(await vouchersOf(other)).toBe(0)
  await openRedeem(flow, member)
  await redeem(flow)
  await page
    .locator('.banner')
    .getByText(flow.say('banner.redeemed', { points: '40', available: '20' }))
    .waitFor()
  expect(await vouchersOf(member), 'another one is another wish').toBe(2)
  flow.expectClean()
})

test('a reload, and another tab, know of it', async () => {
  const member = await withPoints('陳大文', 100)
  const { flow } = await deskThatLoses('zh-Hant', /\/v1\/rewards\/[^/]+\/redemptions$/)
  await openRedeem(flow, member)
  await redeem(flow)
  await expectOpen(flow)
  await flow.page.reload()
  await flow.page.locator('#query:focus').waitFor()
  await openRedeem(flow, member)
  await expectOpen(flow)
  const page = await flow.context.newPage()
  const tab = { ...flow, page }
  await page.goto('/staff/')
  await page.locator('#query:focus').waitFor()
  await openRedeem(tab, member)
  await expectOpen(tab)
  await check(tab, '60')
  await flow.page.bringToFront()
  await check(flow, '60')
  expect(await vouchersOf(member), 'both tabs asked').toBe(1)
  flow.expectClean()
})

test('points that pay are set aside once and taken once, whichever answer is lost', async () => {
  const member = await withPoints('Lena Voss', 1_100)
  const { flow, keys } = await deskThatLoses('zh-Hans', /\/v1\/points\/reservations$/)
  const { page, say } = flow
  await openRedeem(flow, member)
  const panel = panelOf(flow)
  await panel.getByRole('button', { name: say('redeem.pay') }).click()
  await panel.getByLabel(say('pay.total', { currency: 'GBP' })).pressSequentially('2000')
  await panel.getByRole('button', { name: say('pay.reserve', { points: '1,000' }) }).click()
  await expectOpen(flow)
  await page.reload()
  await page.locator('#query:focus').waitFor()
  await openRedeem(flow, member)
  await expectOpen(flow)
  await page.keyboard.press('Enter')
  await panel.getByText(say('pay.reserved', { points: '1,000' })).waitFor()
  expect(new Set(keys).size).toBe(1)
  expect(await shop.balances(member.id)).toMatchObject({ available: 100, reserved: 1_000 })

  flow.expectFailures(/\/capture$/)
  await page.route(/\/capture$/, (route) => route.fetch().then(() => route.abort()), { times: 1 })
  await panel.getByLabel(say('pay.receipt')).fill(newReceipt())
  await panel.getByRole('button', { name: say('pay.capture', { points: '1,000' }) }).click()
  await expectOpen(flow)
  await page.keyboard.press('Escape')
  await openRedeem(flow, member)
  await expectOpen(flow)
  await check(flow, '100', '1,000')
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 1100', 'RESERVE -1000', 'CAPTURE -1000'])
  flow.expectClean()
})

test('a voucher whose answer is lost is not told to be used by somebody when it is scanned again', async () => {
  const member = await withPoints('Iris Cole', POINTS)
  const { code } = Redeemed.parse(await shop.redeem(rewardId, member.id)).voucher
  const { flow, keys } = await deskThatLoses('en', /\/consume$/)
  const { page, say } = flow
  const { scan } = await scannerAt(page)
  await scan(code)
  const panel = panelOf(flow, 'voucher')
  await panel.getByRole('button', { name: say('voucher.consume') }).click()
  await expectOpen(flow, 'voucher')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await scan(code)
  await expectOpen(flow, 'voucher')
  expect(await panel.getByText(say('voucher.notGood')).count()).toBe(0)
  await page.keyboard.press('Enter')
  await page.getByText(say('banner.voucherUsed')).waitFor()
  expect(new Set(keys).size).toBe(1)
  flow.expectClean()
})

test('an undo whose answer is lost is found by the same key, and nothing more is taken back', async () => {
  const member = await shop.enrol({ name: 'Gil Sand', email: newEmail('unheard') })
  const { flow, keys } = await deskThatLoses('en', /\/undo$/)
  const { page, say } = flow
  await serve(page, { cardNumber: member.cardNumber, receipt: newReceipt(), minor: 4_400 })
  await page.locator('.banner-done').waitFor()
  await page.keyboard.press('F8')
  const asked = page.getByRole('alertdialog')
  await asked.waitFor()
  await page.keyboard.press('Enter')
  await asked.getByText(say('problem.no_answer')).waitFor()
  await asked
    .getByRole('button', { name: say('rail.undo') })
    .and(page.locator(':focus'))
    .waitFor()
  await page.keyboard.press('Enter')
  await page.getByText(say('banner.undone', { points: '44', available: '0' })).waitFor()
  expect(new Set(keys).size).toBe(1)
  expect(keys.length).toBe(2)
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 44', 'REVERSE -44'])
  flow.expectClean()
})

test('a refund whose answer is lost is the same refund when its slip is typed again', async () => {
  const member = await withPoints('Ada Moreno', 40)
  const receipt = await shop.award(member.cardNumber, 1_000)
  const { flow, keys } = await deskThatLoses('en', /\/v1\/points\/refunds$/)
  const { page, say } = flow
  const type = async (number: string) => {
    await page.keyboard.press('F9')
    await page.getByLabel(say('refund.receipt')).and(page.locator(':focus')).waitFor()
    for (const text of [receipt, number, '1000']) {
      await page.keyboard.type(text)
      await page.keyboard.press(text === '1000' ? 'Enter' : 'Tab')
    }
  }
  const number = newReceipt('B')
  await type(number)
  const panel = panelOf(flow, 'refund')
  await panel.getByText(say('problem.no_answer')).waitFor()
  expect(await panel.getByText(say('refund.notDone')).count(), 'nobody knows').toBe(0)
  await page.locator('.panel :focus').waitFor()
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await type(number)
  await page.getByText(say('banner.refunded', { points: '10', available: '40' })).waitFor()
  expect(new Set(keys).size).toBe(1)
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 40', 'EARN 10', 'REVERSE -10'])
  flow.expectClean()
})
