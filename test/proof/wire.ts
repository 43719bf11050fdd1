/**
 * The clients that verbs under proof are given: every call passes the turnstile and the physics, and may meet a fault. They
 * repeat by themselves what the SDK's clients repeat, only that nobody really waits.
 */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import type { Tables } from '../../functions/platform/table.ts'
import type { DynamoCall } from '../../local/dynamo-call.ts'
import type { Physics } from '../../local/physics.ts'
import { brokenLine, sdkError } from '../../local/sdk-physics.ts'
import type { Dice } from './dice.ts'
import { type CallKind, calledBy, type FaultDesk, lostError, unsentError } from './faults.ts'
import type { Turnstile } from './turnstile.ts'
import { Witness } from './witness.ts'

/** What the wire knows of the process that calls: whether it is still there, and what shall befall it. */
export type Process = {
  readonly name: string
  /** Counts the calls to the engine that it has waited for. */
  awaits: number
  isGone: boolean
  /** Told when it is gone; its promise never comes back. */
  readonly onGone: () => void
  /** Decides faults instead of chance. */
  readonly plan?: (nth: number) => Planned | undefined
}
/** Where exactly a planned fault strikes: before the call is sent or after the engine did it. */
export type Planned = {
  readonly kind: 'gone' | 'frozen' | 'lost' | 'unsent' | 'conflict' | 'defect'
  readonly when: 'before' | 'after'
}

type Command = { readonly input: object }
type Client = Pick<DynamoDBDocumentClient, 'send'>

export type WireParts = {
  readonly turnstile: Turnstile
  readonly physics: Physics
  readonly faults: FaultDesk | undefined
  readonly dice: Dice
  readonly engine: Pick<Tables, 'reader' | 'writer' | 'names'>
  /** Spoils what is sent, to see whether anybody notices. */
  readonly sabotage?: Sabotage | undefined
}
export type Sabotage = (command: Command) => Command

const READER_TRIES = 4
const TIMEOUT_MS = 2_000
/** After this DynamoDB no longer knows a token. */
const TOKEN_MS = 600_000
const FROZEN_MS = 660_000

export class Wire {
  readonly witness = new Witness()
  readonly #parts: WireParts
  readonly #tokens = new Map<string, number>()
  readonly #shown = new Map<string, { readonly at: number; readonly output: unknown }>()

  constructor(parts: WireParts) {
    this.#parts = parts
  }

