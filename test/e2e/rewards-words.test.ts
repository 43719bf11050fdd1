/** Why a reward cannot be had is said with its numbers, in the reader's language, to the member and at the desk alike. */
import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import {
  expectAccessible,
  expectReadable,
  flowOpener,
  LOCALES,
  type Locale,
  newEmail,
  ownOrigin,
  type Say,
  signInAsStaff,
  signInByEmail,
  wordsOf,
} from '../support/pages.ts'
import { type Enrolled, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const PHONE = { width: 390, height: 844 }
const TILL = { width: 1280, height: 800 }
const REWARDS = {
  far: { en: 'Garden bench', 'zh-Hant': '花園長椅', 'zh-Hans': '花园长椅' },
  gone: { en: 'Last vase', 'zh-Hant': '絕版花瓶', 'zh-Hans': '绝版花瓶' },
  had: { en: 'Yearly tote', 'zh-Hant': '年度布袋', 'zh-Hans': '年度布袋' },
}
/** The limit of the tote, with its number. */
const ONCE_A_YEAR = { en: /At most 1 a year/, 'zh-Hant': /每年限 1 次/, 'zh-Hans': /每年限 1 次/ }
const EMAIL = newEmail('words')

const open = flowOpener()
const shop = shopAt(ownOrigin())
let member: Enrolled

beforeAll(async () => {
  member = await shop.enrol({ name: 'Zara Quinn', email: EMAIL })
  await shop.award(member.cardNumber, 13_000)
  await offerAll()
})

/** The member has 120 left: the bench is far, the vase went to somebody else, and the tote was had this year. */
async function offerAll(): Promise<void> {
  const goods = { kind: 'goods', fulfilment: 'instant' }
  await shop.offer({ ...goods, name: REWARDS.far, points: 500 })
  const gone = await shop.offer({ ...goods, name: REWARDS.gone, points: 10, stock: 1 })
  const had = await shop.offer({ ...goods, name: REWARDS.had, points: 10, limit: { count: 1, per: 'year' } })
  const somebody = await shop.enrol({ name: 'Una Berg' })
  await shop.award(somebody.cardNumber, 1_000)
  await shop.redeem(gone, somebody.id)
  await shop.redeem(had, member.id)
}

type Said = { readonly locale: Locale; readonly row: (name: string) => Locator; readonly say: Say }

/** Three numbers, so that nobody has to calculate what is missing. */
async function expectReasons({ locale, row, say }: Said): Promise<void> {
  const far = await row(REWARDS.far[locale]).textContent()
  expect(far?.match(/\d+/g)?.toSorted(), 'needs, has, to go').toEqual(['120', '380', '500', '500'])
  await row(REWARDS.gone[locale]).getByText(say('problem.sold_out')).waitFor()
  await row(REWARDS.had[locale]).getByText(ONCE_A_YEAR[locale]).waitFor()
}

/** The page stays where it is and says the same in another language. */
async function readIn(page: Page, locale: Locale): Promise<void> {
  await page.locator('select:has(option[value="zh-Hant"])').selectOption(locale)
  await page.locator(`html[lang="${locale}"]`).waitFor()
}

test('the phone says in each language what is missing for a reward, and how much', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  const { page, say } = flow
  await page.goto('/')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await signInByEmail(flow, EMAIL)
  await page.locator('.balance-number').getByText('120', { exact: true }).waitFor()
  await page.getByRole('link', { name: say('nav.rewards'), exact: true }).click()
  const row = (name: string) => page.locator('.row').filter({ hasText: name })
  for (const locale of LOCALES) {
    await readIn(page, locale)
    await row(REWARDS.far[locale]).waitFor()
    await expectReasons({ locale, row, say: wordsOf('member', locale) })
    await expectReadable(page)
    await shoot(page, `rewards-${locale}`)
  }
  await expectAccessible(page)
  await row(REWARDS.far['zh-Hans']).click()
  await page.getByRole('heading', { name: REWARDS.far['zh-Hans'], level: 1 }).waitFor()
  const redeem = page.getByRole('button', { name: wordsOf('member', 'zh-Hans')('reward.redeem') })
  expect(await redeem.isDisabled(), 'nothing to press for nothing').toBe(true)
  flow.expectClean()
})

test('the desk says the same before anybody promises anything', async () => {
  const flow = await open({ area: 'staff', viewport: TILL, locale: 'en' })
  const { page } = flow
  await signInAsStaff(flow, { name: 'May Chan' })
  await page.keyboard.type(member.cardNumber)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Zara Quinn' }).waitFor()
  await page.keyboard.press('F3')
  const row = (name: string) => page.locator('.reward').filter({ hasText: name })
  for (const locale of LOCALES) {
    const say = wordsOf('staff', locale)
    await readIn(page, locale)
    await row(REWARDS.far[locale]).waitFor()
    await expectReasons({ locale, row, say })
    for (const name of Object.values(REWARDS)) {
      const choose = row(name[locale]).getByRole('button', { name: say('redeem.choose') })
      expect(await choose.isDisabled(), name.en).toBe(true)
    }
    await shoot(page, `desk-rewards-${locale}`)
  }
  await expectAccessible(page)
  flow.expectClean()
})
