/**
 * What must come out, worked out a second time from lists of postings. It shares no code with the product, so that one
 * mistake cannot hide in both.
 */
import { dayOf } from './london.ts'
import {
  add,
  type Balances,
  type Book,
  balances,
  credit,
  emptyBook,
  type Holding,
  lastDay,
  owe,
  type Rules,
  release,
  settle,
  share,
  sum,
  take,
} from './model-book.ts'
import { correct, reassign, undo } from './model-mending.ts'
import { award, captured, type Payment, type Receipt, refund } from './model-receipts.ts'
import { refusalOf } from './model-refusals.ts'
import { type Redemption, redemptionOf, setAside, takeAtOnce, takeBackReward } from './model-rewards.ts'
import { closeDown, mergeInto, sendTo } from './model-standing.ts'

/** What a caller wants, as plainly as it can be said. `id` is what must have one effect. */
export type Deed = { readonly id: string } & (
  | {
      readonly do: 'award'
      readonly member: string
      readonly receipt: string
      readonly amount: number
      readonly at: number
    }
  | { readonly do: 'refund'; readonly receipt: string; readonly amount: number }
  | { readonly do: 'undo'; readonly receipt: string }
  | { readonly do: 'correct'; readonly receipt: string; readonly amount: number }
  | { readonly do: 'reassign'; readonly receipt: string; readonly to: string }
  | { readonly do: 'redeem' | 'reward'; readonly member: string; readonly points: number }
  | { readonly do: 'take'; readonly member: string; readonly reward: string }
  | { readonly do: 'hold'; readonly member: string; readonly reward: string }
  | { readonly do: 'return'; readonly redemption: string }
  | { readonly do: 'use'; readonly redemption: string }
  | { readonly do: 'reserve'; readonly member: string; readonly points: number; readonly seconds: number }
  | { readonly do: 'capture'; readonly reservation: string; readonly points?: number; readonly receipt?: string }
  | { readonly do: 'void'; readonly reservation: string }
  | { readonly do: 'adjust'; readonly member: string; readonly points: number; readonly mayOwe: boolean }
  | { readonly do: 'grant'; readonly member: string; readonly points: number }
  | { readonly do: 'transfer'; readonly member: string; readonly to: string; readonly points: number }
  | { readonly do: 'merge'; readonly member: string; readonly to: string }
  | {
      readonly do: 'freeze' | 'unfreeze' | 'close' | 'settle' | 'read' | 'statement' | 'enrol'
      readonly member: string
    }
)
export type DeedOf<Do extends Deed['do']> = Extract<Deed, { do: Do }>

/** What the world tells of a deed beside its content. */
export type Facts = {
  /** When it was decided. */
  readonly now: number
  /** The name that was drawn for a reservation. */
  readonly reservation?: string
  /** The name that was drawn for a voucher. */
  readonly voucher?: string
  /** Minor units refunded of this receipt before it came. */
  readonly waiting?: number
}

export type State = {
  books: Record<string, Book>
  receipts: Record<string, Receipt>
  /** Points that paid for a receipt, also before the receipt itself came. */
  payments: Record<string, Payment[]>
  holdings: Record<string, Holding>
  /** What was had for points, by voucher or reservation. */
  redemptions: Record<string, Redemption>
  /** Points that a daily cap has counted, by member and day. */
  counted: Record<string, number>
}

export type Verdict =
  | { readonly kind: 'done'; readonly told: Balances; readonly touched: readonly string[] }
  | { readonly kind: 'refused'; readonly code: string }

export type Model = { readonly rules: Rules; readonly state: State }

export function emptyModel(rules: Rules, members: readonly string[] = []): Model {
  const books = Object.fromEntries(members.map((member) => [member, emptyBook(member)]))
  return { rules, state: { books, receipts: {}, payments: {}, holdings: {}, redemptions: {}, counted: {} } }
}

/** For trying what would come out. */
export function copyOf({ rules, state }: Model): Model {
  return { rules, state: structuredClone(state) }
}

/** Who stands for a member now. */
export function bookOf({ state }: Pick<Model, 'state'>, member: string): Book {
  let book = state.books[member]
  while (book?.mergedInto !== undefined) book = state.books[book.mergedInto]
  if (book === undefined) throw new Error(`the model knows no member ${member}`)
  return book
}

export function holdingOf({ state }: Pick<Model, 'state'>, id: string): Holding {
  const holding = state.holdings[id]
  if (holding === undefined) throw new Error(`the model knows no reservation ${id}`)
  return holding
}

