/** Mistakes and returns at the desk: what is taken back, until when, by whom, and what is owed where it was spent already. */
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { UNDO_WINDOW, UNITS } from '../support/flow-program.ts'
import { scannerAt } from '../support/hands.ts'
import {
  expectAccessible,
  type Flow,
  flowOpener,
  newEmail,
  ownOrigin,
  serve,
  shownAt,
  signInAsStaff,
} from '../support/pages.ts'
import { type Enrolled, newReceipt, shopAt } from '../support/shop.ts'
import { shoot } from '../support/shots.ts'

const open = flowOpener()
const shop = shopAt(ownOrigin())

const TILL = { width: 1280, height: 800 }
const MAY = { name: 'May Chan' }

async function openDesk(locale: Flow['locale'], who: Parameters<typeof signInAsStaff>[1] = MAY): Promise<Flow> {
  const flow = await open({ area: 'staff', viewport: TILL, locale })
  await signInAsStaff(flow, who)
  return flow
}

function enrol(name: string): Promise<Enrolled> {
  return shop.enrol({ name, email: newEmail('undo') })
}

type Awarded = { readonly member: Enrolled; readonly points: number; readonly available: number }

/** @returns the receipt. */
async function award({ page, say, locale }: Flow, { member, points, available }: Awarded): Promise<string> {
  const receipt = newReceipt()
  await serve(page, { cardNumber: member.cardNumber, receipt, minor: points * 100 })
  const told = say('banner.done', { points: String(points), available: String(available), u: UNITS[locale] })
  await shownAt(page, '.banner-done .banner-main', told)
  await page.locator('#query:focus').waitFor()
  return receipt
}

/** The balance of the member's card with what is owed, found by scanning the card. */
async function expectOwed({ page, say }: Flow, { member, points }: { member: Enrolled; points: number }) {
  const { scan } = await scannerAt(page)
  await scan(member.cardNumber)
  await page
    .getByRole('alert')
    .getByText(say('member.debt', { points: String(points) }))
    .waitFor()
  await shownAt(page, '.member-points', '0')
}

test('the last award is asked about before it is taken back, and Esc leaves it as it is', async () => {
  const member = await enrol('陳大文')
  const flow = await openDesk('zh-Hant')
  const { page, say } = flow
  const receipt = await award(flow, { member, points: 31, available: 31 })
  const row = rowOf(flow, receipt)
  await row.getByText(say('rail.until', { time: await undoEnd(member) })).waitFor()
  const asked = page.getByRole('alertdialog')
  const question = say('rail.ask', { points: '31', name: '陳〇文' })
  await page.keyboard.press('F8')
  await asked.getByText(question).waitFor()
  await page.keyboard.press('Escape')
  await asked.waitFor({ state: 'detached' })
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 31'])

  await page.keyboard.press('F8')
  await asked.getByText(question).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText(say('banner.undone', { points: '31', available: '0' })).waitFor()
  await row.getByText(say('rail.undone')).waitFor()
  await page.locator('#query:focus').waitFor()
  await expectAccessible(page)
  await shoot(page, 'desk-undone-zh-Hant')
  await expect.poll(() => row.getByRole('button').count(), { message: 'once' }).toBe(0)
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 31', 'REVERSE -31'])
  flow.expectClean()
})

function rowOf({ page }: Flow, receipt: string): Locator {
  return page.locator('.rail li').filter({ hasText: receipt })
}

/** As the pages write it in the program's zone. */
async function undoEnd({ id }: Enrolled): Promise<string> {
  const end = (await shop.lastAwardOf(id)) + Number(/^PT(\d+)M$/.exec(UNDO_WINDOW)?.[1]) * 60_000
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Europe/London' }).format(end)
}

