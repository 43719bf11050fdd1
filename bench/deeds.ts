/**
 * Every operation whose cost is published: what prepares it, and the one call that is measured. Each begins at a member of
 * its own with the usual account.
 */
import { enrol } from '../functions/members/enrol.ts'
import { lookUp } from '../functions/members/lookup.ts'
import type { Actor } from '../functions/platform/auth.ts'
import { Refusal } from '../functions/platform/problem.ts'
import { award } from '../functions/points/award.ts'
import { capture } from '../functions/points/capture.ts'
import { getAccount } from '../functions/points/get-account.ts'
import { listEntries } from '../functions/points/list-entries.ts'
import { myCard } from '../functions/points/me.ts'
import { redeem } from '../functions/points/redeem.ts'
import { refund } from '../functions/points/refund.ts'
import { reserve } from '../functions/points/reserve.ts'
import { voidReservation } from '../functions/points/void.ts'
import { accountRow, usualAccount } from './accounts.ts'
import { ADMIN, bought, enrolled, idOf, MANAGER, person, plant, receiptOf, type Shop, STORE, TILL } from './shop.ts'

export type Deed = {
  /** The name in the budget. */
  readonly name: string
  readonly title: string
  /** Reached through the HTTP API, so that its price includes one. */
  readonly isHttp: boolean
  /** @returns what is measured */
  readonly prepare: (shop: Shop, memberId: string) => Promise<() => Promise<unknown>>
}

const LOTS = 24
/** A machine looks up as often as people come; of a person the tries are counted. */
const DESK: Actor = { ...MANAGER, isPerson: true }
const HOUR_MS = 3_600_000
/** The first lot of the usual account was valid until the day before. */
export const DECEMBER = Date.parse('2026-12-01T12:00:00Z')

/** A member with two years of lots and one purchase after them, so that the row is one that the product wrote. */
export async function usualMember(shop: Shop): Promise<string> {
  const memberId = await enrolled(shop)
  await plant(shop, 'Ledger', accountRow(usualAccount(memberId, { now: shop.now, lots: LOTS })))
  await bought(shop, memberId)
  return memberId
}

export function member(memberId: string): Actor {
  return { id: memberId, roles: ['member'], stores: [], memberId }
}

async function reserved(shop: Shop, memberId: string): Promise<string> {
  return idOf(await reserve(shop.by(TILL), { memberId, storeId: STORE, points: 500, expiresInSeconds: 900 }))
}

/** What was refused was refused for the reason expected, else it is a fault of the bench. */
async function refused(code: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (error instanceof Refusal && error.code === code) return
    throw error
  }
  throw new Error(`was accepted, and not refused as ${code}`)
}

export const api = (name: string, title: string, prepare: Deed['prepare']): Deed => ({
  name,
  title,
  isHttp: true,
  prepare,
})

const READS: readonly Deed[] = [
  api('balance', 'Balance', async (shop, memberId) => () => getAccount(shop.by(TILL), { memberId })),
  api('card', 'Member card, first screen', async (shop, memberId) => () => myCard(shop.by(member(memberId)), {})),
  api('statement', 'Statement page of 25', async (shop, memberId) => {
    for (const _ of Array.from({ length: 26 })) await bought(shop, memberId)
    return () => listEntries(shop.by(TILL), { memberId })
  }),
  api('lookup', 'Look up by contact', async (shop) => {
    const { phone, ...rest } = person(shop)
    await enrolled(shop, { phone, ...rest })
    return () => lookUp(shop.by(TILL), { phone })
  }),
  api('lookup-person', 'Look up by contact, by a person', async (shop) => {
    const { phone, ...rest } = person(shop)
    await enrolled(shop, { phone, ...rest })
    const look = () => lookUp(shop.by(DESK), { phone })
    // The first look of a minute also begins the count.
    await look()
    return look
  }),
]

const EARNING: readonly Deed[] = [
  api('enrol', 'Enrol with phone and mail', async (shop) => {
    const fields = person(shop)
    return () => enrol(shop.by(ADMIN), fields)
  }),
  api('award', 'Award', async (shop, memberId) => {
    const receipt = receiptOf(shop, memberId)
    return () => award(shop.by(TILL), receipt)
  }),
  api('award-settle', 'Award, and what was due is settled', async (shop, memberId) => {
    shop.now = DECEMBER
    const receipt = receiptOf(shop, memberId)
    return () => award(shop.by(TILL), receipt)
  }),
  api('award-again', 'Award sent again', async (shop, memberId) => {
    const receipt = receiptOf(shop, memberId)
    await award(shop.by(TILL), receipt)
    return () => award(shop.by(TILL), receipt)
  }),
  api('refund', 'Refund of part of a receipt', async (shop, memberId) => {
    const receiptNumber = await bought(shop, memberId)
    const fields = { storeId: STORE, receiptNumber, refundNumber: shop.next(), refundedAt: iso(shop.now) }
    return () => refund(shop.by(TILL), { ...fields, amount: { amount: 5_000, currency: 'GBP' } })
  }),
]

const SPENDING: readonly Deed[] = [
  api(
    'redeem',
    'Redeem at once',
    async (shop, memberId) => () => redeem(shop.by(TILL), { memberId, storeId: STORE, points: 500 }),
  ),
  api('refusal', 'Redemption refused and recorded', async (shop, memberId) => {
    const tooMuch = { memberId, storeId: STORE, points: 999_999_999 }
    return () => refused('insufficient_points', () => redeem(shop.by(TILL), tooMuch))
  }),
  api('reserve', 'Reserve', async (shop, memberId) => () => reserved(shop, memberId)),
  api('capture', 'Capture', async (shop, memberId) => {
    const reservationId = await reserved(shop, memberId)
    return () => capture(shop.by(TILL), { reservationId })
  }),
  api('capture-receipt', 'Capture that names its receipt', async (shop, memberId) => {
    const reservationId = await reserved(shop, memberId)
    return () => capture(shop.by(TILL), { reservationId, receiptNumber: shop.next() })
  }),
  api('void', 'Void', async (shop, memberId) => {
    const reservationId = await reserved(shop, memberId)
    return () => voidReservation(shop.by(TILL), { reservationId })
  }),
  api('award-time-out', 'Award, and a reservation timed out', async (shop, memberId) => {
    await reserved(shop, memberId)
    shop.now += HOUR_MS
    const receipt = receiptOf(shop, memberId)
    return () => award(shop.by(TILL), receipt)
  }),
]

export const TILL_DEEDS: readonly Deed[] = [...READS, ...EARNING, ...SPENDING]

function iso(at: number): string {
  return new Date(at).toISOString()
}
