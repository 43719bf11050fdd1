/** A visit from both sides of the counter, in every language: who has just joined collects, redeems, and gets mistakes taken back. */
import { beforeAll, describe, expect, test } from 'vitest'
import { UNITS } from '../support/flow-program.ts'
import { scannerAt } from '../support/hands.ts'
import {
  answeredAt,
  cardNumberOf,
  expectAccessible,
  expectReadable,
  type Flow,
  flowOpener,
  joinAsMember,
  LOOKS,
  newEmail,
  ownOrigin,
  shownAt,
  signInAsStaff,
} from '../support/pages.ts'
import { newReceipt, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const open = flowOpener()
const shop = shopAt(ownOrigin())

const PHONE = { width: 390, height: 844 }
const TILL = { width: 1280, height: 800 }
/** What is promised to somebody who stands at the till. */
const SEEN_WITHIN_MS = 2_000

const NAMES = {
  en: { whole: 'Ada Moreno', atTheDesk: 'Ada M.' },
  'zh-Hant': { whole: '陳大文', atTheDesk: '陳〇文' },
  'zh-Hans': { whole: '王小明', atTheDesk: '王〇明' },
} as const
const TEA = { en: 'Green tea', 'zh-Hant': '綠茶一杯', 'zh-Hans': '绿茶一杯' } as const

let rewardId = ''

beforeAll(async () => {
  rewardId = await shop.offer({ name: TEA, kind: 'service', points: 20, fulfilment: 'instant' })
})

describe.each(LOOKS)('a visit in $locale', (look) => {
  test('is an award, a reward, a refund and an undo, and each side of the counter sees what the other did', async () => {
    const member = await open({ area: 'member', viewport: PHONE, ...look })
    const { whole, atTheDesk } = NAMES[look.locale]
    await joinAsMember(member, { email: newEmail('visit'), name: whole })
    const cardNumber = await cardNumberOf(member)
    const till = await open({ area: 'staff', viewport: TILL, ...look })
    await signInAsStaff(till, { name: 'May Chan' })

    const receipt = newReceipt()
    await showCode(member, till, whole)
    await award(member, till, receipt)
    await expectWhy(member)
    const voucher = await redeem(member)
    await consume(till, voucher)
    await expectUsed(member)
    await refund(till, receipt)
    await undoAnother(till, { cardNumber, name: atTheDesk })
    await member.page.getByRole('link', { name: member.say('nav.card'), exact: true }).click()
    await shownAt(member.page, '.balance-number', '12')
    await shoot(member.page, `visit-card-${look.locale}`)
    await expectAccessible(member.page)
    member.expectClean()
    till.expectClean()
  })
})

/** The phone shows its code, and the till takes a picture of it: what is read is what was drawn. */
async function showCode(member: Flow, till: Flow, name: string): Promise<void> {
  await member.page.getByRole('button', { name: member.say('card.showCode') }).click()
  await member.page.getByText(member.say('code.changes')).waitFor()
  const photo = await member.page.getByRole('img', { name: member.say('code.qr') }).screenshot()
  await till.page.getByRole('button', { name: till.say('command.camera') }).click()
  await till.page.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: photo })
  await till.page.getByRole('heading', { name }).waitFor()
}

async function award(member: Flow, till: Flow, receipt: string): Promise<void> {
  const { page, say, locale } = till
  await page.locator('#receipt:focus').waitFor()
  await page.keyboard.type(receipt)
  await page.keyboard.press('Enter')
  await page.keyboard.type('4200')
  const u = UNITS[locale]
  const times = Promise.all([
    answeredAt(page, /\/v1\/points\/purchases$/),
    shownAt(member.page, '.balance-number', '42'),
    shownAt(page, '.banner-done .banner-main', say('banner.done', { points: '42', available: '42', u })),
  ])
  await page.keyboard.press('Enter')
  const [answered, seen] = await times
  const waited = seen - answered
  console.info(`seen by the member ${Math.round(waited)} ms after the till's answer (${locale})`)
  expect(waited).toBeLessThan(SEEN_WITHIN_MS)
  await member.page
    .getByText(member.say('card.plus', { n: '42', balance: '42', u }))
    .last()
    .waitFor()
  await shoot(page, `visit-award-${locale}`)
  await shoot(member.page, `visit-code-${locale}`)
  await page.locator('#query:focus').waitFor()
}

