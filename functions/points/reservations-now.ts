/** What became of reservations, for those who keep a record of what they were for. */
import type { Context } from '../platform/context.ts'
import { loadReservations } from './reservation-store.ts'
import type { HeldState, Reservation } from './row-schema.ts'

export type HeldNow = {
  readonly id: string
  readonly memberId: string
  readonly storeId?: string
  readonly state: HeldState
  readonly expiresAt: number
  /** Set where it is for a reward. */
  readonly rewardId?: string
}

const STATES: Readonly<Record<Reservation['state'], HeldState>> = {
  RESERVED: 'reserved',
  CAPTURED: 'captured',
  VOIDED: 'voided',
  EXPIRED: 'expired',
}

/** As of now, also where nobody has written down yet that the time was up. Strongly read; unknown ids are left out. */
export async function reservationsNow(ctx: Context, ids: readonly string[]): Promise<ReadonlyMap<string, HeldNow>> {
  const rows = await loadReservations(ctx, ids)
  return new Map(
    rows.map(({ id, memberId, storeId, state, expiresAt, reward }) => {
      const isOver = state === 'RESERVED' && expiresAt <= ctx.now
      const now = isOver ? 'expired' : STATES[state]
      const known = { ...(storeId !== '' && { storeId }), ...(reward && { rewardId: reward.id }) }
      return [id, { id, memberId, expiresAt, state: now, ...known }]
    }),
  )
}
