/**
 * What goes wrong in a run of the proof, and how often: each kind is drawn by its weight and then waits for the first call
 * or command that it can befall, so that none is rare only because its occasion is.
 */
import { callOf, type DynamoCall } from '../../local/dynamo-call.ts'
import { conflictOf, inProgress, throttleOf } from '../../local/refusals.ts'
import { brokenLine, sdkError } from '../../local/sdk-physics.ts'
import { Dice } from './dice.ts'

/** Shares of all that is drawn. Faults of streams have a suite of their own. */
export const WEIGHTS = {
  /** The engine did it and the answer is lost. */
  timeout: 18,
  reset: 6,
  serverError: 6,
  conflict: 12,
  /** Half of the next fifty transactions meet a conflict. */
  storm: 3,
  /** The caller sends again: at once, several times, or days later. */
  againAtOnce: 10,
  againLater: 4,
  throttle: 8,
  /** Frozen between two awaits, or its request under way for long, while others move on. */
  zombie: 7,
  neverSent: 5,
  /** The process ends between two awaits. */
  gone: 5,
  /** An index or an eventual read shows what was up to an hour ago. */
  stale: 4,
  /** This worker's clock is up to five minutes off. */
  skew: 4,
  inProgress: 3,
} as const
export type FaultKind = keyof typeof WEIGHTS
export const FAULT_KINDS = Object.keys(WEIGHTS) as readonly FaultKind[]

const OF_CALLS = [
  'timeout',
  'reset',
  'serverError',
  'conflict',
  'storm',
  'throttle',
  'zombie',
  'neverSent',
  'gone',
  'stale',
  'inProgress',
] as const
export type CallKind = (typeof OF_CALLS)[number]

export type Counts = Record<FaultKind, number>

export function noFaults(): Counts {
  return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Counts
}

/** Share of the calls at which a fault that waits for its occasion takes it. */
const EAGERNESS = 0.5
const STORM_CALLS = 50

export class FaultDesk {
  readonly injected = noFaults()
  readonly #waiting = noFaults()
  readonly #dice: Dice
  readonly #rate: number
  #stormLeft = 0

  /** @param rate faults drawn per command */
  constructor(seed: number, rate: number) {
    this.#dice = new Dice(seed, 'faults')
    this.#rate = rate
  }

  get total(): number {
    return FAULT_KINDS.reduce((sum, kind) => sum + this.injected[kind], 0)
  }

  /** Called once for each command. @returns the fault of the command itself, if it is one. */
  drawCommand(): 'againAtOnce' | 'againLater' | 'skew' | undefined {
    const draws = Math.floor(this.#rate) + (this.#dice.chance(this.#rate % 1) ? 1 : 0)
    for (let draw = 0; draw < draws; draw += 1) this.#waiting[this.#dice.weighted(WEIGHTS)] += 1
    const own = (['againAtOnce', 'againLater', 'skew'] as const).find((kind) => this.#waiting[kind] > 0)
    if (own !== undefined) this.#take(own)
    return own
  }

  drawCall(call: DynamoCall, isEventual: boolean): CallKind | undefined {
    if (this.#stormLeft > 0 && call.kind === 'transaction') {
      this.#stormLeft -= 1
      if (this.#dice.chance(0.5)) return 'conflict'
    }
    const possible = OF_CALLS.filter((kind) => this.#waiting[kind] > 0 && canBefall(kind, call, isEventual))
    if (possible.length === 0 || !this.#dice.chance(EAGERNESS)) return undefined
    const kind = this.#dice.weighted(
      Object.fromEntries(possible.map((one) => [one, this.#waiting[one]])) as Partial<Counts>,
    )
    this.#take(kind)
    if (kind === 'storm') this.#stormLeft = STORM_CALLS
    return kind as CallKind
  }

  #take(kind: FaultKind): void {
    this.#waiting[kind] -= 1
    this.injected[kind] += 1
  }
}

/** What a write can meet a read cannot, and what is read strongly is never old. */
function canBefall(kind: CallKind, { kind: of }: DynamoCall, isEventual: boolean): boolean {
  if (kind === 'stale') return isEventual
  if (kind === 'conflict' || kind === 'storm' || kind === 'inProgress') return of === 'transaction'
  const isLost = kind === 'timeout' || kind === 'reset' || kind === 'serverError'
  return !isLost || of === 'transaction' || of === 'write'
}

/** The error of a call that never reaches the engine, as the SDK raises it. */
export function unsentError(kind: CallKind, call: DynamoCall, dice: Dice): Error | undefined {
  const one = new Set([dice.below(Math.max(1, call.items.length))])
  switch (kind) {
    case 'conflict':
    case 'storm':
      return sdkError(conflictOf(call, one))
    case 'throttle':
      return sdkError(throttleOf(call, one))
    case 'inProgress':
      return sdkError(inProgress())
    case 'neverSent':
      return brokenLine(dice.chance(0.6) ? 'connectionRefused' : 'nameNotFound')
    default:
      return undefined
  }
}

/** The error that takes the place of an answer, or undefined where the answer arrives. */
export function lostError(kind: CallKind | undefined): Error | undefined {
  if (kind === 'timeout' || kind === 'reset' || kind === 'serverError') return brokenLine(kind)
  return undefined
}

/** Of so few faults, a kind that only some calls can meet may be rarer by chance. */
const FEW = 5_000

/** A kind seen less than a quarter as often as its weight demands, a sixteenth of few. @returns one line for each. */
export function rareFaults(injected: Counts): string[] {
  const total = FAULT_KINDS.reduce((sum, kind) => sum + injected[kind], 0)
  const weights = FAULT_KINDS.reduce((sum, kind) => sum + WEIGHTS[kind], 0)
  return FAULT_KINDS.flatMap((kind) => {
    const demanded = (total * WEIGHTS[kind]) / weights / (total < FEW ? 16 : 4)
    return injected[kind] >= demanded && injected[kind] > 0
      ? []
      : [`fault ${kind}: ${injected[kind]} times, ${Math.ceil(demanded)} demanded`]
  })
}

/** Reads the items of a command of the document client. */
export function calledBy(command: { readonly input: object }): DynamoCall & { readonly isEventual: boolean } {
  const call = callOf(command.constructor.name, command.input)
  const isStrong = 'ConsistentRead' in command.input && command.input.ConsistentRead === true
  return { ...call, isEventual: call.operation === 'Query' && !isStrong }
}