/** The newest line says what it was given for. */
async function expectWhy({ page, say }: Flow): Promise<void> {
  await page.getByRole('button', { name: say('action.close') }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.locator('.latest summary').first().click()
  await page.getByText(say('why.spend', { points: '1', step: '£1' })).waitFor()
}

/** @returns the code of the voucher. */
async function redeem({ page, say, locale }: Flow): Promise<string> {
  await page.getByRole('link', { name: say('nav.rewards'), exact: true }).click()
  await page.locator(`a[href="/rewards/${rewardId}"]`).click()
  await page.getByRole('button', { name: say('reward.redeem'), exact: true }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText(say('reward.confirm', { reward: TEA[locale], n: '20', left: '22', u: UNITS[locale] })).waitFor()
  await expectAccessible(page)
  await sheet.getByRole('button', { name: say('reward.confirmButton') }).click()
  await page.getByRole('heading', { name: say('voucher.given', { reward: TEA[locale] }) }).waitFor()
  await page.getByRole('img', { name: say('voucher.qr') }).waitFor()
  await shoot(page, `visit-voucher-${locale}`)
  await expectReadable(page)
  return ((await page.locator('.code-digits').textContent()) ?? '').replaceAll(' ', '')
}

async function consume({ page, say, locale }: Flow, voucher: string): Promise<void> {
  const { scan } = await scannerAt(page)
  await scan(voucher)
  const panel = page.getByRole('region', { name: say('panel.voucher') })
  await panel.getByText(TEA[locale]).waitFor()
  await panel.getByText(say('voucher.good')).waitFor()
  await expectAccessible(page)
  await shoot(page, `visit-desk-voucher-${locale}`)
  // The cursor stands on what Enter will do.
  await panel
    .getByRole('button', { name: say('voucher.consume') })
    .and(page.locator(':focus'))
    .waitFor()
  await page.keyboard.press('Enter')
  await page.getByText(say('banner.voucherUsed')).waitFor()
  await page.locator('#query:focus').waitFor()
  await scan(voucher)
  await panel.getByText(say('voucher.notGood')).waitFor()
  expect(await panel.getByRole('button', { name: say('voucher.consume') }).count(), 'once and whole').toBe(0)
  await panel.getByRole('button', { name: say('panel.close') }).click()
  await page.locator('#query:focus').waitFor()
}

/** The member sees where it was used, and nothing to use again. */
async function expectUsed({ page, say, locale }: Flow): Promise<void> {
  await page.getByRole('link', { name: say('vouchers.title') }).click()
  await page.getByRole('listitem').filter({ hasText: TEA[locale] }).getByText('Central').waitFor()
  expect(await page.getByText(say('voucher.issued'), { exact: true }).count()).toBe(0)
}

async function refund({ page, say, locale }: Flow, receipt: string): Promise<void> {
  await page.keyboard.press('F9')
  await page.getByLabel(say('refund.receipt')).and(page.locator(':focus')).waitFor()
  await page.keyboard.type(receipt)
  await page.keyboard.press('Tab')
  await page.keyboard.type(newReceipt('B'))
  await page.keyboard.press('Tab')
  await page.keyboard.type('1000')
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await page.getByText(say('banner.refunded', { points: '10', available: '12' })).waitFor()
  await shoot(page, `visit-refund-${locale}`)
  await page.locator('#query:focus').waitFor()
}

async function undoAnother({ page, say, locale }: Flow, who: { cardNumber: string; name: string }): Promise<void> {
  const { scan } = await scannerAt(page)
  await scan(who.cardNumber)
  await page.locator('#receipt:focus').waitFor()
  await page.keyboard.type(newReceipt())
  await page.keyboard.press('Enter')
  await page.keyboard.type('700')
  await page.keyboard.press('Enter')
  await page.getByText(say('banner.done', { points: '7', available: '19', u: UNITS[locale] })).waitFor()
  await page.keyboard.press('F8')
  const asked = page.getByRole('alertdialog')
  await asked.getByText(say('rail.ask', { points: '7', name: who.name })).waitFor()
  await expectAccessible(page)
  await shoot(page, `visit-undo-${locale}`)
  await page.keyboard.press('Enter')
  await page.getByText(say('banner.undone', { points: '7', available: '12' })).waitFor()
  await page.locator('#query:focus').waitFor()
}
