/** Who is served: how the desk comes from a card, a look-up or an enrolment to one member, and what it says when nobody is found. */
import {
  type Asked,
  type Before,
  type Candidate,
  type Desk,
  type DeskEvent,
  type Effect,
  focus,
  isLocked,
  type Phase,
  type Step,
  stay,
  type Who,
} from './desk-state.ts'
import type { Recognised } from './recognise.ts'

/**
 * A card names its member by itself: the form is open at once, and who it is arrives beside it. The code of the member who
 * is being served already only proves more: nothing else changes.
 */
export function shown(desk: Desk, asked: Extract<Asked, { kind: 'card' | 'code' }>): Step {
  if (isLocked(desk)) return stay(desk)
  const token = desk.lookups + 1
  const { cardNumber } = asked
  const before = desk.who?.cardNumber === cardNumber ? desk.who : undefined
  const who: Who = { ...before, cardNumber, ...(asked.kind === 'code' && { code: asked.code }) }
  const isGoingOn = before !== undefined && (desk.phase.at === 'receipt' || desk.phase.at === 'amount')
  const phase: Phase = isGoingOn ? desk.phase : { at: 'receipt' }
  const next: Desk = { ...desk, phase, who, draft: { ...desk.draft, query: '' }, lookups: token, mistake: undefined }
  return { desk: next, effects: [{ do: 'look_up', token, asked }, ...(isGoingOn ? [] : [focus('receipt')])] }
}

/** Enter in the search field. */
export function searched(desk: Desk, asked: Recognised): Step {
  switch (asked.kind) {
    case 'nothing':
      if (desk.who) return { desk: { ...desk, phase: { at: 'receipt' } }, effects: [focus('receipt')] }
      return { desk: { ...desk, phase: { at: 'idle' } }, effects: [focus('query')] }
    case 'mistyped_card':
    case 'unclear':
      return stay({ ...desk, phase: { at: 'idle' }, mistake: asked.kind })
    case 'voucher':
      return {
        desk: { ...desk, phase: { at: 'idle' }, draft: { ...desk.draft, query: '' } },
        effects: [{ do: 'open_voucher', code: asked.code }],
      }
    case 'card':
    case 'code':
      return shown(withoutOthers(desk, asked), asked)
    default: {
      const token = desk.lookups + 1
      const phase: Phase = { at: 'looking', asked, cursor: 'receipt' }
      const next: Desk = { ...desk, phase, who: undefined, before: beforeOf(desk), lookups: token, mistake: undefined }
      const search: Effect[] = asked.kind === 'unread' ? [] : [{ do: 'look_up', token, asked }]
      return { desk: next, effects: [...search, focus('receipt')] }
    }
  }
}

/** What the number was, once it can be read; the search goes on as if it had been read at once. */
export function read(desk: Desk, { text, as }: Extract<DeskEvent, { do: 'read' }>): Step {
  const { phase } = desk
  if (phase.at !== 'looking' || phase.asked.kind !== 'unread' || phase.asked.text !== text) return stay(desk)
  if (as.kind === 'phone' || as.kind === 'external') {
    return {
      desk: { ...desk, phase: { ...phase, asked: as } },
      effects: [{ do: 'look_up', token: desk.lookups, asked: as }],
    }
  }
  const mistake = as.kind === 'mistyped_card' ? 'mistyped_card' : 'unclear'
  return { desk: { ...desk, phase: { at: 'idle' }, mistake }, effects: [focus('query')] }
}

export function found(desk: Desk, { token, items }: Extract<DeskEvent, { do: 'found' }>): Step {
  const { phase } = desk
  if (phase.at !== 'looking' || phase.asked.kind === 'unread' || desk.lookups !== token) return stay(desk)
  const [first, ...more] = items
  if (first === undefined)
    return { desk: { ...desk, phase: { at: 'nobody', asked: phase.asked } }, effects: [focus('query')] }
  if (more.length === 0) return chosen(withoutOthers(desk, first), { who: first, cursor: phase.cursor })
  return {
    desk: { ...desk, phase: { at: 'choose', items, marked: 0 } },
    effects: [focus('query')],
  }
}

