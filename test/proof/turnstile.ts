/**
 * Lets one call at a time into the engine, picks by seed who goes next, and moves virtual time to the next timer only when
 * nobody waits at the gate. So a seed repeats a run exactly, and nothing really waits.
 */
import { createHash } from 'node:crypto'
import { Dice } from './dice.ts'

type Caller = { readonly name: string; readonly enter: () => Promise<void> }
type Timer = { readonly at: number; readonly fire: () => void }

/** While calls overlap, time moves on by no more than this. */
const NEAR_MS = 50

export class Turnstile {
  /** Virtual milliseconds since the run began. */
  time = 0
  /** Counts whatever happens; two things with different numbers happened in that order. */
  turns = 0
  readonly #dice: Dice
  readonly #waiting: Caller[] = []
  readonly #timers: Timer[] = []
  readonly #trace = createHash('sha256')

  constructor(seed: number) {
    this.#dice = new Dice(seed, 'turnstile')
  }

  /** Waits to be picked, then runs alone. */
  call<T>(name: string, run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, enter: () => run().then(resolve, reject) })
    })
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#insert({ at: this.time + Math.ceil(milliseconds), fire: resolve })
    })
  }

  /** What happened, for the digest of the run. */
  note(text: string): void {
    this.turns += 1
    this.#trace.update(`${this.time} ${text}\n`)
  }

  /** Moves time on under whoever is at work; timers on the way fire next, in their order. */
  leap(milliseconds: number): void {
    this.time += milliseconds
    this.note('leap')
  }

  /** Until nobody waits and no timer is left. What never comes back, such as a process that is gone, does not count. */
  async run(): Promise<void> {
    for (;;) {
      // All that can go on without the engine has gone on before the event loop comes round.
      await new Promise((resolve) => setImmediate(resolve))
      if (this.#waiting.length > 0) {
        const [caller] = this.#waiting.splice(this.#dice.below(this.#waiting.length), 1)
        this.note(caller?.name ?? '')
        await caller?.enter()
        continue
      }
      const next = this.#timers.at(-1)
      if (this.isBusy() && (next === undefined || next.at > this.time + NEAR_MS)) continue
      const timer = this.#timers.pop()
      if (timer === undefined) return
      this.time = Math.max(this.time, timer.at)
      this.turns += 1
      timer.fire()
    }
  }

  /** Whether somebody is in the engine. */
  protected isBusy(): boolean {
    return false
  }

  /** Equal for runs in which the same things happened at the same times. */
  digest(): string {
    return this.#trace.copy().digest('hex')
  }

  /** The latest first; of two at the same time the older fires first. */
  #insert(timer: Timer): void {
    let place = this.#timers.length
    while (place > 0 && (this.#timers[place - 1]?.at ?? 0) <= timer.at) place -= 1
    this.#timers.splice(place, 0, timer)
  }
}

/**
 * The same without the gate: calls overlap as the engine lets them, and pauses are as short as can be. Virtual time still
 * moves, but nothing here can be repeated.
 */
export class OpenTurnstile extends Turnstile {
  #inside = 0

  override async call<T>(name: string, run: () => Promise<T>): Promise<T> {
    this.note(name)
    this.#inside += 1
    try {
      return await run()
    } finally {
      this.#inside -= 1
    }
  }

  protected override isBusy(): boolean {
    return this.#inside > 0
  }
}