/** The member whose account a deed is about. */
export function memberOf(model: Pick<Model, 'state'>, deed: Deed): string {
  if (deed.do === 'refund' || deed.do === 'undo' || deed.do === 'correct') {
    return model.state.receipts[deed.receipt]?.member ?? ''
  }
  if (deed.do === 'reassign') return deed.to
  if (deed.do === 'capture' || deed.do === 'void') return holdingOf(model, deed.reservation).member
  if (deed.do === 'return' || deed.do === 'use') return redemptionOf(model, deed.redemption).member
  return deed.member
}

/** Who has a receipt before it is given to somebody else. */
export function holderOf(model: Pick<Model, 'state'>, { receipt }: DeedOf<'reassign'>): Book {
  return bookOf(model, model.state.receipts[receipt]?.member ?? '')
}

/** Changes the model, or says why not. */
export function apply(model: Model, deed: Deed, facts: Facts): Verdict {
  const { rules, state } = model
  const isOwn = deed.do === 'settle' || deed.do === 'merge'
  const member = memberOf(model, deed)
  const book = isOwn ? state.books[member] : bookOf(model, member)
  if (book === undefined) throw new Error(`the model knows no member ${member}`)
  settle(book, facts.now, { rules, holdings: state.holdings })
  if (deed.do === 'transfer' || deed.do === 'merge') {
    settle(bookOf(model, deed.to), facts.now, { rules, holdings: state.holdings })
  }
  // An account that has nothing left to give back is not touched.
  if (deed.do === 'reassign' && state.receipts[deed.receipt]?.undone === undefined) {
    settle(holderOf(model, deed), facts.now, { rules, holdings: state.holdings })
  }
  const code = refusalOf(model, deed, { book, now: facts.now })
  if (code !== undefined) return { kind: 'refused', code }
  if (deed.do === 'transfer' || deed.do === 'merge') {
    const other = bookOf(model, deed.to)
    if (deed.do === 'transfer') sendTo(book, other, { deed, now: facts.now, rules })
    else {
      mergeInto(book, other, rules)
      settle(other, facts.now, { rules, holdings: state.holdings })
    }
    return { kind: 'done', told: balances(book), touched: [book.member, other.member] }
  }
  if (deed.do === 'reassign') {
    const from = holderOf(model, deed)
    const told = reassign(model, deed, { book, from, facts })
    return { kind: 'done', told, touched: [book.member, from.member] }
  }
  const told = change(model, deed, { book, facts })
  return { kind: 'done', told: told ?? balances(book), touched: [book.member] }
}

type At = { readonly book: Book; readonly facts: Facts }

function change(model: Model, deed: Deed, { book, facts }: At): Balances | undefined {
  const { rules } = model
  const today = dayOf(facts.now)
  switch (deed.do) {
    case 'award':
      return award(model, deed, { book, facts })
    case 'refund':
      return refund(model, deed, { book, facts })
    case 'undo':
      return undo(model, deed, { book, facts })
    case 'correct':
      return correct(model, deed, { book, facts })
    case 'redeem':
    case 'reward':
      take(book, deed.points)
      add(book, 'redeemed', deed.points)
      share(book, rules, today)
      return undefined
    case 'take':
      return takeAtOnce(model, deed, { book, facts })
    case 'hold':
      return setAside(model, deed, { book, facts })
    case 'return':
      return takeBackReward(model, deed, { book, facts })
    case 'reserve':
      return reserve(model, deed, { book, facts })
    case 'capture':
      return captured(model, deed, { book, facts })
    case 'void':
      release(book, holdingOf(model, deed.reservation), { day: today, rules })
      holdingOf(model, deed.reservation).end = 'voided'
      return undefined
    case 'adjust':
      return adjust(model, deed, { book, facts })
    case 'grant':
      add(book, 'earned', deed.points)
      credit(book, lastDay(rules, today), deed.points)
      share(book, rules)
      return undefined
    case 'freeze':
      book.status = 'FROZEN'
      return undefined
    case 'unfreeze':
      book.status = 'ACTIVE'
      return undefined
    case 'close':
      closeDown(model, book)
      return undefined
    default:
      return undefined
  }
}

function reserve({ state }: Model, deed: DeedOf<'reserve'>, { book, facts }: At): undefined {
  const { now, reservation: id = deed.id } = facts
  const lots = take(book, deed.points)
  add(book, `hold ${id}`, deed.points)
  const until = now + deed.seconds * 1000
  state.holdings[id] = { id, member: book.member, points: deed.points, lots, until, end: 'open' }
}

function adjust({ rules }: Model, deed: DeedOf<'adjust'>, { book, facts }: At): undefined {
  const today = dayOf(facts.now)
  if (deed.points > 0) {
    add(book, 'earned', deed.points)
    credit(book, lastDay(rules, today), deed.points)
    return
  }
  const there = Math.min(sum(book, 'lot '), -deed.points)
  take(book, there)
  owe(book, -deed.points - there, today)
  add(book, 'reversed', -deed.points)
}
