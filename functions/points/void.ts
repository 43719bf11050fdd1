/** Releases reserved points. */
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { end } from './reservation.ts'
import { VoidInput } from './schema.ts'
import { decideVoid } from './spending.ts'

/**
 * Gives a reservation's points back to the very lots that they came from; a lot that expired meanwhile gets the grace.
 * Refuses: `reservation_captured`, `reservation_expired`.
 */
export const voidReservation = command({
  name: 'points.void',
  input: VoidInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  run(ctx, { reservationId }) {
    return end(ctx, {
      reservationId,
      state: 'VOIDED',
      operation: operationId(ctx, 'points.void'),
      fingerprint: () => fingerprintOf({}),
      statuses: ['ACTIVE', 'FROZEN'],
      decide: ({ account }, reservation, terms) => decideVoid(account, reservation, terms),
    })
  },
})
