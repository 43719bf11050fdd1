/** Sessions: what somebody typed outlives them, who was enrolled at the counter is known, and signing out leaves nothing. */
import { expect, test } from 'vitest'
import {
  cardNumberOf,
  everythingKept,
  expectAccessible,
  flowOpener,
  joinAsMember,
  newEmail,
  ownOrigin,
  signInAsStaff,
  signInByEmail,
} from '../support/pages.ts'
import { newReceipt, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'
import { endSession, watchSession } from './sessions.ts'

const PHONE = { width: 390, height: 844 }
const TILL = { width: 1280, height: 800 }
/** Three parts of a signed token: what must never lie where another script or person finds it. */
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\./

const open = flowOpener()
const shop = shopAt(ownOrigin())

test('a join form keeps what was typed when the session ends under it, because nobody types it twice', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'zh-Hans' })
  const { page, say } = flow
  flow.expectFailures(/\/v1\/me|\/oidc\/members\/token/)
  const session = watchSession(flow.context)
  await page.goto('/')
  await page.getByRole('button', { name: say('welcome.join'), exact: true }).click()
  await signInByEmail(flow, newEmail('typed'))
  await page.getByLabel(say('join.name')).fill('田中 花')
  await page.getByLabel(say('birthday.month')).selectOption('4')
  await page.getByLabel(say('join.mayWrite')).check()
  await endSession(shop, session)
  await page.getByRole('button', { name: say('join.start'), exact: true }).click()
  await page.getByText(say('state.sessionOver')).first().waitFor()
  await expectAccessible(page)
  await shoot(page, 'join-session-over-zh-Hans')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await expect.poll(() => page.getByLabel(say('join.name')).inputValue()).toBe('田中 花')
  expect(await page.getByLabel(say('birthday.month')).inputValue()).toBe('4')
  expect(await page.getByLabel(say('join.mayWrite')).isChecked()).toBe(true)
  await page.getByLabel(say('birthday.month')).selectOption('')
  await page.getByRole('button', { name: say('join.start'), exact: true }).click()
  await page.getByText('田中 花').waitFor()
  await page.getByRole('button', { name: say('card.showCode') }).waitFor()
  flow.expectClean()
})

test('a new name waits for the sign-in that came between, and is saved after it', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  const { page, say } = flow
  flow.expectFailures(/\/v1\/me|\/oidc\/members\/token/)
  const session = watchSession(flow.context)
  await joinAsMember(flow, { email: newEmail('renamed'), name: 'Ada Moreno' })
  await page.getByRole('link', { name: say('me.title') }).click()
  await page.getByLabel(say('join.name')).fill('Ada M. Quist')
  await page.getByLabel(say('birthday.month')).selectOption('4')
  await endSession(shop, session)
  await page.getByRole('button', { name: say('action.save') }).click()
  await page.getByText(say('state.sessionOver')).first().waitFor()
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await expect.poll(() => page.getByLabel(say('join.name')).inputValue()).toBe('Ada M. Quist')
  expect(await page.getByLabel(say('birthday.month')).inputValue()).toBe('4')
  await page.getByRole('button', { name: say('action.save') }).click()
  await page.getByText(say('me.saved'), { exact: true }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: say('action.save') }).waitFor()
  expect(await page.getByLabel(say('join.name')).inputValue()).toBe('Ada M. Quist')
  expect(await everythingKept(page)).not.toContain('"parts"')
  flow.expectClean()
})

test('what one member typed is gone when another signs in on the same phone', async () => {
  const email = newEmail('second')
  await shop.enrol({ name: 'Noor Haddad', email })
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  const { page, say } = flow
  flow.expectFailures(/\/v1\/me|\/oidc\/members\/token/)
  await joinAsMember(flow, { email: newEmail('first'), name: 'Ada Moreno' })
  await expect.poll(() => everythingKept(page)).toContain('Ada Moreno')
  await page.getByRole('link', { name: say('me.title') }).click()
  await page.getByLabel(say('join.name')).fill('Ada Quist')
  await expect.poll(() => everythingKept(page)).toContain('Ada Quist')
  // The issuer does not know the phone any more.
  await flow.context.clearCookies()
  await page.goto('/')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await signInByEmail(flow, email)
  await page.getByText('Noor Haddad').waitFor()
  await expect.poll(() => everythingKept(page)).toContain('Noor Haddad')
  const kept = await everythingKept(page)
  for (const own of ['Ada Moreno', 'Ada Quist']) expect(kept).not.toContain(own)
  flow.expectClean()
})

