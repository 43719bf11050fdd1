/** A refusal is an answer too: it must be true of some state that could be seen, and stand for ever once it was recorded. */

import type { History } from './history.ts'
import { type Checked, standIns, visible } from './history-reads.ts'
import { type Deed, type DeedOf, type Model, memberOf } from './model.ts'
import { type Holdings, settle } from './model-book.ts'
import { refusalOf } from './model-refusals.ts'
import { rewardOf } from './model-rewards.ts'
import type { Recorded } from './recorder.ts'
import { BUDGET, REWARD } from './world.ts'

type Refusal = Extract<Recorded['outcome'], { kind: 'refused' }>

/** What is wrong with a request whatever the state, or is about other things than accounts. */
const OF_REQUESTS = new Set([
  'invalid_value',
  'out_of_range',
  'approval_required',
  'idempotency_key_reused',
  'receipt_conflict',
  'not_found',
])
/** Refusals that come about when an approval was used or decided meanwhile. */
const OF_APPROVALS = /^approval_/
const SKEW_MAX_MS = 600_000

export function wrongRefusals(history: History, checked: Checked): string[] {
  const refused = history.calls.filter(({ outcome }) => outcome.kind === 'refused')
  return [
    ...refused.flatMap((call) => {
      const { code } = call.outcome as Refusal
      if (OF_REQUESTS.has(code) || OF_APPROVALS.test(code) || isTrue(history, call, checked)) return []
      return [`refusal: ${call.name} ${call.deed.id} was refused as ${code}, which was never true meanwhile`]
    }),
    ...wronglyReused(history, refused),
    ...happenedAllTheSame(history),
  ]
}

function isTrue(history: History, call: Recorded, checked: Checked): boolean {
  const { code } = call.outcome as Refusal
  const { deed } = call
  const span = { begin: checked.spans.get(deed.id)?.begin ?? call.begin, end: call.end }
  const { model } = checked.replayed
  if (deed.do === 'use' || (deed.do === 'return' && code !== 'account_closed')) return isGone(history, call, deed)
  if (code === 'sold_out' && isWanting(deed)) return isTakenByOthers(history, deed, call.end)
  if (code === 'sold_out' || code === 'budget_exhausted') return isDrawnEmpty(history, deed)
  if (code.startsWith('reservation_')) return isEnded(history, call, checked)
  if (code === 'refund_exceeds_purchase') return isExceeded(history, call, span.end)
  if (code === 'receipt_refunded') return isRefunded(history, call)
  if (code === 'account_closed' && isMending(deed)) return isAnyClosed(history, call, checked)
  if (code === 'new_member_hold') return isNew(history, call, checked)
  const nows = [...new Set((checked.spans.get(deed.id)?.calls ?? [call]).map(({ now }) => now))]
  const own = standIns(checked.replayed, memberOf(model, deed))
  const others = deed.do === 'transfer' || deed.do === 'merge' ? standIns(checked.replayed, deed.to) : [undefined]
  return own.some((member) =>
    others.some((other) => nows.some((now) => isRefusedIn(checked, { deed, code, member, other, span, now }))),
  )
}

type Place = {
  readonly deed: Deed
  readonly code: string
  readonly member: string
  readonly other: string | undefined
  readonly span: { readonly begin: number; readonly end: number }
  readonly now: number
}

/** Whether the model refuses so in some pair of versions that could be seen. */
function isRefusedIn(checked: Checked, { deed, code, member, other, span, now }: Place): boolean {
  const { rules, state } = checked.replayed.model
  const settled = (id: string) =>
    visible(checked, id, span).map((version) => {
      const book = { ...version.book, postings: version.book.postings.slice() }
      settle(book, now, { rules, holdings: state.holdings })
      return book
    })
  const seconds = other === undefined ? [undefined] : settled(other)
  return settled(member).some((book) =>
    seconds.some((second) => {
      const books = { ...state.books, [member]: book, ...(other !== undefined && second && { [other]: second }) }
      const model: Model = { rules, state: { ...state, books, holdings: asStillOpen(state.holdings, deed) } }
      return refusalOf(model, deed, { book, now }) === code
    }),
  )
}

