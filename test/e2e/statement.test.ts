/** What a member reads of what was: a purchase has the day it was made, and a voucher its last day. */
import { expect, test } from 'vitest'
import * as z from 'zod'
import { expectAccessible, flowOpener, newEmail, ownOrigin, signInByEmail } from '../support/pages.ts'
import { newReceipt, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const PHONE = { width: 390, height: 844 }
const GIFT = { en: 'Gift card', 'zh-Hant': '購物券', 'zh-Hans': '购物券' }
const VOUCHER = { valueMinor: 500, voucherValidity: 'P30D' }
const DAY_MS = 86_400_000
const Vouchers = z.object({ items: z.array(z.object({ expiresOn: z.string() })) })

const open = flowOpener()
const shop = shopAt(ownOrigin())
const written = (at: number | string, month: 'short' | 'long') =>
  new Intl.DateTimeFormat('en-GB', {
    ...(month === 'short' && { day: 'numeric' }),
    month,
    year: 'numeric',
    timeZone: 'Europe/London',
  }).format(new Date(at))

test('a purchase that a till told months later stands with the day it was made, and a voucher says until when it is good', async () => {
  const email = newEmail('history')
  const member = await shop.enrol({ name: 'Iris Vane', email })
  const bought = Date.now() - 200 * DAY_MS
  const purchase = { storeId: 'central', amount: { amount: 9_000, currency: 'GBP' }, cardNumber: member.cardNumber }
  const body = { ...purchase, receiptNumber: newReceipt(), purchasedAt: new Date(bought).toISOString() }
  await shop.ask({ who: 'manager', path: '/points/purchases', body })
  await shop.award(member.cardNumber, 1_000)
  const rewardId = await shop.offer({ kind: 'voucher', fulfilment: 'instant', name: GIFT, points: 10, ...VOUCHER })
  await shop.redeem(rewardId, member.id)
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  const { page, say } = flow
  await page.goto('/')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await signInByEmail(flow, email)
  await page.getByRole('link', { name: say('activity.all') }).click()
  const month = page.locator('section').filter({ hasText: written(bought, 'long') })
  await month
    .locator('summary')
    .filter({ hasText: say('entry.EARN') })
    .filter({ hasText: '+90' })
    .waitFor()
  expect(await month.locator('.entry-when').allTextContents()).toEqual([written(bought, 'short')])
  await expectAccessible(page)
  await shoot(page, 'activity-history')
  await page.goto('/vouchers')
  const row = page.locator('.entry summary').filter({ hasText: GIFT.en })
  const { items } = Vouchers.parse(await shop.ask({ who: { member: member.id }, method: 'GET', path: '/me/vouchers' }))
  const last = say('voucher.until', { date: written(items[0]?.expiresOn ?? '', 'short') })
  await row.getByText(last).waitFor()
  await row.getByText(say('voucher.issued')).waitFor()
  await expectAccessible(page)
  await shoot(page, 'vouchers-last-day')
  flow.expectClean()
})
