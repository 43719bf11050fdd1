/** Awards of this device that are not done: those that wait, and those that were refused and need somebody. */
import { useState } from 'react'
import { isCardNumber } from '../../../../functions/members/card-number.ts'
import { useFormats } from '../../i18n/provider.tsx'
import { navigate } from '../../navigation.tsx'
import { isOpen, type OutboxRow } from '../../offline/outbox.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { useProblemText } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { keepDraft } from '../desk/use-kept-draft.ts'
import { useOutbox } from '../outbox.tsx'
import { usePlace } from '../place.tsx'
import { routes } from '../routes.ts'

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

/** What no other number or amount would mend: somebody with other rights enters the slip. */
const FOR_A_MANAGER: readonly string[] = ['forbidden', 'own_account', 'principal_disabled', 'store_out_of_scope']

/** It says why, opens the form as it was typed, and leaves only with a reason. */
function Refused({ row }: { row: OutboxRow }) {
  const t = useText()
  const formats = useFormats()
  const words = useProblemText()
  const { discard } = useOutbox()
  const [isAsking, ask] = useState(false)
  const facts = row.refusal ?? { code: 'unexpected' }
  const isForManager = FOR_A_MANAGER.includes(facts.code)
  async function correct(): Promise<void> {
    const { receiptNumber, minor, member } = row
    await keepDraft({
      receipt: receiptNumber,
      amount: String(minor),
      ...(isCardNumber(member) && { cardNumber: member }),
    })
    await discard(row.id, 'typed_anew')
    navigate(routes.href('desk'))
  }
  return (
    <Note
      icon="alert"
      kind="problem"
      title={t('queue.refused', { receipt: row.receiptNumber, amount: formats.money(row.minor) })}
      actions={
        isAsking ? (
          <PutAway onReason={(reason) => discard(row.id, reason)} />
        ) : (
          <>
            {!isForManager && (
              <Button look="ink" onClick={correct}>
                {t('queue.correct')}
              </Button>
            )}
            <Button onClick={() => ask(true)}>{t('queue.putAway')}</Button>
          </>
        )
      }
    >
      <p>{words({ facts })}</p>
      {isForManager && <p>{t('queue.forManager')}</p>}
      <p className="digits">
        {formats.shortDay(formats.dayOf(row.purchasedAt))} {formats.time(row.purchasedAt)}
        {isCardNumber(row.member) && ` · ${row.member.replace(/(.{4})(?=.)/g, '$1 ')}`}
        {row.device !== '' && ` · ${row.device}`}
      </p>
    </Note>
  )
}

function PutAway({ onReason }: { onReason: (reason: string) => void }) {
  const t = useText()
  const [reason, setReason] = useState('')
  const isEmpty = reason.trim() === ''
  return (
    <form
      className="queue-discard"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isEmpty) onReason(reason.trim())
      }}
    >
      <TextField
        label={t('queue.reason')}
        value={reason}
        maxLength={200}
        autoFocus
        onChange={({ target }) => setReason(target.value)}
      />
      <Button type="submit" look="ink" disabled={isEmpty}>
        {t('queue.discard')}
      </Button>
    </form>
  )
}
