/** Who is served: how the desk comes from a card, a look-up or an enrolment to one member, and what it says when nobody is found. */
import {
  type Asked,
  type Candidate,
  type Desk,
  type DeskEvent,
  focus,
  isLocked,
  type Step,
  stay,
  type Who,
} from './desk-state.ts'

/** A card names its member by itself: the form is open at once, and who it is arrives beside it. */
export function shown(desk: Desk, asked: Extract<Asked, { kind: 'card' | 'code' }>): Step {
  if (isLocked(desk)) return stay(desk)
  const token = desk.lookups + 1
  const who: Who = { cardNumber: asked.cardNumber, ...(asked.kind === 'code' && { code: asked.code }) }
  const draft = { ...desk.draft, query: '' }
  const next: Desk = { ...desk, phase: { at: 'receipt' }, who, draft, lookups: token, mistake: undefined }
  return { desk: next, effects: [{ do: 'look_up', token, asked }, focus('receipt')] }
}

export function found(desk: Desk, { token, items }: Extract<DeskEvent, { do: 'found' }>): Step {
  const { phase } = desk
  if (phase.at !== 'looking' || desk.lookups !== token) return stay(desk)
  const [first, ...more] = items
  if (first === undefined)
    return { desk: { ...desk, phase: { at: 'nobody', asked: phase.asked } }, effects: [focus('query')] }
  if (more.length === 0) return chosen(desk, { who: first, cursor: phase.cursor })
  return { desk: { ...desk, phase: { at: 'choose', items, marked: 0 } }, effects: [focus('query')] }
}

function chosen(
  desk: Desk,
  { who: { memberId, cardNumber }, cursor }: { who: Candidate; cursor: 'receipt' | 'amount' },
): Step {
  const draft = { ...desk.draft, query: '' }
  const next: Desk = { ...desk, who: { memberId, cardNumber }, draft, phase: { at: cursor }, mistake: undefined }
  return { desk: next, effects: [focus(cursor)] }
}

/** Also of a card whose digits are right and that nobody has. */
export function notFound(desk: Desk, { token, asked, code }: Extract<DeskEvent, { do: 'not_found' }>): Step {
  if (desk.lookups !== token || isLocked(desk)) return stay(desk)
  const isAwaited = desk.phase.at === 'looking' || (desk.who !== undefined && desk.who.memberId === undefined)
  if (!isAwaited) return stay(desk)
  return { desk: { ...desk, who: undefined, phase: { at: 'lookup_failed', asked, code } }, effects: [focus('query')] }
}

/** Who a card belongs to is known now; what is typed goes on. */
export function identified(desk: Desk, { token, memberId }: Extract<DeskEvent, { do: 'identified' }>): Desk {
  if (desk.lookups !== token || desk.who === undefined || isLocked(desk)) return desk
  return { ...desk, who: { ...desk.who, memberId } }
}

export function enrolled(desk: Desk, who: Who): Step {
  if (isLocked(desk)) return stay(desk)
  const draft = { ...desk.draft, query: '' }
  const next: Desk = { ...desk, who, draft, phase: { at: 'receipt' }, lookups: desk.lookups + 1, mistake: undefined }
  return { desk: next, effects: [focus('receipt')] }
}

export function picked(desk: Desk, index: number): Step {
  const item = desk.phase.at === 'choose' ? desk.phase.items[index] : undefined
  return item ? chosen(desk, { who: item, cursor: 'receipt' }) : stay(desk)
}

export function moved(desk: Desk, by: 1 | -1): Desk {
  const { phase } = desk
  if (phase.at !== 'choose') return desk
  const marked = Math.min(phase.items.length - 1, Math.max(0, phase.marked + by))
  return { ...desk, phase: { ...phase, marked } }
}
