/** Keys and conditions of reservations: each is opened once, and from then on its state only moves forward. */
import type { Context } from '../platform/context.ts'
import { getItem, getItems, putIf, queryPage, type Row } from '../platform/table.ts'
import { keys } from '../platform/table-design.ts'
import { LostRace, type Write } from '../platform/transact.ts'
import { ulidTime } from '../shared/ids.ts'
import { type Decided, type Reservation, ReservationRow } from './row-schema.ts'
import type { Source } from './spending.ts'
import type { Label } from './store.ts'

export async function loadReservation(ctx: Context, id: string): Promise<Reservation | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.reservation(id))
  return row && reservationFromRow(row)
}

export function reservationFromRow(row: Row): Reservation {
  return { ...ReservationRow.parse(row), id: String(row.pk).slice(2) }
}

/** Those of the given ids that are there, in no particular order. */
export async function loadReservations(ctx: Context, ids: readonly string[]): Promise<Reservation[]> {
  if (ids.length === 0) return []
  const wanted = ids.map((id) => keys.reservation(id))
  return (await getItems(ctx.table, 'Ledger', wanted)).map(reservationFromRow)
}

/** The reward that a reservation is for, as entries name it. */
export function sourceOf({ reward }: Pick<Reservation, 'reward'>): Source | undefined {
  return reward && { subject: reward.id, ...(reward.shard !== undefined && { shard: reward.shard }) }
}

const HELD_MAX = 25

/**
 * Open reservations that are listed under `due` and were made at an instant or before, oldest first, as of a moment ago:
 * an index is always a little late.
 */
export async function heldBefore(ctx: Context, due: string, madeBefore: number): Promise<string[]> {
  const last = keys.reservation(`rsv_${ulidTime(madeBefore + 1)}`).pk
  const { rows } = await queryPage(ctx.table, 'Ledger', {
    IndexName: 'due',
    ConsistentRead: false,
    KeyConditionExpression: 'due = :due AND pk < :last',
    ExpressionAttributeValues: { ':due': due, ':last': last },
    Limit: HELD_MAX,
  })
  return rows.map(({ pk }) => String(pk).slice(2))
}

export function reservationWrite({ id, ...reservation }: Reservation): Write<Label> {
  return {
    table: 'Ledger',
    failsAs: 'race',
    put: { Item: { ...keys.reservation(id), ...reservation }, ConditionExpression: 'attribute_not_exists(pk)' },
  }
}

/** Ends an open reservation: captured or voided before its time. */
export function endReservation(
  ctx: Context,
  { id }: Reservation,
  end: {
    readonly state: 'CAPTURED' | 'VOIDED'
    readonly done: NonNullable<Reservation['done']>
    /** `guard` where ending it is the operation, `race` where it belongs to another. */
    readonly failsAs: 'guard' | 'race'
  },
): Write<Label> {
  return {
    table: 'Ledger',
    failsAs: end.failsAs,
    update: {
      Key: keys.reservation(id),
      UpdateExpression: 'SET #state = :state, done = :done REMOVE due',
      ConditionExpression: '#state = :reserved AND expiresAt > :now',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':state': end.state, ':done': end.done, ':reserved': 'RESERVED', ':now': ctx.now },
    },
  }
}

/** More refused tries than any till makes before the reservation times out; those beyond are refused anew each time. */
const REFUSALS_MAX = 10

/** Keeps a refusal on the open reservation that it was about. @throws LostRace when the reservation changed meanwhile */
export async function refuseReservation(
  ctx: Context,
  { id, refused = {}, ...reservation }: Reservation,
  { operation, ...row }: { readonly operation: string } & Pick<Decided, 'fp' | 'refusal'>,
): Promise<void> {
  const count = Object.keys(refused).length
  if (count >= REFUSALS_MAX) return
  const stood = await putIf(ctx.table, 'Ledger', {
    Item: { ...keys.reservation(id), ...reservation, refused: { ...refused, [operation]: row } },
    ConditionExpression: `#state = :reserved AND ${count === 0 ? 'attribute_not_exists(refused)' : 'size(refused) = :count'}`,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':reserved': 'RESERVED', ...(count > 0 && { ':count': count }) },
  })
  if (stood) throw new LostRace()
}

export function expireWrite(ctx: Context, { id }: Reservation): Write<Label> {
  return {
    table: 'Ledger',
    failsAs: 'race',
    update: {
      Key: keys.reservation(id),
      UpdateExpression: 'SET #state = :expired, expiredAt = :now REMOVE due',
      ConditionExpression: '#state = :reserved',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':expired': 'EXPIRED', ':reserved': 'RESERVED', ':now': ctx.now },
    },
  }
}
