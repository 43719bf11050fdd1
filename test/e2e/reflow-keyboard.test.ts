/** The keyboard alone: it comes to everything in the order in which it is seen, sees where it is, and can do what a finger can. */
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { type Flow, flowOpener, newEmail, signInAsStaff } from '../support/pages.ts'
import { unreadable } from '../support/screen-checks.ts'
import { arrived, go } from '../support/screens.ts'
import { signInAsMember } from '../support/screens-member.ts'
import { award } from '../support/screens-staff.ts'

const open = flowOpener()
const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 800 }
const STOPS_MAX = 80

type Stop = {
  readonly what: string
  /** The part of the page that it belongs to, or nothing. */
  readonly part: string
  /** Below the one before, or to its right on the same line. */
  readonly isAfter: boolean
  /** Nothing lies over it. */
  readonly isSeen: boolean
}

/** From the top of the page with Tab until it starts again. */
async function walk(page: Page): Promise<Stop[]> {
  const stops: Stop[] = []
  await page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined))
  await page.evaluate(() => getSelection()?.setPosition(document.body, 0))
  for (let count = 0; count < STOPS_MAX; count += 1) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(here)
    if (stop === undefined) return stops
    stops.push(stop)
  }
  throw new Error('the keyboard does not come out of the page again')
}

/** Runs in the page. Undefined past the last stop. */
function here(): Stop | undefined {
  const at = document.activeElement
  if (at === null || at === document.body || at.hasAttribute('data-walked')) {
    for (const each of document.querySelectorAll('[data-walked]')) each.removeAttribute('data-walked')
    return undefined
  }
  const before = document.querySelector('[data-walked="last"]')
  const box = at.getBoundingClientRect()
  const last = before?.getBoundingClientRect()
  before?.setAttribute('data-walked', '')
  at.setAttribute('data-walked', 'last')
  const isAfter = last === undefined || box.top >= last.bottom - 4 || box.left >= last.left - 1
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
  return {
    what: `${at.tagName.toLowerCase()} ${(at.textContent || at.getAttribute('aria-label') || at.id).trim().slice(0, 40)}`,
    part: at.closest('.desk > *, .status, header, nav')?.className ?? '',
    isAfter,
    isSeen: over !== null && (at.contains(over) || over.contains(at)),
  }
}

