/**
 * One member as the model sees it: a plain list of postings, each a bucket and a number. A balance is whatever its
 * buckets sum to; nothing is kept beside the list that could be derived from it.
 */
import { dayOf, midnight, monthEnd, plusDays, plusMonths } from './london.ts'
import { noStanding, type Standing, type TierRules, tiersDue } from './model-tiers.ts'

export type Rules = {
  /** Points for one step of `perMinor` pence, rounded down. */
  readonly earn: { readonly points: number; readonly perMinor: number }
  readonly dailyCap?: number
  /** Days for which points wait, where they wait at all. */
  readonly pendingDays?: number
  readonly expiry:
    | { readonly mode: 'none' }
    | { readonly mode: 'rolling' | 'inactivity'; readonly months: number }
    | { readonly mode: 'calendar'; readonly dates: readonly string[]; readonly minDays: number }
  readonly graceDays: number
  readonly debt?: { readonly max?: number; readonly forgiveMonths?: number }
  readonly transfer?: { readonly min: number; readonly maxPerMonth: number }
  readonly approveOver?: number
  readonly tiers?: TierRules
}

export type Balances = {
  readonly available: number
  readonly pending: number
  readonly reserved: number
  readonly debt: number
}

/**
 * Buckets: `lot <day>`, `wait <release>|<day>`, `hold <id>`, `debt`, `earned`, `redeemed`, `expired`, `reversed`; and, which is
 * no points, `had <reward>#<period>`: how often a limit has counted.
 */
export type Posting = readonly [bucket: string, points: number]

export type Book = {
  readonly member: string
  postings: Posting[]
  status: 'ACTIVE' | 'FROZEN' | 'CLOSED'
  mergedInto?: string | undefined
  debtSince?: string | undefined
  sent?: { readonly month: string; readonly points: number }
  standing: Standing
}

/** Points set aside; the lots that they were taken from stay known after it has ended. */
export type Holding = {
  readonly id: string
  readonly member: string
  readonly points: number
  readonly lots: Readonly<Record<string, number>>
  readonly until: number
  /** The bucket of the limit that counts it, where it is for a reward. */
  readonly had?: string
  end: 'open' | 'captured' | 'voided'
}
export type Holdings = Readonly<Record<string, Holding>>

export function emptyBook(member: string): Book {
  return { member, postings: [], status: 'ACTIVE', standing: noStanding() }
}

export function add(book: Book, bucket: string, points: number): void {
  if (points !== 0) book.postings.push([bucket, points])
}

export function sum(book: Book, prefix: string): number {
  let total = 0
  for (const [bucket, points] of book.postings) if (bucket.startsWith(prefix)) total += points
  return total
}

/** What lies in each bucket that begins so, by the rest of its name, in order and without what is empty. */
export function parts(book: Book, prefix: string): [name: string, points: number][] {
  const sums = new Map<string, number>()
  for (const [bucket, points] of book.postings) {
    if (!bucket.startsWith(prefix)) continue
    const name = bucket.slice(prefix.length)
    sums.set(name, (sums.get(name) ?? 0) + points)
  }
  return [...sums].filter(([, points]) => points !== 0).sort(([a], [b]) => (a < b ? -1 : 1))
}

export function balances(book: Book): Balances {
  return {
    available: sum(book, 'lot '),
    pending: sum(book, 'wait '),
    reserved: sum(book, 'hold '),
    debt: sum(book, 'debt'),
  }
}

/** Comes in on a day's lot; what is owed is repaid first. */
export function credit(book: Book, day: string, points: number): void {
  const repaid = Math.min(sum(book, 'debt'), points)
  add(book, 'debt', -repaid)
  add(book, `lot ${day}`, points - repaid)
  if (sum(book, 'debt') === 0) book.debtSince = undefined
}

export function creditLots(book: Book, lots: readonly (readonly [day: string, points: number])[]): void {
  for (const [day, points] of [...lots].sort(([a], [b]) => (a < b ? -1 : 1))) credit(book, day, points)
}

/** Goes out of one lot as far as it is there. */
export function takeLot(book: Book, day: string, points: number): number {
  const there = parts(book, 'lot ').find(([name]) => name === day)?.[1] ?? 0
  const taken = Math.min(there, points)
  add(book, `lot ${day}`, -taken)
  return taken
}

