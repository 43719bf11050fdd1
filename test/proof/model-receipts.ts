/** What receipts, refunds and payments with points do to a book, in whole and in parts. */
import { dayOf, plusDays } from './london.ts'
import type { DeedOf, Facts, Model } from './model.ts'
import {
  add,
  type Balances,
  type Book,
  balances,
  credit,
  creditLots,
  lastDay,
  owe,
  parts,
  settle,
  share,
  sum,
  take,
  takeLot,
  withGrace,
} from './model-book.ts'
import { type Counting, count, multiplied, uncount } from './model-tiers.ts'

export type Receipt = {
  readonly member: string
  readonly amount: number
  readonly granted: number
  taken: number
  refunded: number
  readonly lot: string
  readonly release?: string
  readonly counting?: Counting
  readonly at: number
  /** How often it was undone, corrected or given to somebody else. */
  changes: number
  /** What was refunded before it was undone; absent while it stands. */
  undone?: number
  /** Points of the daily cap that it has taken, by member. */
  readonly room: Readonly<Record<string, number>>
}

/** Points of one captured reservation that paid for a receipt, in the order in which a refund gives them back. */
export type Payment = {
  readonly id: string
  readonly member: string
  readonly lots: readonly (readonly [day: string, points: number])[]
  restored: number
}

export type At = { readonly book: Book; readonly facts: Facts }
type Sale = Pick<Receipt, 'amount' | 'at' | 'refunded' | 'room'>

/** @returns the balances right after the receipt; what is past its day then goes at once, and what was paid comes back. */
export function award(model: Model, deed: DeedOf<'award'>, { book, facts }: At): Balances {
  const { rules, state } = model
  const refunded = Math.min(facts.waiting ?? 0, deed.amount)
  const sale = { amount: deed.amount, at: deed.at, refunded, room: {} }
  state.receipts[deed.receipt] = earn(model, sale, { book, facts })
  const told = balances(book)
  settle(book, facts.now, { rules, holdings: state.holdings })
  giveBack(model, deed.receipt, { book, facts })
  return told
}

/** What a sale does to a book, less what was refunded of it before. */
export function earn(model: Model, sale: Sale, { book, facts }: At): Receipt {
  const { rules } = model
  const { amount, at, refunded } = sale
  const day = dayOf(at)
  const { points: per, perMinor } = rules.earn
  const about = { level: book.standing.level, ...(rules.tiers && { tiers: rules.tiers }) }
  const asked = multiplied(amount * per, perMinor, about)
  const { granted, room } = capped(model, sale, { member: book.member, asked })
  const taken = partOf(granted, refunded, amount)
  const lot = lastDay(rules, day)
  const release = rules.pendingDays === undefined ? undefined : plusDays(day, rules.pendingDays)
  const waits = release !== undefined && release > dayOf(facts.now)
  add(book, 'earned', granted)
  add(book, 'reversed', taken)
  if (waits) add(book, `wait ${release}|${lot}`, granted - taken)
  else credit(book, lot, granted - taken)
  share(book, rules, day)
  const plain = Math.floor((amount * per) / perMinor)
  const counting = counted(model, sale, {
    today: dayOf(facts.now),
    plain: granted < asked ? Math.min(plain, granted) : plain,
  })
  if (counting) count(book.standing, lessRefunds(counting, refunded, amount), dayOf(facts.now))
  const kept = { lot, ...(waits && { release }), ...(counting && { counting }) }
  return { member: book.member, amount, at, granted, taken, refunded, room, changes: 0, ...kept }
}

/** What a receipt took of the cap before, for this member, it does not take again; and it never gives room back. */
function capped(
  { rules, state }: Model,
  { at, room }: Sale,
  { member, asked }: { readonly member: string; readonly asked: number },
): Pick<Receipt, 'granted' | 'room'> {
  if (rules.dailyCap === undefined) return { granted: asked, room }
  const key = `${member} ${dayOf(at)}`
  const own = room[member] ?? 0
  const before = (state.counted[key] ?? 0) - own
  const granted = Math.min(asked, Math.max(0, rules.dailyCap - before))
  const most = Math.max(own, granted)
  state.counted[key] = before + most
  return { granted, room: { ...room, [member]: most } }
}

/** What a sale counts for the level: its money or its points before any multiplier. */
function counted({ rules }: Model, sale: Sale, at: { today: string; plain: number }): Counting | undefined {
  if (rules.tiers === undefined) return undefined
  const day = dayOf(sale.at)
  const from = plusDays(day, rules.tiers.windowDays)
  const units = rules.tiers.measure === 'spend' ? sale.amount : at.plain
  return { month: day.slice(0, 7), from: from > at.today ? from : at.today, units }
}

