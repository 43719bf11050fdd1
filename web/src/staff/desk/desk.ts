/**
 * The desk as a machine: one event in, the next state and what is to be done out. It never sends a second award for one
 * customer while the first may have counted, and nothing typed is lost but by an end of the award itself.
 */
import { isCardNumber } from '../../../../functions/members/card-number.ts'
import { enrolled, found, identified, moved, notFound, picked, read, searched, shown } from './desk-member.ts'
import {
  type Desk,
  type DeskEvent,
  type Draft,
  type Early,
  type Field,
  focus,
  isFree,
  isLocked,
  isReceiptAwaited,
  type Outcome,
  type Phase,
  type Slip,
  type Step,
  stay,
  type Who,
} from './desk-state.ts'
import { isReceiptNumber } from './recognise.ts'

/** Within this time the same amount for the same member is asked about once. */
const SECOND_PURCHASE_MS = 2 * 60_000
const RECENT_MAX = 20

export function step(desk: Desk, event: DeskEvent): Step {
  switch (event.do) {
    case 'typed':
      return typed(desk, event.field, event.text)
    case 'enter':
      return entered(desk, event)
    case 'escape':
      return escaped(desk)
    case 'move':
      return stay(moved(desk, event.by))
    case 'pick':
      return picked(desk, event.index)
    case 'focused':
      return stay(focused(desk, event.field))
    case 'shown':
      return shown(desk, event.asked)
    case 'scanned_receipt':
      return scannedReceipt(desk, event.receiptNumber)
    case 'read':
      return read(desk, event)
    case 'found':
      return goneOn(desk, found(desk, event))
    case 'not_found':
      return notFound(desk, event)
    case 'identified':
      return stay(identified(desk, event))
    case 'enrolled':
      return enrolled(desk, event.who)
    case 'answered':
      return answered(desk, event.key, event.outcome)
    case 'waited':
      return isInHand(desk, event.key) ? left(desk, { isOffline: false }) : stay(desk)
    case 'settled_elsewhere':
      return settledElsewhere(desk)
    case 'serve_on':
      return servedOn(desk)
    case 'clear':
      return isLocked(desk) ? stay(desk) : { desk: fresh(desk, { at: 'idle' }), effects: [focus('query')] }
  }
}

/** The next customer; the last slips stay known. */
function fresh(desk: Desk, phase: Phase): Desk {
  const draft: Draft = { id: desk.draft.id + 1, query: '', receipt: '', amount: '' }
  return { ...desk, phase, draft, who: undefined, before: undefined, mistake: undefined }
}

function typed(desk: Desk, field: Field, text: string): Step {
  if (isLocked(desk)) return stay(desk)
  const draft = { ...desk.draft, [field]: text }
  // What is typed into the search field begins another search; the form keeps what it holds.
  const phased: Desk = field === 'query' ? { ...desk, phase: { at: 'idle' } } : focused(desk, field)
  return stay({ ...phased, draft, mistake: undefined })
}

const ANSWERS: readonly Phase['at'][] = ['looking', 'nobody', 'choose', 'lookup_failed']

/** The cursor went to a field: the phase follows it, and a refusal that was read is put away. */
function focused(desk: Desk, field: Field): Desk {
  const { phase } = desk
  if (isLocked(desk)) return desk
  if (phase.at === 'looking' && field !== 'query') {
    return { ...desk, phase: { at: 'looking', asked: phase.asked, cursor: field } }
  }
  if (isFree(desk) && field === 'query') return desk
  if (ANSWERS.includes(phase.at)) return desk
  if (field === 'query') return { ...desk, phase: { at: 'idle' } }
  return desk.who === undefined ? desk : { ...desk, phase: { at: field } }
}

