/** What concerns the whole desk, above it: no network, an outbox that fills, a session that ended, a new version. */
import { useIsOnline, useNewVersion, useSession } from '../page.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icons.tsx'
import { isDeskBusy } from './busy.ts'
import { useText } from './catalogues.ts'
import { useOutbox } from './outbox.tsx'

export function Strips() {
  const t = useText()
  const isOnline = useIsOnline()
  const { now, signIn } = useSession()
  const { room, ownWaiting } = useOutbox()
  const takeOver = useNewVersion()
  return (
    <>
      {!isOnline && (
        <p className="strip" role="status">
          <Icon name="offline" />
          {t('strip.offline')}
        </p>
      )}
      {(now.status === 'away' || now.status === 'out') && isOnline && (
        <p className="strip" role="status">
          <Icon name="lock" />
          {ownWaiting > 0 ? t('strip.signInToSend', { count: ownWaiting }) : t('strip.signIn')}
          <Button look="quiet" onClick={() => signIn()}>
            {t('action.signIn')}
          </Button>
        </p>
      )}
      {room.state !== 'free' && (
        <p className="strip" role="alert">
          <Icon name="alert" />
          {t(`strip.room.${room.state}`, { count: room.waiting })}
        </p>
      )}
      {takeOver && !isDeskBusy() && (
        <p className="strip" role="status">
          {t('state.newVersion')}
          <Button look="quiet" onClick={takeOver}>
            {t('state.reload')}
          </Button>
        </p>
      )}
    </>
  )
}
