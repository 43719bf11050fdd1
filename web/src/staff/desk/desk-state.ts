/**
 * What the desk knows between two keys: what is typed, who is served, and where the one award in hand stands. A slip is
 * made once, by Enter in the amount, and lives under one key until its answer is final.
 */
import type { Typed } from './money-entry.ts'
import type { Recognised } from './recognise.ts'

export type Field = 'query' | 'receipt' | 'amount'

/** Survives everything but its own end: an award that is done, one that is left to the outbox, or the button that clears it. */
export type Draft = {
  /** Another one is another customer; at most one award comes of each. */
  readonly id: number
  readonly query: string
  readonly receipt: string
  readonly amount: Typed
}

/** What names a member; a card or code may be known before anything else is. */
export type Who = {
  readonly memberId?: string
  readonly cardNumber?: string
  /** The rotating code, for what needs the member to have shown it. */
  readonly code?: string
}

/** How a member is looked for. */
export type Asked = Extract<Recognised, { kind: 'card' | 'code' | 'phone' | 'email' | 'external' }>

/** A number that cannot be read yet; what it is decides how it is looked for. */
export type Unread = Extract<Recognised, { kind: 'unread' }>

export type Candidate = { readonly memberId: string; readonly cardNumber: string }

/** One award as it was meant when Enter was pressed. */
export type Slip = {
  readonly key: string
  readonly draftId: number
  readonly who: Who
  readonly receiptNumber: string
  readonly minor: number
  readonly at: number
}

export type Before = { readonly who: Who } & Pick<Draft, 'receipt' | 'amount'>

/** An award that was meant before it was known for whom. */
export type Early = Pick<Slip, 'minor' | 'key' | 'at'> & { readonly isLarge?: boolean }

export type Prior = {
  readonly recordedAt: string
  readonly by: string
  readonly points: number
  readonly memberName: string | null
  /** It was taken back since: the receipt gives nothing now. */
  readonly isUndone?: boolean
}

export type Result = {
  readonly points: number
  readonly available: number
  readonly pending: number
  readonly entryId: string
  readonly spendableFrom?: string
}

/** What became of a slip that was sent. */
export type Outcome =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'duplicate'; readonly prior: Prior }
  | { readonly kind: 'conflict'; readonly prior: Prior }
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly params: Readonly<Record<string, string | number | boolean | null>>
    }
  /** No answer that tells; the same key finds out. */
  | { readonly kind: 'unsure' }
  /** Written down and not sent, because there is no network. */
  | { readonly kind: 'queued' }

export type Phase =
  | { readonly at: 'idle' }
  /** The next fields may be typed meanwhile; `cursor` is where the form goes on, `early` the Enter that came before the member. */
  | {
      readonly at: 'looking'
      readonly asked: Asked | Unread
      readonly cursor: 'receipt' | 'amount'
      readonly early?: Early
    }
  | { readonly at: 'nobody'; readonly asked: Asked }
  | { readonly at: 'lookup_failed'; readonly code: string }
  | {
      readonly at: 'choose'
      readonly items: readonly Candidate[]
      readonly marked: number
    }
  | { readonly at: 'receipt' }
  | { readonly at: 'amount' }
  | { readonly at: 'second'; readonly minor: number; readonly before: string }
  /** More than slips say: asked about once. */
  | { readonly at: 'large'; readonly minor: number }
  | { readonly at: 'sending'; readonly slip: Slip }
  | { readonly at: 'done'; readonly slip: Slip; readonly result: Result }
  | { readonly at: 'saved'; readonly slip: Slip; readonly isOffline: boolean }
  | { readonly at: 'unsure'; readonly slip: Slip }
  | { readonly at: 'duplicate' | 'conflict'; readonly slip: Slip; readonly prior: Prior }
  | {
      readonly at: 'refused'
      readonly slip: Slip
      readonly code: string
      readonly params: Readonly<Record<string, string | number | boolean | null>>
    }

/** Where a mistake in a field is told; each goes when its field changes. */
export type Mistake = QueryMistake | 'receipt_needed' | 'receipt_wrong' | 'amount_needed'

const QUERY_MISTAKES = ['mistyped_card', 'unclear', 'no_member', 'code_refused'] as const
type QueryMistake = (typeof QUERY_MISTAKES)[number]