test('a half-typed award waits for the cashier who signs in again, and then counts once', async () => {
  const member = await shop.enrol({ name: 'Ivo Brandt' })
  const flow = await open({ area: 'staff', viewport: TILL, locale: 'zh-Hant' })
  const { page, say } = flow
  flow.expectFailures(/\/v1\/|\/oidc\/staff\/token/)
  const session = watchSession(flow.context)
  await signInAsStaff(flow, { name: 'May Chan' })
  await page.keyboard.type(member.cardNumber)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Ivo Brandt' }).waitFor()
  const receipt = newReceipt()
  await page.keyboard.type(receipt)
  await page.keyboard.press('Enter')
  await page.locator('#amount:focus').waitFor()
  await endSession(shop, session)
  await page.keyboard.type('2400')
  const strip = page.getByRole('status').filter({ hasText: say('strip.signIn') })
  await strip.waitFor()
  await expectAccessible(page)
  await shoot(page, 'desk-session-over-zh-Hant')
  await strip.getByRole('button', { name: say('action.signIn') }).click()
  await page.getByRole('heading', { name: 'Ivo Brandt' }).waitFor()
  await expect.poll(() => page.locator('#receipt').inputValue()).toBe(receipt)
  expect(await page.locator('#amount').inputValue()).toBe('24.00')
  expect(await shop.receiptsOf(member.id)).toEqual([])
  await page.locator('#amount').press('Enter')
  await page.locator('.banner-balance').getByText('24', { exact: true }).waitFor()
  expect(await shop.receiptsOf(member.id)).toEqual([receipt])
  flow.expectClean()
})

test('who was enrolled at the counter signs in with that address and finds the account, because points are not lost between two ways in', async () => {
  const email = newEmail('counter')
  const member = await shop.enrol({ name: 'Grace Hall', email })
  await shop.award(member.cardNumber, 7_500)
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  const { page, say } = flow
  await page.goto('/')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await signInByEmail(flow, email)
  await page.getByText('Grace Hall').waitFor()
  await page.locator('.balance-number').getByText('75', { exact: true }).waitFor()
  expect(await cardNumberOf(flow)).toBe(member.cardNumber)
  flow.expectClean()
})

test('signing out leaves nothing of the member on a phone that somebody else may hold next', async () => {
  const email = newEmail('leaving')
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'zh-Hant' })
  const { page, say } = flow
  await joinAsMember(flow, { email, name: 'Oda Lunde' })
  const cardNumber = await cardNumberOf(flow)
  await expect.poll(() => everythingKept(page)).toContain(cardNumber)
  expect(await everythingKept(page)).not.toMatch(TOKEN)
  await page.getByRole('link', { name: say('me.title') }).click()
  await page.getByRole('button', { name: say('action.signOut') }).click()
  await page.getByRole('button', { name: say('welcome.join'), exact: true }).waitFor()
  const kept = await everythingKept(page)
  for (const own of [cardNumber, 'Oda Lunde', email]) expect(kept).not.toContain(own)
  await page.reload()
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await page.locator('input[name=email]').waitFor()
  flow.expectClean()
})

test('who signed out without a network is asked who they are by the next sign-in, because the issuer never heard that they left', async () => {
  const email = newEmail('unheard')
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en', withWorker: true })
  const { page, context, say } = flow
  await joinAsMember(flow, { email, name: 'Oda Lunde' })
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await page.getByRole('link', { name: say('me.title') }).click()
  await page.getByLabel(say('join.name')).waitFor()
  flow.expectFailures(/^http/)
  await context.setOffline(true)
  await page.getByRole('button', { name: say('action.signOut') }).click()
  await page.getByRole('button', { name: say('welcome.join'), exact: true }).waitFor()
  await context.setOffline(false)
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await signInByEmail(flow, email)
  await page.getByText('Oda Lunde').waitFor()
  flow.expectClean()
})

test('at a till that lost its network the next cashier chooses who they are', async () => {
  const flow = await open({ area: 'staff', viewport: TILL, locale: 'en', withWorker: true })
  const { page, context, say } = flow
  await signInAsStaff(flow, { name: 'May Chan' })
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  flow.expectFailures(/^http/)
  await context.setOffline(true)
  await page.getByRole('button', { name: say('action.signOut'), exact: true }).click()
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).waitFor()
  await context.setOffline(false)
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await page.getByRole('button', { name: 'May Chan' }).waitFor()
  flow.expectClean()
})
