/** What a walk through a page is made of: who walks, and the screens they come to, each reached from wherever they stand. */
import type { Flow } from './pages.ts'

export type Stop<Route extends string> = {
  /** The state, as a continuation of the screen's name. */
  readonly name: string
  readonly route: Route
  readonly reach: (flow: Flow) => Promise<void>
}

export type Journey<Route extends string> = {
  readonly who: string
  /** From an empty browser to the first screen. */
  readonly enter: (flow: Flow) => Promise<void>
  readonly stops: readonly Stop<Route>[]
}

/** As a link inside the page would: nothing is loaded anew. */
export async function go({ page }: Flow, path: string): Promise<void> {
  if ((await page.locator('dialog[open]').count()) > 0) await page.keyboard.press('Escape')
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
}

/** The screen is there when this is, and nothing on it is still loading. */
export async function arrived({ page }: Flow, shows: string): Promise<void> {
  await page.locator(shows).first().waitFor()
  await page.locator('.skeleton, .skeleton-words').first().waitFor({ state: 'detached' })
}

export function openAll({ page }: Flow): Promise<void> {
  return page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })
}
