/** SQS, as far as the template uses it: failure queues that collect what was given up, kept until somebody looks. */
import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import * as z from 'zod'
import { readState, writeState } from './state.ts'

const MESSAGES_MAX = 1_000

const Message = z.object({ messageId: z.string(), sentAt: z.string(), md5OfBody: z.string(), body: z.string() })
const Kept = z.record(z.string(), z.array(Message))
export type QueueMessage = z.infer<typeof Message>

export class Queues {
  readonly #file: string
  readonly #messages: Record<string, QueueMessage[]>
  readonly #now: () => number

  constructor(options: { readonly dataDir: string; readonly names: readonly string[]; readonly now: () => number }) {
    this.#file = join(options.dataDir, 'queues.json')
    this.#now = options.now
    const kept = readState(this.#file, Kept) ?? {}
    this.#messages = Object.fromEntries(options.names.map((name) => [name, kept[name] ?? []]))
  }

  /** The oldest message makes room when too many wait. @throws when the template has no such queue. */
  send(queue: string, body: string): void {
    const messages = this.#messages[queue]
    if (!messages) throw new Error(`No queue is called ${queue}`)
    if (messages.length >= MESSAGES_MAX) messages.shift()
    messages.push({
      messageId: randomUUID(),
      sentAt: new Date(this.#now()).toISOString(),
      md5OfBody: createHash('md5').update(body).digest('hex'),
      body,
    })
    writeState(this.#file, this.#messages)
  }

  /** Every message that waits, by queue. */
  list(): Readonly<Record<string, readonly QueueMessage[]>> {
    return this.#messages
  }
}
