import { describe, expect, test } from 'vitest'
import { maskedPhone, normalName, normalPhone } from '../../../functions/members/contact.ts'
import { maskedEmail, normalEmail } from '../../../functions/members/email.ts'
import { maskedName } from '../../../functions/members/masked-name.ts'

describe('a phone number', () => {
  test.each([
    ['+85291234567', '+85291234567'],
    [' +852 9123 4567 ', '+85291234567'],
    ['+８５２９１２３４５６７', '+85291234567'],
    ['+44 20 7946 0018', '+442079460018'],
    ['+1 (202) 555-0123', '+12025550123'],
    ['+44 7700 900123', '+447700900123'],
  ])('%j is the number %s, so that one number written two ways is one contact', (text, normal) => {
    expect(normalPhone(text)).toBe(normal)
  })

  test.each([
    ['+1 (415) 555', 'is too short'],
    ['020 7946 0018', 'has no country'],
    ['+44790012345678', 'is too long'],
    ['+999123456', 'is of no country'],
    ['+85291234567 ext 4', 'is an extension'],
    ['call +85291234567', 'has words'],
    ['+85291234567\r\nX: y', 'has a line end'],
    ['', 'is empty'],
    [`+852${'9'.repeat(400)}`, 'is very long'],
  ])('%j is refused, which %s', (text) => {
    expect(normalPhone(text)).toBeUndefined()
  })

  test('is its own normal form', () => {
    for (const phone of ['+85291234567', '+442079460018', '+390612345678']) expect(normalPhone(phone)).toBe(phone)
  })

  test.each([
    ['+85291234567', '+852••••4567'],
    ['+12025550123', '+1••••0123'],
    ['+6835000', '+683••••00'],
  ])('%s is shown as %s', (phone, masked) => {
    expect(maskedPhone(phone)).toBe(masked)
  })
})

describe('a mail address', () => {
  test.each([
    [' Mei.Ling+Shop@Example.COM ', 'mei.ling+shop@example.com'],
    ['a@bücher.example', 'a@xn--bcher-kva.example'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['a@例え。テスト', 'a@xn--r8jz45g.xn--zckzah'],
    // The second letter of the domain is Cyrillic: another domain, and it shows.
    ['a@exаmple.com', 'a@xn--exmple-4nf.com'],
    ["o'hara_1@mail.example.co.uk", "o'hara_1@mail.example.co.uk"],
  ])('%j has the normal form %s', (text, normal) => {
    expect(normalEmail(text)).toBe(normal)
  })

  test.each([
    'a@b',
    'a@b.c',
    'a..b@example.com',
    '.a@example.com',
    'a.@example.com',
    'a@1.2.3.4',
    'a@[::1]',
    'a@b@example.com',
    'a@example.com:80',
    'a@example.com/x',
    'a@exa mple.com',
    '"a b"@example.com',
    'a@-x.com',
    '@example.com',
    'example.com',
    'аdmin@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com\n',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
    `a@${'b.'.repeat(130)}com`,
  ])('%j is refused', (text) => {
    expect(normalEmail(text)).toBeUndefined()
  })

  test('is shown by its first character and its domain', () => {
    expect(maskedEmail('meiling@example.com')).toBe('m•••@example.com')
  })
})

describe('a name', () => {
  test('is in one Unicode form without surrounding spaces, so that equal names are equal bytes', () => {
    expect(normalName(' Zoe\u0301 ')).toBe('Zo\u00e9')
  })

  test.each([
    ['陳美玲', '陳••'],
    ['𠮷野', '𠮷••'],
    [undefined, '••'],
  ])('%s is shown as %s', (name, masked) => {
    expect(maskedName(name)).toBe(masked)
  })
})