function lessRefunds(counting: Counting, refunded: number, amount: number): Counting {
  return { ...counting, units: counting.units - partOf(counting.units, refunded, amount) }
}

/** The part of points that goes with a part of the money, so that all parts sum to the whole. */
function partOf(points: number, refunded: number, amount: number): number {
  return amount === 0 ? 0 : Math.floor((points * refunded) / amount)
}

export function refund(model: Model, deed: DeedOf<'refund'>, { book, facts }: At): Balances {
  const receipt = model.state.receipts[deed.receipt]
  if (receipt === undefined) throw new Error(`the model knows no receipt ${deed.receipt}`)
  takeBack(model, receipt, { book, facts, refunded: receipt.refunded + deed.amount })
  const told = balances(book)
  giveBack(model, deed.receipt, { book, facts })
  return told
}

/** Where it waits, from its own lot, from the others, and the rest is owed as far as the rules go. */
export function takeBack(
  { rules: { debt } }: Model,
  receipt: Receipt,
  { book, facts, refunded }: At & { readonly refunded: number },
): void {
  const points = partOf(receipt.granted, refunded, receipt.amount) - receipt.taken
  const waiting = takeWaiting(book, receipt, points)
  const own = takeLot(book, receipt.lot, points - waiting)
  const others = Object.values(take(book, points - waiting - own)).reduce((a, b) => a + b, 0)
  const missing = points - waiting - own - others
  const room = debt === undefined ? 0 : Math.max(0, (debt.max ?? Number.MAX_SAFE_INTEGER) - sum(book, 'debt'))
  const owed = Math.min(missing, room)
  owe(book, owed, dayOf(facts.now))
  add(book, 'reversed', points - (missing - owed))
  const { counting } = receipt
  if (counting) {
    const before = partOf(counting.units, receipt.refunded, receipt.amount)
    uncount(book.standing, counting, partOf(counting.units, refunded, receipt.amount) - before)
  }
  receipt.taken += points
  receipt.refunded = refunded
}

function takeWaiting(book: Book, receipt: Receipt, points: number): number {
  if (receipt.release === undefined) return 0
  const name = `${receipt.release}|${receipt.lot}`
  const there = parts(book, 'wait ').find(([bucket]) => bucket === name)?.[1] ?? 0
  const taken = Math.min(points, receipt.granted - receipt.taken, there)
  add(book, `wait ${name}`, -taken)
  return taken
}

/** Points that paid for a receipt come back in the same part as it was refunded, each good for the grace at least. */
export function giveBack(model: Model, key: string, { book, facts }: At): void {
  const receipt = model.state.receipts[key]
  if (receipt === undefined) return
  const least = plusDays(dayOf(facts.now), model.rules.graceDays)
  const payments = (model.state.payments[key] ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  for (const payment of payments) {
    if (payment.member !== receipt.member) continue
    const paid = payment.lots.reduce((total, [, points]) => total + points, 0)
    const due = partOf(paid, receipt.refunded, receipt.amount)
    const lots = between(payment.lots, payment.restored, due).map(
      ([day, points]) => [day < least ? least : day, points] as const,
    )
    if (due <= payment.restored) continue
    const points = due - payment.restored
    // What somebody redeemed who was merged into this book since, comes back as issued.
    const own = Math.min(sum(book, 'redeemed'), points)
    add(book, 'redeemed', -own)
    add(book, 'earned', points - own)
    creditLots(book, lots)
    share(book, model.rules)
    payment.restored = due
  }
}

export function captured(model: Model, deed: DeedOf<'capture'>, { book, facts }: At): undefined {
  const { rules, state } = model
  const holding = state.holdings[deed.reservation]
  if (holding === undefined) throw new Error(`the model knows no reservation ${deed.reservation}`)
  const today = dayOf(facts.now)
  const taken = deed.points ?? holding.points
  const lots = Object.entries(holding.lots).sort(([a], [b]) => (a < b ? -1 : 1))
  add(book, `hold ${holding.id}`, -holding.points)
  creditLots(book, withGrace(Object.fromEntries(between(lots, taken, holding.points)), today, rules.graceDays))
  add(book, 'redeemed', taken)
  share(book, rules, today)
  holding.end = 'captured'
  if (deed.receipt === undefined) return
  const payment = { id: holding.id, member: holding.member, lots: between(lots, 0, taken), restored: 0 }
  state.payments[deed.receipt] = [...(state.payments[deed.receipt] ?? []), payment]
}

/** Of points laid out lot after lot, those from one position up to another. */
function between(
  lots: readonly (readonly [day: string, points: number])[],
  from: number,
  to: number,
): (readonly [string, number])[] {
  let position = 0
  return lots.flatMap(([day, points]) => {
    const part = Math.min(to, position + points) - Math.max(from, position)
    position += points
    return part > 0 ? [[day, part] as const] : []
  })
}
