/**
 * What flows in a browser share: a run to talk to, people who are signed in, the words of a page in its language, and the
 * checks that hold on every page. A visit that ends with a finding fails its flow.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject, type RunnerTestCase } from 'vitest'
import { launchBrowser, openVisit, type Visit, type VisitOptions } from './browser.ts'
import type {} from './one-run.ts'
import { shoot } from './shots.ts'

export const LOCALES = ['en', 'zh-Hant', 'zh-Hans'] as const
export type Locale = (typeof LOCALES)[number]

/** Languages and looks take turns, so that few flows still see all of them. */
export const LOOKS = [
  { locale: 'en', colorScheme: 'light' },
  { locale: 'zh-Hant', colorScheme: 'dark' },
  { locale: 'zh-Hans', colorScheme: 'light' },
] as const satisfies readonly { readonly locale: Locale; readonly colorScheme: 'light' | 'dark' }[]

/** A run that is watched remembers the people of earlier flows, so nobody has the same address twice. */
export const newEmail = (name: string) => `${name}-${process.pid}-${Date.now().toString(36)}@example.com`

export type Flow = Visit & {
  readonly origin: string
  readonly locale: Locale
  readonly say: Say
  /** Fails with what was seen since the beginning and must not be. */
  readonly expectClean: () => void
}

type FlowOptions = Omit<VisitOptions, 'locale' | 'origin'> & {
  readonly locale: Locale
  readonly area: 'member' | 'staff'
  /** Of a run of one's own. */
  readonly origin?: string
}

export async function openFlow(browser: Browser, { area, locale, ...options }: FlowOptions): Promise<Flow> {
  const { origin = ownOrigin() } = options
  const visit = await openVisit(browser, { ...options, origin, locale: TAGS[locale], timezoneId: 'Europe/London' })
  visit.context.setDefaultTimeout(WAITED_MS)
  const expectClean = () => expect(visit.findings, 'seen in the browser').toEqual([])
  return { ...visit, origin, locale, say: wordsOf(area, locale), expectClean }
}

/** One browser for the flows of a file; whatever a flow opened is closed after it. */
export function flowOpener(): (options: FlowOptions) => Promise<Flow> {
  const opened: Flow[] = []
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterEach(async ({ task }) => {
    for (const flow of opened.splice(0)) await closeFlow(flow, task)
  })
  afterAll(() => browser?.close())
  return async (options) => {
    if (browser === undefined) throw new Error('a flow is opened before its file has a browser')
    const flow = await openFlow(browser, options)
    opened.push(flow)
    return flow
  }
}

/** Longer than anything here may take also on a busy machine. */
const WAITED_MS = 30_000

/** Ends a flow; one that failed tells where it stood, and leaves a picture of it. */
export async function closeFlow({ context, page, findings }: Flow, { name, result }: RunnerTestCase): Promise<void> {
  if (result?.state === 'fail') {
    for (const one of context.pages()) console.error(await standing(one))
    console.error('seen in the browser:', findings)
    await shoot(page, `failed-${name.replaceAll(/\W+/g, '-').slice(0, 60)}`)
  }
  await context.close()
}

async function standing(page: Page): Promise<string> {
  const cursor = await page.evaluate(() => {
    const { activeElement } = document
    return `${activeElement?.tagName}#${activeElement?.id}, ${document.hasFocus() ? 'in' : 'out of'} focus, ${document.visibilityState}`
  })
  return `${page.url()}\ncursor at ${cursor}\n${await page.locator('body').ariaSnapshot()}`
}

const TAGS: Readonly<Record<Locale, string>> = { en: 'en-GB', 'zh-Hant': 'zh-TW', 'zh-Hans': 'zh-CN' }

export type Say = (id: string, values?: Readonly<Record<string, string>>) => string

/** The same words that the page was built with; sentences that choose by their values are not for this. */
export function wordsOf(area: 'member' | 'staff', locale: Locale): Say {
  const messages = Object.assign({}, ...['shared', area].map((name) => catalogue(name, locale)))
  return (id, values = {}) => {
    const text: unknown = messages[id]
    if (typeof text !== 'string') throw new Error(`the ${area} page has no words ${id}`)
    if (/\{\w+, /.test(text)) throw new Error(`${id} chooses by its values`)
    return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? `{${name}}`)
  }
}

const MESSAGES = join(import.meta.dirname, '..', '..', 'web', 'src', 'i18n', 'messages')

export function catalogue(name: string, locale: Locale): unknown {
  return JSON.parse(readFileSync(join(MESSAGES, name, `${locale}.json`), 'utf8'))
}

type Mail = { readonly subject: string; readonly text: string }

/** On the issuer's page: the address, then the code that was sent to it. */
export async function signInByEmail({ page, origin }: Pick<Flow, 'page' | 'origin'>, email: string): Promise<void> {
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=email]').press('Enter')
  await page.locator('input[name=code]').waitFor()
  await page.locator('input[name=code]').fill(await codeFor(origin, email))
  await page.locator('input[name=code]').press('Enter')
}