function entered(desk: Desk, event: Extract<DeskEvent, { do: 'enter' }>): Step {
  const { phase } = desk
  switch (phase.at) {
    case 'idle':
    case 'done':
    case 'saved':
    case 'lookup_failed':
      return searched(desk, event.asked)
    case 'nobody':
      return phase.asked.kind === 'phone' || phase.asked.kind === 'email'
        ? { desk, effects: [{ do: 'enrol', asked: phase.asked }] }
        : searched(desk, event.asked)
    case 'choose':
      return picked(desk, phase.marked)
    case 'looking':
      return phase.cursor === 'receipt' ? enteredReceipt(desk) : enteredEarly(desk, event)
    case 'receipt':
      return enteredReceipt(desk)
    case 'amount':
      return enteredAmount(desk, event)
    case 'large':
      return enteredAmount(desk, { minor: phase.minor, key: event.key, at: event.at })
    case 'second':
      return send(desk, { minor: phase.minor, key: event.key, at: event.at })
    case 'unsure':
      return {
        desk: { ...desk, phase: { at: 'sending', slip: phase.slip } },
        effects: [{ do: 'ask_again', slip: phase.slip }],
      }
    case 'duplicate':
      return { desk: fresh(desk, { at: 'idle' }), effects: [focus('query')] }
    case 'conflict':
      return back(desk, 'receipt', phase.slip)
    case 'refused':
      return back(desk, 'amount', phase.slip)
    default:
      return stay(desk)
  }
}

function scannedReceipt(desk: Desk, receiptNumber: string): Step {
  if (!isReceiptAwaited(desk)) return stay(desk)
  const draft = { ...desk.draft, receipt: receiptNumber }
  const phase: Phase =
    desk.phase.at === 'looking' ? { at: 'looking', asked: desk.phase.asked, cursor: 'amount' } : { at: 'amount' }
  return { desk: { ...desk, draft, phase, mistake: undefined }, effects: [focus('amount')] }
}

function enteredReceipt(desk: Desk): Step {
  const number = desk.draft.receipt.trim()
  if (number === '') return stay({ ...desk, mistake: 'receipt_needed' })
  // A scanner that was too slow to be told from a person: a card in the place of a receipt names the member.
  if (isCardNumber(number))
    return shown({ ...desk, draft: { ...desk.draft, receipt: '' } }, { kind: 'card', cardNumber: number })
  if (!isReceiptNumber(number)) return stay({ ...desk, mistake: 'receipt_wrong' })
  const phase: Phase = desk.phase.at === 'looking' ? { ...desk.phase, cursor: 'amount' } : { at: 'amount' }
  return { desk: { ...desk, phase, mistake: undefined }, effects: [focus('amount')] }
}

/** The last Enter may come before the member is found: it is kept for whoever that will be, and not asked for again. */
function enteredEarly(desk: Desk, { minor, key, at, isLarge = false }: Extract<DeskEvent, { do: 'enter' }>): Step {
  const { phase } = desk
  if (phase.at !== 'looking') return stay(desk)
  if (!isReceiptNumber(desk.draft.receipt.trim())) {
    return {
      desk: { ...desk, phase: { ...phase, cursor: 'receipt' }, mistake: 'receipt_needed' },
      effects: [focus('receipt')],
    }
  }
  if (minor === undefined) return stay({ ...desk, mistake: 'amount_needed' })
  return stay({ ...desk, phase: { ...phase, early: phase.early ?? { minor, key, at, isLarge } }, mistake: undefined })
}

function goneOn({ phase }: Desk, next: Step): Step {
  const early = phase.at === 'looking' ? phase.early : undefined
  return early !== undefined && next.desk.phase.at === 'amount' ? enteredAmount(next.desk, early) : next
}

function enteredAmount(
  desk: Desk,
  { minor, key, at, isLarge = false }: Omit<Early, 'minor'> & { readonly minor: number | undefined },
): Step {
  const number = desk.draft.receipt.trim()
  if (!isReceiptNumber(number)) {
    return { desk: { ...desk, phase: { at: 'receipt' }, mistake: 'receipt_needed' }, effects: [focus('receipt')] }
  }
  if (minor === undefined) return stay({ ...desk, mistake: 'amount_needed' })
  if (isLarge)
    return { desk: { ...desk, phase: { at: 'large', minor }, mistake: undefined }, effects: [focus('amount')] }
  const before = desk.recent.find(
    (slip) =>
      isSameMember(slip.who, desk.who) &&
      slip.minor === minor &&
      slip.receiptNumber !== number &&
      at - slip.at < SECOND_PURCHASE_MS,
  )
  if (before) return stay({ ...desk, phase: { at: 'second', minor, before: before.receiptNumber } })
  return send(desk, { minor, key, at })
}

