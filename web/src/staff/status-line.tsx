/** The bottom line: store, person, network, what waits in the outbox, and the ways to everything that is not the desk. */
import { useState } from 'react'
import { LOCALES } from '../i18n/formats.ts'
import { isLocale } from '../i18n/locale.ts'
import { useLanguage } from '../i18n/provider.tsx'
import { Link } from '../navigation.tsx'
import { useIsOnline, useSession } from '../page.tsx'
import { Button } from '../ui/button.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { useText } from './catalogues.ts'
import { KeysSheet } from './desk/keys-sheet.tsx'
import { openDisplay } from './display-channel.ts'
import { useOutbox } from './outbox.tsx'
import { forgetPerson, isAny } from './person.ts'
import { usePlace } from './place.tsx'
import { routes, type ScreenName } from './routes.ts'

type Way = { readonly name: 'desk' | 'shift' | 'device' | 'people'; readonly icon: IconName }

const WAYS: readonly Way[] = [
  { name: 'desk', icon: 'card' },
  { name: 'shift', icon: 'receipt' },
  { name: 'people', icon: 'people' },
  { name: 'device', icon: 'gear' },
]

export function StatusLine({ current }: { current: ScreenName }) {
  const t = useText()
  const isOnline = useIsOnline()
  const { person, storeName } = usePlace()
  const { room, refused } = useOutbox()
  const ways = WAYS.filter(({ name }) => name !== 'people' || isAny(person, 'admin'))
  return (
    <footer className="status">
      <p className="status-facts">
        {storeName !== '' && (
          <span className="status-fact">
            <Icon name="store" />
            {storeName}
          </span>
        )}
        {person.name !== '' && (
          <span className="status-fact">
            <Icon name="person" />
            {person.name}
          </span>
        )}
        <span className={isOnline ? 'status-fact status-on' : 'status-fact status-off'} role="status">
          <Icon name={isOnline ? 'check' : 'offline'} />
          {t(isOnline ? 'status.online' : 'status.offline')}
        </span>
        {room.waiting > 0 && (
          <span className="status-fact status-off">{t('status.waiting', { count: room.waiting })}</span>
        )}
        {refused.length > 0 && (
          <Link className="status-fact status-refused" href={routes.href('shift')}>
            <Icon name="alert" />
            {t('status.refused', { count: refused.length })}
          </Link>
        )}
      </p>
      <nav className="status-ways" aria-label={t('status.ways')}>
        {ways.map(({ name, icon }) => (
          <Link
            key={name}
            href={routes.href(name)}
            className="status-way"
            aria-current={name === current ? 'page' : undefined}
          >
            <Icon name={icon} />
            {t(`way.${name}`)}
          </Link>
        ))}
        <Display />
        <Keys />
        <Language />
        <Leave />
      </nav>
    </footer>
  )
}

function Display() {
  const t = useText()
  return (
    <button type="button" className="status-way" onClick={openDisplay}>
      <Icon name="share" />
      {t('way.display')}
      <kbd>F2</kbd>
    </button>
  )
}

function Keys() {
  const t = useText()
  const [isShown, show] = useState(false)
  return (
    <>
      <button type="button" className="status-way" onClick={() => show(true)}>
        <Icon name="keyboard" />
        {t('way.keys')}
        <kbd>F1</kbd>
      </button>
      {isShown && <KeysSheet onClose={() => show(false)} />}
    </>
  )
}

function Language() {
  const t = useText()
  const { locale, setLocale } = useLanguage()
  return (
    <label className="status-way">
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
  )
}

/** Asks once when awards of this person still wait: nobody else can send them. */
function Leave() {
  const t = useText()
  const { signOut } = useSession()
  const isOnline = useIsOnline()
  const { ownWaiting, sendAll } = useOutbox()
  const [isAsking, ask] = useState(false)
  const leave = () => forgetPerson().then(() => signOut())
  return (
    <>
      <button type="button" className="status-way" onClick={() => (ownWaiting > 0 ? ask(true) : leave())}>
        <Icon name="exit" />
        {t('action.signOut')}
      </button>
      {isAsking && (
        <Sheet
          title={ownWaiting > 0 ? t('leave.title', { count: ownWaiting }) : t('leave.sent')}
          closeLabel={t('action.close')}
          onClose={() => ask(false)}
        >
          {ownWaiting > 0 && <p role="status">{t(isOnline ? 'leave.text' : 'leave.offline')}</p>}
          <div className="note-actions">
            {ownWaiting > 0 && (
              <Button look="ink" disabled={!isOnline} onClick={() => sendAll()}>
                {t('leave.send')}
              </Button>
            )}
            <Button onClick={leave}>{t(ownWaiting > 0 ? 'leave.anyway' : 'action.signOut')}</Button>
          </div>
        </Sheet>
      )}
    </>
  )
}
