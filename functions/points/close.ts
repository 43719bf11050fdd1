/** Ends an account: what is reserved is released, every point is forfeited, and nothing can be done with it any more. */
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf, optionalOperationId } from '../platform/once.ts'
import { LostRace } from '../platform/transact.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { auditRow } from './audit-trail.ts'
import type { Entry } from './entry.ts'
import { givenBack } from './move-store.ts'
import { onceWide, termsOf } from './operation.ts'
import { endReservation, loadReservations, sourceOf } from './reservation-store.ts'
import type { Reservation } from './row-schema.ts'
import { StandingInput } from './schema.ts'
import { decideClosing } from './standing.ts'
import { shownOutcome } from './statement.ts'
import { auditWrite, type Loaded, loadNamedAccount } from './store.ts'

const NAME = 'members.close'

/**
 * Closes a member's account in one CLOSE entry, its open reservations voided with it.
 * @returns the entry, points negative or 0, and balances of 0. Refuses: `account_closed`.
 */
export const close = command({
  name: NAME,
  input: StandingInput,
  allow: ['admin'],
  async run(ctx, input) {
    const operation = optionalOperationId(ctx, NAME)
    const fingerprint = fingerprintOf(input)
    const version = versionAt(await programBook(ctx), ctx.now)
    let open: readonly Reservation[] = []
    return onceWide(ctx, {
      operation,
      fingerprint,
      version,
      async parts() {
        const loaded = await loadNamedAccount(ctx, input.memberId)
        open = await openReservations(ctx, loaded)
        const ended = open.flatMap((reservation) => sourceOf(reservation) ?? [])
        const decision = decideClosing(loaded.account, termsOf(ctx, version, loaded), ended)
        return [{ loaded, decision, statuses: ['ACTIVE', 'FROZEN'] }]
      },
      writes: ([entry]) =>
        entry
          ? [
              ...voided(ctx, open, { operation, fp: fingerprint, seq: entry.seq, at: entry.at }),
              auditWrite(auditRow(ctx, entry, { action: NAME, note: input.reason })),
            ]
          : [],
      moves: () => open.flatMap(givenBack),
      show: (entry: Entry) => shownOutcome(entry, ctx.language),
    })
  },
})

async function openReservations(ctx: Context, { account, lapsed }: Loaded): Promise<Reservation[]> {
  const gone = new Set(lapsed.map(({ id }) => id))
  const ids = Object.keys(account.reservations).filter((id) => !gone.has(id))
  const open = await loadReservations(ctx, ids)
  if (open.length < ids.length) throw new LostRace()
  return open
}

function voided(ctx: Context, open: readonly Reservation[], done: NonNullable<Reservation['done']>) {
  return open.map((reservation) => endReservation(ctx, reservation, { state: 'VOIDED', done, failsAs: 'race' }))
}
