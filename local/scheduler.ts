/**
 * EventBridge Scheduler on the virtual clock: passing time fires what falls due, and a clock that is moved forward fires
 * everything in between, in order, each with the clock at its time. A clock that is moved back fires nothing.
 */
import { randomUUID } from 'node:crypto'
import type { AsyncOutcome } from './async-invoke.ts'
import { ACCOUNT, REGION } from './aws.ts'
import type { ScheduleSpec } from './deployment-schedules.ts'

/** The longest that a timer can wait. */
const TIMER_MAX_MS = 2 ** 31 - 1
/** Five years of two hourly schedules; more than that is a mistake in the wish. */
const FIRINGS_MAX = 100_000

export type SchedulerParts = {
  readonly schedules: readonly ScheduleSpec[]
  readonly clock: { readonly now: () => number; readonly set: (time: number) => void }
  readonly invoke: (functionName: string, payload: string) => Promise<AsyncOutcome>
  /** Lets what the invocations wrote be delivered before the clock moves on. */
  readonly settle: () => Promise<unknown>
  readonly onProblem: (problem: unknown) => void
}

type Last = { readonly at: string; readonly outcome: string; readonly tries: number }
export type ScheduleState = {
  readonly name: string
  readonly expression: string
  readonly zone: string
  readonly state: 'ENABLED' | 'DISABLED'
  readonly next: string | null
  /** `succeeded`, or the error of the last try. */
  readonly last: Last | null
  readonly isRunning: boolean
}

type Entry = { readonly spec: ScheduleSpec; next: number | undefined; last: Last | null; isRunning: boolean }

export class Scheduler {
  readonly #parts: SchedulerParts
  readonly #entries: readonly Entry[]
  #timer: NodeJS.Timeout | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #isStarted = false
  #isStopped = false

  constructor(parts: SchedulerParts) {
    this.#parts = parts
    this.#entries = parts.schedules.map((spec) => ({ spec, next: undefined, last: null, isRunning: false }))
    this.#plan()
  }

  /** From now on; what fell due while nothing ran is not made up for. */
  start(): void {
    this.#isStarted = true
    this.#plan()
    this.#arm()
  }

  list(): ScheduleState[] {
    return this.#entries.map(({ spec, next, last, isRunning }) => ({
      name: spec.name,
      expression: spec.expression,
      zone: spec.zone,
      state: spec.isEnabled ? 'ENABLED' : 'DISABLED',
      next: next === undefined ? null : new Date(next).toISOString(),
      last,
      isRunning,
    }))
  }

  /**
   * Moves the clock, and on the way forward fires what falls due; the answer comes when all of it is done.
   * @returns false, and nothing is moved, when more would fire than anybody can want
   */
  move(target: number): Promise<boolean> {
    return this.#inTurn(async () => {
      const { clock, settle } = this.#parts
      await settle()
      if (target > clock.now()) {
        if (this.#isTooMany(target)) return false
        await this.#fire(target, 'moving')
      }
      if (!this.#isStopped) clock.set(target)
      this.#plan()
      this.#arm()
      return true
    })
  }

  /** Whether anything was running; waits for it. */
  async idle(): Promise<boolean> {
    const wasRunning = this.#entries.some(({ isRunning }) => isRunning)
    await this.#turn
    return wasRunning
  }

  /** What is with a function is finished; nothing further begins. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#turn
  }

  #plan(): void {
    const now = this.#parts.clock.now()
    for (const entry of this.#entries) entry.next = entry.spec.isEnabled ? entry.spec.times.next(now) : undefined
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const next = this.#nextTime()
    if (next === undefined || !this.#isStarted || this.#isStopped) return
    const delay = Math.min(TIMER_MAX_MS, Math.max(0, next - this.#parts.clock.now()))
    this.#timer = setTimeout(() => {
      this.#inTurn(() => this.#fire(this.#parts.clock.now(), 'passing'))
        .catch(this.#parts.onProblem)
        .finally(() => this.#arm())
    }, delay)
  }

  #nextTime(): number | undefined {
    const times = this.#entries.flatMap(({ next }) => next ?? [])
    return times.length === 0 ? undefined : Math.min(...times)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** A machine that slept does not make up for what it missed; a clock that is moved does. */
  async #fire(until: number, how: 'moving' | 'passing'): Promise<void> {
    const { clock, settle } = this.#parts
    for (
      let time = this.#nextTime();
      time !== undefined && time <= until && !this.#isStopped;
      time = this.#nextTime()
    ) {
      if (how === 'moving' && time > clock.now()) clock.set(time)
      const from = how === 'moving' ? time : clock.now()
      const due = this.#entries.filter(({ next }) => next !== undefined && next <= from)
      for (const entry of due) entry.next = entry.spec.times.next(from)
      const at = time
      await Promise.all(due.map((entry) => this.#invoke(entry, at)))
      if (how === 'moving') await settle()
    }
  }

  async #invoke(entry: Entry, time: number): Promise<void> {
    entry.isRunning = true
    try {
      const { outcome, tries } = await this.#parts.invoke(entry.spec.functionName, payloadOf(entry.spec, time))
      const said = outcome.ok ? 'succeeded' : `${outcome.errorType}: ${outcome.errorMessage}`
      entry.last = { at: new Date(time).toISOString(), outcome: said, tries }
    } finally {
      entry.isRunning = false
    }
  }

  #isTooMany(target: number): boolean {
    let left = FIRINGS_MAX
    for (const { spec, next: first } of this.#entries) {
      for (let next = first; next !== undefined && next <= target; next = spec.times.next(next)) {
        if (--left < 0) return true
      }
    }
    return false
  }
}

function payloadOf({ arn, input }: ScheduleSpec, time: number): string {
  const id = randomUUID()
  const at = `${new Date(time).toISOString().slice(0, 19)}Z`
  if (input === undefined) return JSON.stringify({ version: '0', id, ...SCHEDULED, time: at, resources: [arn] })
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', at)
    .replaceAll('<aws.scheduler.execution-id>', id)
    .replaceAll('<aws.scheduler.attempt-number>', '1')
}

/** The event that EventBridge makes up for a schedule without an input of its own. */
const SCHEDULED = {
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: ACCOUNT,
  region: REGION,
  detail: '{}',
} as const
