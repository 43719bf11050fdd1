/** What the receipt will give, asked a moment after the last key; it is a preview and nothing waits for it. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { serverNow } from '../../api.ts'
import { useFormats, useHasText } from '../../i18n/provider.tsx'
import { whyWords } from '../../i18n/why.ts'
import { useApi, useIsOnline } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { useProblemText } from '../../ui/problem-card.tsx'
import { useText } from '../catalogues.ts'
import { show } from '../display-channel.ts'
import { usePlace } from '../place.tsx'
import type { Quoted } from '../wire.ts'
import type { Desk } from './desk-state.ts'
import { exponentOf, minorOf } from './money-entry.ts'

const DEBOUNCE_MS = 150

export function Quote({ desk }: { desk: Desk }) {
  const t = useText()
  const formats = useFormats()
  const words = useProblemText()
  const isOnline = useIsOnline()
  const { draft, who } = desk
  const { currency, store, unit } = usePlace()
  const minor = currency === '' ? undefined : minorOf(draft.amount, exponentOf(currency))
  const asked = useSettled(
    who && store && minor !== undefined
      ? JSON.stringify({
          ...memberOf(who),
          storeId: store.id,
          receiptNumber: draft.receipt.trim() || '0',
          amount: { amount: minor, currency },
        })
      : undefined,
  )
  const api = useApi()
  const { data, error } = useQuery({
    queryKey: ['quote', asked],
    queryFn: async () => {
      const body = { ...JSON.parse(asked ?? '{}'), purchasedAt: new Date(serverNow()).toISOString() }
      return (await api.call<Quoted>('/points/quotes', { method: 'POST', body })).body
    },
    enabled: asked !== undefined && isOnline,
    retry: false,
    gcTime: 60_000,
  })
  const points = data?.entry.points
  useEffect(() => {
    if (points !== undefined && minor !== undefined) show({ kind: 'coming', points, minor })
  }, [points, minor])
  if (minor === undefined || who === undefined) return <p className="quote" aria-live="polite" />
  if (!isOnline) return <p className="quote quote-quiet">{t('quote.offline', { u: unit })}</p>
  if (error) return <p className="quote quote-quiet">{words(asProblem(error))}</p>
  return (
    <p className="quote" aria-live="polite">
      <span className="digits">{formats.money(minor)}</span>
      <span aria-hidden="true"> → </span>
      <strong className="quote-points digits">{data ? formats.signed(data.entry.points) : '…'}</strong>
      {data && <Why parts={data.entry.because} />}
    </p>
  )
}

/** Where several rules gave points, each with its share behind it. */
function Why({ parts }: { parts: Quoted['entry']['because'] }) {
  const t = useText()
  const formats = useFormats()
  const has = useHasText()
  return (
    <span className="quote-why digits">
      {parts.map((part, index) => (
        <span key={part.rule}>
          {index > 0 && ' · '}
          {whyWords(part, { t, has, formats })}
          {parts.length > 1 && ` ${formats.signed(part.points)}`}
        </span>
      ))}
    </span>
  )
}

function memberOf({ memberId, cardNumber }: NonNullable<Desk['who']>) {
  return memberId !== undefined ? { memberId } : { cardNumber }
}

/** The value once it has rested; the first one at once would ask for every key. */
function useSettled(value: string | undefined): string | undefined {
  const [settled, settle] = useState<string>()
  useEffect(() => {
    const timer = setTimeout(() => settle(value), DEBOUNCE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return value === undefined ? undefined : settled
}
