/** What moves between books, and what ends one. */
import { dayOf } from './london.ts'
import type { DeedOf, Model } from './model.ts'
import { add, type Book, creditLots, parts, type Rules, share, sum, take } from './model-book.ts'

export function sendTo(
  from: Book,
  to: Book,
  { deed, now, rules }: { deed: DeedOf<'transfer'>; now: number; rules: Rules },
): void {
  const lots = take(from, deed.points)
  const month = dayOf(now).slice(0, 7)
  from.sent = { month, points: deed.points + (from.sent?.month === month ? from.sent.points : 0) }
  creditLots(to, Object.entries(lots))
  share(to, rules)
}

/** What one owed is repaid from what the other has; lifetime sums stay where they came about. */
export function mergeInto(from: Book, to: Book, rules: Rules): void {
  const owed = sum(from, 'debt')
  for (const [name, points] of parts(from, 'wait ')) {
    add(from, `wait ${name}`, -points)
    add(to, `wait ${name}`, points)
  }
  const lots = parts(from, 'lot ')
  for (const [day, points] of lots) add(from, `lot ${day}`, -points)
  add(from, 'debt', -owed)
  creditLots(to, lots)
  if (owed > 0) {
    add(to, 'debt', owed)
    to.debtSince = [to.debtSince ?? '', from.debtSince ?? ''].sort().at(-1)
    const repaid = Object.values(take(to, owed)).reduce((a, b) => a + b, 0)
    add(to, 'debt', -repaid)
    if (sum(to, 'debt') === 0) to.debtSince = undefined
  }
  share(to, rules)
  if (from.sent !== undefined) to.sent = together(to.sent, from.sent)
  to.standing.parts.push(...from.standing.parts)
  from.standing.parts = []
  from.standing.until = undefined
  from.status = 'CLOSED'
  from.mergedInto = to.member
  from.debtSince = undefined
}

function together(own: Book['sent'], other: NonNullable<Book['sent']>): NonNullable<Book['sent']> {
  if (own === undefined || own.month < other.month) return other
  return own.month > other.month ? own : { month: own.month, points: own.points + other.points }
}

/** Everything is forfeited and counts as expired; what was owed counts as issued. */
export function closeDown({ state }: Model, book: Book): void {
  for (const [id] of parts(book, 'hold ')) {
    const holding = state.holdings[id]
    if (holding?.had !== undefined) add(book, holding.had, -1)
    if (holding) holding.end = 'voided'
  }
  for (const prefix of ['lot ', 'wait ', 'hold ']) {
    for (const [name, points] of parts(book, prefix)) {
      add(book, `${prefix}${name}`, -points)
      add(book, 'expired', points)
    }
  }
  const owed = sum(book, 'debt')
  add(book, 'debt', -owed)
  add(book, 'earned', owed)
  book.debtSince = undefined
  book.standing.parts = []
  book.standing.until = undefined
  book.status = 'CLOSED'
}
