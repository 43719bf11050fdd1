/** Codes that only the secret can make, and that a slip of a finger does not turn into another. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VOUCHER_CODE } from '../../../functions/rewards/schema.ts'
import { isVoucherCode, voucherCode, voucherDigest } from '../../../functions/rewards/voucher-code.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('a voucher’s code', () => {
  test('is 12 characters without I, L, O and U, and ends in one that fits the others', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (secret, id) => {
        const code = voucherCode(secret, id)
        expect(code).toMatch(VOUCHER_CODE)
        expect([isVoucherCode(code), isVoucherCode(code.toLowerCase())]).toEqual([true, true])
      }),
      { seed: 20_261_123 },
    )
  })

  test('is not another one with one character wrong', () => {
    const code = voucherCode('secret', 'vch_1')
    for (const [at, right] of [...code].entries()) {
      for (const wrong of ALPHABET.replace(right, '')) {
        expect(isVoucherCode(`${code.slice(0, at)}${wrong}${code.slice(at + 1)}`)).toBe(false)
      }
    }
  })

  test('follows from the voucher and the secret, and from nothing less', () => {
    expect(voucherCode('secret', 'vch_1')).toBe(voucherCode('secret', 'vch_1'))
    expect(voucherCode('secret', 'vch_1')).not.toBe(voucherCode('secret', 'vch_2'))
    expect(voucherCode('secret', 'vch_1')).not.toBe(voucherCode('other', 'vch_1'))
  })

  test('is found by a hash that needs the secret too, in either case', () => {
    const code = voucherCode('secret', 'vch_1')
    expect(voucherDigest('secret', code.toLowerCase())).toBe(voucherDigest('secret', code))
    expect(voucherDigest('other', code)).not.toBe(voucherDigest('secret', code))
  })
})
