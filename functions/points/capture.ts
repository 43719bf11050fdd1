/** Takes reserved points for good, whole or in part. */
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { refuseFields } from '../platform/problem.ts'
import { storeOf } from '../program/current.ts'
import { localDate } from '../shared/dates.ts'
import { split } from './lots.ts'
import { receiptKeyFor, spentWrite } from './receipt-store.ts'
import { end } from './reservation.ts'
import { sourceOf } from './reservation-store.ts'
import { CaptureInput } from './schema.ts'
import { decideCapture } from './spending.ts'

/**
 * Captures a reservation; what is not captured returns to its lots. Where the receipt is named, a refund of it gives the
 * points back in the same proportion. Repeated with the same content it answers as at first.
 * Refuses: `reservation_expired`, `reservation_voided`, `reservation_captured` for other content, `out_of_range` for more
 * points than are reserved, `account_frozen`.
 */
export const capture = command({
  name: 'points.capture',
  input: CaptureInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  run(ctx, { reservationId, points, receiptNumber }) {
    return end(ctx, {
      reservationId,
      state: 'CAPTURED',
      operation: operationId(ctx, 'points.capture'),
      fingerprint: (reservation) => fingerprintOf({ points: points ?? reservation.points, receiptNumber }),
      statuses: ['ACTIVE'],
      decide({ account }, reservation, terms) {
        const taken = points ?? reservation.points
        if (reservation.reward) requireWhole(reservation.points, { points: taken, receiptNumber })
        if (taken > reservation.points) throw refuseFields([{ pointer: '/points', code: 'out_of_range' }])
        const held = { ...reservation, source: sourceOf(reservation) }
        return decideCapture(account, { held, points: taken, receiptNumber }, terms)
      },
      async writes({ id, memberId, storeId, lots, ...reservation }, zone) {
        if (receiptNumber === undefined) return []
        const key = receiptKeyFor(await storeOf(ctx, storeId), receiptNumber, localDate(ctx.now, zone))
        const taken = Math.min(points ?? reservation.points, reservation.points)
        const { first: from } = split(lots, taken)
        const spent = { id, revision: 1, memberId, points: taken, lots: from, restored: 0, at: ctx.now }
        return [spentWrite(key, spent)]
      },
    })
  },
})

/** A reward is had as a whole, and no receipt was paid with it. */
function requireWhole(
  held: number,
  { points, receiptNumber }: { readonly points: number; readonly receiptNumber: string | undefined },
): void {
  if (points !== held) throw refuseFields([{ pointer: '/points', code: 'out_of_range' }])
  if (receiptNumber !== undefined) throw refuseFields([{ pointer: '/receiptNumber', code: 'invalid_value' }])
}
