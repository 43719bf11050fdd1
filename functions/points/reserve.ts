/** Sets points aside for a sale that is not finished yet. */
import { namedMember } from '../members/find.ts'
import { withoutNames } from '../members/naming-schema.ts'
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import { addToInstant } from '../shared/dates.ts'
import { cardLimit } from './card-limit.ts'
import { once } from './operation.ts'
import { reservationWrite } from './reservation-store.ts'
import { ReservationInput } from './schema.ts'
import { decideReservation } from './spending.ts'
import { shownReservation } from './statement.ts'

/**
 * Reserves points until captured, voided or timed out; once per Idempotency-Key.
 * @returns the reservation, its RESERVE entry and the balances after it.
 * Refuses like a redemption, also `too_many_reservations` with ten open ones.
 */
export const reserve = command({
  name: 'points.reserve',
  input: ReservationInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  async run(ctx, input) {
    const operation = operationId(ctx, 'points.reserve')
    requireStore(ctx.actor, input.storeId)
    await storeOf(ctx, input.storeId)
    const version = versionAt(await programBook(ctx), ctx.now)
    const { zone, redemption } = version.document
    const { storeId, points, expiresInSeconds } = input
    const expiresAt =
      expiresInSeconds === undefined
        ? addToInstant(ctx.now, redemption.reservationTtl, zone)
        : ctx.now + expiresInSeconds * 1000
    const id = ctx.newId('rsv')
    const named = await namedMember(ctx, input)
    const limit = cardLimit(ctx, named, version)
    return once(ctx, {
      operation,
      fingerprint: fingerprintOf(withoutNames(input, named.memberId)),
      memberId: named.memberId,
      version,
      statuses: ['ACTIVE'],
      load: limit.load,
      decide({ account }, terms) {
        const decision = decideReservation(account, { ...input, id, expiresAt }, terms)
        limit.require(points)
        return decision
      },
      // The row names whose points they are, also where a merged member was named.
      writes: ({ lots }, { memberId }) => [
        reservationWrite({ id, rv: 1, state: 'RESERVED', memberId, storeId, points, lots, expiresAt, at: ctx.now }),
        ...limit.writes(memberId, points),
      ],
      show: (entry) => shownReservation(entry, 'reserved', ctx.language),
    })
  },
})