/** How a reservation ended later says nothing of why it could not be ended now. */
function asStillOpen(holdings: Holdings, deed: Deed): Holdings {
  const holding = deed.do === 'capture' || deed.do === 'void' ? holdings[deed.reservation] : undefined
  return holding ? { ...holdings, [holding.id]: { ...holding, end: 'open' } } : holdings
}

function isWanting(deed: Deed): deed is DeedOf<'take' | 'hold'> {
  return deed.do === 'take' || deed.do === 'hold'
}

/** Pieces of the catalogue come back, so nobody can say when it was empty; but as many as there are had been asked for. */
function isTakenByOthers({ calls, statement }: History, wanted: DeedOf<'take' | 'hold'>, end: number): boolean {
  const happened = new Set([...statement.effects.values()].flat().map(({ id }) => id))
  const takers = calls.flatMap(({ deed, begin }) => {
    const isOne = isWanting(deed) && deed.reward === wanted.reward && begin < end && happened.has(deed.id)
    return isOne ? [deed.id] : []
  })
  return new Set(takers).size >= rewardOf(wanted).stock
}

/** Somebody had begun to use it, to take it back, or had not yet captured what was set aside. */
function isGone({ calls, statement }: History, call: Recorded, { redemption }: DeedOf<'return' | 'use'>): boolean {
  const { code } = call.outcome as Refusal
  const hasBegun = (kind: 'return' | 'use') =>
    calls.some(
      ({ deed, begin }) =>
        deed.do === kind && deed.redemption === redemption && deed.id !== call.deed.id && begin < call.end,
    )
  if (code === 'voucher_used') return hasBegun('use')
  if (code === 'voucher_cancelled' || code === 'redemption_returned') return hasBegun('return')
  if (code !== 'step_refused') return false
  const captures = [...statement.effects.values()].flat().filter(({ type }) => type === 'CAPTURE')
  const capture = captures.find(({ reservation }) => reservation === redemption)
  const isOver = calls.some(({ deed, end, outcome }) => {
    return deed.id === capture?.id && outcome.kind === 'done' && end < call.begin
  })
  return redemption.startsWith('rsv_') && !isOver
}

/** What is drawn never comes back, so what was too little then is too little in the end. */
function isDrawnEmpty({ statement }: History, deed: Deed): boolean {
  const subject = deed.do === 'grant' ? BUDGET.id : REWARD.id
  const needed = deed.do === 'grant' ? deed.points : 1
  const left = [...statement.left].find(([name]) => name === subject)?.[1] ?? []
  return left.length > 0 && left.every((points) => points < needed)
}

/** Somebody had begun to end it, or its time was over on some clock. */
function isEnded({ statement, calls }: History, call: Recorded, { replayed }: Checked): boolean {
  const { deed, outcome, ended, end } = call
  if (deed.do !== 'capture' && deed.do !== 'void') return false
  const holding = replayed.model.state.holdings[deed.reservation]
  const { code } = outcome as Refusal
  if (holding === undefined) return false
  if (code === 'reservation_expired') return holding.until <= ended + SKEW_MAX_MS
  if (code !== `reservation_${holding.end}`) return false
  const effects = statement.effects.get(holding.member) ?? []
  const ids = new Set(
    effects
      .filter(({ reservation, type }) => (reservation === holding.id && type !== 'RESERVE') || type === 'CLOSE')
      .map(({ id }) => id),
  )
  return calls.some((other) => ids.has(other.deed.id) && other.begin < end)
}

