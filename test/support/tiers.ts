/** Programs with levels, as tests name them: silver, gold from 1,000 and platinum from 5,000 of whatever is measured. */
import type { Tiers } from '../../functions/points/tiers.ts'
import type { GivenProgram } from '../../local/starter-program.ts'

const level = (id: string, threshold: number, num: number): Tiers['levels'][number] => ({
  id,
  name: { en: id[0]?.toUpperCase() + id.slice(1), 'zh-Hant': `${id} 卡` },
  threshold,
  multiplier: { num, den: 2 },
  priorityCase: false,
  perks: [`${id} perk`],
})

export const LEVELS = [level('silver', 0, 2), level('gold', 1_000, 3), level('platinum', 5_000, 4)]

/** Twelve rolling months of spending, one step down, thirty days of grace. */
export function someTiers(given: Partial<Tiers> = {}): Tiers {
  return {
    measure: 'spend',
    period: { kind: 'rolling', months: 12 },
    downgrade: 'one_step',
    grace: 'P30D',
    warnings: [],
    levels: LEVELS,
    ...given,
  }
}

/** What counts two weeks after the purchase, whether or not its points wait as well. */
export function countedLater(earning: GivenProgram['earning']): GivenProgram['earning'] {
  return { ...earning, returnWindow: 'P14D' }
}
