/** What the desk says before something goes wrong: who may use it, a number that is none, an amount nobody means, a receipt that waits. */
import { expect, test } from 'vitest'
import { personAt } from '../support/hands.ts'
import {
  expectAccessible,
  expectReadable,
  type Flow,
  flowOpener,
  newEmail,
  ownOrigin,
  serve,
  signInAsStaff,
  wordsOf,
} from '../support/pages.ts'
import { newReceipt, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const TILL = { width: 1280, height: 800 }
const open = flowOpener()
const shop = shopAt(ownOrigin())

test.each([
  ['Cal Ito', 'caller', 'en'],
  ['Otto Berg', 'auditor', 'zh-Hant'],
  ['Mira Sousa', 'marketer', 'zh-Hans'],
] as const)(
  '%s, who serves nobody, is told so and offered nothing that would be refused',
  async (name, role, locale) => {
    const flow = await open({ area: 'staff', viewport: TILL, locale })
    const { page, say } = flow
    await page.goto('/staff/')
    await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
    await page.getByRole('button', { name }).click()
    await page.getByRole('heading', { name: say('gate.noDesk'), level: 1 }).waitFor()
    await page.getByText(say('gate.noDeskText', { roles: say(`role.${role}`) })).waitFor()
    for (const key of ['F3', 'F4', 'F9']) await page.keyboard.press(key)
    expect(await page.locator('#query, #amount, .panel, .command').count()).toBe(0)
    await expectAccessible(page)
    await expectReadable(page)
    flow.expectClean()
  },
)

async function openDesk(locale: Flow['locale']): Promise<Flow> {
  const flow = await open({ area: 'staff', viewport: TILL, locale })
  await signInAsStaff(flow, { name: 'May Chan' })
  return flow
}

test('a receipt number with other signs, or too long, is told while it is typed, and nothing of it is cut', async () => {
  const { page, say, expectClean } = await openDesk('en')
  const receipt = page.locator('#receipt')
  await receipt.fill('A/1')
  await page.getByRole('alert').getByText(say('award.receipt_wrong')).waitFor()
  await receipt.fill('A'.repeat(65))
  await page
    .getByRole('alert')
    .getByText(say('award.receipt_long', { count: '65' }))
    .waitFor()
  expect(await receipt.inputValue()).toHaveLength(65)
  await receipt.fill('A-1')
  await page.getByRole('alert').waitFor({ state: 'detached' })
  const amount = page.locator('#amount')
  await amount.pressSequentially('12x')
  await page.getByRole('alert').getByText(say('award.amount_wrong')).waitFor()
  expect(await amount.inputValue()).toBe('0.12')
  await amount.fill('')
  await amount.fill('12.5')
  await expect.poll(() => page.locator('#amount-hint').textContent()).toBe('£12.50')
  await expectAccessible(page)
  expectClean()
})

test('an amount that no slip says is asked about, and Esc leaves it for another', async () => {
  const member = await shop.enrol({ name: 'Ines Roth', email: newEmail('large') })
  const { page, say, expectClean } = await openDesk('zh-Hant')
  const receipt = newReceipt()
  for (const [field, text] of [
    ['query', member.cardNumber],
    ['receipt', receipt],
  ]) {
    await page.locator(`#${field}:focus`).waitFor()
    await page.keyboard.type(text ?? '')
    await page.keyboard.press('Enter')
  }
  await page.locator('#amount:focus').waitFor()
  // So many signs at once would be a scanner's.
  await personAt(page).type('99999999999')
  await page.keyboard.press('Enter')
  await page.getByText(say('answer.large', { amount: '£999,999,999.99' })).waitFor()
  expect(await shop.ledgerOf(member.id)).toEqual([])
  await expectAccessible(page)
  await shoot(page, 'desk-large-zh-Hant')
  await page.keyboard.press('Escape')
  await page.locator('#amount:focus').waitFor()
  await page.locator('#amount').fill('1200')
  await page.keyboard.press('Enter')
  await page.locator('.banner-done').waitFor()
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 12'])
  expectClean()
})

test('a receipt that waits on the device is not put there a second time', async () => {
  const member = await shop.enrol({ name: 'Piet Haan', email: newEmail('waits') })
  const flow = await openDesk('en')
  const { page, say, context } = flow
  const sale = { cardNumber: member.cardNumber, receipt: newReceipt(), minor: 900 }
  await context.setOffline(true)
  flow.expectFailures(/\/v1\//)
  await serve(page, sale)
  await page.locator('.banner-saved').waitFor()
  await page.locator('#query:focus').waitFor()
  await serve(page, { ...sale, minor: 800 })
  await page.getByRole('alert').getByText(say('refused.receipt_waiting')).waitFor()
  await expect.poll(() => page.locator('.rail li').filter({ hasText: sale.receipt }).count()).toBe(1)
  await context.setOffline(false)
  await page.locator('.rail li').filter({ hasText: '+9' }).waitFor()
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 9'])
  flow.expectClean()
})

test('another language reads the member again, because the names of levels come in the language that was asked for', async () => {
  const member = await shop.enrol({ name: 'Otilie Brun', email: newEmail('tongue') })
  const flow = await openDesk('en')
  const { page } = flow
  await page.locator('#query').fill(member.cardNumber)
  await page.keyboard.press('Enter')
  await page.locator('.member-points').waitFor()
  const again = page.waitForRequest(
    (request) =>
      request.url().includes(`/points/accounts/${member.id}`) && request.headers()['accept-language'] === 'zh-Hant',
  )
  await page.locator('.status select').selectOption('zh-Hant')
  await again
  await page
    .locator('.member')
    .getByText(wordsOf('staff', 'zh-Hant')('member.available', { u: '積分' }))
    .waitFor()
  flow.expectClean()
})

test.each(['F4', 'F9'])('all of the panel that %s opens stands above the status line', async (key) => {
  const { page, expectClean } = await openDesk('en')
  await page.keyboard.press(key)
  const button = page.locator('.panel button[type=submit]')
  await button.waitFor()
  const [panel, status] = await Promise.all([
    page.locator('.panel').boundingBox(),
    page.locator('.status').boundingBox(),
  ])
  expect((panel?.y ?? 0) + (panel?.height ?? 0)).toBeLessThanOrEqual(status?.y ?? 0)
  await shoot(page, `desk-panel-${key}`)
  expectClean()
})
