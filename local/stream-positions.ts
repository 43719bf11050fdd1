/** How far each event source mapping has come, on disk a few times a second: a killed run repeats a little, never skips. */
import { join } from 'node:path'
import * as z from 'zod'
import { readState, writeState } from './state.ts'

const WRITE_AFTER_MS = 250

const Position = z.object({ stream: z.string(), position: z.string() })
const Kept = z.record(z.string(), Position)

export class Positions {
  readonly #file: string
  readonly #kept: z.infer<typeof Kept>
  #timer: NodeJS.Timeout | undefined

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'streams.json')
    this.#kept = readState(this.#file, Kept) ?? {}
  }

  /** @returns undefined when the mapping is new, or the stream is not the one it followed. */
  get(mapping: string, stream: string): string | undefined {
    const kept = this.#kept[mapping]
    return kept?.stream === stream ? kept.position : undefined
  }

  set(mapping: string, position: z.infer<typeof Position>): void {
    if (this.#kept[mapping]?.position === position.position) return
    this.#kept[mapping] = position
    this.#timer ??= setTimeout(() => this.flush(), WRITE_AFTER_MS)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    writeState(this.#file, this.#kept)
  }
}
