/** Rewards that the member has set aside and comes to collect: handing one over takes its points, releasing one gives them back. */
import { useQuery } from '@tanstack/react-query'
import { inLocale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { useApi } from '../../page.tsx'
import { Button } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import type { Page } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import type { Captured, Taken } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import { useDeed } from './use-deed.ts'

type Props = { readonly memberId: string; readonly onDone: (text: BannerText) => void }

export function TakenList({ memberId, onDone }: Props) {
  const t = useText()
  const waiting = useWaiting(memberId)
  if (waiting.length === 0) return null
  return (
    <section className="taken" aria-label={t('taken.title')}>
      <h3>{t('taken.title')}</h3>
      {waiting.map((taken) => (
        <TakenLine key={taken.id} taken={taken} onDone={onDone} />
      ))}
    </section>
  )
}

/** Reserved, or paid and still on the shelf, at this store. */
function useWaiting(memberId: string): readonly Taken[] {
  const api = useApi()
  const { store } = usePlace()
  const taken = useQuery({
    queryKey: ['account', memberId, 'taken'],
    queryFn: () => api.get<Page<Taken>>(`/rewards/redemptions?memberId=${memberId}`),
    retry: false,
  })
  const isHere = ({ stores }: Taken) => !stores || stores.includes(store?.id ?? '')
  const isOnShelf = ({ state, step }: Taken) => state === 'captured' && (step === 'requested' || step === 'ready')
  return (taken.data?.items ?? []).filter(
    (item) => item.fulfilment === 'pickup' && isHere(item) && (item.state === 'reserved' || isOnShelf(item)),
  )
}

function TakenLine({ taken, onDone }: { taken: Taken; onDone: Props['onDone'] }) {
  const t = useText()
  const api = useApi()
  const deed = useDeed()
  const { locale, formats } = useLanguage()
  const { unit } = usePlace()
  const name = typeof taken.name === 'string' ? taken.name : inLocale(taken.name, locale)
  const isReserved = taken.state === 'reserved'
  async function handOver(): Promise<void> {
    const done = await deed.run('hand over', async (key) => {
      if (isReserved) await api.post<Captured>(`/points/reservations/${taken.id}/capture`, {}, key)
      return api.post<Taken>(`/rewards/redemptions/${taken.id}/fulfilment`, { state: 'handed_over' }, `${key}-step`)
    })
    if (done) onDone({ kind: 'handedOver' })
  }
  async function release(): Promise<void> {
    const done = await deed.run('release', (key) =>
      api.post<Captured>(`/points/reservations/${taken.id}/void`, {}, key),
    )
    if (done) onDone({ kind: 'released', points: done.points, available: done.balances.available })
  }
  return (
    <div className="reward-line">
      <div className="reward-about">
        <strong>{name}</strong>
        <span className="digits">
          {t('redeem.price', { points: formats.points(taken.points), u: unit })}
          {isReserved && taken.expiresAt && ` · ${t('taken.until', { time: formats.time(taken.expiresAt) })}`}
        </span>
      </div>
      <Button look="seal" disabled={deed.isRunning} onClick={handOver}>
        {t('taken.handOver')}
      </Button>
      {isReserved && (
        <Button disabled={deed.isRunning} onClick={release}>
          {t('taken.release')}
        </Button>
      )}
      {deed.problem && <ProblemCard problem={deed.problem} />}
    </div>
  )
}
