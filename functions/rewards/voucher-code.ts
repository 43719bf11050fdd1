/**
 * Codes of vouchers: eleven characters and a check character, in the alphabet of referral codes. A code is worth money to
 * whoever knows it, so no table holds it: it is made from the voucher's id and the one secret whenever it is needed.
 */
import { ALPHABET, checkCharacter, hasCheckCharacter } from '../members/referral-code.ts'
import { keyedHash } from '../shared/canonical.ts'

const BODY_LENGTH = 11
const BITS = 5n

/** 55 bits that only the secret tells. @returns 12 characters. */
export function voucherCode(secret: string, voucherId: string): string {
  const hash = keyedHash(secret, `voucher\n${voucherId}`)
  let rest = BigInt(`0x${Buffer.from(hash, 'base64url').subarray(0, 8).toString('hex')}`)
  let body = ''
  for (let place = 0; place < BODY_LENGTH; place += 1) {
    body += ALPHABET.charAt(Number(rest & ((1n << BITS) - 1n)))
    rest >>= BITS
  }
  return `${body}${checkCharacter(body)}`
}

/** A slip of a finger is told without looking anything up. */
export function isVoucherCode(code: string): boolean {
  return hasCheckCharacter(code.toUpperCase())
}

/** What the code is found by. */
export function voucherDigest(secret: string, code: string): string {
  return keyedHash(secret, `voucher code\n${code.toUpperCase()}`)
}
