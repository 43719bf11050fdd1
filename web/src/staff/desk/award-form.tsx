/** Receipt and amount, and what they will give, told while they are typed and never waited for. */
import { useState } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import { type Desk, isLocked } from './desk-state.ts'
import { exponentOf, hasOtherSigns, minorOf, shownAmount, typedAmount } from './money-entry.ts'
import { NumberPad, useHasPad } from './number-pad.tsx'
import { receiptMistake } from './panel-fields.tsx'
import { Quote } from './quote.tsx'
import type { Running } from './use-desk.ts'

export function AwardForm({ running }: { running: Running }) {
  const t = useText()
  const { desk, dispatch, enter } = running
  const { draft, who } = desk
  const hasContent = draft.receipt !== '' || draft.amount !== '' || who !== undefined
  return (
    <form className="award" onSubmit={(event) => event.preventDefault()} noValidate>
      <ReceiptField running={running} />
      <AmountField running={running} />
      <Quote desk={desk} />
      <NumberPad running={running} />
      <div className="award-actions">
        <Button look="seal" isLarge isWide disabled={!canEnter(desk)} onClick={enter}>
          {t(buttonWords(desk))}
        </Button>
        {hasContent && (
          <Button look="quiet" disabled={isLocked(desk)} onClick={() => dispatch({ do: 'clear' })}>
            {t('award.clear')}
          </Button>
        )}
      </div>
    </form>
  )
}

function canEnter({ phase, who, draft }: Desk): boolean {
  if (phase.at === 'sending') return false
  return who !== undefined || phase.at === 'looking' || draft.query.trim() !== ''
}

/** The button is Enter: it says what Enter does now. */
function buttonWords({ phase, who, draft }: Desk) {
  switch (phase.at) {
    case 'sending':
      return 'award.sending'
    case 'second':
      return 'award.second'
    case 'large':
      return 'award.large'
    case 'looking':
      return phase.early ? 'award.sending' : 'award.next'
    case 'receipt':
    case 'choose':
      return 'award.next'
    case 'nobody':
      return phase.asked.kind === 'phone' || phase.asked.kind === 'email' ? 'command.enrol' : 'award.find'
    default:
      if (who !== undefined) return phase.at === 'idle' ? 'award.next' : 'award.commit'
      return draft.query.trim() === '' ? 'award.commit' : 'award.find'
  }
}

type FieldProps = { readonly running: Running }

function ReceiptField({ running: { desk, dispatch, fields } }: FieldProps) {
  const t = useText()
  const { mistake, draft } = desk
  const wrong = receiptMistake(draft.receipt, t)
  const error = wrong ?? (mistake === 'receipt_needed' ? t(`award.${mistake}`) : undefined)
  return (
    <div className="field">
      <label className="field-label" htmlFor="receipt">
        {t('award.receipt')}
      </label>
      <input
        ref={(element) => {
          fields.current.receipt = element
        }}
        id="receipt"
        data-desk="receipt"
        className="field-input field-big digits"
        value={draft.receipt}
        readOnly={isLocked(desk)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        enterKeyHint="next"
        aria-invalid={error !== undefined || undefined}
        aria-describedby={error === undefined ? undefined : 'receipt-error'}
        onChange={({ target }) => dispatch({ do: 'typed', field: 'receipt', text: target.value })}
        onFocus={() => dispatch({ do: 'focused', field: 'receipt' })}
      />
      {error !== undefined && <FieldError id="receipt-error" text={error} />}
    </div>
  )
}

function AmountField({ running: { desk, dispatch, fields } }: FieldProps) {
  const t = useText()
  const formats = useFormats()
  const { currency } = usePlace()
  const exponent = currency === '' ? 2 : exponentOf(currency)
  const { mistake, draft } = desk
  const hasPad = useHasPad()
  const [isCut, setCut] = useState(false)
  const error = mistake === 'amount_needed' ? t('award.amount_needed') : isCut ? t('award.amount_wrong') : undefined
  const minor = currency === '' ? undefined : minorOf(draft.amount, exponent)
  return (
    <div className="field">
      <label className="field-label" htmlFor="amount">
        {t('award.amount', { currency })}
      </label>
      <input
        ref={(element) => {
          fields.current.amount = element
        }}
        id="amount"
        data-desk="amount"
        className="field-input field-big digits"
        value={shownAmount(draft.amount, exponent)}
        readOnly={isLocked(desk)}
        inputMode={hasPad ? 'none' : 'numeric'}
        autoComplete="off"
        enterKeyHint="done"
        aria-invalid={error !== undefined || undefined}
        aria-describedby={error === undefined ? 'amount-hint' : 'amount-error amount-hint'}
        onChange={({ target }) => {
          setCut(hasOtherSigns(target.value))
          dispatch({ do: 'typed', field: 'amount', text: typedAmount(draft.amount, target.value, exponent) })
        }}
        onFocus={() => dispatch({ do: 'focused', field: 'amount' })}
        onBlur={() => setCut(false)}
      />
      {error !== undefined && <FieldError id="amount-error" text={error} />}
      <p className="field-hint" id="amount-hint">
        {minor !== undefined
          ? formats.money(minor)
          : exponent === 0
            ? t('award.amountWhole')
            : t('award.amountHint', { typed: '16800', money: formats.money(16_800) })}
      </p>
    </div>
  )
}

function FieldError({ id, text }: { id: string; text: string }) {
  return (
    <p className="field-error" id={id} role="alert">
      <Icon name="alert" />
      {text}
    </p>
  )
}
