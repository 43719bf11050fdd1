import { test } from 'vitest'
import { DEPTH } from './depth.ts'
import { proven } from './proven.ts'

test('tells every caller what the model says when one command follows another, so that each does what it promises', async () => {
  await proven({ name: 'commands-1', operations: DEPTH.commands / 2, isFaulty: false, part: 0, callers: 1 })
})
