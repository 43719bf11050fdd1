/** One reward: what it is, where and until when, and the one deliberate step that takes the points. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { newKey, serverNow } from '../../api.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { Link, navigate, usePathname } from '../../navigation.tsx'
import { useApi, useIsOnline } from '../../page.tsx'
import { asProblem, Problem } from '../../problem.ts'
import { useTerms } from '../../program.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { SelectField } from '../../ui/field.tsx'
import { ProblemCard, useProblemText } from '../../ui/problem-card.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import type { Redemption, Reward } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useCard, useRewards } from '../data.ts'
import { Heading } from '../heading.tsx'
import { reasonFacts, rewardName, storeName, storeNames, textOf } from '../reward-words.ts'
import { routes } from '../routes.ts'
import { OfflineReason, Own } from '../state.tsx'
import { VoucherDone } from './voucher-done.tsx'

export function RewardScreen() {
  const route = routes.match(usePathname())
  const id = route?.name === 'reward' ? route.params.id : ''
  const t = useText()
  const rewards = useRewards()
  return (
    <>
      {rewards.data === undefined && <Heading title={t('rewards.title')} />}
      <Own query={rewards} heights={[40, 24, 120]}>
        {({ items }) => <Detail reward={items.find((each) => each.id === id)} />}
      </Own>
    </>
  )
}

function Detail({ reward }: { reward: Reward | undefined }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const isOnline = useIsOnline()
  const words = useProblemText()
  const [isAsking, ask] = useState(false)
  const [given, give] = useState<Redemption>()
  if (reward === undefined)
    return (
      <>
        <Heading title={t('rewards.title')} />
        <ProblemCard
          problem={new Problem({ code: 'reward_not_found', status: 404 })}
          actions={
            <Link className={buttonClass()} href={routes.href('rewards')}>
              {t('rewards.title')}
            </Link>
          }
        />
      </>
    )
  if (given?.voucher) return <VoucherDone voucher={given.voucher} name={rewardName(reward, locale)} />
  const stores = reward.stores ?? []
  const today = formats.dayOf(serverNow())
  const { until } = reward.window
  return (
    <>
      <Heading title={rewardName(reward, locale)} />
      <p className="price digits">{t('reward.costs', { n: formats.points(reward.points) })}</p>
      <ul className="facts">
        <li className="fact">{t(`reward.${reward.fulfilment}`)}</li>
        {stores.length > 0 && (
          <li className="fact">
            {t('reward.stores', { stores: formats.list(storeNames(stores, terms.data, locale)) })}
          </li>
        )}
        {until && <li className="fact fact-expiry">{t('reward.until', { date: formats.day(until) })}</li>}
        {textOf(reward.terms, locale) && <li className="fact">{textOf(reward.terms, locale)}</li>}
      </ul>
      {reward.reasons.map((reason) => (
        <p className="reason" key={reason.code}>
          {words({ facts: reasonFacts(reason, { terms: terms.data, locale, today }) })}
        </p>
      ))}
      <Button look="seal" isWide isLarge disabled={!reward.available || !isOnline} onClick={() => ask(true)}>
        {t('reward.redeem')}
      </Button>
      <OfflineReason />
      {isAsking && <Confirm reward={reward} stores={stores} onClose={() => ask(false)} onGiven={give} />}
    </>
  )
}

type ConfirmProps = {
  readonly reward: Reward
  readonly stores: readonly string[]
  readonly onClose: () => void
  readonly onGiven: (given: Redemption) => void
}

function Confirm({ reward, stores, onClose, onGiven }: ConfirmProps) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const api = useApi()
  const queries = useQueryClient()
  const { card } = useCard()
  const [storeId, choose] = useState(stores[0])
  // Made when the sheet opens: pressing twice, or again after silence, redeems once.
  const [key] = useState(newKey)
  const redeem = useMutation({
    mutationFn: () =>
      api.post<Redemption>('/me/redemptions', { rewardId: reward.id, ...(storeId !== undefined && { storeId }) }, key),
    onSuccess: (given) => {
      queries.invalidateQueries()
      onClose()
      if (given.reservation) navigate(routes.href('reservation', { id: given.reservation.id }))
      else onGiven(given)
    },
  })
  const name = rewardName(reward, locale)
  const left = (card?.balances.available ?? 0) - reward.points
  return (
    <Sheet title={name} closeLabel={t('action.close')} onClose={onClose}>
      <p className="confirm-words">
        {t('reward.confirm', { reward: name, n: formats.points(reward.points), left: formats.points(left) })}
      </p>
      {stores.length > 1 && (
        <SelectField label={t('reward.store')} value={storeId} onChange={({ target }) => choose(target.value)}>
          {stores.map((id) => (
            <option key={id} value={id}>
              {storeName(id, terms.data, locale)}
            </option>
          ))}
        </SelectField>
      )}
      {redeem.error && <ProblemCard problem={asProblem(redeem.error)} fate={t('reward.untouched')} />}
      <Button look="seal" isWide isLarge disabled={redeem.isPending} onClick={() => redeem.mutate()}>
        {t(redeem.isPending ? 'reward.sending' : 'reward.confirmButton')}
      </Button>
    </Sheet>
  )
}