/** Presses Tab until this has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let count = 0; count < STOPS_MAX; count += 1) {
    await page.keyboard.press('Tab')
    const words = await page.evaluate(() => {
      const at = document.activeElement
      const labels = at instanceof HTMLInputElement ? [...(at.labels ?? [])].map((each) => each.textContent) : []
      return [...labels, at?.textContent, at?.getAttribute('aria-label')].map((text) => text?.trim())
    })
    if (words.includes(name)) return
  }
  throw new Error(`the keyboard does not come to “${name}”`)
}

const named = (stops: readonly Stop[], isWrong: (stop: Stop) => boolean) =>
  stops.filter(isWrong).map(({ what }) => what)

describe('the keyboard comes to everything in the order in which it is seen', () => {
  test('on the card, because who does not see the page hears it in this order', async () => {
    const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
    await signInAsMember(flow, 'leap')
    // The latest lines are read after the balance.
    await arrived(flow, '.latest a')
    const stops = await walk(flow.page)
    expect(stops.length).toBeGreaterThan(8)
    expect(named(stops, ({ isAfter }) => !isAfter)).toEqual([])
    expect(named(stops, ({ isSeen }) => !isSeen)).toEqual([])
    flow.expectClean()
  })

  test('on the desk, part after part, because the hands of a cashier know the way', async () => {
    const flow = await open({ area: 'staff', viewport: DESK, locale: 'en' })
    await signInAsStaff(flow, { name: 'May Chan' })
    await flow.page.keyboard.type('demo-grace')
    await flow.page.keyboard.press('Enter')
    await flow.page.getByRole('heading', { name: 'Grace Gold' }).waitFor()
    const stops = await walk(flow.page)
    const parts = stops.map(({ part }) => part).filter((part, index, all) => part !== all[index - 1])
    expect(parts).toEqual([...new Set(parts)])
    const inside = stops.filter(({ part }, index) => part === stops[index - 1]?.part)
    expect(inside.length).toBeGreaterThan(5)
    expect(named(inside, ({ isAfter }) => !isAfter)).toEqual([])
    expect(named(stops, ({ isSeen }) => !isSeen)).toEqual([])
    flow.expectClean()
  })
})

describe('the keyboard alone', () => {
  test('joins, because not everybody can point', async () => {
    const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
    const { page, say } = flow
    flow.expectFailures(/\/v1\/me(?:\/[\w?=&]+)?$/)
    const email = newEmail('keys')
    await page.goto('/')
    await arrived(flow, '.welcome')
    await tabTo(page, say('welcome.join'))
    await page.keyboard.press('Enter')
    await signInByKeys(flow, email)
    await arrived(flow, '.form')
    await tabTo(page, say('join.name'))
    await page.keyboard.type('Kay Board')
    await tabTo(page, say('join.mayWrite'))
    await page.keyboard.press('Space')
    await tabTo(page, 'I am at least 18 years old.')
    await page.keyboard.press('Space')
    await tabTo(page, say('join.start'))
    await page.keyboard.press('Enter')
    await arrived(flow, '.balance-number')
    await expect.poll(() => page.locator('.balance-name').textContent()).toBe('Kay Board')
    flow.expectClean()
  })

  test('redeems: the sheet takes the focus, keeps it, and gives it back', async () => {
    const flow = await open({ area: 'member', viewport: PHONE, locale: 'en' })
    const { page, say } = flow
    await signInAsMember(flow, 'member-01')
    await go(flow, '/rewards')
    await arrived(flow, '.row-can')
    const tea = await page.getByRole('link', { name: /Tea for two/ }).textContent()
    await tabTo(page, tea ?? '')
    await page.keyboard.press('Enter')
    await arrived(flow, '.price')
    await tabTo(page, say('reward.redeem'))
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(say('reward.redeem'))
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo(page, say('reward.confirmButton'))
    await page.keyboard.press('Enter')
    await arrived(flow, '.done')
    expect(await page.evaluate(() => document.activeElement?.tagName), 'what happened is where the reader is').toBe(
      'H1',
    )
    flow.expectClean()
  })

  test('awards, and has the next customer’s field under its fingers afterwards', async () => {
    const flow = await open({ area: 'staff', viewport: DESK, locale: 'en' })
    const { page } = flow
    await signInAsStaff(flow, { name: 'Tom Reid' })
    await award(flow, { key: 'elsa', name: 'Elsa Exner', receipt: `K${Date.now()}`, minor: 45_000 })
    await page.locator('#query:focus').waitFor()
    expect(await page.locator('#query').inputValue()).toBe('')
    flow.expectClean()
  })
})

/** On the issuer's page. */
async function signInByKeys({ page, origin }: Flow, email: string): Promise<void> {
  await tabToField(page, 'email')
  await page.keyboard.type(email)
  await page.keyboard.press('Enter')
  await tabToField(page, 'code')
  const answer = await fetch(`${origin}/local/mailbox?to=${encodeURIComponent(email)}`)
  await page.keyboard.type(/\b\d{6}\b/.exec(await answer.text())?.[0] ?? '')
  await page.keyboard.press('Enter')
}

async function tabToField(page: Page, name: string): Promise<void> {
  await page.locator(`input[name=${name}]`).waitFor()
  for (let count = 0; count < STOPS_MAX; count += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.getAttribute('name') === wanted, name)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not come to ${name}`)
}

test('the check of what can be read finds what it is for, or every screen would pass', async () => {
  const { page } = await open({ area: 'member', viewport: PHONE, locale: 'en' })
  await page.goto('/')
  await page.locator('.welcome').waitFor()
  expect(await unreadable(page)).toEqual([])
  await page.evaluate(() => {
    const box = document.createElement('p')
    box.className = 'cut'
    box.textContent = 'words that are longer than their box'
    document.querySelector('main')?.append(box)
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('.cut { width: 60px; overflow: hidden; white-space: nowrap }')
    document.adoptedStyleSheets = [sheet]
  })
  expect((await unreadable(page)).join()).toContain('is cut off at its side')
  await page.evaluate(() => {
    document.adoptedStyleSheets[0]?.replaceSync('.cut { position: relative; left: 360px; white-space: nowrap }')
  })
  expect((await unreadable(page)).join()).toContain('stands outside of the page')
})
