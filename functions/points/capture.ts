/** Takes reserved points for good, whole or in part. */
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { refuseFields } from '../platform/problem.ts'
import { end } from './reservation.ts'
import { CaptureInput } from './schema.ts'
import { decideCapture } from './spending.ts'

/**
 * Captures a reservation; what is not captured returns to its lots. Repeated with the same content it answers as at first.
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
        if (taken > reservation.points) throw refuseFields([{ pointer: '/points', code: 'out_of_range' }])
        return decideCapture(account, { held: reservation, points: taken, receiptNumber }, terms)
      },
    })
  },
})
