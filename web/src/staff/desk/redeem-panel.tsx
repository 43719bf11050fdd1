/** Spending points: rewards of this store with every reason why one cannot be had, and points as part of a payment. */
import { useEffect, useRef, useState } from 'react'
import { inLocale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { asProblem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons.tsx'
import { ProblemCard, useProblemText } from '../../ui/problem-card.tsx'
import { Note, Skeleton } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { useAccount } from '../members.ts'
import { usePlace } from '../place.tsx'
import type { DeskReward } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import type { Who } from './desk-state.ts'
import { useDeskRewards } from './member-card.tsx'
import { PanelFrame } from './panels.tsx'
import { PayPanel } from './pay-panel.tsx'
import { TakenList } from './taken-list.tsx'
import { NotDone, Unheard } from './unheard.tsx'
import type { Failed } from './use-intent.ts'
import { type Spend, useSpending } from './use-spending.ts'

type Props = {
  readonly who: Who | undefined
  readonly onClose: () => void
  readonly onDone: (text: BannerText) => void
  /** Told while the panel stays. */
  readonly onTold: (text: BannerText) => void
}

export function RedeemPanel({ who, ...ends }: Props) {
  const t = useText()
  if (who?.memberId === undefined) {
    return (
      <PanelFrame title={t('panel.redeem')} onClose={ends.onClose}>
        <Note icon="card" title={t('redeem.noMember')} />
      </PanelFrame>
    )
  }
  return <Spending key={who.memberId} who={who} memberId={who.memberId} {...ends} />
}

type SpendingProps = Omit<Props, 'who'> & { readonly who: Who; readonly memberId: string }

/** Whatever of this member's is open comes first: until it is known, nothing else is spent here. */
function Spending({ who, memberId, ...ends }: SpendingProps) {
  const t = useText()
  const [tab, setTab] = useState<'rewards' | 'pay'>('rewards')
  const { open, spend, reserved } = useSpending(memberId, ends)
  const { intending } = spend
  return (
    <PanelFrame title={t('panel.redeem')} onClose={ends.onClose}>
      {open ? (
        <Unheard intent={open} intending={intending} onCheck={() => spend.run(open)} />
      ) : (
        <>
          <Tabs tab={tab} onTab={setTab} />
          {who.code !== undefined && (
            <p className="code-shown">
              <Icon name="check" />
              {t('redeem.codeShown')}
            </p>
          )}
          {intending.failed && <NotSpent failed={intending.failed} />}
          <TakenList memberId={memberId} spend={spend} />
          {tab === 'rewards' && !reserved && <Rewards who={who} spend={spend} />}
          {(tab === 'pay' || reserved) && <PayPanel who={who} spend={spend} reserved={reserved} />}
        </>
      )}
    </PanelFrame>
  )
}

function Tabs({ tab, onTab }: { tab: 'rewards' | 'pay'; onTab: (tab: 'rewards' | 'pay') => void }) {
  const t = useText()
  return (
    <fieldset className="tabs-line">
      <legend className="only-heard">{t('panel.redeem')}</legend>
      {(['rewards', 'pay'] as const).map((name) => (
        <button key={name} type="button" className="tab-button" aria-pressed={tab === name} onClick={() => onTab(name)}>
          {t(`redeem.${name}`)}
        </button>
      ))}
    </fieldset>
  )
}

/** It may stand above what was pressed. */
function NotSpent({ failed }: { failed: Failed }) {
  const t = useText()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const { kind } = failed.intent
  const fate = needsCode(failed.problem.code)
    ? 'redeem.askCode'
    : kind === 'capture' || kind === 'giveUp'
      ? 'pay.stillReserved'
      : 'redeem.notDone'
  const isTold = kind !== 'handOver' && kind !== 'release'
  return (
    <div ref={place}>
      <NotDone failed={failed} {...(isTold && { fate: t(fate) })} />
    </div>
  )
}

/** The code proves more than the card; where it was shown it names the member. */
export function namedBy(who: Who): { readonly code: string } | { readonly memberId: string } {
  return who.code !== undefined ? { code: who.code } : { memberId: who.memberId ?? '' }
}

function Rewards({ who, spend }: { who: Who; spend: Spend }) {
  const t = useText()
  const rewards = useDeskRewards(who.memberId)
  const [asked, ask] = useState<string>()
  if (rewards.error) return <ProblemCard problem={asProblem(rewards.error)} onRetry={() => rewards.refetch()} />
  if (rewards.data === undefined) return <Skeleton words={t('state.loading')} heights={[64, 64, 64]} />
  if (rewards.data.items.length === 0) return <Note icon="reward" kind="empty" title={t('redeem.noRewards')} />
  const sorted = rewards.data.items.toSorted((a, b) => Number(b.available) - Number(a.available) || a.points - b.points)
  return (
    <ul className="rewards">
      {sorted.map((reward) => (
        <li key={reward.id} className="reward">
          <RewardLine
            reward={reward}
            isAsked={asked === reward.id}
            onAsk={() => ask(asked === reward.id ? undefined : reward.id)}
          />
          {asked === reward.id && <ConfirmReward reward={reward} who={who} spend={spend} />}
        </li>
      ))}
    </ul>
  )
}

type LineProps = { readonly reward: DeskReward; readonly isAsked: boolean; readonly onAsk: () => void }

function RewardLine({ reward, isAsked, onAsk }: LineProps) {
  const t = useText()
  const words = useProblemText()
  const { locale, formats } = useLanguage()
  const { unit } = usePlace()
  const name = typeof reward.name === 'string' ? reward.name : inLocale(reward.name, locale)
  return (
    <div className="reward-line">
      <div className="reward-about">
        <strong>{name}</strong>
        <span className="digits">{t('redeem.price', { points: formats.points(reward.points), u: unit })}</span>
        {reward.reasons.map((facts) => (
          <span key={facts.code} className="reward-reason">
            {words({ facts })}
          </span>
        ))}
      </div>
      <Button disabled={!reward.available} aria-expanded={isAsked} onClick={onAsk}>
        {t('redeem.choose')}
      </Button>
    </div>
  )
}

type ConfirmProps = { readonly reward: DeskReward; readonly who: Who; readonly spend: Spend }

function ConfirmReward({ reward, who, spend }: ConfirmProps) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const { store } = usePlace()
  const available = useAccount(who.memberId).data?.balances.available ?? 0
  const { id, points, name } = reward
  const title = typeof name === 'string' ? name : inLocale(name, locale)
  const body = { ...namedBy(who), storeId: store?.id }
  const redeem = () =>
    spend.run({ kind: 'redeem', steps: [{ path: `/rewards/${id}/redemptions`, body }], points, name })
  return (
    <div className="reward-confirm">
      <p>
        {t('redeem.confirm', {
          name: title,
          points: formats.points(points),
          left: formats.points(available - points),
        })}
      </p>
      <Button look="seal" autoFocus disabled={spend.intending.isRunning} onClick={redeem}>
        {t('redeem.commit')}
      </Button>
    </div>
  )
}

export function needsCode(code: string): boolean {
  return code === 'card_only_limit' || code === 'code_expired'
}
