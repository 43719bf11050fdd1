/**
 * The rules of the outbox: every award is written down before it is first sent, keeps its key and its bytes at each try,
 * and leaves only by an answer that is final. Nothing here waits or stores; it says what may happen next.
 */

export type OutboxState = 'waiting' | 'sending' | 'sent' | 'refused' | 'stopped'

export type OutboxAnswer = {
  readonly points: number
  readonly available: number
  readonly pending: number
  readonly entryId: string
  readonly recordedAt: string
  /** The first try was told that this had been recorded before: who by. */
  readonly priorBy?: string
  /** It was undone since, and gives nothing now. */
  readonly isUndone?: boolean
}

type Params = Readonly<Record<string, string | number | boolean | null>>

/** One award on its way. It holds no name and no contact. */
export type OutboxRow = {
  readonly id: string
  readonly key: string
  /** The very text that is sent each time. */
  readonly body: string
  /** Whose award it is; nobody else sends it. */
  readonly sub: string
  readonly storeId: string
  readonly device: string
  /** The member by the name that the body has, so that awards of one member keep their order. */
  readonly member: string
  readonly receiptNumber: string
  readonly minor: number
  readonly purchasedAt: string
  /** Milliseconds of this device. */
  readonly madeAt: number
  readonly state: OutboxState
  readonly tries: number
  readonly nextTryAt: number
  readonly settledAt?: number
  readonly answer?: OutboxAnswer
  readonly refusal?: { readonly code: string; readonly params: Params }
  /** Why a refused one was put away, in the words of who did it; or that it was typed anew. */
  readonly discarded?: string
}

export type NewRow = Omit<OutboxRow, 'state' | 'tries' | 'nextTryAt'>

export function newRow(row: NewRow): OutboxRow {
  return { ...row, state: 'waiting', tries: 0, nextTryAt: 0 }
}

/** What came of one try. */
export type TryOutcome =
  | { readonly kind: 'sent'; readonly answer: OutboxAnswer }
  | { readonly kind: 'again'; readonly afterSeconds?: number; readonly isNetwork: boolean }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'refused'; readonly code: string; readonly params: Params }

/** @param status 0 where no answer came. */
export function kindOfAnswer(status: number, code: string): TryOutcome['kind'] {
  if (status >= 200 && status < 300) return 'sent'
  if (status === 401) return 'stopped'
  const isAgain = status === 0 || status === 408 || status === 429 || status >= 500 || code === 'request_in_progress'
  return isAgain ? 'again' : 'refused'
}

const BACKOFF_MAX_S = 60

/** 1, 2, 4 … 60 seconds, less up to a quarter so that devices do not come all at once. @param chance from 0 to 1. */
export function waitSeconds(tries: number, chance: number): number {
  return Math.min(BACKOFF_MAX_S, 2 ** Math.max(0, tries - 1)) * (1 - chance / 4)
}

/** The row after one try. */
export function afterTry(
  row: OutboxRow,
  outcome: TryOutcome,
  { now, chance }: { now: number; chance: number },
): OutboxRow {
  const tries = row.tries + 1
  switch (outcome.kind) {
    case 'sent':
      return { ...row, state: 'sent', tries, settledAt: now, answer: outcome.answer }
    case 'refused':
      return {
        ...row,
        state: 'refused',
        tries,
        settledAt: now,
        refusal: { code: outcome.code, params: outcome.params },
      }
    case 'stopped':
      return { ...row, state: 'stopped', tries }
    case 'again': {
      const seconds = Math.max(outcome.afterSeconds ?? 0, waitSeconds(tries, chance))
      return { ...row, state: 'waiting', tries, nextTryAt: now + seconds * 1_000 }
    }
  }
}

/** Still to be sent, whatever holds it up. */
export function isOpen({ state }: OutboxRow): boolean {
  return state === 'waiting' || state === 'sending' || state === 'stopped'
}

export type Sending = {
  readonly sub: string
  readonly now: number
  /** A row that somebody waits for. */
  readonly first?: string | undefined
  /** Whatever was to wait goes now: the network is back, or the page was opened. */
  readonly isForced?: boolean
  /** Tried in this pass; its member's later ones wait with it. */
  readonly tried?: ReadonlySet<string>
}

/**
 * The row to send next: of this person's, the oldest of each member first; the one waited for before others, but not before
 * an older one of its member. Called by the only sender of the device, so one that is `sending` was left by a tab that died.
 */
export function nextToSend(
  rows: readonly OutboxRow[],
  { sub, now, first, isForced, tried }: Sending,
): OutboxRow | undefined {
  const own = rows.filter((row) => row.sub === sub && isOpen(row)).toSorted(byAge)
  const heads = own.filter((row, index) => own.findIndex(({ member }) => member === row.member) === index)
  const wanted = own.find(({ id }) => id === first)
  const isDue = (row: OutboxRow) => isForced === true || row.nextTryAt <= now || row.member === wanted?.member
  const due = heads.filter((row) => isDue(row) && tried?.has(row.id) !== true)
  return due.find(({ member }) => member === wanted?.member) ?? due[0]
}

/** When something is due next, or undefined where nothing waits. */
export function nextDueAt(rows: readonly OutboxRow[], sub: string): number | undefined {
  const times = rows
    .filter((row) => row.sub === sub && isOpen(row) && row.state !== 'stopped')
    .map(({ nextTryAt }) => nextTryAt)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Signed in again: what stopped goes on. */
export function resumed(rows: readonly OutboxRow[], sub: string): OutboxRow[] {
  return rows.flatMap((row) =>
    row.sub === sub && row.state === 'stopped' ? [{ ...row, state: 'waiting' as const, nextTryAt: 0 }] : [],
  )
}

const ROWS_MAX = 200
const WARN_SHARE = 0.8
const KEPT_MS = 24 * 3_600_000
export const AGE_MAX_HOURS = 72

export type Room = {
  readonly state: 'free' | 'nearly_full' | 'full' | 'too_old'
  readonly waiting: number
  readonly oldestAt?: number
}

/** Whether one more award may be taken while others wait. @param ageMaxHours how old a receipt the program takes. */
export function roomFor(rows: readonly OutboxRow[], now: number, ageMaxHours = AGE_MAX_HOURS): Room {
  const open = rows.filter(isOpen)
  const oldestAt = open.length === 0 ? undefined : Math.min(...open.map(({ madeAt }) => madeAt))
  const ageMs = Math.min(ageMaxHours, AGE_MAX_HOURS) * 3_600_000
  const age = oldestAt === undefined ? 0 : now - oldestAt
  const about = { waiting: open.length, ...(oldestAt !== undefined && { oldestAt }) }
  if (open.length >= ROWS_MAX) return { state: 'full', ...about }
  if (age >= ageMs) return { state: 'too_old', ...about }
  const isNear = open.length >= ROWS_MAX * WARN_SHARE || age >= ageMs * WARN_SHARE
  return { state: isNear ? 'nearly_full' : 'free', ...about }
}

/** Sent a day ago, or put away a day ago: the only rows that leave the device. */
export function isSpent(row: OutboxRow, now: number): boolean {
  const isOver = row.state === 'sent' || (row.state === 'refused' && row.discarded !== undefined)
  return isOver && row.settledAt !== undefined && now - row.settledAt > KEPT_MS
}

/** Refused and not yet put away: somebody must look at it. */
export function needsSomebody(row: OutboxRow): boolean {
  return row.state === 'refused' && row.discarded === undefined
}

function byAge(a: OutboxRow, b: OutboxRow): number {
  return a.madeAt - b.madeAt || (a.id < b.id ? -1 : 1)
}