/** Goes out earliest day first, as far as it is there. */
export function take(book: Book, points: number): Record<string, number> {
  const lots: Record<string, number> = {}
  let left = points
  for (const [day] of parts(book, 'lot ')) {
    const taken = takeLot(book, day, left)
    if (taken > 0) lots[day] = taken
    left -= taken
  }
  return lots
}

export function owe(book: Book, points: number, today: string): void {
  add(book, 'debt', points)
  if (points > 0) book.debtSince = today
}

/** Until when points live that count from a day. */
export function lastDay({ expiry }: Rules, day: string): string {
  if (expiry.mode === 'none') return 'never'
  if (expiry.mode !== 'calendar') return monthEnd(plusMonths(day, expiry.months))
  const least = plusDays(day, expiry.minDays)
  const year = Number(least.slice(0, 4))
  const days = [year, year + 1].flatMap((y) => expiry.dates.map((date) => `${y}-${date}`)).sort()
  return days.find((candidate) => candidate >= least) ?? least
}

/** Where points live as long as somebody comes by, all of them share one day, which what the member does moves onwards. */
export function share(book: Book, rules: Rules, activity?: string): void {
  if (rules.expiry.mode !== 'inactivity') return
  const lots = parts(book, 'lot ').filter(([day]) => day !== 'never')
  const days = [...lots.map(([day]) => day), ...(activity === undefined ? [] : [lastDay(rules, activity)])].sort()
  const shared = days.at(-1)
  if (shared === undefined) return
  for (const [day, points] of lots) {
    add(book, `lot ${day}`, -points)
    add(book, `lot ${shared}`, points)
  }
}

/** Lots that come back: one that is past its day gets the grace from today. */
export function withGrace(lots: Readonly<Record<string, number>>, today: string, days: number): [string, number][] {
  return Object.entries(lots).map(([day, points]) => [day < today ? plusDays(today, days) : day, points])
}

type Due = { readonly at: number; readonly rank: number; readonly happen: () => void }

/** Everything that time alone does, one thing after the other until nothing is due. */
export function settle(book: Book, now: number, { rules, holdings }: { rules: Rules; holdings: Holdings }): void {
  for (;;) {
    const due = dueOf(book, now, { rules, holdings }).sort((a, b) => a.at - b.at || a.rank - b.rank)[0]
    if (due === undefined) return
    due.happen()
  }
}

function dueOf(book: Book, now: number, { rules, holdings }: { rules: Rules; holdings: Holdings }): Due[] {
  const today = dayOf(now)
  const due: Due[] = []
  for (const [name, points] of parts(book, 'wait ')) {
    const [release = '', day = ''] = name.split('|')
    const happen = () => {
      add(book, `wait ${name}`, -points)
      credit(book, day, points)
      share(book, rules)
    }
    if (release <= today) due.push({ at: midnight(release), rank: 0, happen })
  }
  for (const [id] of parts(book, 'hold ')) {
    const holding = holdings[id]
    if (holding === undefined || holding.until > now) continue
    due.push({ at: holding.until, rank: 1, happen: () => release(book, holding, { day: dayOf(holding.until), rules }) })
  }
  for (const [day, points] of parts(book, 'lot ')) {
    const happen = () => {
      add(book, `lot ${day}`, -points)
      add(book, 'expired', points)
    }
    if (day < today) due.push({ at: midnight(plusDays(day, 1)), rank: 2, happen })
  }
  const levels = rules.tiers === undefined || book.status === 'CLOSED' ? [] : tiersDue(book.standing, now, rules.tiers)
  return [...due, ...forgiveness(book, rules, today), ...levels]
}

/** All of a holding goes back to where it came from. */
export function release(book: Book, holding: Holding, { day, rules }: { day: string; rules: Rules }): void {
  add(book, `hold ${holding.id}`, -holding.points)
  if (holding.had !== undefined) add(book, holding.had, -1)
  creditLots(book, withGrace(holding.lots, day, rules.graceDays))
  share(book, rules)
}

function forgiveness(book: Book, { debt }: Rules, today: string): Due[] {
  if (book.debtSince === undefined || debt?.forgiveMonths === undefined) return []
  const day = plusMonths(book.debtSince, debt.forgiveMonths)
  const happen = () => {
    const owed = sum(book, 'debt')
    add(book, 'debt', -owed)
    add(book, 'earned', owed)
    book.debtSince = undefined
  }
  return day <= today ? [{ at: midnight(day), rank: 3, happen }] : []
}
