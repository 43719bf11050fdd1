/** Fields that several panels share: a slip's number, and an amount that is typed as at a till. */
import type { ReactNode } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { TextField } from '../../ui/field.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import { exponentOf, minorOf, shownAmount, type Typed, typedAmount } from './money-entry.ts'
import { isReceiptNumber, RECEIPT_MAX } from './recognise.ts'

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
  return (
    <TextField
      label={label}
      hint={hint}
      error={receiptMistake(value, t) ?? (isTried && plain === '' ? t('problem.required_field') : undefined)}
      value={value}
      autoFocus={autoFocus}
      autoComplete="off"
      onChange={({ target }) => onChange(target.value)}
    />
  )
}

/** What is wrong with a number as far as it is typed; nothing is cut off, or it would name another receipt. */
export function receiptMistake(text: string, t: ReturnType<typeof useText>): string | undefined {
  const plain = text.trim()
  if (plain === '' || isReceiptNumber(plain)) return undefined
  const isLong = plain.length > RECEIPT_MAX && isReceiptNumber(plain.slice(0, RECEIPT_MAX))
  return isLong ? t('award.receipt_long', { count: String(plain.length) }) : t('award.receipt_wrong')
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
