/** The level as a material: stone, silver, gold. The name says it; the ground only agrees. */

import type { Tier } from '../../wire.ts'
import { useText } from '../catalogues.ts'

const MATERIALS: readonly (readonly [RegExp, string])[] = [
  [/gold/i, 'gold'],
  [/silver|platinum/i, 'silver'],
]

export function TierTag({ tier }: { tier: Tier }) {
  const t = useText()
  const material = MATERIALS.find(([pattern]) => pattern.test(tier.id))?.[1] ?? 'stone'
  return (
    <p className={`tier tier-${material}`}>
      <span className="only-heard">{t('tier.label')} </span>
      {tier.name}
    </p>
  )
}
