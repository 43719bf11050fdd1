/** Seeds that once found something, each with what it was; all of them are played again by every run of the tests. */
import type { RunOptions } from './play.ts'

export type Regression = Pick<RunOptions, 'seed' | 'steps' | 'members' | 'callers' | 'faultRate'> & {
  readonly found: string
}

export const REGRESSIONS: readonly Regression[] = [
  { seed: 3, steps: 300, callers: 1, faultRate: 0, found: 'whose daily cap counts on the day of a merge' },
  { seed: 7, steps: 300, callers: 1, faultRate: 0, found: 'a capture that is repeated under another key' },
  { seed: 8, steps: 300, callers: 1, faultRate: 0, found: 'a read of an account that is closed' },
  {
    seed: 11,
    steps: 400,
    callers: 6,
    faultRate: 0,
    found: 'a transfer below the least from an account that is closed',
  },
  { seed: 40, steps: 500, callers: 6, faultRate: 0.6, found: 'a new member whose clock of enrolment was ahead' },
  { seed: 1_005, steps: 800, callers: 6, faultRate: 0.72, found: 'a merge right after a reservation had timed out' },
  { seed: 20_261_123, steps: 800, callers: 6, faultRate: 0, found: 'a capture on a frozen account, voided later' },
  {
    seed: 3_309_297_151,
    steps: 800,
    callers: 6,
    faultRate: 0.72,
    found: 'a void that froze until its reservation had timed out',
  },
  {
    seed: 1_614_134_930,
    steps: 800,
    members: 8,
    callers: 5,
    faultRate: 0,
    found: 'an award that did not see what paid for its receipt, which had been refunded before it came',
  },
  {
    seed: 108,
    steps: 800,
    members: 8,
    callers: 5,
    faultRate: 0.7,
    found: 'a merger that brought back a month of which the survivor had dropped its own part',
  },
  {
    seed: 742_735_964,
    steps: 800,
    members: 8,
    callers: 5,
    faultRate: 0.7,
    found: 'a receipt that was undone and then given to somebody else, which is nothing to its first holder',
  },
  {
    seed: 3_242_186_675,
    steps: 800,
    members: 8,
    callers: 5,
    faultRate: 0.7,
    found: 'a slip that is typed again as a manager had mended it',
  },
]
