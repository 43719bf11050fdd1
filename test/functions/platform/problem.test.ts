import { describe, expect, test } from 'vitest'
import {
  CODES,
  isCode,
  LANGUAGES,
  problemDocument,
  Refusal,
  refuseFields,
  STATUS,
  wording,
} from '../../../functions/platform/problem.ts'

const ABOUT = { instance: 'request-1', language: 'en', origin: 'https://api.example.test' } as const

describe('the closed list of codes', () => {
  test.each(CODES)('%s has a status and its words in every language, so that no refusal is mute', (code) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect([400, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 428, 429, 500, 503]).toContain(STATUS[code])
    const words = LANGUAGES.map((language) => wording(code, language))
    expect(words.every((text) => text.length >= 3 && text.length <= 120)).toBe(true)
    expect(words[0]).toMatch(/^[A-Z][\x20-\x7e]+\.$/)
    expect(words.slice(1).every((text) => /\p{Script=Han}/u.test(text))).toBe(true)
  })

  test('knows itself and nothing else', () => {
    expect(CODES.every(isCode)).toBe(true)
    expect(['', 'toString', 'constructor', '__proto__', 'FORBIDDEN'].filter(isCode)).toEqual([])
    expect(Object.keys(STATUS).sort()).toEqual([...CODES].sort())
  })

  test.each([
    ['insufficient_points', 409],
    ['receipt_conflict', 409],
    ['idempotency_key_reused', 422],
    ['idempotency_key_required', 400],
    ['refund_exceeds_purchase', 422],
    ['reservation_expired', 409],
    ['account_closed', 410],
    ['outcome_unknown', 503],
    ['try_again', 503],
    ['approval_required', 403],
    ['member_not_found', 404],
  ] as const)('%s is answered %i, as tills rely on it', (code, status) => {
    expect(STATUS[code]).toBe(status)
  })
})

describe('the problem document', () => {
  test('is that of RFC 9457 with our members', () => {
    const refusal = new Refusal('insufficient_points', {
      reasons: ['insufficient_points', 'debt'],
      params: { available: 1, missing: 2 },
    })
    expect(problemDocument(refusal, ABOUT)).toEqual({
      type: 'https://api.example.test/v1/problems/insufficient_points',
      title: 'There are not enough points.',
      status: 409,
      detail: 'There are not enough points.',
      instance: 'request-1',
      code: 'insufficient_points',
      reasons: ['insufficient_points', 'debt'],
      params: { available: 1, missing: 2 },
      retryable: false,
    })
  })

  test('speaks the reader’s language in `detail` and in each field, and never in `title`', () => {
    const refusal = refuseFields([{ pointer: '/points', code: 'out_of_range' }])
    const document = problemDocument(refusal, { ...ABOUT, language: 'zh-Hant' })
    expect(document.title).toBe('This value is out of range.')
    expect(document.detail).toBe('此值超出範圍。')
    expect(document.errors).toEqual([{ pointer: '/points', code: 'out_of_range', detail: '此值超出範圍。' }])
  })

  test('says which refusals may be sent again', () => {
    const retryable = CODES.filter((code) => problemDocument(new Refusal(code), ABOUT).retryable)
    expect(retryable.sort()).toEqual(['outcome_unknown', 'too_many_attempts', 'try_again'])
  })

  test('carries what a refusal adds beside, such as the prior award', () => {
    const refusal = new Refusal('receipt_conflict', { more: { prior: { points: 139 } } })
    expect(problemDocument(refusal, ABOUT)).toMatchObject({ code: 'receipt_conflict', prior: { points: 139 } })
  })
})

test('one wrong field is answered with its own code, several with `validation_failed`', () => {
  const field = { pointer: '/a', code: 'required_field' } as const
  expect([refuseFields([field]).code, refuseFields([field, { ...field, pointer: '/b' }]).code]).toEqual([
    'required_field',
    'validation_failed',
  ])
})
