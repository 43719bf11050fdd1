/**
 * Replays one account from its rows and notes what does not add up. A row that cannot be read is itself a fault; the rest
 * is still looked at.
 */
import type { Account } from './account.ts'
import { accountFaults, entryFaults, type Fault, replayed, replayFaults, unwritten, type ZoneOf } from './auditing.ts'
import type { Entry } from './entry.ts'
import { accountFromRow, entryFromRow } from './row-schema.ts'

export type StoredRow = Readonly<Record<string, unknown>>

/** Faults that are told of one account; the rest is only more of the same. */
const FAULTS_MAX = 5

export type AccountAudit = {
  readonly stored: Account | undefined
  /** What the entries lead to; `undefined` without the account's row and without entries. */
  readonly folded: Account | undefined
  readonly last: Entry | undefined
  readonly faults: readonly Fault[]
}

/** One account: its row first, then its entries as they sort. `upTo` leaves out entries that are newer than the row. */
export class AccountFold {
  readonly memberId: string
  readonly #zoneOf: ZoneOf
  readonly #faults: Fault[] = []
  #stored: Account | undefined
  #folded: Account | undefined
  #last: Entry | undefined

  constructor(memberId: string, zoneOf: ZoneOf) {
    this.memberId = memberId
    this.#zoneOf = zoneOf
  }

  /** @returns the account as its row says. */
  account(row: StoredRow): Account | undefined {
    this.#stored = this.#read(row, () => accountFromRow(this.memberId, row))
    this.#folded = this.#stored && unwritten(this.#stored)
    return this.#stored
  }

  /** @returns the entry as its row says. */
  entry(row: StoredRow): Entry | undefined {
    const entry = this.#read(row, () => entryFromRow(row))
    if (entry === undefined) return undefined
    this.#note(entryFaults(entry, this.#last))
    if (this.#folded) {
      this.#note(replayFaults(this.#folded, entry, this.#zoneOf))
      this.#folded = replayed(this.#folded, entry)
    }
    this.#last = entry
    return entry
  }

  end(): AccountAudit {
    if (this.#stored && this.#folded) this.#note(accountFaults(this.#stored, this.#folded))
    else if (this.#last) this.#note([{ invariant: 'I1', what: 'there are entries and no account' }])
    return { stored: this.#stored, folded: this.#folded, last: this.#last, faults: this.#faults }
  }

  #note(faults: readonly Fault[]): void {
    this.#faults.push(...faults.slice(0, FAULTS_MAX - this.#faults.length))
  }

  #read<Value>(row: StoredRow, parse: () => Value): Value | undefined {
    const read = readable(parse)
    if (read === undefined) this.#note([unreadable(row)])
    return read
  }
}

/** Only what a schema refuses is a fault of the row. */
export function readable<Value>(parse: () => Value): Value | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof Error && error.name === 'ZodError') return undefined
    throw error
  }
}

export function unreadable(row: StoredRow): Fault {
  const balances = [row.a, row.p, row.r, row.d, ...(Array.isArray(row.b) ? row.b : [])]
  const isNegative = balances.some((value) => typeof value === 'number' && value < 0)
  const what = `the row ${String(row.sk)} ${isNegative ? 'holds a negative balance' : 'cannot be read'}`
  return { invariant: isNegative ? 'I3' : 'I1', what }
}
