/** Runs once per test file: a clock that a test has moved goes back before the next file begins. */
import { afterAll, vi } from 'vitest'

afterAll(() => {
  vi.useRealTimers()
})
