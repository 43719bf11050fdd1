/** The way of a reward into the member's hands once its points are taken. It goes forward only, and a step may be skipped. */

/** What follows the capture of the points, by how the reward is handed out. */
const STEPS = {
  pickup: ['requested', 'ready', 'handed_over'],
  ship: ['requested', 'shipped', 'delivered'],
} as const

export type Carriage = keyof typeof STEPS
export type Step = (typeof STEPS)[Carriage][number]

/** Those that somebody takes; the first comes with the capture. */
export const LATER_STEPS = ['ready', 'handed_over', 'shipped', 'delivered'] as const
export type LaterStep = (typeof LATER_STEPS)[number]

export function mayGo(carriage: Carriage, from: Step, to: LaterStep): boolean {
  const steps: readonly Step[] = STEPS[carriage]
  return steps.indexOf(to) > steps.indexOf(from)
}
