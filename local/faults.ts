/**
 * Draws, by weight and seed, what goes wrong with a call to DynamoDB or with a delivery of a stream. Pure: it only says
 * what shall happen; `sdk-physics.ts` and the door of the local run do it.
 *
 *     const faults = new Faults({ seed: 7, rate: 0.2 })
 *     const fault = faults.drawCall(callOf('PutItem', request))
 *     // undefined: nothing. 'unsent': do not send. 'refused': answer so, unsent. 'lost': send, then lose the answer.
 */
import { nthRandom, type Random, shuffled } from './chance.ts'
import type { DynamoCall } from './dynamo-call.ts'
import { conflictOf, inProgress, type Refused, throttleOf } from './refusals.ts'

/** Shares among the faults drawn; the same as those of the proof of the ledger. */
export const FAULT_WEIGHTS = {
  /** The answer is lost after the engine did what it was asked. */
  timeout: 18,
  reset: 6,
  serverError: 6,
  /** Somebody else holds an item: once, or half of the next 50 times. */
  conflict: 12,
  storm: 3,
  throttle: 8,
  /** Never sent: the connection is refused, or the name is not found. */
  connectionRefused: 3,
  nameNotFound: 2,
  inProgress: 3,
  /** A batch of a stream comes twice, or in another order across items. */
  batchAgain: 2,
  batchShuffled: 2,
} as const

export type FaultKind = keyof typeof FAULT_WEIGHTS
export type FaultWeights = Partial<Readonly<Record<FaultKind, number>>>

export type FaultSettings = {
  readonly seed: number
  /** Share of calls and batches that go wrong, 0 to 1. */
  readonly rate: number
  /** Only these kinds, in these shares; all by default. */
  readonly weights?: FaultWeights
}

export type CallFault =
  | { readonly effect: 'lost'; readonly kind: 'timeout' | 'reset' | 'serverError' }
  | { readonly effect: 'unsent'; readonly kind: 'connectionRefused' | 'nameNotFound' }
  | {
      readonly effect: 'refused'
      readonly kind: 'conflict' | 'storm' | 'throttle' | 'inProgress'
      readonly refused: Refused
    }
export type BatchFault = 'batchAgain' | 'batchShuffled'

export const FAULT_KINDS = [
  'timeout',
  'reset',
  'serverError',
  'conflict',
  'storm',
  'throttle',
  'connectionRefused',
  'nameNotFound',
  'inProgress',
  'batchAgain',
  'batchShuffled',
] as const satisfies readonly FaultKind[]

const BATCH_KINDS: readonly BatchFault[] = ['batchAgain', 'batchShuffled']
const STORM_CALLS = 50
const STORM_SHARE = 0.5
/** Keeps the draws for batches apart from those for calls. */
const BATCH_SALT = 0x5bd1_e995

export class Faults {
  /** How often each kind befell a call or a batch; a storm counts once for each call that it hits. */
  readonly injected: Record<FaultKind, number> = noFaults()
  readonly #settings: FaultSettings
  #calls = 0
  #batches = 0
  #stormLeft = 0

  constructor(settings: FaultSettings) {
    this.#settings = settings
  }

  get total(): number {
    return FAULT_KINDS.reduce((sum, kind) => sum + this.injected[kind], 0)
  }

  /** The n-th call of a run meets the same chance whatever the calls before it were. */
  drawCall(call: DynamoCall): CallFault | undefined {
    const random = nthRandom(this.#settings.seed, this.#calls++)
    const kind = this.#stormHits(call, random) ? 'storm' : this.#draw(callKinds(call), random)
    if (kind === undefined) return undefined
    this.injected[kind] += 1
    return callFault(kind, call, random)
  }

  /** @returns the records to deliver, one inner list after the other. Order within a partition is never broken. */
  redeliver<T extends { readonly partition: string }>(batch: readonly T[]): readonly (readonly T[])[] {
    const random = nthRandom(this.#settings.seed ^ BATCH_SALT, this.#batches++)
    const kind = this.#draw(BATCH_KINDS, random)
    if (kind === undefined) return [batch]
    this.injected[kind] += 1
    return kind === 'batchAgain' ? [batch, batch] : [shuffledAcross(batch, random)]
  }

  #stormHits(call: DynamoCall, random: Random): boolean {
    if (this.#stormLeft === 0 || !canConflict(call)) return false
    this.#stormLeft -= 1
    return random() < STORM_SHARE
  }

  #draw<K extends FaultKind>(kinds: readonly K[], random: Random): K | undefined {
    if (random() >= this.#settings.rate) return undefined
    const { weights = FAULT_WEIGHTS } = this.#settings
    const total = kinds.reduce((sum, kind) => sum + (weights[kind] ?? 0), 0)
    let left = random() * total
    const drawn = kinds.find((kind) => {
      left -= weights[kind] ?? 0
      return left < 0
    })
    if (drawn === 'storm') this.#stormLeft = STORM_CALLS
    return drawn
  }
}

/** Only what can befall this call: nobody is in the way of a read. */
function callKinds(call: DynamoCall): readonly CallFault['kind'][] {
  const always = ['timeout', 'reset', 'serverError', 'throttle', 'connectionRefused', 'nameNotFound'] as const
  if (!canConflict(call)) return always
  return [...always, 'conflict', 'storm', ...(call.token === undefined ? [] : (['inProgress'] as const))]
}

function canConflict({ kind, items }: DynamoCall): boolean {
  return items.length > 0 && (kind === 'transaction' || kind === 'snapshot' || kind === 'write')
}

function callFault(kind: CallFault['kind'], call: DynamoCall, random: Random): CallFault {
  const one = new Set([Math.floor(random() * call.items.length)])
  switch (kind) {
    case 'timeout':
    case 'reset':
    case 'serverError':
      return { effect: 'lost', kind }
    case 'connectionRefused':
    case 'nameNotFound':
      return { effect: 'unsent', kind }
    case 'conflict':
    case 'storm':
      return { effect: 'refused', kind, refused: conflictOf(call, one) }
    case 'throttle':
      return { effect: 'refused', kind, refused: throttleOf(call, one) }
    case 'inProgress':
      return { effect: 'refused', kind, refused: inProgress() }
  }
}

/** Takes the next record of a partition drawn by chance until all are taken, as shards of one stream may interleave. */
function shuffledAcross<T extends { readonly partition: string }>(batch: readonly T[], random: Random): T[] {
  const queues = Map.groupBy(batch, ({ partition }) => partition)
  const turns = shuffled(
    batch.map(({ partition }) => partition),
    random,
  )
  return turns.flatMap((partition) => queues.get(partition)?.shift() ?? [])
}

export function noFaults(): Record<FaultKind, number> {
  return {
    timeout: 0,
    reset: 0,
    serverError: 0,
    conflict: 0,
    storm: 0,
    throttle: 0,
    connectionRefused: 0,
    nameNotFound: 0,
    inProgress: 0,
    batchAgain: 0,
    batchShuffled: 0,
  }
}
