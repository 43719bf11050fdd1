/**
 * Ending a reservation. The reservation row is the guard of what ends it: it keeps the command, its fingerprint and its
 * entry, so a repeat is answered as at first and capture and time-out at the same moment have exactly one winner.
 */
import { isOwnStore } from '../platform/auth.ts'
import type { Context } from '../platform/context.ts'
import { Answer, REPLAYED } from '../platform/http.ts'
import { givenAgain, isOfState, storedRefusal } from '../platform/once.ts'
import { type Code, Refusal } from '../platform/problem.ts'
import { LostRace, type Write } from '../platform/transact.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { termsOf } from './operation.ts'
import type { Reservation } from './row-schema.ts'
import type { SpendDecision, SpendTerms } from './spending.ts'
import { shownReservation } from './statement.ts'
import { loadEntry } from './statement-store.ts'
import {
  type Commit,
  commit,
  endReservation,
  type Label,
  type Loaded,
  loadAccount,
  loadReservation,
  refuseReservation,
  reservationFromRow,
} from './store.ts'

export type Ending = {
  readonly reservationId: string
  readonly state: 'CAPTURED' | 'VOIDED'
  readonly operation: string
  /** Of what is asked, once it is known how many points the reservation holds. */
  readonly fingerprint: (reservation: Reservation) => string
  readonly statuses: Commit['statuses']
  readonly decide: (loaded: Loaded, reservation: Reservation, terms: SpendTerms) => SpendDecision
  /** Whatever else belongs to the effect. */
  readonly writes?: (reservation: Reservation, zone: string) => Promise<readonly Write<Label>[]>
}

const CODES: Readonly<Record<Exclude<Reservation['state'], 'RESERVED'>, Code>> = {
  CAPTURED: 'reservation_captured',
  VOIDED: 'reservation_voided',
  EXPIRED: 'reservation_expired',
}

/** @throws Refusal `not_found`, `reservation_captured`, `reservation_voided`, `reservation_expired`, `idempotency_key_reused` */
export async function end(ctx: Context, ending: Ending): Promise<Answer<unknown>> {
  const reservation = await loadReservation(ctx, ending.reservationId)
  if (reservation === undefined || !isOwnStore(ctx.actor, reservation.storeId)) throw new Refusal('not_found')
  if (reservation.state !== 'RESERVED') return answerEnded(ctx, reservation, ending)
  const fingerprint = ending.fingerprint(reservation)
  const before = reservation.refused?.[ending.operation]
  if (before) throw before.fp === fingerprint ? givenAgain(before.refusal) : new Refusal('idempotency_key_reused')
  if (reservation.expiresAt <= ctx.now) throw new Refusal('reservation_expired')
  try {
    return await endOpen(ctx, reservation, { ...ending, fingerprint: () => fingerprint })
  } catch (error) {
    if (error instanceof Refusal && isRefusedByAccount(error)) {
      const row = { fp: fingerprint, refusal: storedRefusal(ctx, error) }
      await refuseReservation(ctx, reservation, ending.operation, row)
    }
    throw error
  }
}

/** Such refusals can pass; those of the reservation itself are for ever anyway. */
function isRefusedByAccount(refusal: Refusal): boolean {
  return isOfState(refusal) && !Object.values(CODES).includes(refusal.code)
}

async function endOpen(ctx: Context, reservation: Reservation, ending: Ending): Promise<Answer<unknown>> {
  const version = versionAt(await programBook(ctx), ctx.now)
  const others = (await ending.writes?.(reservation, version.document.zone)) ?? []
  const loaded = await loadAccount(ctx, reservation.memberId)
  // Whoever ended it between the two reads has won; the next look at the reservation tells who.
  if (loaded.account.reservations[reservation.id] === undefined) throw new LostRace()
  const committed = await commit(ctx, {
    loaded,
    decision: ending.decide(loaded, reservation, termsOf(ctx, version, loaded)),
    operation: ending.operation,
    program: { version: version.version, zone: version.document.zone },
    statuses: ending.statuses,
    writes: (entry) => [
      endReservation(ctx, reservation, {
        state: ending.state,
        done: { operation: ending.operation, fp: ending.fingerprint(reservation), seq: entry.seq },
      }),
      ...others,
    ],
  })
  if (committed.kind === 'decided') return answerEnded(ctx, reservationFromRow(committed.row), ending)
  return new Answer(201, shownReservation(committed.entry, shownState(ending.state), ctx.language))
}

async function answerEnded(ctx: Context, reservation: Reservation, ending: Ending): Promise<Answer<unknown>> {
  const { state, done, memberId } = reservation
  if (state === 'RESERVED') throw new Refusal('reservation_expired')
  const isSame = done?.fp === ending.fingerprint(reservation) && state === ending.state
  if (done && !isSame && done.operation === ending.operation) throw new Refusal('idempotency_key_reused')
  if (!done || !isSame) throw new Refusal(CODES[state])
  const entry = await loadEntry(ctx, memberId, done.seq)
  return new Answer(201, shownReservation(entry, shownState(ending.state), ctx.language), REPLAYED)
}

function shownState(state: Ending['state']): 'captured' | 'voided' {
  return state === 'CAPTURED' ? 'captured' : 'voided'
}
