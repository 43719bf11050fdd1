import { test } from 'vitest'
import { DEPTH } from './depth.ts'
import { proven } from './proven.ts'

test('keeps every point when answers are lost, workers freeze and callers repeat, so that trouble never costs points, part 1 of 2', async () => {
  await proven({ name: 'faults-1', operations: DEPTH.faulty / 2, isFaulty: true, part: 2 })
})