/** The mistake that belongs beside the search field, if that is where it is. */
export function queryMistake(mistake: Mistake | undefined): QueryMistake | undefined {
  return QUERY_MISTAKES.find((known) => known === mistake)
}

export type Desk = {
  readonly phase: Phase
  readonly draft: Draft
  readonly who: Who | undefined
  /** Who was served before the search, with what was typed for them: it is not for whoever is found. */
  readonly before?: Before | undefined
  readonly mistake: Mistake | undefined
  /** Slips of the last minutes, for asking whether a second one is meant. */
  readonly recent: readonly Slip[]
  /** Number of the last look-up; answers to earlier ones come too late. */
  readonly lookups: number
}

export const START: Desk = {
  phase: { at: 'idle' },
  draft: { id: 1, query: '', receipt: '', amount: '' },
  who: undefined,
  mistake: undefined,
  recent: [],
  lookups: 0,
}

export type DeskEvent =
  | { readonly do: 'typed'; readonly field: Field; readonly text: string }
  /** `key` names the award if one comes of it; `at` in milliseconds of the server's clock. */
  | {
      readonly do: 'enter'
      readonly asked: Recognised
      readonly minor: number | undefined
      readonly key: string
      readonly at: number
      /** An amount that is asked about before it is sent. */
      readonly isLarge?: boolean
    }
  | { readonly do: 'escape' }
  | { readonly do: 'move'; readonly by: 1 | -1 }
  | { readonly do: 'pick'; readonly index: number }
  | { readonly do: 'focused'; readonly field: Field }
  | { readonly do: 'shown'; readonly asked: Extract<Recognised, { kind: 'card' | 'code' }> }
  | { readonly do: 'scanned_receipt'; readonly receiptNumber: string }
  | { readonly do: 'found'; readonly token: number; readonly items: readonly Candidate[] }
  /** The number that could not be read before is one of these. */
  | { readonly do: 'read'; readonly text: string; readonly as: Recognised }
  | { readonly do: 'not_found'; readonly token: number; readonly asked: Asked | Unread; readonly code: string }
  /** Whose card was shown. */
  | { readonly do: 'identified'; readonly token: number; readonly memberId: string }
  | { readonly do: 'enrolled'; readonly who: Who }
  | { readonly do: 'answered'; readonly key: string; readonly outcome: Outcome }
  /** The answer takes longer than a customer should wait. */
  | { readonly do: 'waited'; readonly key: string }
  | { readonly do: 'settled_elsewhere' }
  /** Counted before: the same member has another receipt. */
  | { readonly do: 'serve_on' }
  | { readonly do: 'clear' }

export type Effect =
  | { readonly do: 'look_up'; readonly token: number; readonly asked: Asked }
  | { readonly do: 'award'; readonly slip: Slip }
  | { readonly do: 'ask_again'; readonly slip: Slip }
  /** The slip was refused and is typed anew: its row in the outbox is closed. */
  | { readonly do: 'give_up'; readonly key: string }
  | { readonly do: 'open_voucher'; readonly code: string }
  | { readonly do: 'enrol'; readonly asked: Asked }
  | { readonly do: 'focus'; readonly field: Field }

export type Step = { readonly desk: Desk; readonly effects: readonly Effect[] }

/** A phase in which the next customer may simply be served. */
export function isFree({ phase }: Pick<Desk, 'phase'>): boolean {
  return phase.at === 'idle' || phase.at === 'done' || phase.at === 'saved'
}

/** Somebody is served, or is being looked for: what is no card and no voucher is the number of a receipt. */
export function isReceiptAwaited(desk: Pick<Desk, 'phase' | 'who'>): boolean {
  if (isLocked(desk)) return false
  return desk.phase.at === 'looking' || desk.who !== undefined
}

/** An answer that must be read first stands in the place of the form; what was typed is kept behind it. */
export function isAnswered({ phase }: Pick<Desk, 'phase'>): boolean {
  return ['unsure', 'duplicate', 'conflict', 'refused'].includes(phase.at)
}

export function stay(desk: Desk): Step {
  return { desk, effects: [] }
}

export function focus(field: Field): Effect {
  return { do: 'focus', field }
}

/** While an award may have counted nothing about it can be changed. */
export function isLocked({ phase }: Pick<Desk, 'phase'>): boolean {
  return phase.at === 'sending' || phase.at === 'unsure'
}
