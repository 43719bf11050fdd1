/** Fields that several panels share: a slip's number, and an amount that is typed as at a till. */
import type { ReactNode } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { TextField } from '../../ui/field.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import { exponentOf, minorOf, shownAmount, type Typed, typedAmount } from './money-entry.ts'
import { isReceiptNumber } from './recognise.ts'

type NumberProps = {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly value: string
  readonly onChange: (value: string) => void
  /** Somebody tried to go on: now a mistake is said. */
  readonly isTried: boolean
  readonly autoFocus?: boolean
}

export function SlipNumberField({ label, hint, value, onChange, isTried, autoFocus }: NumberProps) {
  const t = useText()
  const plain = value.trim()
  const mistake = plain === '' ? 'problem.required_field' : 'award.receipt_wrong'
  return (
    <TextField
      label={label}
      hint={hint}
      error={isTried && !isReceiptNumber(plain) ? t(mistake) : undefined}
      value={value}
      autoFocus={autoFocus}
      autoComplete="off"
      maxLength={64}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}

type MoneyProps = {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly typed: Typed
  readonly onChange: (typed: Typed) => void
  readonly isTried?: boolean
  readonly autoFocus?: boolean
}

/** Once something is typed the hint is the money that it means. */
export function MoneyField({ label, hint, typed, onChange, isTried, autoFocus }: MoneyProps) {
  const t = useText()
  const formats = useFormats()
  const exponent = exponentOf(usePlace().currency)
  const minor = minorOf(typed, exponent)
  return (
    <TextField
      label={label}
      hint={minor === undefined ? hint : formats.money(minor)}
      error={isTried === true && minor === undefined ? t('award.amount_needed') : undefined}
      value={shownAmount(typed, exponent)}
      inputMode="numeric"
      autoComplete="off"
      autoFocus={autoFocus}
      onChange={({ target }) => onChange(typedAmount(typed, target.value, exponent))}
    />
  )
}
