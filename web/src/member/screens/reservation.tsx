/** What was set aside: its code for the till, the minutes that are left, and the way to let it go. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { newKey, serverNow } from '../../api.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { Link, usePathname } from '../../navigation.tsx'
import { useApi, useIsOnline } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { useTerms } from '../../program.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Seal } from '../../ui/seal.tsx'
import { Note } from '../../ui/states.tsx'
import type { Reservation } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useCard, useReservation } from '../data.ts'
import { Heading } from '../heading.tsx'
import { rewardName, storeName } from '../reward-words.ts'
import { routes } from '../routes.ts'
import { Own } from '../state.tsx'

const Qr = lazy(async () => ({ default: (await import('../../ui/qr.tsx')).Qr }))

export function ReservationScreen() {
  const route = routes.match(usePathname())
  const id = route?.name === 'reservation' ? route.params.id : ''
  return (
    <Own query={useReservation(id)} heights={[40, 280, 56]}>
      {(reservation) => <Detail reservation={reservation} />}
    </Own>
  )
}

function Detail({ reservation }: { reservation: Reservation }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const minutes = useMinutesLeft(reservation.expiresAt)
  const name = rewardName(reservation, locale)
  const isOver = minutes !== undefined && minutes <= 0
  if (reservation.state !== 'reserved' || isOver) return <Ended reservation={reservation} name={name} isOver={isOver} />
  return (
    <>
      <Heading title={name} />
      <div className="code-qr">
        <Suspense fallback={<div className="code-space" />}>
          <Qr text={reservation.id} label={t('reservation.qr')} />
        </Suspense>
      </div>
      <p className="code-digits digits">{reservation.id.slice(-8).replace(/(.{4})(?=.)/g, '$1 ')}</p>
      <p className="timer">
        {minutes === undefined
          ? t('reservation.open')
          : t('reservation.minutes', {
              minutes: Math.max(1, Math.round(minutes)),
              time: formats.time(reservation.expiresAt ?? ''),
            })}
      </p>
      <ul className="facts">
        <li className="fact">{t('reservation.points', { n: formats.points(reservation.points) })}</li>
        {reservation.storeId && (
          <li className="fact">
            {t('reservation.store', { store: storeName(reservation.storeId, terms.data, locale) })}
          </li>
        )}
      </ul>
      <Cancel reservation={reservation} />
    </>
  )
}

function Cancel({ reservation }: { reservation: Reservation }) {
  const t = useText()
  const { formats } = useLanguage()
  const api = useApi()
  const isOnline = useIsOnline()
  const queries = useQueryClient()
  const [key] = useState(newKey)
  const cancel = useMutation({
    mutationFn: () => api.call(`/me/reservations/${encodeURIComponent(reservation.id)}`, { method: 'DELETE', key }),
    onSettled: () => queries.invalidateQueries(),
  })
  return (
    <>
      {cancel.error && <ProblemCard problem={asProblem(cancel.error)} />}
      <Button isWide disabled={cancel.isPending || !isOnline} onClick={() => cancel.mutate()}>
        {t('reservation.cancel', { n: formats.points(reservation.points) })}
      </Button>
      {!isOnline && <p className="reason">{t('state.offline')}</p>}
    </>
  )
}

function Ended({ reservation, name, isOver }: { reservation: Reservation; name: string; isOver: boolean }) {
  const t = useText()
  const { formats } = useLanguage()
  const { card } = useCard()
  const balance = formats.points(card?.balances.available ?? 0)
  if (reservation.state === 'captured') {
    const step = STEPS.find((each) => each === reservation.step) ?? 'handed_over'
    return (
      <section className="done" role="status">
        <Seal />
        <Heading title={t('reservation.captured', { reward: name })} />
        <p>{t(`step.${step}`)}</p>
        <p>{t('reservation.balance', { balance })}</p>
      </section>
    )
  }
  return (
    <>
      <Heading title={name} />
      <Note
        icon="info"
        title={t(reservation.state === 'voided' && !isOver ? 'reservation.voided' : 'reservation.expired', {
          n: formats.points(reservation.points),
        })}
        actions={
          <Link className={buttonClass()} href={routes.href('rewards')}>
            {t('rewards.title')}
          </Link>
        }
      />
    </>
  )
}

const STEPS = ['requested', 'ready', 'handed_over', 'shipped', 'delivered', 'returned'] as const

/** By the server's clock. Undefined where it does not end. */
function useMinutesLeft(until: string | null | undefined): number | undefined {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  return until ? (Date.parse(until) - serverNow()) / 60_000 : undefined
}
