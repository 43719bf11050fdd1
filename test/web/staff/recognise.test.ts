import { describe, expect, test } from 'vitest'
import { cardNumber } from '../../../functions/members/card-number.ts'
import { type ReadPhone, recognise, targetOfScan } from '../../../web/src/staff/desk/recognise.ts'

const CARD = cardNumber(12345678)
const MISTYPED = `${CARD.slice(0, -1)}${(Number(CARD.slice(-1)) + 1) % 10}`

/** Eight digits are a number of Hong Kong here, anything after a plus is one of anywhere. */
const readPhone: ReadPhone = (text) => {
  const digits = text.replace(/[^0-9+]/g, '')
  if (/^\+[0-9]{8,15}$/.test(digits)) return { phone: digits, shown: digits }
  return /^[0-9]{8}$/.test(digits) ? { phone: `+852${digits}`, shown: `+852 ${digits}` } : undefined
}

describe('the search field recognises', () => {
  test.each([
    ['', 'nothing'],
    ['   ', 'nothing'],
    [CARD, 'card'],
    [`${CARD.slice(0, 4)} ${CARD.slice(4, 8)} ${CARD.slice(8)}`, 'card'],
    [`https://club.example/c/${CARD}`, 'card'],
    [MISTYPED, 'mistyped_card'],
    [`${CARD}.K7Q2M4XZ`, 'code'],
    [`http://localhost:8787/c/${CARD}.k7q2m4xz`, 'code'],
    ['9123 4567', 'phone'],
    ['+852 9123 4567', 'phone'],
    ['９１２３４５６７', 'phone'],
    ['Meiling@Example.com', 'email'],
    ['ABCDEFGH2345', 'voucher'],
    ['abcd-efgh-2345', 'voucher'],
    ['17850', 'external'],
    ['陳美玲', 'unclear'],
    ['Ada Moreno', 'unclear'],
  ])('%s as %s', (text, kind) => {
    expect(recognise(text, readPhone).kind).toBe(kind)
  })

  test('a mistyped card before it is sent, so that a slip of one digit never asks for another member', () => {
    expect(recognise(MISTYPED, readPhone)).toEqual({ kind: 'mistyped_card' })
  })

  test.each(['91234567', '07700 900123', MISTYPED])('%s as not read yet while nothing reads numbers', (text) => {
    // A guess would look for somebody else, or say for good that nobody has this number.
    expect(recognise(text, undefined)).toEqual({ kind: 'unread', text })
  })

  test('a rotating code with its card, so that an award can wait for the network under the card', () => {
    expect(recognise(`${CARD}.K7Q2M4XZ`, undefined)).toEqual({
      kind: 'code',
      cardNumber: CARD,
      code: `${CARD}.K7Q2M4XZ`,
    })
  })
})

describe('a scan goes', () => {
  test.each([
    [CARD, true, 'member'],
    [CARD, false, 'member'],
    [`https://club.example/c/${CARD}.K7Q2M4XZ`, true, 'member'],
    ['ABCDEFGH2345', true, 'voucher'],
    ['536365', true, 'receipt'],
    ['536365', false, 'query'],
    ['two words', true, 'query'],
  ])('%s (receipt awaited: %s) to %s', (text, isReceiptAwaited, to) => {
    expect(targetOfScan(text, isReceiptAwaited).to).toBe(to)
  })
})
