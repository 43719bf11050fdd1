/** The way of a reward into the member's hands goes forward only. */
import { expect, test } from 'vitest'
import { LATER_STEPS, mayGo } from '../../../functions/rewards/fulfilment.ts'

test.each([
  ['pickup', 'requested', ['ready', 'handed_over']],
  ['pickup', 'ready', ['handed_over']],
  ['pickup', 'handed_over', []],
  ['ship', 'requested', ['shipped', 'delivered']],
  ['ship', 'shipped', ['delivered']],
  ['ship', 'delivered', []],
] as const)('from %s %s it goes to %s and nowhere else', (carriage, from, to) => {
  expect(LATER_STEPS.filter((step) => mayGo(carriage, from, step))).toEqual(to)
})
