/** A shop with two stores and two members, and requests that use every field there is. Hostile tests spoil them. */
import { type Client, type Reply, type TestApi, testApi } from '../support/api.ts'
import { aProgram, type GivenProgram, setUpProgram } from '../support/programs.ts'

/** What an enrolment answered, and what was sent for it. */
export type Person = {
  readonly id: string
  readonly cardNumber: string
  readonly referralCode: string
  readonly name: string
  readonly phone: string
  readonly email: string
}

export type Shop = {
  readonly api: TestApi
  readonly admin: Client
  /** Of the store `central`, with 500,000 points. */
  readonly member: Person
  /** Of the store `north`, with 700 points; nothing of theirs may appear in an answer about anybody else. */
  readonly stranger: Person
  /** A number that this shop has not seen. */
  readonly next: () => string
}

/** The limits are far apart, so that a request that breaks one breaks no other. */
const LIMITS = { receiptMaxAge: 'P30D', machineReceiptMaxAge: 'P90D', adjustApproveOver: 100_000 }

const TRANSFER = { enabled: true, minPoints: 1, maxPointsPerMonth: 400_000 }

export async function openShop(program: GivenProgram = aProgram({ staff: LIMITS, transfer: TRANSFER })): Promise<Shop> {
  const api = await testApi()
  await setUpProgram(api, program, { central: { name: 'Central' }, north: { name: 'North' } })
  let numbers = 0
  const next = () => `n-${String(++numbers)}`
  const admin = api.as('admin')
  const enrol = async (person: Omit<Person, 'id' | 'cardNumber' | 'referralCode'>, storeId: string) => {
    const { id, cardNumber, referralCode } = accepted(
      await admin.post('/v1/members', { ...person, storeId }, { key: next() }),
    )
    return { ...person, id, cardNumber, referralCode }
  }
  const member = await enrol({ name: 'Ann Ash', phone: '+442079460001', email: 'ann@example.com' }, 'central')
  const stranger = await enrol(
    { name: 'Canaria Vogel', phone: '+85291234567', email: 'canary.bird@example.com' },
    'north',
  )
  const shop = { api, admin, member, stranger, next }
  await buy(shop, { minor: 50_000_000 })
  await buy(shop, { minor: 70_000, memberId: stranger.id, storeId: 'north' })
  return shop
}

/** @throws where the set-up itself is refused. @returns the body */
export function accepted(reply: Reply): Reply['body'] {
  if (reply.status > 299) throw new Error(`set-up was refused: ${JSON.stringify(reply.body)}`)
  return reply.body
}

export function minutesAgo(shop: Shop, minutes: number): string {
  return new Date(shop.api.clock.now() - minutes * 60_000).toISOString()
}

/** A receipt of an hour ago. @returns its number */
export async function buy(
  shop: Shop,
  { minor = 10_000, ...fields }: { minor?: number } & Record<string, unknown> = {},
): Promise<string> {
  const receiptNumber = shop.next()
  const receipt = { memberId: shop.member.id, storeId: 'central', receiptNumber, purchasedAt: minutesAgo(shop, 60) }
  const amount = { amount: minor, currency: 'GBP' }
  accepted(await shop.admin.post('/v1/points/purchases', { ...receipt, amount, ...fields }))
  return receiptNumber
}

/** Somebody new with points of their own. @returns the member's id */
export async function enrolled(shop: Shop, minor = 100_000): Promise<string> {
  const { id } = accepted(await shop.admin.post('/v1/members', newcomer(shop), { key: shop.next() }))
  if (minor > 0) await buy(shop, { minor, memberId: id })
  return id
}

/** Ten points of somebody new, unless told whose, set aside: nobody may have more than ten open. @returns the reservation's id */
export async function reserved(shop: Shop, fields: Record<string, unknown> = {}): Promise<string> {
  const memberId = fields.memberId ?? (await enrolled(shop))
  const body = { memberId, points: 10, storeId: 'central', ...fields }
  return accepted(await shop.admin.post('/v1/points/reservations', body, { key: shop.next() })).id
}

/** A receipt that uses every field there is. */
export function fullReceipt(shop: Shop) {
  return {
    memberId: shop.member.id,
    storeId: 'central',
    receiptNumber: shop.next(),
    amount: { amount: 3_000, currency: 'GBP' },
    purchasedAt: minutesAgo(shop, 30),
    windowStartsAt: minutesAgo(shop, 20),
    lines: [{ sku: '85123A', category: 'home', quantity: 6, amount: 2_500, tax: 400 }],
    shipping: 400,
    tips: 100,
    tenders: [{ kind: 'card', amount: 3_000 }],
  }
}

export async function fullRefund(shop: Shop) {
  const { receiptNumber, ...receipt } = fullReceipt(shop)
  accepted(await shop.admin.post('/v1/points/purchases', { ...receipt, receiptNumber }))
  return {
    storeId: 'central',
    receiptNumber,
    refundNumber: shop.next(),
    amount: { amount: 600, currency: 'GBP' },
    refundedAt: minutesAgo(shop, 10),
    purchasedOn: '2026-11-23',
    lines: [{ line: 1, amount: 500 }],
  }
}

export function newcomer(shop: Shop) {
  const number = shop.next()
  return {
    name: 'Nora New',
    phone: `+14152${number.slice(2).padStart(6, '0')}`,
    email: `${number}@example.com`,
    birthday: { month: 2, day: 29 },
    locale: 'zh-Hant',
    storeId: 'central',
    externalId: number,
    consents: { marketing: { email: true, sms: false } },
  }
}

export async function etagOf(client: Client, path: string): Promise<string> {
  return String((await client.get(path)).headers.etag)
}

/** Fits redemptions, reservations and, without its points, their quote. */
export function payment(shop: Shop) {
  return { memberId: shop.member.id, points: 10, storeId: 'central', total: { amount: 50_000, currency: 'GBP' } }
}
