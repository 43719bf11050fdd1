import { describe, expect, test } from 'vitest'
import { EnrolInput, LookUpInput, PatchMeInput, PatchMemberInput } from '../../../functions/members/schema.ts'
import { fieldErrors } from '../../../functions/platform/validation.ts'

const MEMBER_ID = 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'

function errorsOf(schema: typeof EnrolInput | typeof LookUpInput | typeof PatchMemberInput, input: unknown) {
  const parsed = schema.safeParse(input)
  if (parsed.success) return []
  return fieldErrors(parsed.error, input).details.errors?.map(({ pointer, code }) => `${pointer} ${code}`)
}

const ANN = { name: 'Ann', phone: '+85291234567' }

describe('an enrolment', () => {
  test('takes everything there is and puts contacts, name and code into their normal form', () => {
    const parsed = EnrolInput.parse({
      name: ' Zoe\u0301 ',
      phone: '+852 9123 4567',
      email: 'Zoe@Example.com',
      birthday: { month: 2, day: 29 },
      locale: 'zh-Hant',
      storeId: 'central',
      referralCode: 'm4y7k2qx',
      externalId: '17850',
      consents: { marketing: { email: true, sms: false }, revisit: { phone: true } },
    })
    expect(parsed).toMatchObject({
      name: 'Zo\u00e9',
      phone: '+85291234567',
      email: 'zoe@example.com',
      referralCode: 'M4Y7K2QX',
    })
  })

  test('takes an external id alone, as imports have no more', () => {
    expect(errorsOf(EnrolInput, { externalId: '17850' })).toEqual([])
  })

  test.each([
    ['Right\u202Eto left', 'a bidi override'],
    ['zero\u200Bwidth', 'a zero width space'],
    ['<script>alert(1)</script>', 'markup'],
    ['{{7*7}}', 'a template'],
    ['𠮷'.repeat(200), '200 characters outside the basic plane'],
  ])('keeps the name %s with %s, because showing it safely is the business of who shows it', (name) => {
    expect(EnrolInput.parse({ ...ANN, name }).name).toBe(name)
  })

  test.each([
    [{}, ['/phone required_field', '/name required_field']],
    [{ name: 'Ann' }, ['/phone required_field']],
    [{ phone: '+85291234567' }, ['/name required_field']],
    [{ externalId: '1', email: 'a@example.com' }, ['/name required_field']],
    [{ ...ANN, name: '  ' }, ['/name out_of_range']],
    [{ ...ANN, name: 'x'.repeat(201) }, ['/name out_of_range']],
    [{ ...ANN, name: 'Ann\u0007' }, ['/name invalid_value']],
    [{ ...ANN, name: 'Ann\r\nBcc: x' }, ['/name invalid_value']],
    [{ ...ANN, name: 7 }, ['/name invalid_value']],
    [{ ...ANN, phone: '+1 (415) 555' }, ['/phone invalid_value']],
    [{ ...ANN, email: 'nobody' }, ['/email invalid_value']],
    [{ ...ANN, birthday: { month: 2, day: 30 } }, ['/birthday/day invalid_value']],
    [{ ...ANN, birthday: { month: 4, day: 31 } }, ['/birthday/day invalid_value']],
    [{ ...ANN, birthday: { month: 13, day: 1 } }, ['/birthday/month out_of_range']],
    [{ ...ANN, birthday: { month: 1, day: 0 } }, ['/birthday/day out_of_range']],
    [{ ...ANN, birthday: { month: 1, day: 1, year: 1980 } }, ['/birthday/year unknown_field']],
    [{ ...ANN, locale: 'fr' }, ['/locale invalid_value']],
    [{ ...ANN, storeId: 'Central!' }, ['/storeId invalid_value']],
    [{ ...ANN, referralCode: 'ABCDEFGI' }, ['/referralCode invalid_value']],
    [{ ...ANN, externalId: 'a b' }, ['/externalId invalid_value']],
    [{ ...ANN, externalId: 'x'.repeat(65) }, ['/externalId invalid_value']],
    [{ ...ANN, consents: { spam: { email: true } } }, ['/consents/spam unknown_field']],
    [{ ...ANN, consents: { marketing: { fax: true } } }, ['/consents/marketing/fax unknown_field']],
    [{ ...ANN, consents: { marketing: { email: 'yes' } } }, ['/consents/marketing/email invalid_value']],
    [{ ...ANN, tier: 'gold' }, ['/tier unknown_field']],
    [{ ...ANN, points: 5, roles: [] }, ['/points unknown_field', '/roles unknown_field']],
  ])('%j is refused with %j', (input, errors) => {
    expect(errorsOf(EnrolInput, input)).toEqual(errors)
  })
})

describe('a look-up', () => {
  test.each([
    [{}, ['/phone required_field']],
    [{ phone: '+85291234567', email: 'a@example.com' }, ['/email invalid_value']],
    [{ cardNumber: '630000000000' }, ['/cardNumber invalid_value']],
    [{ code: '123456' }, ['/code invalid_value']],
    [{ name: 'Ann' }, ['/name unknown_field']],
  ])('%j is refused with %j', (input, errors) => {
    expect(errorsOf(LookUpInput, input)).toEqual(errors)
  })
})

describe('a change', () => {
  test('of a member by staff may remove a contact but not the name', () => {
    expect(errorsOf(PatchMemberInput, { memberId: MEMBER_ID, phone: null, email: null, birthday: null })).toEqual([])
    expect(errorsOf(PatchMemberInput, { memberId: MEMBER_ID, name: null })).toEqual(['/name invalid_value'])
  })

  test('by a member does not know contacts, because a new contact must be proven first', () => {
    const parsed = PatchMeInput.safeParse({ phone: '+85291234567' })
    expect(parsed.error?.issues[0]?.code).toBe('unrecognized_keys')
  })
})
