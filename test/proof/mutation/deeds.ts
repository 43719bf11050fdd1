/** The commands of the till in one line each, for the stories of this folder. */
import assert from 'node:assert/strict'
import { adjust } from '../../../functions/points/adjust.ts'
import { award } from '../../../functions/points/award.ts'
import { capture } from '../../../functions/points/capture.ts'
import { redeem } from '../../../functions/points/redeem.ts'
import { refund } from '../../../functions/points/refund.ts'
import { reserve } from '../../../functions/points/reserve.ts'
import { voidReservation } from '../../../functions/points/void.ts'
import type { GivenProgram } from '../../support/programs.ts'
import { type Asking, accountOf, publish, type Reply, type Shop } from './shop.ts'

type Fields = Readonly<Record<string, unknown>>

export type Till = Shop & {
  readonly memberId: string
  /** £100.00 unless told otherwise: one point per pound. */
  buy(fields?: Fields, asking?: Asking): Promise<Reply>
  refund(receiptNumber: string, fields?: Fields, asking?: Asking): Promise<Reply>
  redeem(points: number, key?: string, fields?: Fields): Promise<Reply>
  reserve(points: number, key?: string, fields?: Fields): Promise<Reply>
  capture(reservationId: string, key?: string, fields?: Fields): Promise<Reply>
  release(reservationId: string, key?: string): Promise<Reply>
  adjust(points: number, key?: string, fields?: Fields): Promise<Reply>
  /** Reserves and gives the id. */
  reserved(points: number, fields?: Fields): Promise<string>
  account(memberId?: string): ReturnType<typeof accountOf>
  available(memberId?: string): Promise<number>
}

export const pounds = (pence: number) => ({ amount: pence, currency: 'GBP' })

/** A member with this many points at the till of a shop. */
export async function aTill(shop: Shop, points = 0, program: Partial<GivenProgram> = {}): Promise<Till> {
  await publish(shop, program)
  const memberId = await shop.member()
  const iso = () => new Date(shop.now).toISOString()
  const common = { memberId, storeId: 'central' }
  const till: Till = Object.assign(shop, {
    memberId,
    buy: (fields: Fields = {}, asking: Asking = {}) =>
      shop.ask(
        award,
        { ...common, receiptNumber: shop.next(), purchasedAt: iso(), amount: pounds(10_000), ...fields },
        asking,
      ),
    refund: (receiptNumber: string, fields: Fields = {}, asking: Asking = {}) => {
      const about = { storeId: 'central', receiptNumber, refundNumber: shop.next(), refundedAt: iso() }
      return shop.ask(refund, { ...about, amount: pounds(10_000), ...fields }, asking)
    },
    redeem: (n: number, key = shop.next(), fields: Fields = {}) =>
      shop.ask(redeem, { ...common, points: n, ...fields }, { key }),
    reserve: (n: number, key = shop.next(), fields: Fields = {}) =>
      shop.ask(reserve, { ...common, points: n, ...fields }, { key }),
    capture: (reservationId: string, key = shop.next(), fields: Fields = {}) =>
      shop.ask(capture, { reservationId, ...fields }, { key }),
    release: (reservationId: string, key = shop.next()) => shop.ask(voidReservation, { reservationId }, { key }),
    adjust: (n: number, key = shop.next(), fields: Fields = {}) =>
      shop.ask(adjust, { memberId, points: n, reason: 'goodwill', note: 'Sorry', ...fields }, { key }),
    async reserved(n: number, fields: Fields = {}) {
      const id = shop.upcomingId('rsv')
      assert.equal((await till.reserve(n, shop.next(), fields)).outcome, '201')
      return id
    },
    account: (id = memberId) => accountOf(shop, id),
    available: async (id = memberId) => (await accountOf(shop, id)).available,
  })
  if (points > 0) assert.equal((await till.buy({ amount: pounds(points * 100) })).outcome, '201')
  return till
}
