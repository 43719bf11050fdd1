/** Points as part of a payment: what may be paid, points set aside, and taken with the receipt that they paid. */
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { useApi } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { ProblemCard, useProblemText } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import type { PaymentQuote, Reserved } from '../wire.ts'
import type { Who } from './desk-state.ts'
import { exponentOf, minorOf } from './money-entry.ts'
import { MoneyField, SlipNumberField } from './panel-fields.tsx'
import { isReceiptNumber } from './recognise.ts'
import { namedBy, needsCode } from './redeem-panel.tsx'
import type { Spend } from './use-spending.ts'

type Props = {
  readonly who: Who
  readonly spend: Spend
  readonly reserved: Reserved | undefined
}

export function PayPanel({ who, spend, reserved }: Props) {
  return reserved ? <Capture reserved={reserved} spend={spend} /> : <Reserve who={who} spend={spend} />
}

function Reserve({ who, spend }: Pick<Props, 'who' | 'spend'>) {
  const t = useText()
  const formats = useFormats()
  const { currency, store } = usePlace()
  const [total, setTotal] = useState('')
  const [chosen, choose] = useState<string>()
  const minor = minorOf(total, exponentOf(currency))
  const quote = usePaymentQuote(who, minor)
  const most = quote.data?.points ?? 0
  const points = chosen === undefined ? most : Number(chosen.replace(/[^0-9]/g, '') || '0')
  function reserve(event: FormEvent): void {
    event.preventDefault()
    if (minor === undefined || points <= 0) return
    const body = { ...namedBy(who), points, storeId: store?.id, total: { amount: minor, currency } }
    void spend.run({ kind: 'reserve', steps: [{ path: '/points/reservations', body }], points })
  }
  const problem = quote.error ? asProblem(quote.error) : undefined
  return (
    <form className="panel-form" onSubmit={reserve} noValidate>
      <MoneyField
        label={t('pay.total', { currency })}
        hint={t('pay.totalHint')}
        typed={total}
        onChange={setTotal}
        autoFocus
      />
      {quote.data && <Allowed quote={quote.data} points={points} chosen={chosen ?? String(most)} onChoose={choose} />}
      {problem && <ProblemCard problem={problem} fate={needsCode(problem.code) && t('redeem.askCode')} />}
      <Button type="submit" look="seal" isLarge disabled={spend.intending.isRunning || points <= 0}>
        {t('pay.reserve', { points: formats.points(points) })}
      </Button>
    </form>
  )
}

type AllowedProps = {
  readonly quote: PaymentQuote
  readonly points: number
  readonly chosen: string
  readonly onChoose: (text: string) => void
}

/** The most that may pay, less of it where that is wanted, or every reason why nothing may. */
function Allowed({ quote, points, chosen, onChoose }: AllowedProps) {
  const t = useText()
  const formats = useFormats()
  const words = useProblemText()
  const { reasons, cardOnlyLeft, amount, balances } = quote
  // What is offered may be cut to what the card alone allows: then the code gives more.
  const isCut = cardOnlyLeft !== undefined && quote.points >= cardOnlyLeft && balances.available > cardOnlyLeft
  if (reasons.length > 0) {
    return (
      <Note icon="alert" title={t('pay.none')}>
        {reasons.map((code) => words({ facts: { code } })).join(' ')}
      </Note>
    )
  }
  return (
    <>
      <p className="quote">
        {t('pay.most', { points: formats.points(quote.points), money: formats.money(amount.amount) })}
      </p>
      <TextField
        label={t('pay.points')}
        inputMode="numeric"
        value={chosen}
        onChange={({ target }) => onChoose(target.value)}
      />
      {cardOnlyLeft !== undefined && (isCut || points > cardOnlyLeft) && (
        <Note icon="code" title={t('redeem.askCode')}>
          {t('pay.cardOnly', { left: formats.points(cardOnlyLeft) })}
        </Note>
      )}
    </>
  )
}

function usePaymentQuote(who: Who, minor: number | undefined) {
  const api = useApi()
  const { currency, store } = usePlace()
  const body = { ...namedBy(who), storeId: store?.id, total: { amount: minor ?? 0, currency } }
  return useQuery({
    queryKey: ['account', who.memberId, 'payment', body],
    queryFn: async () => (await api.call<PaymentQuote>('/points/redemptions/quotes', { method: 'POST', body })).body,
    enabled: minor !== undefined && minor > 0,
    retry: false,
  })
}

type CaptureProps = { readonly reserved: Reserved; readonly spend: Spend }

/** The points are set aside: they are taken with the receipt, or go back when the sale is given up. */
function Capture({ reserved, spend }: CaptureProps) {
  const t = useText()
  const formats = useFormats()
  const [receipt, setReceipt] = useState('')
  const [isWrong, setWrong] = useState(false)
  const { isRunning } = spend.intending
  const path = `/points/reservations/${reserved.id}`
  const about = { reserved, points: reserved.points }
  function capture(event: FormEvent): void {
    event.preventDefault()
    const number = receipt.trim()
    if (!isReceiptNumber(number)) {
      setWrong(true)
      return
    }
    const body = { receiptNumber: number }
    void spend.run({ kind: 'capture', steps: [{ path: `${path}/capture`, body }], ...about })
  }
  const giveUp = () => spend.run({ kind: 'giveUp', steps: [{ path: `${path}/void`, body: {} }], ...about })
  return (
    <form className="panel-form" onSubmit={capture} noValidate>
      <Note icon="clock" title={t('pay.reserved', { points: formats.points(reserved.points) })}>
        {reserved.expiresAt !== undefined && t('pay.until', { time: formats.time(reserved.expiresAt) })}
      </Note>
      <SlipNumberField
        label={t('pay.receipt')}
        hint={t('pay.receiptHint')}
        value={receipt}
        onChange={setReceipt}
        isTried={isWrong}
        autoFocus
      />
      <div className="note-actions">
        <Button type="submit" look="seal" isLarge disabled={isRunning}>
          {t('pay.capture', { points: formats.points(reserved.points) })}
        </Button>
        <Button isLarge disabled={isRunning} onClick={giveUp}>
          {t('pay.giveUp')}
        </Button>
      </div>
    </form>
  )
}
