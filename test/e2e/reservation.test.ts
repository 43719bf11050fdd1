/** A reward that is set aside: its time runs, the desk hands it over, and whatever is not taken gives its points back. */
import { beforeAll, expect, test } from 'vitest'
import { CARD_ONLY_MAX, UNITS } from '../support/flow-program.ts'
import { scannerAt } from '../support/hands.ts'
import {
  expectAccessible,
  expectReadable,
  type Flow,
  flowOpener,
  type Locale,
  newEmail,
  ownOrigin,
  signInAsStaff,
  signInByEmail,
} from '../support/pages.ts'
import { type Enrolled, newReceipt, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const PHONE = { width: 390, height: 844 }
const TILL = { width: 1280, height: 800 }
const NAMES = { en: 'Brass lamp', 'zh-Hant': '黃銅燈', 'zh-Hans': '黄铜灯' }
const PRICE = 120

const open = flowOpener()
const shop = shopAt(ownOrigin())

beforeAll(async () => {
  await shop.offer({ name: NAMES, kind: 'goods', points: PRICE, stores: ['central'], fulfilment: 'pickup' })
})

/** A member with 500 points, who has just set a lamp aside and looks at it. */
async function withReservation(locale: Locale): Promise<{ readonly member: Flow; readonly who: Enrolled }> {
  const email = newEmail('reserve')
  const who = await shop.enrol({ name: 'Hanna Lau', email })
  await shop.award(who.cardNumber, 50_000)
  const member = await open({ area: 'member', viewport: PHONE, locale })
  const { page, say } = member
  await page.goto('/')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await signInByEmail(member, email)
  await page.locator('.balance-number').getByText('500', { exact: true }).waitFor()
  await setAside(member)
  return { member, who }
}

async function setAside({ page, say, locale }: Flow): Promise<void> {
  const u = UNITS[locale]
  const name = NAMES[locale]
  await page.getByRole('link', { name: say('nav.rewards'), exact: true }).click()
  await page.locator('.row').filter({ hasText: name }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  await page.getByRole('button', { name: say('reward.redeem') }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText(say('reward.confirm', { reward: name, n: '120', left: '380', u })).waitFor()
  await sheet.getByRole('button', { name: say('reward.confirmButton') }).click()
  await page.locator('.timer').getByText('15').waitFor()
  await page.getByText(say('reservation.points', { n: '120', u })).waitFor()
}

async function expectBalance({ page, say }: Flow, shown: string): Promise<void> {
  await page.getByRole('link', { name: say('nav.card'), exact: true }).click()
  await page.locator('.balance-number').getByText(shown, { exact: true }).waitFor()
}

async function openRedeem({ page }: Flow, who: { readonly cardNumber: string; readonly name: string }): Promise<void> {
  await page.keyboard.type(who.cardNumber)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: who.name }).waitFor()
  await page.keyboard.press('F3')
}

test('a lamp that was set aside on the phone is handed over at the desk, and the phone says that it is collected', async () => {
  const { member, who } = await withReservation('zh-Hant')
  await expectAccessible(member.page)
  await expectReadable(member.page)
  await shoot(member.page, 'reservation-zh-Hant')
  const till = await open({ area: 'staff', viewport: TILL, locale: 'en' })
  await signInAsStaff(till, { name: 'May Chan' })
  await openRedeem(till, { cardNumber: who.cardNumber, name: 'Hanna Lau' })
  const taken = till.page.getByRole('region', { name: till.say('taken.title') })
  await taken.getByText(NAMES.en).waitFor()
  await expectAccessible(till.page)
  await shoot(till.page, 'desk-taken')
  await taken.getByRole('button', { name: till.say('taken.handOver') }).click()
  await till.page.getByText(till.say('banner.handedOver')).waitFor()
  const { page, say } = member
  await page.getByRole('heading', { name: say('reservation.captured', { reward: NAMES['zh-Hant'] }) }).waitFor()
  await page.getByText(say('step.handed_over')).waitFor()
  await page.getByText(say('reservation.balance', { balance: '380' })).waitFor()
  await expectAccessible(page)
  const balances = await shop.balances(who.id)
  expect(balances).toMatchObject({ available: 380, reserved: 0 })
  till.expectClean()
  member.expectClean()
})

test('a lamp that nobody fetches in time gives its points back by itself, and the phone says so', async () => {
  const { member, who } = await withReservation('zh-Hans')
  expect(await shop.balances(who.id)).toMatchObject({ available: 380, reserved: PRICE })
  await shop.advance('PT14M')
  expect(await shop.balances(who.id)).toMatchObject({ available: 380, reserved: PRICE })
  await shop.advance('PT2M')
  await member.page.getByText(member.say('reservation.expired', { n: '120', u: UNITS[member.locale] })).waitFor()
  await expectAccessible(member.page)
  await shoot(member.page, 'reservation-expired-zh-Hans')
  await expectBalance(member, '500')
  expect(await shop.balances(who.id)).toMatchObject({ available: 500, reserved: 0 })
  member.expectClean()
})

test('a lamp that is cancelled gives its points back at once', async () => {
  const { member, who } = await withReservation('en')
  const { page, say } = member
  const u = UNITS.en
  await page.getByRole('button', { name: say('reservation.cancel', { n: '120', u }) }).click()
  await page.getByText(say('reservation.voided', { n: '120', u })).waitFor()
  await expectAccessible(page)
  await expectBalance(member, '500')
  expect(await shop.balances(who.id)).toMatchObject({ available: 500, reserved: 0 })
  member.expectClean()
})

test('paying with more points than a card alone allows takes the code of the member, because a card may have been found', async () => {
  const member = await shop.enrol({ name: 'Lena Voss' })
  await shop.award(member.cardNumber, 150_000)
  const till = await open({ area: 'staff', viewport: TILL, locale: 'zh-Hant' })
  const { page, say, origin } = till
  till.expectFailures(/\/v1\/points\/reservations$/)
  await signInAsStaff(till, { name: 'May Chan' })
  await openRedeem(till, { cardNumber: member.cardNumber, name: 'Lena Voss' })
  const panel = page.getByRole('region', { name: say('panel.redeem') })
  await panel.getByRole('button', { name: say('redeem.pay') }).click()
  await panel.getByLabel(say('pay.total', { currency: 'GBP' })).pressSequentially('2000')
  await panel.getByText(say('pay.most', { points: '1,000', money: '£10' })).waitFor()
  await panel.getByText(say('pay.cardOnly', { left: CARD_ONLY_MAX.toLocaleString('en') })).waitFor()
  await panel.getByLabel(say('pay.points')).fill('1500')
  const setAside = panel.getByRole('button', { name: say('pay.reserve', { points: '1,500' }) })
  await setAside.click()
  await panel.getByRole('alert').getByText(say('redeem.askCode')).waitFor()
  expect(await shop.balances(member.id)).toMatchObject({ available: 1_500, reserved: 0 })
  await expectAccessible(page)
  await shoot(page, 'desk-card-only')

  await (await scannerAt(page)).scan(`${origin}/c/${await shop.codeOf(member.id)}`)
  await panel.getByText(say('redeem.codeShown')).waitFor()
  await setAside.click()
  await panel.getByText(say('pay.reserved', { points: '1,500' })).waitFor()
  expect(await shop.balances(member.id)).toMatchObject({ available: 0, reserved: 1_500 })
  await panel.getByLabel(say('pay.receipt')).fill(newReceipt())
  await panel.getByRole('button', { name: say('pay.capture', { points: '1,500' }) }).click()
  await page.getByText(say('banner.redeemed', { points: '1,500', available: '0' })).waitFor()
  expect(await shop.balances(member.id)).toMatchObject({ available: 0, reserved: 0 })
  till.expectClean()
})
