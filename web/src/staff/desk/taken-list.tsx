/** Rewards that the member has set aside and comes to collect: handing one over takes its points, releasing one gives them back. */
import { useQuery } from '@tanstack/react-query'
import { inLocale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { useApi } from '../../page.tsx'
import { Button } from '../../ui/button.tsx'
import type { Page } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import type { Taken } from '../wire.ts'
import type { Spend } from './use-spending.ts'

type Props = { readonly memberId: string; readonly spend: Spend }

export function TakenList({ memberId, spend }: Props) {
  const t = useText()
  const waiting = useWaiting(memberId)
  if (waiting.length === 0) return null
  return (
    <section className="taken" aria-label={t('taken.title')}>
      <h3>{t('taken.title')}</h3>
      {waiting.map((taken) => (
        <TakenLine key={taken.id} taken={taken} spend={spend} />
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

function TakenLine({ taken, spend }: { taken: Taken; spend: Spend }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const { unit } = usePlace()
  const { id, name, points } = taken
  const title = typeof name === 'string' ? name : inLocale(name, locale)
  const isReserved = taken.state === 'reserved'
  const { isRunning } = spend.intending
  const capture = { path: `/points/reservations/${id}/capture`, body: {} }
  const step = { path: `/rewards/redemptions/${id}/fulfilment`, body: { state: 'handed_over' } }
  const handOver = () => spend.run({ kind: 'handOver', steps: [...(isReserved ? [capture] : []), step], points, name })
  const release = () =>
    spend.run({ kind: 'release', steps: [{ path: `/points/reservations/${id}/void`, body: {} }], points, name })
  return (
    <div className="reward-line">
      <div className="reward-about">
        <strong>{title}</strong>
        <span className="digits">
          {t('redeem.price', { points: formats.points(taken.points), u: unit })}
          {isReserved && taken.expiresAt && ` · ${t('taken.until', { time: formats.time(taken.expiresAt) })}`}
        </span>
      </div>
      <Button look="seal" disabled={isRunning} onClick={handOver}>
        {t('taken.handOver')}
      </Button>
      {isReserved && (
        <Button disabled={isRunning} onClick={release}>
          {t('taken.release')}
        </Button>
      )}
    </div>
  )
}