async function codeFor(origin: string, email: string): Promise<string> {
  const answer = await fetch(`${origin}/local/mailbox?to=${encodeURIComponent(email)}`)
  const { items } = (await answer.json()) as { readonly items: readonly Mail[] }
  const code = /\b\d{6}\b/.exec(items[0]?.text ?? '')?.[0]
  if (code === undefined) throw new Error(`no code was sent to ${email}`)
  return code
}

/** From the first page to the card. */
export async function joinAsMember(flow: Flow, who: { readonly email: string; readonly name: string }) {
  const { page, say, expectFailures } = flow
  // Who is not a member yet has no card: the page asks, hears it, and shows the form.
  expectFailures(/\/v1\/me(?:\/card|\/entries\?.*|\/rewards|\/reservations)?$/)
  await page.goto('/')
  await page.getByRole('button', { name: say('welcome.join'), exact: true }).click()
  await signInByEmail(flow, who.email)
  await page.getByLabel(say('join.name')).fill(who.name)
  await page.getByRole('button', { name: say('join.start'), exact: true }).click()
  await page.getByRole('button', { name: say('card.showCode') }).waitFor()
}

/** As it stands below the code that is shown at the till. */
export async function cardNumberOf({ page, say }: Flow): Promise<string> {
  await page.getByRole('button', { name: say('card.showCode') }).click()
  const shown = await page
    .getByRole('dialog')
    .getByText(/^\d{4} \d{4} \d{4}$/)
    .textContent()
  await page.getByRole('button', { name: say('action.close') }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  return (shown ?? '').replaceAll(' ', '')
}

/** One click on who it is, and the store where there is a choice. */
export async function signInAsStaff({ page, say }: Flow, who: { readonly name: string; readonly store?: string }) {
  await page.goto('/staff/')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await page.getByRole('button', { name: who.name }).click()
  if (who.store !== undefined) await page.getByRole('button', { name: who.store, exact: true }).click()
  await page.getByRole('textbox', { name: say('omnibox.label') }).waitFor()
  // What an amount means is known with the program's terms.
  await page
    .locator('label[for=amount]')
    .filter({ hasText: /[A-Z]{3}/ })
    .waitFor()
}

export type Sale = { readonly cardNumber: string; readonly receipt: string; readonly minor: number }

/** Card, receipt and amount by keyboard, each typed where the desk has put the cursor. */
export async function serve(page: Page, { cardNumber, receipt, minor }: Sale): Promise<void> {
  const typed = { query: cardNumber, receipt, amount: String(minor) }
  for (const [field, text] of Object.entries(typed)) {
    await page.locator(`#${field}:focus`).waitFor()
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
  }
}

/** When the page first shows exactly this there, by the one clock of the machine. It looks at every frame that is painted. */
export async function shownAt(page: Page, where: string, text: string): Promise<number> {
  const seen = await page.waitForFunction(
    ([place, words]) => document.querySelector(place)?.textContent === words && Date.now(),
    [where, text] as const,
  )
  return Number(await seen.jsonValue())
}

/** When the first byte of the answer to the next call of this address arrived, by the same clock. */
export async function answeredAt(page: Page, address: RegExp): Promise<number> {
  const answer = await page.waitForResponse(address)
  await answer.finished()
  const { startTime, responseStart } = answer.request().timing()
  return startTime + responseStart
}

export const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What is wrong on the page for somebody who cannot see, point or tell colours apart. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .options({ resultTypes: ['violations'] })
    .withTags(RULES)
    .analyze()
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary ?? ''}`),
  )
  expect(found.join('\n'), `for everybody at ${new URL(page.url()).pathname}`).toBe('')
}

/** Nothing to scroll sideways. */
export async function expectReadable(page: Page): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(excess, 'pixels too wide').toBe(0)
}

/** All that the browser keeps between visits, as one text. */
export function everythingKept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases()
    const contents = databases.map(async ({ name = '' }) => {
      const open = indexedDB.open(name)
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        open.onsuccess = () => resolve(open.result)
        open.onerror = () => reject(open.error)
      })
      const stores = [...database.objectStoreNames].map(
        (store) =>
          new Promise<unknown>((resolve, reject) => {
            const all = database.transaction(store).objectStore(store).getAll()
            all.onsuccess = () => resolve(all.result)
            all.onerror = () => reject(all.error)
          }),
      )
      const found = await Promise.all(stores)
      database.close()
      return { name, found }
    })
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, await Promise.all(contents)])
  })
}

/** The run that this worker has for itself; all workers share one where there is only one. */
export function ownOrigin(): string {
  const origins = inject('origins')
  const origin = origins[(Number(process.env.VITEST_POOL_ID) - 1) % origins.length]
  if (origin === undefined) throw new Error('this worker has no run')
  return origin
}
