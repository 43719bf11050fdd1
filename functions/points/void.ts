/** Releases reserved points, and with them the piece of a reward and the member's room for it. */
import type { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { givenBack } from './move-store.ts'
import { end } from './reservation.ts'
import { sourceOf } from './reservation-store.ts'
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
  run: (ctx, { reservationId }) => releaseReservation(ctx, reservationId, operationId(ctx, 'points.void')),
})

/** The same for a member's own reservation. @throws Refusal `not_found`, `reservation_captured`, `reservation_expired` */
export function releaseReservation(ctx: Context, reservationId: string, operation: string): Promise<Answer<unknown>> {
  return end(ctx, {
    reservationId,
    state: 'VOIDED',
    operation,
    fingerprint: () => fingerprintOf({}),
    statuses: ['ACTIVE', 'FROZEN'],
    decide: ({ account }, reservation, terms) =>
      decideVoid(account, { ...reservation, source: sourceOf(reservation) }, terms),
    moves: givenBack,
  })
}
