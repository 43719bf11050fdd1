/** What the balance leads to and what happens to it when, as lines of a ledger: next reward, level, ends, comes, is owed. */
import { useFormats, useLanguage } from '../../i18n/provider.tsx'
import type { Card, Tier } from '../../wire.ts'
import { type Say, useText } from '../catalogues.ts'
import { useRewards } from '../data.ts'
import { rewardName } from '../reward-words.ts'

export function CardFacts({ card, unit }: { card: Card; unit: string }) {
  const t = useText()
  const formats = useFormats()
  const { balances, expiring, maturing, tier } = card
  const [ends] = expiring
  const [comes] = maturing
  return (
    <ul className="facts">
      <NextReward available={balances.available} />
      {ends?.on && (
        <li className="fact fact-expiry">
          {t('card.expires', { n: formats.points(ends.points), date: formats.day(ends.on), u: unit })}
        </li>
      )}
      {balances.pending > 0 && (
        <li className="fact">
          {comes?.on
            ? t('card.coming', { n: formats.points(balances.pending), date: formats.shortDay(comes.on) })
            : t('card.pending', { n: formats.points(balances.pending) })}
        </li>
      )}
      {balances.reserved > 0 && (
        <li className="fact">{t('card.reserved', { n: formats.points(balances.reserved) })}</li>
      )}
      {balances.debt > 0 && (
        <li className="fact fact-debt">{t('card.debt', { n: formats.points(balances.debt), u: unit })}</li>
      )}
      {tier &&
        tierFacts(tier, t, formats).map((text) => (
          <li className="fact" key={text}>
            {text}
          </li>
        ))}
      {card.status === 'frozen' && <li className="fact fact-debt">{t('problem.account_frozen')}</li>}
    </ul>
  )
}

/** "80 to Coffee", with how far it is. */
function NextReward({ available }: { available: number }) {
  const t = useText()
  const { formats, locale } = useLanguage()
  const rewards = useRewards()
  const next = rewards.data?.items
    .filter(({ points, reasons }) => points > available && reasons.every(({ code }) => code === 'insufficient_points'))
    .sort((a, b) => a.points - b.points)[0]
  if (next === undefined) return null
  return (
    <li className="fact fact-next">
      <span>
        {t('card.toReward', { n: formats.points(next.points - available), reward: rewardName(next, locale) })}
      </span>
      <progress
        max={next.points}
        value={available}
        aria-label={t('card.progress', { have: formats.points(available), need: formats.points(next.points) })}
      />
    </li>
  )
}

/** Measures are minor units, points or days with a visit. */
function tierFacts(tier: Tier, t: Say, formats: ReturnType<typeof useFormats>): string[] {
  const { kind, waiting } = tier.measure
  const amount = (value: number) => (kind === 'spend' ? formats.money(value) : formats.points(value))
  return [
    tier.next && t('tier.next', { amount: amount(tier.next.missing), tier: tier.next.name, kind }),
    tier.keep &&
      tier.keep.missing > 0 &&
      t('tier.keep', { amount: amount(tier.keep.missing), tier: tier.name, date: formats.day(tier.keep.by), kind }),
    waiting > 0 && t('tier.waiting', { amount: amount(waiting) }),
  ].filter((text) => typeof text === 'string')
}
