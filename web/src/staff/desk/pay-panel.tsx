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
import type { Captured, PaymentQuote, Reserved } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import type { Who } from './desk-state.ts'
import { exponentOf, minorOf } from './money-entry.ts'
import { MoneyField, SlipNumberField } from './panel-fields.tsx'
import { isReceiptNumber } from './recognise.ts'
import { namedBy, needsCode } from './redeem-panel.tsx'
import { useDeed } from './use-deed.ts'

type Props = {
  readonly who: Who
  readonly onDone: (text: BannerText) => void
  readonly onTold: (text: BannerText) => void
}

export function PayPanel({ who, onDone, onTold }: Props) {
  const [reserved, setReserved] = useState<Reserved>()
  if (reserved) return <Capture reserved={reserved} onDone={onDone} onGivenUp={() => setReserved(undefined)} />
  return <Reserve who={who} onReserved={setReserved} onTold={onTold} />
}

type ReserveProps = {
  readonly who: Who
  readonly onReserved: (reserved: Reserved) => void
  readonly onTold: Props['onTold']
}

function Reserve({ who, onReserved, onTold }: ReserveProps) {
  const t = useText()
  const formats = useFormats()
  const api = useApi()
  const deed = useDeed()
  const { currency, store } = usePlace()
  const [total, setTotal] = useState('')
  const [chosen, choose] = useState<string>()
  const minor = minorOf(total, exponentOf(currency))
  const quote = usePaymentQuote(who, minor)
  const most = quote.data?.points ?? 0
  const points = chosen === undefined ? most : Number(chosen.replace(/[^0-9]/g, '') || '0')
  async function reserve(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (minor === undefined || points <= 0) return
    const body = { ...namedBy(who), points, storeId: store?.id, total: { amount: minor, currency } }
    const made = await deed.run(JSON.stringify(body), (key) => api.post<Reserved>('/points/reservations', body, key))
    if (made === undefined) return
    onTold({ kind: 'reserved', points: made.points, available: made.balances.available })
    onReserved(made)
  }
  const problem = deed.problem ?? (quote.error ? asProblem(quote.error) : undefined)
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
      {problem && (
        <ProblemCard problem={problem} fate={t(needsCode(problem.code) ? 'redeem.askCode' : 'redeem.notDone')} />
      )}
      <Button type="submit" look="seal" isLarge disabled={deed.isRunning || points <= 0}>
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

type CaptureProps = { readonly reserved: Reserved; readonly onDone: Props['onDone']; readonly onGivenUp: () => void }

/** The points are set aside: they are taken with the receipt, or go back when the sale is given up. */
function Capture({ reserved, onDone, onGivenUp }: CaptureProps) {
  const t = useText()
  const formats = useFormats()
  const api = useApi()
  const deed = useDeed()
  const [receipt, setReceipt] = useState('')
  const [isWrong, setWrong] = useState(false)
  const path = `/points/reservations/${reserved.id}`
  async function capture(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (!isReceiptNumber(receipt.trim())) return setWrong(true)
    const body = { receiptNumber: receipt.trim() }
    const made = await deed.run(JSON.stringify(body), (key) => api.post<Captured>(`${path}/capture`, body, key))
    if (made) onDone({ kind: 'redeemed', points: made.points, available: made.balances.available })
  }
  async function giveUp(): Promise<void> {
    const made = await deed.run('void', (key) => api.post<Captured>(`${path}/void`, {}, key))
    if (made) onGivenUp()
  }
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
      {deed.problem && <ProblemCard problem={deed.problem} fate={t('pay.stillReserved')} />}
      <div className="note-actions">
        <Button type="submit" look="seal" isLarge disabled={deed.isRunning}>
          {t('pay.capture', { points: formats.points(reserved.points) })}
        </Button>
        <Button isLarge disabled={deed.isRunning} onClick={giveUp}>
          {t('pay.giveUp')}
        </Button>
      </div>
    </form>
  )
}