function isExceeded({ calls, statement }: History, { deed }: Recorded, end: number): boolean {
  if (deed.do !== 'refund') return false
  const sold = statement.sold.get(deed.receipt)
  const asked = new Map<string, number>()
  for (const call of calls) {
    if (call.deed.do !== 'refund' || call.deed.receipt !== deed.receipt || call.begin >= end) continue
    if (call.deed.id !== deed.id) asked.set(call.deed.id, call.deed.amount)
  }
  const before = [...asked.values()].reduce((a, b) => a + b, 0)
  const mended = calls.filter(({ deed: other, begin }) => isOn(other, deed.receipt) && begin < end)
  const amounts = mended.map(({ deed: other }) => (other.do === 'correct' ? other.amount : 0))
  return sold !== undefined && before + deed.amount > Math.min(sold.amount, ...amounts)
}

type Mending = Extract<Deed, { do: 'undo' | 'correct' | 'reassign' }>

function isMending(deed: Deed): deed is Mending {
  return deed.do === 'undo' || deed.do === 'correct' || deed.do === 'reassign'
}

/** Undone or corrected, so that less may be refunded than the slip said. */
function isOn(deed: Deed, receipt: string): boolean {
  return (deed.do === 'undo' || deed.do === 'correct') && deed.receipt === receipt
}

/** Somebody had begun to refund it or, where it is to be undone, to undo it. */
function isRefunded({ calls }: History, { deed, end }: Recorded): boolean {
  if (!isMending(deed)) return false
  return calls.some(({ deed: other, begin }) => {
    const isBefore = other.do === 'refund' || (other.do === 'undo' && deed.do === 'undo')
    return isBefore && other.receipt === deed.receipt && begin < end
  })
}

/** Of all who may have had the receipt, or were to get it. */
function isAnyClosed({ calls }: History, { deed, begin, end }: Recorded, checked: Checked): boolean {
  if (!isMending(deed)) return false
  const holders = calls.flatMap(({ deed: other }) => {
    if (!('receipt' in other) || other.receipt !== deed.receipt) return []
    if (other.do === 'award') return [other.member]
    return other.do === 'reassign' ? [other.to] : []
  })
  const own = holders.flatMap((member) => standIns(checked.replayed, member))
  return own.some((member) => visible(checked, member, { begin, end }).some(({ book }) => book.status === 'CLOSED'))
}

/**
 * The clock of whoever asked was behind the clock of whoever enrolled the member. Of several who asked or enrolled under
 * one key it may be that of one whom nobody heard of.
 */
function isNew({ calls, statement }: History, call: Recorded, { replayed, spans }: Checked): boolean {
  const { deed } = call
  const asked = (spans.get(deed.id)?.calls ?? [call]).filter(({ begin }) => begin < call.end)
  const enrolments = calls.filter((other) => other.deed.do === 'enrol')
  return standIns(replayed, memberOf(replayed.model, deed)).some((member) => {
    const joined = statement.joined.get(member) ?? 0
    return enrolments.some(({ now }) => now === joined) && asked.some(({ now }) => now < joined)
  })
}

/** A number that is said to be used with other content was really sent with other content. */
function wronglyReused({ calls }: History, refused: readonly Recorded[]): string[] {
  const byId = Map.groupBy(calls, ({ deed }) => deed.id)
  return refused.flatMap((call) => {
    const { code } = call.outcome as Refusal
    if (code !== 'receipt_conflict' && code !== 'idempotency_key_reused') return []
    const others =
      byId.get(call.deed.id)?.filter(({ deed }) => JSON.stringify(deed) !== JSON.stringify(call.deed)) ?? []
    return others.some(({ begin }) => begin < call.end)
      ? []
      : [`refusal: ${call.name} ${call.deed.id} was told ${code}, and nobody had sent other content`]
  })
}

/** What was recorded as refused has no effect, at no time. */
function happenedAllTheSame({ statement }: History): string[] {
  const ids = new Set([...statement.effects.values()].flat().map(({ id }) => id))
  return [...statement.refused]
    .filter(([id]) => ids.has(id))
    .map(([id, code]) => `refusal: ${id} was refused as ${code}, and happened`)
}
