/** The staff by its admin: invited, given roles and stores, and let go; each of it holds at once and is said in words. */
import { expect, test } from 'vitest'
import {
  everythingKept,
  expectAccessible,
  expectReadable,
  type Flow,
  flowOpener,
  newEmail,
  ownOrigin,
  serve,
  signInAsStaff,
} from '../support/pages.ts'
import { newReceipt, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const TILL = { width: 1280, height: 800 }
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\./
/** After it, no server knows the access that was ended any more. */
const KNOWN_FOR = 'PT10S'

const open = flowOpener()
const shop = shopAt(ownOrigin())

async function openPeople(flow: Flow): Promise<void> {
  const { page, say } = flow
  await signInAsStaff(flow, { name: 'Ada Moreno', store: 'Central' })
  await page.getByRole('link', { name: say('way.people') }).click()
  await page.getByRole('heading', { name: say('title.people'), level: 1 }).waitFor()
}

async function invite({ page, say }: Flow, who: { readonly name: string; readonly email: string }): Promise<void> {
  await page.getByRole('button', { name: say('people.invite') }).click()
  const form = page.locator('.person-form')
  await form.getByLabel(say('people.name')).fill(who.name)
  await form.getByLabel(say('people.email')).fill(who.email)
  await form.getByRole('checkbox', { name: 'Central', exact: true }).check()
  await expectAccessible(page)
  await shoot(page, 'people-invite')
  await form.getByRole('button', { name: say('people.invite') }).click()
  await page.locator('.person').filter({ hasText: who.email }).getByText(say('people.state.invited')).waitFor()
}

async function signInByAddress({ page, say }: Flow, email: string): Promise<void> {
  await page.goto('/staff/')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=email]').press('Enter')
}

test('an admin invites a cashier, makes her a manager and lets her go, and the desk refuses her within ten seconds, in words', async () => {
  const member = await shop.enrol({ name: 'Noor Ali' })
  const who = { name: 'Vera Stone', email: newEmail('vera') }
  const admin = await open({ area: 'staff', viewport: TILL, locale: 'zh-Hans' })
  await openPeople(admin)
  await expectAccessible(admin.page)
  await invite(admin, who)

  const till = await open({ area: 'staff', viewport: TILL, locale: 'zh-Hant' })
  await signInByAddress(till, who.email)
  const first = newReceipt()
  await serve(till.page, { cardNumber: member.cardNumber, receipt: first, minor: 1_000 })
  await till.page.locator('.banner-balance').getByText('10', { exact: true }).waitFor()
  expect(await everythingKept(till.page)).not.toMatch(TOKEN)

  const { page, say } = admin
  await page.reload()
  const line = page.locator('.person').filter({ hasText: who.email })
  await line.getByText(say('people.state.active')).waitFor()
  await line.getByRole('button', { name: say('people.change') }).click()
  await page.getByRole('checkbox', { name: say('role.manager') }).check()
  await page.getByRole('button', { name: say('action.save') }).click()
  await line.getByText(say('role.manager')).waitFor()
  await expectReadable(page)
  await shoot(page, 'people-zh-Hans')
  await line.getByRole('button', { name: say('people.change') }).click()
  await page.getByRole('button', { name: say('people.disable') }).click()
  await line.getByText(say('people.state.disabled')).waitFor()

  await shop.advance(KNOWN_FOR)
  till.expectFailures(/\/v1\/|\/oidc\/staff\//)
  await serve(till.page, { cardNumber: member.cardNumber, receipt: newReceipt(), minor: 2_000 })
  await till.page.getByRole('alert').getByText(till.say('problem.principal_disabled')).waitFor()
  await expectAccessible(till.page)
  await shoot(till.page, 'desk-access-ended')
  expect(await shop.receiptsOf(member.id)).toEqual([first])
  await signInByAddress(till, who.email)
  await till.page.getByRole('alert').waitFor()
  till.expectClean()
  admin.expectClean()
})

test.each([
  { name: 'May Chan', store: undefined, locale: 'zh-Hant', role: 'cashier' },
  { name: 'Nora Lind', store: 'North', locale: 'en', role: 'manager' },
] as const)(
  'a $role who opens the staff list is told which role may, and is given nothing',
  async ({ role, ...who }) => {
    const flow = await open({ area: 'staff', viewport: TILL, locale: who.locale })
    const { page, say } = flow
    await signInAsStaff(flow, { name: who.name, ...(who.store !== undefined && { store: who.store }) })
    expect(await page.getByRole('link', { name: say('way.people') }).count(), 'no way that leads nowhere').toBe(0)
    await page.goto('/staff/people')
    await page.getByText(say('people.forbidden')).waitFor()
    expect(await page.getByRole('button', { name: say('people.invite') }).count()).toBe(0)
    await expectAccessible(page)
    await expect(shop.ask({ who: role, method: 'GET', path: '/program/staff' })).rejects.toThrow('gave 403')
    flow.expectClean()
  },
)
