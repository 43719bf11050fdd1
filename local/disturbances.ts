/**
 * The faults and the physics that are in force in a local run, as `POST /local/faults` set them. Nothing is in force at
 * first, and a restart switches everything off.
 */
import * as z from 'zod'
import { FAULT_KINDS, type FaultKind, Faults } from './faults.ts'
import { type Met, Physics } from './physics.ts'

const Settings = z.strictObject({
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  rate: z.number().min(0).max(1),
  kinds: z
    .partialRecord(z.enum(FAULT_KINDS), z.number().min(0).max(1_000))
    .refine((kinds) => Object.values(kinds).some((weight) => weight > 0), 'at least one kind has a weight above 0')
    .optional(),
  physics: z.boolean().default(false),
})

export type Shown = z.infer<typeof Settings> & {
  /** Counted since the settings were made. */
  readonly injected: Readonly<Record<FaultKind, number>>
  readonly met: Readonly<Met>
}

const OFF: z.infer<typeof Settings> = { seed: 1, rate: 0, physics: false }

export class Disturbances {
  #settings = OFF
  #faults = new Faults(OFF)
  #physics: Physics | undefined

  /** Undefined while nothing goes wrong, so that a calm run does not even look at its calls. */
  get faults(): Faults | undefined {
    return this.#settings.rate > 0 ? this.#faults : undefined
  }

  get physics(): Physics | undefined {
    return this.#physics
  }

  /** Replaces all settings and counts anew. @returns what is wrong with the wish, or undefined when it is in force. */
  set(wanted: unknown): string | undefined {
    const parsed = Settings.safeParse(wanted)
    if (!parsed.success) return z.prettifyError(parsed.error)
    const { seed, rate, kinds, physics } = parsed.data
    this.#settings = parsed.data
    this.#faults = new Faults({ seed, rate, ...(kinds && { weights: kinds }) })
    this.#physics = physics ? new Physics({ seed }) : undefined
    return undefined
  }

  shown(): Shown {
    const met = this.#physics?.met ?? { conflict: 0, throttle: 0, inProgress: 0 }
    return { ...this.#settings, injected: this.#faults.injected, met }
  }
}
