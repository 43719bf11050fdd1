/** Rewards: what can be had now first, then how far the next ones are, then the others with every reason in words. */
import { serverNow } from '../../api.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { Link } from '../../navigation.tsx'
import { useTerms } from '../../program.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons.tsx'
import { useProblemText } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import type { Reward } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useCard, useRewards } from '../data.ts'
import { Heading } from '../heading.tsx'
import { reasonFacts, rewardName, sortedRewards } from '../reward-words.ts'
import { routes } from '../routes.ts'
import { Own } from '../state.tsx'
import { useUnit } from '../use-unit.ts'

export function RewardsScreen() {
  const t = useText()
  const { formats } = useLanguage()
  const rewards = useRewards()
  const { card } = useCard()
  const available = card?.balances.available ?? 0
  const u = useUnit()
  return (
    <>
      <Heading title={t('rewards.title')} />
      {card && <p className="have">{t('rewards.have', { n: formats.points(available), u })}</p>}
      <Own query={rewards} heights={[72, 72, 72]}>
        {({ items }) =>
          items.length === 0 ? (
            <Note
              icon="reward"
              title={t('rewards.none')}
              kind="empty"
              actions={
                <Link className={buttonClass()} href={routes.href('code')}>
                  {t('card.showCode')}
                </Link>
              }
            />
          ) : (
            <ul className="rows">
              {sortedRewards(items, available).map((reward) => (
                <RewardRow key={reward.id} reward={reward} />
              ))}
            </ul>
          )
        }
      </Own>
      <Link className="all" href={routes.href('vouchers')}>
        {t('vouchers.title')}
        <Icon name="next" />
      </Link>
    </>
  )
}

function RewardRow({ reward }: { reward: Reward }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const words = useProblemText()
  const terms = useTerms()
  const today = formats.dayOf(serverNow())
  const u = useUnit()
  return (
    <li>
      <Link className="row" href={routes.href('reward', { id: reward.id })}>
        <span>
          <strong>{rewardName(reward, locale)}</strong>
          {reward.available ? (
            <span className="row-note row-can">
              <Icon name="check" />
              {t('rewards.can')}
            </span>
          ) : (
            reward.reasons.map((reason) => (
              <span className="row-note" key={reason.code}>
                {words({ facts: reasonFacts(reason, { terms: terms.data, locale, today }) })}
              </span>
            ))
          )}
        </span>
        <span className="row-points digits">{t('reward.costs', { n: formats.points(reward.points), u })}</span>
      </Link>
    </li>
  )
}
