/**
 * The code that a member shows at the till: the card number and eight characters that change every half minute. A photo
 * or a copy of the card names the member, but only the phone in the member's hand proves that the member is there.
 */
import { keyedHash } from '../shared/canonical.ts'

export const CODE_STEP_MS = 30_000
/** A code is good in its own step and in the next, so at least 30 and at most 60 seconds. */
const STEPS_VALID = 2

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 8
/** `630012345678.K7Q2M4XZ`: any number a card may bear, a dot, and the changing part in Crockford's base 32. */
export const CARD_CODE = /^[A-Za-z0-9-]{1,32}\.[0-9A-HJKMNP-TV-Z]{8}$/i

/** @param now milliseconds since 1970. @returns the code of this half minute and when it ends to be good. */
export function cardCode(
  secret: string,
  cardNumber: string,
  now: number,
): { readonly code: string; readonly expiresAt: number } {
  const step = Math.floor(now / CODE_STEP_MS)
  return {
    code: `${cardNumber}.${changingPart(secret, cardNumber, step)}`,
    expiresAt: (step + STEPS_VALID) * CODE_STEP_MS,
  }
}

/** The card number that a code names, whether the code is still good or not. */
export function cardOfCode(code: string): string {
  return code.slice(0, code.indexOf('.'))
}

/** False for a code that was made up as well as for one whose time is over; nobody is told which. */
export function isCurrentCode(secret: string, code: string, now: number): boolean {
  const cardNumber = cardOfCode(code)
  const shown = code.slice(cardNumber.length + 1).toUpperCase()
  const step = Math.floor(now / CODE_STEP_MS)
  const good = Array.from({ length: STEPS_VALID }, (_, ago) => changingPart(secret, cardNumber, step - ago))
  return good.includes(shown)
}

/** Forty bits: nobody finds the right one among them in a minute. */
function changingPart(secret: string, cardNumber: string, step: number): string {
  const bytes = Buffer.from(keyedHash(secret, `card-code:${cardNumber}:${step}`), 'base64url')
  let bits = 0n
  for (const byte of bytes.subarray(0, (LENGTH * 5) / 8)) bits = bits * 256n + BigInt(byte)
  let text = ''
  for (let place = 0; place < LENGTH; place += 1) {
    text = `${ALPHABET.charAt(Number(bits % 32n))}${text}`
    bits /= 32n
  }
  return text
}
