/** Part F of the catalogue: contacts otherwise written, addresses that look like others, names that want to be code. */
import { expect } from 'vitest'
import { cardNumber } from '../../functions/members/card-number.ts'
import type { Reply } from '../support/api.ts'
import type { Scene } from './catalogue.ts'
import { unreachable } from './deeds.ts'
import { newcomer, type Shop } from './shop.ts'

const enrol = (shop: Shop, fields: Readonly<Record<string, unknown>>): Promise<Reply> =>
  shop.admin.post('/v1/members', { ...newcomer(shop), ...fields }, { key: shop.next() })

/** `+442079460001`, which is the member's. */
const SAME_PHONE = [
  '+44 20 7946 0001',
  '+44 (20) 7946-0001',
  ' +442079460001 ',
  '+44.20.7946.0001',
  '+４４２０７９４６０００１',
]
/** `ann@example.com`, which is the member's. */
const SAME_MAIL = ['ANN@EXAMPLE.COM', ' ann@example.com ', 'Ann@Example.Com', 'ann@ｅxample.com']

/** What is sent, and the one form in which it is kept. */
const NORMAL_MAIL: readonly (readonly [sent: string, kept: string])[] = [
  ['Ann+Club@Example.com', 'ann+club@example.com'],
  ['a.n.n@example.com', 'a.n.n@example.com'],
  ['ann@bücher.example', 'ann@xn--bcher-kva.example'],
  ['bob@BÜCHER.example', 'bob@xn--bcher-kva.example'],
  // A Cyrillic а: another address, and to be seen as one.
  ['ann@exаmple.com', 'ann@xn--exmple-4nf.com'],
]

/** What is sent, and the name that is kept: NFC without surrounding spaces, otherwise as it is. */
const NAMES: readonly (readonly [what: string, sent: string, kept: string])[] = [
  ['a right-to-left override', 'Ann \u202egnp.exe', 'Ann \u202egnp.exe'],
  ['zero width characters', 'A\u200bn\u200dn', 'A\u200bn\u200dn'],
  ['markup', '<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['a template', '{{7*7}} #{7*7} <%= 7*7 %>', '{{7*7}} #{7*7} <%= 7*7 %>'],
  ['SQL', "Robert'); DROP TABLE members;--", "Robert'); DROP TABLE members;--"],
  ['letters with loose marks', 'Zoe\u0308', 'Zo\u00eb'],
  ['spaces around it', '  Ann  ', 'Ann'],
  ['Chinese', '陳美玲', '陳美玲'],
  ['an emoji family', '👩‍👩‍👧', '👩‍👩‍👧'],
  ['the name of a prototype', '__proto__', '__proto__'],
  ['200 characters', 'x'.repeat(200), 'x'.repeat(200)],
]

async function profileOf(shop: Shop, { body }: Reply) {
  return (await shop.admin.get(`/v1/members/${body.id}`)).body
}

/** Enrols and compares what an admin then sees. */
function kept(number: number, what: string, fields: Record<string, unknown>, seen: Record<string, unknown>): Scene {
  return {
    number,
    what,
    expect: [201],
    writes: true,
    arrange: async (shop) => async () => {
      const reply = await enrol(shop, fields)
      if (reply.status === 201) expect(await profileOf(shop, reply)).toMatchObject(seen)
      return reply
    },
  }
}

function inUse(what: string, fields: Record<string, unknown>, pointer: string): Scene {
  return {
    number: 83,
    what,
    expect: [409, 'contact_in_use'],
    isRecorded: true,
    arrange: async (shop) => async () => {
      const reply = await enrol(shop, fields)
      expect(reply.body).toMatchObject({ memberId: shop.member.id, errors: [{ pointer, code: 'contact_in_use' }] })
      return reply
    },
  }
}

export const PEOPLE: readonly Scene[] = [
  ...SAME_PHONE.map((phone) => inUse(`the phone number ${phone} is the member’s`, { phone }, '/phone')),
  ...SAME_MAIL.map((email) => inUse(`the address ${email} is the member’s`, { email }, '/email')),
  ...SAME_PHONE.map(
    (phone): Scene => ({
      number: 83,
      what: `a look-up by ${phone} finds the member`,
      expect: [200],
      arrange: async (shop) => async () => {
        const reply = await shop.admin.post('/v1/members/lookup', { phone })
        expect(reply.body.items).toMatchObject([{ id: shop.member.id }])
        return reply
      },
    }),
  ),
  ...NORMAL_MAIL.map(([email, normal]) => kept(84, `the address ${email}`, { email }, { email: normal })),
  ...NAMES.map(([what, name, normal]) => kept(85, `a name with ${what}`, { name }, { name: normal })),
  kept(49, 'a birthday on 29 February', { birthday: { month: 2, day: 29 } }, { birthday: { month: 2, day: 29 } }),
  ...['phone', 'email', 'externalId'].map(
    (field): Scene => ({
      number: 83,
      what: `the same ${field} enrolled 20 times at once belongs to one member`,
      expect: [201],
      writes: true,
      arrange: async (shop) => {
        const same = { [field]: newcomer(shop)[field as 'phone'] }
        return async () => {
          const replies = await Promise.all(Array.from({ length: 20 }, () => enrol(shop, same)))
          const made = replies.filter(({ status }) => status === 201)
          const refused = replies.filter(({ status, body }) => status === 409 && body.code === 'contact_in_use')
          expect([made.length, refused.length]).toEqual([1, 19])
          return made[0] ?? refused[0] ?? unreachable()
        }
      },
    }),
  ),
  ...['phone', 'email', 'cardNumber', 'externalId'].flatMap((field) =>
    (['caller', 'cashier', 'pos'] as const).map(
      (role): Scene => ({
        number: 17,
        what: `a look-up by a part of the ${field} finds nobody for a ${role}`,
        expect: [200],
        body: { items: [] },
        arrange: async (shop) => {
          const parts = { phone: '+442079460002', email: 'an@example.com', cardNumber: NO_CARD, externalId: '1' }
          return () => shop.api.as(role).post('/v1/members/lookup', { [field]: parts[field as keyof typeof parts] })
        },
      }),
    ),
  ),
]

/** A card number with the right check digit that nobody carries. */
const NO_CARD = cardNumber(0)