function beforeOf({ who, draft, before }: Desk): Before | undefined {
  if (who !== undefined) return { who, receipt: draft.receipt, amount: draft.amount }
  return before
}

/** Another member was asked for: what was typed for the one before, and not touched since, must not stand ready for this one. */
function withoutOthers(desk: Desk, { memberId, cardNumber }: Who): Desk {
  const before = beforeOf(desk)
  if (before === undefined) return desk
  const { who, receipt, amount } = before
  const isSame = (memberId !== undefined && who.memberId === memberId) || who.cardNumber === cardNumber
  if (isSame) return { ...desk, before: undefined }
  const { draft } = desk
  return {
    ...desk,
    before: undefined,
    draft: {
      ...draft,
      receipt: draft.receipt === receipt ? '' : draft.receipt,
      amount: draft.amount === amount ? '' : draft.amount,
    },
  }
}

function chosen(
  desk: Desk,
  { who: { memberId, cardNumber }, cursor }: { who: Candidate; cursor: 'receipt' | 'amount' },
): Step {
  const draft = { ...desk.draft, query: '' }
  const next: Desk = { ...desk, who: { memberId, cardNumber }, draft, phase: { at: cursor }, mistake: undefined }
  return { desk: next, effects: [focus(cursor)] }
}

/** Also of a card whose digits are right and that nobody has. A code that is no proof is dropped; who is served stays. */
export function notFound(desk: Desk, { token, asked, code }: Extract<DeskEvent, { do: 'not_found' }>): Step {
  const { who, phase } = desk
  if (desk.lookups !== token || isLocked(desk)) return stay(desk)
  if (asked.kind === 'code' && who?.code === asked.code && who.memberId !== undefined) {
    const { memberId, cardNumber } = who
    return stay({
      ...desk,
      who: { memberId, ...(cardNumber !== undefined && { cardNumber }) },
      mistake: 'code_refused',
    })
  }
  const isAwaited = phase.at === 'looking' || (who !== undefined && who.memberId === undefined)
  if (!isAwaited) return stay(desk)
  return { desk: { ...desk, who: undefined, phase: { at: 'lookup_failed', code } }, effects: [focus('query')] }
}

/** Who a card belongs to is known now; what is typed goes on, and an award on its way is of that member. */
export function identified(desk: Desk, { token, memberId }: Extract<DeskEvent, { do: 'identified' }>): Desk {
  const { phase } = desk
  if (desk.lookups !== token || desk.who === undefined) return desk
  const known: Desk = { ...desk, who: { ...desk.who, memberId } }
  if (!('slip' in phase) || phase.slip.who.cardNumber !== desk.who.cardNumber) return known
  return { ...known, phase: { ...phase, slip: { ...phase.slip, who: { ...phase.slip.who, memberId } } } }
}

export function enrolled(served: Desk, who: Who): Step {
  if (isLocked(served)) return stay(served)
  const desk = withoutOthers(served, who)
  const draft = { ...desk.draft, query: '' }
  const next: Desk = { ...desk, who, draft, phase: { at: 'receipt' }, lookups: desk.lookups + 1, mistake: undefined }
  return { desk: next, effects: [focus('receipt')] }
}

export function picked(desk: Desk, index: number): Step {
  const { phase } = desk
  const item = phase.at === 'choose' ? phase.items[index] : undefined
  if (phase.at !== 'choose' || item === undefined) return stay(desk)
  return chosen(withoutOthers(desk, item), { who: item, cursor: 'receipt' })
}

export function moved(desk: Desk, by: 1 | -1): Desk {
  const { phase } = desk
  if (phase.at !== 'choose') return desk
  const marked = Math.min(phase.items.length - 1, Math.max(0, phase.marked + by))
  return { ...desk, phase: { ...phase, marked } }
}
