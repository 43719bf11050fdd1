/** What was set aside: its code for the till, the minutes that are left, and the way to let it go. */
import { lazy, Suspense } from 'react'
import { useLanguage } from '../../i18n/provider.tsx'
import { Link, usePathname } from '../../navigation.tsx'
import { useApi, useIsOnline } from '../../page.tsx'
import { asProblem, type Problem } from '../../problem.ts'
import { useTerms } from '../../program.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Seal } from '../../ui/seal.tsx'
import { Note } from '../../ui/states.tsx'
import type { Reservation } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useCard, useReservation } from '../data.ts'
import { Heading } from '../heading.tsx'
import { useIntent } from '../intent.ts'
import { rewardName, storeNames, untilText } from '../reward-words.ts'
import { routes } from '../routes.ts'
import { inFours, useSecondsLeft, useShownCode } from '../shown-code.ts'
import { OfflineReason, Own } from '../state.tsx'
import { useUnit } from '../use-unit.ts'

/** Nobody counts further. */
const MINUTES_TOLD_MAX = 120

const Qr = lazy(async () => ({ default: (await import('../../ui/qr.tsx')).Qr }))

export function ReservationScreen() {
  const route = routes.match(usePathname())
  const id = route?.name === 'reservation' ? route.params.id : ''
  const t = useText()
  const found = useReservation(id)
  const { card } = useCard()
  // For a member nothing is missing but this one.
  if (found.error && card && asProblem(found.error).code === 'not_found')
    return <Gone problem={asProblem(found.error)} />
  return (
    <>
      {found.data === undefined && <Heading title={t('reservation.title')} />}
      <Own query={found} heights={[40, 280, 56]}>
        {(reservation) => <Detail reservation={reservation} />}
      </Own>
    </>
  )
}

function Gone({ problem }: { problem: Problem }) {
  const t = useText()
  return (
    <>
      <Heading title={t('reservation.title')} />
      <ProblemCard problem={problem} actions={<ToRewards />} />
    </>
  )
}

function ToRewards() {
  const t = useText()
  return (
    <Link className={buttonClass()} href={routes.href('rewards')}>
      {t('rewards.title')}
    </Link>
  )
}

function Detail({ reservation }: { reservation: Reservation }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const u = useUnit()
  const minutes = useMinutesLeft(reservation.expiresAt)
  const name = rewardName(reservation, locale)
  const { storeId, stores } = reservation
  const places = storeNames(storeId === null ? stores : [storeId], terms.data, locale)
  const isOver = minutes !== undefined && minutes <= 0
  const { card } = useCard()
  if (reservation.state !== 'reserved' || isOver) return <Ended reservation={reservation} name={name} isOver={isOver} />
  return (
    <>
      <Heading title={name} />
      {card && <OwnCode cardNumber={card.cardNumber} />}
      <p className="timer">
        <TimeLeft reservation={reservation} minutes={minutes} />
      </p>
      <ul className="facts">
        <li className="fact">{t('reservation.points', { n: formats.points(reservation.points), u })}</li>
        {places.length > 0 && <li className="fact">{t('reservation.store', { store: formats.list(places) })}</li>}
      </ul>
      <Cancel reservation={reservation} />
    </>
  )
}

/** The desk finds what is set aside by its member. */
function OwnCode({ cardNumber }: { cardNumber: string }) {
  const t = useText()
  const { text } = useShownCode(cardNumber)
  return (
    <>
      <div className="code-qr">
        <Suspense fallback={<div className="code-space" />}>
          <Qr text={text} label={t('code.qr')} />
        </Suspense>
      </div>
      <p className="code-digits digits">{inFours(cardNumber)}</p>
    </>
  )
}

/** Minutes while it is about them, else the day. */
function TimeLeft({ reservation, minutes }: { reservation: Reservation; minutes: number | undefined }) {
  const t = useText()
  const { formats } = useLanguage()
  const { expiresAt } = reservation
  if (minutes === undefined || expiresAt === null) return t('reservation.open')
  const time = untilText(expiresAt, formats)
  if (minutes > MINUTES_TOLD_MAX) return t('reservation.until', { time })
  return t('reservation.minutes', { minutes: Math.max(1, Math.round(minutes)), time })
}

function Cancel({ reservation }: { reservation: Reservation }) {
  const t = useText()
  const { formats } = useLanguage()
  const api = useApi()
  const isOnline = useIsOnline()
  const path = `/me/reservations/${encodeURIComponent(reservation.id)}`
  const cancel = useIntent(`cancel.${reservation.id}`, (_, key) => api.call(path, { method: 'DELETE', key }))
  const u = useUnit()
  return (
    <>
      {cancel.problem && <ProblemCard problem={cancel.problem} />}
      <Button isWide disabled={cancel.isPending || !isOnline} onClick={() => cancel.press({})}>
        {cancel.problem?.isUnknown
          ? t('action.tryAgain')
          : t('reservation.cancel', { n: formats.points(reservation.points), u })}
      </Button>
      <OfflineReason />
    </>
  )
}

function Ended({ reservation, name, isOver }: { reservation: Reservation; name: string; isOver: boolean }) {
  const t = useText()
  const { formats } = useLanguage()
  const { card } = useCard()
  const u = useUnit()
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
          u,
        })}
        actions={<ToRewards />}
      />
    </>
  )
}

const STEPS = ['requested', 'ready', 'handed_over', 'shipped', 'delivered', 'returned'] as const

/** Undefined where it does not end. */
function useMinutesLeft(until: string | null): number | undefined {
  const seconds = useSecondsLeft(until)
  return until === null ? undefined : seconds / 60
}
