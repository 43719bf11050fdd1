/** A log that is written in the background a few times a second and never grows beyond two files of a fixed size. */
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { isMissing } from './state.ts'

const FILE_MAX_BYTES = 32 * 1024 * 1024
const FLUSH_AFTER_MS = 200

export class LogFile {
  readonly path: string
  #size: number
  #waiting: string[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(path: string) {
    this.path = path
    this.#size = sizeOf(path)
  }

  write(text: string): void {
    this.#waiting.push(text)
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.length === 0) return
    const text = this.#waiting.join('')
    this.#waiting = []
    if (this.#size > FILE_MAX_BYTES) {
      renameSync(this.path, `${this.path}.1`)
      this.#size = 0
    }
    appendFileSync(this.path, text, { mode: 0o600 })
    this.#size += Buffer.byteLength(text)
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}
