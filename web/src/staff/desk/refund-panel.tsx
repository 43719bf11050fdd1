/** A refund by its slip: the receipt it belongs to, its own number, and the amount that went back. */
import { type FormEvent, useState } from 'react'
import { serverNow } from '../../api.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import type { Undone } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import { exponentOf, minorOf } from './money-entry.ts'
import { MoneyField, SlipNumberField } from './panel-fields.tsx'
import { PanelFrame } from './panels.tsx'
import { isReceiptNumber } from './recognise.ts'
import { NotDone } from './unheard.tsx'
import { type Failed, type Intending, useIntent } from './use-intent.ts'

type Props = { readonly onClose: () => void; readonly onDone: (text: BannerText) => void }
type Answer = Undone | { readonly state: 'waiting_for_purchase' }

export function RefundPanel({ onClose, onDone }: Props) {
  const t = useText()
  const { currency, store } = usePlace()
  const intending = useIntent()
  const send = useRefund(intending)
  const [receipt, setReceipt] = useState('')
  const [number, setNumber] = useState('')
  const [amount, setAmount] = useState('')
  const [day, setDay] = useState('')
  const [isWrong, setWrong] = useState(false)
  const minor = minorOf(amount, exponentOf(currency))
  const isRestarting = store?.receiptSeries !== undefined && store.receiptSeries !== 'never'
  async function refund(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (!isReceiptNumber(receipt.trim()) || !isReceiptNumber(number.trim()) || minor === undefined)
      return setWrong(true)
    const answer = await send({ receipt: receipt.trim(), number: number.trim(), minor, day })
    if (answer === undefined) return
    if ('state' in answer) onDone({ kind: 'refundWaits' })
    else
      onDone({
        kind: 'refunded',
        points: answer.entry.points,
        available: answer.balances.available,
        debt: answer.balances.debt,
      })
  }
  return (
    <PanelFrame title={t('panel.refund')} onClose={onClose}>
      <form className="panel-form" onSubmit={refund} noValidate>
        <SlipNumberField
          label={t('refund.receipt')}
          value={receipt}
          onChange={setReceipt}
          isTried={isWrong}
          autoFocus
        />
        <SlipNumberField
          label={t('refund.number')}
          hint={t('refund.numberHint')}
          value={number}
          onChange={setNumber}
          isTried={isWrong}
        />
        <MoneyField label={t('refund.amount', { currency })} typed={amount} onChange={setAmount} isTried={isWrong} />
        {isRestarting && (
          <TextField label={t('refund.day')} type="date" value={day} onChange={({ target }) => setDay(target.value)} />
        )}
        {intending.failed && <NotRefunded failed={intending.failed} />}
        <Button type="submit" look="seal" isLarge disabled={intending.isRunning}>
          {t('refund.commit')}
        </Button>
      </form>
    </PanelFrame>
  )
}

/** A refund is named by its own number: the same one again is the same refund, or a mistyped number. */
function NotRefunded({ failed }: { failed: Failed }) {
  const t = useText()
  if (failed.problem.code !== 'receipt_conflict') return <NotDone failed={failed} fate={t('refund.notDone')} />
  return (
    <Note icon="info" kind="problem" title={t('refund.already')}>
      {t('refund.alreadyText')}
    </Note>
  )
}

type Slip = { readonly receipt: string; readonly number: string; readonly minor: number; readonly day: string }

/** The numbers of receipt and refund are the refund's own key; the time of the first try stays, so that a repeat is a repeat. */
function useRefund(intending: Intending) {
  const { currency, store } = usePlace()
  return async ({ receipt, number, minor, day }: Slip) => {
    const body = {
      ...{ storeId: store?.id, receiptNumber: receipt, refundNumber: number },
      amount: { amount: minor, currency },
      refundedAt: new Date(serverNow()).toISOString(),
      ...(day !== '' && { purchasedOn: day }),
    }
    const subject = `refund.${JSON.stringify([store?.id, receipt, number, minor, day])}`
    const heard = await intending.run<Answer>(subject, { kind: 'refund', steps: [{ path: '/points/refunds', body }] })
    return heard?.answer
  }
}
