import { expect, test } from 'vitest'
import { play } from './play.ts'
import { REGRESSIONS } from './regressions.ts'
import { violationsOf } from './runs.ts'

test.each(REGRESSIONS)(
  'seed $seed breaks nothing, so that what it once found stays mended: $found',
  async ({ found: _, ...options }) => {
    expect(await violationsOf(await play(options))).toEqual([])
  },
)
