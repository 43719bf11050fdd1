/** The frame of the member page: bar, screen, tabs. Screens but the first are loaded when they are opened. */
import { lazy, Suspense } from 'react'
import { inLocale, LOCALES } from '../i18n/formats.ts'
import { isLocale } from '../i18n/locale.ts'
import { useLanguage } from '../i18n/provider.tsx'
import { Link, usePathname } from '../navigation.tsx'
import { useIsOnline, useNewVersion, useSession } from '../page.tsx'
import { useTerms } from '../program.ts'
import { Boundary } from '../ui/boundary.tsx'
import { Button } from '../ui/button.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Note } from '../ui/states.tsx'
import { useText } from './catalogues.ts'
import { useCached } from './data.ts'
import { routes, type ScreenName } from './routes.ts'
import { CardScreen } from './screens/card.tsx'

const screen = <N extends string>(load: () => Promise<Record<N, () => React.ReactNode>>, name: N) =>
  lazy(async () => ({ default: (await load())[name] }))

const SCREENS: Readonly<Record<ScreenName, React.ComponentType>> = {
  card: CardScreen,
  code: CardScreen,
  rewards: screen(() => import('./screens/rewards.tsx'), 'RewardsScreen'),
  reward: screen(() => import('./screens/reward.tsx'), 'RewardScreen'),
  vouchers: screen(() => import('./screens/vouchers.tsx'), 'VouchersScreen'),
  reservation: screen(() => import('./screens/reservation.tsx'), 'ReservationScreen'),
  activity: screen(() => import('./screens/activity.tsx'), 'ActivityScreen'),
  invite: screen(() => import('./screens/invite.tsx'), 'InviteScreen'),
  invited: screen(() => import('./screens/invited.tsx'), 'InvitedScreen'),
  join: screen(() => import('./screens/join.tsx'), 'JoinScreen'),
  me: screen(() => import('./screens/me.tsx'), 'MeScreen'),
  consents: screen(() => import('./screens/consents.tsx'), 'ConsentsScreen'),
  contact: screen(() => import('./screens/contact.tsx'), 'ContactScreen'),
  terms: screen(() => import('./screens/terms.tsx'), 'TermsScreen'),
  stranger: screen(() => import('./screens/stranger.tsx'), 'StrangerScreen'),
}

const TABS: readonly {
  readonly name: 'card' | 'rewards' | 'invite'
  readonly icon: IconName
  readonly of: readonly ScreenName[]
}[] = [
  { name: 'card', icon: 'card', of: ['card', 'code', 'activity'] },
  { name: 'rewards', icon: 'reward', of: ['rewards', 'reward', 'vouchers', 'reservation'] },
  { name: 'invite', icon: 'invite', of: ['invite'] },
]

export function App() {
  const name = routes.match(usePathname())?.name ?? 'card'
  const { now } = useSession()
  const Screen = SCREENS[name]
  const isMember = now.status === 'in' || now.status === 'away' || now.status === 'starting'
  return (
    <div className="frame">
      <Bar />
      <Strips />
      <main className="screen" key={name === 'code' ? 'card' : name}>
        <Boundary fallback={<Broken />}>
          <Suspense fallback={<Waiting />}>
            <Screen />
          </Suspense>
        </Boundary>
      </main>
      {isMember && <Tabs current={name} />}
    </div>
  )
}

function Bar() {
  const t = useText()
  const { locale, setLocale } = useLanguage()
  const terms = useTerms()
  const { now } = useSession()
  return (
    <header className="bar">
      <Link href={routes.href('card')} className="brand">
        <BrandMark />
        <span>{inLocale(terms.data?.name, locale) || t('brand.name')}</span>
      </Link>
      <label className="bar-language">
        <span className="only-heard">{t('language.label')}</span>
        <Icon name="globe" />
        <select value={locale} onChange={({ target }) => isLocale(target.value) && setLocale(target.value)}>
          {LOCALES.map((each) => (
            <option key={each} value={each} lang={each}>
              {t(`language.name.${each}`)}
            </option>
          ))}
        </select>
      </label>
      {now.status !== 'out' && (
        <Link href={routes.href('me')} className="bar-me">
          <Icon name="person" />
          <span>{t('me.title')}</span>
        </Link>
      )}
    </header>
  )
}

/** The stamp, small. */
export function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect x="2" y="2" width="28" height="28" rx="7" />
      <path d="M9 16.5l5 5 9.5-11" />
    </svg>
  )
}

function Strips() {
  const t = useText()
  const { formats } = useLanguage()
  const isOnline = useIsOnline()
  const takeOver = useNewVersion()
  const cached = useCached()
  const { now, signIn } = useSession()
  return (
    <>
      {!isOnline && (
        <p className="strip" role="status">
          <Icon name="offline" />
          {cached ? t('state.offlineAsOf', { time: formats.time(cached.card.asOf) }) : t('state.offline')}
        </p>
      )}
      {isOnline && cached && now.status === 'away' && (
        <p className="strip" role="status">
          {t('signIn.away')}
          <Button look="quiet" onClick={() => signIn()}>
            {t('action.tryAgain')}
          </Button>
        </p>
      )}
      {takeOver && (
        <p className="strip" role="status">
          {t('state.newVersion')}
          <Button look="quiet" onClick={takeOver}>
            {t('state.reload')}
          </Button>
        </p>
      )}
      {now.hasEnded && (
        <p className="strip" role="status">
          <Icon name="lock" />
          {t('state.sessionOver')}
        </p>
      )}
    </>
  )
}

function Tabs({ current }: { current: ScreenName }) {
  const t = useText()
  return (
    <nav className="tabs" aria-label={t('nav.label')}>
      {TABS.map(({ name, icon, of }) => (
        <Link
          key={name}
          href={routes.href(name)}
          className="tab"
          aria-current={of.includes(current) ? 'page' : undefined}
        >
          <Icon name={icon} />
          {t(`nav.${name}`)}
        </Link>
      ))}
    </nav>
  )
}

function Broken() {
  const t = useText()
  return (
    <Note
      icon="alert"
      kind="problem"
      title={t('problem.unexpected')}
      actions={<Button onClick={() => location.reload()}>{t('state.reload')}</Button>}
    />
  )
}

function Waiting() {
  const t = useText()
  return <p className="skeleton-words">{t('state.loading')}</p>
}
