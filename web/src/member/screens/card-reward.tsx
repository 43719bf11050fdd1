/** The cheapest reward that can be had now, one tap from being had. */
import { useLanguage } from '../../i18n/provider.tsx'
import { Link } from '../../navigation.tsx'
import { buttonClass } from '../../ui/button.tsx'
import type { Card } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useReservations, useRewards } from '../data.ts'
import { rewardName, untilText } from '../reward-words.ts'
import { routes } from '../routes.ts'
import { useUnit } from '../use-unit.ts'

export function CardReward({ card }: { card: Card }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const rewards = useRewards()
  const reservations = useReservations()
  const u = useUnit()
  const open = reservations.data?.items.filter(({ state }) => state === 'reserved') ?? []
  const best = rewards.data?.items
    .filter(({ available, points }) => available && points <= card.balances.available)
    .sort((a, b) => a.points - b.points)[0]
  return (
    <>
      {open.map((reservation) => (
        <Link key={reservation.id} className="row row-action" href={routes.href('reservation', { id: reservation.id })}>
          <span>
            <strong>{rewardName(reservation, locale)}</strong>
            <span className="row-note">
              {reservation.expiresAt
                ? t('reservation.until', { time: untilText(reservation.expiresAt, formats) })
                : t('reservation.open')}
            </span>
          </span>
          <span className={buttonClass()}>{t('reservation.show')}</span>
        </Link>
      ))}
      {best && (
        <Link className="row row-action" href={routes.href('reward', { id: best.id })}>
          <span>
            <strong>{rewardName(best, locale)}</strong>
            <span className="row-note digits">{t('reward.costs', { n: formats.points(best.points), u })}</span>
          </span>
          <span className={buttonClass({ look: 'seal' })}>{t('reward.redeem')}</span>
        </Link>
      )}
    </>
  )
}
