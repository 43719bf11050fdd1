/** Why a deed cannot be, in the order in which the product must say it. */
import { dayOf } from './london.ts'
import { bookOf, type Deed, type DeedOf, holderOf, type Model } from './model.ts'
import { type Book, parts, sum } from './model-book.ts'
import { isLimited, redemptionOf, rewardOf } from './model-rewards.ts'

const OPEN_MAX = 10

type At = { readonly book: Book; readonly now: number }

/** @param book already settled. */
export function refusalOf(model: Model, deed: Deed, { book, now }: At): string | undefined {
  switch (deed.do) {
    case 'redeem':
    case 'reward':
      return closed(book) ?? spending(book, deed.points)
    case 'take':
    case 'hold':
      return closed(book) ?? wanting(book, deed, now)
    case 'return':
      return returning(model, deed, book)
    case 'reserve':
      return (
        closed(book) ??
        spending(book, deed.points) ??
        (parts(book, 'hold ').length >= OPEN_MAX ? 'too_many_reservations' : undefined)
      )
    case 'capture':
    case 'void':
      return ending(model, deed, { book, now })
    case 'refund':
      return closed(book) ?? exceeding(model, deed)
    case 'undo':
      return wholly(model, deed) ?? closed(book)
    case 'correct':
      return refundedBefore(model, deed) ?? closed(book)
    case 'reassign':
      return reassigning(model, deed, book)
    case 'adjust':
      return closed(book) ?? adjusting(book, deed)
    case 'grant':
      return closed(book) ?? (book.status === 'FROZEN' ? 'account_frozen' : undefined)
    case 'transfer':
      return transferring(model, deed, { book, now })
    case 'merge':
      return merging(model, deed, book)
    case 'freeze':
      return closed(book) ?? (book.status === 'FROZEN' ? 'account_frozen' : undefined)
    case 'unfreeze':
      return closed(book) ?? (book.status === 'ACTIVE' ? 'account_not_frozen' : undefined)
    case 'award':
    case 'read':
    case 'statement':
    case 'close':
      return closed(book)
    default:
      return undefined
  }
}

function closed({ status }: Book): string | undefined {
  return status === 'CLOSED' ? 'account_closed' : undefined
}

function spending(book: Book, points: number): string | undefined {
  if (book.status === 'FROZEN') return 'account_frozen'
  if (sum(book, 'lot ') < points) return 'insufficient_points'
  return sum(book, 'debt') > 0 ? 'debt' : undefined
}

/** In the order in which the catalogue says its reasons. */
function wanting(book: Book, deed: DeedOf<'take' | 'hold'>, now: number): string | undefined {
  const { points } = rewardOf(deed)
  const own = spending(book, points)
  if (own !== undefined && own !== 'debt') return own
  if (isLimited(book, deed, now)) return 'member_limit'
  const isFull = deed.do === 'hold' && parts(book, 'hold ').length >= OPEN_MAX
  return own ?? (isFull ? 'too_many_reservations' : undefined)
}

/** What is only set aside, or was given back before, is not there to be returned. */
function returning(model: Model, { redemption: id }: DeedOf<'return'>, book: Book): string | undefined {
  if (redemptionOf(model, id).isBack) return 'redemption_returned'
  const holding = model.state.holdings[id]
  return holding !== undefined && holding.end !== 'captured' ? 'step_refused' : closed(book)
}

function ending({ state }: Model, deed: DeedOf<'capture' | 'void'>, { book, now }: At): string | undefined {
  const holding = state.holdings[deed.reservation]
  if (holding === undefined) return 'not_found'
  if (holding.end !== 'open') return `reservation_${holding.end}`
  if (holding.until <= now || !parts(book, 'hold ').some(([id]) => id === holding.id)) return 'reservation_expired'
  if (deed.do === 'capture' && (deed.points ?? 0) > holding.points) return 'out_of_range'
  const isFrozen = deed.do === 'capture' && book.status === 'FROZEN'
  return closed(book) ?? (isFrozen ? 'account_frozen' : undefined)
}

function exceeding({ state }: Model, { receipt: key, amount }: DeedOf<'refund'>): string | undefined {
  const receipt = state.receipts[key]
  return receipt !== undefined && receipt.refunded + amount > receipt.amount ? 'refund_exceeds_purchase' : undefined
}

function wholly({ state }: Model, { receipt: key }: DeedOf<'undo'>): string | undefined {
  const receipt = state.receipts[key]
  const isGone = receipt !== undefined && receipt.amount > 0 && receipt.refunded === receipt.amount
  return isGone ? 'receipt_refunded' : undefined
}

/** Goods came back, other than by an undo. */
function refundedBefore({ state }: Model, { receipt: key }: DeedOf<'correct' | 'reassign'>): string | undefined {
  const receipt = state.receipts[key]
  return (receipt?.undone ?? receipt?.refunded ?? 0) > 0 ? 'receipt_refunded' : undefined
}

function reassigning(model: Model, deed: DeedOf<'reassign'>, book: Book): string | undefined {
  const from = holderOf(model, deed)
  const before = refundedBefore(model, deed)
  if (before !== undefined || from.member === book.member) return before ?? 'invalid_value'
  const isStanding = model.state.receipts[deed.receipt]?.undone === undefined
  return closed(book) ?? (isStanding ? closed(from) : undefined)
}

function adjusting(book: Book, { points, mayOwe }: DeedOf<'adjust'>): string | undefined {
  return -points > sum(book, 'lot ') && !mayOwe ? 'insufficient_points' : undefined
}

function transferring({ rules, state }: Model, deed: DeedOf<'transfer'>, { book, now }: At): string | undefined {
  if (rules.transfer === undefined) return 'transfer_disabled'
  const receiver = bookOf({ state }, deed.to)
  if (receiver.member === book.member) return 'invalid_value'
  if (book.status === 'CLOSED') return 'account_closed'
  if (deed.points < rules.transfer.min) return 'out_of_range'
  const own = spending(book, deed.points)
  if (own !== undefined) return own
  if (receiver.status !== 'ACTIVE' || sum(receiver, 'debt') > 0) return 'receiver_unavailable'
  const sent = book.sent?.month === dayOf(now).slice(0, 7) ? book.sent.points : 0
  return sent + deed.points > rules.transfer.maxPerMonth ? 'transfer_limit' : undefined
}

function merging({ state }: Model, { to }: DeedOf<'merge'>, book: Book): string | undefined {
  const survivor = bookOf({ state }, to)
  if (survivor.member === book.member) return 'invalid_value'
  const isOpen = parts(book, 'hold ').length + parts(survivor, 'hold ').length > 0
  return closed(book) ?? closed(survivor) ?? (isOpen ? 'open_reservation' : undefined)
}
