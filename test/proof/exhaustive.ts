/**
 * The slow judge of small histories: tries every order that real time allows, and says whether one explains what everybody
 * was told. It looks at the callers alone and knows nothing of what lies in the ledger.
 */

import { isSame } from './history.ts'
import { apply, copyOf, type Deed, emptyModel, type Model } from './model.ts'
import type { Rules } from './model-book.ts'
import { type Balances, balances, emptyBook } from './model-book.ts'
import { refusalOf } from './model-refusals.ts'
import type { Recorded } from './recorder.ts'

type Happened = { readonly deed: Deed; readonly seq: number; readonly told: Balances }
type Moment = {
  readonly left: readonly Recorded[]
  readonly model: Model
  readonly version: number
  readonly happened: ReadonlyMap<string, Happened>
  /** Refusals that stand for ever, by operation. */
  readonly refused: ReadonlyMap<string, string>
}

export function isExplained(calls: readonly Recorded[], { rules, member }: { rules: Rules; member: string }): boolean {
  const left = calls.map((call) =>
    call.outcome.kind === 'unknown' ? { ...call, end: Number.POSITIVE_INFINITY } : call,
  )
  return canGoOn(
    { left, model: emptyModel(rules, [member]), version: 0, happened: new Map(), refused: new Map() },
    member,
  )
}

function canGoOn(moment: Moment, member: string): boolean {
  if (moment.left.length === 0) return true
  return moment.left.some((call) => {
    const isOvertaken = moment.left.some((other) => other !== call && other.end < call.begin)
    if (isOvertaken) return false
    const left = moment.left.filter((other) => other !== call)
    return nextMoments({ ...moment, left }, call, member).some((next) => canGoOn(next, member))
  })
}

/** Where the history can stand when this call comes next; nowhere if that cannot be. */
function nextMoments(moment: Moment, call: Recorded, member: string): Moment[] {
  const { outcome, deed, now } = call
  const before = moment.happened.get(deed.id)
  const book = moment.model.state.books[member] ?? emptyBook(member)
  switch (outcome.kind) {
    case 'shown':
      return outcome.version === moment.version && isSame(balances(book), outcome.balances) ? [moment] : []
    case 'unknown':
      return [moment, ...(before ? [] : [...happening(moment, deed, now), ...refusing(moment, call, member)])]
    case 'refused': {
      const isOther = before !== undefined && JSON.stringify(before.deed) !== JSON.stringify(deed)
      if (outcome.code === 'receipt_conflict') return isOther ? [moment] : []
      if (before !== undefined) return []
      const known = moment.refused.get(deed.id)
      if (known !== undefined) return known === outcome.code ? [moment] : []
      return refusing(moment, call, member).filter(({ refused }) => refused.get(deed.id) === outcome.code)
    }
    case 'done': {
      if (before) return before.seq === outcome.seq && isSame(before.told, outcome.balances) ? [moment] : []
      const isTold = ({ happened }: Moment) => {
        const own = happened.get(deed.id)
        return own?.seq === outcome.seq && isSame(own.told, outcome.balances)
      }
      return happening(moment, deed, now).filter(isTold)
    }
    default:
      return []
  }
}

/** What can be refused now is refused for ever. */
function refusing(moment: Moment, { deed, now }: Recorded, member: string): Moment[] {
  const book = moment.model.state.books[member] ?? emptyBook(member)
  const code = deed.do === 'read' ? undefined : refusalOf(moment.model, deed, { book, now })
  return code === undefined ? [] : [{ ...moment, refused: new Map(moment.refused).set(deed.id, code) }]
}

function happening(moment: Moment, deed: Deed, now: number): Moment[] {
  if (deed.do === 'read' || deed.do === 'statement' || moment.refused.has(deed.id)) return []
  const model = copyOf(moment.model)
  const verdict = apply(model, deed, { now })
  if (verdict.kind === 'refused') return []
  const version = moment.version + 1
  const happened = new Map(moment.happened).set(deed.id, { deed, seq: version, told: verdict.told })
  return [{ ...moment, model, version, happened }]
}
