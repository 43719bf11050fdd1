/** Rule 4: a read shows some state between what had ended before it began and what had begun before it ended. */

import { type History, isSame, type Replayed, type Span, spanOf, type Version } from './history.ts'
import { balances, settle } from './model-book.ts'
import type { Recorded } from './recorder.ts'

export type Checked = { readonly replayed: Replayed; readonly spans: ReadonlyMap<string, Span> }

/** The versions of an account that somebody could have seen between two turns. */
export function visible(
  { replayed, spans }: Checked,
  member: string,
  { begin, end }: Pick<Span, 'begin' | 'end'>,
): readonly Version[] {
  const versions = replayed.versions.get(member) ?? []
  const lastOver = versions.findLastIndex(({ effect }) => effect !== undefined && spanOf(effect, spans).end < begin)
  const first = Math.max(0, lastOver)
  const lastBegun = versions.findLastIndex(({ effect }) => effect === undefined || spanOf(effect, spans).begin < end)
  return versions.slice(first, lastBegun + 1)
}

/** The member and, one after the other, those who took the account over. */
export function standIns({ model }: Replayed, member: string): string[] {
  const chain: string[] = []
  for (let id: string | undefined = member; id !== undefined; id = model.state.books[id]?.mergedInto) chain.push(id)
  return chain
}

export function wrongReads({ calls }: History, checked: Checked): string[] {
  return calls.flatMap((call) => {
    if (call.outcome.kind !== 'shown') return []
    const member = call.deed.do === 'read' || call.deed.do === 'statement' ? call.deed.member : ''
    const isSound = standIns(checked.replayed, member).some((one) => isSeen(call, one, checked))
    return isSound
      ? []
      : [`rule 4: ${call.name} of ${member} showed version ${call.outcome.version} with balances that it did not have`]
  })
}

function isSeen(call: Recorded, member: string, checked: Checked): boolean {
  const { outcome, deed, now } = call
  if (outcome.kind !== 'shown') return false
  const seen = visible(checked, member, call).find(({ version }) => version === outcome.version)
  if (seen === undefined) return false
  const book = { ...seen.book, postings: seen.book.postings.slice() }
  const { rules, state } = checked.replayed.model
  if (deed.do === 'read') settle(book, now, { rules, holdings: state.holdings })
  return isSame(balances(book), outcome.balances)
}
