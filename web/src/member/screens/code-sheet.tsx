/**
 * What the member shows at the till: the rotating code while there is a network, else the printed card's number. The page
 * below goes on reading the card, so that the award appears here.
 */
import { lazy, Suspense, useEffect, useState } from 'react'
import { useLanguage } from '../../i18n/provider.tsx'
import { goBack } from '../../navigation.tsx'
import { useIsOnline } from '../../page.tsx'
import { unitOf, useTerms } from '../../program.ts'
import { Icon } from '../../ui/icons.tsx'
import { Seal } from '../../ui/seal.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import type { Card } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { routes } from '../routes.ts'
import { inFours, useShownCode } from '../shown-code.ts'
import type { Change } from './card.tsx'

const Qr = lazy(async () => ({ default: (await import('../../ui/qr.tsx')).Qr }))

export function CodeSheet({ card, change }: { card: Card; change: Change | undefined }) {
  const t = useText()
  const { formats, locale } = useLanguage()
  const terms = useTerms()
  const isOnline = useIsOnline()
  const { text, isRotating, isComing, partLeft } = useShownCode(card.cardNumber)
  const [versionAtOpening] = useState(card.version)
  useWakeLock()
  const unit = unitOf(terms.data, locale, t('unit.fallback'))
  const news = change && change.version > versionAtOpening ? change : undefined
  return (
    <Sheet title={t('code.title')} closeLabel={t('action.close')} onClose={() => goBack(routes.href('card'))}>
      <div className="code-qr">
        <Suspense fallback={<div className="code-space" />}>
          <Qr text={text} label={t('code.qr')} />
        </Suspense>
      </div>
      <p className="code-digits digits">{inFours(card.cardNumber)}</p>
      {isRotating ? (
        <p className="code-note">
          <Ring part={partLeft} />
          {t('code.changes')}
        </p>
      ) : (
        <p className="code-note">
          <Icon name={isOnline ? 'card' : 'offline'} />
          {t(isComing ? 'code.loading' : 'code.static')}
        </p>
      )}
      {news ? (
        <div className="code-news" role="status">
          <Seal />
          <p>
            {t(news.by > 0 ? 'card.plus' : 'card.minus', {
              n: formats.points(Math.abs(news.by)),
              balance: formats.points(news.to),
              u: unit,
            })}
          </p>
        </div>
      ) : (
        <p className="code-hint">{t('code.brightness')}</p>
      )}
    </Sheet>
  )
}

function Ring({ part }: { part: number }) {
  return (
    <svg className="ring" viewBox="0 0 24 24" aria-hidden="true">
      <circle className="ring-ground" cx="12" cy="12" r="9" />
      <circle
        cx="12"
        cy="12"
        r="9"
        pathLength="1"
        strokeDasharray={`${Math.max(0, Math.min(1, part))} 1`}
        transform="rotate(-90 12 12)"
      />
    </svg>
  )
}

/** A screen that goes dark in front of the scanner is the commonest failure of all. */
function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined
    let isOver = false
    navigator.wakeLock
      ?.request('screen')
      .then((taken) => {
        if (isOver) taken.release()
        else lock = taken
      })
      .catch(() => console.info('the screen may go dark'))
    return () => {
      isOver = true
      lock?.release()
    }
  }, [])
}
