/** Spending points: rewards of this store with every reason why one cannot be had, and points as part of a payment. */
import { useState } from 'react'
import { inLocale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { useApi } from '../../page.tsx'
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
import { useDeed } from './use-deed.ts'

type Props = {
  readonly who: Who | undefined
  readonly onClose: () => void
  readonly onDone: (text: BannerText) => void
  /** Told while the panel stays. */
  readonly onTold: (text: BannerText) => void
}

export function RedeemPanel({ who, onClose, onDone, onTold }: Props) {
  const t = useText()
  const [tab, setTab] = useState<'rewards' | 'pay'>('rewards')
  if (who?.memberId === undefined) {
    return (
      <PanelFrame title={t('panel.redeem')} onClose={onClose}>
        <Note icon="card" title={t('redeem.noMember')} />
      </PanelFrame>
    )
  }
  return (
    <PanelFrame title={t('panel.redeem')} onClose={onClose}>
      <fieldset className="tabs-line">
        <legend className="only-heard">{t('panel.redeem')}</legend>
        {(['rewards', 'pay'] as const).map((name) => (
          <button
            key={name}
            type="button"
            className="tab-button"
            aria-pressed={tab === name}
            onClick={() => setTab(name)}
          >
            {t(`redeem.${name}`)}
          </button>
        ))}
      </fieldset>
      {who.code !== undefined && (
        <p className="code-shown">
          <Icon name="check" />
          {t('redeem.codeShown')}
        </p>
      )}
      <TakenList memberId={who.memberId} onDone={onDone} />
      {tab === 'rewards' ? (
        <Rewards who={who} onDone={onDone} />
      ) : (
        <PayPanel who={who} onDone={onDone} onTold={onTold} />
      )}
    </PanelFrame>
  )
}

/** The code proves more than the card; where it was shown it names the member. */
export function namedBy(who: Who): { readonly code: string } | { readonly memberId: string } {
  return who.code !== undefined ? { code: who.code } : { memberId: who.memberId ?? '' }
}

function Rewards({ who, onDone }: { who: Who; onDone: (text: BannerText) => void }) {
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
          {asked === reward.id && <ConfirmReward reward={reward} who={who} onDone={onDone} />}
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

type ConfirmProps = { readonly reward: DeskReward; readonly who: Who; readonly onDone: (text: BannerText) => void }
type Redeemed = {
  readonly voucher?: { readonly code: string } | null
  readonly reservation?: { readonly id: string } | null
  readonly balances?: { readonly available: number }
}

function ConfirmReward({ reward, who, onDone }: ConfirmProps) {
  const t = useText()
  const api = useApi()
  const deed = useDeed()
  const { locale, formats } = useLanguage()
  const { store } = usePlace()
  const available = useAccount(who.memberId).data?.balances.available ?? 0
  const left = available - reward.points
  const name = typeof reward.name === 'string' ? reward.name : inLocale(reward.name, locale)
  async function redeem(): Promise<void> {
    const body = { ...namedBy(who), storeId: store?.id }
    const content = JSON.stringify([reward.id, body])
    const made = await deed.run(content, (key) => api.post<Redeemed>(`/rewards/${reward.id}/redemptions`, body, key))
    if (made === undefined) return
    const balance = made.balances?.available ?? left
    if (made.voucher)
      onDone({ kind: 'redeemed', points: reward.points, available: balance, voucher: made.voucher.code })
    else onDone({ kind: made.reservation ? 'reserved' : 'redeemed', points: reward.points, available: balance })
  }
  return (
    <div className="reward-confirm">
      <p>{t('redeem.confirm', { name, points: formats.points(reward.points), left: formats.points(left) })}</p>
      <Button look="seal" autoFocus disabled={deed.isRunning} onClick={redeem}>
        {t('redeem.commit')}
      </Button>
      {deed.problem && (
        <ProblemCard
          problem={deed.problem}
          fate={t(needsCode(deed.problem.code) ? 'redeem.askCode' : 'redeem.notDone')}
        />
      )}
    </div>
  )
}

export function needsCode(code: string): boolean {
  return code === 'card_only_limit' || code === 'code_expired'
}
