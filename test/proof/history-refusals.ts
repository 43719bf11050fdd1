/** A refusal is an answer too: it must be true of some state that could be seen, and stand for ever once it was recorded. */

import type { History } from './history.ts'
import { type Checked, standIns, visible } from './history-reads.ts'
import { type Deed, type Model, memberOf } from './model.ts'
import { type Holdings, settle } from './model-book.ts'
import { refusalOf } from './model-refusals.ts'
import type { Recorded } from './recorder.ts'

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
  if (code === 'sold_out' || code === 'budget_exhausted') return isDrawnEmpty(history, deed)
  if (code.startsWith('reservation_')) return isEnded(history, call, checked)
  if (code === 'refund_exceeds_purchase') return isExceeded(history, call, span.end)
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

/** What is drawn never comes back, so what was too little then is too little in the end. */
function isDrawnEmpty({ statement }: History, deed: Deed): boolean {
  const subject = deed.do === 'grant' ? 'cmp_' : 'rwd_'
  const needed = deed.do === 'grant' ? deed.points : 1
  const left = [...statement.left].find(([name]) => name.startsWith(subject))?.[1] ?? []
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
  return sold !== undefined && before + deed.amount > sold.amount
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
