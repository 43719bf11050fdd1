/**
 * Every message that the run would have sent: kept in the data folder and shown to whoever sits at this machine, never
 * sent. The oldest are forgotten when there are too many.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import * as z from 'zod'
import { html, page } from './html.ts'
import { readState, writeState } from './state.ts'

const KEPT_MAX = 200
const SHOWN_MAX = 50

const Mail = z.object({
  id: z.string(),
  at: z.string(),
  to: z.string().max(254),
  subject: z.string().max(500),
  text: z.string().max(20_000),
})
export type Mail = z.infer<typeof Mail>

export class Mailbox {
  readonly #file: string
  readonly #now: () => number
  readonly #kept: Mail[]

  constructor({ dataDir, now }: { readonly dataDir: string; readonly now: () => number }) {
    this.#file = join(dataDir, 'mailbox.json')
    this.#now = now
    this.#kept = readState(this.#file, z.array(Mail)) ?? []
  }

  put(mail: Pick<Mail, 'to' | 'subject' | 'text'>): Mail {
    const kept = Mail.parse({ ...mail, id: randomUUID(), at: new Date(this.#now()).toISOString() })
    this.#kept.push(kept)
    if (this.#kept.length > KEPT_MAX) this.#kept.shift()
    writeState(this.#file, this.#kept)
    return kept
  }

  /** Newest first; `to` narrows it to one address. */
  list(to?: string): readonly Mail[] {
    const wanted = to?.toLowerCase()
    return this.#kept.filter((mail) => wanted === undefined || mail.to === wanted).reverse()
  }

  /** The same as a page for people. */
  html(to?: string): string {
    const mails = this.list(to).slice(0, SHOWN_MAX)
    const shown = mails.map(
      (mail) => html`<article class="mail">
<h2>${mail.subject}</h2>
<p class="quiet">${mail.to} · <time datetime="${mail.at}">${mail.at.replace('T', ' ').slice(0, 19)} UTC</time></p>
<pre>${mail.text}</pre>
</article>`,
    )
    const body = html`<main class="wide">
<h1>Mailbox</h1>
<p class="quiet">Messages that the local run would have sent, newest first. Nothing leaves this machine.</p>
${shown.length > 0 ? shown : html`<p>No message yet.</p>`}
</main>`
    return page({ title: 'Mailbox', language: 'en', body })
  }
}
