/** What a member changes about themselves on two devices at once: nothing typed is lost, and nothing is overwritten unseen. */
import { beforeEach, expect, test } from 'vitest'
import { expectAccessible, type Flow, flowOpener, joinAsMember, newEmail, signInByEmail } from '../support/pages.ts'
import { painted } from '../support/screen-checks.ts'
import { shoot } from '../support/shots.ts'

const open = flowOpener()
const PHONE = { width: 390, height: 844 }
let phone: Flow
let tablet: Flow

beforeEach(async () => {
  const email = newEmail('two')
  phone = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  await joinAsMember(phone, { email, name: 'Ada Moreno' })
  tablet = await open({ area: 'member', viewport: { width: 768, height: 1024 }, locale: 'zh-Hant' })
  await tablet.page.goto('/')
  await tablet.page.getByRole('button', { name: tablet.say('action.signIn'), exact: true }).click()
  await signInByEmail(tablet, email)
  for (const { page, say } of [phone, tablet]) {
    await page.getByRole('link', { name: say('me.title') }).click()
    await page.getByLabel(say('join.name')).waitFor()
  }
})

async function saveName({ page, say }: Flow, name: string): Promise<void> {
  await page.getByLabel(say('join.name')).fill(name)
  await page.getByRole('button', { name: say('action.save') }).click()
}

/** The phone has read the profile before the tablet changed it. */
async function conflict(): Promise<void> {
  await phone.page.getByLabel(phone.say('join.name')).fill('Ada M.')
  await saveName(tablet, '林美')
  await tablet.page.getByText(tablet.say('me.saved'), { exact: true }).waitFor()
  phone.expectFailures(/\/v1\/me$/)
  await phone.page.getByRole('button', { name: phone.say('action.save') }).click()
  await phone.page.getByRole('alert').getByText('林美').waitFor()
}

test('both names stand side by side, and the typed one counts when its owner says so', async () => {
  await conflict()
  const { page, say } = phone
  const values = page.locator('.compared-value').filter({ hasText: say('join.name') })
  expect(await values.locator('dd').allTextContents()).toEqual(['Yours Ada M.', 'The other 林美'])
  await expectAccessible(page)
  await shoot(page, 'me-both-names')
  await page.getByRole('button', { name: say('stale.mine') }).click()
  await page.getByText(say('me.saved'), { exact: true }).waitFor()
  await page.reload()
  await page.getByLabel(say('join.name')).waitFor()
  expect(await page.getByLabel(say('join.name')).inputValue()).toBe('Ada M.')
  phone.expectClean()
  tablet.expectClean()
})

test('the other name is taken over when its reader prefers it', async () => {
  await conflict()
  const { page, say } = phone
  await page.getByRole('button', { name: say('stale.theirs') }).click()
  await page.getByRole('alert').waitFor({ state: 'detached' })
  expect(await page.getByLabel(say('join.name')).inputValue()).toBe('林美')
  expect(await page.getByRole('button', { name: say('action.save') }).isDisabled()).toBe(true)
  phone.expectClean()
})

test('a name whose answer was lost on its way is found to be saved', async () => {
  const { page, say } = phone
  phone.expectFailures(/\/v1\/me$/)
  await page.route('**/v1/me', async (route) => {
    if (route.request().method() !== 'PATCH') return route.fallback()
    await route.fetch()
    await route.abort()
  })
  await saveName(phone, 'Ada Quist')
  await page.getByText(say('me.saved'), { exact: true }).waitFor()
  expect(await page.getByText(say('problem.no_answer')).count()).toBe(0)
  expect(await page.getByLabel(say('join.name')).inputValue()).toBe('Ada Quist')
  phone.expectClean()
  tablet.expectClean()
})

test('a language that was chosen meanwhile is no conflict with a name', async () => {
  const { page, say } = phone
  await page.getByLabel(say('join.name')).fill('Ada M.')
  const told = tablet.page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok())
  await tablet.page.locator('main').getByLabel(tablet.say('language.label')).selectOption('zh-Hans')
  await told
  let reads = 0
  page.on('requestfinished', (request) => {
    if (request.url().endsWith('/v1/me') && request.method() === 'GET') reads += 1
  })
  const lookAgain = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await expect.poll(() => lookAgain().then(() => reads), { timeout: 15_000 }).toBeGreaterThan(0)
  await painted(page)
  expect(await page.getByLabel(say('join.name')).inputValue()).toBe('Ada M.')
  await page.getByRole('button', { name: say('action.save') }).click()
  await page.getByText(say('me.saved'), { exact: true }).waitFor()
  phone.expectClean()
})