function isSameMember(a: Who, b: Who | undefined): boolean {
  if (a.memberId !== undefined && a.memberId === b?.memberId) return true
  return a.cardNumber !== undefined && a.cardNumber === b?.cardNumber
}

function send(desk: Desk, { minor, key, at }: Pick<Slip, 'minor' | 'key' | 'at'>): Step {
  if (desk.who === undefined) return stay({ ...desk, phase: { at: 'idle' }, mistake: 'no_member' })
  const slip: Slip = { key, draftId: desk.draft.id, who: desk.who, receiptNumber: desk.draft.receipt.trim(), minor, at }
  return { desk: { ...desk, phase: { at: 'sending', slip }, mistake: undefined }, effects: [{ do: 'award', slip }] }
}

function isInHand({ phase }: Desk, key: string): boolean {
  return (phase.at === 'sending' || phase.at === 'unsure') && phase.slip.key === key
}

function answered(desk: Desk, key: string, outcome: Outcome): Step {
  const { phase } = desk
  if ((phase.at !== 'sending' && phase.at !== 'unsure') || phase.slip.key !== key) return stay(desk)
  const { slip } = phase
  switch (outcome.kind) {
    case 'done':
      return {
        desk: remember(fresh(desk, { at: 'done', slip, result: outcome.result }), slip),
        effects: [focus('query')],
      }
    case 'queued':
      return left(desk, { isOffline: true })
    case 'unsure':
      return stay({ ...desk, phase: { at: 'unsure', slip } })
    case 'duplicate':
    case 'conflict':
      return {
        desk: { ...desk, phase: { at: outcome.kind, slip, prior: outcome.prior } },
        effects: [{ do: 'give_up', key }],
      }
    case 'refused': {
      const { code, params } = outcome
      return { desk: { ...desk, phase: { at: 'refused', slip, code, params } }, effects: [{ do: 'give_up', key }] }
    }
  }
}

/** The outbox has the slip and will see it through; the desk is free for the next customer. */
function left(desk: Desk, { isOffline }: { isOffline: boolean }): Step {
  const { phase } = desk
  if (phase.at !== 'sending' && phase.at !== 'unsure') return stay(desk)
  const { slip } = phase
  return { desk: remember(fresh(desk, { at: 'saved', slip, isOffline }), slip), effects: [focus('query')] }
}

function remember(desk: Desk, slip: Slip): Desk {
  return { ...desk, recent: [slip, ...desk.recent].slice(0, RECENT_MAX) }
}

/** One step back, with all that was typed. */
function escaped(desk: Desk): Step {
  const { phase } = desk
  switch (phase.at) {
    case 'amount':
      return { desk: { ...desk, phase: { at: 'receipt' }, mistake: undefined }, effects: [focus('receipt')] }
    case 'large':
    case 'second':
      return { desk: { ...desk, phase: { at: 'amount' } }, effects: [focus('amount')] }
    case 'unsure':
      return left(desk, { isOffline: false })
    case 'refused':
    case 'conflict':
    case 'duplicate':
      return back(desk, 'amount', phase.slip)
    case 'sending':
      return stay(desk)
    default:
      return { desk: { ...desk, phase: { at: 'idle' }, mistake: undefined }, effects: [focus('query')] }
  }
}

/** What was sent and did not count is typed again where it stands. */
function back(desk: Desk, field: 'receipt' | 'amount', slip: Slip): Step {
  return { desk: { ...desk, who: slip.who, phase: { at: field } }, effects: [focus(field)] }
}

/** The receipt was moved or corrected instead of awarded: this customer is done. */
function settledElsewhere(desk: Desk): Step {
  const { phase } = desk
  if (phase.at !== 'conflict' && phase.at !== 'duplicate') return stay(desk)
  return { desk: fresh(desk, { at: 'idle' }), effects: [focus('query')] }
}

function servedOn(desk: Desk): Step {
  const { phase } = desk
  if (phase.at !== 'duplicate') return stay(desk)
  return { desk: { ...fresh(desk, { at: 'receipt' }), who: phase.slip.who }, effects: [focus('receipt')] }
}
