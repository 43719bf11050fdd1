/** The pictures of the README, of the demo business as it is: taken in every run, and kept where `README_SHOTS` names a folder. */
import { mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { flowOpener, type Locale, ownOrigin, signInAsStaff } from '../support/pages.ts'
import { arrived, go } from '../support/screens.ts'
import { signInAsMember } from '../support/screens-member.ts'
import { award } from '../support/screens-staff.ts'

const open = flowOpener()
const FOLDER = process.env.README_SHOTS ?? join(tmpdir(), 'revisit-shots')
const BYTES_MAX = 150 * 1024
const PHONE = { width: 390, height: 780 }

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true })
  if (process.env.README_SHOTS === undefined) return
  // Noon in Hong Kong, where nobody else uses the run: pictures that are taken again differ where the product does.
  const { now } = (await (await fetch(`${ownOrigin()}/local/clock`)).json()) as { readonly now: string }
  const noon = `${now.slice(0, 10)}T04:00:00Z`
  await fetch(`${ownOrigin()}/local/clock`, { method: 'POST', body: JSON.stringify({ now: noon }) })
})

async function picture(page: Page, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`)
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' })
  expect(statSync(path).size, `${name} loads quickly beside the text`).toBeLessThan(BYTES_MAX)
}

test.each([
  ['en', 'grace', 'light'],
  ['zh-Hant', 'meiling', 'dark'],
  ['zh-Hans', 'xiaoming', 'light'],
] as const)('the card in %s', async (locale: Locale, key, colorScheme) => {
  const flow = await open({ area: 'member', viewport: PHONE, locale, colorScheme, deviceScaleFactor: 2 })
  await signInAsMember(flow, key)
  await arrived(flow, '.row-action, .fact-next')
  await arrived(flow, '.entry')
  await picture(flow.page, `card-${locale}`)
  flow.expectClean()
})

test('the rewards', async () => {
  const flow = await open({ area: 'member', viewport: PHONE, locale: 'en', deviceScaleFactor: 2 })
  await signInAsMember(flow, 'grace')
  await go(flow, '/rewards')
  await arrived(flow, '.row-can')
  await picture(flow.page, 'rewards')
  flow.expectClean()
})

test('the desk after an award', async () => {
  const flow = await open({ area: 'staff', viewport: { width: 1280, height: 800 }, locale: 'en' })
  const { page } = flow
  await signInAsStaff(flow, { name: 'Kit Wong' })
  await award(flow, { key: 'grace', name: 'Grace Gold', receipt: '536365', minor: 128_000 })
  await picture(page, 'desk')
  flow.expectClean()
})
