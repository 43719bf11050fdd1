/** An answer to a redemption that is lost on its way costs nothing: however its member comes back, there is one voucher. */
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { expectAccessible, type Flow, flowOpener, newEmail, ownOrigin, signInByEmail } from '../support/pages.ts'
import { type Enrolled, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const PHONE = { width: 390, height: 844 }
const NAME = { en: 'Clay mug', 'zh-Hant': '陶杯', 'zh-Hans': '陶杯' }
const POINTS = 40
const Vouchers = z.object({ items: z.array(z.object({ id: z.string() })) })

const open = flowOpener()
const shop = shopAt(ownOrigin())
let rewardId: string

beforeAll(async () => {
  rewardId = await shop.offer({ kind: 'goods', fulfilment: 'instant', name: NAME, points: POINTS })
})

const vouchersOf = async ({ id }: Enrolled) =>
  Vouchers.parse(await shop.ask({ who: { member: id }, method: 'GET', path: '/me/vouchers' })).items.length

/** The service answers, and the phone never hears it. @returns whose points were just taken. */
async function loseAnswer(flow: Flow, points: number): Promise<Enrolled> {
  const email = newEmail('lost')
  const member = await shop.enrol({ name: 'Nora Lind', email })
  await shop.award(member.cardNumber, points * 100)
  const { page, say } = flow
  flow.expectFailures(/\/v1\/me\/redemptions$/)
  await page.goto('/')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await signInByEmail(flow, email)
  await page.locator('.balance-number').getByText(String(points), { exact: true }).waitFor()
  await page.route(
    '**/v1/me/redemptions',
    async (route) => {
      await route.fetch()
      await route.abort()
    },
    { times: 1 },
  )
  await page.goto(`/rewards/${rewardId}`)
  await page.getByRole('button', { name: say('reward.redeem'), exact: true }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: say('reward.confirmButton'), exact: true })
    .click()
  await page.getByRole('dialog').getByText(say('problem.no_answer')).waitFor()
  expect(await vouchersOf(member)).toBe(1)
  return member
}

/** One press, and what came the first time is shown. */
async function askAgain(page: Page, { say, locale }: Flow): Promise<void> {
  await page.getByText(say('problem.no_answer')).waitFor()
  await page.getByRole('button', { name: say('action.tryAgain'), exact: true }).click()
  await page.getByRole('heading', { name: say('voucher.given', { reward: NAME[locale] }) }).waitFor()
}

test('a closed sheet leads back to the first answer, also where nothing is left for a second', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  const member = await loseAnswer(flow, POINTS)
  await flow.page.keyboard.press('Escape')
  await flow.page.getByRole('dialog').waitFor({ state: 'detached' })
  await flow.page.getByText(flow.say('problem.no_answer')).waitFor()
  await expectAccessible(flow.page)
  await shoot(flow.page, 'reward-lost-answer')
  await askAgain(flow.page, flow)
  expect(await vouchersOf(member)).toBe(1)
  expect((await shop.balances(member.id)).available).toBe(0)
  flow.expectClean()
})

test('a reload in the middle of it redeems once, and what is wished for afterwards is a new one', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'zh-Hant' })
  const { page, say } = flow
  const member = await loseAnswer(flow, 5 * POINTS)
  await page.reload()
  await askAgain(page, flow)
  expect(await vouchersOf(member)).toBe(1)
  await page.goto(`/rewards/${rewardId}`)
  await page.getByRole('button', { name: say('reward.redeem'), exact: true }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: say('reward.confirmButton'), exact: true })
    .click()
  await page.getByRole('heading', { name: say('voucher.given', { reward: NAME['zh-Hant'] }) }).waitFor()
  expect(await vouchersOf(member)).toBe(2)
  flow.expectClean()
})

test('a wish that never reached the service is carried out by the next press', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  const { page, say } = flow
  const member = await loseAnswer(flow, 5 * POINTS)
  await page.keyboard.press('Escape')
  await askAgain(page, flow)
  await page.route('**/v1/me/redemptions', (route) => route.abort(), { times: 1 })
  await page.goto(`/rewards/${rewardId}`)
  await page.getByRole('button', { name: say('reward.redeem'), exact: true }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: say('reward.confirmButton'), exact: true }).click()
  await sheet.getByText(say('problem.no_answer')).waitFor()
  expect(await vouchersOf(member)).toBe(1)
  await sheet.getByRole('button', { name: say('action.tryAgain'), exact: true }).click()
  await page.getByRole('heading', { name: say('voucher.given', { reward: NAME.en }) }).waitFor()
  expect(await vouchersOf(member)).toBe(2)
  flow.expectClean()
})

test('another tab, with the first one closed, knows of it', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'zh-Hans' })
  const member = await loseAnswer(flow, 5 * POINTS)
  const tab = await flow.context.newPage()
  await flow.page.close()
  await tab.goto(`/rewards/${rewardId}`)
  await askAgain(tab, flow)
  expect(await vouchersOf(member)).toBe(1)
  flow.expectClean()
})

test('an answer that comes while its reader is elsewhere is shown when they are back', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  const { page, say } = flow
  const member = await loseAnswer(flow, 5 * POINTS)
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: say('nav.card'), exact: true }).click()
  await page.getByRole('button', { name: say('card.showCode') }).waitFor()
  await page.goBack()
  await askAgain(page, flow)
  expect(await vouchersOf(member)).toBe(1)
  flow.expectClean()
})
