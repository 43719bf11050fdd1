/** The lines that ring: what the functions log with the metric of a broken ledger. Everything they log is kept from the screen. */
import { vi } from 'vitest'

export type Alarm = {
  readonly metric: string
  readonly message: string
  readonly memberId: string
  readonly seq?: number
}

export class Alarms {
  readonly #alarms: Alarm[] = []
  readonly #spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    const line = JSON.parse(String(text)) as Alarm
    if (line.metric === 'LedgerInvariant') this.#alarms.push(line)
    return true
  })

  get count(): number {
    return this.#alarms.length
  }

  /** Those about these members since there were so many. */
  of(members: readonly string[], since: number): Alarm[] {
    return this.#alarms.slice(since).filter(({ memberId }) => members.includes(memberId))
  }

  close(): void {
    this.#spy.mockRestore()
  }
}
