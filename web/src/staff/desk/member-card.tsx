/** Who is served: name, balance, tier, what is in the way, and at most three things worth saying. */
import { useQuery } from '@tanstack/react-query'
import { serverNow } from '../../api.ts'
import { inLocale } from '../../i18n/formats.ts'
import { useFormats, useLanguage } from '../../i18n/provider.tsx'
import { useApi } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { Digits } from '../../ui/digits.tsx'
import { Icon, type IconName } from '../../ui/icons.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Note, Skeleton } from '../../ui/states.tsx'
import type { Account } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { knownMember, useAccount } from '../members.ts'
import { usePlace } from '../place.tsx'
import type { DeskReward } from '../wire.ts'
import type { Who } from './desk-state.ts'
import { type Hint, hintsOf } from './hints.ts'

export function MemberCard({ who }: { who: Who | undefined }) {
  const t = useText()
  const account = useAccount(who?.memberId)
  if (who === undefined) return <Nobody />
  const member = knownMember(who.memberId)
  return (
    <article className="member">
      <header className="member-head">
        <h2 lang={member?.locale ?? undefined} className={nameClass(member?.name ?? '')}>
          {member?.name || t('member.noName')}
        </h2>
        <p className="member-card-number digits">
          {(member?.cardNumber ?? who.cardNumber ?? '').replace(/(.{4})(?=.)/g, '$1 ')}
        </p>
        <p className="member-contact digits">{[member?.phone, member?.email].filter(Boolean).join(' · ')}</p>
      </header>
      {account.data ? (
        <Balances account={account.data} memberId={who.memberId} />
      ) : account.error ? (
        <ProblemCard problem={asProblem(account.error)} onRetry={() => account.refetch()} />
      ) : who.memberId === undefined ? (
        <p className="quote-quiet">{t('member.notYet')}</p>
      ) : (
        <Skeleton words={t('state.loading')} heights={[72, 48]} />
      )}
    </article>
  )
}

/** A name of many words is read whole, and leaves room for the balance. */
function nameClass(name: string): string | undefined {
  return name.length > LONG_NAME ? 'member-name-long' : undefined
}

const LONG_NAME = 32

const WAYS = [
  { name: 'card', icon: 'scan' },
  { name: 'contact', icon: 'keyboard' },
  { name: 'voucher', icon: 'voucher' },
] as const satisfies readonly { readonly name: string; readonly icon: IconName }[]

function Nobody() {
  const t = useText()
  return (
    <Note icon="card" kind="empty" title={t('member.none')}>
      <ul className="ways">
        {WAYS.map(({ name, icon }) => (
          <li key={name} className="way">
            <Icon name={icon} />
            {t(`member.way.${name}`)}
          </li>
        ))}
      </ul>
    </Note>
  )
}

function Balances({ account, memberId }: { account: Account; memberId: string | undefined }) {
  const t = useText()
  const formats = useFormats()
  const { unit } = usePlace()
  const { balances, expiring, maturing, tier, status } = account
  const next = expiring.find(({ on }) => on !== null)
  const first = maturing.find(({ on }) => on !== null)
  return (
    <>
      {status === 'frozen' && <Warning text={t('member.frozen')} />}
      {balances.debt > 0 && <Warning text={t('member.debt', { points: formats.points(balances.debt) })} />}
      <div className="member-balance">
        <Digits value={balances.available} format={formats.points} className="member-points" />
        <span>{t('member.available', { u: unit })}</span>
        {tier && <span className={`tier tier-${tier.id}`}>{tier.name}</span>}
      </div>
      <ul className="member-facts">
        {balances.pending > 0 && (
          <li>
            {first?.on
              ? t('member.pendingFrom', { points: formats.points(balances.pending), day: formats.shortDay(first.on) })
              : t('member.pending', { points: formats.points(balances.pending) })}
          </li>
        )}
        {balances.reserved > 0 && <li>{t('member.reserved', { points: formats.points(balances.reserved) })}</li>}
        {next?.on && (
          <li className="member-expiry">
            {t('member.expiry', { points: formats.points(next.points), day: formats.day(next.on), u: unit })}
          </li>
        )}
      </ul>
      {tier && tier.perks.length > 0 && (
        <p className="member-perks">
          {t('member.perks', { perks: formats.list(tier.perks.map((perk) => perk.replaceAll('_', ' '))) })}
        </p>
      )}
      <Hints account={account} memberId={memberId} />
    </>
  )
}

function Warning({ text }: { text: string }) {
  return (
    <p className="member-warning" role="alert">
      <Icon name="alert" />
      {text}
    </p>
  )
}

const ICONS: Readonly<Record<Hint['kind'], IconName>> = {
  birthday: 'sun',
  expiring: 'clock',
  reward: 'reward',
  tier: 'next',
}

function Hints({ account, memberId }: { account: Account; memberId: string | undefined }) {
  const formats = useFormats()
  const rewards = useDeskRewards(memberId).data?.items ?? []
  const hints = hintsOf({ member: knownMember(memberId), account, rewards, today: formats.dayOf(serverNow()) })
  const say = useHintWords()
  if (hints.length === 0) return null
  return (
    <ul className="hints">
      {hints.map((hint) => (
        <li key={hint.kind} className={`hint hint-${hint.kind}`}>
          <Icon name={ICONS[hint.kind]} />
          {say(hint)}
        </li>
      ))}
    </ul>
  )
}

function useHintWords(): (hint: Hint) => string {
  const t = useText()
  const { locale, formats } = useLanguage()
  const { unit } = usePlace()
  return (hint) => {
    switch (hint.kind) {
      case 'birthday':
        return t('hint.birthday', { day: formats.shortDay(hint.day) })
      case 'expiring':
        return t('hint.expiring', { points: formats.points(hint.points), day: formats.shortDay(hint.on) })
      case 'reward': {
        const name = typeof hint.name === 'string' ? hint.name : inLocale(hint.name, locale)
        return t('hint.reward', { name, points: formats.points(hint.points) })
      }
      case 'tier': {
        const missing = hint.measure === 'spend' ? formats.money(hint.missing) : formats.points(hint.missing)
        return t(`hint.tier.${hint.measure}`, { missing, name: hint.name, u: unit })
      }
    }
  }
}

/** What this member could have at this store, with every reason why not. */
export function useDeskRewards(memberId: string | undefined) {
  const api = useApi()
  const { store } = usePlace()
  return useQuery({
    queryKey: ['account', memberId, 'rewards', store?.id],
    queryFn: () =>
      api.get<{ readonly items: readonly DeskReward[] }>(`/rewards?memberId=${memberId}&storeId=${store?.id}`),
    enabled: memberId !== undefined && store !== undefined,
    staleTime: 10_000,
    retry: false,
  })
}
