/** Keys for fingers, on tablets only: they type into the field that was last used, as a keyboard would. */
import { Icon } from '../../ui/icons.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import { exponentOf, shownAmount, typedAmount } from './money-entry.ts'
import type { Running } from './use-desk.ts'

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '00', '0'] as const

export function NumberPad({ running, field }: { running: Running; field: 'receipt' | 'amount' }) {
  const t = useText()
  const { currency } = usePlace()
  const exponent = currency === '' ? 2 : exponentOf(currency)
  const { desk, dispatch } = running
  const press = (digits: string | undefined) => {
    const before = field === 'amount' ? shownAmount(desk.draft.amount, exponent) : desk.draft.receipt
    const text = digits === undefined ? before.slice(0, -1) : before + digits
    const next = field === 'amount' ? typedAmount(desk.draft.amount, text, exponent) : text
    dispatch({ do: 'typed', field, text: next })
  }
  return (
    <fieldset className="pad">
      <legend className="only-heard">{t('pad.label')}</legend>
      {DIGITS.map((digits) => (
        <button key={digits} type="button" className="pad-key digits" onClick={() => press(digits)}>
          {digits}
        </button>
      ))}
      <button type="button" className="pad-key" aria-label={t('pad.back')} onClick={() => press(undefined)}>
        <Icon name="back" />
      </button>
    </fieldset>
  )
}
