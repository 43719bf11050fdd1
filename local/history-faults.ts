/**
 * Faults in the run that is verified, switched on over its own control and again after it was killed. What is counted
 * before a kill counts as well.
 */
import * as z from 'zod'
import { FAULT_KINDS, FAULT_WEIGHTS, noFaults } from './faults.ts'
import { requestJson } from './json-request.ts'

export const FAULT_RATE_DEFAULT = 0.1
/** As in the proof of the ledger, but answers are mostly lost by a reset: each time-out costs two seconds of waiting. */
const KINDS = { ...FAULT_WEIGHTS, timeout: 1, reset: 20, serverError: 9 }
const LOOK_MS = 1_000

const Shown = z.object({
  injected: z.record(z.enum(FAULT_KINDS), z.number()),
  met: z.object({ conflict: z.number(), throttle: z.number(), inProgress: z.number() }),
})
type Shown = z.infer<typeof Shown>

export type HistoryFaultSettings = { readonly port: number; readonly seed: number; readonly rate: number }

export class HistoryFaults {
  readonly #settings: HistoryFaultSettings
  #before = zero()
  #seen = zero()
  #timer: NodeJS.Timeout | undefined

  constructor(settings: HistoryFaultSettings) {
    this.#settings = settings
  }

  /** As last seen, for a line that is redrawn. */
  get total(): number {
    return sumOf(this.#before) + sumOf(this.#seen)
  }

  async start(): Promise<void> {
    await this.#switchOn()
    this.#timer = setInterval(() => {
      // A run that was just killed does not answer, and the next look will.
      this.look().catch(() => undefined)
    }, LOOK_MS)
    this.#timer.unref()
  }

  /** Kills and restarts with the faults counted before and switched on again after. */
  async around(restart: () => Promise<void>): Promise<void> {
    await this.look()
    this.#before = added(this.#before, this.#seen)
    this.#seen = zero()
    await restart()
    await this.#switchOn()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async look(): Promise<void> {
    this.#seen = Shown.parse((await this.#call('GET')).body)
  }

  /** `1,234 injected (reset 310, …), 56 conflicts and 0 throttles of physics`. */
  told(): string {
    const { injected, met } = added(this.#before, this.#seen)
    const kinds = FAULT_KINDS.filter((kind) => injected[kind] > 0).map((kind) => `${kind} ${injected[kind]}`)
    const { seed, rate } = this.#settings
    const physics = `${met.conflict} conflicts, ${met.throttle} throttles of physics`
    return `${this.total.toLocaleString('en')} injected (${kinds.join(', ')}), ${physics}, --faults ${rate} --seed ${seed}`
  }

  async #switchOn(): Promise<void> {
    const { seed, rate } = this.#settings
    const { status, body } = await this.#call('POST', { seed, rate, kinds: KINDS, physics: true })
    if (status !== 200) throw new Error(`the run does not take the faults: ${JSON.stringify(body)}`)
  }

  #call(method: 'GET' | 'POST', body?: unknown) {
    return requestJson({ port: this.#settings.port, method, path: '/local/faults', body })
  }
}

function zero(): Shown {
  return { injected: noFaults(), met: { conflict: 0, throttle: 0, inProgress: 0 } }
}

function sumOf({ injected }: Shown): number {
  return FAULT_KINDS.reduce((sum, kind) => sum + injected[kind], 0)
}

function added(a: Shown, b: Shown): Shown {
  const sum = zero()
  for (const kind of FAULT_KINDS) sum.injected[kind] = a.injected[kind] + b.injected[kind]
  for (const kind of ['conflict', 'throttle', 'inProgress'] as const) sum.met[kind] = a.met[kind] + b.met[kind]
  return sum
}
