/** Pictures of what a flow passes, for people to look at: taken only where a folder for them is named. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.E2E_SHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  // Chinese letters come in many small files; a picture without them shows nothing.
  await page.waitForFunction(() => [...document.fonts].every(({ status }) => status !== 'loading'))
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
}
