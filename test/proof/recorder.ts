/** Sends orders into the world and writes down of each when it began, when it ended, and what the caller was told. */

import { Answer } from '../../functions/platform/answer.ts'
import { Refusal, STATUS } from '../../functions/platform/problem.ts'
import { signalOf } from '../../functions/platform/transact.ts'
import type { Deed } from './model.ts'
import type { Balances } from './model-book.ts'
import type { Order } from './orders.ts'
import type { Planned } from './wire.ts'
import type { World } from './world.ts'

export type Outcome =
  /** `entry` is the id of the entry that it is told from. */
  | {
      readonly kind: 'done'
      readonly entry: string
      readonly seq: number
      readonly balances: Balances
      readonly isRepeat: boolean
      /** Of what was set aside, or of a voucher. */
      readonly reservation?: string
    }
  | { readonly kind: 'shown'; readonly version: number; readonly balances: Balances }
  /** Accepted without an entry: a refund before its purchase, a sweep, an enrolment. */
  | { readonly kind: 'accepted'; readonly isRepeat: boolean; readonly what: string }
  | { readonly kind: 'refused'; readonly code: string; readonly isRepeat: boolean; readonly approvalId?: string }
  /** Nobody told: 503, or the process is gone. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'bug'; readonly what: string }

/** `begin` and `end` are turns of the turnstile; what never ended has no end. */
export type Recorded = {
  readonly name: string
  readonly deed: Deed
  readonly begin: number
  readonly end: number
  readonly now: number
  /** What time it was when it ended; a worker that was frozen ends long after its own now. */
  readonly ended: number
  readonly outcome: Outcome
}

export type Sending = { readonly skew?: number; readonly plan?: (nth: number) => Planned | undefined }

export class Recorder {
  readonly calls: Recorded[] = []
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  async send(order: Order, sending: Sending = {}): Promise<Outcome & { readonly awaits: number }> {
    const { turnstile } = this.#world
    const { name, deed, actor, key, input, verb } = order
    const { ctx, gone, process } = this.#world.process({ actor, ...sending, ...(key !== undefined && { key }) })
    turnstile.note(`${process.name} begins ${name}`)
    const begin = turnstile.turns
    const told = verb(ctx, input).then(
      (answer) => outcomeOf(deed, answer),
      (error: unknown) => failureOf(error),
    )
    const outcome = await Promise.race([told, gone.then((): Outcome => ({ kind: 'unknown' }))])
    turnstile.note(`${process.name} ends ${outcome.kind}`)
    const end = process.isGone ? Number.POSITIVE_INFINITY : turnstile.turns
    this.calls.push({ name, deed, begin, end, now: ctx.now, ended: this.#world.now, outcome })
    return { ...outcome, awaits: process.awaits }
  }
}

/** What answers are made of, as far as the proof looks at them. */
type Body = {
  readonly id?: string
  readonly voucher?: { readonly id: string }
  readonly reservation?: { readonly id: string }
  readonly state?: string
  readonly entry?: { readonly id: string; readonly seq: number }
  readonly balances?: Balances
  readonly version?: number
  readonly items?: readonly { readonly seq: number; readonly balances: Balances }[]
}

const NOTHING: Balances = { available: 0, pending: 0, reserved: 0, debt: 0 }

function outcomeOf(deed: Deed, answer: unknown): Outcome {
  const isRepeat = answer instanceof Answer && 'Idempotency-Replayed' in answer.headers
  const body = (answer instanceof Answer ? answer.body : answer) as Body
  if (deed.do === 'statement') return pageOf(body)
  if (deed.do === 'read') return { kind: 'shown', version: body.version ?? -1, balances: body.balances ?? NOTHING }
  if (body.entry && body.balances) {
    const { entry, balances } = body
    const reservation = body.id ?? body.voucher?.id ?? body.reservation?.id
    return { kind: 'done', entry: entry.id, seq: entry.seq, balances, isRepeat, ...(reservation && { reservation }) }
  }
  return { kind: 'accepted', isRepeat, what: body.id ?? body.state ?? '' }
}

/** A page of a statement has no hole and ends with the newest entry. */
function pageOf({ items = [] }: Body): Outcome {
  const isGapless = items.every((item, index) => item.seq === (items[0]?.seq ?? 0) - index)
  if (!isGapless) return { kind: 'bug', what: `a statement with a hole: ${items.map(({ seq }) => seq)}` }
  return { kind: 'shown', version: items[0]?.seq ?? 0, balances: items[0]?.balances ?? NOTHING }
}

function failureOf(error: unknown): Outcome {
  if (error instanceof Refusal) {
    if (STATUS[error.code] === 503) return { kind: 'unknown' }
    const approvalId = error.details.more?.approvalId
    return {
      kind: 'refused',
      code: error.code,
      isRepeat: error.firstInstance !== undefined,
      ...(typeof approvalId === 'string' && { approvalId }),
    }
  }
  if (signalOf(error) !== 'defect') return { kind: 'unknown' }
  return { kind: 'bug', what: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
