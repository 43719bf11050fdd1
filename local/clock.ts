/**
 * The one clock of a local run: real time plus an offset that people and tests may move. The offset lies in shared
 * memory, so that every function sees a move at once, and on disk, so that it survives a restart.
 */
import { join } from 'node:path'
import * as z from 'zod'
import { readState, writeState } from './state.ts'

const Kept = z.object({ offset: z.int() })
const Move = z.union([
  z.strictObject({ now: z.iso.datetime({ offset: true }) }),
  z.strictObject({ advance: z.string().max(64) }),
])

export class Clock {
  readonly shared = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT)
  readonly #offset = new Float64Array(this.shared)
  readonly #file: string

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'clock.json')
    this.#offset[0] = readState(this.#file, Kept)?.offset ?? 0
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.offset
  }

  get offset(): number {
    return this.#offset[0] ?? 0
  }

  /**
   * The time that is meant by `{"now": "2026-12-24T18:00:00Z"}` or by `{"advance": "P1D"}`, later or earlier.
   * @returns undefined when the wish is neither
   */
  async targetOf(wanted: unknown): Promise<number | undefined> {
    const parsed = Move.safeParse(wanted)
    if (!parsed.success) return undefined
    return 'now' in parsed.data ? Date.parse(parsed.data.now) : this.#after(parsed.data.advance)
  }

  set(time: number): void {
    const offset = time - Date.now()
    writeState(this.#file, { offset })
    this.#offset[0] = offset
  }

  async #after(duration: string): Promise<number | undefined> {
    const { Temporal } = await import('temporal-polyfill')
    try {
      const now = Temporal.Instant.fromEpochMilliseconds(this.now()).toZonedDateTimeISO('UTC')
      return now.add(Temporal.Duration.from(duration)).epochMilliseconds
    } catch (error) {
      if (error instanceof RangeError) return undefined
      throw error
    }
  }
}
