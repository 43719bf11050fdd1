/**
 * Amounts as they are typed at a till: digits fill from the right, so that no decimal point is needed and no floating
 * number is ever made. A point typed all the same says that the digits before it are whole units.
 */

/** The most digits that an amount of the ledger has. */
const DIGITS_MAX = 12

/** Digits in minor units, such as `16800`, or with a point where one was typed, such as `168.5`. */
export type Typed = string

/**
 * What is typed after the field's text became `text`, which was `shown` before.
 * @param exponent decimal places of the currency, 2 for HKD, 0 for JPY.
 */
export function typedAmount(before: Typed, text: string, exponent: number): Typed {
  const plain = text.normalize('NFKC').replace(/[^0-9.,]/g, '')
  const whole = exponent > 0 && isAtOnce(shownAmount(before, exponent), plain) ? written(plain, exponent) : undefined
  if (whole !== undefined) return whole
  const isPointPressed =
    exponent > 0 && plain === `${shownAmount(before, exponent)}${plain.slice(-1)}` && /[.,]$/.test(plain)
  if (isPointPressed && !before.includes('.')) return `${trimmed(before) || '0'}.`
  if (before.includes('.') && plain.includes('.')) {
    const [whole = '', ...rest] = plain.split('.')
    return `${trimmed(digitsOf(whole)) || '0'}.${digitsOf(rest.join('')).slice(0, exponent)}`
  }
  return trimmed(digitsOf(plain)).slice(0, DIGITS_MAX)
}

/** Whether more than one sign came at once, a point among them: pasted, not typed key by key. */
function isAtOnce(shown: string, text: string): boolean {
  const length = Math.min(shown.length, text.length)
  const indexes = Array.from({ length }, (_, index) => index)
  const before = indexes.find((index) => shown[index] !== text[index]) ?? length
  const after = indexes.find((index) => shown.at(-1 - index) !== text.at(-1 - index)) ?? length
  const inserted = text.slice(before, text.length - Math.min(after, length - before))
  return inserted.length > 1 && /[.,]/.test(inserted)
}

/** `12.5`, `1,234.50` as people write money; undefined where the point may be no decimal one. */
function written(plain: string, exponent: number): Typed | undefined {
  const [, units, fraction] = /^([0-9][0-9.,]*)[.,]([0-9]+)$/.exec(plain) ?? []
  if (units === undefined || fraction === undefined || fraction.length > exponent) return undefined
  return `${trimmed(digitsOf(units)) || '0'}.${fraction}`
}

/** Letters and signs that are no part of an amount; blanks and a currency may come with what is pasted. */
export function hasOtherSigns(text: string): boolean {
  return /[^0-9.,\s\p{Sc}]/u.test(text.normalize('NFKC').replace(/^[A-Z]{0,3}\p{Sc}?/u, ''))
}

/** Whole minor units, or undefined where nothing is typed. */
export function minorOf(typed: Typed, exponent: number): number | undefined {
  if (typed === '') return undefined
  const [whole = '', fraction] = typed.split('.')
  const digits = fraction === undefined ? whole : `${whole}${fraction.padEnd(exponent, '0')}`
  return digits.length > DIGITS_MAX ? undefined : Number(digits)
}

/** What the field shows: `16800` as `168.00`. */
export function shownAmount(typed: Typed, exponent: number): string {
  if (typed === '' || typed.includes('.') || exponent === 0) return typed
  const digits = typed.padStart(exponent + 1, '0')
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** Decimal places of a currency. */
export function exponentOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '')
}

function trimmed(digits: string): string {
  return digits.replace(/^0+/, '')
}
