/**
 * Ending a reservation. The reservation row is the guard of what ends it: it keeps the command, its fingerprint and its
 * entry, so a repeat is answered as at first and capture and time-out at the same moment have exactly one winner.
 */

import { Answer, REPLAYED } from '../platform/answer.ts'
import { type Actor, hasRole, isOwnStore, mayServe } from '../platform/auth.ts'
import type { Context } from '../platform/context.ts'
import { givenAgain, isOfState, type StoredRefusal, storedRefusal } from '../platform/once.ts'
import { type Code, Refusal } from '../platform/problem.ts'
import { LostRace, type Write } from '../platform/transact.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import type { Move } from './move-store.ts'
import { termsOf } from './operation.ts'
import { endReservation, loadReservation, refuseReservation, reservationFromRow } from './reservation-store.ts'
import type { Reservation } from './row-schema.ts'
import type { SpendDecision, SpendTerms } from './spending.ts'
import { shownReservation } from './statement.ts'
import { loadEntry } from './statement-store.ts'
import { type Commit, commit, type Label, type Loaded, loadAccount, recordRefusal } from './store.ts'

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
  readonly moves?: (reservation: Reservation) => readonly Move[]
}

const CODES: Readonly<Record<Exclude<Reservation['state'], 'RESERVED'>, Code>> = {
  CAPTURED: 'reservation_captured',
  VOIDED: 'reservation_voided',
  EXPIRED: 'reservation_expired',
}

/** @throws Refusal `not_found`, `reservation_captured`, `reservation_voided`, `reservation_expired`, `idempotency_key_reused` */
export async function end(ctx: Context, ending: Ending): Promise<Answer<unknown>> {
  await requireActiveStaff(ctx)
  const reservation = await loadReservation(ctx, ending.reservationId)
  if (reservation === undefined || !mayEnd(ctx.actor, reservation)) throw new Refusal('not_found')
  const fp = ending.fingerprint(reservation)
  try {
    return await endOnce(ctx, reservation, { ...ending, fingerprint: () => fp })
  } catch (error) {
    if (!(error instanceof Refusal) || !isOfState(error) || error.firstInstance !== undefined) throw error
    throw await recorded(ctx, reservation, { operation: ending.operation, fp, refusal: error })
  }
}

/** Staff and tills of its store, or where it names none of one that has the reward; members their own, if it is for a reward. */
function mayEnd(actor: Actor, { memberId, storeId, reward }: Reservation): boolean {
  if (hasRole(actor, 'member')) return actor.memberId === memberId && reward !== undefined
  return storeId === '' && reward !== undefined ? mayServe(actor, reward) : isOwnStore(actor, storeId)
}

async function endOnce(ctx: Context, reservation: Reservation, ending: Ending): Promise<Answer<unknown>> {
  const before = reservation.refused?.[ending.operation]
  if (before) throw again(before, ending.fingerprint(reservation))
  if (reservation.state !== 'RESERVED') return answerEnded(ctx, reservation, ending)
  if (reservation.expiresAt <= ctx.now) throw new Refusal('reservation_expired')
  return endOpen(ctx, reservation, ending)
}

type Refused = { readonly operation: string; readonly fp: string; readonly refusal: Refusal }

/** What could pass is kept on the open reservation, where the next try looks anyway; what is final, under its key. */
async function recorded(ctx: Context, reservation: Reservation, { operation, fp, refusal }: Refused): Promise<Refusal> {
  const row = { fp, refusal: storedRefusal(ctx, refusal) }
  if (isRefusedByAccount(refusal)) {
    await refuseReservation(ctx, reservation, { operation, ...row })
    return refusal
  }
  const before = await recordRefusal(ctx, operation, { rv: 1, ...row })
  return before?.refusal ? again({ fp: before.fp, refusal: before.refusal }, fp) : refusal
}

function again(before: { readonly fp: string; readonly refusal: StoredRefusal }, fp: string): Refusal {
  return before.fp === fp ? givenAgain(before.refusal) : new Refusal('idempotency_key_reused')
}

/** Such refusals can pass; those of the reservation itself are for ever anyway. */
function isRefusedByAccount(refusal: Refusal): boolean {
  return isOfState(refusal) && !Object.values(CODES).includes(refusal.code)
}

async function endOpen(ctx: Context, reservation: Reservation, ending: Ending): Promise<Answer<unknown>> {
  const version = versionAt(await programBook(ctx), ctx.now)
  const others = (await ending.writes?.(reservation, version.document.zone)) ?? []
  const loaded = await loadAccount(ctx, reservation.memberId)
  await requireActiveStaff(ctx, loaded.account.memberId)
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
        failsAs: 'guard',
        state: ending.state,
        done: { operation: ending.operation, fp: ending.fingerprint(reservation), seq: entry.seq, at: entry.at },
      }),
      ...others,
    ],
    moves: () => ending.moves?.(reservation) ?? [],
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
