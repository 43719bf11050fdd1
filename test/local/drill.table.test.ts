import { describe, expect, test } from 'vitest'
import { runDrill } from '../../local/drill.ts'
import { engine } from '../support/engine.ts'
import { SEED } from '../support/seed.ts'

/** Small, because the engine of the tests is shared; `npm run drill -- --times 40` is the real thing. */
const SIZE = { members: 8, commands: 120 }
const PATIENCE_MS = 60_000

describe('after a restore that brought back some rows older than others', () => {
  test.each([1, 2])(
    'drill %i names every affected account and no other, and leaves none that can be spent from',
    async (n) => {
      const { endpoint } = await engine()
      const drill = await runDrill(endpoint, { seed: SEED + n, ...SIZE })
      expect(drill.affected).toBeGreaterThan(0)
      expect(drill.rebuilt).toBeGreaterThan(0)
      expect([drill.missed, drill.wrongly, drill.notFrozen]).toEqual([[], [], []])
      const members = new Set(drill.stay.flatMap(({ memberId }) => memberId ?? []))
      expect(members.size).toBeLessThan(drill.affected)
    },
    PATIENCE_MS,
  )
})
