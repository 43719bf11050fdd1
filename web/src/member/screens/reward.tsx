/** One reward: what it is, where and until when, and the one deliberate step that takes the points. */
import { useState } from 'react'
import { serverNow } from '../../api.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { Link, navigate, usePathname } from '../../navigation.tsx'
import { useApi, useIsOnline } from '../../page.tsx'
import { Problem } from '../../problem.ts'
import { useTerms } from '../../program.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { SelectField } from '../../ui/field.tsx'
import { ProblemCard, useProblemText } from '../../ui/problem-card.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import type { Redemption, Reward } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useCard, useRewards } from '../data.ts'
import { Heading } from '../heading.tsx'
import { useIntent } from '../intent.ts'
import { reasonFacts, rewardName, storeName, storeNames, textOf } from '../reward-words.ts'
import { routes } from '../routes.ts'
import { OfflineReason, Own } from '../state.tsx'
import { useUnit } from '../use-unit.ts'
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
        {({ items }) => {
          const reward = items.find((each) => each.id === id)
          return reward ? <Detail key={id} reward={reward} /> : <NoReward />
        }}
      </Own>
    </>
  )
}

function NoReward() {
  const t = useText()
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
}

type Redeeming = ReturnType<typeof useRedeeming>

/** Pressing twice, or again after silence, here or after a reload, redeems once. */
function useRedeeming(rewardId: string) {
  const api = useApi()
  const intent = useIntent(`redeem.${rewardId}`, (body, key) => api.post<Redemption>('/me/redemptions', body, key))
  return {
    ...intent,
    press: (storeId?: string) =>
      intent.press({ rewardId, ...(storeId !== undefined && { storeId }) }, ({ reservation }) => {
        if (reservation) navigate(routes.href('reservation', { id: reservation.id }))
      }),
  }
}

function Detail({ reward }: { reward: Reward }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const u = useUnit()
  const [isAsking, ask] = useState(false)
  const redeeming = useRedeeming(reward.id)
  const voucher = redeeming.answer?.voucher
  if (voucher) return <VoucherDone voucher={voucher} name={rewardName(reward, locale)} />
  const stores = reward.stores ?? []
  const { until } = reward.window
  return (
    <>
      <Heading title={rewardName(reward, locale)} />
      <p className="price digits">{t('reward.costs', { n: formats.points(reward.points), u })}</p>
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
      <Redeem reward={reward} redeeming={redeeming} isAsking={isAsking} onAsk={() => ask(true)} />
      <OfflineReason />
      {isAsking && <Confirm reward={reward} redeeming={redeeming} onClose={() => ask(false)} />}
    </>
  )
}

type RedeemProps = {
  readonly reward: Reward
  readonly redeeming: Redeeming
  /** The sheet says then what there is to say. */
  readonly isAsking: boolean
  readonly onAsk: () => void
}

/** The way to the question, or back to an answer that was lost: then it does not matter what else is possible now. */
function Redeem({ reward, redeeming, isAsking, onAsk }: RedeemProps) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const isOnline = useIsOnline()
  const words = useProblemText()
  const { isOpen, isPending } = redeeming
  const today = formats.dayOf(serverNow())
  const begin = () => {
    redeeming.reset()
    onAsk()
  }
  return (
    <>
      {isOpen || redeeming.problem
        ? !isAsking && <Unheard redeeming={redeeming} />
        : reward.reasons.map((reason) => (
            <p className="reason" key={reason.code}>
              {words({ facts: reasonFacts(reason, { terms: terms.data, locale, today }) })}
            </p>
          ))}
      <Button
        look="seal"
        isWide
        isLarge
        disabled={!isOnline || isPending || !(isOpen || reward.available)}
        onClick={isOpen ? () => redeeming.press() : begin}
      >
        {t(isPending ? 'reward.sending' : isOpen ? 'action.tryAgain' : 'reward.redeem')}
      </Button>
    </>
  )
}

function Unheard({ redeeming }: { redeeming: Redeeming }) {
  const t = useText()
  const { problem, isOpen } = redeeming
  if (!problem && !isOpen) return null
  return <ProblemCard problem={problem ?? new Problem({ code: 'no_answer', status: 0 })} fate={t('reward.untouched')} />
}

type ConfirmProps = { readonly reward: Reward; readonly redeeming: Redeeming; readonly onClose: () => void }

function Confirm({ reward, redeeming, onClose }: ConfirmProps) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const isOnline = useIsOnline()
  const { card } = useCard()
  const stores = reward.stores ?? []
  const [storeId, choose] = useState(stores[0])
  const { isOpen, isPending } = redeeming
  const u = useUnit()
  const name = rewardName(reward, locale)
  const left = (card?.balances.available ?? 0) - reward.points
  return (
    <Sheet title={name} closeLabel={t('action.close')} onClose={onClose}>
      {!isOpen && !isPending && (
        <p className="confirm-words">
          {t('reward.confirm', { reward: name, n: formats.points(reward.points), left: formats.points(left), u })}
        </p>
      )}
      {stores.length > 1 && !isOpen && (
        <SelectField label={t('reward.store')} value={storeId} onChange={({ target }) => choose(target.value)}>
          {stores.map((id) => (
            <option key={id} value={id}>
              {storeName(id, terms.data, locale)}
            </option>
          ))}
        </SelectField>
      )}
      <Unheard redeeming={redeeming} />
      <Button look="seal" isWide isLarge disabled={isPending || !isOnline} onClick={() => redeeming.press(storeId)}>
        {t(isPending ? 'reward.sending' : isOpen ? 'action.tryAgain' : 'reward.confirmButton')}
      </Button>
      <OfflineReason />
    </Sheet>
  )
}
