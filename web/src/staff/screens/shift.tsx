/** The shift: what this store did on a day, and what of this device's awards is still on its way or was refused. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { serverNow } from '../../api.ts'
import { useFormats } from '../../i18n/provider.tsx'
import { useApi } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Note, Skeleton } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { useByName } from '../desk/by-name.ts'
import { usePlace } from '../place.tsx'
import type { Shift, ShiftItem } from '../wire.ts'
import { Heading } from './heading.tsx'
import { QueueList } from './queue-list.tsx'

export function ShiftScreen() {
  const t = useText()
  const formats = useFormats()
  const { store, storeName } = usePlace()
  const today = formats.dayOf(serverNow())
  const [date, setDate] = useState(today)
  const shift = useShift(store?.id, date)
  const pages = shift.data?.pages ?? []
  const first = pages[0]
  return (
    <section className="screen-page">
      <header className="screen-head">
        <Heading>{t('shift.title', { store: storeName })}</Heading>
        <TextField
          label={t('shift.date')}
          type="date"
          value={date}
          max={today}
          onChange={({ target }) => setDate(target.value || today)}
        />
      </header>
      <QueueList />
      {shift.error && <ProblemCard problem={asProblem(shift.error)} onRetry={() => shift.refetch()} />}
      {first === undefined && !shift.error && <Skeleton words={t('state.loading')} heights={[96, 240]} />}
      {first && <Totals shift={first} />}
      {first && first.items.length === 0 && <Note icon="receipt" kind="empty" title={t('shift.empty')} />}
      {first && first.items.length > 0 && (
        <>
          <Lines items={pages.flatMap(({ items }) => items)} />
          {shift.hasNextPage && <Button onClick={() => shift.fetchNextPage()}>{t('action.more')}</Button>}
          <p className="quote-quiet">{t('state.times', { zone: formats.zoneName() })}</p>
        </>
      )}
    </section>
  )
}

function useShift(storeId: string | undefined, date: string) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['shift', storeId, date],
    queryFn: ({ pageParam }) =>
      api.get<Shift>(
        `/reports/shift?storeId=${storeId}&date=${date}${pageParam === '' ? '' : `&cursor=${encodeURIComponent(pageParam)}`}`,
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: storeId !== undefined,
    placeholderData: keepPreviousData,
  })
}

function Totals({ shift: { totals } }: { shift: Shift }) {
  const t = useText()
  const formats = useFormats()
  return (
    <table className="totals">
      <caption className="only-heard">{t('shift.totals')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('shift.what')}</th>
          <th scope="col">{t('shift.count')}</th>
          <th scope="col">{t('shift.points')}</th>
        </tr>
      </thead>
      <tbody>
        {(['awards', 'refunds', 'redemptions'] as const).map((name) => (
          <tr key={name}>
            <th scope="row">{t(`shift.${name}`)}</th>
            <td className="digits">{formats.points(totals[name].count)}</td>
            <td className="digits">{formats.signed(totals[name].points)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const TYPES = ['EARN', 'REVERSE', 'REDEEM', 'CAPTURE'] as const

function Lines({ items }: { items: readonly ShiftItem[] }) {
  const t = useText()
  const formats = useFormats()
  const by = useByName()
  return (
    <ol className="lines shift-lines">
      {items.map((item) => {
        const type = TYPES.find((known) => known === item.type)
        return (
          <li key={item.entryId} className={item.undone ? 'line line-undone' : 'line'}>
            <time className="digits" dateTime={item.at}>
              {formats.time(item.at)}
            </time>
            <span>
              {type === undefined ? item.type : t(`shift.type.${type}`)}
              {item.undone && ` · ${t('rail.undone')}`}
            </span>
            <span className="digits">{item.receiptNumber ?? ''}</span>
            <span>{by(item.by, item.byName)}</span>
            <strong className={item.points < 0 ? 'digits line-out' : 'digits'}>{formats.signed(item.points)}</strong>
          </li>
        )
      })}
    </ol>
  )
}
