/** The time that functions see. It stands still until a test moves it. */
import { vi } from 'vitest'
import { addToInstant } from '../../functions/shared/dates.ts'

export const TEST_START = '2026-11-23T10:00:00Z'

export type Clock = {
  now(): number
  /** An RFC 3339 time; backwards is allowed. */
  set(time: string): void
  /** An ISO 8601 duration, its days counted in UTC. */
  advance(duration: string): void
}

export function controlClock(start = TEST_START): Clock {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(start) })
  return {
    now: () => Date.now(),
    set: (time) => {
      vi.setSystemTime(Date.parse(time))
    },
    advance: (duration) => {
      vi.setSystemTime(addToInstant(Date.now(), duration, 'UTC'))
    },
  }
}
