/**
 * Referral codes: seven random characters and a check character, in Crockford's base 32, which has no I, L, O or U to
 * misread. They name a member to the public, so they are random and tell nothing about the member.
 */

export const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const BASE = ALPHABET.length
const BODY_LENGTH = 7
/** How many codes there are; `referralCode` takes a serial below it. */
export const REFERRAL_SERIALS = BASE ** BODY_LENGTH

export const REFERRAL_CODE = /^[0-9A-HJKMNP-TV-Z]{8}$/i

/** @param serial a whole number from 0 to 32^7 - 1. @returns 8 characters. */
export function referralCode(serial: number): string {
  let rest = serial
  let body = ''
  for (let place = 0; place < BODY_LENGTH; place += 1) {
    body = `${ALPHABET.charAt(rest % BASE)}${body}`
    rest = Math.floor(rest / BASE)
  }
  return `${body}${checkCharacter(body)}`
}

/** What makes a code of this alphabet one that a slip of a finger is noticed in. */
export function checkCharacter(body: string): string {
  return ALPHABET.charAt((BASE - weight(body, 2)) % BASE)
}

/** True for a code in upper case whose last character fits the others. */
export function hasCheckCharacter(code: string): boolean {
  return weight(code, 1) === 0
}

/** True for a code whose check character fits; upper and lower case are one. */
export function isReferralCode(text: string): boolean {
  return REFERRAL_CODE.test(text) && hasCheckCharacter(text.toUpperCase())
}

/** Luhn mod N: every other character from the right counts double, its two digits in base N added. */
function weight(text: string, lastFactor: 1 | 2): number {
  let factor: 1 | 2 = lastFactor
  let sum = 0
  for (const character of [...text].reverse()) {
    const value = ALPHABET.indexOf(character) * factor
    sum += Math.floor(value / BASE) + (value % BASE)
    factor = factor === 1 ? 2 : 1
  }
  return sum % BASE
}
