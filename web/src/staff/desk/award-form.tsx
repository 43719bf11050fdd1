/** Receipt and amount, and what they will give, told while they are typed and never waited for. */
import { useState } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import { isLocked } from './desk-state.ts'
import { exponentOf, shownAmount, typedAmount } from './money-entry.ts'
import { NumberPad } from './number-pad.tsx'
import { Quote } from './quote.tsx'
import type { Running } from './use-desk.ts'

export function AwardForm({ running }: { running: Running }) {
  const t = useText()
  const { desk, dispatch, enter } = running
  const { phase, draft, who } = desk
  const [field, setField] = useState<'receipt' | 'amount'>('receipt')
  const hasContent = draft.receipt !== '' || draft.amount !== '' || who !== undefined
  return (
    <form className="award" onSubmit={(event) => event.preventDefault()} noValidate>
      <ReceiptField running={running} onFocus={() => setField('receipt')} />
      <AmountField running={running} onFocus={() => setField('amount')} />
      <Quote desk={desk} />
      <NumberPad running={running} field={field} />
      <div className="award-actions">
        <Button look="seal" isLarge isWide disabled={isLocked(desk) || who === undefined} onClick={enter}>
          {t(buttonWords(phase.at))}
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

/** The button is Enter: it says what Enter does now. */
function buttonWords(at: Running['desk']['phase']['at']) {
  if (at === 'sending') return 'award.sending'
  if (at === 'second') return 'award.second'
  return at === 'receipt' || at === 'looking' ? 'award.next' : 'award.commit'
}

type FieldProps = { readonly running: Running; readonly onFocus: () => void }

function ReceiptField({ running: { desk, dispatch, fields }, onFocus }: FieldProps) {
  const t = useText()
  const { mistake, draft } = desk
  const error = mistake === 'receipt_needed' || mistake === 'receipt_wrong' ? t(`award.${mistake}`) : undefined
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
        maxLength={64}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={error === undefined ? undefined : 'receipt-error'}
        onChange={({ target }) => dispatch({ do: 'typed', field: 'receipt', text: target.value })}
        onFocus={() => {
          onFocus()
          dispatch({ do: 'focused', field: 'receipt' })
        }}
      />
      {error !== undefined && <FieldError id="receipt-error" text={error} />}
    </div>
  )
}

function AmountField({ running: { desk, dispatch, fields }, onFocus }: FieldProps) {
  const t = useText()
  const formats = useFormats()
  const { currency } = usePlace()
  const exponent = currency === '' ? 2 : exponentOf(currency)
  const { mistake, draft } = desk
  const error = mistake === 'amount_needed' ? t('award.amount_needed') : undefined
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
        inputMode="numeric"
        autoComplete="off"
        enterKeyHint="done"
        aria-invalid={error !== undefined || undefined}
        aria-describedby={error === undefined ? 'amount-hint' : 'amount-error amount-hint'}
        onChange={({ target }) =>
          dispatch({ do: 'typed', field: 'amount', text: typedAmount(draft.amount, target.value, exponent) })
        }
        onFocus={() => {
          onFocus()
          dispatch({ do: 'focused', field: 'amount' })
        }}
      />
      {error !== undefined && <FieldError id="amount-error" text={error} />}
      <p className="field-hint" id="amount-hint">
        {exponent === 0
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
