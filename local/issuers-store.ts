/**
 * What an issuer remembers: sessions, codes, refresh tokens. Every change is a line at the end of one file, written
 * before anybody hears of it, so that a page stays signed in when the run is killed and started again.
 */
import { appendFileSync } from 'node:fs'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import * as z from 'zod'
import { readIfThere, writeText } from './state.ts'

const KEPT_MAX = 5_000
/** Lines per thing kept, above which the file is written anew. */
const WASTE_MAX = 4
const WASTE_MIN_LINES = 1_000

const Payload = z.record(z.string(), z.unknown())
const Line = z.object({ key: z.string(), payload: Payload.optional() })

export class IssuerStore {
  readonly #file: string
  /** In the order of their last change. */
  readonly #kept = new Map<string, AdapterPayload>()
  #lines = 0

  constructor(file: string) {
    this.#file = file
    // What follows the last line break was being written when the run was killed, and nobody was told of it.
    for (const text of (readIfThere(file) ?? '').split('\n').slice(0, -1)) {
      const { key, payload } = Line.parse(JSON.parse(text))
      this.#keep(key, payload)
    }
    this.#rewrite()
  }

  get(key: string): AdapterPayload | undefined {
    const found = this.#kept.get(key)
    return found && structuredClone(found)
  }

  set(key: string, payload: AdapterPayload | undefined): void {
    // A copy as it would be read back, so that a restart changes nothing.
    const text = JSON.stringify({ key, payload })
    appendFileSync(this.#file, `${text}\n`, { mode: 0o600 })
    this.#lines += 1
    this.#keep(key, Line.parse(JSON.parse(text)).payload)
    if (this.#lines > Math.max(WASTE_MIN_LINES, this.#kept.size * WASTE_MAX)) this.#rewrite()
  }

  find(model: string, is: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, payload] of this.#kept) if (key.startsWith(`${model}:`) && is(payload)) return this.get(key)
    return undefined
  }

  forgetGrant(grantId: string): void {
    for (const [key, payload] of [...this.#kept]) if (payload.grantId === grantId) this.set(key, undefined)
  }

  #keep(key: string, payload: AdapterPayload | undefined): void {
    this.#kept.delete(key)
    if (payload) this.#kept.set(key, payload)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest)
  }

  #rewrite(): void {
    writeText(this.#file, [...this.#kept].map(([key, payload]) => `${JSON.stringify({ key, payload })}\n`).join(''))
    this.#lines = this.#kept.size
  }
}

/** The store as the provider asks for it, one adapter per kind of thing. Who asks looks at the times itself. */
export function adapterOf(store: IssuerStore): (model: string) => Adapter {
  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`
    return {
      upsert: async (id, payload) => store.set(keyOf(id), payload),
      find: async (id) => store.get(keyOf(id)),
      findByUid: async (uid) => store.find(model, (payload) => payload.uid === uid),
      // Only for a flow that is switched off.
      findByUserCode: async (userCode) => store.find(model, (payload) => payload.userCode === userCode),
      consume: async (id) => {
        const payload = store.get(keyOf(id))
        if (payload) store.set(keyOf(id), { ...payload, consumed: Math.floor(Date.now() / 1000) })
      },
      destroy: async (id) => store.set(keyOf(id), undefined),
      revokeByGrantId: async (grantId) => store.forgetGrant(grantId),
    }
  }
}
