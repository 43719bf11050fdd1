/** The last awards of this desk, newest first, each with the time in which it can still be undone. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { serverNow } from '../../api.ts'
import { useFormats } from '../../i18n/provider.tsx'
import { useApi, useIsOnline, useSession } from '../../page.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons.tsx'
import { useText } from '../catalogues.ts'
import { show } from '../display-channel.ts'
import { knownMember, shortName } from '../members.ts'
import { useOutbox } from '../outbox.tsx'
import { isAny } from '../person.ts'
import { usePlace } from '../place.tsx'
import type { Shift, Undone } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import { isBehind, isUndoable, type RailRow, railRows } from './rail-rows.ts'
import { NotDone } from './unheard.tsx'
import { useIntent } from './use-intent.ts'

type Props = {
  /** Grows with each press of the key. */
  readonly undoAsked: number
  readonly onDone: (text: BannerText) => void
  readonly onClose: () => void
}

export function Rail({ undoAsked, onDone, onClose }: Props) {
  const t = useText()
  const { person } = usePlace()
  const [undone, setUndone] = useState<ReadonlySet<string>>(new Set())
  const rows = useRailRows(undone)
  const [asked, ask] = useState<string>()
  const [why, say] = useState<'rail.nothing' | 'rail.offline'>()
  const isOnline = useIsOnline()
  const mayAll = isAny(person, 'manager', 'admin')
  const latest = rows.find((row) => isUndoable(row, { now: serverNow(), mayAll }) && row.isOwn)?.id
  const newest = useRef(latest)
  newest.current = latest
  // Only the key asks; a row that arrives meanwhile must not take the question over.
  useEffect(() => {
    if (undoAsked === 0) return
    const id = navigator.onLine ? newest.current : undefined
    ask(id)
    say(id !== undefined ? undefined : navigator.onLine ? 'rail.nothing' : 'rail.offline')
  }, [undoAsked])
  const isStillSo = why === 'rail.offline' ? !isOnline : latest === undefined
  const close = () => {
    ask(undefined)
    onClose()
  }
  const end = (row: RailRow, text: BannerText) => {
    setUndone((before) => new Set([...before, row.id]))
    onDone(text)
  }
  return (
    <section className="desk-rail" aria-labelledby="rail-title">
      <h2 id="rail-title">{t('rail.title')}</h2>
      {rows.length === 0 && <p className="quote-quiet">{t('rail.empty')}</p>}
      <p className="rail-why" role="status">
        {isStillSo && why && t(why)}
      </p>
      <ol className="rail">
        {rows.map((row) => (
          <li key={row.id} className={row.isUndone ? 'rail-row rail-undone' : 'rail-row'}>
            {asked === row.id ? (
              <Undo row={row} onClose={close} onDone={(text) => end(row, text)} />
            ) : (
              <Row row={row} canUndo={isUndoable(row, { now: serverNow(), mayAll })} onUndo={() => ask(row.id)} />
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

const RAIL_MAX = 10
const POLL_MS = 30_000
const POLL_SOON_MS = 2_000

function useRailRows(undone: ReadonlySet<string>): readonly RailRow[] {
  const api = useApi()
  const { now } = useSession()
  const { store, person } = usePlace()
  const { rows } = useOutbox()
  const own = useMemo(
    () => rows.filter((row) => row.storeId === store?.id && row.sub === person.sub),
    [rows, store, person],
  )
  const shift = useQuery({
    queryKey: ['shift', store?.id, 'rail'],
    queryFn: () => api.get<Shift>(`/reports/shift?storeId=${store?.id}&limit=25`),
    enabled: store !== undefined && now.status === 'in',
    refetchInterval: ({ state }) =>
      isBehind(own, { items: state.data?.items ?? [], undone }, Date.now()) ? POLL_SOON_MS : POLL_MS,
    retry: false,
  })
  const items = shift.data?.items
  return useMemo(() => railRows(own, { items: items ?? [], undone }).slice(0, RAIL_MAX), [own, items, undone])
}

function Row({ row, canUndo, onUndo }: { row: RailRow; canUndo: boolean; onUndo: () => void }) {
  const t = useText()
  const formats = useFormats()
  const isOnline = useIsOnline()
  const name = shortName(knownMember(row.memberId)?.name)
  return (
    <>
      <span className="rail-points digits">{row.points === undefined ? '…' : formats.signed(row.points)}</span>
      <span className="rail-about">
        <span className="digits">
          {name !== '' && <strong>{name} </strong>}
          {row.receiptNumber}
        </span>
        <small className="digits">
          {formats.time(row.at)}
          {row.state !== 'done' && ` · ${t(`rail.${row.state}`)}`}
          {row.isUndone && ` · ${t('rail.undone')}`}
        </small>
      </span>
      {canUndo && (
        <button type="button" className="rail-undo" onClick={onUndo} disabled={!isOnline}>
          <Icon name="undo" />
          <span>{t('rail.undo')}</span>
          {row.undoUntil !== undefined && (
            <small className="digits">{t('rail.until', { time: formats.time(row.undoUntil) })}</small>
          )}
        </button>
      )}
    </>
  )
}

type UndoProps = { readonly row: RailRow; readonly onClose: () => void; readonly onDone: Props['onDone'] }

/** The row asks for itself: Enter takes the points back, Esc leaves them. */
function Undo({ row, onClose, onDone }: UndoProps) {
  const t = useText()
  const formats = useFormats()
  const { undo, failed, isRunning } = useUndo(row, { onClose, onDone })
  const name = shortName(knownMember(row.memberId)?.name) || t('member.noName')
  return (
    <div
      className="rail-ask"
      role="alertdialog"
      aria-label={t('rail.undo')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <p>{t('rail.ask', { points: formats.points(row.left), name })}</p>
      <div className="note-actions">
        <Button look="seal" autoFocus aria-disabled={isRunning} onClick={undo}>
          {t('rail.undo')} <kbd>Enter</kbd>
        </Button>
        <Button onClick={onClose}>
          {t('action.cancel')} <kbd>Esc</kbd>
        </Button>
      </div>
      {failed && <NotDone failed={failed} />}
    </div>
  )
}

function useUndo(row: RailRow, { onClose, onDone }: Pick<UndoProps, 'onClose' | 'onDone'>) {
  const formats = useFormats()
  const { store } = usePlace()
  const { run, failed, isRunning } = useIntent()
  async function undo(): Promise<void> {
    const isSeries = store?.receiptSeries !== 'never'
    const body = isSeries ? { purchasedOn: row.purchasedOn ?? formats.dayOf(row.at) } : {}
    const path = `/points/purchases/${store?.id}/${row.receiptNumber}/undo`
    const heard = await run<Undone>(`undo.${row.id}`, { kind: 'undo', steps: [{ path, body }] })
    if (heard === undefined) return
    const { entry, balances } = heard.answer
    onDone({ kind: 'undone', points: entry.points, available: balances.available, debt: balances.debt })
    show({ kind: 'undone', points: Math.abs(entry.points), available: balances.available })
    onClose()
  }
  return { undo, failed, isRunning }
}