  /** The engine itself, for looking at what lies in it. */
  get tables(): Tables {
    return { ...this.#parts.engine, usage: { requests: 0, writeUnits: 0, readUnits: 0 } }
  }

  tablesFor(process: Process): Tables {
    const { engine } = this.#parts
    return {
      reader: asDocumentClient({ send: (command) => this.#reading(process, command) }),
      writer: asDocumentClient({ send: (command) => this.#once(process, command, engine.writer) }),
      names: engine.names,
      usage: { requests: 0, writeUnits: 0, readUnits: 0 },
    }
  }

  /** As the SDK's standard retries: four tries of what may pass, a pause between them. */
  async #reading(process: Process, command: Command): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#once(process, command, this.#parts.engine.reader)
      } catch (error) {
        if (tries === READER_TRIES || !isPassing(error)) throw error
        await this.#parts.turnstile.pause(this.#parts.dice.between(1, 100 * tries))
      }
    }
  }

  async #once(process: Process, command: Command, client: Client): Promise<unknown> {
    const { turnstile, faults, dice } = this.#parts
    const call = calledBy(command)
    const plan = process.plan?.(process.awaits)
    // Nobody is in the way of a read.
    const planned = plan?.kind === 'conflict' && call.kind !== 'transaction' ? undefined : plan
    process.awaits += 1
    const fault = planned === undefined ? faults?.drawCall(call, call.isEventual) : undefined
    if (fault !== undefined) turnstile.note(`${process.name} meets ${fault}`)
    const isEarly = planned ? planned.when === 'before' : dice.chance(0.5)
    const kind = planned ? plannedKind(planned) : fault
    if (kind === 'gone' && isEarly) return this.#never(process)
    if (kind === 'zombie' && call.kind === 'transaction' && planned === undefined && dice.chance(0.3)) {
      return this.#late(process, command, client)
    }
    if (kind === 'zombie' && isEarly) await turnstile.pause(this.#frozenFor(planned))
    const unsent = planned?.kind === 'defect' ? defect() : kind && unsentError(kind, call, dice)
    if (unsent) {
      await turnstile.pause(dice.between(1, 5))
      this.witness.met(call, unsent)
      throw unsent
    }
    const answer = kind === 'stale' ? this.#old(call, command) : undefined
    const result = answer ?? (await this.#held(process, { command, call, client, kind }))
    if (kind === 'gone') return this.#never(process)
    if (kind === 'zombie' && !isEarly) await turnstile.pause(this.#frozenFor(planned))
    return result
  }

  /** The call with its hold on the items, and the answer lost where it shall be. */
  async #held(
    process: Process,
    { command, call, client, kind }: { command: Command; call: DynamoCall; client: Client; kind: CallKind | undefined },
  ): Promise<unknown> {
    const { turnstile, physics, dice } = this.#parts
    const verdict = physics.begin(turnstile.time, call)
    if (verdict.kind === 'refuse') {
      await turnstile.pause(dice.between(1, 3))
      this.witness.met(call, sdkError(verdict.refused))
      throw sdkError(verdict.refused)
    }
    await turnstile.pause(Math.max(dice.between(1, 4), verdict.until - turnstile.time))
    const lost = lostError(kind)
    try {
      const output = await turnstile.call(`${process.name} ${call.operation}`, () =>
        this.#engine(call, command, client),
      )
      if (lost === undefined) return output
    } catch (error) {
      if (lost === undefined) throw error
    } finally {
      physics.end(turnstile.time, verdict.ticket)
    }
    if (kind === 'timeout') await turnstile.pause(TIMEOUT_MS)
    this.witness.met(call, lost)
    throw lost
  }

  async #engine(call: DynamoCall, command: Command, client: Client): Promise<unknown> {
    try {
      const living = this.#withLivingToken(call, command)
      const output = await send(client, this.#parts.sabotage?.(living) ?? living)
      this.witness.committed(call, command.input)
      if (call.operation === 'Query') this.#shown.set(shownKey(command), { at: this.#parts.turnstile.time, output })
      return output
    } catch (error) {
      this.witness.met(call, error)
      throw error
    }
  }

  /** The engine counts in real time, so a token that is too old in virtual time is made unknown to it. */
  #withLivingToken({ token }: DynamoCall, command: Command): Command {
    if (token === undefined) return command
    const first = this.#tokens.get(token) ?? this.#parts.turnstile.time
    this.#tokens.set(token, first)
    if (this.#parts.turnstile.time - first < TOKEN_MS) return command
    const { TransactItems } = command.input as TransactWriteCommand['input']
    return new TransactWriteCommand({ TransactItems, ClientRequestToken: `late-${String(token).slice(5)}` })
  }

  /** The caller has given up, and then the request arrives. */
  async #late(process: Process, command: Command, client: Client): Promise<never> {
    const { turnstile, dice } = this.#parts
    const call = calledBy(command)
    const delay = dice.chance(0.5) ? dice.between(100, 2_500) : this.#frozenFor(undefined)
    const token = call.token
    if (token !== undefined && !this.#tokens.has(token)) this.#tokens.set(token, turnstile.time)
    const arrive = async () => {
      await turnstile.pause(delay)
      const arrived = turnstile.call(`${process.name} late`, () => this.#engine(call, command, client))
      await Promise.allSettled([arrived])
    }
    void arrive()
    await turnstile.pause(TIMEOUT_MS)
    throw brokenLine('timeout')
  }

  #frozenFor(planned: Planned | undefined): number {
    const { dice } = this.#parts
    if (planned) return FROZEN_MS
    return dice.chance(0.5) ? dice.between(200, 30_000) : dice.between(FROZEN_MS, 2 * FROZEN_MS)
  }

  /** What an index showed up to an hour ago; one that nobody had asked yet shows nothing. */
  #old(call: DynamoCall, command: Command): unknown {
    if (call.operation !== 'Query') return undefined
    const shown = this.#shown.get(shownKey(command))
    const isFresh = shown !== undefined && this.#parts.turnstile.time - shown.at <= 3_600_000
    return isFresh ? shown.output : { Items: [], $metadata: {} }
  }

  #never(process: Process): Promise<never> {
    process.isGone = true
    process.onGone()
    return new Promise(() => undefined)
  }
}

function plannedKind({ kind, when }: Planned): CallKind {
  if (kind === 'gone') return 'gone'
  if (kind === 'frozen') return 'zombie'
  if (kind === 'conflict') return 'conflict'
  return when === 'before' ? 'neverSent' : 'timeout'
}

/** What the engine says to a request that is wrong. */
function defect(): Error {
  return Object.assign(new Error('wrong'), { name: 'ValidationException', $metadata: { httpStatusCode: 400 } })
}

function shownKey({ input }: Command): string {
  return JSON.stringify(input)
}

/** Verbs call nothing of a client but `send`. */
function asDocumentClient(client: { readonly send: (command: Command) => Promise<unknown> }): DynamoDBDocumentClient {
  return client as unknown as DynamoDBDocumentClient
}

/** The command came from a verb, which took it from the SDK. */
function send(client: Client, command: Command): Promise<unknown> {
  return client.send(command as TransactWriteCommand)
}

const PASSING = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
  'TimeoutError',
])
const PASSING_CODES = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TransactionCanceledException) return false
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } }
  return PASSING.has(error.name) || PASSING_CODES.has(code ?? '') || ($metadata?.httpStatusCode ?? 0) >= 500
}
