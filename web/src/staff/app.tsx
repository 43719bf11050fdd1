/** The frame of the staff page: who is signed in, the screen, and the line that says where the desk stands. */
import { lazy, type ReactNode, useEffect } from 'react'
import { useLanguage } from '../i18n/provider.tsx'
import { usePathname } from '../navigation.tsx'
import { useSession } from '../page.tsx'
import { Button } from '../ui/button.tsx'
import { Skeleton } from '../ui/states.tsx'
import { BrandMark } from './brand-mark.tsx'
import { useText } from './catalogues.ts'
import { DeskScreen } from './desk/desk-screen.tsx'
import { Later } from './later.tsx'
import { OutboxProvider } from './outbox.tsx'
import { isAny, usePerson } from './person.ts'
import { PlaceProvider, usePlace } from './place.tsx'
import { routes, type ScreenName } from './routes.ts'
import { StoreChoice } from './screens/store-choice.tsx'
import { StatusLine } from './status-line.tsx'
import { Strips } from './strips.tsx'

const screen = <N extends string>(load: () => Promise<Record<N, () => ReactNode>>, name: N) =>
  lazy(async () => ({ default: (await load())[name] }))

const SCREENS: Readonly<Record<Exclude<ScreenName, 'display'>, React.ComponentType>> = {
  desk: DeskScreen,
  shift: screen(() => import('./screens/shift.tsx'), 'ShiftScreen'),
  device: screen(() => import('./screens/device.tsx'), 'DeviceScreen'),
  people: screen(() => import('./screens/people.tsx'), 'PeopleScreen'),
}
const Display = screen(() => import('./screens/display.tsx'), 'DisplayScreen')

export function App() {
  const name = routes.match(usePathname())?.name ?? 'desk'
  // The customer's screen shows nothing that needs a sign-in, and must not ask a customer for one.
  if (name === 'display') {
    return (
      <Later>
        <Display />
      </Later>
    )
  }
  return <Signed name={name} />
}

function Signed({ name }: { name: Exclude<ScreenName, 'display'> }) {
  const t = useText()
  const { now } = useSession()
  const person = usePerson()
  if (person === undefined) {
    return now.status === 'out' ? (
      <SignedOut />
    ) : (
      <Frame>
        <Skeleton words={t('state.loading')} heights={[56, 320]} />
      </Frame>
    )
  }
  return (
    <PlaceProvider person={person}>
      <OutboxProvider sub={person.sub} isSignedIn={now.status === 'in'}>
        <Frame footer={<StatusLine current={name} />}>
          <Strips />
          <Here name={name} />
        </Frame>
      </OutboxProvider>
    </PlaceProvider>
  )
}

/** Nothing can be awarded before it is known where. */
function Here({ name }: { name: Exclude<ScreenName, 'display'> }) {
  const t = useText()
  const { store, person } = usePlace()
  const Screen = SCREENS[name]
  const title = t(`title.${name}`)
  useEffect(() => {
    document.title = title
  }, [title])
  if (name === 'desk' && !isAny(person, 'cashier', 'manager', 'admin')) return <NoDesk />
  if (store === undefined && name === 'desk') return <StoreChoice />
  return (
    <Later key={name} fallback={<Skeleton words={t('state.loading')} heights={[320]} />}>
      <Screen />
    </Later>
  )
}

/** Whose role serves nobody is told so before anything is offered that would be refused. */
function NoDesk() {
  const t = useText()
  const { formats } = useLanguage()
  const { person } = usePlace()
  return (
    <section className="gate">
      <h1>{t('gate.noDesk')}</h1>
      <p>{t('gate.noDeskText', { roles: formats.list(person.roles.map((role) => t(`role.${role}`))) })}</p>
    </section>
  )
}

function Frame({ children, footer }: { children: ReactNode; footer?: ReactNode }) {
  return (
    <div className="staff">
      <main className="staff-main">{children}</main>
      {footer}
    </div>
  )
}

function SignedOut() {
  const t = useText()
  const { now, signIn } = useSession()
  return (
    <Frame>
      <section className="gate">
        <BrandMark />
        <h1>{t('gate.title')}</h1>
        <p>{now.isRefused ? t('gate.refused') : now.hasEnded ? t('state.sessionOver') : t('gate.text')}</p>
        <Button look="seal" isLarge isWide autoFocus onClick={() => signIn()}>
          {t('action.signIn')}
        </Button>
      </section>
    </Frame>
  )
}
