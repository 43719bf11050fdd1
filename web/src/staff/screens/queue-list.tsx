/** Awards of this device that are not done: those that wait, and those that were refused and need somebody. */
import { useState } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { isOpen, type OutboxRow } from '../../offline/outbox.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { useProblemText } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { useOutbox } from '../outbox.tsx'
import { usePlace } from '../place.tsx'

export function QueueList() {
  const t = useText()
  const { person } = usePlace()
  const { rows, refused, sendAll } = useOutbox()
  const waiting = rows.filter(isOpen)
  if (waiting.length === 0 && refused.length === 0) return null
  return (
    <section className="queue" aria-labelledby="queue-title">
      <h2 id="queue-title">{t('queue.title')}</h2>
      {refused.map((row) => (
        <Refused key={row.id} row={row} />
      ))}
      {waiting.length > 0 && (
        <>
          <ul className="lines">
            {waiting.map((row) => (
              <Waiting key={row.id} row={row} isOwn={row.sub === person.sub} />
            ))}
          </ul>
          <Button icon="share" onClick={() => sendAll()}>
            {t('queue.send')}
          </Button>
        </>
      )}
    </section>
  )
}

function Waiting({ row, isOwn }: { row: OutboxRow; isOwn: boolean }) {
  const t = useText()
  const formats = useFormats()
  return (
    <li className="line">
      <time className="digits" dateTime={row.purchasedAt}>
        {formats.time(row.purchasedAt)}
      </time>
      <span>{t(isOwn ? 'queue.waiting' : 'queue.waitingOther')}</span>
      <span className="digits">{row.receiptNumber}</span>
      <strong className="digits">{formats.money(row.minor)}</strong>
    </li>
  )
}

/** It says why, and leaves only with a reason. */
function Refused({ row }: { row: OutboxRow }) {
  const t = useText()
  const formats = useFormats()
  const words = useProblemText()
  const { discard } = useOutbox()
  const [isAsking, ask] = useState(false)
  const [reason, setReason] = useState('')
  const { code, params } = row.refusal ?? { code: 'unexpected', params: {} }
  return (
    <Note
      icon="alert"
      kind="problem"
      title={t('queue.refused', { receipt: row.receiptNumber, amount: formats.money(row.minor) })}
      actions={
        isAsking ? (
          <form
            className="queue-discard"
            onSubmit={(event) => {
              event.preventDefault()
              if (reason.trim() !== '') discard(row.id, reason.trim())
            }}
          >
            <TextField
              label={t('queue.reason')}
              value={reason}
              maxLength={200}
              autoFocus
              onChange={({ target }) => setReason(target.value)}
            />
            <Button type="submit" look="ink" disabled={reason.trim() === ''}>
              {t('queue.discard')}
            </Button>
          </form>
        ) : (
          <Button onClick={() => ask(true)}>{t('queue.putAway')}</Button>
        )
      }
    >
      {words({ facts: { code, params } } as Parameters<typeof words>[0])}
    </Note>
  )
}
