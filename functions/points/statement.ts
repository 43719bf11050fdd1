/** How entries and accounts are shown: the statement's lines with their reasons in words, balances, and what expires when. */
import type { Language } from '../platform/problem.ts'
import { isoTime } from '../shared/dates.ts'
import { type Account, type Because, type Expiry, LIFETIME, type Lots, type Posting } from './account.ts'
import { balancesOf, type Entry } from './entry.ts'
import type { ShownTier } from './tier-view.ts'
import { inWords } from './words.ts'

export function shownEntry(entry: Entry, language: Language) {
  const { id, seq } = entry
  return { id, seq, recordedAt: isoTime(entry.at), ...shownPosting(entry, entry.program, language) }
}

/** An entry without its place in the ledger, as a quote shows it. */
export function shownPosting(posting: Posting, programVersion: number, language: Language) {
  const { type, points, receipt, reservation, storeId, expiresOn } = posting
  return {
    type,
    points,
    effectiveAt: isoTime(posting.effective),
    ...(receipt && { receipt }),
    ...(storeId !== undefined && { storeId }),
    ...(reservation !== undefined && { reservationId: reservation }),
    because: shownBecause(posting.because, language),
    programVersion,
    ...(expiresOn !== undefined && { expiresOn: dayOf(expiresOn) }),
  }
}

/** Fields in one order, wherever the part was read from: a repeat gives the very bytes of the first answer. */
function shownBecause(because: readonly Because[], language: Language) {
  return because.map((part) => {
    const params = Object.entries(part.params ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
    const { rule, points, code } = part
    return { rule, points, code, params: Object.fromEntries(params), text: inWords(part, language) }
  })
}

/** A line of the statement: the entry and the balances after it. */
export function shownLine(entry: Entry, language: Language) {
  return { ...shownEntry(entry, language), balances: balancesOf(entry.after) }
}

/** What a command answers: its entry and the balances after it. */
export function shownOutcome(entry: Entry, language: Language) {
  return { entry: shownEntry(entry, language), balances: balancesOf(entry.after) }
}

/** A reservation as the entry that made or ended it tells. */
export function shownReservation(entry: Entry, state: 'reserved' | 'captured' | 'voided', language: Language) {
  const id = entry.reservation ?? ''
  const open = entry.changes.reservations?.[id]
  return {
    id,
    state,
    points: Math.abs(entry.points),
    ...(entry.storeId !== undefined && { storeId: entry.storeId }),
    ...(open && { expiresAt: isoTime(open.expiresAt) }),
    ...shownOutcome(entry, language),
  }
}

/** The account as of `asOf`, already settled. */
export function shownAccount(account: Account, asOf: number, tier: ShownTier) {
  const { memberId, balances, lifetime, maturing } = account
  const expiring = byDay(account.lots).filter(({ on }) => on !== null)
  const releases: Lots = {}
  for (const [key, points] of Object.entries(maturing)) {
    const day = key.slice(0, key.indexOf('|'))
    releases[day] = (releases[day] ?? 0) + points
  }
  return {
    memberId,
    status: account.status.toLowerCase(),
    balances: balancesOf(balances),
    lifetime: Object.fromEntries(LIFETIME.map((name) => [name, lifetime[name]])),
    expiring,
    maturing: byDay(releases),
    tier,
    version: account.version,
    asOf: isoTime(asOf),
  }
}

function byDay(lots: Lots) {
  return Object.keys(lots)
    .sort()
    .map((day) => ({ on: dayOf(day), points: lots[day] ?? 0 }))
}

/** A calendar day, or null for never. */
function dayOf(expiry: Expiry): string | null {
  return expiry === 'never' ? null : expiry
}