test('points that were spent before the undo are owed, which desk and customer are told in numbers', async () => {
  const member = await enrol('王小明')
  const flow = await openDesk('zh-Hans')
  const { page, say } = flow
  await award(flow, { member, points: 50, available: 50 })
  await shop.spend(member.id, 30)
  await page.keyboard.press('F8')
  await page.getByRole('alertdialog').waitFor()
  await page.keyboard.press('Enter')
  const banner = page.locator('.banner-undone')
  await banner.getByText(say('banner.undone', { points: '50', available: '0' })).waitFor()
  await banner.getByText(say('banner.debt', { points: '30' })).waitFor()
  await shoot(page, 'desk-undone-debt-zh-Hans')
  await page.locator('#query:focus').waitFor()
  await expectOwed(flow, { member, points: 30 })
  await expectAccessible(page)
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 50', 'REDEEM -30', 'REVERSE -50'])
  expect(await shop.balances(member.id)).toMatchObject({ available: 0, debt: 30 })
  flow.expectClean()
})

test('a refund takes back its share once, is refused beyond the purchase, and what was spent is owed', async () => {
  const member = await enrol('Ada Moreno')
  const flow = await openDesk('en')
  const { page, say } = flow
  const receipt = await award(flow, { member, points: 40, available: 40 })
  const slip = { receipt, number: newReceipt('B'), minor: 1_000 }
  await refund(flow, slip)
  await page.getByText(say('banner.refunded', { points: '10', available: '30' })).waitFor()
  await page.locator('#query:focus').waitFor()

  flow.expectFailures(/\/v1\/points\/refunds$/)
  const panel = page.getByRole('region', { name: say('panel.refund') })
  await refund(flow, slip)
  await panel.getByText(say('refund.already')).waitFor()
  await panel.getByRole('button', { name: say('panel.close') }).click()
  await refund(flow, { receipt, number: newReceipt('B'), minor: 4_000 })
  await panel.getByText(say('problem.refund_exceeds_purchase')).waitFor()
  await panel.getByText(say('refund.notDone')).waitFor()
  await expectAccessible(page)
  await shoot(page, 'desk-refund-refused')
  await panel.getByRole('button', { name: say('panel.close') }).click()
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 40', 'REVERSE -10'])

  await shop.spend(member.id, 25)
  await refund(flow, { receipt, number: newReceipt('B'), minor: 3_000 })
  const banner = page.locator('.banner-refunded')
  await banner.getByText(say('banner.refunded', { points: '30', available: '0' })).waitFor()
  await banner.getByText(say('banner.debt', { points: '25' })).waitFor()
  await page.locator('#query:focus').waitFor()
  await expectOwed(flow, { member, points: 25 })
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 40', 'REVERSE -10', 'REDEEM -25', 'REVERSE -30'])
  flow.expectClean()
})

type RefundSlip = { readonly receipt: string; readonly number: string; readonly minor: number }

/** By keyboard alone. */
async function refund({ page, say }: Flow, { receipt, number, minor }: RefundSlip): Promise<void> {
  await page.keyboard.press('F9')
  await page.getByLabel(say('refund.receipt')).and(page.locator(':focus')).waitFor()
  await page.keyboard.type(receipt)
  await page.keyboard.press('Tab')
  await page.keyboard.type(number)
  await page.keyboard.press('Tab')
  await page.keyboard.type(String(minor))
  await page.keyboard.press('Enter')
}

test('when the time has passed a cashier is told who can still undo, and a manager can', async () => {
  const member = await enrol('Grace Hall')
  const flow = await openDesk('en')
  const { page, say } = flow
  const receipt = await award(flow, { member, points: 23, available: 23 })
  await page.keyboard.press('F8')
  const asked = page.getByRole('alertdialog')
  await asked.waitFor()
  await shop.advance('PT16M')
  flow.expectFailures(/\/undo$/)
  await page.keyboard.press('Enter')
  await asked.getByText(say('problem.undo_window_passed')).waitFor()
  await expectAccessible(page)
  await shoot(page, 'desk-undo-too-late')
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 23'])
  flow.expectClean()

  const manager = await openDesk('zh-Hant', { name: 'Nora Lind', store: 'Central' })
  await rowOf(manager, receipt)
    .getByRole('button', { name: manager.say('rail.undo') })
    .click()
  await manager.page.getByRole('alertdialog').waitFor()
  await manager.page.keyboard.press('Enter')
  await manager.page.getByText(manager.say('banner.undone', { points: '23', available: '0' })).waitFor()
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 23', 'REVERSE -23'])
  manager.expectClean()
})
