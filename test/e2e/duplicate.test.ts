/** One receipt is one award: entered twice, entered for somebody else, or sent into a silence. The ledger is asked each time. */
import type { Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { UNITS } from '../support/flow-program.ts'
import {
  expectAccessible,
  type Flow,
  flowOpener,
  newEmail,
  ownOrigin,
  type Sale,
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
  // A receipt that stands in the way is an answer, which the browser calls a failure.
  flow.expectFailures(/\/v1\/points\/purchases$|\/(?:correct|reassign)$/)
  await signInAsStaff(flow, who)
  return flow
}

function enrol(name: string): Promise<Enrolled> {
  return shop.enrol({ name, email: newEmail('once') })
}

/** Serves and waits for the banner. */
async function award(flow: Flow, sale: Sale, available: number): Promise<void> {
  await serve(flow.page, sale)
  await flow.page.getByText(doneWords(flow, sale.minor / 100, available)).waitFor()
  await flow.page.locator('#query:focus').waitFor()
}

function doneWords({ say, locale }: Flow, points: number, available: number): string {
  return say('banner.done', { points: String(points), available: String(available), u: UNITS[locale] })
}

/** As the pages write the time of an award in the program's zone. */
async function timeOfAward(memberId: string): Promise<string> {
  const recordedAt = await shop.lastAwardOf(memberId)
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Europe/London' }).format(recordedAt)
}

test('a receipt that is entered again gives nothing again, and the desk says when it did and by whom', async () => {
  const member = await enrol('王小明')
  const flow = await openDesk('zh-Hans')
  const { page, say } = flow
  const sale = { cardNumber: member.cardNumber, receipt: newReceipt(), minor: 4_200 }
  await award(flow, sale, 42)
  await serve(page, sale)
  const time = await timeOfAward(member.id)
  await page
    .getByRole('alert')
    .getByText(say('answer.duplicate', { time, by: 'May', points: '42' }))
    .waitFor()
  await expectAccessible(page)
  await shoot(page, 'desk-duplicate-zh-Hans')
  await page.keyboard.press('Enter')
  await page.locator('#query:focus').waitFor()
  expect(await page.locator('#receipt').inputValue(), 'the next customer begins anew').toBe('')
  expect(await page.getByRole('alert').count()).toBe(0)
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 42'])
  flow.expectClean()
})

test('a receipt that was undone is told as undone, and awarded again by one press where that is allowed', async () => {
  const member = await enrol('周佳')
  const flow = await openDesk('zh-Hant')
  const { page, say } = flow
  const sale = { cardNumber: member.cardNumber, receipt: newReceipt(), minor: 3_700 }
  await award(flow, sale, 37)
  await page.keyboard.press('F8')
  await page.getByRole('alertdialog').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText(say('banner.undone', { points: '37', available: '0' })).waitFor()
  await page.locator('#query:focus').waitFor()
  await serve(page, sale)
  const time = await timeOfAward(member.id)
  const card = page.getByRole('alert')
  await card.getByText(say('answer.undone', { time, by: 'May', points: '37' })).waitFor()
  await expectAccessible(page)
  await shoot(page, 'desk-undone-again-zh-Hant')
  await page.keyboard.press('Enter')
  await page.getByText(say('banner.again', { points: '37', available: '37' })).waitFor()
  await page.locator('#query:focus').waitFor()
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 37', 'REVERSE -37', 'EARN 37'])
  flow.expectClean()
})

test('a receipt of a colleague that was undone is for a manager to award again', async () => {
  const member = await enrol('Ida Frost')
  const receipt = await shop.award(member.cardNumber, 2_200)
  await shop.ask({ who: 'manager', path: `/points/purchases/central/${receipt}/undo`, body: {} })
  const flow = await openDesk('en')
  const { page, say } = flow
  await serve(page, { cardNumber: member.cardNumber, receipt, minor: 2_200 })
  const card = page.getByRole('alert')
  await card.getByText(say('answer.managerAgain')).waitFor()
  expect(await card.getByRole('button', { name: say('answer.again') }).count()).toBe(0)
  await page.keyboard.press('Enter')
  await page.locator('#query:focus').waitFor()
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 22', 'REVERSE -22'])
  flow.expectClean()
})

test('a receipt that stands for somebody else is told, its number looked at first, and then moved to whom it belongs', async () => {
  const [wrong, right] = [await enrol('陳大文'), await enrol('李美玲')]
  const flow = await openDesk('zh-Hant')
  const { page, say } = flow
  const sale = { receipt: newReceipt(), minor: 2_600 }
  await award(flow, { ...sale, cardNumber: wrong.cardNumber }, 26)
  await serve(page, { ...sale, cardNumber: right.cardNumber })
  const card = page.getByRole('alert')
  await card.getByText(say('answer.conflict', { receipt: sale.receipt })).waitFor()
  const time = await timeOfAward(wrong.id)
  await card.getByText(say('answer.conflictPrior', { time, by: 'May', points: '26', member: '陳••' })).waitFor()
  await expectAccessible(page)
  await shoot(page, 'desk-conflict-zh-Hant')
  await page.keyboard.press('Enter')
  await page.locator('#receipt:focus').waitFor()
  expect(await page.locator('#receipt').inputValue(), 'nothing typed is lost').toBe(sale.receipt)
  expect(await shop.ledgerOf(right.id)).toEqual([])

  await page.keyboard.press('Enter')
  await page.locator('#amount:focus').waitFor()
  await page.keyboard.press('Enter')
  await card.getByRole('button', { name: say('answer.move') }).click()
  await page.getByText(say('banner.moved', { points: '26', available: '26' })).waitFor()
  await page.locator('#query:focus').waitFor()
  expect(await shop.ledgerOf(wrong.id)).toEqual(['EARN 26', 'REVERSE -26'])
  expect(await shop.ledgerOf(right.id)).toEqual(['EARN 26'])
  flow.expectClean()
})

test('a mistyped amount is corrected under its own receipt, so that the slip and the ledger say the same', async () => {
  const member = await enrol('Ada Moreno')
  const flow = await openDesk('en')
  const { page, say } = flow
  const sale = { cardNumber: member.cardNumber, receipt: newReceipt(), minor: 8_100 }
  await award(flow, sale, 81)
  await serve(page, { ...sale, minor: 1_800 })
  await page
    .getByRole('alert')
    .getByText(say('answer.conflict', { receipt: sale.receipt }))
    .waitFor()
  expect(await page.getByRole('button', { name: say('answer.move') }).count(), 'it is this member’s').toBe(0)
  await page.getByRole('button', { name: say('answer.correct') }).click()
  await page.getByText(say('banner.corrected', { points: '18', available: '18' })).waitFor()
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 81', 'EARN 18', 'REVERSE -81'])
  flow.expectClean()
})

test('what a colleague awarded is not moved by a cashier, who is told whom to ask, and is moved by a manager', async () => {
  const [owner, other] = [await enrol('Otis Gray'), await enrol('Iris Cole')]
  const receipt = await shop.award(owner.cardNumber, 3_300)
  const flow = await openDesk('en')
  const { page, say } = flow
  const sale = { cardNumber: other.cardNumber, receipt, minor: 3_300 }
  await serve(page, sale)
  const time = await timeOfAward(owner.id)
  const by = say('by.colleague')
  const card = page.getByRole('alert')
  await card.getByText(say('answer.conflictPrior', { time, by, points: '33', member: 'O••' })).waitFor()
  await card.getByText(say('answer.conflict', { receipt })).waitFor()
  await card.getByText(say('answer.managerMoves')).waitFor()
  expect(await card.getByRole('button', { name: say('answer.move') }).count(), 'asked of a manager').toBe(0)
  expect(await shop.ledgerOf(owner.id)).toEqual(['EARN 33'])
  flow.expectClean()

  const manager = await openDesk('zh-Hant', { name: 'Nora Lind', store: 'Central' })
  await serve(manager.page, sale)
  await manager.page.getByRole('button', { name: manager.say('answer.move') }).click()
  await manager.page.getByText(manager.say('banner.moved', { points: '33', available: '33' })).waitFor()
  expect(await shop.ledgerOf(owner.id)).toEqual(['EARN 33', 'REVERSE -33'])
  expect(await shop.ledgerOf(other.id)).toEqual(['EARN 33'])
  manager.expectClean()
})

/** The service gets the first award and its answer never arrives. @returns the keys of all that was sent. */
async function loseFirstAnswer({ page }: Flow): Promise<readonly string[]> {
  const keys: string[] = []
  await page.route('**/v1/points/purchases', async (route: Route) => {
    keys.push(route.request().headers()['idempotency-key'] ?? '')
    if (keys.length > 1) return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  return keys
}

test('an award whose answer is lost is found again by its own key and never given twice', async () => {
  const member = await enrol('Grace Hall')
  const flow = await openDesk('en')
  const { page, say } = flow
  const keys = await loseFirstAnswer(flow)
  const receipt = newReceipt()
  await serve(page, { cardNumber: member.cardNumber, receipt, minor: 1_700 })
  const card = page.getByRole('alert')
  await card.getByText(say('answer.unsure')).waitFor()
  await card.getByText(`${receipt} · £17`).waitFor()
  expect(await page.locator('#amount').count(), 'what may have counted cannot be changed').toBe(0)
  expect(await shop.ledgerOf(member.id), 'the service had it').toEqual(['EARN 17'])
  await expectAccessible(page)
  await shoot(page, 'desk-unsure')
  await page.keyboard.press('Enter')
  await shownAt(page, '.banner-done .banner-main', doneWords(flow, 17, 17))
  await page.locator('#query:focus').waitFor()
  expect(new Set(keys).size, 'one key').toBe(1)
  expect(keys.length, 'sent again').toBeGreaterThan(1)
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 17'])
  flow.expectClean()
})

test('a cashier who does not wait for a lost answer leaves it to the device, which finds it for the list of awards', async () => {
  const member = await enrol('王美玲')
  const flow = await openDesk('zh-Hans')
  const { page, say } = flow
  const keys = await loseFirstAnswer(flow)
  const receipt = newReceipt()
  await serve(page, { cardNumber: member.cardNumber, receipt, minor: 1_900 })
  await page.getByRole('alert').getByText(say('answer.unsure')).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('#query:focus').waitFor()
  const row = page.locator('.rail li').filter({ hasText: receipt })
  await row.getByText('+19').waitFor()
  await row.getByRole('button', { name: say('rail.undo') }).waitFor()
  expect(new Set(keys).size).toBe(1)
  expect(await shop.ledgerOf(member.id)).toEqual(['EARN 19'])
  flow.expectClean()
})
