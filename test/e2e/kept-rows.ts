/** What a desk's device holds and what it sends, seen from beside the page: for proving that each award counts once. */
import type { BrowserContext, Page } from 'playwright-core'

export type KeptRow = {
  readonly key: string
  readonly body: string
  readonly state: string
  readonly receiptNumber: string
  readonly discarded?: string
}

/** Oldest first; nothing before the desk has written anything. */
export function outboxRows(page: Page): Promise<KeptRow[]> {
  return page.evaluate(async () => {
    const name = 'revisit-outbox'
    if (!(await indexedDB.databases()).some((database) => database.name === name)) return []
    const open = indexedDB.open(name)
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      open.onsuccess = () => resolve(open.result)
      open.onerror = () => reject(open.error)
    })
    const all = database.transaction('rows').objectStore('rows').getAll()
    const rows = await new Promise<(KeptRow & { readonly madeAt: number })[]>((resolve, reject) => {
      all.onsuccess = () => resolve(all.result)
      all.onerror = () => reject(all.error)
    })
    database.close()
    return rows.toSorted((a, b) => a.madeAt - b.madeAt)
  })
}

export type SentAward = { readonly key: string; readonly body: string }

/** Every try of every window, in the order in which it was sent. */
export function watchAwards(context: BrowserContext): readonly SentAward[] {
  const sent: SentAward[] = []
  context.on('request', (request) => {
    if (request.method() !== 'POST' || !/\/v1\/points\/purchases$/.test(request.url())) return
    sent.push({ key: request.headers()['idempotency-key'] ?? '', body: request.postData() ?? '' })
  })
  return sent
}
