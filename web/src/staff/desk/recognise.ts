/**
 * What a text in the desk's one search field means, and where a scan belongs. Only whole numbers and whole contacts are
 * recognised, because nobody may leaf through members; a mistyped card number is noticed before it is sent.
 */
import { isCardNumber } from '../../../../functions/members/card-number.ts'

/** How phones are read is loaded later than the page, hence handed in. `shown` is the number with its spaces. */
export type ReadPhone = (text: string) => { readonly phone: string; readonly shown: string } | undefined

export type Recognised =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'card'; readonly cardNumber: string }
  | { readonly kind: 'mistyped_card' }
  | { readonly kind: 'code'; readonly cardNumber: string; readonly code: string }
  | { readonly kind: 'phone'; readonly phone: string; readonly shown: string }
  /** Looks like a phone number, and what reads them is not there yet. */
  | { readonly kind: 'unread'; readonly text: string }
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'voucher'; readonly code: string }
  | { readonly kind: 'external'; readonly externalId: string }
  | { readonly kind: 'unclear' }

const TWELVE_DIGITS = /^[0-9]{12}$/
/** Crockford's letters: no I, L, O, U. */
const VOUCHER = /^(?=.*[A-Z])[0-9A-HJKMNP-TV-Z]{12}$/
const ROTATING = /^([0-9]{12})\.([0-9A-HJKMNP-TV-Z]{8})$/
const CARD_LINK = /^https?:\/\/[^/\s]+\/c\/([^/?#\s]+)$/i
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/
const EXTERNAL = /^[A-Za-z0-9._:-]{1,64}$/
const RECEIPT = /^[A-Za-z0-9._:-]{1,64}$/
const PHONE_LIKE = /^\+?[0-9][0-9\s().-]{5,}$/

export function recognise(text: string, readPhone: ReadPhone | undefined): Recognised {
  const plain = text.normalize('NFKC').trim()
  if (plain === '') return { kind: 'nothing' }
  const shape = codeIn(plain)
  if (shape) return shape
  const grouped = plain.replace(/[\s-]/g, '')
  if (TWELVE_DIGITS.test(grouped) && isCardNumber(grouped)) return { kind: 'card', cardNumber: grouped }
  if (EMAIL.test(plain)) return { kind: 'email', email: plain.toLowerCase() }
  if (PHONE_LIKE.test(plain)) {
    if (readPhone === undefined) return { kind: 'unread', text: plain }
    const number = readPhone(plain)
    if (number) return { kind: 'phone', ...number }
  }
  if (/^63[0-9]{10}$/.test(grouped)) return { kind: 'mistyped_card' }
  const upper = grouped.toUpperCase()
  if (VOUCHER.test(upper)) return { kind: 'voucher', code: upper }
  return EXTERNAL.test(plain) ? { kind: 'external', externalId: plain } : { kind: 'unclear' }
}

/** A card number or rotating code, bare or in our link. */
function codeIn(plain: string): Recognised | undefined {
  const inner = (CARD_LINK.exec(plain)?.[1] ?? plain).toUpperCase()
  const rotating = ROTATING.exec(inner)
  if (rotating?.[1] !== undefined && isCardNumber(rotating[1])) {
    return { kind: 'code', cardNumber: rotating[1], code: inner }
  }
  return isCardNumber(inner) ? { kind: 'card', cardNumber: inner } : undefined
}

export type ScanTarget =
  | { readonly to: 'member'; readonly as: Recognised & { kind: 'card' | 'code' } }
  | { readonly to: 'voucher'; readonly code: string }
  | { readonly to: 'receipt'; readonly receiptNumber: string }
  | { readonly to: 'query'; readonly text: string }

/** Where a scan belongs: a card always names a member, whatever has the focus; a receipt only where one is awaited. */
export function targetOfScan(text: string, isReceiptAwaited: boolean): ScanTarget {
  const plain = text.normalize('NFKC').trim()
  const member = codeIn(plain)
  if (member?.kind === 'card' || member?.kind === 'code') return { to: 'member', as: member }
  if (VOUCHER.test(plain.toUpperCase())) return { to: 'voucher', code: plain.toUpperCase() }
  if (isReceiptAwaited && RECEIPT.test(plain)) return { to: 'receipt', receiptNumber: plain }
  return { to: 'query', text: plain }
}

export const RECEIPT_MAX = 64

export function isReceiptNumber(text: string): boolean {
  return RECEIPT.test(text)
}
