/** The whole service dies in the middle of a desk's work, and every award is in the ledger once when it is back. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalRun, startLocalRun } from '../../local/history-run.ts'
import { flowOpener, serve, signInAsStaff } from '../support/pages.ts'
import { newReceipt, shopAt } from '../support/shop.ts'
import { outboxRows } from './kept-rows.ts'

const TILL = { width: 1280, height: 800 }
const STARTED_TWICE_MS = 300_000
/** Also a row that waits its full minute between two tries. */
const SENT = { timeout: 75_000 }

const open = flowOpener()
let run: LocalRun

beforeAll(async () => {
  run = await startLocalRun()
})
afterAll(() => run.stop())

test(
  'awards around a power cut, one of them with its answer lost, count once each, because a till never waits for us',
  async () => {
    const shop = shopAt(run.url)
    const members = [await shop.enrol({ name: 'Sten Ek' }), await shop.enrol({ name: 'Mai Le' })]
    const flow = await open({ area: 'staff', viewport: TILL, locale: 'en', withWorker: true, origin: run.url })
    const { page, context, say } = flow
    // Without the service every request fails, and the desk must do without.
    flow.expectFailures(/^http/)
    await signInAsStaff(flow, { name: 'May Chan' })
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    const receipts = Array.from({ length: 5 }, () => newReceipt())
    const sale = (index: number) => ({
      cardNumber: members[index % 2]?.cardNumber ?? '',
      receipt: receipts[index] ?? '',
      minor: 1_000 * (index + 1),
    })
    const statuses: number[] = []
    await page.route(
      '**/v1/points/purchases',
      async (route) => {
        statuses.push((await route.fetch()).status())
        await run.kill()
        await route.abort('connectionreset')
      },
      { times: 1 },
    )
    await serve(page, sale(0))
    await page.getByText(say('answer.unsure')).waitFor()
    expect(statuses, 'it counted, and nobody was told').toEqual([201])
    await page.keyboard.press('Escape')
    await serve(page, sale(1))
    await page.getByText(say('answer.unsure')).waitFor()
    await page.keyboard.press('Escape')
    await page.reload()
    await serve(page, sale(2))
    const second = await context.newPage()
    await second.goto('/staff/')
    await serve(second, sale(3))
    await serve(second, sale(4))
    await expect.poll(() => outboxRows(second)).toHaveLength(5)
    const kept = await outboxRows(second)
    expect(kept.map(({ receiptNumber }) => receiptNumber)).toEqual(receipts)

    await run.startAgain()
    await page
      .locator('.strip')
      .getByRole('button', { name: say('action.signIn') })
      .click()
    const states = async () => (await outboxRows(second)).map(({ state }) => state)
    await expect.poll(states, SENT).toEqual(receipts.map(() => 'sent'))
    const sent = await outboxRows(second)
    expect(sent.map(({ key, body }) => [key, body])).toEqual(kept.map(({ key, body }) => [key, body]))
    const found = await Promise.all(members.map(({ id }) => shop.receiptsOf(id)))
    expect(found.flat().toSorted()).toEqual(receipts.toSorted())
    flow.expectClean()
  },
  STARTED_TWICE_MS,
)
