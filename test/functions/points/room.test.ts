import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withoutRoom, withRoom } from '../../../functions/points/room.ts'

const DAILY = 'daily#2026-11-23'
const RUNS = { seed: 150, numRuns: 500 }

describe('the room of a receipt under a cap', () => {
  test('is the most that it ever took, whatever it was corrected to and in between others', () => {
    const step = fc.record({ own: fc.nat(200), others: fc.nat(50) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.nat(300), (steps, cap) => {
        let counter = 0
        let own: Readonly<Record<string, number>> = {}
        let most = 0
        let others = 0
        for (const { own: asked, others: more } of steps) {
          const before = withoutRoom(new Map([[DAILY, counter]]), own)
          expect(before.get(DAILY)).toBe(others)
          const granted = Math.min(asked, Math.max(0, cap - others))
          const after = new Map([[DAILY, others + granted]])
          const taken = withRoom({ before, after, own })
          counter = taken.counted.get(DAILY) ?? counter
          own = taken.own
          most = Math.max(most, granted)
          expect(counter).toBe(others + most)
          others += more
          counter += more
        }
      }),
      RUNS,
    )
  })

  test('is written only where it grew, so that a correction downwards costs no counter', () => {
    const before = new Map([[DAILY, 10]])
    const own = { [DAILY]: 50 }
    expect([...withRoom({ before, after: new Map([[DAILY, 40]]), own }).counted]).toEqual([])
    expect([...withRoom({ before, after: new Map([[DAILY, 70]]), own }).counted]).toEqual([[DAILY, 70]])
  })
})
