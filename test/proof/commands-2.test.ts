import { test } from 'vitest'
import { DEPTH } from './depth.ts'
import { proven } from './proven.ts'

test('keeps every point when five callers work at once, so that a busy hour costs nobody anything', async () => {
  await proven({ name: 'commands-2', operations: DEPTH.commands / 2, isFaulty: false, part: 1 })
})
