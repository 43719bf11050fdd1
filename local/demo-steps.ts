/**
 * Turns what happens to a person of the demo business into requests of the public API. The same person, member and moment
 * give the same requests, keys and receipt numbers, which is what makes a repeated load change nothing.
 */
import type { DemoPerson, Step } from './demo-people.ts'

export type DemoCall = {
  readonly role: 'admin' | 'pos'
  readonly path: string
  readonly body: unknown
  /** Purchases and refunds are known by their numbers and need none. */
  readonly key?: string
}
export type DemoMoment = { readonly memberId: string; readonly loadedAt: number }

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** 11:00 in Hong Kong. */
const FIRST_VISIT_MS = 3 * 60 * MINUTE_MS
const RESERVED_SECONDS = 604_800
const currency = 'HKD'

export function demoCalls(person: DemoPerson, moment: DemoMoment): DemoCall[] {
  const bought = (index: number) => person.steps.slice(0, index + 1).filter((step) => step.do === 'buy').length
  return person.steps.map((step, index) => {
    const key = `demo-${person.key}-${index + 1}`
    return callOf(step, { person, moment, key, receipt: step.do === 'refund' ? step.of : bought(index), index })
  })
}

type Place = {
  readonly person: DemoPerson
  readonly moment: DemoMoment
  readonly key: string
  readonly receipt: number
  readonly index: number
}

function callOf(step: Step, { person, moment, key, receipt, index }: Place): DemoCall {
  const { storeId } = person
  const { memberId, loadedAt } = moment
  const receiptNumber = `${person.key}-${receipt}`
  if (step.do === 'buy') {
    const { minor, daysAgo, category = 'furniture' } = step
    const lines = [{ category, quantity: 1, amount: minor }]
    const body = { memberId, storeId, receiptNumber, amount: { amount: minor, currency }, lines }
    return { role: 'pos', path: '/v1/points/purchases', body: { ...body, purchasedAt: time(loadedAt, daysAgo, index) } }
  }
  if (step.do === 'refund') {
    const body = {
      storeId,
      receiptNumber,
      refundNumber: `${receiptNumber}-back`,
      refundedAt: time(loadedAt, step.daysAgo, index),
    }
    return { role: 'pos', path: '/v1/points/refunds', body: { ...body, amount: { amount: step.minor, currency } } }
  }
  if (step.do === 'redeem') {
    return { role: 'pos', path: '/v1/points/redemptions', body: { memberId, storeId, points: step.points }, key }
  }
  if (step.do === 'reserve') {
    const body = { memberId, storeId, points: step.points, expiresInSeconds: RESERVED_SECONDS }
    return { role: 'pos', path: '/v1/points/reservations', body, key }
  }
  return { role: 'admin', path: `/v1/members/${memberId}/freeze`, body: { reason: 'Card reported stolen' }, key }
}

/** In the opening hours of that day, which at least a day ago are always past. */
function time(loadedAt: number, daysAgo: number, index: number): string {
  const day = Math.floor(loadedAt / DAY_MS - daysAgo) * DAY_MS
  return new Date(day + FIRST_VISIT_MS + (index % 8) * 47 * MINUTE_MS).toISOString()
}
