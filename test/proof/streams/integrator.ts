/**
 * A program of somebody else that keeps a copy of every balance from the events: it drops what it has seen, believes the
 * highest number of each member, and asks the API for what is missing.
 */

import type { EntryRecorded } from '../../../functions/points/events.ts'
import { listEntries } from '../../../functions/points/list-entries.ts'
import { ADMIN, type World } from '../world.ts'

type Known = { readonly id: string; readonly balances: Readonly<Record<string, number>> }
type Line = Known & { readonly seq: number }

const PAGE = '100'

export class Integrator {
  /** By member and number of the entry. */
  readonly #known = new Map<string, Map<number, Known>>()
  /** Events that told of an entry something else than an earlier event did. */
  readonly contradictions: string[] = []
  /** Entries that no event told of and that the API had. */
  fetched = 0

  hear({ memberId, seq, id, balances }: EntryRecorded): void {
    const own = this.#of(memberId)
    const before = own.get(seq)
    if (before !== undefined && before.id !== id) this.contradictions.push(`${memberId} ${seq}: ${before.id} and ${id}`)
    own.set(seq, { id, balances })
  }

  /** The numbers of a member's entries have no gap, so whatever was not heard of is known to be missing. */
  async catchUp(world: World, memberId: string): Promise<void> {
    const own = this.#of(memberId)
    const lines: Line[] = []
    await world.set(async (ctx) => {
      const page = await listEntries({ ...ctx, actor: ADMIN }, { memberId, limit: PAGE })
      lines.push(...(page.items as readonly Line[]))
    })
    for (const { seq, id, balances } of lines) {
      const before = own.get(seq)
      if (before === undefined) this.fetched += 1
      if (before !== undefined && before.id !== id)
        this.contradictions.push(`${memberId} ${seq}: ${before.id} and ${id}`)
      own.set(seq, { id, balances })
    }
  }

  missing(memberId: string, upTo: number): number[] {
    const own = this.#of(memberId)
    return Array.from({ length: upTo }, (_, index) => index + 1).filter((seq) => !own.has(seq))
  }

  balances(memberId: string): Readonly<Record<string, number>> | undefined {
    const own = this.#of(memberId)
    return own.get(Math.max(...own.keys()))?.balances
  }

  #of(memberId: string): Map<number, Known> {
    const own = this.#known.get(memberId) ?? new Map<number, Known>()
    this.#known.set(memberId, own)
    return own
  }
}
